import { expect, test } from "vitest";
import {
  basisPointsText,
  changePercent,
  moneyText,
  percentText,
  priceText,
  shortText,
  unitsText,
} from "../src/format/amounts";
import { chartSecond, dayOfMoment, daysBetween, momentText, timeText } from "../src/format/moments";

test("money has its sign, its thousands and both decimals", () => {
  expect(moneyText("1234567.80")).toBe("¥1,234,567.80");
  expect(moneyText("-12.00")).toBe("−¥12.00");
  expect(moneyText("999.00")).toBe("¥999.00");
});

test("a price keeps its four decimals, a quantity loses idle zeros only", () => {
  expect(priceText("1.0200")).toBe("1.0200");
  expect(unitsText("5500000.0000")).toBe("5,500,000");
  expect(unitsText("1000.2500")).toBe("1,000.25");
  expect(unitsText("100")).toBe("100");
});

test("large numbers go in the steps of the language", () => {
  expect(shortText("44600000000.0000", "zh")).toBe("446亿");
  expect(shortText("12340000.0000", "zh")).toBe("1,234万");
  expect(shortText("9999.0000", "zh")).toBe("9,999");
  expect(shortText("12340000.0000", "en")).toBe("12.34M");
  expect(shortText("-1500", "en")).toBe("−1.5K");
  expect(shortText("0.0000", "en")).toBe("0");
});

test("rates are told in percent", () => {
  expect(basisPointsText(420)).toBe("4.20%");
  expect(basisPointsText(5)).toBe("0.05%");
  expect(percentText("7.8987")).toBe("7.8987%");
  expect(percentText("-0.40", { plus: true })).toBe("−0.40%");
  expect(percentText("0.40", { plus: true })).toBe("+0.40%");
});

test("a price is so much above or below a value", () => {
  expect(changePercent("0.9850", "1.0000")).toBe("-1.50");
  expect(changePercent("1.0480", "1.0480")).toBe("0.00");
  expect(changePercent("1", "0")).toBeNull();
});

test("moments are told in the market's time, whatever the machine's zone", () => {
  const moment = "2026-11-22T16:30:05.123456789Z";
  expect(momentText(moment)).toBe("2026-11-23 00:30:05");
  expect(dayOfMoment(moment)).toBe("2026-11-23");
  expect(timeText("2026-11-22T04:00:00Z")).toBe("12:00:00");
  expect(() => momentText("yesterday")).toThrow(RangeError);
});

test("days are counted by the calendar", () => {
  expect(daysBetween("2026-11-22", "2027-11-22")).toBe(365);
  expect(daysBetween("2026-11-22", "2026-11-21")).toBe(-1);
});

test("a chart's second is the market's clock", () => {
  expect(chartSecond("1970-01-01T00:00:01.5Z")).toBe(8 * 3600 + 1);
});
