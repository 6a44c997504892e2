/** A file of one's own, uploaded and made a document about oneself. */
import { api, take, type components } from "../../client";
import type { Intents } from "../../client/intents";

type Document = components["schemas"]["EvidenceLink"];

/** Tried again it goes on where it was: both requests have keys that are the file's. */
export async function uploadDocument(
  file: File,
  partyId: string,
  intents: Intents,
): Promise<Document> {
  const wish = [file.name, file.size, file.lastModified] as const;
  const uploaded = await take(
    api.POST("/v1/evidence", {
      params: { header: { "Idempotency-Key": intents.keyOf(["upload", ...wish]) } },
      headers: { "Content-Type": file.type },
      // The document describes a binary body as a string.
      body: file as unknown as string,
      bodySerializer: (body) => body,
    }),
  );
  return take(
    api.POST("/v1/evidence-links", {
      params: { header: { "Idempotency-Key": intents.keyOf(["attach", ...wish]) } },
      body: {
        subject: "PARTY",
        subject_id: partyId,
        evidence_id: uploaded.evidence_id,
        kind: "QUALIFICATION",
      },
    }),
  );
}
