/** What the pages of new products ask the venue. */
import { queryOptions } from "@tanstack/react-query";
import { api, take, takeAll } from "../../../client";

/** Who may be a product's trust company, and by which calendars it may go. */
export const choicesQuery = queryOptions({
  queryKey: ["venue", "listing", "choices"],
  queryFn: async () => {
    const [parties, calendars] = await Promise.all([
      takeAll((cursor) =>
        api.GET("/v1/parties", {
          params: { query: { limit: 500, ...(cursor === undefined ? {} : { cursor }) } },
        }),
      ),
      take(api.GET("/v1/calendars")),
    ]);
    return {
      companies: parties.filter(({ kind }) => kind === "TRUST_COMPANY"),
      calendars: calendars.items.map(({ calendar_id: id }) => id),
    };
  },
});

export function rulesQuery(symbol: string) {
  return queryOptions({
    queryKey: ["venue", "listing", "rules", symbol],
    queryFn: () => take(api.GET("/v1/products/{symbol}/rules", { params: { path: { symbol } } })),
  });
}
