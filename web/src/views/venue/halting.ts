/** Halts: given at once, lifted by whoever gave them. */
import { api, type components } from "../../client";
import type { Person } from "../../session/person";
import type { Answered } from "./acting";
import { keyed } from "./acts";

export type Halt = components["schemas"]["Halt"];
export type HaltBody = components["schemas"]["HaltBody"];

export const HALT_REASONS = [
  "MATERIAL_EVENT",
  "NEWS_PENDING",
  "DISORDERLY_TRADING",
  "TECHNICAL_FAULT",
  "OFFICIAL_ORDER",
  "UNDER_REVIEW",
  "OTHER",
] as const satisfies readonly HaltBody["reason"][];

export function haltTrade(body: HaltBody, key: string): Promise<Answered> {
  return api.POST("/v1/halts", { params: { header: keyed(key) }, body });
}

export function liftHalt(haltId: string, note: string, key: string): Promise<Answered> {
  return api.POST("/v1/halts/{halt_id}/lift", {
    params: { path: { halt_id: haltId }, header: keyed(key) },
    body: { note },
  });
}

/** Whoever gave it; of a key's owner it is not known who he is, and the venue decides. */
export function mayLift({ partyId }: Person, { given_by: by }: Halt): boolean {
  return partyId === null || partyId === by;
}
