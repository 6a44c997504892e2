/** All products, with search and filters; quotes come over the feed as they change. */
import { Alert, Anchor, Button, Group, Select, Stack, Text, TextInput, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { Link, useSearchParams } from "react-router";
import { useTicker } from "../../feed/hooks";
import type { TickerFrame } from "../../feed/frames";
import { basisPointsText, changePercent, NOTHING } from "../../format/amounts";
import { useWords } from "../../i18n/words";
import { DataTable, type Column } from "../../parts/DataTable";
import { EmptyState } from "../../parts/EmptyState";
import { ChangeText, PriceText, UnitsText } from "../../parts/Figures";
import { QueryView } from "../../parts/QueryView";
import { useTerm } from "../../parts/terms";
import { useTitle } from "../../shell/useTitle";
import { RemainingTerm, StateBadge, useProductName } from "./facts";
import { productsQuery, type Product } from "./queries";
import { words } from "./words";

const FILTERS = ["type", "risk", "mode"] as const;
type Filter = (typeof FILTERS)[number];

const VALUE_OF: Readonly<Record<Filter, (product: Product) => string>> = {
  type: (product) => product.product_type,
  risk: (product) => `R${product.pricing.facts.risk_level}`,
  mode: (product) => product.market_mode,
};

export function MarketPage() {
  const t = useWords(words);
  useTitle(t("title"));
  const query = useQuery(productsQuery);
  return (
    <Stack gap="md">
      <Title order={1} size="h3">
        {t("title")}
      </Title>
      <QueryView query={query} height={400}>
        {(products) =>
          products.length === 0 ? (
            <EmptyState title={t("noProducts")} advice={t("noProductsAdvice")} />
          ) : (
            <Products products={products} />
          )
        }
      </QueryView>
    </Stack>
  );
}

function Products({ products }: { readonly products: readonly Product[] }) {
  const t = useWords(words);
  const term = useTerm();
  const columns = useColumns();
  // In the address, so that a search can be passed on.
  const [chosen, choose] = useSearchParams();
  const set = (name: string, value: string) =>
    choose(
      (before) => {
        const after = new URLSearchParams(before);
        if (value === "") after.delete(name);
        else after.set(name, value);
        return after;
      },
      { replace: true },
    );
  const shown = products.filter((product) => fits(product, chosen));
  const needsSignIn = useTicker(products[0]?.symbol ?? null).failure?.code === "auth_required";
  return (
    <>
      {needsSignIn && <Alert variant="light">{t("quotesAfterSignIn")}</Alert>}
      <Group gap="sm" align="end">
        <TextInput
          label={t("search")}
          type="search"
          value={chosen.get("q") ?? ""}
          onChange={({ currentTarget }) => set("q", currentTarget.value)}
          flex="1 1 14rem"
        />
        {FILTERS.map((filter) => (
          <Select
            key={filter}
            label={t(filter)}
            placeholder={t("all")}
            clearable
            value={chosen.get(filter)}
            data={valuesOf(products, filter).map((value) => ({ value, label: term(value) }))}
            onChange={(value) => set(filter, value ?? "")}
            flex="1 1 9rem"
          />
        ))}
      </Group>
      <Text size="sm" c="dimmed" role="status">
        {t("count", { count: shown.length })}
      </Text>
      {shown.length === 0 ? (
        <EmptyState
          title={t("noMatch")}
          advice={t("noMatchAdvice")}
          action={<Button onClick={() => choose({}, { replace: true })}>{t("clear")}</Button>}
        />
      ) : (
        <DataTable
          caption={t("title")}
          columns={columns}
          rows={shown}
          rowId={({ symbol }) => symbol}
        />
      )}
    </>
  );
}

function useColumns(): readonly Column<Product>[] {
  const t = useWords(words);
  const nameOf = useProductName();
  const term = useTerm();
  return useMemo(
    () => [
      {
        id: "product",
        header: t("product"),
        cell: (product) => (
          <>
            <Anchor component={Link} to={`/products/${product.symbol}`} fw={600}>
              {nameOf(product)}
            </Anchor>
            <Text size="xs" c="dimmed">
              {[product.symbol, ...FILTERS.map((each) => term(VALUE_OF[each](product)))].join(
                " · ",
              )}
            </Text>
          </>
        ),
        compare: (first, second) => nameOf(first).localeCompare(nameOf(second)),
      },
      ...quoteColumns(t),
      {
        id: "nav",
        header: t("nav"),
        isAmount: true,
        cell: ({ pricing: { facts } }) => <PriceText of={facts.nav} />,
      },
      {
        id: "benchmark",
        header: t("benchmark"),
        isAmount: true,
        cell: ({ pricing: { facts } }) => (
          <span className="number">
            {facts.benchmark === null ? NOTHING : basisPointsText(facts.benchmark.rate_bps)}
          </span>
        ),
        compare: (first, second) => rateOf(first) - rateOf(second),
      },
      {
        id: "remaining",
        header: t("remaining"),
        isAmount: true,
        cell: (product) => <RemainingTerm product={product} />,
        compare: (first, second) => maturityOf(first).localeCompare(maturityOf(second)),
      },
      {
        id: "state",
        header: t("state"),
        cell: (product) => <StateBadge product={product} />,
        compare: (first, second) => first.halts.length - second.halts.length,
      },
    ],
    [t, nameOf, term],
  );
}

function quoteColumns(t: (key: "last" | "change" | "bid" | "ask" | "volume") => string) {
  const column = (
    id: "last" | "change" | "bid" | "ask" | "volume",
    show: (ticker: TickerFrame | null, product: Product) => React.ReactNode,
  ): Column<Product> => ({
    id,
    header: t(id),
    isAmount: true,
    cell: (product) => <Quote product={product} show={show} />,
  });
  return [
    column("last", (ticker) => <PriceText of={ticker?.last} />),
    column("change", (ticker, { pricing: { facts } }) => (
      <ChangeText
        of={
          ticker?.last == null || facts.nav === null ? null : changePercent(ticker.last, facts.nav)
        }
      />
    )),
    column("bid", (ticker) => <PriceText of={ticker?.bid?.[0]} />),
    column("ask", (ticker) => <PriceText of={ticker?.ask?.[0]} />),
    column("volume", (ticker) => <UnitsText of={ticker?.volume_24h} short />),
  ];
}

interface QuoteProperties {
  readonly product: Product;
  readonly show: (ticker: TickerFrame | null, product: Product) => React.ReactNode;
}

function Quote({ product, show }: QuoteProperties) {
  const { mirror } = useTicker(product.symbol);
  return show(mirror?.latest ?? null, product);
}

function fits(product: Product, chosen: URLSearchParams): boolean {
  const wanted = (chosen.get("q") ?? "").trim().toLowerCase();
  const text = `${product.name_zh} ${product.name_en} ${product.symbol}`.toLowerCase();
  return (
    text.includes(wanted) &&
    FILTERS.every((filter) => {
      const value = chosen.get(filter);
      return value === null || VALUE_OF[filter](product) === value;
    })
  );
}

function valuesOf(products: readonly Product[], filter: Filter): readonly string[] {
  return [...new Set(products.map(VALUE_OF[filter]))].sort();
}

function rateOf({ pricing: { facts } }: Product): number {
  return facts.benchmark?.rate_bps ?? 0;
}

function maturityOf({ maturity_date: day }: Product): string {
  return day ?? "9999-12-31";
}
