/** Deals as their list shows them: each beside the one before it. */
import type { Trade } from "../../feed/frames";

export interface Deal {
  readonly trade: Trade;
  /** The deal before it; undefined: it is not known. */
  readonly before: Trade | undefined;
}

const made = new WeakMap<Trade, Deal>();

/**
 * The first so many; `trades` are newest first. A deal of which nothing is new is the object that
 * it was, so that nobody draws it anew.
 */
export function newestDeals(trades: readonly Trade[], count: number): readonly Deal[] {
  return trades.slice(0, count).map((trade, index) => {
    const before = trades[index + 1];
    const known = made.get(trade);
    if (known !== undefined && known.before === before) return known;
    const deal = { trade, before };
    made.set(trade, deal);
    return deal;
  });
}
