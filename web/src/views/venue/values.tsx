/** Anything that the interface tells, field by field: nothing of it is left out. */
import { useCallback, type ReactNode } from "react";
import { amountText, NOTHING } from "../../format/amounts";
import { useWords } from "../../i18n/words";
import { FactList } from "../../parts/FactList";
import { MomentText } from "../../parts/Figures";
import { useTerm } from "../../parts/terms";
import { codeWords } from "./codeWords";
import { dealFieldWords } from "./dealFieldWords";
import { fieldWords } from "./fieldWords";
import { words } from "./words";
import classes from "./venue.module.css";

const MOMENT = /^\d{4}-\d{2}-\d{2}T[\d:.]+Z$/;
const CODE = /^[A-Z][A-Z0-9_]+$/;
/** Money, a price or units; what has no decimals may be an id. */
const AMOUNT = /^-?\d+\.\d+$/;

/** What a code is called; one that is not known here, as it is. */
export function useCode(): (code: string) => string {
  const t = useWords(codeWords);
  const term = useTerm();
  return useCallback(
    (code) => (code in codeWords.zh ? t(code as keyof typeof codeWords.zh) : term(code)),
    [t, term],
  );
}

/** What a field is called; one that is not known here, as the interface calls it. */
export function useField(): (field: string) => string {
  const t = useWords(fieldWords);
  const ofDeals = useWords(dealFieldWords);
  return useCallback(
    (field) => {
      if (field in fieldWords.zh) return t(field as keyof typeof fieldWords.zh);
      return isNamed(field)
        ? ofDeals(field as keyof typeof dealFieldWords.zh)
        : field.replaceAll("_", " ");
    },
    [t, ofDeals],
  );
}

/** Whether a field has a name of its own here. */
export function isNamed(field: string): boolean {
  return field in fieldWords.zh || field in dealFieldWords.zh;
}

/** Every field of a body, with its name. */
export function Facts({ of }: { readonly of: object }) {
  const field = useField();
  const facts = Object.entries(of).map(
    ([name, value]: readonly [string, unknown]) =>
      [field(name), <Value key={name} of={value} />] as const,
  );
  return <FactList facts={facts} />;
}

/** One value, in the reader's language where it is a code, a moment or a yes. */
export function Value({ of }: { readonly of: unknown }): ReactNode {
  const t = useWords(words);
  const code = useCode();
  if (of === null || of === undefined || of === "") return NOTHING;
  if (typeof of === "boolean") return t(of ? "yes" : "no");
  if (typeof of === "number") return <span className="number">{of}</span>;
  if (typeof of === "string") {
    if (MOMENT.test(of)) return <MomentText of={of} />;
    if (CODE.test(of)) return code(of);
    if (AMOUNT.test(of)) return <span className="number">{amountText(of)}</span>;
    return <span className={classes["value"]}>{of}</span>;
  }
  if (Array.isArray(of)) {
    if (of.length === 0) return NOTHING;
    if (of.every((each) => typeof each === "number")) return <>{of.join(" · ")}</>;
    return (
      <ul className={classes["values"]}>
        {of.map((each: unknown, index) => (
          <li key={index}>
            <Value of={each} />
          </li>
        ))}
      </ul>
    );
  }
  return typeof of === "object" ? <Facts of={of} /> : NOTHING;
}
