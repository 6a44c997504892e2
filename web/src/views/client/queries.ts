/** What the pages about oneself ask the venue. */
import { queryOptions } from "@tanstack/react-query";
import { api, take, type components } from "../../client";

export type Profile = components["schemas"]["OwnProfile"];
export type Application = components["schemas"]["Application"];

export const CLIENT = ["client"] as const;

export const profileQuery = queryOptions({
  queryKey: [...CLIENT, "profile"],
  queryFn: () => take(api.GET("/v1/profile")),
});

export const applicationsQuery = queryOptions({
  queryKey: [...CLIENT, "applications"],
  queryFn: async () => (await take(api.GET("/v1/applications"))).items,
});

export const accountsQuery = queryOptions({
  queryKey: [...CLIENT, "bank-accounts"],
  queryFn: async () => (await take(api.GET("/v1/bank-accounts"))).items,
});

export const questionnaireQuery = queryOptions({
  queryKey: ["questionnaire"],
  queryFn: () => take(api.GET("/v1/questionnaires/current")),
  staleTime: 3_600_000,
});

/** Documents of one's own that count. */
export function documentsQuery(partyId: string) {
  return queryOptions({
    queryKey: [...CLIENT, "documents", partyId],
    queryFn: async () => {
      const query = { subject: "PARTY", subject_id: partyId } as const;
      const page = await take(api.GET("/v1/evidence-links", { params: { query } }));
      return page.items.filter(({ status }) => status === "VALID");
    },
  });
}

export function feasibleQuery(symbol: string) {
  return queryOptions({
    queryKey: [...CLIENT, "feasible", symbol],
    queryFn: () =>
      take(api.GET("/v1/products/{symbol}/feasible", { params: { path: { symbol } } })),
    staleTime: 60_000,
  });
}
