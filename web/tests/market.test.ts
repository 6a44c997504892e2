import { expect, test } from "vitest";
import type { Candle, CandlesFrame, Trade } from "../src/feed/frames";
import { CANDLES_MAX, CandlesMirror } from "../src/feed/mirrors";
import { streamKey } from "../src/feed/protocol";
import { candleBars, isRise, newlyIn, tradeBars, type Bar } from "../src/views/market/bars";
import { investorKind, viewOf } from "../src/views/market/bookView";
import { chartColors } from "../src/views/market/chartColors";
import { newestDeals } from "../src/views/market/deals";

function trade(id: string, time: string, price: string, quantity: string): Trade {
  return { trade_id: id, time, price, quantity, aggressor: "buy", state: "matched" };
}

function candle(minute: number, fields: Partial<Candle> = {}): Candle {
  const start = new Date(Date.UTC(2026, 10, 23, 4, minute)).toISOString();
  const prices = { open: "1.0200", high: "1.0300", low: "1.0100", close: "1.0250" };
  return { start, ...prices, volume: "5000", count: 2, closed: false, ...fields };
}

function frame(type: "snapshot" | "update", seq: number, candles: readonly Candle[]): CandlesFrame {
  const s = "candles.1m:XT";
  return { type, s, epoch: "e1", seq, prev: seq - 1, time: "", candles };
}

function bar(second: number, fields: Partial<Bar> = {}): Bar {
  const prices = { open: "1.0200", high: "1.0300", low: "1.0100", close: "1.0250" };
  return { second, ...prices, volume: "5000", count: 2, ...fields };
}

test("deals of one second are one bar, exactly summed, oldest first", () => {
  const bars = tradeBars([
    trade("4", "2026-11-23T04:00:02.1Z", "1.0300", "1"),
    trade("3", "2026-11-23T04:00:01.9Z", "1.0150", "0.2000"),
    trade("2", "2026-11-23T04:00:01.5Z", "1.0250", "0.1000"),
    trade("1", "2026-11-23T04:00:01.1Z", "1.0200", "0.3000"),
  ]);
  expect(bars.map(({ open, high, low, close }) => [open, high, low, close])).toEqual([
    ["1.0200", "1.0250", "1.0150", "1.0150"],
    ["1.0300", "1.0300", "1.0300", "1.0300"],
  ]);
  expect(bars.map(({ volume, count }) => [volume, count])).toEqual([
    ["0.6000", 3],
    ["1", 1],
  ]);
  expect(bars.map(isRise)).toEqual([false, true]);
});

test("a deal of which nothing is new stays the object that it was", () => {
  const [third, second, first] = ["3", "2", "1"].map((id) =>
    trade(id, `2026-11-23T04:00:0${id}Z`, "1.0200", "1"),
  ) as [Trade, Trade, Trade];
  const before = newestDeals([second, first], 2);
  expect(before).toEqual([
    { trade: second, before: first },
    { trade: first, before: undefined },
  ]);
  const after = newestDeals([third, second, first], 2);
  expect(after).toEqual([
    { trade: third, before: second },
    { trade: second, before: first },
  ]);
  expect(after[1]).toBe(before[0]);
  const settled = { ...first, state: "settled" } as const;
  expect(newestDeals([third, second, settled], 3)).toEqual([
    { trade: third, before: second },
    { trade: second, before: settled },
    { trade: settled, before: undefined },
  ]);
});

test("candles keep their prices and stand at the market's own time", () => {
  const [bar] = candleBars([candle(0)]);
  expect(bar).toMatchObject({ open: "1.0200", close: "1.0250", count: 2 });
  expect(bar?.second).toBe(Date.UTC(2026, 10, 23, 12, 0) / 1_000);
});

