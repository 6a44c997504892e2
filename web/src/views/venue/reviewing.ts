import { localOfMoment } from "../../format/moments";

const DAY_MS = 86_400_000;

/** When a halt that is given now is looked at again if nobody says otherwise: a day later. */
export function reviewOf(now: string): string {
  return localOfMoment(new Date(Date.parse(now) + DAY_MS).toISOString());
}
