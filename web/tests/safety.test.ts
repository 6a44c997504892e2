import { expect, test } from "vitest";
import { momentOfMarket } from "../src/format/moments";
import { overridesIn, overridesText } from "../src/views/venue/acts";
import { verdictOf, type Health } from "../src/views/venue/safety";

const AGREED = {
  reconciliation_id: "1",
  at: "2026-11-22T04:00:00Z",
  statement_id: "1",
  currency: "CNY",
  ledger: "100.00",
  accounts: "90.00",
  suspense: "10.00",
  escrow_account: "100.00",
  statement: "100.00",
  breaks: [],
};
const WELL: Health = {
  isReady: true,
  reconciliation: AGREED,
  exceptions: [],
  halts: [],
  behind: "0",
  feed: "LIVE",
  now: "2026-11-22T05:00:00Z",
};

test("what is well is safe, and there is nothing to look at", () => {
  expect(verdictOf(WELL)).toEqual({ advice: "safe", grave: [], slight: [] });
});

test.each([
  ["notReady", { isReady: false }],
  ["unknown", { isReady: null }],
  ["unknown", { reconciliation: undefined }],
  ["unknown", { exceptions: undefined }],
  ["unknown", { halts: undefined }],
  ["ledgerDiffers", { reconciliation: { ...AGREED, accounts: "89.99" } }],
  [
    "moneyUnexplained",
    { reconciliation: { ...AGREED, breaks: [{ cause: "UNKNOWN" as const, amount: "0.01" }] } },
  ],
] as const)("%s is a reason to halt", (concern, differs) => {
  const verdict = verdictOf({ ...WELL, ...differs } as Health);
  expect(verdict.advice).toBe("halt");
  expect(verdict.grave).toEqual([concern]);
});

test("what is known and slight is said, and no reason to halt", () => {
  const verdict = verdictOf({ ...WELL, behind: "1001", feed: "STALE", reconciliation: null });
  expect(verdict).toEqual({
    advice: "safe",
    grave: [],
    slight: ["neverReconciled", "supervisionBehind", "feedNotLive"],
  });
});

test("what is halted is not said to be safe, whatever else is well", () => {
  const halted = (level: string) => verdictOf({ ...WELL, halts: [{ level }] } as Health);
  expect(halted("VENUE")).toEqual({ advice: "halted", grave: ["venueHalted"], slight: [] });
  expect(halted("PRODUCT")).toEqual({ advice: "safe", grave: [], slight: ["singleHalts"] });
});

test("overrides are read as they are written, and what is none is refused", () => {
  const text = "ELI-01 days = 30\nINC-01 is_strict = true\nX-1 name = a b";
  expect(overridesIn(text)).toEqual([
    { rule_id: "ELI-01", parameter: "days", value: 30 },
    { rule_id: "INC-01", parameter: "is_strict", value: true },
    { rule_id: "X-1", parameter: "name", value: "a b" },
  ]);
  expect(overridesText(overridesIn(text) ?? [])).toBe(text);
  expect(overridesIn("ELI-01 days 30")).toBeNull();
});

test("a moment is given in the market's time", () => {
  expect(momentOfMarket("2026-11-22T12:00")).toBe("2026-11-22T04:00:00.000Z");
});
