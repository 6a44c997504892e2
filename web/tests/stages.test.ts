import { expect, test } from "vitest";
import type { StateEntered, Terms, Transfer } from "../src/views/transfers/queries";
import {
  actionsOf,
  silenceOf,
  since,
  stagesOf,
  totalOf,
  waitingOn,
  type Progress,
} from "../src/views/transfers/stages";

const WHOLE = {
  agreement: true,
  deposit_bps: 1000,
  preemption_days: 30,
  registration: true,
  cooling_off_hours: 24,
} as Terms;
const PLAIN = {
  agreement: false,
  deposit_bps: 0,
  preemption_days: 0,
  registration: false,
  cooling_off_hours: 0,
} as Terms;

function transfer(changes: Partial<Transfer> = {}): Transfer {
  return {
    transfer_id: "7",
    symbol: "DEMO-1",
    role: "BUYER",
    state: "AGREEMENT_PENDING",
    consideration: "1020.00",
    accrued: null,
    buyer_fees: { venue: "0.51", trust_company: "200.00" },
    seller_fees: { venue: "1.02", trust_company: "200.00" },
    paid: "1220.51",
    matched_at: "2026-11-22T04:00:00.000000Z",
    decided_at: null,
    registered_at: null,
    reversed_at: null,
    paid_back: null,
    overlays: [],
    signed: [],
    agreed_to_cancel: [],
    returned_to: [],
    documents_overdue: false,
    rescindable: false,
    fault: [],
    fault_fee: "0.00",
    forfeited: "0.00",
    ...changes,
  } as Transfer;
}

function progress(changes: Partial<Transfer>, terms: Terms): readonly Progress[] {
  return stagesOf(transfer(changes), terms).map((stage) => stage.progress);
}

test("a product's way has the stages that it uses, and no others", () => {
  expect(stagesOf(transfer(), WHOLE).map(({ name }) => name)).toEqual([
    "MATCH",
    "AGREEMENT",
    "FUNDS",
    "DECISION",
    "PREEMPTION",
    "SETTLEMENT",
    "REGISTRATION",
  ]);
  expect(stagesOf(transfer(), PLAIN).map(({ name }) => name)).toEqual([
    "MATCH",
    "DECISION",
    "SETTLEMENT",
  ]);
});

test("what is done, what is now and what is to come", () => {
  expect(progress({ state: "SUBMITTED" }, PLAIN)).toEqual(["DONE", "NOW", "AHEAD"]);
  expect(progress({ state: "SETTLED" }, PLAIN)).toEqual(["DONE", "DONE", "DONE"]);
  expect(progress({ state: "REJECTED" }, PLAIN)).toEqual(["DONE", "FAILED", "NEVER"]);
  expect(progress({ state: "SETTLED" }, WHOLE).at(-1)).toBe("NOW");
  expect(
    progress({ state: "REGISTERED", registered_at: "2026-11-22T04:00:00Z" }, WHOLE).at(-1),
  ).toBe("DONE");
  expect(progress({ state: "LAPSED", signed: ["SELLER"] }, WHOLE)[1]).toBe("FAILED");
});

test.each([
  [{}, "YOU_SIGN"],
  [{ signed: ["BUYER"] }, "OTHER_SIGNS"],
  [{ signed: ["BUYER", "SELLER"] }, "COOLING_OFF"],
  [{ signed: ["BUYER", "SELLER"], documents_overdue: true }, "YOU_DOCUMENTS"],
  [{ state: "FUNDS_PENDING" }, "YOU_PAY"],
  [{ state: "FUNDS_PENDING", role: "SELLER" }, "OTHER_PAYS"],
  [{ state: "UNDER_REVIEW" }, "TRUST_COMPANY"],
  [{ state: "RETURNED", returned_to: ["BUYER"] }, "YOU_COMPLETE"],
  [{ state: "RETURNED", returned_to: ["SELLER"] }, "OTHER_COMPLETES"],
  [{ state: "CONFIRMED" }, "CUT_OFF"],
  [{ state: "SUBMITTED", overlays: ["HELD"] }, "HELD"],
  [{ state: "SETTLED" }, "REGISTRATION"],
  [{ state: "CANCELLED" }, "NOBODY"],
] as const satisfies readonly (readonly [Partial<Transfer>, string])[])(
  "%j waits on %s",
  (changes, waiting) => {
    expect(waitingOn(transfer(changes as Partial<Transfer>), WHOLE)).toBe(waiting);
  },
);

