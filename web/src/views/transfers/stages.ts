/**
 * The way of a transfer as its parties see it, and what one of them may do now: no requests, no
 * clock. The venue decides whether it may really be done; this only says what is worth offering.
 */
import { addDecimals, subtractDecimals } from "../../format/decimal";
import type { Kind } from "../../session/person";
import type { StateEntered, Step, Terms, Transfer } from "./queries";
import { OPEN_STATES } from "./states";

/** The steps of the way, in their order; each product leaves out some. */
export const STAGES = [
  "MATCH",
  "AGREEMENT",
  "FUNDS",
  "DECISION",
  "PREEMPTION",
  "SETTLEMENT",
  "REGISTRATION",
] as const;
export type StageName = (typeof STAGES)[number];

/** FAILED: here it ended otherwise. NEVER: it ended before. */
export type Progress = "DONE" | "NOW" | "AHEAD" | "FAILED" | "NEVER";

export interface Stage {
  readonly name: StageName;
  readonly progress: Progress;
  /** When it was over; of the present one since when; null: not yet, or not told. */
  readonly at: string | null;
}

/** As far as the venue tells how a transfer has come to where it is. */
type Come = { readonly states?: readonly StateEntered[] | null };

type Way = Pick<Terms, "agreement" | "deposit_bps" | "preemption_days" | "registration">;

const STAGE_OF: Readonly<Record<string, StageName>> = {
  MATCHED: "MATCH",
  AGREEMENT_PENDING: "AGREEMENT",
  FUNDS_PENDING: "FUNDS",
  SUBMITTED: "DECISION",
  RETURNED: "DECISION",
  UNDER_REVIEW: "DECISION",
  PREEMPTION_OPEN: "PREEMPTION",
  CONFIRMED: "SETTLEMENT",
  // Where it failed, as far as the state says so.
  BUYER_DEFAULT: "FUNDS",
  REJECTED: "DECISION",
  PREEMPTED: "PREEMPTION",
};

/** The stages of a transfer of a product with these terms. */
export function stagesOf(transfer: Transfer & Come, terms: Way): readonly Stage[] {
  const states = transfer.states ?? [];
  const names = STAGES.filter((name) => isUsed(name, terms));
  const { state } = transfer;
  const isOver = state === "SETTLED" || state === "REGISTERED" || state === "REVERSED";
  const current = isOver
    ? state === "SETTLED" && terms.registration && transfer.registered_at === null
      ? names.indexOf("REGISTRATION")
      : names.length
    : names.indexOf(STAGE_OF[state] ?? failedIn(transfer, terms));
  return names.map((name, index) => ({
    name,
    progress:
      index < current
        ? "DONE"
        : index === current
          ? isOpen(transfer) || isOver
            ? "NOW"
            : "FAILED"
          : isOpen(transfer)
            ? "AHEAD"
            : "NEVER",
    at:
      momentOf(name, transfer) ??
      (index < current ? overAt(names, index, states) : index === current ? since(states) : null),
  }));
}

/** Since when who has it now has it: a signature passes it on, too. */
export function since(states: readonly StateEntered[]): string | null {
  return states.at(-1)?.at ?? null;
}

/** When the way went beyond a stage, for the last time: one that is returned goes back. */
function overAt(
  names: readonly StageName[],
  index: number,
  states: readonly StateEntered[],
): string | null {
  const reached = states.map(({ state }) => names.indexOf(STAGE_OF[state] ?? "SETTLEMENT"));
  const back = reached.findLastIndex((stage) => stage <= index);
  return states[back + 1]?.at ?? null;
}

export function isOpen({ state }: Pick<Transfer, "state">): boolean {
  return (OPEN_STATES as readonly string[]).includes(state);
}

/** On whom a transfer waits, in the order in which to say it. */
export type Waiting =
  | "YOU_SIGN"
  | "OTHER_SIGNS"
  | "YOU_DOCUMENTS"
  | "COOLING_OFF"
  | "YOU_PAY"
  | "OTHER_PAYS"
  | "TRUST_COMPANY"
  | "YOU_COMPLETE"
  | "OTHER_COMPLETES"
  | "RIGHT_HOLDERS"
  | "CUT_OFF"
  | "REGISTRATION"
  | "HELD"
  | "NOBODY";

