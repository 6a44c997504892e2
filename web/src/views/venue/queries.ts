/** What the page of safety asks the venue. */
import { queryOptions } from "@tanstack/react-query";
import { api, RequestFailed, take, takeAll } from "../../client";
import { subtractDecimals } from "../../format/decimal";

const UNAVAILABLE = 503;

/** Whether the venue takes commands, and why not. */
export const readyQuery = queryOptions({
  queryKey: ["venue", "ready"],
  queryFn: async () => {
    try {
      await take(api.GET("/readyz"));
      return { isReady: true, why: null };
    } catch (error) {
      if (error instanceof RequestFailed && error.status === UNAVAILABLE) {
        return { isReady: false, why: error.problem?.detail ?? null };
      }
      throw error;
    }
  },
});

/** How far supervision has looked, and how far there is to look. */
export const watchingQuery = queryOptions({
  queryKey: ["venue", "watching"],
  queryFn: async () => {
    const { head, sequence } = await take(api.GET("/v1/supervision"));
    return { head, behind: subtractDecimals(head, sequence) };
  },
});

/** The last one; null: there was none yet. */
export const reconciliationQuery = queryOptions({
  queryKey: ["venue", "reconciliation"],
  queryFn: async () => {
    const params = { query: { limit: 1 } };
    const { items } = await take(api.GET("/v1/reconciliations", { params }));
    return items[0] ?? null;
  },
});

export const openExceptionsQuery = queryOptions({
  queryKey: ["venue", "exceptions"],
  queryFn: () =>
    takeAll((cursor) =>
      api.GET("/v1/exceptions", {
        params: { query: { state: "OPEN", limit: 200, ...(cursor ? { cursor } : {}) } },
      }),
    ),
});

export const standingHaltsQuery = queryOptions({
  queryKey: ["venue", "halts"],
  queryFn: () =>
    takeAll((cursor) =>
      api.GET("/v1/halts", {
        params: { query: { state: "STANDS", limit: 200, ...(cursor ? { cursor } : {}) } },
      }),
    ),
});

export const openProposalsQuery = queryOptions({
  queryKey: ["venue", "proposals", "OPEN"],
  queryFn: () =>
    takeAll((cursor) =>
      api.GET("/v1/proposals", {
        params: { query: { state: "OPEN", limit: 200, ...(cursor ? { cursor } : {}) } },
      }),
    ),
});
