import type { Area } from "../../area";

/** The trust company's desk: what waits for its word, and what it keeps. */
export const officeArea: Area = {
  path: "/desk",
  title: { zh: "确权工作台", en: "Desk" },
  kinds: ["TRUST_COMPANY"],
  routes: [
    {
      path: "desk",
      lazy: async () => ({ Component: (await import("./OfficeFrame")).OfficeFrame }),
      children: [
        { index: true, lazy: async () => ({ Component: (await import("./QueuePage")).QueuePage }) },
        {
          path: "transfers/:transferId",
          lazy: async () => ({ Component: (await import("./CasePage")).CasePage }),
        },
        {
          path: "files",
          lazy: async () => ({ Component: (await import("./FilesPage")).FilesPage }),
        },
        {
          path: "register",
          lazy: async () => ({ Component: (await import("./RegisterPage")).RegisterPage }),
        },
        {
          path: "products",
          lazy: async () => ({ Component: (await import("./ProductsPage")).ProductsPage }),
        },
        {
          path: "exceptions",
          lazy: async () => ({ Component: (await import("./ExceptionsPage")).ExceptionsPage }),
        },
        {
          path: "officers",
          lazy: async () => ({ Component: (await import("./OfficersPage")).OfficersPage }),
        },
        {
          path: "service",
          lazy: async () => ({ Component: (await import("./ServicePage")).ServicePage }),
        },
      ],
    },
  ],
};
