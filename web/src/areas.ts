/**
 * The areas of the application, in the order of the navigation. A new one is a folder of src/views
 * with an `area.ts`, and a line here; its pages are loaded when somebody goes there.
 */
import type { Area } from "./area";
import type { Kind } from "./session/person";
import { clientArea } from "./views/client/area";
import { marketArea } from "./views/market/area";
import { moneyArea } from "./views/money/area";
import { notificationsArea } from "./views/notifications/area";
import { officeArea } from "./views/office/area";
import { portfolioArea } from "./views/portfolio/area";
import { securityArea } from "./views/security/area";
import { signInArea } from "./views/signin/area";
import { statusArea } from "./views/status/area";
import { tradeArea } from "./views/trade/area";
import { transfersArea } from "./views/transfers/area";
import { venueArea } from "./views/venue/area";

export const areas: readonly Area[] = [
  marketArea,
  tradeArea,
  portfolioArea,
  transfersArea,
  moneyArea,
  clientArea,
  officeArea,
  venueArea,
  statusArea,
  notificationsArea,
  securityArea,
  signInArea,
];

/** Whether the navigation shows an area to such a person; null: nobody is signed in. */
export function isFor(area: Area, kind: Kind | null): boolean {
  return area.kinds === "everybody" || (kind !== null && area.kinds.includes(kind));
}
