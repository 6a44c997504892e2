import { defineWords } from "../../i18n/words";

/** What every rule said of a transfer. */
export const rulingWords = defineWords(
  "venue-rulings",
  {
    rulings: "规则裁定",
    rulingsAdvice:
      "每次判定时逐条规则的结论、依据与所据规则包版本，含通过者。由日志重新执行得出，或需一分钟。",
    findRulings: "查阅规则裁定",
    stageL: "挂牌申报",
    stageB: "受让申报",
    stageM: "成交",
    stageU: "提交信托公司",
    stageC: "确认",
    stageS: "交割",
    ofSELLER: "出让人",
    ofBUYER: "受让人",
    ofBOTH: "双方",
    askedAt: "{{stage}} · {{of}} · {{verdict}}",
    byPacks: "第 {{sequence}} 号指令；规则包：{{packs}}",
    noPacks: "无",
    nothingAsked: "没有逐条判定的规则。",
    lookedAt: "判定所据",
  },
  {
    rulings: "What every rule said",
    rulingsAdvice:
      "Each rule, each time it was asked: its verdict, what it looked at and the version of " +
      "its pack, also where it passed. The journal is executed again for it, which may take " +
      "a minute.",
    findRulings: "Look it up",
    stageL: "Listing",
    stageB: "Bid",
    stageM: "Match",
    stageU: "To the trust company",
    stageC: "Confirmation",
    stageS: "Settlement",
    ofSELLER: "Seller",
    ofBUYER: "Buyer",
    ofBOTH: "Both",
    askedAt: "{{stage}} · {{of}} · {{verdict}}",
    byPacks: "Command {{sequence}}; packs: {{packs}}",
    noPacks: "none",
    nothingAsked: "No rule was asked.",
    lookedAt: "What it looked at",
  },
);
