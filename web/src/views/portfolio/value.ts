/**
 * What units are worth, and by what that is said: always with its basis and its date, because a
 * trust share has no price of every day. Exact; rounded to the fen only at the end.
 */
import type { components } from "../../client";
import { addDecimals, multiplyDecimals, subtractDecimals } from "../../format/decimal";

type Pricing = components["schemas"]["Pricing"];

/** A value of one unit. `on` is the day of a net asset value, or the moment of a deal. */
export interface UnitValue {
  readonly basis: "NAV" | "DEAL" | "PAR";
  readonly price: string;
  readonly on: string | null;
}

/** The last disclosed net asset value; without one the last deal; without either, par. */
export function unitValue(pricing: Pricing, parValue: string): UnitValue {
  const { nav, nav_on: navOn } = pricing.facts;
  if (nav !== null) return { basis: "NAV", price: nav, on: navOn };
  return dealValue(pricing) ?? { basis: "PAR", price: parValue, on: null };
}

/** What a unit cost in the last deal, its accrued income in it; null: there was none. */
export function dealValue({ last_deal: deal }: Pricing): UnitValue | null {
  if (deal === null) return null;
  return { basis: "DEAL", price: deal.quotes?.full ?? deal.price, on: deal.matched_at };
}

/** In yuan, to the fen. */
export function worth(units: string, price: string): string {
  return multiplyDecimals(units, price, 2);
}

/** What units would bring above what they had cost, before fees and taxes. */
export function gain(units: string, price: string, cost: string): string {
  return subtractDecimals(worth(units, price), cost);
}

/** The sum of amounts; "0.00" of none. */
export function sum(amounts: readonly string[]): string {
  return amounts.reduce(addDecimals, "0.00");
}

/** A day on which something is due to who holds a product. */
export interface IncomeDay {
  readonly symbol: string;
  readonly kind: "RECORD" | "PAYMENT";
  readonly day: string;
}

/** The disclosed days from `today` on, the next one first. */
export function incomeDays(
  held: readonly { readonly symbol: string; readonly pricing: Pricing }[],
  today: string,
): readonly IncomeDay[] {
  return held
    .flatMap(({ symbol, pricing: { facts } }) => [
      { symbol, kind: "RECORD" as const, day: facts.next_record_on },
      { symbol, kind: "PAYMENT" as const, day: facts.next_payment_on },
    ])
    .filter((each): each is IncomeDay => each.day !== null && each.day >= today)
    .sort((first, second) => first.day.localeCompare(second.day));
}
