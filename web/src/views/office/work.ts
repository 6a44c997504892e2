/**
 * What an officer can do with what waits, and what a choice of many comes to. It offers and
 * explains; what is allowed, the venue decides.
 */
import type { components } from "../../client";
import { addDecimals } from "../../format/decimal";
import type { Self, Transfer } from "./queries";

type Schemas = components["schemas"];
type Product = Schemas["Product"];
export type DecisionItem = Schemas["DecisionItem"];
export type ProposedItem = Schemas["ProposedItem"];
export type Reason = NonNullable<DecisionItem["reason"]>;
export type Word = "CONFIRM" | "REJECT";

/** Why a transfer is rejected, the most frequent first. */
export const REASONS = [
  "DOCUMENTS_INCOMPLETE",
  "BUYER_NOT_QUALIFIED",
  "TITLE_DISPUTED",
  "TRANSFER_RESTRICTED",
  "OTHER",
] as const satisfies readonly Reason[];

/** Of a product's terms, what the desk goes by. */
export interface Terms {
  /** A maker proposes and another person decides. */
  readonly review: boolean;
  /** Officers sign with keys that no page has. */
  readonly signed: boolean;
}

/** DECIDE and PROPOSE are an officer's to do; all others say why he cannot. */
export type Step =
  | "DECIDE"
  | "PROPOSE"
  | "IN_PERSON" // a key that is nobody's does nothing under review
  | "OWN_PROPOSAL" // another person decides what one has proposed
  | "FOR_CHECKER" // proposed, and this officer checks nothing
  | "FOR_MAKER" // not proposed, and this officer makes nothing
  | "CLAIMED" // another officer works on it
  | "HELD"
  | "SIGNED";

const UNDECIDED: readonly string[] = ["SUBMITTED", "UNDER_REVIEW"];

/** Whether the trust company has still to say its word. */
export function isUndecided({ state }: Transfer): boolean {
  return UNDECIDED.includes(state);
}

/**
 * Whether a transfer can be settled in cash: it is confirmed, and its plan has ended, by its day of
 * maturity or before it, as a product that is suspended.
 */
export function isRedeemable(
  { state, overlays }: Pick<Transfer, "state" | "overlays">,
  plan: Pick<Product, "state" | "maturity_date">,
  today: string,
): boolean {
  const hasMatured = plan.maturity_date !== null && plan.maturity_date <= today;
  return (
    state === "CONFIRMED" &&
    overlays.every((each) => each === "HELD") &&
    (hasMatured || plan.state === "SUSPENDED")
  );
}

type Officer = Pick<Self, "officer_id" | "roles">;

export function stepOf(transfer: Transfer, officer: Officer, terms: Terms, nowMs: number): Step {
  if (terms.signed) return "SIGNED";
  if (transfer.overlays.length > 0) return "HELD";
  if (!terms.review) return "DECIDE";
  const { officer_id: me, roles } = officer;
  if (me === null) return "IN_PERSON";
  const {
    made_by: maker = null,
    claimed_by: claimant = null,
    claimed_until: until = null,
  } = transfer.desk ?? {};
  const isClaimed = claimant !== null && claimant !== me;
  if (isClaimed && (until === null || Date.parse(until) > nowMs)) return "CLAIMED";
  if (maker === null) return roles.includes("MAKER") ? "PROPOSE" : "FOR_MAKER";
  if (maker === me) return "OWN_PROPOSAL";
  return roles.includes("CHECKER") ? "DECIDE" : "FOR_CHECKER";
}

/** Why one of those chosen is left out: it is not the officer's, or proposed is the opposite. */
export type Left = Exclude<Step, "DECIDE" | "PROPOSE"> | "DIFFERS";

export interface Plan {
  readonly word: Word;
  readonly decided: readonly DecisionItem[];
  readonly proposed: readonly ProposedItem[];
  readonly left: readonly { readonly transfer: Transfer; readonly why: Left }[];
}

/**
 * What saying `word` to all of these comes to: a decision where it is the officer's, a proposal
 * where another one decides. What is proposed is approved with the reason that its maker gave.
 */
