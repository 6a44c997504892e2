import { defineWords } from "../i18n/words";

export const words = defineWords(
  "findings",
  {
    cure: "如何解决：{{cure}}",
    BLOCK: "不符合规则",
    HOLD: "需人工判定",
    WARN: "风险提示",
    acknowledge: "我已阅读并了解：{{text}}",
  },
  {
    cure: "What helps: {{cure}}",
    BLOCK: "Against the rules",
    HOLD: "A person decides",
    WARN: "Warning",
    acknowledge: "I have read and understood: {{text}}",
  },
);
