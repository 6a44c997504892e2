/** A new product's terms: what is written, what can be sent, and what is missing before trade. */
import { expect, test } from "vitest";
import { RequestFailed, type Problem } from "../src/client/problem";
import {
  TERM_GROUPS,
  TERM_NAMES,
  termsOf,
  termText,
  type TermName,
  type Terms,
} from "../src/parts/termTable";
import {
  blamedTerms,
  copyOf,
  faultsIn,
  NOTHING_KEPT,
  termsIn,
  USUAL,
  type Draft,
  type Fault,
} from "../src/views/venue/listing/draft";
import { isComing, progressOf } from "../src/views/venue/listing/steps";

const NONE_TAKEN: ReadonlySet<string> = new Set();
const DRAFT: Draft = {
  ...USUAL,
  symbol: "NEW-1",
  trust_company_id: "2",
  name_zh: "嘉禾稳健二号集合资金信托计划",
  name_en: "Jiahe Steady No. 2",
  units_issued: "1000000",
  lot: "100",
  benchmark_bps: "3.8",
  maturity_date: "2029-06-30",
  cut_off_minute: "17:05",
  deposit_bps: "10",
  fault_fee_rate: "0.10",
  fault_fee_maximum: "20000.00",
};

function faults(changes: Partial<Draft>) {
  return faultsIn({ ...DRAFT, ...changes }, NOTHING_KEPT, NONE_TAKEN);
}

test("every term is in one group, in the order of all", () => {
  expect(TERM_GROUPS.flatMap(termsOf)).toEqual(TERM_NAMES);
});

test("no term of transfers is left out of what is read", () => {
  const { fault_fee: fee, ...others } = termsIn(DRAFT, NOTHING_KEPT).transfer_terms;
  const apart: readonly string[] = Object.keys(NOTHING_KEPT);
  const names: readonly string[] = TERM_NAMES;
  expect(Object.keys(fee)).toEqual(["rate_bps", "maximum"]);
  expect(
    Object.keys(others)
      .filter((each) => !names.includes(each))
      .sort(),
  ).toEqual([...apart].sort());
});

test("what was written is sent in the interface's own units", () => {
  expect(faults({})).toEqual({});
  const sent = termsIn({ ...DRAFT, symbol: " NEW-1 " }, NOTHING_KEPT);
  expect(sent).toMatchObject({
    symbol: "NEW-1",
    benchmark_bps: 380,
    ctrc_code: null,
    units_issued: "1000000",
    risk_level: 2,
    transfer_terms: {
      onboarding: true,
      review: false,
      cut_off_minute: 1025,
      deposit_bps: 1000,
      fault_fee: { rate_bps: 10, maximum: "20000.00" },
      decide_days: 10,
      checklist: [],
    },
  });
});

test("a copy says what its sample says, but for symbol and registration", () => {
  const kept = {
    checklist: [{ kind: "SCAN" as const, of: null }],
    preemption_days: 2,
    right_holders: ["7", "8"],
  };
  const sample: Terms = { ...termsIn({ ...DRAFT, agreement: "yes" }, kept), ctrc_code: "DEMO-1" };
  const copy = copyOf(sample);
  expect([copy.draft.symbol, copy.draft.ctrc_code, copy.kept]).toEqual(["", "", kept]);
  const again = { ...copy.draft, symbol: sample.symbol, ctrc_code: "DEMO-1" };
  expect(termsIn(again, copy.kept)).toEqual(sample);
});

test("a term is told as people read it", () => {
  const terms = termsIn(DRAFT, NOTHING_KEPT);
  const told = (name: TermName) => termText(terms, name);
  expect(told("benchmark_bps")).toBe("3.80%");
  expect(told("units_issued")).toBe("1,000,000");
  expect(told("cut_off_minute")).toBe("17:05");
  expect(told("risk_level")).toBe("R2");
  expect(told("fault_fee_maximum")).toBe("¥20,000.00");
  expect(told("ctrc_code")).toBeNull();
});

test.each<[Partial<Draft>, TermName, Fault]>([
  [{ symbol: "" }, "symbol", "required"],
  [{ symbol: "small" }, "symbol", "notSymbol"],
  [{ trust_company_id: "" }, "trust_company_id", "required"],
  [{ units_issued: "many" }, "units_issued", "notDecimal"],
  [{ lot: "0" }, "lot", "notPositive"],
  [{ benchmark_bps: "3.805" }, "benchmark_bps", "notRate"],
  [{ decide_days: "1.5" }, "decide_days", "notWhole"],
  [{ dual_recording: "yes" }, "dual_recording", "needsAgreement"],
  [{ cooling_off_hours: "24" }, "cooling_off_hours", "needsAgreement"],
  [{ remind_days: "6" }, "escalate_days", "beforeLastNotice"],
  [{ decide_days: "4" }, "decide_days", "beforeLastNotice"],
  [{ registration_alarm_days: "11" }, "registration_alarm_days", "afterRegistration"],
])("%j is not sent", (changes, name, fault) => {
  expect(faults(changes)).toEqual({ [name]: fault });
});

test("a symbol that there is, and a checklist without the agreement", () => {
  expect(faultsIn(DRAFT, NOTHING_KEPT, new Set(["NEW-1"]))).toEqual({ symbol: "taken" });
  const kept = { ...NOTHING_KEPT, checklist: [{ kind: "SCAN" as const, of: null }] };
  expect(faultsIn(DRAFT, kept, NONE_TAKEN)).toEqual({ agreement: "needsAgreement" });
});

function refused(code: string, ...pointers: string[]) {
  const errors = pointers.map((pointer) => ({
    code: "out_of_range",
    detail: "Too much.",
    pointer,
  }));
  return new RequestFailed(422, { code, title: code, status: 422, errors } as unknown as Problem);
}

test("what the venue refuses is shown at the terms that it is about", () => {
  const named = blamedTerms(
    refused("validation_failed", "/tick", "/transfer_terms/fault_fee/maximum", "/nothing_of_ours"),
  );
  expect([...named.keys()]).toEqual(["tick", "fault_fee_maximum"]);
  expect(named.get("tick")?.trouble).toBe("out_of_range");
  expect([...blamedTerms(refused("banned_words")).keys()]).toEqual(["name_zh", "name_en"]);
  expect([...blamedTerms(refused("symbol_taken")).keys()]).toEqual(["symbol"]);
  expect(blamedTerms(new Error("no network")).size).toBe(0);
});

test.each([
  ["DRAFT", "0", [], ["DONE", "WAITS", "LATER", "OPTIONAL", "LATER"]],
  ["SIGNED_OFF", "0", ["CN-2007"], ["DONE", "DONE", "WAITS", "DONE", "LATER"]],
  ["SIGNED_OFF", "5000.0000", [], ["DONE", "DONE", "DONE", "OPTIONAL", "WAITS"]],
] as const)("a product that is %s with %s units and %j needs what is left", (...row) => {
  const [state, units, packs, expected] = row;
  expect(isComing({ state })).toBe(true);
  expect(Object.values(progressOf({ state }, units, packs))).toEqual(expected);
});

test("what is traded or closed waits for nothing", () => {
  expect((["LIVE", "SUSPENDED", "CLOSED"] as const).map((state) => isComing({ state }))).toEqual([
    false,
    false,
    false,
  ]);
});
