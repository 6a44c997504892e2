/** What somebody is entering in a ticket, and what the venue says of it meanwhile. */
import { useDebouncedValue } from "@mantine/hooks";
import { useQuery, type UseQueryResult } from "@tanstack/react-query";
import { useState } from "react";
import { useTyped } from "../../session/typed";
import { isAmount, type Stated } from "./entry";
import { bookBasis, useOrderPrice, type OrderPrice } from "./price";
import {
  feasibleQuery,
  previewQuery,
  type FeasibleSide,
  type Preview,
  type PreviewBody,
  type Product,
  type Side,
} from "./queries";

const TYPING_MS = 300;

/** What is sent. */
export interface Terms {
  readonly side: Side;
  /** Empty where no price is named. */
  readonly price: string;
  readonly quantity: string;
  readonly acknowledge: string[];
}

export interface Given {
  readonly product: Product;
  /** The sides that may be chosen, the first one at the beginning. */
  readonly sides: readonly [Side, ...Side[]];
  /** What is not for the reader to choose. */
  readonly price?: string;
  readonly quantity?: string;
  /** A price to begin with. */
  readonly startPrice?: string;
  /** Under what it is kept where the session ends over it; without it, nothing is. */
  readonly keptAs?: string;
  /** What is wrong with a price, where it has to be more than a price. */
  readonly wrongWith?: (price: string) => string | null;
  /** Whether what else belongs to it is in order. */
  readonly isComplete?: boolean;
  /** What of it a preview needs to know; null: nobody is bound by it, and there is no preview. */
  readonly asked: Partial<PreviewBody> | null;
}

export interface Draft {
  readonly side: Side;
  readonly setSide: (side: Side) => void;
  readonly stated: Stated;
  readonly setStated: (stated: Stated) => void;
  readonly entered: string;
  readonly setEntered: (quantity: string) => void;
  readonly acknowledge: string[];
  readonly setAcknowledge: (ruleIds: string[]) => void;
  readonly order: OrderPrice;
  /** What is wrong with the price that is entered, by `wrongWith`. */
  readonly wrong: string | null;
  readonly feasible: FeasibleSide | null;
  /** Null: there is nothing to look at yet. */
  readonly terms: Terms | null;
  readonly preview: UseQueryResult<Preview>;
  /** Whether it can go on to be checked. */
  readonly isReady: boolean;
}

export function useDraft(given: Given, { isSent }: { readonly isSent: boolean }): Draft {
  const { product, sides, asked, isComplete = true } = given;
  const keptAs = (field: string) =>
    given.keptAs === undefined ? null : `${given.keptAs}:${product.symbol}:${field}`;
  const [side, setSide] = useTyped<Side>(keptAs("side"), sides[0]);
  const [stated, setStated] = useTyped<Stated>(keptAs("price"), {
    basis: bookBasis(product),
    text: given.price ?? given.startPrice ?? "",
  });
  const [entered, setEntered] = useTyped(keptAs("quantity"), given.quantity ?? "");
  const [quantity] = useDebouncedValue(entered, TYPING_MS);
  const [acknowledge, setAcknowledge] = useState<string[]>([]);
  const order = useOrderPrice(product, stated, side);
  const wrong = order.price === null ? null : (given.wrongWith?.(order.price) ?? null);
  const isQuantity = quantity === entered && isAmount(quantity, product.quantity_scale);
  const isPriced = asked === null || (order.price !== null && wrong === null);
  const terms =
    isQuantity && isPriced ? { side, price: order.price ?? "", quantity, acknowledge } : null;
  const body =
    terms === null || asked === null || !isComplete || isSent
      ? null
      : { symbol: product.symbol, ...asked, ...terms };
  const preview = useQuery(previewQuery(body));
  const feasible = useQuery(feasibleQuery(product.symbol, order.price)).data;
  return {
    side,
    setSide: (chosen) => {
      setSide(chosen);
      setAcknowledge([]);
    },
    stated,
    setStated,
    entered,
    setEntered,
    acknowledge,
    setAcknowledge,
    order,
    wrong,
    feasible: (side === "BUY" ? feasible?.buy : feasible?.sell) ?? null,
    terms,
    preview,
    isReady: terms !== null && isComplete && (asked === null || preview.data?.accepted === true),
  };
}
