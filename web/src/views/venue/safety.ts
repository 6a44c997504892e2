/**
 * Whether the venue is safe to trade at, from what it says of itself. HALT is advice to a person:
 * nothing here halts anything.
 *
 *     HALT   it takes no commands, or its money or registers do not agree and nobody knows why,
 *            or that is not known
 *     HALTED the whole venue is halted, whatever else is well: somebody has it halted already
 *     SAFE   everything else; what a person should look at is listed beside it
 */
import type { components } from "../../client";
import { addDecimals, compareDecimals, subtractDecimals } from "../../format/decimal";
import { dayOfMoment } from "../../format/moments";
import type { FeedState } from "../../feed/protocol";

type Reconciliation = components["schemas"]["Reconciliation"];
type Exception = components["schemas"]["DeskException"];
type Halt = components["schemas"]["Halt"];

export type Concern =
  | "notReady"
  | "moneyUnexplained"
  | "ledgerDiffers"
  | "graveException"
  | "venueHalted"
  | "unknown"
  | "singleHalts"
  | "otherException"
  | "moneyExplained"
  | "notReconciledToday"
  | "neverReconciled"
  | "supervisionBehind"
  | "feedNotLive";

export interface Health {
  /** Null: the venue did not say. */
  readonly isReady: boolean | null;
  readonly reconciliation: Reconciliation | null | undefined;
  readonly exceptions: readonly Exception[] | undefined;
  /** Those in force. */
  readonly halts: readonly Pick<Halt, "level">[] | undefined;
  readonly behind: string | undefined;
  readonly feed: FeedState;
  readonly now: string;
}

export type Advice = "safe" | "halt" | "halted";

export interface Verdict {
  readonly advice: Advice;
  /** Why it is not safe. */
  readonly grave: readonly Concern[];
  /** What to look at all the same. */
  readonly slight: readonly Concern[];
}

/** What says that units, money or rules are not what they should be. */
export const GRAVE_KINDS: ReadonlySet<Exception["kind"]> = new Set([
  "MONEY_BREAK",
  "HOLDER_BREAK",
  "RULE_INCIDENT",
]);
/** Commands that supervision has not looked at yet: some seconds of a busy day. */
const BEHIND_MAX = "1000";

export function verdictOf(health: Health): Verdict {
  const { isReady, reconciliation, exceptions, halts } = health;
  const isUnknown = [isReady ?? undefined, reconciliation, exceptions, halts].includes(undefined);
  const isHalted = (halts ?? []).some(({ level }) => level === "VENUE");
  const isGrave = (exceptions ?? []).some(({ kind }) => GRAVE_KINDS.has(kind));
  const grave: readonly (readonly [Concern, boolean])[] = [
    ["notReady", isReady === false],
    ["unknown", isUnknown],
    ["moneyUnexplained", (reconciliation?.breaks ?? []).some(({ cause }) => cause === "UNKNOWN")],
    ["ledgerDiffers", reconciliation != null && !isLedgerOfParties(reconciliation)],
    ["graveException", isGrave],
    ["venueHalted", isHalted],
  ];
  const slight: readonly (readonly [Concern, boolean])[] = [
    ["singleHalts", (halts ?? []).some(({ level }) => level !== "VENUE")],
    ["otherException", (exceptions ?? []).some(({ kind }) => !GRAVE_KINDS.has(kind))],
    ["moneyExplained", (reconciliation?.breaks ?? []).some(({ cause }) => cause !== "UNKNOWN")],
    ["neverReconciled", reconciliation === null],
    [
      "notReconciledToday",
      reconciliation != null && dayOfMoment(reconciliation.at) !== dayOfMoment(health.now),
    ],
    [
      "supervisionBehind",
      health.behind === undefined || compareDecimals(health.behind, BEHIND_MAX) > 0,
    ],
    ["feedNotLive", !["LIVE", "IDLE"].includes(health.feed)],
  ];
  const [found, seen] = [holding(grave), holding(slight)];
  const advice = isHalted ? "halted" : found.length === 0 ? "safe" : "halt";
  return { advice, grave: found, slight: seen };
}

/** Whether the ledger is what the parties have and what is in suspense: its own sum. */
export function isLedgerOfParties({ ledger, accounts, suspense }: Reconciliation): boolean {
  return compareDecimals(ledger, addDecimals(accounts, suspense)) === 0;
}

/** The escrow account less the ledger, in yuan. */
export function differenceOf({ escrow_account: escrow, ledger }: Reconciliation): string {
  return subtractDecimals(escrow, ledger);
}

function holding(concerns: readonly (readonly [Concern, boolean])[]): readonly Concern[] {
  return concerns.filter(([, holds]) => holds).map(([concern]) => concern);
}
