/**
 * Amounts as people read them: the only place where a number of the wire becomes shown text.
 *
 * Nothing is rounded here but what says so: a price keeps its four decimals, money its two, a
 * quantity loses only the zeros behind its last digit.
 */
import type { Language } from "../i18n/language";
import {
  compareDecimals,
  divideDecimals,
  formatDecimal,
  multiplyDecimals,
  parseDecimal,
  roundDecimal,
  subtractDecimals,
} from "./decimal";

/** What is shown where there is nothing. */
export const NOTHING = "–";
const MINUS = "−";

/** Yuan with thousands marks: ¥1,234.50. */
export function moneyText(amount: string): string {
  return amount.startsWith("-") ? `${MINUS}¥${grouped(amount.slice(1))}` : `¥${grouped(amount)}`;
}

/** An amount of whatever it is, to its last digit, with thousands marks. */
export function amountText(amount: string): string {
  return amount.startsWith("-") ? `${MINUS}${grouped(amount.slice(1))}` : grouped(amount);
}

/** A price in yuan a unit, as it is on the wire, without a currency sign. */
export function priceText(price: string): string {
  return grouped(price);
}

/** A number of units with thousands marks and without idle zeros. */
export function unitsText(quantity: string): string {
  return grouped(withoutIdleZeros(quantity));
}

/** A large number in the language's own steps (万, 亿; K, M, B), rounded to two decimals at most. */
export function shortText(amount: string, language: Language): string {
  const steps: readonly (readonly [string, string])[] =
    language === "zh"
      ? [
          ["100000000", "亿"],
          ["10000", "万"],
        ]
      : [
          ["1000000000", "B"],
          ["1000000", "M"],
          ["1000", "K"],
        ];
  const size = amount.replace("-", "");
  for (const [step, name] of steps) {
    if (compareDecimals(size, step) >= 0) {
      const short = divideDecimals(amount, step, 2) ?? amount;
      return signed(grouped(withoutIdleZeros(short))) + name;
    }
  }
  return signed(grouped(withoutIdleZeros(roundDecimal(amount, 2))));
}

/** Basis points as a percentage with two decimals: 420 is 4.20%. */
export function basisPointsText(rate: number): string {
  if (!Number.isSafeInteger(rate)) throw new RangeError(`no whole number: ${rate}`);
  return `${signed(formatDecimal({ units: BigInt(rate), scale: 2 }))}%`;
}

/** A percentage of the wire, with its own decimals and, where wanted, a plus sign. */
export function percentText(percent: string, { plus = false } = {}): string {
  const isPositive = parseDecimal(percent).units > 0n;
  return `${plus && isPositive ? "+" : ""}${signed(percent)}%`;
}

/** By how many percent `value` lies above or below `base`, to two decimals; null: base 0. */
export function changePercent(value: string, base: string): string | null {
  const ratio = divideDecimals(subtractDecimals(value, base), base, 4);
  return ratio === null ? null : multiplyDecimals(ratio, "100", 2);
}

function grouped(text: string): string {
  const [whole = "", fraction] = text.split(".");
  const marked = whole.replace(/\B(?=(\d{3})+$)/g, ",");
  return fraction === undefined ? marked : `${marked}.${fraction}`;
}

function withoutIdleZeros(text: string): string {
  return text.includes(".") ? text.replace(/\.?0+$/, "") : text;
}

function signed(text: string): string {
  return text.replace(/^-/, MINUS);
}
