import { defineWords } from "../../i18n/words";

export const words = defineWords(
  "statement",
  {
    title: "资金对账单",
    from: "起始日",
    to: "截止日",
    make: "生成对账单",
    badPeriod: "请填写起始日和截止日，截止日不早于起始日。",
    heading: "资金对账单 {{from}} 至 {{to}}",
    whose: "{{name}}（编号 {{party}}）· {{zone}}",
    opening: "期初资金合计",
    closing: "期末资金合计",
    balance: "资金合计余额",
    nothing: "此期间没有资金变动。",
    note: "资金合计包括可用、挂单占用、监管账户和提现处理中的资金。",
    download: "下载对账单（CSV）",
    print: "打印",
    fileName: "资金对账单",
    tooMuch: "自起始日以来的资金变动超过 10,000 笔，无法一次生成。请选择较晚的起始日。",
    moving: "您的资金正在变动，未能得到一致的数据。请稍后再生成。",
  },
  {
    title: "Statement of money",
    from: "First day",
    to: "Last day",
    make: "Make the statement",
    badPeriod: "Enter both days; the last is not before the first.",
    heading: "Statement of money, {{from}} to {{to}}",
    whose: "{{name}} (number {{party}}) · {{zone}}",
    opening: "In all, at the beginning",
    closing: "In all, at the end",
    balance: "In all after it",
    nothing: "Nothing moved in this period.",
    note:
      "In all: what is available, behind orders, in escrow, and on its way to your bank, " +
      "together.",
    download: "Download the statement (CSV)",
    print: "Print",
    fileName: "statement",
    tooMuch:
      "Since the first day money has moved more than 10,000 times, which is too much at once. " +
      "Choose a later first day.",
    moving:
      "Your money is just moving, and the figures did not fit together. Try again in a moment.",
  },
);