test("a candle that changes takes the place of what it was, and the oldest leave", () => {
  const mirror = new CandlesMirror();
  mirror.begin({ ok: true, mode: "snapshot", epoch: "e1", head: 1 });
  mirror.receive(frame("snapshot", 1, [candle(0), candle(1)]));
  mirror.receive(frame("update", 2, [candle(1, { close: "1.0300", closed: true }), candle(2)]));
  expect(mirror.candles.map(({ close, closed }) => [close, closed])).toEqual([
    ["1.0250", false],
    ["1.0300", true],
    ["1.0250", false],
  ]);
  const many = Array.from({ length: CANDLES_MAX }, (_, index) => candle(3 + index));
  mirror.receive(frame("update", 3, many));
  expect(mirror.candles).toEqual(many);
});

test("candles of another interval and the book of another class are other streams", () => {
  const keys = [
    streamKey({ channel: "candles", symbol: "XT", interval: "1m" }),
    streamKey({ channel: "candles", symbol: "XT", interval: "1d" }),
    streamKey({ channel: "book", symbol: "XT", depth: 50 }),
    streamKey({ channel: "book", symbol: "XT", depth: 50, view: "natural" }),
  ];
  expect(new Set(keys).size).toBe(keys.length);
});

test("who trades sees the book as his class does; nobody else sees a class's", () => {
  expect(investorKind("NATURAL_PERSON")).toBe("NATURAL_PERSON");
  expect(investorKind("INSTITUTION")).toBe("INSTITUTION");
  for (const kind of ["TRUST_COMPANY", "OPERATOR", "REGULATOR", undefined] as const) {
    expect(investorKind(kind)).toBeNull();
  }
  expect(viewOf("NATURAL_PERSON", "buyer")).toBe("natural");
  expect(viewOf("NATURAL_PERSON", "seller")).toBe("natural_seller");
  expect(viewOf("INSTITUTION", "buyer")).toBe("institution");
  expect(viewOf("INSTITUTION", "seller")).toBe("institution_seller");
});

test.each([false, true])("a chart rises red, or green if so chosen (dark: %s)", (isDark) => {
  const [red, green] = [chartColors(isDark, "red"), chartColors(isDark, "green")];
  expect([red.rise, red.fall]).toEqual([green.fall, green.rise]);
  expect(reddish(red.rise)).toBe(true);
  expect(reddish(red.fall)).toBe(false);
});

function reddish(hex: string): boolean {
  return parseInt(hex.slice(1, 3), 16) > parseInt(hex.slice(3, 5), 16);
}

test.each<[string, Bar[], Bar[], Bar[] | null]>([
  ["nothing stands there", [], [bar(1)], null],
  ["the same", [bar(1), bar(2)], [bar(1), bar(2)], [bar(2)]],
  ["one more", [bar(1), bar(2)], [bar(1), bar(2), bar(3)], [bar(2), bar(3)]],
  [
    "the newest has changed, and there are two more",
    [bar(1), bar(2)],
    [bar(1), bar(2, { close: "1.0300" }), bar(3), bar(4)],
    [bar(2, { close: "1.0300" }), bar(3), bar(4)],
  ],
  [
    "the oldest are told no more",
    [bar(1), bar(2), bar(3)],
    [bar(2, { volume: "2000", count: 1 }), bar(3), bar(4)],
    [bar(3), bar(4)],
  ],
  ["only the newest is told still", [bar(1), bar(2)], [bar(2), bar(3)], [bar(2), bar(3)]],
  ["none is told still", [bar(1)], [bar(5)], null],
  [
    "one before the newest has changed",
    [bar(1), bar(2), bar(3)],
    [bar(1), bar(2, { low: "1.0000" }), bar(3)],
    null,
  ],
  [
    "the first has changed",
    [bar(1), bar(2)],
    [bar(1, { count: 3, close: "1.0300" }), bar(2)],
    null,
  ],
  ["one that stood there is missing", [bar(1), bar(2), bar(3)], [bar(1), bar(3)], null],
  ["all are gone", [bar(1)], [], null],
])("what is drawn of bars: %s", (_, drawn, bars, expected) => {
  expect(newlyIn(drawn, bars)).toEqual(expected);
});
