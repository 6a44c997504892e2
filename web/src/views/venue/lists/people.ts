/** Parties, the people who sign in for them, officers, and applications of clients. */
import { api, type components } from "../../../client";
import { chosen, given, isCompliance, keyed, orNull } from "../acts";
import { EvidenceFiles } from "../EvidenceFiles";
import { listing } from "../ListView";
import { inState, paged } from "./pages";

type Schemas = components["schemas"];

const PARTY_KINDS = ["NATURAL_PERSON", "INSTITUTION", "TRUST_COMPANY", "REGULATOR"] as const;
const LANGUAGES = ["zh", "en"] as const;
const ROLES = ["MAKER", "CHECKER", "HEAD", "COMPLIANCE"] as const;
const APPLICATION_STATES = ["SUBMITTED", "APPROVED", "REJECTED"] as const;
const BASES = ["NET_ASSETS", "FINANCIAL_ASSETS", "INCOME", "LEGAL_PERSON", "DEEMED"] as const;
const RISKS = ["LOW", "MEDIUM", "HIGH"] as const;
const REJECTIONS = [
  "DOCUMENTS_INCOMPLETE",
  "NOT_QUALIFIED",
  "IDENTITY_NOT_ESTABLISHED",
  "OTHER",
] as const;

export const parties = listing({
  path: "parties",
  title: { zh: "参与方", en: "Parties" },
  advice: { zh: "尚无参与方。", en: "There is no party yet." },
  ask: (cursor) => api.GET("/v1/parties", { params: { query: paged(cursor) } }),
  rowId: ({ party_id: id }) => id,
  columns: ["party_id", "name", "kind"],
  tellsNames: true,
  makes: [
    {
      id: "register",
      title: { zh: "登记参与方", en: "Register a party" },
      meaning: {
        zh: "登记后可为其开设登录人员或密钥；客户还须通过适当性审核才能交易。",
        en:
          "Then let people sign in for it, or make a key. Clients trade once compliance has " +
          "taken them.",
      },
      fields: [
        { name: "kind", kind: "choice", choices: PARTY_KINDS },
        { name: "name", kind: "line" },
      ],
      send: (_, values, key) =>
        api.POST("/v1/parties", {
          params: { header: keyed(key) },
          body: { kind: chosen(values, "kind", PARTY_KINDS), name: given(values, "name") },
        }),
    },
  ],
  acts: [
    {
      id: "add-person",
      title: { zh: "新增登录人员", en: "Let a person sign in" },
      meaning: {
        zh: "生成一次性启用链接，请当面或以安全方式交给本人。",
        en: "Makes a link that enrols once: hand it to the person in a safe way.",
      },
      fields: [
        { name: "name", kind: "line" },
        { name: "language", kind: "choice", choices: LANGUAGES },
        { name: "officer_id", kind: "line", isOptional: true },
      ],
      isSecret: true,
      send: ({ party_id: id }, values, key) =>
        api.POST("/v1/people", {
          params: { header: keyed(key) },
          body: {
            party_id: id,
            officer_id: orNull(values["officer_id"]),
            name: given(values, "name"),
            language: chosen(values, "language", LANGUAGES),
          },
        }),
    },
    {
      id: "mint-key",
      title: { zh: "生成密钥", en: "Make a key" },
      meaning: {
        zh: "供程序使用。密钥只显示一次，遗失须停用并重新生成。",
        en: "For programs. The key is told once: who loses it has it revoked and another made.",
      },
      fields: [
        { name: "label", kind: "line" },
        { name: "officer_id", kind: "line", isOptional: true },
      ],
      isSecret: true,
      send: ({ party_id: id }, values, key) =>
        api.POST("/v1/parties/{party_id}/keys", {
          params: { path: { party_id: id }, header: keyed(key) },
          body: { label: given(values, "label"), officer_id: orNull(values["officer_id"]) },
        }),
    },
    {
      id: "revoke-key",
      title: { zh: "停用密钥", en: "Revoke a key" },
      meaning: {
        zh: "该密钥立即失效。",
        en: "The key counts no more, from this moment.",
      },
      fields: [{ name: "key_id", kind: "line" }],
      send: ({ party_id: id }, values, key) =>
        api.DELETE("/v1/parties/{party_id}/keys/{key_id}", {
          params: {
            path: { party_id: id, key_id: given(values, "key_id") },
            header: keyed(key),
          },
        }),
    },
  ],
});

function isThere({ withdrawn_at: at }: Schemas["Person"]): boolean {
  return at === null;
}

