/** Anything that the interface tells, field by field: what is empty alone is left out. */
import { useCallback, type ReactNode } from "react";
import { NOTHING } from "../../format/amounts";
import { weekdaysText } from "../../format/moments";
import { nameText } from "../../format/names";
import { useLanguage, useWords } from "../../i18n/words";
import { FactList } from "../../parts/FactList";
import { MomentText } from "../../parts/Figures";
import { useTerm } from "../../parts/terms";
import { codeWords } from "./codeWords";
import { dealFieldWords } from "./dealFieldWords";
import { decimalText, isEmpty } from "./fieldKinds";
import { fieldWords } from "./fieldWords";
import { PartyNumber, ProductSymbol } from "./named";
import { isOfParty } from "./partyIds";
import { words } from "./words";
import classes from "./venue.module.css";

const MOMENT = /^\d{4}-\d{2}-\d{2}T[\d:.]+Z$/;
const CODE = /^[A-Z][A-Z0-9_]+$/;
/** What is told in the reader's language where it has both; a bank's own holder's name is not. */
const NAMES: ReadonlySet<string> = new Set(["name", "seller_name", "buyer_name"]);
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
      return field in dealFieldWords.zh
        ? ofDeals(field as keyof typeof dealFieldWords.zh)
        : field.replaceAll("_", " ");
    },
    [t, ofDeals],
  );
}

/** Every field of a body that is not empty, with its name. */
export function Facts({ of }: { readonly of: object }) {
  const field = useField();
  const entries: readonly (readonly [string, unknown])[] = Object.entries(of);
  const facts = entries
    .filter(([, value]) => !isEmpty(value))
    .map(([name, value]) => [field(name), <Value key={name} of={value} field={name} />] as const);
  return facts.length === 0 ? NOTHING : <FactList facts={facts} />;
}

interface ValueProperties {
  readonly of: unknown;
  /** Of the interface: says whether decimals are money, units or a price. */
  readonly field: string;
}

/** One value, in the reader's language where it is a code, a moment, a name or a yes. */
export function Value({ of, field }: ValueProperties): ReactNode {
  const language = useLanguage();
  const t = useWords(words);
  const code = useCode();
  if (isEmpty(of)) return NOTHING;
  if (typeof of === "boolean") return t(of ? "yes" : "no");
  if (typeof of === "number") return <span className="number">{of}</span>;
  if (typeof of === "string") {
    if (isOfParty(field)) return <PartyNumber id={of} />;
    if (field === "symbol") return <ProductSymbol symbol={of} />;
    if (MOMENT.test(of)) return <MomentText of={of} />;
    if (CODE.test(of)) return code(of);
    if (AMOUNT.test(of)) return <span className="number">{decimalText(field, of)}</span>;
    return (
      <span className={classes["value"]}>{NAMES.has(field) ? nameText(of, language) : of}</span>
    );
  }
  if (Array.isArray(of)) {
    if (of.every((each) => typeof each === "number")) {
      return field === "working_weekdays" ? weekdaysText(of, language) : of.join(" · ");
    }
    return (
      <ul className={classes["values"]}>
        {of.map((each: unknown, index) => (
          <li key={index}>
            <Value of={each} field={field} />
          </li>
        ))}
      </ul>
    );
  }
  return typeof of === "object" && of !== null ? <Facts of={of} /> : NOTHING;
}
