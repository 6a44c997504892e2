/** What the desk asks the venue. */
import { queryOptions } from "@tanstack/react-query";
import { api, take, takeAll, type components } from "../../client";
import { sumDecimals } from "../../format/decimal";

type Schemas = components["schemas"];
export type Transfer = Schemas["Transfer"];
export type Desk = Schemas["DeskShown"];
export type Officer = Schemas["Officer"];
export type Self = Schemas["WhoAmI"];
export type EvidenceLink = Schemas["EvidenceLink"];
export type DeskException = Schemas["DeskException"];
export type RegisteredHolder = Schemas["RegisteredHolder"];
export type Webhook = Schemas["Webhook"];
export type Delivery = Schemas["Delivery"];

/** Everything of the desk's: what an officer does makes all of it old. */
export const OFFICE = "office";
/** So often what no channel tells is asked for, and all while the channel is silent. */
export const REFRESH_MS = 15_000;
const PAGE = 500;
/** Kept fresh by the channel `confirmations`. */
export const QUEUE = [OFFICE, "queue"] as const;

function paged(cursor: string | undefined) {
  return { limit: PAGE, ...(cursor === undefined ? {} : { cursor }) };
}

/** Who acts, by session or by key. */
export const selfQuery = queryOptions({
  queryKey: ["self"],
  queryFn: () => take(api.GET("/v1/session")),
});

export const queueQuery = queryOptions({
  queryKey: QUEUE,
  queryFn: () =>
    takeAll<Transfer>((cursor) => api.GET("/v1/desk/queue", { params: { query: paged(cursor) } })),
});

export function transferQuery(transferId: string) {
  return queryOptions({
    queryKey: [OFFICE, "transfer", transferId],
    queryFn: () =>
      take(
        api.GET("/v1/transfers/{transfer_id}", { params: { path: { transfer_id: transferId } } }),
      ),
  });
}

export function checklistQuery(transferId: string) {
  return queryOptions({
    queryKey: [OFFICE, "checklist", transferId],
    queryFn: () =>
      take(
        api.GET("/v1/transfers/{transfer_id}/checklist", {
          params: { path: { transfer_id: transferId } },
        }),
      ),
  });
}

export function documentsQuery(transferId: string) {
  return queryOptions({
    queryKey: [OFFICE, "documents", transferId],
    queryFn: () =>
      takeAll<EvidenceLink>((cursor) =>
        api.GET("/v1/evidence-links", {
          params: { query: { subject: "TRANSFER", subject_id: transferId, ...paged(cursor) } },
        }),
      ),
  });
}

export const officersQuery = queryOptions({
  queryKey: [OFFICE, "officers"],
  queryFn: () =>
    takeAll<Officer>((cursor) => api.GET("/v1/officers", { params: { query: paged(cursor) } })),
});

export const exceptionsQuery = queryOptions({
  queryKey: [OFFICE, "exceptions"],
  queryFn: () =>
    takeAll<DeskException>((cursor) =>
      api.GET("/v1/exceptions", { params: { query: paged(cursor) } }),
    ),
});

/** Who held a product's units; `asOf` null: now. */
export function registerQuery(symbol: string, asOf: string | null) {
  return queryOptions({
    queryKey: [OFFICE, "register", symbol, asOf],
    queryFn: () => registerAsOf(symbol, asOf),
  });
}

/** How many units a product's register has now. */
export function postedUnitsQuery(symbol: string) {
  return queryOptions({
    queryKey: [OFFICE, "posted", symbol],
    queryFn: () => postedUnits(symbol),
  });
}

export async function postedUnits(symbol: string): Promise<string> {
  const { holders } = await registerAsOf(symbol, null);
  return sumDecimals(holders.map(({ units }) => units));
}

async function registerAsOf(symbol: string, asOf: string | null) {
  const path = { symbol };
  const first = await take(
    api.GET("/v1/products/{symbol}/register", {
      params: { path, query: { limit: PAGE, ...(asOf === null ? {} : { as_of: asOf }) } },
    }),
  );
  const { as_of_sequence: sequence, as_of: at, next_cursor: next } = first;
  if (next === null) return { sequence, at, holders: first.items };
  const rest = await takeAll<RegisteredHolder>((cursor) =>
    api.GET("/v1/products/{symbol}/register", { params: { path, query: paged(cursor ?? next) } }),
  );
  return { sequence, at, holders: [...first.items, ...rest] };
}

/** What one holder had, contract by contract, as of the same command as the register shown. */
export function holderQuery(symbol: string, holderId: string, sequence: string) {
  return queryOptions({
    queryKey: [OFFICE, "register", symbol, "holder", holderId, sequence],
    queryFn: () =>
      take(
        api.GET("/v1/products/{symbol}/register/{holder_id}", {
          params: {
            path: { symbol, holder_id: holderId },
            query: sequence === "0" ? {} : { as_of_sequence: sequence },
          },
        }),
      ),
  });
}

export function serviceQuery(partyId: string) {
  return queryOptions({
    queryKey: [OFFICE, "service", partyId],
    queryFn: () =>
      take(
        api.GET("/v1/trust-companies/{trust_company_id}/sla", {
          params: { path: { trust_company_id: partyId } },
        }),
      ),
    staleTime: 0, // colleagues decide, too: each look is at what has been answered by then
  });
}

export const webhooksQuery = queryOptions({
  queryKey: [OFFICE, "webhooks"],
  queryFn: () =>
    takeAll<Webhook>((cursor) => api.GET("/v1/webhooks", { params: { query: paged(cursor) } })),
});

export function deliveriesQuery(webhookId: string) {
  return queryOptions({
    queryKey: [OFFICE, "deliveries", webhookId],
    queryFn: () =>
      take(
        api.GET("/v1/webhooks/{webhook_id}/deliveries", {
          params: { path: { webhook_id: webhookId }, query: { limit: 50 } },
        }),
      ),
    refetchInterval: REFRESH_MS,
  });
}