test("silence ends an agreement, makes a default, and waives", () => {
  expect(silenceOf("YOU_SIGN")).toBe("LAPSES");
  expect(silenceOf("YOU_PAY")).toBe("DEFAULTS");
  expect(silenceOf("RIGHT_HOLDERS")).toBe("GOES_ON");
});

function offered(changes: Partial<Transfer>, kind: "NATURAL_PERSON" | "INSTITUTION") {
  return actionsOf(transfer(changes), WHOLE, kind).map(({ as }) => as);
}

test("what may be done is what the venue would take", () => {
  expect(offered({}, "INSTITUTION")).toEqual(["sign", "cancel", "dispute"]);
  expect(offered({}, "NATURAL_PERSON")).toEqual(["sign", "withdraw", "dispute"]);
  expect(offered({ role: "SELLER" }, "NATURAL_PERSON")).toEqual(["sign", "cancel", "dispute"]);
  expect(offered({ overlays: ["DISPUTED"] }, "INSTITUTION")).toEqual(["cancel", "settleDispute"]);
  expect(offered({ state: "FUNDS_PENDING", role: "SELLER" }, "INSTITUTION")).not.toContain("fund");
  expect(offered({ state: "FUNDS_PENDING" }, "INSTITUTION")).toContain("fund");
  expect(
    offered({ state: "SUBMITTED", rescindable: true, agreed_to_cancel: ["BUYER"] }, "INSTITUTION"),
  ).toEqual(["rescind", "dispute"]);
  expect(offered({ state: "SETTLED" }, "INSTITUTION")).toEqual([]);
});

test("a total is to the fen, fees on top for who buys and off for who sells", () => {
  expect(totalOf(transfer())).toBe("1220.51");
  expect(totalOf(transfer({ role: "SELLER" }))).toBe("818.98");
  const accrued = { amount: "3.07", days: 12, priced_on: "2026-11-22" };
  expect(totalOf(transfer({ accrued }))).toBe("1223.58");
});

test("each stage says when it was over, and the present one since when", () => {
  const at = (minute: number) => `2026-11-22T04:0${minute}:00.000000Z`;
  const states: StateEntered[] = [
    { state: "AGREEMENT_PENDING", at: at(0), signed: [], redeemed_for: null },
    { state: "AGREEMENT_PENDING", at: at(1), signed: ["SELLER"], redeemed_for: null },
    { state: "FUNDS_PENDING", at: at(2), signed: ["SELLER", "BUYER"], redeemed_for: null },
    { state: "SUBMITTED", at: at(3), signed: ["SELLER", "BUYER"], redeemed_for: null },
    { state: "RETURNED", at: at(4), signed: ["SELLER", "BUYER"], redeemed_for: null },
    { state: "SUBMITTED", at: at(5), signed: ["SELLER", "BUYER"], redeemed_for: null },
  ];
  const told = stagesOf({ ...transfer({ state: "SUBMITTED" }), states }, WHOLE);
  expect(told.map(({ name, at: moment }) => [name, moment])).toEqual([
    ["MATCH", at(0)],
    ["AGREEMENT", at(2)],
    ["FUNDS", at(3)],
    ["DECISION", at(5)],
    ["PREEMPTION", null],
    ["SETTLEMENT", null],
    ["REGISTRATION", null],
  ]);
  expect(since(states)).toBe(at(5));
  expect(since([])).toBeNull();
  const untold = stagesOf({ ...transfer({ state: "SUBMITTED" }), states: null }, WHOLE);
  expect(untold.map(({ at: moment }) => moment).filter((moment) => moment !== null)).toEqual([
    at(0),
  ]);
});
