/** What waits for a person: exceptions, clearances, alerts, money, and what regulators read. */
import { api, type components } from "../../../client";
import type { Person } from "../../../session/person";
import { AlertSteps } from "../AlertSteps";
import { chosen, given, isCompliance, keyed, orNull } from "../acts";
import { listing } from "../ListView";
import { inState, paged } from "./pages";

type Schemas = components["schemas"];

/** Of exceptions the interface asks for those that wait, or for all. */
const EXCEPTION_STATES = ["OPEN"] as const;
const EXCEPTION_CODES = ["DEALT_WITH", "NO_ACTION_NEEDED", "OTHER"] as const;
const CLEARANCE_STATES = ["ASKED", "CLEARED", "USED", "REFUSED", "ENDED"] as const;
const ALERT_STATES = ["OPEN", "ESCALATED", "RESOLVED"] as const;
const ALERT_CODES = ["REPORTED", "EXPLAINED", "OTHER"] as const;
const PAYMENT_STATES = [
  "UNMATCHED",
  "CREDITED",
  "PAID_OUT",
  "RETURNING",
  "ASSIGNED",
  "RETURNED",
  "OFFSET",
] as const;
const RESOLUTIONS = ["ASSIGN", "RETURN", "OFFSET"] as const;
const WITHDRAWAL_STATES = [
  "REQUESTED",
  "APPROVED",
  "INSTRUCTED",
  "PAID",
  "DECLINED",
  "FAILED",
] as const;

export const exceptions = listing({
  path: "exceptions",
  title: { zh: "异常事项", en: "Exceptions" },
  advice: { zh: "没有待处理的异常。", en: "No exception waits." },
  ask: (cursor, state) =>
    api.GET("/v1/exceptions", { params: { query: inState(cursor, state, EXCEPTION_STATES) } }),
  rowId: ({ exception_id: id }) => id,
  columns: ["exception_id", "kind", "subject_id", "state", "raised_at", "times_raised", "code"],
  states: EXCEPTION_STATES,
  acts: [
    {
      id: "resolve",
      title: { zh: "办结", en: "Resolve" },
      meaning: {
        zh: "请先处理，再说明结果。无主付款须在「付款」中处理。",
        en:
          "Deal with it first, then say what came of it. A payment that is nobody's is " +
          "resolved among the payments.",
      },
      fields: [
        { name: "code", kind: "choice", choices: EXCEPTION_CODES },
        { name: "note", kind: "line" },
      ],
      fits: ({ state, kind }) => state === "OPEN" && kind !== "PAYMENT",
      send: ({ exception_id: id }, values, key) =>
        api.POST("/v1/exceptions/{exception_id}/resolve", {
          params: { path: { exception_id: id }, header: keyed(key) },
          body: { code: chosen(values, "code", EXCEPTION_CODES), note: given(values, "note") },
        }),
    },
  ],
});

function isAsked({ state }: Schemas["Clearance"]): boolean {
  return state === "ASKED";
}

export const clearances = listing({
  path: "clearances",
  title: { zh: "待放行", en: "Clearances" },
  advice: {
    zh: "没有待放行的委托或过户。",
    en: "Nothing is held that waits for a person.",
  },
  ask: (cursor, state) =>
    api.GET("/v1/clearances", { params: { query: inState(cursor, state, CLEARANCE_STATES) } }),
  rowId: ({ clearance_id: id }) => id,
  columns: ["clearance_id", "queue", "party_id", "symbol", "side", "quantity", "price", "rule_id"],
  amounts: ["quantity", "price"],
  states: CLEARANCE_STATES,
  acts: [
    {
      id: "let-pass",
      title: { zh: "放行", en: "Let pass" },
      meaning: {
        zh: "在所填数量、价格范围与期限内放行一次。合规队列须由合规人员复核。",
        en:
          "What was asked may pass, within these units, prices and this day. In the queue of " +
          "compliance an officer of compliance approves it.",
      },
      fields: [
        { name: "quantity", kind: "line" },
        { name: "price_least", kind: "line" },
        { name: "price_most", kind: "line" },
        { name: "until", kind: "day" },
        { name: "note", kind: "line" },
      ],
      initial: ({ quantity, price }) =>
        Promise.resolve({ quantity, price_least: price, price_most: price }),
      fits: isAsked,
      send: ({ clearance_id: id }, values, key) =>
        api.POST("/v1/clearances/{clearance_id}/decide", {
          params: { path: { clearance_id: id }, header: keyed(key) },
          body: {
            let_pass: {
              quantity: given(values, "quantity"),
              price_least: given(values, "price_least"),
              price_most: given(values, "price_most"),
              until: given(values, "until"),
            },
            note: given(values, "note"),
          },
        }),
    },
    {
      id: "refuse",
      title: { zh: "不予放行", en: "Let nothing pass" },
      meaning: { zh: "维持拦截。", en: "It stays held." },
      fields: [{ name: "note", kind: "line" }],
      fits: isAsked,
      send: ({ clearance_id: id }, values, key) =>
        api.POST("/v1/clearances/{clearance_id}/decide", {
          params: { path: { clearance_id: id }, header: keyed(key) },
          body: { let_pass: null, note: given(values, "note") },
        }),
    },
  ],
});

