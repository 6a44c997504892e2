import type { Area } from "../../area";
import { INVESTORS } from "../../session/person";

export const transfersArea: Area = {
  path: "/transfers",
  title: { zh: "过户", en: "Transfers" },
  kinds: INVESTORS,
  routes: [
    {
      path: "transfers",
      lazy: async () => ({ Component: (await import("./TransfersPage")).TransfersPage }),
    },
    {
      path: "transfers/:transferId",
      lazy: async () => ({ Component: (await import("./TransferPage")).TransferPage }),
    },
  ],
};
