/** What the pages of orders ask the venue, and what they have done there. */
import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { api, take, takeAll, takeBounded, type components } from "../../client";
import { newestFirst, OPEN_STATUSES, type Stated } from "./entry";

type Schemas = components["schemas"];
export type Product = Schemas["Product"];
export type Negotiation = Schemas["Negotiation"];
export type NegotiationStep = Schemas["NegotiationStep"];
export type Offer = Schemas["Offer"];
export type Order = Schemas["Order"];
export type Preview = Schemas["Preview"];
export type PreviewBody = Schemas["PreviewBody"];
export type Finding = Schemas["Finding"];
export type FeasibleSide = Schemas["FeasibleSide"];
export type FeasibleListing = Schemas["FeasibleListing"];
export type QuantityRange = Schemas["QuantityRange"];
export type Side = "BUY" | "SELL";

/** What is old after so long is asked for again, while somebody looks at it. */
export const REFRESH_MS = 5_000;
/** Under these, the lists that channels of the feed keep fresh. */
export const ORDERS = "orders";
export const NEGOTIATIONS = "negotiations";
const KEPT_MS = 60_000;

/** What an order, an offer or a listing of these terms would mean. It changes nothing. */
export function previewQuery(body: PreviewBody | null) {
  return queryOptions({
    queryKey: ["preview", body],
    queryFn: () => take(api.POST("/v1/orders/preview", { body: body as PreviewBody })),
    enabled: body !== null,
    staleTime: REFRESH_MS,
    gcTime: KEPT_MS,
  });
}

export function feasibleQuery(symbol: string, price: string | null) {
  const query = price === null ? {} : { price };
  return queryOptions({
    queryKey: ["feasible", symbol, price],
    queryFn: () =>
      take(api.GET("/v1/products/{symbol}/feasible", { params: { path: { symbol }, query } })),
    staleTime: REFRESH_MS,
  });
}

export function guidanceQuery(symbol: string) {
  return queryOptions({
    queryKey: ["guidance", symbol],
    queryFn: () =>
      take(api.GET("/v1/products/{symbol}/guidance", { params: { path: { symbol } } })),
  });
}

/** A price that is stated in one way in all of them; null: none is stated. */
export function statedQuery(symbol: string, stated: Stated | null) {
  return queryOptions({
    queryKey: ["products", symbol, "price", stated?.basis, stated?.text],
    queryFn: () =>
      take(
        api.GET("/v1/products/{symbol}/price", {
          params: {
            path: { symbol },
            query: { basis: stated?.basis ?? "DIRTY", value: stated?.text ?? "" },
          },
        }),
      ),
    enabled: stated !== null,
  });
}

export const CLOSED_STATUSES = [
  "MATCHED",
  "CANCELLED",
  "EXPIRED",
  "WITHDRAWN_BY_VENUE",
] as const satisfies Order["status"][];
export type ClosedStatus = (typeof CLOSED_STATUSES)[number];

const OPEN_PAGE = 500;
/** A party may have a thousand open orders; the operator, who sees everybody's, is told of more. */
const OPEN_PAGES_MAX = 2;
const HISTORY_PAGE = 50;

/** All open orders, newest first: one after the other, so that none is missed as it matches. */
export const openOrdersQuery = queryOptions({
  queryKey: [ORDERS, "open"],
  queryFn: async () => {
    const found = new Map<string, Order>();
    let isCut = false;
    for (const status of OPEN_STATUSES) {
      const taken = await takeBounded<Order>(
        (cursor) =>
          api.GET("/v1/orders", {
            params: {
              query: { limit: OPEN_PAGE, status, ...(cursor === undefined ? {} : { cursor }) },
            },
          }),
        { pagesMax: OPEN_PAGES_MAX },
      );
      for (const order of taken.items) found.set(order.order_id, order);
      isCut ||= taken.isCut;
    }
    return { items: newestFirst([...found.values()]), isCut };
  },
});

/** What was ordered, newest first, a page at a time. Null: whatever became of it. */
export function orderHistoryQuery(status: ClosedStatus | null) {
  return infiniteQueryOptions({
    queryKey: [ORDERS, "history", status],
    queryFn: ({ pageParam }) =>
      take(
        api.GET("/v1/orders", {
          params: {
            query: {
              limit: HISTORY_PAGE,
              ...(status === null ? {} : { status }),
              ...(pageParam === null ? {} : { cursor: pageParam }),
            },
          },
        }),
      ),
    initialPageParam: null as string | null,
    getNextPageParam: ({ next_cursor: next }) => next,
  });
}

/** Those of which one may hear, newest first: of a product, or of all. */
export function negotiationsQuery(symbol: string | null) {
  return queryOptions({
    queryKey: [NEGOTIATIONS, symbol],
    queryFn: () =>
      takeAll<Negotiation>(
        (cursor) =>
          api.GET("/v1/negotiations", {
            params: {
              query: {
                limit: 100,
                ...(symbol === null ? {} : { symbol }),
                ...(cursor === undefined ? {} : { cursor }),
              },
            },
          }),
        { pagesMax: 3 },
      ),
  });
}

/** What the reader may answer to what stands, kept fresh with it. */
export function answersQuery(symbol: string) {
  return queryOptions({
    queryKey: [NEGOTIATIONS, symbol, "feasible"],
    queryFn: async () => {
      const path = { symbol };
      const told = await take(api.GET("/v1/products/{symbol}/feasible", { params: { path } }));
      return [...told.buy.listings, ...told.sell.listings];
    },
    staleTime: REFRESH_MS,
  });
}

/** The header by which a repeated try is answered and not done again. */
export function once(key: string) {
  return { "Idempotency-Key": key } as const;
}
