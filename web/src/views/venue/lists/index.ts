/** All lists of the operator's, in the order of the navigation. */
import type { Listing } from "../ListView";
import { applications, officers, parties, people } from "./people";
import { calendars, feeSchedules, halts, products, rulePacks } from "./trade";
import {
  alerts,
  bankAccounts,
  clearances,
  exceptions,
  payments,
  reads,
  reconciliations,
  withdrawals,
} from "./watch";

export const LISTS: readonly Listing[] = [
  halts,
  exceptions,
  clearances,
  alerts,
  applications,
  bankAccounts,
  reconciliations,
  payments,
  withdrawals,
  products,
  rulePacks,
  calendars,
  feeSchedules,
  parties,
  people,
  officers,
  reads,
];
