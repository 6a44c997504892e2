/** A notification in words: what happened, and where to look. */
import type { components } from "../../client";
import { moneyText, unitsText } from "../../format/amounts";
import type { Translate } from "../../i18n/words";
import { words } from "./words";

export type Notification = components["schemas"]["Notification"];
export type Key = keyof typeof words.zh;

/** By the type of the message; what is not here is told by its kind. */
const TEXTS: Readonly<Record<string, Key>> = {
  "transfer.opened": "transferOpened",
  "transfer.settled": "transferSettled",
  "transfer.reversed": "transferReversed",
  "transfer.redeemed": "transferRedeemed",
  "transfer.rejected": "transferRejected",
  "transfer.lapsed": "transferLapsed",
  "transfer.cancelled": "transferCancelled",
  "transfer.buyer_default": "transferBuyerDefault",
  "transfer.seller_default": "transferSellerDefault",
  "transfer.preempted": "transferPreempted",
  "transfer.approvals_lapsed": "approvalsLapsed",
  "preemption.offered": "preemptionOffered",
  "units.encumbered": "unitsEncumbered",
  "units.released": "unitsReleased",
  "profile.ending": "profileEnding",
  "profile.lapsed": "profileLapsed",
  "orders.withdrawn": "ordersWithdrawn",
  "trade.halted": "tradeHalted",
  "halt.lifted": "haltLifted",
  "quotes.requested": "quotesRequested",
  "offer.made": "offerMade",
  "offer.picked": "offerPicked",
  "offer.ended": "offerEnded",
  "exception.raised": "exceptionRaised",
  "exception.resolved": "exceptionResolved",
  "money.credited": "moneyCredited",
  "money.debited": "moneyDebited",
  "withdrawal.paid": "withdrawalPaid",
  "withdrawal.declined": "withdrawalDeclined",
  "withdrawal.failed": "withdrawalFailed",
  "application.approved": "applicationApproved",
  "application.rejected": "applicationRejected",
  "bank_account.verified": "bankAccountVerified",
};
/** Of a halt of one's own trade. */
const OWN_HALTS: Readonly<Record<string, Key>> = {
  "trade.halted": "ownTradeHalted",
  "halt.lifted": "ownHaltLifted",
};
/** Of a transfer that goes on. */
const STATES: Readonly<Record<string, Key>> = {
  AGREEMENT_PENDING: "transferToSign",
  FUNDS_PENDING: "transferToFund",
  PREEMPTION_OPEN: "transferPreemption",
  SUBMITTED: "transferSubmitted",
  UNDER_REVIEW: "transferReviewed",
  RETURNED: "transferReturned",
  CONFIRMED: "transferConfirmed",
  REGISTERED: "transferRegistered",
};

export function keyOf({ type, subject }: Notification): Key | null {
  if (type === "clearance.decided") {
    return subject.state === "CLEARED" ? "clearanceCleared" : "clearanceRefused";
  }
  if (subject.party_id !== null && type in OWN_HALTS) return OWN_HALTS[type] ?? null;
  const { state } = subject;
  if (type === "transfer.advanced" && state !== null && state in STATES) {
    return STATES[state] ?? null;
  }
  return TEXTS[type] ?? null;
}

export function textOf(notification: Notification, t: Translate<Key>): string {
  const { kind, subject, type } = notification;
  const key = keyOf(notification);
  if (key === null) return `${named(kind, t)}: ${subject.state ?? type}`;
  const { role, units, fact } = subject;
  const moved = subject.amount ?? subject.total;
  return t(key, {
    symbol: subject.symbol ?? t("wholeVenue"),
    units: units === null ? "" : unitsText(units),
    amount: moved === null ? "" : moneyText(moved.replace(/^-/, "")),
    role: role === "SELLER" || role === "BUYER" ? t(role) : "",
    fact: fact === null ? "" : named(fact, t),
    day: subject.last_day ?? "",
    left: subject.days_left ?? 0,
    count: subject.order_ids?.length ?? 0,
    number: subject.exception_id ?? subject.negotiation_id ?? "",
  });
}

/** Where one sees more of it; null: there is no such page. */
export function placeOf({ kind, subject }: Notification): string | null {
  if (kind === "DEADLINE" || kind === "CLIENT") return "/client";
  if (kind === "MONEY") return "/money";
  if (kind === "TRANSFER" && subject.transfer_id !== null) {
    return `/transfers/${subject.transfer_id}`;
  }
  if (subject.symbol !== null) return `/products/${subject.symbol}`;
  return kind === "HALT" ? "/status" : null;
}

function named(code: string, t: Translate<Key>): string {
  return code in words.zh ? t(code as Key) : code;
}
