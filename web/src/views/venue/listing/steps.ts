/** What a product still needs before it is open: pure, of what the venue tells of it. */
import { compareDecimals } from "../../../format/decimal";
import type { components } from "../../../client";

type Product = components["schemas"]["Product"];

export const STEPS = ["described", "signedOff", "register", "rules", "open"] as const;
export type Step = (typeof STEPS)[number];

/** `WAITS`: somebody has to do it now; `LATER`: something else comes first. */
export type Progress = "DONE" | "WAITS" | "LATER" | "OPTIONAL";

/** Whether it is not open yet. */
export function isComing({ state }: Pick<Product, "state">): boolean {
  return state === "DRAFT" || state === "SIGNED_OFF";
}

/**
 * @param units what the register has.
 * @param packs that the product has.
 */
export function progressOf(
  { state }: Pick<Product, "state">,
  units: string,
  packs: readonly string[],
): Readonly<Record<Step, Progress>> {
  const isSigned = state !== "DRAFT";
  const isPosted = compareDecimals(units, "0") > 0;
  return {
    described: "DONE",
    signedOff: isSigned ? "DONE" : "WAITS",
    register: isPosted ? "DONE" : isSigned ? "WAITS" : "LATER",
    rules: packs.length > 0 ? "DONE" : "OPTIONAL",
    open: isSigned && isPosted ? "WAITS" : "LATER",
  };
}