function hearsAlerts(person: Person): boolean {
  return isCompliance(person) || person.kind === "REGULATOR";
}

export const alerts = listing({
  path: "alerts",
  title: { zh: "监测预警（保密）", en: "Alerts (confidential)" },
  advice: { zh: "没有待处理的预警。", en: "No alert waits." },
  ask: (cursor, state) =>
    api.GET("/v1/alerts", { params: { query: inState(cursor, state, ALERT_STATES) } }),
  rowId: ({ alert_id: id }) => id,
  columns: ["alert_id", "kind", "state", "party_ids", "symbol", "amount", "at", "report_due_at"],
  amounts: ["amount"],
  states: ALERT_STATES,
  isFor: hearsAlerts,
  beside: AlertSteps,
  acts: [
    {
      id: "escalate",
      title: { zh: "拟上报", en: "To be reported" },
      meaning: {
        zh: "表明应向主管部门报告。不得向任何参与方透露。",
        en: "Says that it is to be reported to the authority. No party may be told.",
      },
      fields: [{ name: "note", kind: "line" }],
      fits: ({ state }) => state === "OPEN",
      isFor: isCompliance,
      send: ({ alert_id: id }, values, key) =>
        api.POST("/v1/alerts/{alert_id}/escalate", {
          params: { path: { alert_id: id }, header: keyed(key) },
          body: { note: given(values, "note") },
        }),
    },
    {
      id: "resolve",
      title: { zh: "办结", en: "Resolve" },
      meaning: {
        zh: "拟上报而最终不报的，须由另一人办结。",
        en: "What was to be reported and is not, another person says than wanted it reported.",
      },
      fields: [
        { name: "code", kind: "choice", choices: ALERT_CODES },
        { name: "note", kind: "line" },
      ],
      fits: ({ state }) => state !== "RESOLVED",
      isFor: isCompliance,
      send: ({ alert_id: id }, values, key) =>
        api.POST("/v1/alerts/{alert_id}/resolve", {
          params: { path: { alert_id: id }, header: keyed(key) },
          body: { code: chosen(values, "code", ALERT_CODES), note: given(values, "note") },
        }),
    },
  ],
});

export const reconciliations = listing({
  path: "reconciliations",
  title: { zh: "资金对账", en: "Reconciliations" },
  advice: {
    zh: "尚未对账。请点「立即对账」。",
    en: "Nothing was reconciled yet: do it now.",
  },
  ask: (cursor) => api.GET("/v1/reconciliations", { params: { query: paged(cursor) } }),
  rowId: ({ reconciliation_id: id }) => id,
  columns: ["at", "ledger", "escrow_account", "statement", "suspense", "breaks"],
  amounts: ["ledger", "escrow_account", "statement", "suspense"],
  makes: [
    {
      id: "reconcile",
      title: { zh: "立即对账", en: "Reconcile now" },
      meaning: {
        zh: "向托管行查询监管账户余额，与账簿和最近对账单比对。不改变任何账目。",
        en:
          "Asks the custodian what the escrow account has, and sets it beside ledger and last " +
          "statement. Nothing is changed.",
      },
      fields: [],
      send: (_, __, key) => api.POST("/v1/reconciliations", { params: { header: keyed(key) } }),
    },
  ],
});

