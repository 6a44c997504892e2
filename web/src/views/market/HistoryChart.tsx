/**
 * The prices of the deals over time, and how much was dealt at each: candles, or a line. What rose
 * is hollow and what fell is filled, so that colour is never all that tells them apart.
 */
import { Anchor, Text, useComputedColorScheme } from "@mantine/core";
import {
  AreaSeries,
  CandlestickSeries,
  ColorType,
  createChart,
  HistogramSeries,
  type IChartApi,
  type ISeriesApi,
  type UTCTimestamp,
} from "lightweight-charts";
import { useEffect, useEffectEvent, useRef } from "react";
import { chartNumber } from "../../format/decimal";
import { useWords } from "../../i18n/words";
import { useRiseColor } from "../../shell/preferences";
import { isRise, type Bar } from "./bars";
import { chartColors, type ChartColors } from "./chartColors";
import { words } from "./productWords";

const HEIGHT = 260;
const PRICE_SCALE = 4;
const PRICE_FORMAT = {
  type: "price",
  precision: PRICE_SCALE,
  minMove: 10 ** -PRICE_SCALE,
} as const;
/** New bars are drawn no more often: a finger on the chart, and a busy market, go before. */
const DRAWN_MS = 1_000;
/** So few fill the width; of more, one sees the newest and can go back. */
const FITTED_MAX = 120;
const HOLLOW = "rgba(0, 0, 0, 0)";

interface Chart {
  readonly api: IChartApi;
  readonly line: ISeriesApi<"Area"> | null;
  readonly candles: ISeriesApi<"Candlestick"> | null;
  readonly volumes: ISeriesApi<"Histogram">;
}

interface Properties {
  /** Oldest first. */
  readonly bars: readonly Bar[];
  /** As candles; else as a line from the last price of each to that of the next. */
  readonly isCandles: boolean;
  /** What it shows, for who does not see it. */
  readonly text: string;
}

export function HistoryChart({ bars, isCandles, text }: Properties) {
  const t = useWords(words);
  const place = useRef<HTMLDivElement>(null);
  const chart = useRef<Chart>(null);
  const isDark = useComputedColorScheme() === "dark";
  const riseColor = useRiseColor();
  const drawnAt = useRef(-DRAWN_MS);
  useEffect(() => {
    if (place.current === null) return;
    const made = makeChart(place.current, isCandles);
    chart.current = made;
    return () => {
      chart.current = null;
      made.api.remove();
    };
  }, [isCandles]);
  const draw = useEffectEvent(() => {
    if (chart.current === null) return;
    drawnAt.current = performance.now();
    const colors = chartColors(isDark, riseColor);
    paint(chart.current, colors);
    fill(chart.current, bars, colors);
  });
  // Other colours at once: those of the other scheme cannot be read on this one's ground.
  useEffect(() => draw(), [isCandles, isDark, riseColor]);
  useEffect(() => {
    const timer = window.setTimeout(draw, drawnAt.current + DRAWN_MS - performance.now());
    return () => window.clearTimeout(timer);
  }, [bars]);
  return (
    <figure style={{ margin: 0 }}>
      <div ref={place} role="img" aria-label={text} style={{ height: HEIGHT }} />
      <Text component="figcaption" size="xs" c="dimmed" ta="end">
        {isCandles && `${t("candleLegend")} · `}
        {t("chartsBy")}
        <Anchor href="https://www.tradingview.com/" inherit rel="noreferrer" target="_blank">
          TradingView Lightweight Charts™
        </Anchor>
      </Text>
    </figure>
  );
}

function makeChart(place: HTMLDivElement, isCandles: boolean): Chart {
  const api = createChart(place, {
    autoSize: true,
    // Its own mark writes a style without a nonce; the caption says by whom the charts are.
    layout: { attributionLogo: false },
    timeScale: { timeVisible: true, secondsVisible: !isCandles, borderVisible: false },
    rightPriceScale: { borderVisible: false },
    handleScroll: { vertTouchDrag: false },
  });
  const candles = isCandles
    ? api.addSeries(CandlestickSeries, { priceFormat: PRICE_FORMAT, upColor: HOLLOW })
    : null;
  const line = isCandles
    ? null
    : api.addSeries(AreaSeries, { lineWidth: 2, priceFormat: PRICE_FORMAT });
  const volumes = api.addSeries(HistogramSeries, {
    priceScaleId: "volume",
    priceFormat: { type: "volume" },
    lastValueVisible: false,
    priceLineVisible: false,
  });
  volumes.priceScale().applyOptions({ scaleMargins: { top: 0.8, bottom: 0 } });
  return { api, line, candles, volumes };
}

function paint({ api, line, candles }: Chart, colors: ChartColors): void {
  api.applyOptions({
    layout: {
      background: { type: ColorType.Solid, color: "transparent" },
      textColor: colors.text,
    },
    grid: { vertLines: { color: colors.grid }, horzLines: { color: colors.grid } },
  });
  line?.applyOptions({
    lineColor: colors.line,
    topColor: `${colors.line}33`,
    bottomColor: `${colors.line}05`,
  });
  candles?.applyOptions({
    borderUpColor: colors.rise,
    wickUpColor: colors.rise,
    downColor: colors.fall,
    borderDownColor: colors.fall,
    wickDownColor: colors.fall,
  });
}

function fill(
  { api, line, candles, volumes }: Chart,
  bars: readonly Bar[],
  colors: ChartColors,
): void {
  line?.setData(bars.map(({ second, close }) => ({ ...at(second), value: chartNumber(close) })));
  candles?.setData(
    bars.map(({ second, open, high, low, close }) => ({
      ...at(second),
      open: chartNumber(open),
      high: chartNumber(high),
      low: chartNumber(low),
      close: chartNumber(close),
    })),
  );
  volumes.setData(
    bars.map((bar) => ({
      ...at(bar.second),
      value: chartNumber(bar.volume),
      color: `${line !== null ? colors.line : isRise(bar) ? colors.rise : colors.fall}66`,
    })),
  );
  if (bars.length <= FITTED_MAX) api.timeScale().fitContent();
}

function at(second: number): { readonly time: UTCTimestamp } {
  return { time: second as UTCTimestamp };
}
