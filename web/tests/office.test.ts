import { expect, test } from "vitest";
import type { Transfer } from "../src/views/office/queries";
import { mistakesIn, rowsOf } from "../src/views/office/sheet";
import {
  byDue,
  endOfDay,
  isRedeemable,
  momentOfInput,
  nextAfter,
  planOf,
  standingOf,
  stepOf,
  totalOf,
  urgencyOf,
} from "../src/views/office/work";

const NOW = Date.parse("2026-11-23T02:00:00Z");
const CRITERIA = "c".repeat(32);
const MAKER = { officer_id: "1", roles: ["MAKER"] } as const;
const CHECKER = { officer_id: "2", roles: ["CHECKER"] } as const;
const REVIEW = { review: true, signed: false };
const PLAIN = { review: false, signed: false };

function transfer(changes: object = {}, desk: object = {}): Transfer {
  return {
    transfer_id: "7",
    version: 3,
    deadline: "2026-11-23T04:00:00Z",
    overlays: [],
    ...changes,
    desk: {
      criteria: CRITERIA,
      claimed_by: null,
      claimed_until: null,
      made_by: null,
      proposed: null,
      proposed_reason: null,
      ...desk,
    },
  } as unknown as Transfer;
}

const officer = (roles: readonly ("MAKER" | "CHECKER")[], id = "1") => ({
  officer_id: id,
  roles: [...roles],
});

test.each([
  ["without review any officer decides", {}, {}, officer([]), PLAIN, "DECIDE"],
  ["a maker proposes", {}, {}, officer(["MAKER"]), REVIEW, "PROPOSE"],
  ["a checker waits for a maker", {}, {}, officer(["CHECKER"]), REVIEW, "FOR_MAKER"],
  ["another person decides", {}, { made_by: "9" }, officer(["CHECKER"]), REVIEW, "DECIDE"],
  ["nobody his own", {}, { made_by: "1" }, officer(["MAKER", "CHECKER"]), REVIEW, "OWN_PROPOSAL"],
  ["a maker decides nothing", {}, { made_by: "9" }, officer(["MAKER"]), REVIEW, "FOR_CHECKER"],
  ["what stands still waits", { overlays: ["HELD"] }, {}, officer(["MAKER"]), REVIEW, "HELD"],
  ["a claim keeps others away", {}, { claimed_by: "9" }, officer(["MAKER"]), REVIEW, "CLAIMED"],
  ["one's own claim does not", {}, { claimed_by: "1" }, officer(["MAKER"]), REVIEW, "PROPOSE"],
  [
    "a claim that is over keeps nobody away",
    {},
    { claimed_by: "9", claimed_until: "2026-11-23T01:00:00Z" },
    officer(["MAKER"]),
    REVIEW,
    "PROPOSE",
  ],
  ["a key is nobody", {}, {}, { officer_id: null, roles: [] }, REVIEW, "IN_PERSON"],
  ["no page signs", {}, {}, officer([]), { review: false, signed: true }, "SIGNED"],
] as const)("%s", (_, changes, desk, who, terms, expected) => {
  expect(stepOf(transfer(changes, desk), { ...who, roles: [...who.roles] }, terms, NOW)).toBe(
    expected,
  );
});

test("a choice of many is decisions, proposals and what is left out, with criteria", () => {
  const mine = transfer({ transfer_id: "1" });
  const toCheck = transfer({ transfer_id: "2" }, { made_by: "9", proposed: "CONFIRM" });
  const opposite = transfer(
    { transfer_id: "3" },
    { made_by: "9", proposed: "REJECT", proposed_reason: "TITLE_DISPUTED" },
  );
  const held = transfer({ transfer_id: "4", overlays: ["HELD"] });
  const step = (each: Transfer) =>
    stepOf(each, { officer_id: "1", roles: [...MAKER.roles, ...CHECKER.roles] }, REVIEW, NOW);
  const all = [mine, toCheck, opposite, held];

  const confirmed = planOf(all, "CONFIRM", "OTHER", step);
  expect(confirmed.proposed.map((each) => each.transfer_id)).toEqual(["1"]);
  expect(confirmed.decided).toEqual([
    { transfer_id: "2", version: 3, criteria: CRITERIA, decision: "CONFIRM", reason: null },
  ]);
  expect(confirmed.left.map(({ why }) => why)).toEqual(["DIFFERS", "HELD"]);

  const rejected = planOf(all, "REJECT", "OTHER", step);
  expect(rejected.decided.map(({ reason }) => reason)).toEqual(["TITLE_DISPUTED"]);
  expect(rejected.proposed.map(({ reason }) => reason)).toEqual(["OTHER"]);
});

