/** What a rule says before it is asked of anything. */
import { expect, test } from "vitest";
import { inputText, paramText, ruleText } from "../src/views/venue/ruleText";
import { ruleWords } from "../src/views/venue/ruleWords";

const PACKS = import.meta.glob<string>("../../exchange/rules/packs/*.toml", {
  query: "?raw",
  import: "default",
  eager: true,
});
const code = (text: string) => `<${text}>`;

test("parameters are filled in, and what follows from a deal only is left open", () => {
  const params = [{ name: "minimum_fen", value: "1000000.00" }];
  expect(ruleText("Holds {after}; the minimum is {minimum_fen}.", params, code)).toBe(
    "Holds …; the minimum is ¥1,000,000.00.",
  );
  expect(ruleText("It holds until {day_on}.", params, code)).toBe("It holds until …");
  expect(ruleText("The buyer is certified (basis: {basis}).", params, code)).toBe(
    "The buyer is certified.",
  );
  expect(ruleText("受让人应为合格投资者（认定依据：{basis}）。", params, code)).toBe(
    "受让人应为合格投资者。",
  );
  expect(ruleText("At least ({minimum_fen}).", params, code)).toBe("At least (¥1,000,000.00).");
});

test("money is told as money, basis points as a percentage, codes in words", () => {
  const text = (name: string, value: string) => paramText({ name, value }, code);
  expect(text("by_product_type", "MIXED 400000.00, EQUITY 1000000.00")).toBe(
    "<MIXED> ¥400,000.00, <EQUITY> ¥1,000,000.00",
  );
  expect(text("hard_bps", "5000")).toBe("50.00%");
  expect(text("natural_bases", "INCOME, DEEMED")).toBe("<INCOME>, <DEEMED>");
});

test("what a rule looked at is written as its name says", () => {
  const text = (name: string, value: string) => inputText({ name, value }, code);
  expect(text("principal_after_fen", "500.00")).toBe("¥500.00");
  expect(text("units_after", "500.00")).toBe("500.00");
  expect(text("away_bps", "150")).toBe("1.50%");
  expect(text("buyer_kind", "NATURAL_PERSON")).toBe("<NATURAL_PERSON>");
  expect(text("maturity_on", "2030-06-28")).toBe("2030-06-28");
});

test("every parameter that a pack of the program has is called something", () => {
  const set = Object.values(PACKS)
    .flatMap((text) => text.split(/^\[\[rules\]\]$/m))
    .flatMap((rule) => (rule.split("[rules.params]")[1] ?? "").split("\n"))
    .flatMap((line) => /^(\w+) = /.exec(line)?.[1] ?? []);
  expect(set.length).toBeGreaterThan(20);
  expect(set.filter((name) => !(name in ruleWords.zh))).toEqual([]);
});
