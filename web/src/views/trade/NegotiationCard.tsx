/** One deal in the making: how it stands, and what the reader may do in it. */
import { Badge, Button, Card, Group, List, Stack, Text, Title } from "@mantine/core";
import { useState } from "react";
import { priceText, unitsText } from "../../format/amounts";
import { momentText } from "../../format/moments";
import { useWords } from "../../i18n/words";
import { FactList } from "../../parts/FactList";
import { MomentText, PriceText, UnitsText } from "../../parts/Figures";
import { useSession } from "../../session/Session";
import { ActTicket, Ending } from "./ActTicket";
import { AnswerNote } from "./AnswerNote";
import type { Say } from "./dealing";
import { words } from "./dealWords";
import { actsOf, isBehind, leastBid, quantityToAskFor, type Act } from "./entry";
import type { FeasibleListing, Negotiation, Product } from "./queries";

const MINUTE_MS = 60_000;
const MINUTES_AN_HOUR = 60;

interface Properties {
  readonly negotiation: Negotiation;
  readonly product: Product;
  /** What the reader may answer; nothing where it is not for him to answer. */
  readonly answers?: readonly FeasibleListing[];
  /** He has begun to do something in it. */
  readonly onAct?: () => void;
}

export function NegotiationCard({ negotiation, product, answers = [], onAct }: Properties) {
  const t = useWords(words);
  const me = useSession().person?.partyId ?? null;
  const [chosen, setChosen] = useState<Act | null>(null);
  const { negotiation_id: id, symbol, opener_id: opener } = negotiation;
  const acts = me === null ? [] : actsOf(negotiation, me);
  return (
    <Card withBorder component="article" aria-labelledby={`negotiation-${id}`} padding="sm">
      <Group justify="space-between" mb="xs">
        <Title order={3} size="h6" id={`negotiation-${id}`}>
          {t("heading", { id, symbol })}
        </Title>
        {opener === me && <Badge variant="light">{t("mine")}</Badge>}
      </Group>
      <Standing negotiation={negotiation} me={me} />
      <Offers negotiation={negotiation} me={me} />
      {me === null && (
        <Text size="xs" c="dimmed">
          {t("keyNote")}
        </Text>
      )}
      {chosen === null && <AnswerNote answers={answers} />}
      <Stack mt="sm" gap="sm">
        {chosen === null ? (
          <Group gap="xs">
            {acts.map((act) => (
              <Button
                key={act.act + ("offer" in act ? act.offer.offer_id : "")}
                size="xs"
                variant={["decline", "withdraw"].includes(act.act) ? "default" : "filled"}
                onClick={() => {
                  setChosen(act);
                  onAct?.();
                }}
              >
                {nameOf(act, negotiation, t)}
              </Button>
            ))}
          </Group>
        ) : (
          <>
            <Button size="xs" variant="subtle" onClick={() => setChosen(null)}>
              {t("close")}
            </Button>
            {chosen.act === "decline" || chosen.act === "withdraw" ? (
              <Ending
                negotiation={negotiation}
                act={chosen}
                name={nameOf(chosen, negotiation, t)}
              />
            ) : (
              <ActTicket negotiation={negotiation} product={product} act={chosen} />
            )}
          </>
        )}
      </Stack>
    </Card>
  );
}

function nameOf(act: Act, negotiation: Negotiation, t: Say): string {
  if (act.act === "take" && isBehind(negotiation)) return t("act_behind");
  return t(`act_${act.act}`, { price: "offer" in act ? priceText(act.offer.price) : "" });
}

function Standing({
  negotiation,
  me,
}: {
  readonly negotiation: Negotiation;
  readonly me: string | null;
}) {
  const t = useWords(words);
  const { bidding, offers } = negotiation;
  const least = leastBid(negotiation);
  const leads = offers.some(
    ({ offer_id: id, party_id: party }) => party === me && id === bidding?.leading_offer_id,
  );
  return (
    <FactList
      facts={[
        [t("state"), t(negotiation.state)],
        [t("side"), t(negotiation.side)],
        [
          t("price"),
          negotiation.price === null ? (
            t("anyPrice")
          ) : (
            <PriceText key="price" of={negotiation.price} />
          ),
        ],
        [
          t(isBehind(negotiation) ? "listedQuantity" : "openQuantity"),
          <UnitsText key="quantity" of={quantityToAskFor(negotiation)} />,
        ],
        [t("until"), <MomentText key="until" of={negotiation.lapses_at} />],
        [
          t("leading"),
          bidding === null
            ? null
            : `${bidding.leading_price === null ? t("noBid") : priceText(bidding.leading_price)}${
                leads ? ` · ${t("iLead")}` : ""
              }`,
        ],
        [t("nextBid"), least === null ? null : <PriceText key="least" of={least} />],
        [
          t("endsIn"),
          // Late bids move the end: to the second it can be seen that they did.
          bidding && `${timeLeft(bidding.ends_at, t)} · ${momentText(bidding.ends_at)}`,
        ],
        [
          t("reserveReached"),
          bidding === null || bidding.reserve_reached === null
            ? null
            : t(bidding.reserve_reached ? "reached" : "notReached"),
        ],
      ]}
    />
  );
}

/** How long from now; the card is drawn anew with each answer of the venue. */
function timeLeft(until: string, t: Say): string {
  const minutes = Math.floor((Date.parse(until) - Date.now()) / MINUTE_MS);
  if (minutes < 0) return t("ended_");
  return t("timeLeft", {
    hours: Math.floor(minutes / MINUTES_AN_HOUR),
    minutes: minutes % MINUTES_AN_HOUR,
  });
}

function Offers({
  negotiation,
  me,
}: {
  readonly negotiation: Negotiation;
  readonly me: string | null;
}) {
  const t = useWords(words);
  if (negotiation.offers.length === 0) return null;
  return (
    <>
      <Text size="sm" fw={600} mt="xs">
        {t("offers")}
      </Text>
      <List size="sm" className="number" style={{ whiteSpace: "normal" }}>
        {negotiation.offers.map((offer) => (
          <List.Item key={offer.offer_id}>
            {t("offerBy", {
              who: offer.party_id === me ? t("me") : t("party", { id: offer.party_id }),
              quantity: unitsText(offer.quantity),
              price: priceText(offer.price),
            })}{" "}
            · {t(offer.state)}
          </List.Item>
        ))}
      </List>
    </>
  );
}
