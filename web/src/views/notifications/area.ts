import type { Area } from "../../area";

export const notificationsArea: Area = {
  path: "/notifications",
  title: null, // the bell leads there
  kinds: ["NATURAL_PERSON", "INSTITUTION", "TRUST_COMPANY"],
  routes: [
    {
      path: "notifications",
      lazy: async () => ({ Component: (await import("./NotificationsPage")).NotificationsPage }),
    },
  ],
};
