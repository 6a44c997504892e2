import type { Area } from "../../area";

export const statusArea: Area = {
  path: "/status",
  title: { zh: "交易状态", en: "Status" },
  kinds: "everybody",
  routes: [
    {
      path: "status",
      lazy: async () => ({ Component: (await import("./StatusPage")).StatusPage }),
    },
  ],
};
