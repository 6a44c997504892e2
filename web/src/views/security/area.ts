import type { Area } from "../../area";

export const securityArea: Area = {
  path: "/security",
  title: null, // one's name leads there
  kinds: "everybody",
  routes: [
    {
      path: "security",
      lazy: async () => ({ Component: (await import("./SecurityPage")).SecurityPage }),
    },
  ],
};
