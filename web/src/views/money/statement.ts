/** What a party had when a period began, what moved it, and what it had at the end: pure, exact. */
import type { components } from "../../client";
import { addDecimals, subtractDecimals, sumDecimals } from "../../format/decimal";
import { dayOfMoment } from "../../format/moments";

type CashEntry = components["schemas"]["CashEntry"];

/** Days of the market, both in it. */
export interface Period {
  readonly from: string;
  readonly to: string;
}

/** A movement, and what there was in all after it. */
export interface Line {
  readonly entry: CashEntry;
  readonly balance: string;
}

export interface Statement extends Period {
  readonly opening: string;
  readonly closing: string;
  /** Oldest first. */
  readonly lines: readonly Line[];
}

/** Whether there is such a period: its days are in order. */
export function isPeriod({ from, to }: Period): boolean {
  return from !== "" && to !== "" && from <= to;
}

/**
 * The statement of a period, counted back from what there is now.
 *
 * `entries` are all since the period began, newest first; what is before it is left out. `total` is
 * the balance after the newest of them.
 */
export function statementOf(
  entries: readonly CashEntry[],
  total: string,
  { from, to }: Period,
): Statement {
  const later = entries.filter(({ at }) => dayOfMoment(at) > to);
  const inside = entries.filter(({ at }) => dayOfMoment(at) >= from && dayOfMoment(at) <= to);
  const closing = subtractDecimals(total, sumDecimals(later.map((each) => each.total)));
  const opening = subtractDecimals(closing, sumDecimals(inside.map((each) => each.total)));
  let balance = opening;
  const lines = [...inside].reverse().map((entry) => {
    balance = addDecimals(balance, entry.total);
    return { entry, balance };
  });
  return { from, to, opening, closing, lines };
}

/** By how much more of the party's money waits: for a transfer, or for the bank. */
export function boundOf({ escrow, frozen }: CashEntry): string {
  return addDecimals(escrow, frozen);
}
