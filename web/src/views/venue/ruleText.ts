/**
 * A rule as it is read before it is asked of anything: its text names in braces what it looks at,
 * and of that only its own parameters are known.
 */
import type { components } from "../../client";
import { basisPointsText, moneyText } from "../../format/amounts";

export type Named = components["schemas"]["Named"];

const BRACES = /\{(\w+)\}/g;
/** What follows only from a deal stands in brackets of its own, which then say nothing. */
const BRACKETS = /\s*[（(][^（）()]*[）)]/g;
const OPEN = "…";
const CODE = /^([A-Z][A-Z0-9_]+|true|false)$/;
const AMOUNT = /^-?\d+\.\d{2}$/;

/** The text with its parameters filled in; `code` says what a code is called. */
export function ruleText(
  text: string,
  params: readonly Named[],
  code: (code: string) => string,
): string {
  const known = new Map(params.map(({ name, value }) => [name, value]));
  const namesUnknown = (part: string) =>
    [...part.matchAll(BRACES)].some(([, name = ""]) => !known.has(name));
  return text
    .replace(BRACKETS, (part) => (namesUnknown(part) ? "" : part))
    .replace(BRACES, (_, name: string) => {
      const value = known.get(name);
      return value === undefined ? OPEN : inText(value, code);
    })
    .replaceAll(`${OPEN}.`, OPEN);
}

/** The value of a parameter beside its name: money as money, basis points as a percentage. */
export function paramText({ name, value }: Named, code: (code: string) => string): string {
  return name.endsWith("_bps") ? basisPointsText(Number(value)) : inText(value, code);
}

/** What a rule looked at, beside its name: one value, which its name says how to write. */
export function inputText({ name, value }: Named, code: (code: string) => string): string {
  if (name.endsWith("_bps")) return basisPointsText(Number(value));
  if (name.endsWith("_fen")) return moneyText(value);
  return CODE.test(value) ? code(value) : value;
}

/** Several are told with commas, each a code, an amount, or a code and its amount. */
function inText(value: string, code: (code: string) => string): string {
  return value
    .split(", ")
    .map((each) =>
      each
        .split(" ")
        .map((part) => (AMOUNT.test(part) ? moneyText(part) : code(part)))
        .join(" "),
    )
    .join(", ");
}
