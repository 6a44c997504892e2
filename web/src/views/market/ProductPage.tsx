/** One product: what it is, what it is quoted at, what was dealt. */
import { Alert, Anchor, Button, Grid, Group, Skeleton, Stack, Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { lazy, Suspense } from "react";
import { Link, useParams } from "react-router";
import type { Trade } from "../../feed/frames";
import { useTicker, useTrades } from "../../feed/hooks";
import { changePercent } from "../../format/amounts";
import { momentText } from "../../format/moments";
import { useWords } from "../../i18n/words";
import { ChangeText, PriceText, UnitsText } from "../../parts/Figures";
import { QueryView } from "../../parts/QueryView";
import { useTerm } from "../../parts/terms";
import { useTitle } from "../../shell/useTitle";
import { AuctionPanel } from "./AuctionPanel";
import { BookPanel } from "./BookPanel";
import { DealsPanel, Quoted } from "./DealsPanel";
import { DisclosuresPanel } from "./DisclosuresPanel";
import { StateBadge, useProductName, useStanding } from "./facts";
import { FactsPanel } from "./FactsPanel";
import { words } from "./productWords";
import { productQuery, type Product } from "./queries";
import { words as marketWords } from "./words";

/** The charts are the largest part of the page: they come after the rest. */
const HistoryPanel = lazy(async () => ({
  default: (await import("./HistoryPanel")).HistoryPanel,
}));

const HISTORY_HEIGHT = 340;
const REFRESH_MS = 15_000;

export function ProductPage() {
  const { symbol = "" } = useParams();
  const query = useQuery({ ...productQuery(symbol), refetchInterval: REFRESH_MS });
  return (
    <QueryView query={query} height={600}>
      {(product) => <ProductView product={product} />}
    </QueryView>
  );
}

function ProductView({ product }: { readonly product: Product }) {
  const t = useWords(words);
  const name = useProductName()(product);
  useTitle(name);
  return (
    <Stack gap="md">
      <Anchor component={Link} to="/" size="sm">
        ← {t("toMarket")}
      </Anchor>
      <Header product={product} name={name} />
      <Halts product={product} />
      <Grid>
        <Grid.Col span={{ base: 12, md: 7, lg: 8 }} order={{ base: 2, md: 1 }}>
          <Stack>
            <Dealt product={product} />
            <DisclosuresPanel symbol={product.symbol} />
          </Stack>
        </Grid.Col>
        <Grid.Col span={{ base: 12, md: 5, lg: 4 }} order={{ base: 1, md: 2 }}>
          <Stack>
            <BookPanel product={product} />
            {product.market_mode === "CALL_AUCTION" && <AuctionPanel symbol={product.symbol} />}
            <FactsPanel product={product} />
          </Stack>
        </Grid.Col>
      </Grid>
    </Stack>
  );
}

function Halts({ product }: { readonly product: Product }) {
  const t = useWords(words);
  const term = useTerm();
  return useStanding(product).halts.map((halt) => (
    <Alert key={halt.halt_id} color="red" variant="light">
      {t("halted", {
        reason: term(halt.reason),
        since: momentText(halt.since),
        review: momentText(halt.review_at),
      })}
    </Alert>
  ));
}

const NO_TRADES: readonly Trade[] = [];

/** What was dealt: drawn anew when there is a deal, and not when an order comes or goes. */
function Dealt({ product }: { readonly product: Product }) {
  const { mirror, failure } = useTrades(product.symbol);
  const trades = mirror?.trades ?? NO_TRADES;
  return (
    <>
      {trades.length > 0 && (
        <Suspense fallback={<Skeleton h={HISTORY_HEIGHT} />}>
          <HistoryPanel symbol={product.symbol} />
        </Suspense>
      )}
      <DealsPanel product={product} trades={trades} failure={failure} />
    </>
  );
}

function Header({ product, name }: { readonly product: Product; readonly name: string }) {
  return (
    <Group justify="space-between" align="end" gap="lg">
      <div>
        <Group gap="sm">
          <Title order={1} size="h3">
            {name}
          </Title>
          <StateBadge product={product} />
        </Group>
        <Text size="sm" c="dimmed">
          {product.symbol}
        </Text>
      </div>
      <Group gap="xl" align="end">
        <Headline product={product} />
        <TradeLinks symbol={product.symbol} />
      </Group>
    </Group>
  );
}

/** The price at which was dealt last, and what it means. */
function Headline({ product }: { readonly product: Product }) {
  const t = useWords(marketWords);
  const ticker = useTicker(product.symbol).mirror?.latest ?? null;
  const { nav } = product.pricing.facts;
  const last = ticker?.last ?? null;
  return (
    <>
      <Figure name={t("last")}>
        <Text component="span" size="xl" fw={700}>
          <PriceText of={last} />
        </Text>
      </Figure>
      <Figure name={t("change")}>
        <ChangeText of={last === null || nav === null ? null : changePercent(last, nav)} />
      </Figure>
      {last !== null && product.maturity_date !== null && (
        <Figure name={t("yield")}>
          <Quoted product={product} price={last} as="yearly_yield" />
        </Figure>
      )}
      <Figure name={t("volume")}>
        <UnitsText of={ticker?.volume_24h} short />
      </Figure>
    </>
  );
}

/** The ways to the ticket; who is not signed in is told there to do so. */
function TradeLinks({ symbol }: { readonly symbol: string }) {
  const t = useWords(marketWords);
  return (
    <Group gap="xs">
      {(["buy", "sell"] as const).map((side) => (
        <Button
          key={side}
          component={Link}
          to={`/products/${symbol}/trade?side=${side}`}
          variant={side === "buy" ? "filled" : "outline"}
        >
          {t(side)}
        </Button>
      ))}
    </Group>
  );
}

function Figure({ name, children }: { readonly name: string; readonly children: React.ReactNode }) {
  return (
    <div>
      <Text size="xs" c="dimmed">
        {name}
      </Text>
      {children}
    </div>
  );
}
