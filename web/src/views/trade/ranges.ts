/** What ends a range of prices or quantities, by its code: pure. */
import { words } from "./rangeWords";

type Reason = Extract<keyof typeof words.zh, `${"low" | "high"}_${string}`>;

/** The word for why it ends at this end; null: there is none but the venue's title. */
export function reasonAt(end: "low" | "high", code: string): Reason | null {
  const key = `${end}_${code}`;
  return key in words.zh ? (key as Reason) : null;
}
