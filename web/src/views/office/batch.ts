/** Many decisions at once: what they would do, and what became of each. */
import { queryOptions } from "@tanstack/react-query";
import { api, take, type components } from "../../client";
import type { Plan } from "./work";

export type DecisionsPreview = components["schemas"]["DecisionsPreview"];

export interface RowResult {
  readonly transferId: string;
  /** What it has become: a state, or PROPOSED; null: refused. */
  readonly became: string | null;
  readonly refusal: string | null;
}

/** What the venue says that these decisions would do. Asked anew each time: it goes out of date. */
export function previewQuery(plan: Plan) {
  return queryOptions({
    queryKey: ["office-preview", plan.decided],
    queryFn: () => take(api.POST("/v1/decisions/preview", { body: { items: [...plan.decided] } })),
    enabled: plan.decided.length > 0,
    staleTime: 0,
    gcTime: 0,
  });
}

/** Decides and proposes; a repeated try under the same key is answered as before. */
export async function carryOut(plan: Plan, key: string): Promise<readonly RowResult[]> {
  return [...(await decide(plan, `${key}-d`)), ...(await propose(plan, `${key}-p`))];
}

async function decide({ decided }: Plan, key: string): Promise<readonly RowResult[]> {
  if (decided.length === 0) return [];
  const params = { header: { "Idempotency-Key": key } };
  const answer = await take(api.POST("/v1/decisions", { params, body: { items: [...decided] } }));
  return answer.items.map(({ transfer_id: transferId, decision, refusal }) => ({
    transferId,
    became: decision?.state ?? null,
    refusal,
  }));
}

async function propose({ proposed }: Plan, key: string): Promise<readonly RowResult[]> {
  if (proposed.length === 0) return [];
  const params = { header: { "Idempotency-Key": key } };
  const answer = await take(
    api.POST("/v1/decisions/propose", { params, body: { items: [...proposed] } }),
  );
  return answer.items.map(({ transfer_id: transferId, refusal }) => ({
    transferId,
    became: refusal === null ? "PROPOSED" : null,
    refusal,
  }));
}
