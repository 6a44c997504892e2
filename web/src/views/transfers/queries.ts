/** What the pages of transfers ask the venue, and what they have done with one. */
import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { api, take, takeAll, type components } from "../../client";
import type { State } from "./states";

export type Transfer = components["schemas"]["Transfer"];
export type TransferWithStates = components["schemas"]["TransferWithStates"];
export type StateEntered = components["schemas"]["StateEntered"];
export type TransferStep = components["schemas"]["TransferStep"];
export type Terms = components["schemas"]["TransferTermsShown"];
export type Preemption = components["schemas"]["Preemption"];
export type ChecklistLine = components["schemas"]["ChecklistLine"];
export type Finding = components["schemas"]["Finding"];

/** Under this, all that is asked about transfers. */
export const TRANSFERS = "transfers";

/** What a list can be of: what is under way, one state, or everything. */
export type Choice = "OPEN" | "ALL" | State;

const PAGE = 100;

/** Newest first, a page at a time. */
export function transfersQuery(choice: Choice) {
  return infiniteQueryOptions({
    queryKey: [TRANSFERS, "list", choice],
    queryFn: ({ pageParam }) =>
      take(
        api.GET("/v1/transfers", {
          params: {
            query: {
              limit: PAGE,
              order: "NEWEST",
              ...chosen(choice),
              ...(pageParam === null ? {} : { cursor: pageParam }),
            },
          },
        }),
      ),
    initialPageParam: null as string | null,
    getNextPageParam: ({ next_cursor: next }) => next,
  });
}

function chosen(choice: Choice) {
  if (choice === "ALL") return {};
  return choice === "OPEN" ? { phase: choice } : { state: choice };
}

export function transferQuery(transferId: string) {
  return queryOptions({
    queryKey: [TRANSFERS, "one", transferId],
    queryFn: () => take(api.GET("/v1/transfers/{transfer_id}", { params: pathOf(transferId) })),
  });
}

export function checklistQuery(transferId: string) {
  return queryOptions({
    queryKey: [TRANSFERS, "checklist", transferId],
    queryFn: () =>
      take(api.GET("/v1/transfers/{transfer_id}/checklist", { params: pathOf(transferId) })),
  });
}

export function documentsQuery(transferId: string) {
  return queryOptions({
    queryKey: [TRANSFERS, "documents", transferId],
    queryFn: () =>
      takeAll<components["schemas"]["EvidenceLink"]>((cursor) =>
        api.GET("/v1/evidence-links", {
          params: {
            query: {
              subject: "TRANSFER",
              subject_id: transferId,
              ...(cursor === undefined ? {} : { cursor }),
            },
          },
        }),
      ),
  });
}

export const preemptionsQuery = queryOptions({
  queryKey: [TRANSFERS, "offered"],
  queryFn: () =>
    takeAll<Preemption>((cursor) =>
      api.GET("/v1/preemptions", {
        params: { query: cursor === undefined ? {} : { cursor } },
      }),
    ),
});

/** Which version of which transfer somebody has read, and does something with. */
export interface About {
  readonly transferId: string;
  readonly version: number;
}

export type Step =
  "sign" | "fund" | "resubmit" | "cancel" | "rescind" | "dispute" | "settleDispute";

/** Have one step taken. */
export function takeStep(step: Step, about: About, key: string): Promise<TransferStep> {
  const params = paramsOf(about, key);
  switch (step) {
    case "sign":
      return take(api.POST("/v1/transfers/{transfer_id}/sign", { params }));
    case "fund":
      return take(api.POST("/v1/transfers/{transfer_id}/fund", { params }));
    case "resubmit":
      return take(api.POST("/v1/transfers/{transfer_id}/resubmit", { params }));
    case "cancel":
      return take(api.POST("/v1/transfers/{transfer_id}/cancel", { params }));
    case "rescind":
      return take(api.POST("/v1/transfers/{transfer_id}/rescind", { params }));
    case "dispute":
      return take(
        api.POST("/v1/transfers/{transfer_id}/overlays", { params, body: { overlay: "DISPUTED" } }),
      );
    case "settleDispute":
      return take(
        api.DELETE("/v1/transfers/{transfer_id}/overlays/{overlay}", {
          params: { ...params, path: { ...params.path, overlay: "DISPUTED" } },
        }),
      );
  }
}

/** Use a right of pre-emption, or let it go. */
export function answerPreemption(answer: "WAIVE" | "EXERCISE", about: About, key: string) {
  const params = paramsOf(about, key);
  return take(api.POST("/v1/transfers/{transfer_id}/preemption", { params, body: { answer } }));
}

/** A document as somebody hands it in. */
export interface HandedIn {
  readonly transferId: string;
  readonly kind: ChecklistLine["kind"];
  readonly of: ChecklistLine["of"];
  readonly file: File;
}

/** Upload a file and attach it: two requests of one wish. */
export async function handIn({ transferId, kind, of, file }: HandedIn, key: string) {
  const { evidence_id: evidenceId } = await take(
    api.POST("/v1/evidence", {
      params: { header: { "Idempotency-Key": `${key}-file` } },
      headers: { "Content-Type": file.type },
      // The description of the interface has no type for bytes: they go as they are.
      body: file as unknown as string,
      bodySerializer: (body: unknown) => body as File,
    }),
  );
  return take(
    api.POST("/v1/evidence-links", {
      params: { header: { "Idempotency-Key": `${key}-link` } },
      body: {
        subject: "TRANSFER",
        subject_id: transferId,
        evidence_id: evidenceId,
        kind,
        ...(of === null ? {} : { of }),
      },
    }),
  );
}

function pathOf(transferId: string) {
  return { path: { transfer_id: transferId } };
}

function paramsOf({ transferId, version }: About, key: string) {
  return {
    ...pathOf(transferId),
    header: { "Idempotency-Key": key, "If-Match": `"${version}"` },
  };
}
