import { defineWords } from "../i18n/words";

export const tourWords = defineWords(
  "tour",
  {
    title: "第一次来？",
    place: "第 {{number}} 步，共 {{all}} 步",
    close: "关闭，不再显示",
    go: "去看看",
    back: "上一步",
    next: "下一步",
    done: "知道了",
    market:
      "这里是演示市场：信托受益权份额在此转让，人物与产品均为虚构。点产品名称可看行情与披露。",
    signIn: "点击任一演示身份即可登录：投资者、信托公司、平台运营或监管，所见各不相同。",
    profile: "以投资者登录后，在“开户与资料”中完成风险测评与申请，并查看可以买哪些产品。",
    news: "转让有进展、资料将到期或交易停牌时，“通知”会告诉您。成交后还须信托公司确认，份额与资金才会过户。",
    status: "“交易状态”说明现在能不能交易，以及停牌的原因。",
  },
  {
    title: "New here?",
    place: "step {{number}} of {{all}}",
    close: "Close, and do not show it again",
    go: "Take me there",
    back: "Back",
    next: "Next",
    done: "I know",
    market:
      "This is a demo of a market for trust shares; its people and products are invented. A " +
      "product's name leads to its prices and papers.",
    signIn:
      "Sign in as any person of the demo: investor, trust company, operator or regulator. Each " +
      "sees something else.",
    profile:
      "As an investor, take the questionnaire and apply in My profile, and see what you may buy.",
    news:
      "News tells you when a transfer goes on, a fact ends or trade is halted. A deal moves " +
      "units and money when the trust company has confirmed it.",
    status: "Status says whether there is trade now, and why not.",
  },
);
