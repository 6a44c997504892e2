import type { Area } from "../../area";
import { INVESTORS } from "../../session/person";

export const moneyArea: Area = {
  path: "/money",
  title: { zh: "资金", en: "Money" },
  kinds: INVESTORS,
  routes: [
    { path: "money", lazy: async () => ({ Component: (await import("./MoneyPage")).MoneyPage }) },
  ],
};