export const payments = listing({
  path: "payments",
  title: { zh: "付款", en: "Payments" },
  advice: { zh: "没有未匹配的付款。", en: "No payment is unmatched." },
  ask: (cursor, state) =>
    api.GET("/v1/payments", { params: { query: inState(cursor, state, PAYMENT_STATES) } }),
  rowId: ({ payment_id: id }) => id,
  columns: ["payment_id", "direction", "amount", "booked_on", "holder_name", "reason", "state"],
  amounts: ["amount"],
  states: PAYMENT_STATES,
  acts: [
    {
      id: "resolve",
      title: { zh: "处理", en: "Resolve" },
      meaning: {
        zh: "认领：归入其已核验账户的参与方；退回：退给付款人；冲抵：与银行另一笔相反分录抵销。",
        en:
          "Assign it to the party whose verified account it came from; return it to the payer; " +
          "or offset it against another entry of the bank's.",
      },
      fields: [
        { name: "resolution", kind: "choice", choices: RESOLUTIONS },
        { name: "party_id", kind: "line", isOptional: true },
        { name: "against_payment_id", kind: "line", isOptional: true },
      ],
      fits: ({ state }) => state === "UNMATCHED",
      send: ({ payment_id: id }, values, key) =>
        api.POST("/v1/payments/{payment_id}/resolve", {
          params: { path: { payment_id: id }, header: keyed(key) },
          body: {
            resolution: chosen(values, "resolution", RESOLUTIONS),
            party_id: orNull(values["party_id"]),
            against_payment_id: orNull(values["against_payment_id"]),
          },
        }),
    },
  ],
});

export const withdrawals = listing({
  path: "withdrawals",
  title: { zh: "出金", en: "Withdrawals" },
  advice: { zh: "没有待审批的出金。", en: "No withdrawal waits." },
  ask: (cursor, state) =>
    api.GET("/v1/withdrawals", { params: { query: inState(cursor, state, WITHDRAWAL_STATES) } }),
  rowId: ({ withdrawal_id: id }) => id,
  columns: ["withdrawal_id", "party_id", "amount", "state", "requested_at", "expected_by"],
  amounts: ["amount"],
  states: WITHDRAWAL_STATES,
  acts: (["approve", "decline"] as const).map((id) => ({
    id,
    title: id === "approve" ? { zh: "批准", en: "Approve" } : { zh: "拒绝", en: "Decline" },
    meaning:
      id === "approve"
        ? { zh: "随即请托管行付款。", en: "The custodian is then asked to pay it." }
        : { zh: "款项退回可用余额。", en: "The money is available to the party again." },
    fields: [],
    fits: ({ state }: Schemas["Withdrawal"]) => state === "REQUESTED",
    send: ({ withdrawal_id: withdrawal }: Schemas["Withdrawal"], _: unknown, key: string) =>
      api.POST(`/v1/withdrawals/{withdrawal_id}/${id}`, {
        params: { path: { withdrawal_id: withdrawal }, header: keyed(key) },
      }),
  })),
});

export const bankAccounts = listing({
  path: "bank-accounts",
  title: { zh: "待核验银行账户", en: "Bank accounts to verify" },
  advice: { zh: "没有待核验的银行账户。", en: "No bank account waits." },
  ask: (cursor) =>
    api.GET("/v1/bank-accounts", { params: { query: { ...paged(cursor), state: "REGISTERED" } } }),
  rowId: ({ bank_account_id: id }) => id,
  columns: [
    "bank_account_id",
    "party_id",
    "holder_name",
    "has_party_name",
    "bank",
    "registered_at",
  ],
  acts: [
    {
      id: "verify",
      title: { zh: "核验通过", en: "Verify" },
      meaning: {
        zh: "确认户主即为该主体：此后其汇款自动入账，也可出金至该账户。",
        en:
          "The holder is the party: what it pays in is booked by itself from now on, and it may " +
          "withdraw to this account.",
      },
      fields: [{ name: "proof_sha256", kind: "digest" }],
      send: ({ bank_account_id: id }, values, key) =>
        api.POST("/v1/bank-accounts/{bank_account_id}/verify", {
          params: { path: { bank_account_id: id }, header: keyed(key) },
          body: { proof_sha256: given(values, "proof_sha256") },
        }),
    },
  ],
});

export const reads = listing({
  path: "reads",
  title: { zh: "监管读取记录", en: "What regulators read" },
  advice: {
    zh: "监管机构的每次读取都会记录在这里。",
    en: "Each read of a regulator is written down here.",
  },
  ask: (cursor) => api.GET("/v1/reads", { params: { query: paged(cursor) } }),
  rowId: ({ read_id: id }) => id,
  columns: ["at", "party_id", "path", "status", "key_id"],
});
