import type { Area } from "../../area";

export const marketArea: Area = {
  path: "/",
  title: { zh: "市场", en: "Market" },
  kinds: "everybody",
  routes: [
    { index: true, lazy: async () => ({ Component: (await import("./MarketPage")).MarketPage }) },
    {
      path: "products/:symbol",
      lazy: async () => ({ Component: (await import("./ProductPage")).ProductPage }),
    },
  ],
};
