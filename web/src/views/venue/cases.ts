/**
 * All that the venue tells of one transfer, in one file: the transfer with its findings, decisions
 * and money, its checklist, its documents with their hashes, the product's rules, and what people
 * had to see to about it. Each part is read over the interface, and a regulator's reads are logged.
 */
import { api, take, takeAll, type components } from "../../client";

type Schemas = components["schemas"];

export interface Case {
  readonly transfer: Schemas["Transfer"];
  readonly checklist: Schemas["Checklist"];
  readonly documents: readonly Schemas["EvidenceLink"][];
  readonly rules: Schemas["ProductRules"];
  readonly exceptions: readonly Schemas["DeskException"][];
  readonly clearances: readonly Schemas["Clearance"][];
}

export async function readCase(transferId: string): Promise<Case> {
  const params = { path: { transfer_id: transferId } };
  const transfer = await take(api.GET("/v1/transfers/{transfer_id}", { params }));
  const [checklist, documents, rules, exceptions, clearances] = await Promise.all([
    take(api.GET("/v1/transfers/{transfer_id}/checklist", { params })),
    takeAll<Schemas["EvidenceLink"]>((cursor) =>
      api.GET("/v1/evidence-links", {
        params: {
          query: { subject: "TRANSFER", subject_id: transferId, ...(cursor ? { cursor } : {}) },
        },
      }),
    ),
    take(api.GET("/v1/products/{symbol}/rules", { params: { path: { symbol: transfer.symbol } } })),
    takeAll<Schemas["DeskException"]>((cursor) =>
      api.GET("/v1/exceptions", { params: { query: cursor ? { cursor } : {} } }),
    ),
    takeAll<Schemas["Clearance"]>((cursor) =>
      api.GET("/v1/clearances", { params: { query: cursor ? { cursor } : {} } }),
    ),
  ]);
  return {
    transfer,
    checklist,
    documents,
    rules,
    exceptions: exceptions.filter((each) => each.subject_id === transferId && isOfTransfer(each)),
    clearances: clearances.filter((each) => each.transfer_id === transferId),
  };
}

/** The kinds of exceptions whose subject is a transfer: others have other numbers. */
function isOfTransfer({ kind }: Schemas["DeskException"]): boolean {
  return ["LATE_DECISION", "REGISTRATION_LATE", "MONEY_CLAIM", "MARKET_CLAIM"].includes(kind);
}

/** The file, and the hash of its bytes: whoever gets it can compute that again. */
export async function caseFile(
  found: Case,
): Promise<{ readonly file: Blob; readonly sha256: string }> {
  const bytes = new TextEncoder().encode(`${JSON.stringify(found, null, 2)}\n`);
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  const sha256 = [...digest].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return { file: new Blob([bytes], { type: "application/json" }), sha256 };
}
