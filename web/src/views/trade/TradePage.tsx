/** To buy or to sell units of a product, in whatever mode its deals are made. */
import { Anchor, Grid, Stack, Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link, useParams, useSearchParams } from "react-router";
import { useWords } from "../../i18n/words";
import { EmptyState } from "../../parts/EmptyState";
import { Panel } from "../../parts/Panel";
import { QueryView } from "../../parts/QueryView";
import { useTerm } from "../../parts/terms";
import { SignInFirst } from "../../parts/SignInFirst";
import { useSession } from "../../session/Session";
import { useTitle } from "../../shell/useTitle";
import { useProductName } from "../market/facts";
import { productQuery } from "../market/queries";
import { BookTicket } from "./BookTicket";
import { DealingPanels } from "./DealingPanels";
import { GuidancePanel } from "./GuidancePanel";
import type { Product, Side } from "./queries";
import { words } from "./ticketWords";

export function TradePage() {
  const t = useWords(words);
  const { symbol = "" } = useParams();
  const query = useQuery(productQuery(symbol));
  const { person } = useSession();
  useTitle(`${t("title")} · ${symbol}`);
  const isTrader = person?.kind === "NATURAL_PERSON" || person?.kind === "INSTITUTION";
  return (
    <Stack gap="md">
      <Anchor component={Link} to={`/products/${symbol}`} size="sm">
        ← {t("toProduct")}
      </Anchor>
      {isTrader ? (
        <QueryView query={query} height={600}>
          {(product) => <Trading key={product.market_mode} product={product} />}
        </QueryView>
      ) : (
        <NotYet isSignedIn={person !== null} />
      )}
    </Stack>
  );
}

function NotYet({ isSignedIn }: { readonly isSignedIn: boolean }) {
  const t = useWords(words);
  return (
    <>
      <Title order={1} size="h3">
        {t("title")}
      </Title>
      {isSignedIn ? (
        <EmptyState title={t("notForYou")} advice={t("notForYouAdvice")} />
      ) : (
        <SignInFirst advice={t("signInAdvice")} />
      )}
    </>
  );
}

function Trading({ product }: { readonly product: Product }) {
  const t = useWords(words);
  const term = useTerm();
  const name = useProductName()(product);
  const [search] = useSearchParams();
  const sides: readonly [Side, Side] =
    search.get("side") === "sell" ? ["SELL", "BUY"] : ["BUY", "SELL"];
  const isBook = product.market_mode === "CONTINUOUS" || product.market_mode === "CALL_AUCTION";
  return (
    <>
      <div>
        <Title order={1} size="h3">
          {t("title")} · {name}
        </Title>
        <Text size="sm" c="dimmed">
          {product.symbol} · {term(product.market_mode)}
        </Text>
      </div>
      <Grid>
        <Grid.Col span={{ base: 12, md: 7 }}>
          {isBook ? (
            <Panel title={term(product.market_mode)}>
              <BookTicket product={product} sides={sides} />
            </Panel>
          ) : (
            <DealingPanels product={product} sides={sides} />
          )}
        </Grid.Col>
        <Grid.Col span={{ base: 12, md: 5 }}>
          <GuidancePanel symbol={product.symbol} />
        </Grid.Col>
      </Grid>
    </>
  );
}
