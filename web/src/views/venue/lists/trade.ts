/** Products, halts, calendars, rules and fees: what trade goes by. */
import { api, take, type components } from "../../../client";
import { postedUnits } from "../../office/queries";
import {
  chosen,
  given,
  isOperator,
  keyed,
  linesOf,
  orNull,
  overridesIn,
  overridesText,
  type ActSpec,
  type FieldSpec,
  type Values,
} from "../acts";
import { liftHalt, mayLift } from "../halting";
import { listing } from "../ListView";
import { PackLink } from "../PackLink";
import { inState, paged } from "./pages";

type Schemas = components["schemas"];
type Product = Schemas["Product"];
type FeeLine = Schemas["FeeLineBody"];

const MODES = [
  "CONTINUOUS",
  "CALL_AUCTION",
  "LISTED_PRICE",
  "ENGLISH_AUCTION",
  "NEGOTIATED",
  "RFQ",
] as const;
const HALT_STATES = ["STANDS", "LIFTED"] as const;
const FEE_OF = [
  "venue_buyer",
  "venue_seller",
  "trust_company_buyer",
  "trust_company_seller",
] as const;
const YES = "WORKED";
const NO = "NOT_WORKED";
const AS_WEEKDAY = "AS_WEEKDAY";

export const halts = listing({
  path: "halts",
  title: { zh: "停牌", en: "Halts" },
  advice: {
    zh: "没有停牌。需要停牌时，请回到「安全状态」页。",
    en: "There is no halt. To give one, go to the page “Safe or halt”.",
  },
  ask: (cursor, state) =>
    api.GET("/v1/halts", { params: { query: inState(cursor, state, HALT_STATES) } }),
  rowId: ({ halt_id: id }) => id,
  columns: ["halt_id", "level", "symbol", "party_id", "reason", "since", "review_at", "state"],
  states: HALT_STATES,
  acts: [
    {
      id: "lift",
      title: { zh: "解除停牌", en: "Lift the halt" },
      meaning: {
        zh: "没有其他停牌时，交易随即恢复。实行双人复核的场所须由另一人复核后才生效。",
        en:
          "Trade goes on at once where no other halt stands. At a venue with four eyes a " +
          "second person has to approve it first.",
      },
      fields: [{ name: "note", kind: "line" }],
      fits: ({ state }) => state === "STANDS",
      isFor: mayLift,
      send: ({ halt_id: id }, values, key) => liftHalt(id, given(values, "note"), key),
    },
  ],
});

/** An act of a product that takes nothing but the word. */
function standing(
  id: "suspend" | "resume" | "close",
  from: readonly Product["state"][],
  texts: Pick<ActSpec<Product>, "title" | "meaning">,
): ActSpec<Product> {
  const path = `/v1/products/{symbol}/${id}` as const;
  return {
    id,
    ...texts,
    fields: [],
    fits: ({ state }) => from.includes(state),
    send: ({ symbol }, _, key) =>
      api.POST(path, { params: { path: { symbol }, header: keyed(key) } }),
  };
}

export const openProduct: ActSpec<Product> = {
  id: "open",
  title: { zh: "开放交易", en: "Open to trade" },
  meaning: {
    zh:
      "按已载入的持有人名册开放交易，随即接受申报，此后只能暂停或终止。已填入名册现有的份额合计，" +
      "请与信托公司的数字核对；与名册不符则不会开放。",
    en:
      "Trade begins on the register that is posted, and orders are taken at once; from then on " +
      "it can only be suspended or closed. What the register has is filled in: compare it with " +
      "the trust company's figure. Another number is refused.",
  },
  fields: [{ name: "units_outstanding", kind: "line" }],
  fits: ({ state }) => state === "SIGNED_OFF",
  initial: async ({ symbol }) => ({ units_outstanding: await postedUnits(symbol) }),
  send: ({ symbol }, values, key) =>
    api.POST("/v1/products/{symbol}/open", {
      params: { path: { symbol }, header: keyed(key) },
      body: { units_outstanding: given(values, "units_outstanding") },
    }),
};

