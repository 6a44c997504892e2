/** What is looked for in the journal, as a page's address says it, and as the venue is asked. */
import type { components } from "../../client";
import { momentOfMarket } from "../../format/moments";

export type JournalEvent = components["schemas"]["JournalEvent"];
export type EventName = JournalEvent["kind"];

/** The kinds by which people look; others are found by what they are about. */
export const KINDS = [
  "ORDER_ACCEPTED",
  "ORDER_FILLED",
  "ORDER_REDUCED",
  "ORDER_REPLACED",
  "ORDER_CLOSED",
  "ORDERS_DISQUALIFIED",
  "TRANSFER_OPENED",
  "TRANSFER_ADVANCED",
  "TRANSFER_SETTLED",
  "TRANSFER_FAILED",
  "TRANSFER_REVERSED",
  "TRANSFER_REDEEMED",
  "TRANSFER_JUDGED",
  "COMMAND_REFUSED",
  "DEPOSIT_RECORDED",
  "WITHDRAWAL_ADVANCED",
  "PAYMENT_UNMATCHED",
  "PAYMENT_RESOLVED",
  "EVIDENCE_ATTACHED",
  "EVIDENCE_INVALIDATED",
  "APPLICATION_ADVANCED",
  "PROFILE_CHANGED",
  "TRADE_HALTED",
  "HALT_LIFTED",
  "UNITS_ENCUMBERED",
  "ENCUMBRANCE_RELEASED",
  "EXCEPTION_RAISED",
  "EXCEPTION_RESOLVED",
  "ACT_PROPOSED",
  "PROPOSAL_CLOSED",
  "PRODUCT_CREATED",
  "PARTY_REGISTERED",
] as const satisfies readonly EventName[];

export const NUMBERS = ["party", "transfer", "order"] as const;
export const MOMENTS = ["since", "until"] as const;
export const FIELDS = [...NUMBERS, "symbol", ...MOMENTS, "kind", "direction"] as const;
export type Field = (typeof FIELDS)[number];
export type Wanted = Readonly<Partial<Record<Field, string>>>;

const PAGE = 50;

/** What the page's address says; fields that are empty are as good as none. */
export function wantedIn(address: URLSearchParams): Wanted {
  return Object.fromEntries(
    FIELDS.flatMap((field) => {
      const value = address.get(field)?.trim() ?? "";
      return value === "" ? [] : [[field, value] as const];
    }),
  );
}

/** The query of the interface. */
export function queryOf(wanted: Wanted) {
  const { party, symbol, transfer, order, kind, since, until, direction } = wanted;
  const known = KINDS.find((each) => each === kind);
  return {
    limit: PAGE,
    order: direction === "OLDEST" ? ("OLDEST" as const) : ("NEWEST" as const),
    ...(party === undefined ? {} : { party }),
    ...(symbol === undefined ? {} : { symbol: symbol.toUpperCase() }),
    ...(transfer === undefined ? {} : { transfer }),
    ...(order === undefined ? {} : { order_id: order }),
    ...(known === undefined ? {} : { kind: known }),
    ...(since === undefined ? {} : { since: momentOfMarket(since) }),
    ...(until === undefined ? {} : { until: momentOfMarket(until) }),
  };
}
