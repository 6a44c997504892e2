/** Numbers of the wire as text, aligned by their digits. */
import { useLanguage, useWords } from "../i18n/words";
import {
  moneyText,
  NOTHING,
  percentText,
  priceText,
  shortText,
  unitsText,
} from "../format/amounts";
import { compareDecimals } from "../format/decimal";
import { dayOfMoment, momentText, timeText } from "../format/moments";
import { words } from "./words";

interface Of<Value> {
  readonly of: Value | null | undefined;
}

/** Yuan with two decimals. */
export function MoneyText({ of }: Of<string>) {
  return <span className="number">{of == null ? NOTHING : moneyText(of)}</span>;
}

/** A price in yuan a unit. */
export function PriceText({ of }: Of<string>) {
  return <span className="number">{of == null ? NOTHING : priceText(of)}</span>;
}

/** A number of units; `short` in the language's own steps, with the whole as its title. */
export function UnitsText({ of, short = false }: Of<string> & { readonly short?: boolean }) {
  const language = useLanguage();
  if (of == null) return <span className="number">{NOTHING}</span>;
  return (
    <span className="number" title={short ? unitsText(of) : undefined}>
      {short ? shortText(of, language) : unitsText(of)}
    </span>
  );
}

/** A change in percent, told by sign, arrow and colour. */
export function ChangeText({ of }: Of<string>) {
  const t = useWords(words);
  if (of == null) return <span className="number">{NOTHING}</span>;
  const direction = compareDecimals(of, "0");
  const [className, arrow, name] =
    direction > 0
      ? ["number rise", "▲ ", t("rises")]
      : direction < 0
        ? ["number fall", "▼ ", t("falls")]
        : ["number", "", undefined];
  return (
    <span className={className}>
      {name !== undefined && (
        <span role="img" aria-label={name}>
          {arrow}
        </span>
      )}
      {percentText(of, { plus: true })}
    </span>
  );
}

/** A moment in the market's time; `only` a part of it. */
export function MomentText({
  of,
  only,
}: Of<string> & { readonly only?: "day" | "time" | "moment" }) {
  if (of == null) return <span className="number">{NOTHING}</span>;
  const text = only === "day" ? dayOfMoment(of) : only === "time" ? timeText(of) : momentText(of);
  return (
    <time className="number" dateTime={of}>
      {text}
    </time>
  );
}
