/** A price that somebody states in one way, as an order's price and in the other ways. */
import { useDebouncedValue } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import type { components } from "../../client";
import { isStated, onTick, type Basis, type Stated } from "./entry";
import { statedQuery, type Product, type Side } from "./queries";

const TYPING_MS = 300;

/** What the book of a product ranks by. */
export function bookBasis(product: Product): "CLEAN" | "DIRTY" {
  return product.pricing.facts.quote_basis === "CLEAN" ? "CLEAN" : "DIRTY";
}

/** The ways in which a price of the product can be stated, the book's own first. */
export function basesOf(product: Product): readonly Basis[] {
  const { facts, accrued_per_unit: accrued } = product.pricing;
  const own = bookBasis(product);
  const other: Basis = own === "CLEAN" ? "DIRTY" : "CLEAN";
  return [
    own,
    ...(accrued === null ? [] : [other]),
    ...(facts.nav === null ? [] : (["NAV_DISCOUNT"] as const)),
    ...(product.maturity_date === null ? [] : (["YIELD"] as const)),
  ];
}

export interface OrderPrice {
  /** In yuan a unit, on the tick; null while it is not known. */
  readonly price: string | null;
  readonly quotes: components["schemas"]["PriceQuotes"] | null;
  readonly error: unknown;
}

export function useOrderPrice(product: Product, stated: Stated, side: Side): OrderPrice {
  const { symbol, tick } = product;
  const [{ basis, text }] = useDebouncedValue(stated, TYPING_MS);
  const isAsked = isStated({ basis, text });
  const { data, error } = useQuery(statedQuery(symbol, isAsked ? { basis, text } : null));
  const isTyping = basis !== stated.basis || text !== stated.text;
  if (!isAsked || isTyping) return { price: null, quotes: null, error: null };
  const own = bookBasis(product);
  // What is stated as the book ranks goes as it is: the reader corrects a price off the tick.
  if (basis === own) return { price: text, quotes: data?.quotes ?? null, error };
  const converted = own === "CLEAN" ? data?.quotes.clean : data?.quotes.full;
  const price = converted == null ? null : onTick(converted, tick, side);
  return { price, quotes: data?.quotes ?? null, error };
}
