import { describe, expect, test } from "vitest";
import {
  addDecimals,
  compareDecimals,
  divideDecimals,
  formatDecimal,
  multiplyDecimals,
  parseDecimal,
  roundDecimal,
  subtractDecimals,
  sumDecimals,
} from "../src/format/decimal";

describe("decimals are exact", () => {
  test("a decimal string is read and written as it was", () => {
    for (const text of ["0", "1.0200", "-0.05", "123456789012345678.1234", "0.0000"]) {
      expect(formatDecimal(parseDecimal(text))).toBe(text);
    }
  });

  test("what is no plain decimal is refused", () => {
    for (const text of ["", "1e3", "+1", "1.", ".5", "1,000", "٣", "NaN", " 1"]) {
      expect(() => parseDecimal(text)).toThrow(RangeError);
    }
  });

  test("sums and differences keep what floating point loses", () => {
    expect(addDecimals("0.1", "0.20")).toBe("0.30");
    expect(sumDecimals(["0.1", "0.20", "9007199254740993"])).toBe("9007199254740993.30");
    expect(sumDecimals([])).toBe("0");
    expect(subtractDecimals("9007199254740993.01", "0.01")).toBe("9007199254740993.00");
    expect(subtractDecimals("0.1", "0.3")).toBe("-0.2");
  });

  test("numbers compare whatever their scales are", () => {
    expect(compareDecimals("1.0", "1.0000")).toBe(0);
    expect(compareDecimals("10", "9.9999")).toBe(1);
    expect(compareDecimals("-1", "0.0001")).toBe(-1);
  });

  test("products and quotients are rounded half away from zero", () => {
    expect(multiplyDecimals("0.9985", "100.5", 2)).toBe("100.35");
    expect(divideDecimals("1", "3", 4)).toBe("0.3333");
    expect(divideDecimals("2", "3", 4)).toBe("0.6667");
    expect(divideDecimals("-1", "8", 2)).toBe("-0.13");
    expect(divideDecimals("1", "0", 2)).toBeNull();
    expect(roundDecimal("2.345", 2)).toBe("2.35");
    expect(roundDecimal("2.3", 4)).toBe("2.3000");
  });
});
