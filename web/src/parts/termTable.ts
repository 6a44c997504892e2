/**
 * A product's terms, one by one and in the order in which they are described and read: what each is
 * called and how it is told. Pure, so that what is filled in, what is checked before it is sent and
 * what a trust company signs off are one table.
 */
import type { components } from "../client";
import { basisPointsText, moneyText, priceText, unitsText } from "../format/amounts";
import { formatDecimal } from "../format/decimal";

type Schemas = components["schemas"];

/** The terms that a trust company signs off, of a product or of one that is still described. */
export type Terms = Pick<
  Schemas["Product"],
  | "symbol"
  | "trust_company_id"
  | "name_zh"
  | "name_en"
  | "product_type"
  | "risk_level"
  | "benchmark_bps"
  | "ctrc_code"
  | "maturity_date"
  | "units_issued"
  | "par_value"
  | "tick"
  | "lot"
  | "quantity_scale"
> & { readonly transfer_terms: Schemas["TransferTermsShown"] };

/** How a term is written: a `rate` in percent, a `minute` as a time of day, the rest as it is. */
export type TermKind =
  | "text"
  | "choice"
  | "risk"
  | "rate"
  | "day"
  | "minute"
  | "units"
  | "price"
  | "money"
  | "whole"
  | "flag";

export const TERM_KINDS = {
  symbol: "text",
  trust_company_id: "choice",
  name_zh: "text",
  name_en: "text",
  ctrc_code: "text",
  units_issued: "units",
  quantity_scale: "whole",
  par_value: "price",
  tick: "price",
  lot: "units",
  product_type: "choice",
  risk_level: "risk",
  benchmark_bps: "rate",
  maturity_date: "day",
  onboarding: "flag",
  review: "flag",
  signed_decisions: "flag",
  agreement: "flag",
  dual_recording: "flag",
  cooling_off_hours: "whole",
  deposit_bps: "rate",
  registration: "flag",
  fault_fee_rate: "rate",
  fault_fee_maximum: "money",
  calendar_id: "choice",
  cut_off_minute: "minute",
  signing_days: "whole",
  funding_days: "whole",
  acknowledge_days: "whole",
  remind_days: "whole",
  escalate_days: "whole",
  decide_days: "whole",
  returns_max: "whole",
  returning_days: "whole",
  overlay_days: "whole",
  rescission_days: "whole",
  settling_days: "whole",
  registration_alarm_days: "whole",
  registration_days: "whole",
  maturity_days: "whole",
} as const satisfies Readonly<Record<string, TermKind>>;

export type TermName = keyof typeof TERM_KINDS;

export const TERM_NAMES = Object.keys(TERM_KINDS) as readonly TermName[];

export const TERM_GROUPS = ["identity", "units", "kind", "transfer", "deadlines"] as const;
export type TermGroup = (typeof TERM_GROUPS)[number];

const FIRST: Readonly<Record<TermGroup, TermName>> = {
  identity: "symbol",
  units: "units_issued",
  kind: "product_type",
  transfer: "onboarding",
  deadlines: "calendar_id",
};

/** The terms of a group: from its first to that before the next group's. */
export function termsOf(group: TermGroup): readonly TermName[] {
  const next = TERM_GROUPS[TERM_GROUPS.indexOf(group) + 1];
  const end = next === undefined ? TERM_NAMES.length : TERM_NAMES.indexOf(FIRST[next]);
  return TERM_NAMES.slice(TERM_NAMES.indexOf(FIRST[group]), end);
}

/** A term as it is written in a field: "" where there is none, "yes" for what is so. */
export function writtenTerm(terms: Terms, name: TermName): string {
  const value = valueOf(terms, name);
  if (value === null || value === false) return "";
  if (value === true) return "yes";
  if (typeof value === "string") return value;
  const kind = TERM_KINDS[name];
  if (kind === "rate") return formatDecimal({ units: BigInt(value), scale: 2 });
  return kind === "minute" ? timeOf(value) : String(value);
}

/** A term as it is read, but for choices and flags, which have names; null: there is none. */
export function termText(terms: Terms, name: TermName): string | null {
  const value = valueOf(terms, name);
  if (value === null || typeof value === "boolean") return null;
  if (typeof value === "number") {
    const kind = TERM_KINDS[name];
    if (kind === "rate") return basisPointsText(value);
    if (kind === "risk") return `R${value}`;
    return kind === "minute" ? timeOf(value) : String(value);
  }
  switch (TERM_KINDS[name]) {
    case "units":
      return unitsText(value);
    case "price":
      return priceText(value);
    case "money":
      return moneyText(value);
    default:
      return value;
  }
}

export function valueOf(terms: Terms, name: TermName): boolean | number | string | null {
  const { transfer_terms: transfer } = terms;
  if (name === "fault_fee_rate") return transfer.fault_fee.rate_bps;
  if (name === "fault_fee_maximum") return transfer.fault_fee.maximum;
  return name in transfer
    ? transfer[name as keyof typeof transfer & TermName]
    : terms[name as keyof typeof terms & TermName];
}

const HOUR_MINUTES = 60;

function timeOf(minute: number): string {
  const two = (number: number) => String(number).padStart(2, "0");
  return `${two(Math.floor(minute / HOUR_MINUTES))}:${two(minute % HOUR_MINUTES)}`;
}
