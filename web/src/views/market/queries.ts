/** What the market's pages ask the venue. */
import { queryOptions } from "@tanstack/react-query";
import { api, take, takeAll, type components } from "../../client";

export type Product = components["schemas"]["Product"];

export const productsQuery = queryOptions({
  queryKey: ["products"],
  queryFn: () =>
    takeAll<Product>((cursor) =>
      api.GET("/v1/products", {
        params: { query: { limit: 500, ...(cursor === undefined ? {} : { cursor }) } },
      }),
    ),
});

export function productQuery(symbol: string) {
  return queryOptions({
    queryKey: ["products", symbol],
    queryFn: () => take(api.GET("/v1/products/{symbol}", { params: { path: { symbol } } })),
  });
}

/** What is for everybody of a product's trade. */
export function activityQuery(symbol: string) {
  return queryOptions({
    queryKey: ["products", symbol, "activity"],
    queryFn: () =>
      take(api.GET("/v1/products/{symbol}/activity", { params: { path: { symbol } } })),
  });
}

export function slotsQuery(symbol: string) {
  return queryOptions({
    queryKey: ["products", symbol, "slots"],
    queryFn: () => take(api.GET("/v1/products/{symbol}/slots", { params: { path: { symbol } } })),
  });
}

export function disclosuresQuery(symbol: string) {
  return queryOptions({
    queryKey: ["products", symbol, "disclosures"],
    queryFn: () =>
      take(
        api.GET("/v1/products/{symbol}/disclosures", {
          params: { path: { symbol }, query: { limit: 10 } },
        }),
      ),
  });
}

/** What a price means today: its discount to the net asset value, its yield. */
export function quotesQuery(symbol: string, price: string, basis: "CLEAN" | "DIRTY") {
  return queryOptions({
    queryKey: ["products", symbol, "price", basis, price],
    queryFn: () =>
      take(
        api.GET("/v1/products/{symbol}/price", {
          params: { path: { symbol }, query: { basis, value: price } },
        }),
      ),
    staleTime: 3_600_000, // of a day
  });
}
