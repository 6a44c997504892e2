/**
 * What is entered in a ticket, and who may do what in a negotiation: pure, with exact decimals.
 */
import {
  addDecimals,
  compareDecimals,
  formatDecimal,
  parseDecimal,
  subtractDecimals,
} from "../../format/decimal";
import type { Negotiation, Offer, Order, QuantityRange, Side } from "./queries";

export type Basis = "CLEAN" | "DIRTY" | "NAV_DISCOUNT" | "YIELD";

/** A price as somebody states it. */
export interface Stated {
  readonly basis: Basis;
  readonly text: string;
}

const PERCENT = /^-?(0|[1-9]\d{0,5})(\.\d{1,4})?$/;
const SECOND_MS = 1_000;
const DAY_MS = 86_400_000;

/** Whether a text is a positive amount with at most so many decimals. */
export function isAmount(text: string, scale: number): boolean {
  const match = /^(?:0|[1-9]\d{0,14})(?:\.(\d{1,8}))?$/.exec(text);
  return match !== null && (match[1] ?? "").length <= scale && compareDecimals(text, "0") > 0;
}

/** Whether a text can be asked for as a price in this way. */
export function isStated({ basis, text }: Stated): boolean {
  return basis === "YIELD" || basis === "NAV_DISCOUNT" ? PERCENT.test(text) : isAmount(text, 4);
}

/** The nearest price on the tick that is no worse for this side: a buyer's below, else above. */
export function onTick(price: string, tick: string, side: Side): string {
  const [stated, step] = [parseDecimal(price), parseDecimal(tick)];
  const scale = Math.max(stated.scale, step.scale);
  const units = stated.units * 10n ** BigInt(scale - stated.scale);
  const size = step.units * 10n ** BigInt(scale - step.scale);
  const below = (units / size) * size;
  const isBetween = below !== units && side === "SELL";
  return formatDecimal({ units: isBetween ? below + size : below, scale });
}

/** Quantities to choose from: the least and most of each range, and what the book has inside it. */
export function choicesOf(
  ranges: readonly QuantityRange[],
  offered: readonly string[],
): readonly string[] {
  const inside = offered.filter((quantity) =>
    ranges.some(
      ({ least, most }) =>
        compareDecimals(quantity, least) >= 0 && compareDecimals(quantity, most) <= 0,
    ),
  );
  const ends = ranges.flatMap(({ least, most }) => [least, most]);
  return [...new Set([...ends, ...inside])].sort(compareDecimals);
}

/** What the next bid of an auction must reach; null: it is none. */
export function leastBid({ bidding, price }: Negotiation): string | null {
  if (bidding === null || price === null) return null;
  const { leading_price: leading, increment } = bidding;
  return leading === null ? price : addDecimals(leading, increment);
}

/** Whether a bid is the starting price and any number of increments, and high enough. */
export function isBid(negotiation: Negotiation, price: string): boolean {
  const [least, step] = [leastBid(negotiation), negotiation.bidding?.increment];
  if (least === null || step === undefined || compareDecimals(price, least) < 0) return false;
  const [above, size] = [parseDecimal(subtractDecimals(price, least)), parseDecimal(step)];
  const scale = Math.max(above.scale, size.scale);
  const units = above.units * 10n ** BigInt(scale - above.scale);
  return units % (size.units * 10n ** BigInt(scale - size.scale)) === 0n;
}

/** Whether an order keeps its place: at the same price, with no greater quantity. */
export function keepsPlace(
  order: { readonly price: string; readonly open_quantity: string },
  price: string,
  quantity: string,
): boolean {
  return (
    compareDecimals(order.price, price) === 0 && compareDecimals(quantity, order.open_quantity) <= 0
  );
}

/** Of orders that can still match. */
export const OPEN_STATUSES = ["OPEN", "PARTIALLY_MATCHED"] as const satisfies Order["status"][];

/** Whether an order can match no more. */
export function isOver({ status }: Pick<Order, "status">): boolean {
  return !OPEN_STATUSES.some((each) => each === status);
}

