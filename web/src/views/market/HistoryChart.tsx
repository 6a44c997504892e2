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
import { isRise, newlyIn, type Bar } from "./bars";
import { chartColors, type ChartColors } from "./chartColors";
import { words } from "./productWords";

const HEIGHT = 260;
const PRICE_SCALE = 4;
const PRICE_FORMAT = {
  type: "price",
  precision: PRICE_SCALE,
  minMove: 10 ** -PRICE_SCALE,
} as const;
/** So few fill the width; of more, one sees the newest and can go back. */
const FITTED_MAX = 120;
/** So many that went out of what is told stay, before all is drawn anew. */
const OLDER_MAX = 60;
const HOLLOW = "rgba(0, 0, 0, 0)";

interface Chart {
  readonly api: IChartApi;
  readonly line: ISeriesApi<"Area"> | null;
  readonly candles: ISeriesApi<"Candlestick"> | null;
  readonly volumes: ISeriesApi<"Histogram">;
}

/** What the chart shows. */
interface Drawn {
  /** The bars that it was told last. */
  readonly of: readonly Bar[] | null;
  /** The bars that stand there, with older ones that it was told before. */
  readonly bars: readonly Bar[];
}

const NOTHING_DRAWN: Drawn = { of: null, bars: [] };

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
  const drawn = useRef<Drawn>(NOTHING_DRAWN);
  useEffect(() => {
    if (place.current === null) return;
    const made = makeChart(place.current, isCandles);
    chart.current = made;
    return () => {
      chart.current = null;
      made.api.remove();
    };
  }, [isCandles]);
  const draw = useEffectEvent((isAnew: boolean) => {
    if (chart.current === null) return;
    const colors = chartColors(isDark, riseColor);
    if (isAnew) paint(chart.current, colors);
    const before = isAnew ? [] : drawn.current.bars;
    drawn.current = { of: bars, bars: fill(chart.current, before, bars, colors) };
  });
  // Other colours at once: those of the other scheme cannot be read on this one's ground.
  useEffect(() => draw(true), [isCandles, isDark, riseColor]);
  useEffect(() => {
    if (drawn.current.of !== bars) draw(false);
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

/** Draws bars, only the new ones where that is enough; all that stand there now. */
function fill(
  chart: Chart,
  drawn: readonly Bar[],
  bars: readonly Bar[],
  colors: ChartColors,
): readonly Bar[] {
  const added = newlyIn(drawn, bars);
  // Those that went out of what is told are gone from time to time.
  const isAnew = added === null || drawn.length > bars.length + OLDER_MAX;
  if (isAnew) setAll(chart, bars, colors);
  else for (const bar of added) setNewest(chart, bar, colors);
  const all = isAnew ? bars : [...drawn.slice(0, -1), ...added];
  if (all.length <= FITTED_MAX) chart.api.timeScale().fitContent();
  return all;
}

function setAll(
  { line, candles, volumes }: Chart,
  bars: readonly Bar[],
  colors: ChartColors,
): void {
  line?.setData(bars.map(pointOf));
  candles?.setData(bars.map(candleOf));
  volumes.setData(bars.map((bar) => volumeOf(bar, colors, line !== null)));
}

function setNewest({ line, candles, volumes }: Chart, bar: Bar, colors: ChartColors): void {
  line?.update(pointOf(bar));
  candles?.update(candleOf(bar));
  volumes.update(volumeOf(bar, colors, line !== null));
}

function pointOf({ second, close }: Bar) {
  return { ...at(second), value: chartNumber(close) };
}

function candleOf({ second, open, high, low, close }: Bar) {
  return {
    ...at(second),
    open: chartNumber(open),
    high: chartNumber(high),
    low: chartNumber(low),
    close: chartNumber(close),
  };
}

function volumeOf(bar: Bar, colors: ChartColors, isLine: boolean) {
  const color = isLine ? colors.line : isRise(bar) ? colors.rise : colors.fall;
  return { ...at(bar.second), value: chartNumber(bar.volume), color: `${color}66` };
}

function at(second: number): { readonly time: UTCTimestamp } {
  return { time: second as UTCTimestamp };
}
