/** The prices of the deals over time, and how much was dealt at each. */
import { Anchor, Text, useComputedColorScheme } from "@mantine/core";
import {
  AreaSeries,
  ColorType,
  createChart,
  HistogramSeries,
  type IChartApi,
  type ISeriesApi,
  type UTCTimestamp,
} from "lightweight-charts";
import { useEffect, useRef } from "react";
import type { Trade } from "../../feed/frames";
import { priceText } from "../../format/amounts";
import { chartNumber, compareDecimals } from "../../format/decimal";
import { chartSecond } from "../../format/moments";
import { useWords } from "../../i18n/words";
import { words } from "./productWords";

const HEIGHT = 260;
const PRICE_SCALE = 4;
/** A point of the chart is a second: it is drawn no more often. */
const POINT_MS = 1_000;

interface Chart {
  readonly api: IChartApi;
  readonly prices: ISeriesApi<"Area">;
  readonly volumes: ISeriesApi<"Histogram">;
}

interface Properties {
  /** Newest first. */
  readonly trades: readonly Trade[];
}

export function HistoryChart({ trades }: Properties) {
  const t = useWords(words);
  const place = useRef<HTMLDivElement>(null);
  const chart = useRef<Chart>(null);
  const filledAt = useRef(-POINT_MS);
  const scheme = useComputedColorScheme();
  useEffect(() => {
    if (place.current === null) return;
    const made = makeChart(place.current);
    chart.current = made;
    return () => {
      chart.current = null;
      made.api.remove();
    };
  }, []);
  useEffect(() => {
    if (chart.current !== null) paint(chart.current, scheme === "dark");
  }, [scheme]);
  useEffect(() => {
    const show = () => {
      filledAt.current = performance.now();
      if (chart.current !== null) fill(chart.current, trades);
    };
    const timer = window.setTimeout(show, filledAt.current + POINT_MS - performance.now());
    return () => window.clearTimeout(timer);
  }, [trades]);
  const prices = trades.map(({ price }) => price);
  const text = t("historyText", {
    count: trades.length,
    highest: priceText(extreme(prices, 1)),
    lowest: priceText(extreme(prices, -1)),
  });
  return (
    <figure style={{ margin: 0 }}>
      <div ref={place} role="img" aria-label={text} style={{ height: HEIGHT }} />
      <Text component="figcaption" size="xs" c="dimmed" ta="end">
        {t("chartsBy")}
        <Anchor href="https://www.tradingview.com/" inherit rel="noreferrer" target="_blank">
          TradingView Lightweight Charts™
        </Anchor>
      </Text>
    </figure>
  );
}

function makeChart(place: HTMLDivElement): Chart {
  const api = createChart(place, {
    autoSize: true,
    // Its own mark writes a style without a nonce; the caption says by whom the charts are.
    layout: { attributionLogo: false },
    timeScale: { timeVisible: true, secondsVisible: true, borderVisible: false },
    rightPriceScale: { borderVisible: false },
    handleScroll: { vertTouchDrag: false },
  });
  const prices = api.addSeries(AreaSeries, {
    lineWidth: 2,
    priceFormat: { type: "price", precision: PRICE_SCALE, minMove: 10 ** -PRICE_SCALE },
  });
  const volumes = api.addSeries(HistogramSeries, {
    priceScaleId: "volume",
    priceFormat: { type: "volume" },
    lastValueVisible: false,
    priceLineVisible: false,
  });
  volumes.priceScale().applyOptions({ scaleMargins: { top: 0.8, bottom: 0 } });
  return { api, prices, volumes };
}

function paint({ api, prices, volumes }: Chart, isDark: boolean): void {
  const [text, line, stroke] = isDark
    ? ["#a9afb8", "#32373e", "#7fa5e8"]
    : ["#52585f", "#e9ecf0", "#274f90"];
  api.applyOptions({
    layout: {
      background: { type: ColorType.Solid, color: "transparent" },
      textColor: text,
    },
    grid: { vertLines: { color: line }, horzLines: { color: line } },
  });
  prices.applyOptions({ lineColor: stroke, topColor: `${stroke}33`, bottomColor: `${stroke}05` });
  volumes.applyOptions({ color: `${stroke}66` });
}

/** One point a second: the last price of it, and all that was dealt in it. */
function fill({ prices, volumes }: Chart, trades: readonly Trade[]): void {
  const seconds = new Map<number, { price: number; volume: number }>();
  for (const trade of [...trades].reverse()) {
    const second = chartSecond(trade.time);
    const before = seconds.get(second)?.volume ?? 0;
    seconds.set(second, {
      price: chartNumber(trade.price),
      volume: before + chartNumber(trade.quantity),
    });
  }
  const points = [...seconds].sort(([first], [second]) => first - second);
  prices.setData(
    points.map(([second, { price }]) => ({ time: second as UTCTimestamp, value: price })),
  );
  volumes.setData(
    points.map(([second, { volume }]) => ({ time: second as UTCTimestamp, value: volume })),
  );
}

function extreme(prices: readonly string[], direction: 1 | -1): string {
  return prices.reduce((first, second) =>
    compareDecimals(first, second) * direction < 0 ? second : first,
  );
}
