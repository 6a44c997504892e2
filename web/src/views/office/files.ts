/** Files from and to the venue: documents with their hash, and sheets that come back marked. */
import { api, take, type components } from "../../client";
import { RequestFailed } from "../../client/problem";
import { hexOf, sha256Of } from "../../format/digest";
import { currentLanguage } from "../../i18n/words";
import type { EvidenceLink } from "./queries";
import { mistakesIn, rowsOf, type Mistake } from "./sheet";

const PAPER = "application/pdf";

export type SheetForm = "csv" | "xlsx";
export type SheetName = "decisions" | "registration";
export type HolderReconciliation = components["schemas"]["HolderReconciliation"];

export interface VerifiedFile {
  readonly content: Blob;
  /** Whether the bytes have the hash on record. */
  readonly isGenuine: boolean;
  /** As an address that the pages' policy lets show; null: no picture, or none to be trusted. */
  readonly picture: string | null;
  /** What a browser can show by itself, and does nothing but show; null: it is none, or not to be
   * trusted. */
  readonly paper: Blob | null;
}

/** A document's bytes, hashed here anew. */
export async function fetchDocument(link: EvidenceLink): Promise<VerifiedFile> {
  const path = { evidence_id: link.evidence_id };
  const content = blobOf(
    await take(api.GET("/v1/evidence/{evidence_id}", { params: { path }, parseAs: "blob" })),
  );
  const digest = await sha256Of(await content.arrayBuffer());
  const isGenuine = hexOf(digest) === link.sha256;
  const isPicture = isGenuine && link.media_type.startsWith("image/");
  const isPaper = isGenuine && link.media_type === PAPER;
  return {
    content,
    isGenuine,
    picture: isPicture ? await dataAddress(content) : null,
    // Of a type that is said here: whatever its bytes are, they are never read as a page.
    paper: isPaper ? new Blob([content], { type: PAPER }) : null,
  };
}

/** The open applications, or what waits for its registration, as a sheet to fill in. */
export async function exportSheet(
  name: SheetName,
  form: SheetForm,
  symbol: string | null,
): Promise<Blob> {
  const query = {
    format: form,
    language: currentLanguage(),
    ...(symbol === null ? {} : { symbol }),
  };
  const asked = { params: { query }, parseAs: "blob" } as const;
  return blobOf(
    await take(
      name === "decisions"
        ? api.GET("/v1/exports/applications", asked)
        : api.GET("/v1/exports/registration", asked),
    ),
  );
}

export interface MarkedSheet {
  readonly content: Blob;
  readonly fileName: string;
  readonly taken: string;
  readonly refused: string;
  /** Of its rows; none of a workbook, which a spreadsheet shows. */
  readonly mistakes: readonly Mistake[];
}

/** Hand a filled sheet in. Its bytes are its key: sent again, nothing is done twice. */
export async function importSheet(
  name: SheetName,
  file: File,
  allOrNothing: boolean,
): Promise<MarkedSheet> {
  const sent = asSent(file);
  const asked =
    name === "decisions"
      ? api.POST("/v1/imports/decisions", {
          ...sent,
          params: { query: { all_or_nothing: allOrNothing ? "true" : "false" } },
          parseAs: "blob",
        })
      : api.POST("/v1/imports/registration", { ...sent, parseAs: "blob" });
  const content = blobOf(await take<unknown>(asked));
  const { response } = await asked;
  const isText = (response.headers.get("Content-Type") ?? "").startsWith("text/csv");
  return {
    content,
    fileName: `${name}-marked.${isText ? "csv" : "xlsx"}`,
    taken: response.headers.get("Rows-Taken") ?? "0",
    refused: response.headers.get("Rows-Refused") ?? "0",
    mistakes: isText ? mistakesIn(rowsOf(await content.text())) : [],
  };
}

/** A list of holders beside the register. */
export async function reconcileHolders(file: File): Promise<HolderReconciliation> {
  return take(api.POST("/v1/imports/holders", asSent(file)));
}

/** Its bytes in Base64. */
export async function base64Of(content: Blob): Promise<string> {
  const bytes = new Uint8Array(await content.arrayBuffer());
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
}

/** Gives the browser a file to save. */
export function save(content: Blob, name: string): void {
  const address = URL.createObjectURL(content);
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
  URL.revokeObjectURL(address);
}

function asSent(file: File) {
  const isWorkbook = file.name.toLowerCase().endsWith(".xlsx");
  return {
    // The document's schema has a binary body as text; what is sent are the file's bytes.
    body: file as unknown as string,
    bodySerializer: (body: unknown) => body as File,
    headers: {
      "Content-Type": isWorkbook
        ? "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
        : "text/csv",
    },
  };
}

function blobOf(body: unknown): Blob {
  if (body instanceof Blob) return body;
  throw new RequestFailed(0, null);
}

async function dataAddress(content: Blob): Promise<string> {
  return `data:${content.type};base64,${await base64Of(content)}`;
}
