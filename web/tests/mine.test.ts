import { expect, test } from "vitest";
import { lengthText, secondsText, timeLeftText } from "../src/format/durations";
import { sheetText } from "../src/format/sheet";
import { typedAmount } from "../src/views/money/amount";
import { isPeriod, statementOf } from "../src/views/money/statement";
import { gain, incomeDays, sum, unitValue, worth } from "../src/views/portfolio/value";

type Pricing = Parameters<typeof unitValue>[0];

const FACTS = { nav: null, nav_on: null, next_record_on: null, next_payment_on: null };

function pricing(changes: object = {}): Pricing {
  return { facts: FACTS, last_deal: null, ...changes } as unknown as Pricing;
}

test("time that is left is told in two steps and never rounded up", () => {
  const now = Date.parse("2026-11-22T04:00:00Z");
  expect(timeLeftText("2026-11-24T07:59:59Z", now, "zh")).toBe("2 天 3 小时");
  expect(timeLeftText("2026-11-24T04:00:30Z", now, "en")).toBe("2 d");
  expect(timeLeftText("2026-11-22T04:01:05.123456Z", now, "en")).toBe("1 min 5 s");
  expect(timeLeftText("2026-11-22T04:00:00.500000Z", now, "en")).toBeNull();
  expect(timeLeftText("2026-11-21T04:00:00Z", now, "en")).toBeNull();
});

test("a length of time is told in its two largest steps, and in seconds where it is short", () => {
  expect(lengthText(26.5 * 3_600_000, "zh")).toBe("1 天 2 小时");
  expect(lengthText(70_900, "en")).toBe("1 min 10 s");
  expect(lengthText(-5, "en")).toBe("0 s");
  expect(secondsText("14400.000", "en")).toBe("4 h");
  expect(secondsText("20.500", "zh")).toBe("20 秒");
});

test("a sheet quotes what has to be, and no cell is a formula", () => {
  expect(
    sheetText([
      ["a,b", 'say "x"'],
      ["=1+1", "-12.50"],
    ]),
  ).toBe('\uFEFF"a,b","say ""x"""\r\n\'=1+1,-12.50\r\n');
});

test("an amount is above zero and has two decimals at most", () => {
  expect(typedAmount(" 1,234.5 ")).toBe("1234.5");
  expect(typedAmount("10")).toBe("10");
  for (const wrong of ["", "0", "0.00", "-1", "1.234", "1e3", "abc"]) {
    expect(typedAmount(wrong), wrong).toBeNull();
  }
});

test("a value says by what: net asset value, else the last deal, else par", () => {
  const facts = { ...FACTS, nav: "1.0480", nav_on: "2026-11-20" };
  const deal = { price: "1.0200", matched_at: "2026-11-22T04:00:00Z", quotes: null };
  expect(unitValue(pricing({ facts, last_deal: deal }), "1.0000")).toEqual({
    basis: "NAV",
    price: "1.0480",
    on: "2026-11-20",
  });
  const quotes = { full: "1.0312" };
  expect(unitValue(pricing({ last_deal: { ...deal, quotes } }), "1.0000").price).toBe("1.0312");
  expect(unitValue(pricing(), "1.0000")).toEqual({ basis: "PAR", price: "1.0000", on: null });
});

test("worth and gain are to the fen", () => {
  expect(worth("1000.25", "1.0200")).toBe("1020.26");
  expect(gain("1000", "1.0200", "1220.51")).toBe("-200.51");
  expect(sum(["1.10", "2.20"])).toBe("3.30");
  expect(sum([])).toBe("0.00");
});

test("income days are those to come, the next one first", () => {
  const of = (symbol: string, next_record_on: string, next_payment_on: string | null) => ({
    symbol,
    pricing: pricing({ facts: { ...FACTS, next_record_on, next_payment_on } }),
  });
  const days = incomeDays(
    [of("A", "2026-12-20", "2026-12-25"), of("B", "2026-11-01", null)],
    "2026-11-22",
  );
  expect(days.map(({ symbol, kind }) => [symbol, kind])).toEqual([
    ["A", "RECORD"],
    ["A", "PAYMENT"],
  ]);
});

test("a statement leads from what there was to what there is, by what moved in its days", () => {
  const entry = (at: string, total: string) => ({ at, total, entry_id: at });
  // Newest first; 16:00 UTC is midnight in the market.
  const entries = [
    entry("2026-11-23T16:00:00Z", "5.00"),
    entry("2026-11-23T15:59:59Z", "-20.50"),
    entry("2026-11-21T16:00:00Z", "100.00"),
    entry("2026-11-21T15:59:59Z", "7.00"),
  ] as unknown as Parameters<typeof statementOf>[0];
  const period = { from: "2026-11-22", to: "2026-11-23" };
  const { opening, closing, lines } = statementOf(entries, "91.50", period);
  expect([opening, closing]).toEqual(["7.00", "86.50"]);
  expect(lines.map(({ entry: { total }, balance }) => [total, balance])).toEqual([
    ["100.00", "107.00"],
    ["-20.50", "86.50"],
  ]);
  expect(statementOf([], "91.50", period)).toMatchObject({ opening: "91.50", closing: "91.50" });
  expect(isPeriod(period)).toBe(true);
  expect(isPeriod({ from: "2026-11-24", to: "2026-11-23" })).toBe(false);
  expect(isPeriod({ from: "", to: "2026-11-23" })).toBe(false);
});