export const setMode: ActSpec<Product> = {
  id: "market-mode",
  title: { zh: "变更交易方式", en: "Change the market mode" },
  meaning: {
    zh: "仅在现有方式下没有未完成事项时可变更；需要公告期的，自生效日起适用。集合时点每行一个。",
    en:
      "Only while nothing of the present mode is open; where notice is due, from the day on. " +
      "One auction minute a line.",
  },
  fields: [
    { name: "market_mode", kind: "choice", choices: MODES },
    { name: "effective_on", kind: "day", isOptional: true },
    { name: "call_auction.uncross_minutes", kind: "lines", isOptional: true },
    { name: "call_auction.window_minutes", kind: "line", isOptional: true },
  ],
  initial: ({ market_mode: mode }) => Promise.resolve({ market_mode: mode }),
  send: ({ symbol }, values, key) => {
    const mode = chosen(values, "market_mode", MODES);
    const auction = {
      uncross_minutes: linesOf(values["call_auction.uncross_minutes"]).map(Number),
      window_minutes: Number(values["call_auction.window_minutes"] ?? 0),
    };
    return api.POST("/v1/products/{symbol}/market-mode", {
      params: { path: { symbol }, header: keyed(key) },
      body: {
        market_mode: mode,
        effective_on: orNull(values["effective_on"]),
        call_auction: mode === "CALL_AUCTION" ? auction : null,
      },
    });
  },
};

export const setRules: ActSpec<Product> = {
  id: "rules",
  title: { zh: "设置规则", en: "Set the rules" },
  meaning: {
    zh: "所填内容将整体替换现有规则包与参数。每行一个规则包；参数每行一条：规则 参数 = 值。",
    en:
      "What you write replaces all packs and overrides. One pack a line; one override a line: " +
      "RULE parameter = value.",
  },
  fields: [
    { name: "packs", kind: "lines", isOptional: true },
    { name: "overrides", kind: "lines", isOptional: true, isSound: isSoundOverrides },
  ],
  initial: async ({ symbol }) => {
    const params = { path: { symbol } };
    const present = await take(api.GET("/v1/products/{symbol}/rules", { params }));
    return { packs: present.packs.join("\n"), overrides: overridesText(present.overrides) };
  },
  send: ({ symbol }, values, key) =>
    api.POST("/v1/products/{symbol}/rules", {
      params: { path: { symbol }, header: keyed(key) },
      body: {
        packs: linesOf(values["packs"]),
        overrides: overridesIn(values["overrides"]) ?? [],
      },
    }),
};

function isSoundOverrides(text: string): boolean {
  return overridesIn(text) !== null;
}

export const products = listing({
  path: "products",
  title: { zh: "产品", en: "Products" },
  advice: {
    zh: "尚无产品。请在「产品准入」页新建。",
    en: "There is none yet. Describe one at “New products”.",
  },
  ask: (cursor) => api.GET("/v1/products", { params: { query: paged(cursor) } }),
  rowId: ({ symbol }) => symbol,
  columns: ["symbol", "name_zh", "state", "market_mode", "trust_company_id", "maturity_date"],
  tellsNames: true,
  acts: [
    openProduct,
    standing("suspend", ["LIVE"], {
      title: { zh: "暂停交易", en: "Suspend" },
      meaning: {
        zh: "不再接受委托，已有转让照常办理。",
        en: "No order is taken any more; transfers go on.",
      },
    }),
    standing("resume", ["SUSPENDED"], {
      title: { zh: "恢复交易", en: "Resume" },
      meaning: { zh: "重新接受委托。", en: "Orders are taken again." },
    }),
    setMode,
    setRules,
    standing("close", ["LIVE", "SUSPENDED"], {
      title: { zh: "终止", en: "Close for good" },
      meaning: {
        zh: "终止后不能恢复。",
        en: "It cannot be opened again.",
      },
    }),
  ],
});

export const rulePacks = listing({
  path: "rule-packs",
  title: { zh: "规则包", en: "Rule packs" },
  advice: {
    zh: "尚未载入规则包。载入后自适用日起对设置了它的产品生效。",
    en: "None is loaded. From its day a pack judges the products that have it.",
  },
  ask: (cursor) => api.GET("/v1/rule-packs", { params: { query: paged(cursor) } }),
  rowId: ({ pack_id: id, version }) => `${id}@${version}`,
  columns: ["pack_id", "version", "title_zh", "effective_from", "applies_from", "loaded_at"],
  beside: PackLink,
  makes: [
    {
      id: "load-pack",
      title: { zh: "载入规则包", en: "Load a rule pack" },
      meaning: {
        zh: "有任何错误则整包拒绝，并逐行指出。不填适用日则按规则包所载。",
        en:
          "A file with any fault is refused whole, and each fault told with its line. Without " +
          "a day the pack's own counts.",
      },
      fields: [
        { name: "content", kind: "lines" },
        { name: "applies_from", kind: "day", isOptional: true },
      ],
      send: (_, values, key) =>
        api.POST("/v1/rule-packs", {
          params: { header: keyed(key) },
          body: {
            content: `${given(values, "content")}\n`,
            applies_from: orNull(values["applies_from"]),
          },
        }),
    },
  ],
});

