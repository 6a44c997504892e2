/** What a chart of prices is drawn from. Prices stay the decimal strings of the wire. */
import type { Candle, Trade } from "../../feed/frames";
import { addDecimals, compareDecimals } from "../../format/decimal";
import { chartSecond } from "../../format/moments";

/** The prices of one stretch of time, and what was dealt in it. */
export interface Bar {
  /** When it begins, in the chart's seconds. */
  readonly second: number;
  readonly open: string;
  readonly high: string;
  readonly low: string;
  readonly close: string;
  readonly volume: string;
  /** Deals. */
  readonly count: number;
}

/** Whether a bar's price rose or stayed; else it fell. */
export function isRise({ open, close }: Bar): boolean {
  return compareDecimals(close, open) >= 0;
}

/** A bar a candle, oldest first. */
export function candleBars(candles: readonly Candle[]): readonly Bar[] {
  return candles.map(({ start, open, high, low, close, volume, count }) => ({
    second: chartSecond(start),
    ...{ open, high, low, close, volume, count },
  }));
}

/** A bar a second in which there were deals, oldest first; `trades` are newest first. */
export function tradeBars(trades: readonly Trade[]): readonly Bar[] {
  const bars = new Map<number, Bar>();
  for (const { time, price, quantity } of [...trades].reverse()) {
    const second = chartSecond(time);
    const before = bars.get(second) ?? {
      ...{ second, open: price, high: price, low: price, close: price },
      ...{ volume: "0", count: 0 },
    };
    bars.set(second, {
      ...before,
      high: compareDecimals(price, before.high) > 0 ? price : before.high,
      low: compareDecimals(price, before.low) < 0 ? price : before.low,
      close: price,
      volume: addDecimals(before.volume, quantity),
      count: before.count + 1,
    });
  }
  return [...bars.values()].sort((first, second) => first.second - second.second);
}

/**
 * What of these is to be drawn where `drawn` stands already: the newest; null if that does not
 * make it right. What is older than the first of these stays: it was dealt, too.
 */
export function newlyIn(drawn: readonly Bar[], bars: readonly Bar[]): readonly Bar[] | null {
  const [first] = bars;
  const newest = drawn.at(-1);
  const from = drawn.findIndex(({ second }) => second === first?.second);
  if (newest === undefined || from < 0) return null;
  const isSame = drawn.slice(from, -1).every((old, index) => {
    const bar = bars[index];
    // Of the second in which these begin, some deals may be left out now.
    return bar !== undefined && (isAlike(bar, old) || (index === 0 && bar.count < old.count));
  });
  return isSame ? bars.slice(drawn.length - 1 - from) : null;
}

function isAlike(one: Bar, other: Bar): boolean {
  return (
    one.second === other.second &&
    one.open === other.open &&
    one.high === other.high &&
    one.low === other.low &&
    one.close === other.close &&
    one.volume === other.volume
  );
}
