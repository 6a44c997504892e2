import { defineWords } from "../../i18n/words";

export const words = defineWords(
  "status",
  {
    title: "交易状态",
    venue: "全市场",
    venueOpen: "全市场正常，各产品状态如下。",
    venueHalted: "全市场停牌：{{reason}}，自 {{since}} 起，将于 {{review}} 前复核。",
    product: "产品",
    state: "状态",
    mode: "交易方式",
    reason: "停牌原因",
    since: "停牌时间",
    review: "复核时间",
    reviewAdvice: "复核时间为再次审视的时间，届时不会自动复牌。",
    licence: "平台规则",
    approval: "批准文号 {{ref}}",
  },
  {
    title: "Trading status",
    venue: "The venue",
    venueOpen: "The venue as a whole is not halted. Its products:",
    venueHalted:
      "The whole venue is halted: {{reason}}, since {{since}}, to be reviewed by {{review}}.",
    product: "Product",
    state: "State",
    mode: "Market mode",
    reason: "Reason",
    since: "Halted since",
    review: "Review at",
    reviewAdvice: "At its review a halt is looked at again; nothing happens by itself then.",
    licence: "Rules of the venue",
    approval: "Approval {{ref}}",
  },
);
