import { expect, test } from "vitest";
import { decimalText, isEmpty } from "../src/views/venue/fieldKinds";

test.each([
  ["consideration", "10205.00", "¥10,205.00"],
  ["suspense", "-5.00", "−¥5.00"],
  ["units", "10000.0000", "10,000"],
  ["price", "1.0200", "1.0200"],
  ["limit", "50000.00", "50,000.00"],
])("the decimals of %s are told as what they are of", (field, decimal, text) => {
  expect(decimalText(field, decimal)).toBe(text);
});

test("no, and nought, are something to tell", () => {
  expect([null, undefined, "", []].map(isEmpty)).toEqual([true, true, true, true]);
  expect([false, 0, "0.00", [0]].map(isEmpty)).toEqual([false, false, false, false]);
});
