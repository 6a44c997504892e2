/** What became of a command about a negotiation, in words. */
import type { Translate } from "../../i18n/words";
import { momentText } from "../../format/moments";
import { words } from "./dealWords";
import type { NegotiationStep } from "./queries";

export type Say = Translate<keyof typeof words.zh>;

export function opened(step: NegotiationStep, t: Say): readonly string[] {
  const { negotiation_id: id, lapses_at: until } = step;
  return [t("opened", { id, until: momentText(until) })];
}

export function moved(step: NegotiationStep, t: Say): readonly string[] {
  const { negotiation_id: id, transfer_id: transfer, is_open: isStillOpen } = step;
  if (transfer !== null) return [t("dealt", { id, transfer })];
  return [
    isStillOpen ? t("answered", { id, until: momentText(step.lapses_at) }) : t("ended", { id }),
  ];
}
