/** How far somebody has come on his way to the first order, and what he does next. */
import type { components } from "../../client";

type Profile = components["schemas"]["OwnProfile"];
type Application = components["schemas"]["Application"];
type BankAccount = components["schemas"]["BankAccount"];

export const STEPS = ["questionnaire", "application", "review", "bank"] as const;
export type Step = (typeof STEPS)[number];
export type Standing = "done" | "waiting" | "todo";

/** Where each step leads; nobody does the review himself. */
export const PATHS: Readonly<Record<Step, string | null>> = {
  questionnaire: "/client/questionnaire",
  application: "/client/application",
  review: null,
  bank: "/client/bank-account",
};

/** Where what ends is renewed: who one is, is looked at with an application. */
export const RENEWED_AT: Readonly<Record<string, string>> = {
  CERTIFICATION: "/client/application",
  RISK_ASSESSMENT: "/client/questionnaire",
  DUE_DILIGENCE: "/client/application",
};

export function standings(
  profile: Profile,
  applications: readonly Application[],
  accounts: readonly BankAccount[],
): Readonly<Record<Step, Standing>> {
  const isCertified = profile.certification?.state === "VALID";
  const isAsked = applications.some(({ state }) => state === "SUBMITTED");
  const isVerified = accounts.some(({ state }) => state === "VERIFIED");
  return {
    questionnaire: profile.risk_assessment?.state === "VALID" ? "done" : "todo",
    application: isAsked || isCertified ? "done" : "todo",
    review: isCertified ? "done" : isAsked ? "waiting" : "todo",
    bank: isVerified ? "done" : accounts.length > 0 ? "waiting" : "todo",
  };
}

/** The first step that he himself can do now; null: there is none. */
export function nextStep(standing: Readonly<Record<Step, Standing>>): Step | null {
  return STEPS.find((step) => standing[step] === "todo" && PATHS[step] !== null) ?? null;
}

/** What to tell him: what is next, that he waits, or that there is nothing left to do. */
export function adviceOf(standing: Readonly<Record<Step, Standing>>) {
  const next = nextStep(standing);
  if (next !== null) return `${next}Next` as const;
  return STEPS.every((step) => standing[step] === "done") ? "allDone" : "nothingToDo";
}
