/** The states of a transfer by which lists are filtered: under way, and ended. */

export const OPEN_STATES = [
  "AGREEMENT_PENDING",
  "FUNDS_PENDING",
  "SUBMITTED",
  "RETURNED",
  "UNDER_REVIEW",
  "PREEMPTION_OPEN",
  "CONFIRMED",
] as const;
export const ENDED_STATES = [
  "SETTLED",
  "REGISTERED",
  "CANCELLED",
  "REJECTED",
  "LAPSED",
  "BUYER_DEFAULT",
  "SELLER_DEFAULT",
  "PREEMPTED",
  "REVERSED",
] as const;
export type State = (typeof OPEN_STATES)[number] | (typeof ENDED_STATES)[number];