/** Who has it now. */
export function waitingOn(transfer: Transfer, terms: Way): Waiting {
  const you = transfer.role;
  if (isOpen(transfer) && transfer.overlays.length > 0) return "HELD";
  switch (transfer.state) {
    case "AGREEMENT_PENDING":
      if (!signedBy(transfer, you)) return "YOU_SIGN";
      if (transfer.signed.length < 2) return "OTHER_SIGNS";
      return transfer.documents_overdue ? "YOU_DOCUMENTS" : "COOLING_OFF";
    case "FUNDS_PENDING":
      return you === "BUYER" ? "YOU_PAY" : "OTHER_PAYS";
    case "SUBMITTED":
    case "UNDER_REVIEW":
      return "TRUST_COMPANY";
    case "RETURNED":
      return transfer.returned_to.some((side) => side === you) ? "YOU_COMPLETE" : "OTHER_COMPLETES";
    case "PREEMPTION_OPEN":
      return "RIGHT_HOLDERS";
    case "CONFIRMED":
      return "CUT_OFF";
    case "SETTLED":
      return terms.registration && transfer.registered_at === null ? "REGISTRATION" : "NOBODY";
    default:
      return "NOBODY";
  }
}

/** What happens when the deadline passes. */
export function silenceOf(waiting: Waiting): "LAPSES" | "DEFAULTS" | "GOES_ON" {
  switch (waiting) {
    case "COOLING_OFF":
    case "RIGHT_HOLDERS":
    case "CUT_OFF":
      return "GOES_ON";
    case "YOU_PAY":
    case "OTHER_PAYS":
      return "DEFAULTS";
    default:
      return "LAPSES";
  }
}

export interface Action {
  readonly step: Step;
  /** What the words of it are called: a withdrawal is no agreement to cancel. */
  readonly as: Step | "withdraw";
  /** What the transfer waits for; else it is a way out, or a right. */
  readonly isNext: boolean;
}

/** What a party may do now, what comes next first. */
export function actionsOf(transfer: Transfer, terms: Terms, kind: Kind): readonly Action[] {
  if (!isOpen(transfer)) return [];
  const { state, role, overlays } = transfer;
  const isFree = overlays.length === 0;
  const actions: Action[] = [];
  const offer = (step: Step, isNext: boolean, as: Action["as"] = step) =>
    actions.push({ step, as, isNext });
  if (isFree && state === "AGREEMENT_PENDING" && !signedBy(transfer, role)) offer("sign", true);
  if (isFree && state === "FUNDS_PENDING" && role === "BUYER") offer("fund", true);
  if (isFree && state === "RETURNED") offer("resubmit", true);
  if (role === "BUYER" && transfer.rescindable) offer("rescind", false);
  const withdraws =
    role === "BUYER" &&
    kind === "NATURAL_PERSON" &&
    state === "AGREEMENT_PENDING" &&
    !transfer.documents_overdue &&
    terms.cooling_off_hours > 0;
  if (!transfer.agreed_to_cancel.some((side) => side === role)) {
    offer("cancel", false, withdraws ? "withdraw" : "cancel");
  }
  offer(overlays.includes("DISPUTED") ? "settleDispute" : "dispute", false);
  return actions;
}

/** Whether buyer and seller may hand in documents now. */
export function takesDocuments(state: Transfer["state"]): boolean {
  return state === "AGREEMENT_PENDING" || state === "FUNDS_PENDING" || state === "RETURNED";
}

/** All that the party pays, or gets, if it settles: to the fen. */
export function totalOf(transfer: Transfer): string {
  const due = addDecimals(transfer.consideration, transfer.accrued?.amount ?? "0.00");
  if (transfer.role === "BUYER" && transfer.buyer_fees !== null) {
    return addDecimals(due, sumOf(transfer.buyer_fees));
  }
  return transfer.seller_fees === null ? due : subtractDecimals(due, sumOf(transfer.seller_fees));
}

function sumOf(fees: { readonly venue: string; readonly trust_company: string }): string {
  return addDecimals(fees.venue, fees.trust_company);
}

function signedBy({ signed }: Transfer, role: Transfer["role"]): boolean {
  return signed.some((side) => side === role);
}

function isUsed(name: StageName, terms: Way): boolean {
  switch (name) {
    case "AGREEMENT":
      return terms.agreement;
    case "FUNDS":
      return terms.deposit_bps > 0;
    case "PREEMPTION":
      return terms.preemption_days > 0;
    case "REGISTRATION":
      return terms.registration;
    default:
      return true;
  }
}

/** Of what was cancelled, lapsed or failed for the seller: as far as can be told from outside. */
function failedIn(transfer: Transfer, terms: Way): StageName {
  if (terms.agreement && transfer.signed.length < 2) return "AGREEMENT";
  return "DECISION";
}

function momentOf(name: StageName, transfer: Transfer): string | null {
  switch (name) {
    case "MATCH":
      return transfer.matched_at;
    case "SETTLEMENT":
      return ["SETTLED", "REGISTERED", "REVERSED"].includes(transfer.state)
        ? transfer.decided_at
        : null;
    case "REGISTRATION":
      return transfer.registered_at;
    default:
      return null;
  }
}
