/**
 * A product that is being described: what was written, whether it can be sent, and what is sent.
 * What the venue decides (a name that promises, a party that is none) is left to it.
 */
import type { components } from "../../../client";
import { RequestFailed } from "../../../client/problem";
import { compareDecimals, parseDecimal } from "../../../format/decimal";
import { blamedIn, type Blamed } from "../../../parts/problems";
import {
  TERM_KINDS,
  TERM_NAMES,
  writtenTerm,
  type TermName,
  type Terms,
} from "../../../parts/termTable";

type Shown = components["schemas"]["TransferTermsShown"];

/** What was written of each term; "" is nothing, and a flag that is not set. */
export type Draft = Readonly<Record<TermName, string>>;

/** What the form does not ask for, and a copy keeps. */
export type Kept = Pick<Shown, "checklist" | "preemption_days" | "right_holders">;

export const NOTHING_KEPT: Kept = { checklist: [], preemption_days: 0, right_holders: [] };

/** As most products of a demo are, but signed off before they are traded. */
export const USUAL: Draft = {
  symbol: "",
  trust_company_id: "",
  name_zh: "",
  name_en: "",
  ctrc_code: "",
  units_issued: "",
  quantity_scale: "0",
  par_value: "1.0000",
  tick: "0.0001",
  lot: "",
  product_type: "fixed_income",
  risk_level: "2",
  benchmark_bps: "",
  maturity_date: "",
  onboarding: "yes",
  review: "",
  signed_decisions: "",
  agreement: "",
  dual_recording: "",
  cooling_off_hours: "0",
  deposit_bps: "0",
  registration: "",
  fault_fee_rate: "0",
  fault_fee_maximum: "0.00",
  calendar_id: "CN_WORKING",
  cut_off_minute: "",
  signing_days: "2",
  funding_days: "2",
  acknowledge_days: "1",
  remind_days: "3",
  escalate_days: "5",
  decide_days: "10",
  returns_max: "0",
  returning_days: "3",
  overlay_days: "5",
  rescission_days: "2",
  settling_days: "1",
  registration_alarm_days: "7",
  registration_days: "10",
  maturity_days: "3",
};

/** Another product's terms without what is its own alone: symbol and registration. */
export function copyOf(product: Terms): { readonly draft: Draft; readonly kept: Kept } {
  const written = Object.fromEntries(
    TERM_NAMES.map((name) => [name, writtenTerm(product, name)]),
  ) as Record<TermName, string>;
  const { checklist, preemption_days, right_holders } = product.transfer_terms;
  return {
    draft: { ...written, symbol: "", ctrc_code: "" },
    kept: { checklist, preemption_days, right_holders },
  };
}

const OPTIONAL: ReadonlySet<TermName> = new Set([
  "ctrc_code",
  "benchmark_bps",
  "maturity_date",
  "cut_off_minute",
]);

export function isOptional(name: TermName): boolean {
  return OPTIONAL.has(name) || TERM_KINDS[name] === "flag";
}

/** What keeps a term from being sent. */
export type Fault =
  | "required"
  | "notSymbol"
  | "taken"
  | "notWhole"
  | "notRate"
  | "notDecimal"
  | "notPositive"
  | "needsAgreement"
  | "beforeLastNotice"
  | "afterRegistration";

export type Faults = Readonly<Partial<Record<TermName, Fault>>>;

const SYMBOL = /^[A-Z0-9][A-Z0-9.-]{1,31}$/;
const WHOLE = /^\d{1,5}$/;
const RATE = /^\d{1,3}(\.\d{1,2})?$/;
const DECIMAL = /^\d{1,15}(\.\d{1,4})?$/;

/** What of the draft cannot be sent, whoever looks at it; `taken`: the symbols that there are. */
export function faultsIn(draft: Draft, kept: Kept, taken: ReadonlySet<string>): Faults {
  const written = TERM_NAMES.map((name) => [name, faultOf(draft, name)] as const);
  const found: Partial<Record<TermName, Fault>> = Object.fromEntries(
    written.filter((each): each is readonly [TermName, Fault] => each[1] !== null),
  );
  if (taken.has(draft.symbol)) found.symbol ??= "taken";
  const hasAgreement = draft.agreement !== "";
  if (!hasAgreement && draft.dual_recording !== "") found.dual_recording ??= "needsAgreement";
  if (!hasAgreement && draft.cooling_off_hours !== "0") {
    found.cooling_off_hours ??= "needsAgreement";
  }
  if (!hasAgreement && kept.checklist.length > 0) found.agreement ??= "needsAgreement";
  for (const [before, after] of NOTICES) {
    if (isAfter(draft[before], draft[after])) found[after] ??= "beforeLastNotice";
  }
  if (isAfter(draft.registration_alarm_days, draft.registration_days)) {
    found.registration_alarm_days ??= "afterRegistration";
  }
  return found;
}

const NOTICES = [
  ["acknowledge_days", "remind_days"],
  ["remind_days", "escalate_days"],
  ["escalate_days", "decide_days"],
] as const satisfies readonly (readonly [TermName, TermName])[];

