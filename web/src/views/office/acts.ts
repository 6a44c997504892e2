/** What an officer does with one transfer: each names the version that he has read. */
import { api, done, take } from "../../client";
import type { components } from "../../client";
import type { Reason, Word } from "./work";

type Schemas = components["schemas"];
export type ReturnReason = Schemas["ReturnBody"]["reason"];
export type Side = Schemas["ReturnBody"]["returned_to"][number];
export type Overlay = Schemas["OverlayBody"]["overlay"];

export const RETURN_REASONS = [
  "DOCUMENT_MISSING",
  "DOCUMENT_ILLEGIBLE",
  "SIGNATURE",
  "DATA_DIFFERS",
  "OTHER",
] as const satisfies readonly ReturnReason[];

/** What a trust company sets and lifts. */
export const OWN_OVERLAYS: readonly Overlay[] = ["HELD", "HALTED", "DISPUTED", "CORPORATE_EVENT"];

export type Act =
  | { readonly do: "claim" | "release" | "registration" }
  | { readonly do: "reassign"; readonly officerId: string }
  | {
      readonly do: "propose" | "decide";
      readonly word: Word;
      readonly reason: Reason;
      readonly criteria: string | null;
    }
  | { readonly do: "return"; readonly reason: ReturnReason; readonly to: readonly Side[] }
  | { readonly do: "hold" | "lift"; readonly overlay: Overlay }
  | { readonly do: "redeem"; readonly proceeds: string };

export interface Wanted {
  readonly transferId: string;
  readonly version: number;
  readonly act: Act;
}

/** Does it; the state that it led to. Throws RequestFailed. */
export async function carryOutAct({ transferId, version, act }: Wanted, key: string) {
  const path = { transfer_id: transferId };
  const params = { path, header: { "Idempotency-Key": key, "If-Match": `"${version}"` } };
  switch (act.do) {
    case "claim":
      return (await take(api.POST("/v1/transfers/{transfer_id}/claim", { params }))).state;
    case "release":
      return (await take(api.POST("/v1/transfers/{transfer_id}/release", { params }))).state;
    case "registration":
      return (await take(api.POST("/v1/transfers/{transfer_id}/registration", { params }))).state;
    case "reassign": {
      const body = { officer_id: act.officerId };
      return (await take(api.POST("/v1/transfers/{transfer_id}/reassign", { params, body }))).state;
    }
    case "propose": {
      const reason = act.word === "REJECT" ? act.reason : null;
      const body = { decision: act.word, criteria: act.criteria ?? "", reason };
      return (await take(api.POST("/v1/transfers/{transfer_id}/propose", { params, body }))).state;
    }
    case "decide": {
      const read = { criteria: act.criteria };
      if (act.word === "CONFIRM") {
        const asked = api.POST("/v1/transfers/{transfer_id}/confirm", { params, body: read });
        return (await take(asked)).state;
      }
      const body = { ...read, reason: act.reason };
      return (await take(api.POST("/v1/transfers/{transfer_id}/reject", { params, body }))).state;
    }
    case "return": {
      const body = { reason: act.reason, returned_to: [...act.to] };
      return (await take(api.POST("/v1/transfers/{transfer_id}/return", { params, body }))).state;
    }
    case "hold": {
      const body = { overlay: act.overlay };
      return (await take(api.POST("/v1/transfers/{transfer_id}/overlays", { params, body }))).state;
    }
    case "redeem": {
      const body = { proceeds: act.proceeds };
      return (await take(api.POST("/v1/transfers/{transfer_id}/redemption", { params, body })))
        .state;
    }
    case "lift": {
      const lifted = { ...params, path: { ...path, overlay: act.overlay } };
      const where = "/v1/transfers/{transfer_id}/overlays/{overlay}";
      return (await take(api.DELETE(where, { params: lifted }))).state;
    }
  }
}

/** An office for a person, or for the deputy of one. */
export async function appoint(body: Schemas["AppointOfficerBody"], key: string) {
  return take(api.POST("/v1/officers", { params: { header: { "Idempotency-Key": key } }, body }));
}

export async function dismiss(officerId: string, key: string): Promise<void> {
  const params = { path: { officer_id: officerId }, header: { "Idempotency-Key": key } };
  await done(api.DELETE("/v1/officers/{officer_id}", { params }));
}

export interface Resolved extends Readonly<Schemas["ResolveExceptionBody"]> {
  readonly exceptionId: string;
}

export async function resolveException({ exceptionId, ...body }: Resolved, key: string) {
  const params = { path: { exception_id: exceptionId }, header: { "Idempotency-Key": key } };
  return take(api.POST("/v1/exceptions/{exception_id}/resolve", { params, body }));
}

export interface Message {
  readonly webhookId: string;
  readonly messageId: string;
}

/** Send a message again. */
export async function replay({ webhookId, messageId }: Message, key: string) {
  const path = { webhook_id: webhookId, message_id: messageId };
  const params = { path, header: { "Idempotency-Key": key } };
  return take(api.POST("/v1/webhooks/{webhook_id}/deliveries/{message_id}/replay", { params }));
}

export interface SignedOff {
  readonly symbol: string;
  /** Of the terms that were read. */
  readonly digest: string;
}

/** The trust company stands by a product's terms. */
export async function signOff({ symbol, digest }: SignedOff, key: string) {
  const params = { path: { symbol }, header: { "Idempotency-Key": key } };
  const body = { terms_digest: digest };
  return take(api.POST("/v1/products/{symbol}/sign-off", { params, body }));
}

/** A file of the register, with its signature; both in Base64. */
export type SignedFile = Readonly<Schemas["RegisterFileBody"]>;

/** What would become of a file; its signature may still be none. */
export async function previewRegister({ content, signature }: SignedFile) {
  const body = { content, signature: signature === "" ? null : signature };
  return take(api.POST("/v1/imports/register/preview", { body }));
}

/** Post all rows of a file, or none. A trust company's own act: it is done, never proposed. */
export async function postRegister(body: SignedFile, key: string) {
  const params = { header: { "Idempotency-Key": key } };
  const answer = await take(api.POST("/v1/imports/register", { params, body }));
  return answer as Schemas["RegisterImport"];
}
