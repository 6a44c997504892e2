import type { Area } from "../../area";

export const clientArea: Area = {
  path: "/client",
  title: { zh: "开户与资料", en: "My profile" },
  kinds: ["NATURAL_PERSON", "INSTITUTION"],
  routes: [
    {
      path: "client",
      lazy: async () => ({ Component: (await import("./ClientPage")).ClientPage }),
    },
    {
      path: "client/questionnaire",
      lazy: async () => ({ Component: (await import("./QuestionnairePage")).QuestionnairePage }),
    },
    {
      path: "client/application",
      lazy: async () => ({ Component: (await import("./ApplicationPage")).ApplicationPage }),
    },
    {
      path: "client/bank-account",
      lazy: async () => ({ Component: (await import("./BankAccountPage")).BankAccountPage }),
    },
    {
      path: "client/may-buy",
      lazy: async () => ({ Component: (await import("./MayBuyPage")).MayBuyPage }),
    },
  ],
};
