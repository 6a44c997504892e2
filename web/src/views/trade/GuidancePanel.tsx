/** What may guide somebody who names a price, and what to expect after a deal. */
import { Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { priceText, unitsText } from "../../format/amounts";
import { compareDecimals } from "../../format/decimal";
import { secondsText } from "../../format/durations";
import { dayOfMoment, momentText } from "../../format/moments";
import { useLanguage, useWords, type Translate } from "../../i18n/words";
import type { components } from "../../client";
import { FactList } from "../../parts/FactList";
import { PriceText } from "../../parts/Figures";
import { Panel } from "../../parts/Panel";
import { QueryView } from "../../parts/QueryView";
import { words } from "./guidanceWords";
import { feasibleQuery, guidanceQuery } from "./queries";

const ENOUGH = 3;
const DAY_S = "86400";

type Fact = readonly [string, ReactNode];
type Guidance = components["schemas"]["Guidance"];

type Say = Translate<keyof typeof words.zh>;

export function GuidancePanel({ symbol }: { readonly symbol: string }) {
  const t = useWords(words);
  const language = useLanguage();
  const query = useQuery(guidanceQuery(symbol));
  return (
    <Panel title={t("title")}>
      <QueryView query={query} height={240}>
        {(guidance) => (
          <>
            <FactList
              facts={[
                ...dealFacts(guidance, t),
                ...valueFacts(guidance, t),
                ...timeFacts(guidance, t),
              ]}
            />
            {isShortDay(guidance) && (
              <Note
                text={t("shortDay", { length: secondsText(guidance.working_day_s, language) })}
              />
            )}
            {guidance.deals < ENOUGH && <Note text={t("tooFew")} />}
            {guidance.answers < ENOUGH && <Note text={t("tooFewAnswers")} />}
          </>
        )}
      </QueryView>
      <Slots symbol={symbol} />
      <Text size="xs" c="dimmed" mt="xs">
        {t("note")}
      </Text>
    </Panel>
  );
}

function Note({ text }: { readonly text: string }) {
  return (
    <Text size="sm" mt="xs">
      {text}
    </Text>
  );
}

function dealFacts({ deals, median_price: median, newest }: Guidance, t: Say): readonly Fact[] {
  return [
    [t("deals"), t("dealsText", { count: deals })],
    [t("median"), median === null ? null : <PriceText key="median" of={median} />],
    [
      t("newest"),
      newest.length === 0
        ? null
        : newest.map((deal) => (
            <div key={deal.matched_at} className="number">
              {t("dealLine", {
                price: priceText(deal.price),
                quantity: unitsText(deal.quantity),
                date: dayOfMoment(deal.matched_at),
              })}
            </div>
          )),
    ],
  ];
}

function valueFacts(guidance: Guidance, t: Say): readonly Fact[] {
  const { nav, nav_age_days: days, par_with_accrued: withAccrued } = guidance;
  return [
    [t("par"), <PriceText key="par" of={guidance.par_value} />],
    [t("accrued"), guidance.accrued_per_unit ?? t("notDisclosed")],
    [t("parWithAccrued"), withAccrued === null ? null : <PriceText key="sum" of={withAccrued} />],
    [
      t("nav"),
      nav === null || days === null
        ? t("notDisclosed")
        : t("navAge", { nav: priceText(nav), days }),
    ],
  ];
}

function timeFacts(guidance: Guidance, t: Say): readonly Fact[] {
  const { answers, median_days: usual, percentile_95_days: late } = guidance;
  const { usual: usualOn, late: lateOn } = moneyComes(guidance);
  return [
    [t("answers"), t("answersText", { count: answers })],
    [t("usual"), usual === null ? null : t("days", { days: usual })],
    [t("late"), late === null ? null : t("days", { days: late })],
    [
      t("money"),
      usualOn === null || lateOn === null ? null : t("moneyText", { usual: usualOn, late: lateOn }),
    ],
  ];
}

/** Days of the market, where they are days; else moments. */
function moneyComes(guidance: Guidance): Readonly<Record<"usual" | "late", string | null>> {
  const { money_usual_at: usual, money_late_at: late } = guidance;
  if (!isShortDay(guidance))
    return { usual: guidance.money_usual_on, late: guidance.money_late_on };
  return { usual: usual && momentText(usual), late: late && momentText(late) };
}

function isShortDay({ working_day_s: seconds }: Guidance): boolean {
  return compareDecimals(seconds, DAY_S) < 0;
}

/** How many more may hold the product, where their number is bounded. */
function Slots({ symbol }: { readonly symbol: string }) {
  const t = useWords(words);
  const slots = useQuery(feasibleQuery(symbol, null)).data?.holder_slots ?? null;
  if (slots === null) return null;
  const left = (count: typeof slots.holders, key: "slotsLeft" | "smallLeft") =>
    count === null || count.left === null || count.slots_max === null
      ? null
      : t(key, { left: count.left, max: count.slots_max });
  const [all, small] = [left(slots.holders, "slotsLeft"), left(slots.natural_small, "smallLeft")];
  if (all === null && small === null) return null;
  return (
    <Text size="sm" mt="xs">
      {t("slots", { text: [all, small].filter((each) => each !== null).join(" · ") })}
    </Text>
  );
}