test("what is due first comes first, and what stands still comes last", () => {
  const late = transfer({ transfer_id: "12", deadline: "2026-11-23T01:00:00Z" });
  const soon = transfer({ transfer_id: "11", deadline: "2026-11-25T01:00:00Z" });
  const held = transfer({ transfer_id: "3", deadline: null, overlays: ["HELD"] });
  const sorted = [held, soon, late].sort(byDue);
  expect(sorted.map((each) => each.transfer_id)).toEqual(["12", "11", "3"]);
  expect(sorted.map((each) => urgencyOf(each, NOW))).toEqual(["OVERDUE", "SOON", "STOPPED"]);
});

test("times are read and shown in the market's zone", () => {
  expect(endOfDay("2026-11-22")).toBe("2026-11-22T15:59:59.999999999Z");
  expect(momentOfInput("2026-11-23T10:00")).toBe("2026-11-23T02:00:00.000Z");
  expect(momentOfInput("")).toBeNull();
});

test.each([
  ["CONFIRMED", [], { state: "SUSPENDED", maturity_date: "2030-01-01" }, true],
  ["CONFIRMED", ["HELD"], { state: "LIVE", maturity_date: "2026-11-23" }, true],
  ["CONFIRMED", [], { state: "LIVE", maturity_date: "2026-11-24" }, false],
  ["CONFIRMED", [], { state: "LIVE", maturity_date: null }, false],
  ["CONFIRMED", ["DISPUTED"], { state: "SUSPENDED", maturity_date: null }, false],
  ["SUBMITTED", [], { state: "SUSPENDED", maturity_date: null }, false],
  ["SETTLED", [], { state: "SUSPENDED", maturity_date: null }, false],
] as const)("%s with %j of a plan that is %j can be redeemed: %s", (state, overlays, plan, may) => {
  expect(isRedeemable({ state, overlays: [...overlays] }, plan, "2026-11-23")).toBe(may);
});

test("a sheet keeps commas, quotes and line ends that are within quotes", () => {
  expect(rowsOf('\uFEFFa,"b, ""c"""\r\n1,"two\nlines"\r\n')).toEqual([
    ["a", 'b, "c"'],
    ["1", "two\nlines"],
  ]);
});

test("what is proposed is told exactly: units, money, and how many parties", () => {
  const sold = (seller: string, units: string, consideration: string) => ({
    ...transfer(),
    seller_id: seller,
    buyer_id: "5",
    units,
    consideration,
  });
  expect(totalOf([sold("4", "0.1", "0.10"), sold("6", "0.2", "0.20")])).toEqual({
    units: "0.3",
    consideration: "0.30",
    sellers: 2,
    buyers: 1,
  });
});

test("the next one is the next that is due and one's own, and after the last the first", () => {
  const at = (id: string, hour: string) =>
    transfer({ transfer_id: id, deadline: `2026-11-23T${hour}:00:00Z` });
  const queue = [at("3", "06"), at("1", "04"), at("2", "05"), at("4", "07")];
  const isMine = ({ transfer_id: id }: Transfer) => id !== "2";
  expect(nextAfter("1", queue, isMine)).toBe("3");
  expect(nextAfter("4", queue, isMine)).toBe("1");
  expect(nextAfter("gone", queue, isMine)).toBe("1");
  expect(nextAfter("1", queue, () => false)).toBeNull();
  expect(nextAfter("1", [at("1", "04")], isMine)).toBeNull();
});

test("of a marked sheet one reads which rows were not done and why, in any column order", () => {
  const rows = [
    ["决定", "转让编号", "结果", "错误", "备注"],
    ["确认", "12", "已确认", "", ""],
    ["同意", "13", "未办理", "决定：无此选项", "x"],
    ["确认", "14", "未提交", "", ""],
  ];
  expect(mistakesIn(rows)).toEqual([{ line: 3, about: "13", error: "决定：无此选项" }]);
  expect(
    mistakesIn([
      ["Own", "Error"],
      ["7", "Decision: is empty"],
    ]),
  ).toEqual([{ line: 2, about: "7", error: "Decision: is empty" }]);
  expect(mistakesIn([])).toEqual([]);
});

test("an officer is in office from his first moment to his last, if nobody dismisses him", () => {
  const term = { begins_at: "2026-11-22T04:00:00Z", ends_at: "2026-11-22T05:00:00Z" };
  const at = (text: string) => Date.parse(text);
  const standing = (text: string) => standingOf({ ...term, dismissed_at: null }, at(text));
  expect(standing("2026-11-22T03:59:59Z")).toBe("COMING");
  expect(standing("2026-11-22T04:00:00Z")).toBe("IN_OFFICE");
  expect(standing("2026-11-22T05:00:00Z")).toBe("PAST");
  const open = { ...term, ends_at: null, dismissed_at: null };
  expect(standingOf(open, at("2027-11-22T04:00:00Z"))).toBe("IN_OFFICE");
  const dismissed = { ...term, dismissed_at: "2026-11-22T04:10:00Z" };
  expect(standingOf(dismissed, at("2026-11-22T04:30:00Z"))).toBe("PAST");
});