/** Orders by their numbers, the newest first. */
export function newestFirst<Numbered extends { readonly order_id: string }>(
  orders: readonly Numbered[],
): readonly Numbered[] {
  return [...orders].sort((one, other) => compareDecimals(other.order_id, one.order_id));
}

/** The moment so many days after another, to the second, as the wire has it. */
export function daysAfter(nowMs: number, days: number): string {
  const at = Math.floor((nowMs + days * DAY_MS) / SECOND_MS) * SECOND_MS;
  return new Date(at).toISOString().replace(".000Z", "Z");
}

export type Act =
  | { readonly act: "withdraw" }
  | { readonly act: "take" | "quote" | "bid" }
  | { readonly act: "accept" | "decline" | "counter"; readonly offer: Offer };

const OPEN: readonly Negotiation["state"][] = ["OPEN", "OFFERED", "LED", "BACKED", "REOPENED"];

/** Whether who asks now stands behind somebody who has got the units already. */
export function isBehind({ market_mode: mode, state }: Negotiation): boolean {
  return mode === "LISTED_PRICE" && state === "BACKED";
}

/** How much may be asked for: behind a deal as much as was listed, though nothing of it is left. */
export function quantityToAskFor(negotiation: Negotiation): string {
  return isBehind(negotiation) ? negotiation.quantity : negotiation.open_quantity;
}

/** Whether anything can still happen in it. */
export function isOpen({ state }: Negotiation): boolean {
  return OPEN.includes(state);
}

/**
 * What the page offers a party to do in a negotiation, by docs/negotiations.md. What is allowed,
 * the venue decides when it is done.
 */
export function actsOf(negotiation: Negotiation, me: string): readonly Act[] {
  if (!isOpen(negotiation)) return [];
  const { offers, opener_id: opener, market_mode: mode, state } = negotiation;
  const isMine = opener === me;
  const standing = offers.filter((offer) => offer.state === "STANDING");
  const theirs = standing.filter((offer) => offer.party_id !== me);
  const ofMine = offers.find(
    (offer) => offer.party_id === me && ["STANDING", "PICKED"].includes(offer.state),
  );
  switch (mode) {
    case "NEGOTIATED":
      return theirs.length > 0
        ? theirs.flatMap((offer): Act[] => [
            { act: "accept", offer },
            { act: "counter", offer },
            { act: "decline", offer },
          ])
        : [{ act: "withdraw" }];
    case "LISTED_PRICE":
      if (isMine) {
        const picks: readonly Act[] =
          state === "OPEN" ? theirs.map((offer) => ({ act: "accept", offer })) : [];
        return [
          ...picks,
          ...theirs.map((offer): Act => ({ act: "decline", offer })),
          { act: "withdraw" },
        ];
      }
      if (ofMine === undefined) return [{ act: "take" }];
      return ofMine.state === "PICKED"
        ? [{ act: "accept", offer: ofMine }, { act: "withdraw" }]
        : [{ act: "withdraw" }];
    case "RFQ":
      if (isMine) {
        return [
          ...theirs.flatMap((offer): Act[] => [
            { act: "accept", offer },
            { act: "decline", offer },
          ]),
          { act: "withdraw" },
        ];
      }
      return ofMine === undefined ? [{ act: "quote" }] : [];
    default:
      if (isMine) {
        if (state === "REOPENED") return highest(theirs).map((offer) => ({ act: "accept", offer }));
        return state === "OPEN" ? [{ act: "withdraw" }] : [];
      }
      return state === "OPEN" || state === "LED" ? [{ act: "bid" }] : [];
  }
}

function highest(offers: readonly Offer[]): readonly Offer[] {
  const ordered = [...offers].sort((one, other) => compareDecimals(other.price, one.price));
  return ordered.slice(0, 1);
}

export function otherSide(side: Side): Side {
  return side === "BUY" ? "SELL" : "BUY";
}
