/** What can be entered, from where to where, and what ends it at either end. */
import { Text } from "@mantine/core";
import type { components } from "../../client";
import { priceText, unitsText } from "../../format/amounts";
import { compareDecimals } from "../../format/decimal";
import { useLanguage, useWords } from "../../i18n/words";
import type { FeasibleSide } from "./queries";
import { reasonAt } from "./ranges";
import { words } from "./rangeWords";

type Limit = components["schemas"]["Limit"];

/** What is said of one range where it is the only one, of each where there are some. */
const RANGES_MAX = 3;

const SAID = {
  price: { range: "prices", one: "onePrice", low: "below", high: "above", text: priceText },
  quantity: {
    range: "quantities",
    one: "oneQuantity",
    low: "fewer",
    high: "more",
    text: unitsText,
  },
} as const;

interface Properties {
  readonly of: keyof typeof SAID;
  readonly ranges: NonNullable<FeasibleSide["quantities"]>;
}

export function RangeNote({ of, ranges }: Properties) {
  const t = useWords(words);
  const why = useWhy();
  const said = SAID[of];
  const [first, last] = [ranges[0], ranges.at(-1)];
  if (first === undefined || last === undefined) return null;
  return (
    <Text size="xs" c="dimmed">
      {ranges.slice(0, RANGES_MAX).map(({ least, most }) => (
        <span key={least}>
          {t(compareDecimals(least, most) === 0 ? said.one : said.range, {
            least: said.text(least),
            most: said.text(most),
          })}{" "}
        </span>
      ))}
      {t(said.low, { why: why(first.least_by, "low") })}{" "}
      {t(said.high, { why: why(last.most_by, "high") })}
    </Text>
  );
}

/** What ends a range: a rule in its own words, or what somebody can do something about. */
function useWhy(): (limit: Limit, end: "low" | "high") => string {
  const t = useWords(words);
  const language = useLanguage();
  return ({ code, title, finding }, end) => {
    if (finding !== null) {
      const text = language === "zh" ? finding.text_zh : finding.text_en;
      return text.replace(/[。.]$/, "");
    }
    const reason = reasonAt(end, code);
    return reason === null ? title : t(reason);
  };
}
