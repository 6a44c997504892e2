/** An answer in a negotiation: take, quote, bid, counter, accept; decline, withdraw. */
import { Button, Group, Stack, Text } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api, newKey, take } from "../../client";
import { Intents } from "../../client/intents";
import { priceText } from "../../format/amounts";
import { useWords } from "../../i18n/words";
import { ProblemAlert } from "../../parts/ProblemAlert";
import { moved, type Say } from "./dealing";
import { words } from "./dealWords";
import type { Terms } from "./draft";
import { isBehind, isBid, leastBid, otherSide, quantityToAskFor, type Act } from "./entry";
import {
  once,
  type Negotiation,
  type NegotiationStep,
  type PreviewBody,
  type Product,
  type Side,
} from "./queries";
import { Ticket } from "./Ticket";

interface Properties {
  readonly negotiation: Negotiation;
  readonly product: Product;
  readonly act: Act;
}

export function ActTicket({ negotiation, product, act }: Properties) {
  const t = useWords(words);
  const given = givenBy(negotiation, act);
  return (
    <Ticket
      product={product}
      sides={[given.side]}
      asked={askedOf(negotiation, act)}
      {...(given.price === null ? {} : { price: given.price })}
      {...(given.startPrice === null ? {} : { startPrice: given.startPrice })}
      {...(given.quantity === null ? {} : { quantity: given.quantity })}
      {...(act.act === "bid"
        ? { wrongWith: (price: string) => wrongBid(negotiation, price, t) }
        : {})}
      promises={promisesOf(negotiation, act, t)}
      send={async (terms, key) => moved(await sendAct(negotiation, act, terms, key), t)}
    />
  );
}

/**
 * As what it is previewed: of an answer to what stands, also what the rules of two say of it. To
 * counter, and to stand behind somebody, answers nobody's word yet.
 */
function askedOf(negotiation: Negotiation, act: Act): Partial<PreviewBody> {
  const { negotiation_id } = negotiation;
  if (act.act === "counter" || isBehind(negotiation)) return { in_mode: true };
  return act.act === "accept"
    ? { negotiation_id, offer_id: act.offer.offer_id }
    : { negotiation_id };
}

interface GivenByAct {
  readonly side: Side;
  readonly price: string | null;
  readonly startPrice: string | null;
  readonly quantity: string | null;
}

/** What of an answer is settled already. The answerer's side is not the opener's. */
function givenBy(negotiation: Negotiation, act: Act): GivenByAct {
  const opposite = otherSide(negotiation.side);
  const { parts } = negotiation;
  const open = quantityToAskFor(negotiation);
  switch (act.act) {
    case "take":
      return {
        side: opposite,
        price: negotiation.price,
        startPrice: null,
        quantity: parts ? null : open,
      };
    case "quote":
      return { side: opposite, price: null, startPrice: null, quantity: open };
    case "bid":
      return { side: opposite, price: null, startPrice: leastBid(negotiation), quantity: open };
    case "counter": {
      const side = sideAgainst(negotiation, act.offer.party_id);
      return { side, price: null, startPrice: act.offer.price, quantity: null };
    }
    case "accept": {
      const { price, quantity, party_id: party } = act.offer;
      // Who was picked says yes to what he has asked for himself.
      const side = act.offer.state === "PICKED" ? opposite : sideAgainst(negotiation, party);
      return { side, price, startPrice: null, quantity };
    }
    default:
      throw new Error(`${act.act} has no terms`);
  }
}

/** The side of whoever answers this party's offer. */
function sideAgainst(negotiation: Negotiation, party: string): Side {
  return party === negotiation.opener_id ? otherSide(negotiation.side) : negotiation.side;
}

/** What is wrong with a price as the next bid; null: nothing. */
function wrongBid(negotiation: Negotiation, price: string, t: Say): string | null {
  const least = leastBid(negotiation);
  if (least === null || negotiation.bidding === null || isBid(negotiation, price)) return null;
  return t("badBid", {
    least: priceText(least),
    increment: priceText(negotiation.bidding.increment),
  });
}

function promisesOf(negotiation: Negotiation, { act }: Act, t: Say): readonly string[] {
  if (act === "quote" || act === "bid") return [t("firm")];
  if (act === "take" && isBehind(negotiation)) return [t("behind")];
  if (act === "take" && negotiation.acceptance === "SELLER_CONFIRMS") return [t("asks")];
  return act === "take" || act === "accept" ? [t("dealsAtOnce")] : [];
}

async function sendAct(
  negotiation: Negotiation,
  act: Act,
  { price, quantity, acknowledge }: Terms,
  key: string,
): Promise<NegotiationStep> {
  const { negotiation_id } = negotiation;
  const header = once(key);
  if (act.act === "accept") {
    const { offer_id } = act.offer;
    return take(
      api.POST("/v1/negotiations/{negotiation_id}/offers/{offer_id}/accept", {
        params: { header, path: { negotiation_id, offer_id } },
        body: { acknowledge },
      }),
    );
  }
  const answers = act.act === "counter" ? act.offer.offer_id : negotiation_id;
  return take(
    api.POST("/v1/negotiations/{negotiation_id}/offers", {
      params: { header, path: { negotiation_id } },
      body: { answers, price, quantity, acknowledge },
    }),
  );
}

interface EndingProperties {
  readonly negotiation: Negotiation;
  readonly act: Act;
  readonly name: string;
}

/** To say no, or to take one's word back: asked once more, then done. */
export function Ending({ negotiation, act, name }: EndingProperties) {
  const t = useWords(words);
  const queries = useQueryClient();
  const [intents] = useState(() => new Intents(newKey));
  const ending = useMutation({
    mutationFn: (wanted: Act) => end(negotiation, wanted, intents.keyOf(wanted)),
    onSettled: (_, error, wanted) => intents.answered(wanted, error),
    onSuccess: () => queries.invalidateQueries(),
  });
  if (ending.isSuccess) {
    return (
      <Text size="sm" role="status">
        {moved(ending.data, t)}
      </Text>
    );
  }
  return (
    <Stack gap="xs">
      <Text size="sm">{t("sure", { act: name })}</Text>
      {ending.isError && <ProblemAlert error={ending.error} isDealing />}
      <Group gap="xs">
        <Button size="xs" color="red" loading={ending.isPending} onClick={() => ending.mutate(act)}>
          {t("yes")}
        </Button>
      </Group>
    </Stack>
  );
}

function end({ negotiation_id }: Negotiation, act: Act, key: string): Promise<NegotiationStep> {
  const header = once(key);
  if (act.act === "decline") {
    const path = { negotiation_id, offer_id: act.offer.offer_id };
    return take(
      api.POST("/v1/negotiations/{negotiation_id}/offers/{offer_id}/decline", {
        params: { header, path },
      }),
    );
  }
  return take(
    api.DELETE("/v1/negotiations/{negotiation_id}", {
      params: { header, path: { negotiation_id } },
    }),
  );
}
