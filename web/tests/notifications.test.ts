import { expect, test } from "vitest";
import type { Translate } from "../src/i18n/words";
import {
  keyOf,
  placeOf,
  textOf,
  type Key,
  type Notification,
} from "../src/views/notifications/telling";
import { words } from "../src/views/notifications/words";

const NOTHING: Notification["subject"] = {
  transfer_id: null,
  encumbrance_id: null,
  exception_id: null,
  clearance_id: null,
  halt_id: null,
  negotiation_id: null,
  offer_id: null,
  withdrawal_id: null,
  application_id: null,
  bank_account_id: null,
  party_id: null,
  order_ids: null,
  symbol: null,
  role: null,
  side: null,
  units: null,
  state: null,
  currency: null,
  amount: null,
  total: null,
  fact: null,
  last_day: null,
  days_left: null,
};

function told(
  type: string,
  kind: string,
  subject: Partial<Notification["subject"]> = {},
): Notification {
  return {
    notification_id: "1",
    kind: kind as Notification["kind"],
    type,
    at: "2026-11-22T04:00:00.000000Z",
    is_read: false,
    subject: { ...NOTHING, ...subject },
  };
}

function spoken(language: "zh" | "en"): Translate<Key> {
  return (key, values = {}) =>
    words[language][key].replace(/{{(\w+)}}/g, (_, name: string) => String(values[name]));
}

test.each([
  ["money.credited", { total: "1234.50" }, "资金已到账", "¥1,234.50"],
  ["money.debited", { total: "-1234.50" }, "资金已划出", " ¥1,234.50"],
  ["withdrawal.paid", { amount: "400.00", state: "PAID" }, "提现已付出", "¥400.00"],
  ["withdrawal.declined", { amount: "400.00", state: "DECLINED" }, "未获批准", "¥400.00"],
  ["withdrawal.failed", { amount: "400.00", state: "FAILED" }, "提现未成", "¥400.00"],
] as const)("%s says what has become of how much money", (type, subject, begins, amount) => {
  const notification = told(type, "MONEY", subject);
  const text = textOf(notification, spoken("zh"));
  expect(text).toContain(begins);
  expect(text).toContain(amount);
  expect(textOf(notification, spoken("en"))).toContain(amount.trim());
  expect(placeOf(notification)).toBe("/money");
});

test.each(["application.approved", "application.rejected", "bank_account.verified"])(
  "%s leads to one's own profile",
  (type) => {
    const notification = told(type, "CLIENT");
    expect(keyOf(notification)).not.toBeNull();
    expect(placeOf(notification)).toBe("/client");
  },
);

test("a halt leads to what is halted, and that of one's own trade is told as such", () => {
  const ofProduct = told("trade.halted", "HALT", { symbol: "DEMO-1", state: "STANDS" });
  expect(keyOf(ofProduct)).toBe("tradeHalted");
  expect(textOf(ofProduct, spoken("zh"))).toContain("DEMO-1");
  expect(placeOf(ofProduct)).toBe("/products/DEMO-1");
  const ofVenue = told("trade.halted", "HALT", { state: "STANDS" });
  expect(textOf(ofVenue, spoken("zh"))).toContain("全市场");
  expect(placeOf(ofVenue)).toBe("/status");
  const own = told("trade.halted", "HALT", { party_id: "7", state: "STANDS" });
  expect(textOf(own, spoken("zh"))).not.toContain("全市场");
  expect(keyOf({ ...own, type: "halt.lifted" })).toBe("ownHaltLifted");
});

test("what ends leads to where it is renewed", () => {
  const ending = told("profile.ending", "DEADLINE", {
    party_id: "7",
    fact: "RISK_ASSESSMENT",
    last_day: "2026-12-01",
    days_left: 7,
  });
  expect(textOf(ending, spoken("en"))).toContain("7 days");
  expect(placeOf(ending)).toBe("/client");
});