export function planOf(
  transfers: readonly Transfer[],
  word: Word,
  reason: Reason,
  stepOfEach: (transfer: Transfer) => Step,
): Plan {
  const decided: DecisionItem[] = [];
  const proposed: ProposedItem[] = [];
  const left: { transfer: Transfer; why: Left }[] = [];
  for (const transfer of transfers) {
    const step = stepOfEach(transfer);
    const { criteria = null, proposed: offered = null } = transfer.desk ?? {};
    const given = transfer.desk?.proposed_reason ?? reason;
    const item = {
      transfer_id: transfer.transfer_id,
      version: transfer.version,
      criteria,
      decision: word,
      reason: word === "CONFIRM" ? null : given,
    };
    if (step === "PROPOSE" && criteria !== null) proposed.push({ ...item, criteria });
    else if (step === "PROPOSE") left.push({ transfer, why: "HELD" });
    else if (step !== "DECIDE") left.push({ transfer, why: step });
    else if (offered !== null && offered !== word) left.push({ transfer, why: "DIFFERS" });
    else decided.push(item);
  }
  return { word, decided, proposed, left };
}

/** Of how many parties and how much these transfers are, exactly. */
export function totalOf(
  transfers: readonly Pick<Transfer, "seller_id" | "buyer_id" | "units" | "consideration">[],
) {
  return {
    units: transfers.reduce((sum, { units }) => addDecimals(sum, units), "0"),
    consideration: transfers.reduce((sum, each) => addDecimals(sum, each.consideration), "0"),
    sellers: new Set(transfers.map(({ seller_id: id }) => id)).size,
    buyers: new Set(transfers.map(({ buyer_id: id }) => id)).size,
  };
}

/** The one to work on after this: the next that is due of those that are his; null: none is. */
export function nextAfter(
  transferId: string,
  transfers: readonly Transfer[],
  isMine: (transfer: Transfer) => boolean,
): string | null {
  const inOrder = [...transfers].sort(byDue);
  const place = inOrder.findIndex(({ transfer_id: id }) => id === transferId);
  const others = [...inOrder.slice(place + 1), ...inOrder.slice(0, Math.max(place, 0))];
  return others.find(isMine)?.transfer_id ?? null;
}

export type Urgency = "STOPPED" | "OVERDUE" | "TODAY" | "SOON" | "IN_TIME";
const HOUR_MS = 3_600_000;
const TODAY_MS = 24 * HOUR_MS;
const SOON_MS = 72 * HOUR_MS;

/** How soon a transfer ends by itself, or that its clocks stand still. */
export function urgencyOf({ deadline, overlays }: Transfer, nowMs: number): Urgency {
  if (overlays.length > 0 || deadline === null) return "STOPPED";
  const restMs = Date.parse(deadline) - nowMs;
  if (restMs <= 0) return "OVERDUE";
  if (restMs <= TODAY_MS) return "TODAY";
  return restMs <= SOON_MS ? "SOON" : "IN_TIME";
}

/** What is due first comes first; what stands still comes last, oldest first. */
export function byDue(first: Transfer, second: Transfer): number {
  const [one, other] = [dueOf(first), dueOf(second)];
  return one === other
    ? Number(BigInt(first.transfer_id) - BigInt(second.transfer_id))
    : one - other;
}

function dueOf({ deadline, overlays }: Transfer): number {
  return overlays.length > 0 || deadline === null ? Infinity : Date.parse(deadline);
}

export type Standing = "COMING" | "IN_OFFICE" | "PAST";

/** Whether an officer's time has come and is not over: by his dates, or as he was dismissed. */
export function standingOf(
  { begins_at: from, ends_at: until, dismissed_at: dismissed }: Term,
  nowMs: number,
): Standing {
  if (dismissed !== null || (until !== null && Date.parse(until) <= nowMs)) return "PAST";
  return Date.parse(from) > nowMs ? "COMING" : "IN_OFFICE";
}

type Term = Pick<Schemas["Officer"], "begins_at" | "ends_at" | "dismissed_at">;

/** The last moment of a day of the market, as the venue takes moments. */
export function endOfDay(day: string): string {
  return `${day}T15:59:59.999999999Z`;
}

/** A moment from what an input of local time holds, which is read as the market's time. */
export function momentOfInput(text: string): string | null {
  if (text === "") return null;
  const parsed = Date.parse(`${text}${text.length === 16 ? ":00" : ""}+08:00`);
  if (Number.isNaN(parsed)) throw new RangeError(`no moment: ${text}`);
  return new Date(parsed).toISOString();
}
