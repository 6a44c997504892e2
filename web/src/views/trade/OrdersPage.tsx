/** What a party has ordered, offered and bid, and what it can still change. */
import { Stack, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useLive } from "../../feed/live";
import { useWords } from "../../i18n/words";
import { EmptyState } from "../../parts/EmptyState";
import { Panel } from "../../parts/Panel";
import { QueryView } from "../../parts/QueryView";
import { SignInFirst } from "../../parts/SignInFirst";
import { useSession } from "../../session/Session";
import { useTitle } from "../../shell/useTitle";
import { productsQuery } from "../market/queries";
import { NegotiationCard } from "./NegotiationCard";
import { OpenOrders } from "./OpenOrders";
import { OrderHistory } from "./OrderHistory";
import { words } from "./orderWords";
import { NEGOTIATIONS, negotiationsQuery, REFRESH_MS, type Negotiation } from "./queries";

export function OrdersPage() {
  const t = useWords(words);
  useTitle(t("title"));
  const { person } = useSession();
  return (
    <Stack gap="md">
      <Title order={1} size="h3">
        {t("title")}
      </Title>
      {person === null ? (
        <SignInFirst advice={t("notSignedInAdvice")} />
      ) : (
        <>
          <OpenOrders />
          <Negotiations me={person.partyId} />
          <OrderHistory />
        </>
      )}
    </Stack>
  );
}

/** Whether the party has opened it, is named in it, or has offered something. */
function concerns(negotiation: Negotiation, me: string): boolean {
  const { opener_id: opener, named, offers } = negotiation;
  return opener === me || named.includes(me) || offers.some(({ party_id: party }) => party === me);
}

function Negotiations({ me }: { readonly me: string | null }) {
  const t = useWords(words);
  const refetchInterval = useLive("negotiations", [NEGOTIATIONS], REFRESH_MS);
  const query = useQuery({ ...negotiationsQuery(null), refetchInterval });
  const products = useQuery(productsQuery).data ?? [];
  return (
    <Panel title={t("deals")}>
      <QueryView query={query}>
        {(items) => {
          const mine = items.filter((each) => me === null || concerns(each, me));
          if (mine.length === 0) {
            return <EmptyState title={t("noDeals")} advice={t("noDealsAdvice")} />;
          }
          return (
            <Stack>
              {mine.map((each) => {
                const product = products.find(({ symbol }) => symbol === each.symbol);
                return (
                  product !== undefined && (
                    <NegotiationCard
                      key={each.negotiation_id}
                      negotiation={each}
                      product={product}
                    />
                  )
                );
              })}
            </Stack>
          );
        }}
      </QueryView>
    </Panel>
  );
}