function isAfter(left: string, right: string): boolean {
  return WHOLE.test(left) && WHOLE.test(right) && Number(left) > Number(right);
}

function faultOf(draft: Draft, name: TermName): Fault | null {
  const text = draft[name].trim();
  if (text === "") return isOptional(name) ? null : "required";
  if (name === "symbol") return SYMBOL.test(text) ? null : "notSymbol";
  switch (TERM_KINDS[name]) {
    case "whole":
      return WHOLE.test(text) ? null : "notWhole";
    case "rate":
      return RATE.test(text) ? null : "notRate";
    case "money":
      return DECIMAL.test(text) ? null : "notDecimal";
    case "units":
    case "price":
      if (!DECIMAL.test(text)) return "notDecimal";
      return compareDecimals(text, "0") > 0 ? null : "notPositive";
    default:
      return null;
  }
}

/** What is sent. The draft has no faults. */
export function termsIn(draft: Draft, kept: Kept): Terms {
  const text = (name: TermName) => draft[name].trim();
  const orNone = (name: TermName) => (text(name) === "" ? null : text(name));
  const whole = (name: TermName) => Number(text(name));
  const isSet = (name: TermName) => draft[name] !== "";
  return {
    symbol: text("symbol"),
    trust_company_id: text("trust_company_id"),
    name_zh: text("name_zh"),
    name_en: text("name_en"),
    product_type: text("product_type"),
    risk_level: whole("risk_level"),
    benchmark_bps: text("benchmark_bps") === "" ? null : basisPointsOf(text("benchmark_bps")),
    ctrc_code: orNone("ctrc_code"),
    maturity_date: orNone("maturity_date"),
    units_issued: text("units_issued"),
    par_value: text("par_value"),
    tick: text("tick"),
    lot: text("lot"),
    quantity_scale: whole("quantity_scale"),
    transfer_terms: {
      ...kept,
      calendar_id: text("calendar_id"),
      cut_off_minute: text("cut_off_minute") === "" ? null : minuteOf(text("cut_off_minute")),
      onboarding: isSet("onboarding"),
      review: isSet("review"),
      signed_decisions: isSet("signed_decisions"),
      agreement: isSet("agreement"),
      dual_recording: isSet("dual_recording"),
      registration: isSet("registration"),
      cooling_off_hours: whole("cooling_off_hours"),
      deposit_bps: basisPointsOf(text("deposit_bps")),
      fault_fee: {
        rate_bps: basisPointsOf(text("fault_fee_rate")),
        maximum: text("fault_fee_maximum"),
      },
      signing_days: whole("signing_days"),
      funding_days: whole("funding_days"),
      returns_max: whole("returns_max"),
      returning_days: whole("returning_days"),
      overlay_days: whole("overlay_days"),
      rescission_days: whole("rescission_days"),
      acknowledge_days: whole("acknowledge_days"),
      remind_days: whole("remind_days"),
      escalate_days: whole("escalate_days"),
      decide_days: whole("decide_days"),
      settling_days: whole("settling_days"),
      registration_days: whole("registration_days"),
      registration_alarm_days: whole("registration_alarm_days"),
      maturity_days: whole("maturity_days"),
    },
  };
}

const BASIS_POINTS_SCALE = 2;
const HOUR_MINUTES = 60;

function basisPointsOf(percent: string): number {
  const { units, scale } = parseDecimal(percent);
  return Number(units) * 10 ** (BASIS_POINTS_SCALE - scale);
}

function minuteOf(time: string): number {
  const [hours = "0", minutes = "0"] = time.split(":");
  return Number(hours) * HOUR_MINUTES + Number(minutes);
}

/** Of which terms a refusal speaks that names no field. */
const ABOUT: Readonly<Record<string, readonly TermName[]>> = {
  symbol_taken: ["symbol"],
  unknown_party: ["trust_company_id"],
  unknown_calendar: ["calendar_id"],
  banned_words: ["name_zh", "name_en"],
};

const OF_FAULT_FEE: Readonly<Record<string, TermName>> = {
  "transfer_terms/fault_fee/rate_bps": "fault_fee_rate",
  "transfer_terms/fault_fee/maximum": "fault_fee_maximum",
};

/** What the venue said of single terms; null of one: its refusal as a whole is about it. */
export function blamedTerms(error: unknown): ReadonlyMap<TermName, Blamed | null> {
  const problem = error instanceof RequestFailed ? error.problem : null;
  const found = new Map<TermName, Blamed | null>();
  if (problem === null) return found;
  for (const name of ABOUT[problem.code] ?? []) found.set(name, null);
  for (const blamed of blamedIn(problem)) {
    const name = termOf(blamed.raw);
    if (name !== null) found.set(name, blamed);
  }
  return found;
}

function termOf(pointer: string): TermName | null {
  const name = OF_FAULT_FEE[pointer] ?? pointer.replace(/^transfer_terms\//, "");
  return TERM_NAMES.find((each) => each === name) ?? null;
}
