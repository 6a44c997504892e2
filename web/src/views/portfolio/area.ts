import type { Area } from "../../area";
import { INVESTORS } from "../../session/person";

export const portfolioArea: Area = {
  path: "/portfolio",
  title: { zh: "持仓", en: "Portfolio" },
  kinds: INVESTORS,
  routes: [
    {
      path: "portfolio",
      lazy: async () => ({ Component: (await import("./PortfolioPage")).PortfolioPage }),
    },
    {
      path: "portfolio/:symbol",
      lazy: async () => ({ Component: (await import("./HoldingPage")).HoldingPage }),
    },
  ],
};