export const people = listing({
  path: "people",
  title: { zh: "登录人员", en: "People" },
  advice: {
    zh: "尚无登录人员。请在「参与方」中打开一个参与方，为其新增。",
    en: "Nobody signs in yet. Open a party among the parties, and let a person sign in for it.",
  },
  ask: (cursor) => api.GET("/v1/people", { params: { query: paged(cursor) } }),
  rowId: ({ login_id: id }) => id,
  columns: ["name", "login", "kind", "party_id", "is_enrolled", "has_totp", "withdrawn_at"],
  acts: [
    {
      id: "enrol-anew",
      title: { zh: "重新启用", en: "Have enrolled anew" },
      meaning: {
        zh: "用于密码或二次验证遗失：原密码、二次验证与会话全部作废。",
        en:
          "For who has lost the password or the second factor: what he had counts no more, and " +
          "his sessions end.",
      },
      fields: [],
      fits: isThere,
      isSecret: true,
      send: ({ login_id: id }, _, key) =>
        api.POST("/v1/people/{login_id}/enrolment", {
          params: { path: { login_id: id }, header: keyed(key) },
        }),
    },
    {
      id: "withdraw",
      title: { zh: "停用登录", en: "Let sign in no more" },
      meaning: { zh: "会话立即结束，不能再登录。", en: "The sessions end, and no other begins." },
      fields: [],
      fits: isThere,
      send: ({ login_id: id }, _, key) =>
        api.DELETE("/v1/people/{login_id}", {
          params: { path: { login_id: id }, header: keyed(key) },
        }),
    },
  ],
});

export const officers = listing({
  path: "officers",
  title: { zh: "经办人", en: "Officers" },
  advice: { zh: "尚无经办人。", en: "There is no officer yet." },
  ask: (cursor) => api.GET("/v1/officers", { params: { query: paged(cursor) } }),
  rowId: ({ officer_id: id }) => id,
  columns: ["officer_id", "person", "party_id", "roles", "begins_at", "ends_at", "dismissed_at"],
  makes: [
    {
      id: "appoint",
      title: { zh: "任命经办人", en: "Appoint an officer" },
      meaning: {
        zh: "同一人只能有一个人员编号：经办与复核须是不同的人。",
        en: "A person has one number: maker and checker are never the same.",
      },
      fields: [
        { name: "person", kind: "line" },
        { name: "roles", kind: "choice", choices: ROLES },
        { name: "party_id", kind: "line", isOptional: true },
        { name: "ends_at", kind: "moment", isOptional: true },
      ],
      send: (_, values, key) =>
        api.POST("/v1/officers", {
          params: { header: keyed(key) },
          body: {
            person: given(values, "person"),
            roles: [chosen(values, "roles", ROLES)],
            party_id: orNull(values["party_id"]),
            ends_at: orNull(values["ends_at"]),
          },
        }),
    },
  ],
  acts: [
    {
      id: "dismiss",
      title: { zh: "免去任职", en: "Dismiss" },
      meaning: {
        zh: "其代理一并结束，密钥与会话立即失效。",
        en: "His deputies go with him; keys and sessions end.",
      },
      fields: [],
      fits: ({ dismissed_at: at }) => at === null,
      send: ({ officer_id: id }, _, key) =>
        api.DELETE("/v1/officers/{officer_id}", {
          params: { path: { officer_id: id }, header: keyed(key) },
        }),
    },
  ],
});

function isUndecided({ state }: Schemas["Application"]): boolean {
  return state === "SUBMITTED";
}

export const applications = listing({
  path: "applications",
  title: { zh: "客户申请", en: "Clients' applications" },
  advice: { zh: "没有待审核的申请。", en: "No application waits for you." },
  ask: (cursor, state) =>
    api.GET("/v1/applications", {
      params: { query: inState(cursor, state, APPLICATION_STATES) },
    }),
  rowId: ({ application_id: id }) => id,
  columns: ["application_id", "party_id", "basis", "professional", "submitted_at", "state"],
  states: APPLICATION_STATES,
  beside: EvidenceFiles,
  acts: [
    {
      id: "approve",
      title: { zh: "通过", en: "Approve" },
      meaning: {
        zh: "请先查看材料原件。所填内容是您核实的结论，并将记录在案。",
        en: "Read the files first. What you write is what you have established, and it is kept.",
      },
      fields: [
        { name: "basis", kind: "choice", choices: BASES },
        { name: "valid_until", kind: "day" },
        { name: "risk", kind: "choice", choices: RISKS },
        { name: "review_by", kind: "day" },
        { name: "owner_party_id", kind: "line", isOptional: true },
      ],
      initial: ({ basis, owner_party_id: owner }) =>
        Promise.resolve({ basis, owner_party_id: owner ?? "" }),
      fits: isUndecided,
      isFor: isCompliance,
      send: ({ application_id: id, owner_party_id: stated }, values, key) => {
        const owner = orNull(values["owner_party_id"]);
        return api.POST("/v1/compliance/applications/{application_id}/approve", {
          params: { path: { application_id: id }, header: keyed(key) },
          body: {
            certification: {
              basis: chosen(values, "basis", BASES),
              valid_until: given(values, "valid_until"),
            },
            due_diligence: {
              risk: chosen(values, "risk", RISKS),
              review_by: given(values, "review_by"),
            },
            ...(owner === stated ? {} : { ownership: { owner_party_id: owner } }),
          },
        });
      },
    },
    {
      id: "reject",
      title: { zh: "不通过", en: "Reject" },
      meaning: {
        zh: "申请人会看到所选的原因。",
        en: "The applicant is told the reason that you choose.",
      },
      fields: [{ name: "rejection", kind: "choice", choices: REJECTIONS }],
      fits: isUndecided,
      isFor: isCompliance,
      send: ({ application_id: id }, values, key) =>
        api.POST("/v1/compliance/applications/{application_id}/reject", {
          params: { path: { application_id: id }, header: keyed(key) },
          body: { reason: chosen(values, "rejection", REJECTIONS) },
        }),
    },
  ],
});
