/** When the next call auction may come, what it would do as things are, what the last one did. */
import { useStream } from "../../feed/hooks";
import type { AuctionFrame } from "../../feed/frames";
import { LatestMirror } from "../../feed/mirrors";
import { priceText, unitsText } from "../../format/amounts";
import { momentText } from "../../format/moments";
import { useWords } from "../../i18n/words";
import { FactList } from "../../parts/FactList";
import { Panel } from "../../parts/Panel";
import { words } from "./productWords";

export function AuctionPanel({ symbol }: { readonly symbol: string }) {
  const t = useWords(words);
  const { mirror } = useStream<LatestMirror<AuctionFrame>>(
    { channel: "auction", symbol },
    LatestMirror,
  );
  const auction = mirror?.latest ?? null;
  if (auction === null) return null;
  const { opens_at: from, latest_at: to } = auction;
  const dealt = (price: string | null, volume: string) =>
    price === null ? t("none") : `${priceText(price)} / ${unitsText(volume)}`;
  return (
    <Panel title={t("auction")}>
      <FactList
        facts={[
          [
            t("auctionNext"),
            from === null || to === null
              ? t("none")
              : t(auction.extended ? "auctionExtended" : "auctionWindow", {
                  from: momentText(from),
                  to: momentText(to),
                }),
          ],
          [t("indicative"), dealt(auction.price, auction.volume)],
          [t("lastAuction"), dealt(auction.last_price, auction.last_volume)],
        ]}
      />
    </Panel>
  );
}
