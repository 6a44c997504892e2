import { defineWords } from "../i18n/words";

export const words = defineWords(
  "only-for",
  {
    signInFirst: "请先登录",
    signInAdvice: "登录后可查看您的持仓、过户与资金。",
    signIn: "登录",
    notYours: "此页面面向投资者",
    notYoursAdvice: "请以自然人或机构投资者身份登录。",
  },
  {
    signInFirst: "Sign in first",
    signInAdvice: "Then you see your holdings, transfers and money here.",
    signIn: "Sign in",
    notYours: "This page is for investors",
    notYoursAdvice: "Sign in as a natural person or an institution that trades.",
  },
);