export const calendars = listing({
  path: "calendars",
  title: { zh: "日历", en: "Calendars" },
  advice: { zh: "没有日历。", en: "There is no calendar." },
  ask: async () => {
    const { data, error, response } = await api.GET("/v1/calendars");
    return data === undefined
      ? { error, response }
      : { data: { items: data.items, next_cursor: null }, response };
  },
  rowId: ({ calendar_id: id }) => id,
  columns: ["calendar_id", "working_weekdays", "covered_until", "ends_soon"],
  acts: [
    {
      id: "amend",
      title: { zh: "修订未来日期", en: "Amend days to come" },
      meaning: {
        zh: "只能修订未来的日期。正在计算的期限随即重新计算。",
        en: "Of days to come alone. Deadlines that run are set anew in the same moment.",
      },
      fields: [
        { name: "day", kind: "day", isOptional: true },
        {
          name: "worked",
          kind: "choice",
          choices: [YES, NO, AS_WEEKDAY],
          isOptional: true,
        },
        { name: "covered_until", kind: "day", isOptional: true },
      ],
      send: ({ calendar_id: id }, values, key) =>
        api.POST("/v1/calendars/{calendar_id}", {
          params: { path: { calendar_id: id }, header: keyed(key) },
          body: { days: dayChanges(values), covered_until: orNull(values["covered_until"]) },
        }),
    },
  ],
});

function dayChanges(values: Values): { day: string; worked: boolean | null }[] {
  const day = orNull(values["day"]);
  if (day === null) return [];
  const worked = values["worked"];
  return [{ day, worked: worked === YES ? true : worked === NO ? false : null }];
}

export const feeSchedules = listing({
  path: "fee-schedules",
  title: { zh: "费率", en: "Fees" },
  advice: { zh: "尚无费率表。", en: "There is no schedule." },
  ask: (cursor) => api.GET("/v1/fee-schedules", { params: { query: paged(cursor) } }),
  rowId: ({ schedule_id: id, symbol }) => id ?? symbol ?? "0",
  columns: ["effective_on", "symbol", "in_force", "schedule_id"],
  makes: [
    {
      id: "set-fees",
      title: { zh: "设定费率", en: "Set fees" },
      meaning: {
        zh: "自未来某日起适用。不填产品代码，则适用于没有自己费率表的全部产品。此前的委托逐项按两者中较低的收取。",
        en:
          "From a day to come. Without a symbol, of every product that has none of its own. An " +
          "order that came before pays, line by line, the lower of both.",
      },
      fields: [
        { name: "symbol", kind: "line", isOptional: true },
        { name: "effective_on", kind: "day" },
        ...FEE_OF.flatMap(feeFields),
      ],
      send: (_, values, key) =>
        api.POST("/v1/fee-schedules", {
          params: { header: keyed(key) },
          body: {
            symbol: orNull(values["symbol"]),
            effective_on: given(values, "effective_on"),
            lines: {
              venue_buyer: feeLine(values, "venue_buyer"),
              venue_seller: feeLine(values, "venue_seller"),
              trust_company_buyer: feeLine(values, "trust_company_buyer"),
              trust_company_seller: feeLine(values, "trust_company_seller"),
            },
          },
        }),
    },
  ],
  isFor: (person) => isOperator(person) || person.kind === "REGULATOR",
});

function feeFields(of: (typeof FEE_OF)[number]): FieldSpec[] {
  return [
    { name: `${of}.rate_bps`, kind: "line" },
    { name: `${of}.minimum`, kind: "line", isOptional: true },
    { name: `${of}.maximum`, kind: "line", isOptional: true },
  ];
}

function feeLine(values: Values, of: (typeof FEE_OF)[number]): FeeLine {
  const [minimum, maximum] = [orNull(values[`${of}.minimum`]), orNull(values[`${of}.maximum`])];
  return {
    rate_bps: Number(given(values, `${of}.rate_bps`)),
    ...(minimum === null ? {} : { minimum }),
    ...(maximum === null ? {} : { maximum }),
  };
}
