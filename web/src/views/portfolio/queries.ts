/** What the pages of the portfolio ask the venue. */
import { queryOptions } from "@tanstack/react-query";
import { api, takeAll, type components } from "../../client";

export type Holding = components["schemas"]["Holding"];
export type Lot = components["schemas"]["Lot"];
export type MarketClaim = components["schemas"]["MarketClaim"];

/** What units may be in; together they are all of them. */
export const BUCKETS = ["available", "reserved", "locked", "pledged", "frozen"] as const;

/** Under this, all that is asked about holdings. */
export const HOLDINGS = "holdings";
const PAGE = 500;

export const holdingsQuery = queryOptions({
  queryKey: [HOLDINGS, "all"],
  queryFn: () =>
    takeAll<Holding>((cursor) =>
      api.GET("/v1/holdings", {
        params: { query: { limit: PAGE, ...(cursor === undefined ? {} : { cursor }) } },
      }),
    ),
});

export function lotsQuery(symbol: string) {
  return queryOptions({
    queryKey: [HOLDINGS, "lots", symbol],
    queryFn: () =>
      takeAll<Lot>((cursor) =>
        api.GET("/v1/holdings/{symbol}/lots", {
          params: {
            path: { symbol },
            query: { limit: PAGE, ...(cursor === undefined ? {} : { cursor }) },
          },
        }),
      ),
  });
}

/** The latest ones. */
export const claimsQuery = queryOptions({
  queryKey: [HOLDINGS, "claims"],
  queryFn: () =>
    takeAll<MarketClaim>(
      (cursor) =>
        api.GET("/v1/market-claims", {
          params: { query: { limit: 100, ...(cursor === undefined ? {} : { cursor }) } },
        }),
      { pagesMax: 1 },
    ),
});
