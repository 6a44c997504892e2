/** What a party holds, what it is worth by which basis, and when income is due. */
import { Anchor, Button, Group, Stack, Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { Link } from "react-router";
import { useLive } from "../../feed/live";
import { changePercent, moneyText } from "../../format/amounts";
import { compareDecimals, subtractDecimals } from "../../format/decimal";
import { daysBetween, dayOfMoment, momentText } from "../../format/moments";
import { download } from "../../format/sheet";
import { useWords } from "../../i18n/words";
import { DataTable, type Column } from "../../parts/DataTable";
import { EmptyState } from "../../parts/EmptyState";
import { ChangeText, MoneyText, UnitsText } from "../../parts/Figures";
import { OnlyFor } from "../../parts/OnlyFor";
import { QueryView } from "../../parts/QueryView";
import { INVESTORS } from "../../session/person";
import { useTitle } from "../../shell/useTitle";
import { useNameOfSymbol } from "../market/facts";
import { productsQuery, type Product } from "../market/queries";
import { ClaimsPanel } from "./ClaimsPanel";
import { IncomePanel } from "./IncomePanel";
import { BUCKETS, HOLDINGS, holdingsQuery, type Holding } from "./queries";
import { gain, sum, unitValue, worth, type UnitValue } from "./value";
import { words } from "./words";

const REFRESH_MS = 20_000;

/** A holding with its product. */
export interface Held {
  readonly holding: Holding;
  readonly product: Product;
}

export function PortfolioPage() {
  const t = useWords(words);
  useTitle(t("title"));
  return (
    <Stack gap="md">
      <Title order={1} size="h3">
        {t("title")}
      </Title>
      <OnlyFor kinds={INVESTORS}>
        <Holdings />
      </OnlyFor>
    </Stack>
  );
}

function Holdings() {
  const t = useWords(words);
  const refetchInterval = useLive("holdings", [HOLDINGS], REFRESH_MS);
  const holdings = useQuery({ ...holdingsQuery, refetchInterval });
  const products = useQuery(productsQuery);
  return (
    <QueryView query={holdings} height={300}>
      {(all) => (
        <QueryView query={products} height={300}>
          {(known) => {
            const held = heldOf(all, known);
            return held.length === 0 ? (
              <EmptyState
                title={t("none")}
                advice={t("noneAdvice")}
                action={
                  <Button component={Link} to="/">
                    {t("toMarket")}
                  </Button>
                }
              />
            ) : (
              <Overview held={held} />
            );
          }}
        </QueryView>
      )}
    </QueryView>
  );
}

function Overview({ held }: { readonly held: readonly Held[] }) {
  const t = useWords(words);
  const columns = useColumns();
  const nameOf = useNameOfSymbol();
  const save = () => {
    const day = dayOfMoment(new Date().toISOString());
    const head = [t("product"), t("title"), t("total"), ...BUCKETS.map((each) => t(each))];
    download(`${t("fileName")}-${day}.csv`, [
      [t("asOf"), momentText(new Date().toISOString())],
      [...head, t("cost"), t("value"), t("gain"), t("basis")],
      ...held.map(({ holding, product }) => {
        const value = valueOf(product);
        return [
          holding.symbol,
          nameOf(holding.symbol),
          holding.total,
          ...BUCKETS.map((each) => holding[each]),
          holding.cost,
          worth(holding.total, value.price),
          gain(holding.total, value.price, holding.cost),
          t(value.basis, { price: value.price }),
        ];
      }),
    ]);
  };
  return (
    <>
      <Group justify="space-between" align="end">
        <Totals held={held} />
        <Button variant="default" onClick={save}>
          {t("download")}
        </Button>
      </Group>
      <Text size="xs" c="dimmed">
        {t("totalAdvice")}
      </Text>
      <DataTable
        caption={t("title")}
        columns={columns}
        rows={held}
        rowId={({ holding }) => holding.symbol}
      />
      <IncomePanel held={held} />
      <ClaimsPanel />
    </>
  );
}

function Totals({ held }: { readonly held: readonly Held[] }) {
  const t = useWords(words);
  const value = sum(held.map(valueOfHeld));
  const cost = sum(held.map(({ holding }) => holding.cost));
  return (
    <Group gap="xl" align="end">
      <div>
        <Text size="sm" c="dimmed">
          {t("totalValue")}
        </Text>
        <Text size="xl" fw={700}>
          <MoneyText of={value} />
        </Text>
      </div>
      <div>
        <Text size="sm" c="dimmed">
          {t("totalGain", { cost: moneyText(cost) })}
        </Text>
        <Text size="lg" fw={600} data-testid="total-gain">
          <MoneyText of={subtractDecimals(value, cost)} />{" "}
          <ChangeText of={changePercent(value, cost)} />
        </Text>
      </div>
    </Group>
  );
}

function useColumns(): readonly Column<Held>[] {
  const t = useWords(words);
  const nameOf = useNameOfSymbol();
  return useMemo(
    () => [
      {
        id: "product",
        header: t("product"),
        cell: ({ holding: { symbol } }) => (
          <>
            <Anchor component={Link} to={`/portfolio/${symbol}`} fw={600}>
              {nameOf(symbol)}
            </Anchor>
            <Text size="xs" c="dimmed">
              {symbol}
            </Text>
          </>
        ),
        compare: (first, second) => first.holding.symbol.localeCompare(second.holding.symbol),
      },
      ...(["total", ...BUCKETS] as const).map((bucket) => ({
        id: bucket,
        header: t(bucket),
        isAmount: true,
        cell: ({ holding }: Held) => <UnitsText of={holding[bucket]} />,
      })),
      {
        id: "value",
        header: t("value"),
        isAmount: true,
        cell: (held) => <MoneyText of={valueOfHeld(held)} />,
        compare: (first, second) => compareDecimals(valueOfHeld(first), valueOfHeld(second)),
      },
      {
        id: "gain",
        header: t("gain"),
        isAmount: true,
        cell: (held) => <MoneyText of={gainOfHeld(held)} />,
        compare: (first, second) => compareDecimals(gainOfHeld(first), gainOfHeld(second)),
      },
      {
        id: "basis",
        header: t("basis"),
        cell: ({ product }) => (
          <ValueBasis value={valueOf(product)} today={product.pricing.pricing_date} />
        ),
      },
    ],
    [t, nameOf],
  );
}

interface BasisProperties {
  readonly value: UnitValue;
  readonly today: string;
}

/** By what a value is said, and how old that is. */
export function ValueBasis({ value, today }: BasisProperties) {
  const t = useWords(words);
  const date = value.on === null ? null : value.on.includes("T") ? dayOfMoment(value.on) : value.on;
  return (
    <div>
      <Text size="sm" className="number">
        {t(value.basis, { price: value.price })}
      </Text>
      {date !== null && (
        <Text size="xs" c="dimmed">
          {t("age", { date, days: Math.max(daysBetween(date, today), 0) })}
        </Text>
      )}
    </div>
  );
}

function valueOf({ pricing, par_value: par }: Product): UnitValue {
  return unitValue(pricing, par);
}

function valueOfHeld({ holding, product }: Held): string {
  return worth(holding.total, valueOf(product).price);
}

function gainOfHeld({ holding, product }: Held): string {
  return gain(holding.total, valueOf(product).price, holding.cost);
}

function heldOf(holdings: readonly Holding[], products: readonly Product[]): readonly Held[] {
  const bySymbol = new Map(products.map((product) => [product.symbol, product]));
  return holdings.flatMap((holding) => {
    const product = bySymbol.get(holding.symbol);
    return product === undefined || /^[0.]+$/.test(holding.total) ? [] : [{ holding, product }];
  });
}
