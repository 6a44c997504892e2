/** Where parties deal by name: what one can open, and what stands. */
import { Card, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useLive } from "../../feed/live";
import { useWords } from "../../i18n/words";
import { EmptyState } from "../../parts/EmptyState";
import { Panel } from "../../parts/Panel";
import { QueryView } from "../../parts/QueryView";
import { useSession } from "../../session/Session";
import { words } from "./dealWords";
import { isOpen } from "./entry";
import { NegotiationCard } from "./NegotiationCard";
import { OpeningTicket, type Mode } from "./OpeningTicket";
import {
  answersQuery,
  NEGOTIATIONS,
  negotiationsQuery,
  REFRESH_MS,
  type Negotiation,
  type Product,
  type Side,
} from "./queries";

interface Properties {
  readonly product: Product;
  readonly sides: readonly [Side, Side];
}

export function DealingPanels({ product, sides }: Properties) {
  const t = useWords(words);
  const { symbol } = product;
  const mode = product.market_mode as Mode;
  const refetchInterval = useLive("negotiations", [NEGOTIATIONS], REFRESH_MS);
  const query = useQuery({ ...negotiationsQuery(symbol), refetchInterval });
  const me = useSession().person?.partyId ?? null;
  const mayAnswer = useQuery({ ...answersQuery(symbol), refetchInterval, enabled: me !== null });
  const answersTo = ({ negotiation_id: id }: Negotiation) =>
    (mayAnswer.data ?? []).filter((each) => each.negotiation_id === id);
  // What the reader has had a hand in stays when it has ended: there he is told what came of it.
  const [touched, setTouched] = useState<ReadonlySet<string>>(new Set());
  const isShown = (each: Negotiation) =>
    each.market_mode === mode && (isOpen(each) || touched.has(each.negotiation_id));
  // Who comes to buy where only sellers open something looks at what stands, and may sell besides.
  const isBuyer = sides[0] === "BUY" && (mode === "LISTED_PRICE" || mode === "ENGLISH_AUCTION");
  const opening = <OpeningTicket product={product} mode={mode} sides={sides} />;
  return (
    <Stack>
      {!isBuyer && <Panel title={t(`open_${mode}`)}>{opening}</Panel>}
      <Panel title={t(`standing_${mode}`)}>
        <QueryView query={query}>
          {(items) => {
            const standing = items.filter(isShown);
            return standing.length === 0 ? (
              <EmptyState title={t("none")} advice={t(`none_${mode}`)} />
            ) : (
              <Stack>
                {standing.map((each) => (
                  <NegotiationCard
                    key={each.negotiation_id}
                    negotiation={each}
                    product={product}
                    answers={answersTo(each)}
                    onAct={() => setTouched(new Set(touched).add(each.negotiation_id))}
                  />
                ))}
              </Stack>
            );
          }}
        </QueryView>
      </Panel>
      {isBuyer && (
        <Card withBorder component="details">
          <Text component="summary" size="sm" fw={600} mb="sm">
            {t(`open_${mode}`)}
          </Text>
          {opening}
        </Card>
      )}
    </Stack>
  );
}
