import type { Area } from "../../area";

export const tradeArea: Area = {
  path: "/orders",
  title: { zh: "我的申报", en: "My orders" },
  kinds: ["NATURAL_PERSON", "INSTITUTION"],
  routes: [
    {
      path: "products/:symbol/trade",
      lazy: async () => ({ Component: (await import("./TradePage")).TradePage }),
    },
    {
      path: "orders",
      lazy: async () => ({ Component: (await import("./OrdersPage")).OrdersPage }),
    },
  ],
};
