import type { Area } from "../../area";

export const venueArea: Area = {
  path: "/venue",
  title: { zh: "运营与监管", en: "Running the venue" },
  kinds: ["OPERATOR", "REGULATOR"],
  routes: [
    {
      path: "venue",
      lazy: async () => ({ Component: (await import("./VenueFrame")).VenueFrame }),
      children: [
        {
          index: true,
          lazy: async () => ({ Component: (await import("./SafetyPage")).SafetyPage }),
        },
        {
          path: "proposals",
          lazy: async () => ({ Component: (await import("./ProposalsPage")).ProposalsPage }),
        },
        {
          path: "cases",
          lazy: async () => ({ Component: (await import("./CasesPage")).CasesPage }),
        },
        {
          path: "cases/:transferId",
          lazy: async () => ({ Component: (await import("./CasePage")).CasePage }),
        },
        {
          path: "audit",
          lazy: async () => ({ Component: (await import("./AuditPage")).AuditPage }),
        },
        {
          path: "rule-packs/:packId",
          lazy: async () => ({ Component: (await import("./RulePackPage")).RulePackPage }),
        },
        {
          path: "listing",
          lazy: async () => ({ Component: (await import("./ListingPage")).ListingPage }),
        },
        {
          path: "listing/new",
          lazy: async () => ({ Component: (await import("./NewProductPage")).NewProductPage }),
        },
        {
          path: ":list",
          lazy: async () => ({ Component: (await import("./ListPage")).ListPage }),
        },
      ],
    },
  ],
};
