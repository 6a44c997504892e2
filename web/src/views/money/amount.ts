/** An amount of money as somebody types it. */
import { compareDecimals } from "../../format/decimal";

const TYPED = /^\d{1,15}(\.\d{1,2})?$/;

/** The amount as the wire has it; null: it is none, or not above zero. */
export function typedAmount(text: string): string | null {
  const plain = text.trim().replaceAll(/[,，\s]/g, "");
  if (!TYPED.test(plain)) return null;
  return compareDecimals(plain, "0") > 0 ? plain : null;
}
