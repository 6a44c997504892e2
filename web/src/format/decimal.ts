/**
 * Exact arithmetic on the decimal strings of the wire. No amount, price or quantity ever becomes a
 * floating-point number here; `chartNumber` is the one way to one, for where a pixel is drawn.
 */

const DECIMAL = /^(-?)(\d{1,30})(?:\.(\d{1,18}))?$/;

/** `units` × 10**-`scale`. */
export interface Decimal {
  readonly units: bigint;
  readonly scale: number;
}

/** The number in a decimal string. Throws a RangeError on any other text. */
export function parseDecimal(text: string): Decimal {
  const match = DECIMAL.exec(text);
  if (match === null) throw new RangeError(`no decimal: ${text}`);
  const [, sign = "", whole = "", fraction = ""] = match;
  return { units: BigInt(`${sign}${whole}${fraction}`), scale: fraction.length };
}

/** The string with exactly `scale` decimals. */
export function formatDecimal(value: Decimal): string {
  const sign = value.units < 0n ? "-" : "";
  const digits = (value.units < 0n ? -value.units : value.units)
    .toString()
    .padStart(value.scale + 1, "0");
  if (value.scale === 0) return sign + digits;
  return `${sign}${digits.slice(0, -value.scale)}.${digits.slice(-value.scale)}`;
}

/** Below zero, zero or above as `left` is less than, equal to or more than `right`. */
export function compareDecimals(left: string, right: string): number {
  const [a, b] = aligned(left, right);
  return a < b ? -1 : a > b ? 1 : 0;
}

/** `left` + `right`, with the larger scale of the two. */
export function addDecimals(left: string, right: string): string {
  const [a, b, scale] = aligned(left, right);
  return formatDecimal({ units: a + b, scale });
}

/** All of them together, with the largest scale of any; "0" of none. */
export function sumDecimals(texts: readonly string[]): string {
  const all = texts.map(parseDecimal);
  const scale = Math.max(0, ...all.map((each) => each.scale));
  const units = all.reduce((sum, each) => sum + each.units * 10n ** BigInt(scale - each.scale), 0n);
  return formatDecimal({ units, scale });
}

/** `left` - `right`, with the larger scale of the two. */
export function subtractDecimals(left: string, right: string): string {
  const [a, b, scale] = aligned(left, right);
  return formatDecimal({ units: a - b, scale });
}

/** `left` × `right`, rounded half away from zero to `scale` decimals. */
export function multiplyDecimals(left: string, right: string, scale: number): string {
  const [a, b] = [parseDecimal(left), parseDecimal(right)];
  return rounded(a.units * b.units, 10n ** BigInt(a.scale + b.scale), scale);
}

/** `left` ÷ `right`, rounded half away from zero to `scale` decimals; null where `right` is 0. */
export function divideDecimals(left: string, right: string, scale: number): string | null {
  const [a, b] = aligned(left, right);
  return b === 0n ? null : rounded(a, b, scale);
}

/** `value` rounded half away from zero to `scale` decimals. */
export function roundDecimal(value: string, scale: number): string {
  const { units, scale: given } = parseDecimal(value);
  return rounded(units, 10n ** BigInt(given), scale);
}

/** The nearest floating-point number: for the height of a bar or a line, never for a text. */
export function chartNumber(text: string): number {
  parseDecimal(text);
  return Number(text);
}

function aligned(left: string, right: string): [bigint, bigint, number] {
  const [a, b] = [parseDecimal(left), parseDecimal(right)];
  const scale = Math.max(a.scale, b.scale);
  return [
    a.units * 10n ** BigInt(scale - a.scale),
    b.units * 10n ** BigInt(scale - b.scale),
    scale,
  ];
}

function rounded(numerator: bigint, denominator: bigint, scale: number): string {
  const isNegative = numerator < 0n !== denominator < 0n;
  const top = (numerator < 0n ? -numerator : numerator) * 10n ** BigInt(scale);
  const bottom = denominator < 0n ? -denominator : denominator;
  const units = (2n * top + bottom) / (2n * bottom);
  return formatDecimal({ units: isNegative ? -units : units, scale });
}
