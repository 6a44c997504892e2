/** The prices over time: by minute, hour or day as candles, or deal by deal. */
import { SegmentedControl } from "@mantine/core";
import { memo, useMemo, useState } from "react";
import type { CandleInterval, Trade } from "../../feed/frames";
import { useCandles, useTrades } from "../../feed/hooks";
import { priceText } from "../../format/amounts";
import { compareDecimals } from "../../format/decimal";
import { useWords } from "../../i18n/words";
import { Panel } from "../../parts/Panel";
import { candleBars, tradeBars, type Bar } from "./bars";
import { HistoryChart } from "./HistoryChart";
import { words } from "./productWords";

const SPANS = ["deals", "1m", "1h", "1d"] as const;
type Span = (typeof SPANS)[number];
/** New bars are drawn no more often: a finger on the chart, and a busy market, go before. */
const DRAWN_MS = 1_000;
/** Fewer say nothing: then the deals are shown. */
const CANDLES_MIN = 12;

const NO_TRADES: readonly Trade[] = [];

interface Properties {
  readonly symbol: string;
}

export const HistoryPanel = memo(function HistoryPanel({ symbol }: Properties) {
  const t = useWords(words);
  const [chosen, choose] = useState<Span | null>(null);
  const interval: CandleInterval | null =
    chosen === null ? "1d" : chosen === "deals" ? null : chosen;
  const trades = useTrades(symbol, DRAWN_MS).mirror?.trades ?? NO_TRADES;
  const { mirror } = useCandles(symbol, interval, DRAWN_MS);
  const version = mirror?.version;
  const candles = useMemo(
    () => mirror?.candles ?? [],
    // The mirror changes in place; its version tells when.
    // eslint-disable-next-line react-hooks/exhaustive-deps
    [mirror, version],
  );
  const span = chosen ?? (candles.length >= CANDLES_MIN ? "1d" : "deals");
  const bars = useMemo(
    () => (span === "deals" ? tradeBars(trades) : candleBars(candles)),
    [span, trades, candles],
  );
  return (
    <Panel title={t("history")} aside={<SpanControl span={span} onChoose={choose} />}>
      <HistoryChart key={span} bars={bars} isCandles={span !== "deals"} text={textOf(bars, t)} />
    </Panel>
  );
});

interface SpanProperties {
  readonly span: Span;
  readonly onChoose: (span: Span) => void;
}

/** Drawn anew when another is chosen, and not with each deal. */
const SpanControl = memo(function SpanControl({ span, onChoose }: SpanProperties) {
  const t = useWords(words);
  return (
    <SegmentedControl
      size="xs"
      aria-label={t("span")}
      value={span}
      data={SPANS.map((value) => ({ value, label: t(`span_${value}`) }))}
      onChange={onChoose}
    />
  );
});

function textOf(bars: readonly Bar[], t: ReturnType<typeof useWords<keyof typeof words.zh>>) {
  const [first] = bars;
  if (first === undefined) return t("history");
  const [highest, lowest] = bars.reduce(
    ([high, low], bar) => [
      compareDecimals(bar.high, high) > 0 ? bar.high : high,
      compareDecimals(bar.low, low) < 0 ? bar.low : low,
    ],
    [first.high, first.low],
  );
  return t("historyText", {
    count: bars.reduce((sum, { count }) => sum + count, 0),
    highest: priceText(highest),
    lowest: priceText(lowest),
  });
}
