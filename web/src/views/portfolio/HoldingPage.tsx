/** What a party holds of one product, contract by contract, with its gain at the last price. */
import { Anchor, Group, Stack, Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { Link, useParams } from "react-router";
import { useLive } from "../../feed/live";
import { changePercent } from "../../format/amounts";
import { compareDecimals } from "../../format/decimal";
import { momentText } from "../../format/moments";
import { useWords } from "../../i18n/words";
import { DataTable, type Column } from "../../parts/DataTable";
import { EmptyState } from "../../parts/EmptyState";
import { ChangeText, MoneyText, UnitsText } from "../../parts/Figures";
import { OnlyFor } from "../../parts/OnlyFor";
import { Panel } from "../../parts/Panel";
import { QueryView } from "../../parts/QueryView";
import { INVESTORS } from "../../session/person";
import { useTitle } from "../../shell/useTitle";
import { useProductName } from "../market/facts";
import { productQuery, type Product } from "../market/queries";
import { BUCKETS, HOLDINGS, lotsQuery, type Lot } from "./queries";
import { dealValue, gain, worth } from "./value";
import { words } from "./words";

const REFRESH_MS = 20_000;

export function HoldingPage() {
  const { symbol = "" } = useParams();
  const t = useWords(words);
  return (
    <Stack gap="md">
      <Anchor component={Link} to="/portfolio" size="sm">
        ← {t("toPortfolio")}
      </Anchor>
      <OnlyFor kinds={INVESTORS}>
        <Holding symbol={symbol} />
      </OnlyFor>
    </Stack>
  );
}

function Holding({ symbol }: { readonly symbol: string }) {
  const product = useQuery(productQuery(symbol));
  return (
    <QueryView query={product} height={300}>
      {(known) => <Lots product={known} />}
    </QueryView>
  );
}

function Lots({ product }: { readonly product: Product }) {
  const t = useWords(words);
  const name = useProductName()(product);
  useTitle(name);
  const refetchInterval = useLive("holdings", [HOLDINGS], REFRESH_MS);
  const lots = useQuery({ ...lotsQuery(product.symbol), refetchInterval });
  const deal = dealValue(product.pricing);
  const columns = useColumns(deal?.price ?? null);
  return (
    <>
      <Group gap="sm">
        <Title order={1} size="h3">
          {name}
        </Title>
        <Anchor component={Link} to={`/products/${product.symbol}`} size="sm">
          {t("toProduct")}
        </Anchor>
      </Group>
      <QueryView query={lots} height={200}>
        {(all) =>
          all.length === 0 ? (
            <EmptyState title={t("noLots")} advice={t("noLotsAdvice")} />
          ) : (
            <Panel title={t("lots")}>
              <Text size="sm" c="dimmed" mb="sm">
                {t("lotsLead")}{" "}
                {deal === null
                  ? t("noDeal")
                  : t("gainBasis", {
                      price: deal.price,
                      date: deal.on === null ? "" : momentText(deal.on),
                    })}
              </Text>
              <DataTable
                caption={t("lots")}
                columns={columns}
                rows={all}
                rowId={({ lot_id: id }) => id}
              />
            </Panel>
          )
        }
      </QueryView>
    </>
  );
}

function useColumns(price: string | null): readonly Column<Lot>[] {
  const t = useWords(words);
  return useMemo(() => {
    const units = (id: (typeof BUCKETS)[number]): Column<Lot> => ({
      id,
      header: t(id),
      isAmount: true,
      cell: (lot) => <UnitsText of={lot[id]} />,
    });
    return [
      { id: "contract", header: t("contract"), cell: ({ contract }) => contract },
      {
        id: "acquired",
        header: t("acquired"),
        cell: ({ acquired_on: day }) => <span className="number">{day}</span>,
        compare: (first, second) => first.acquired_on.localeCompare(second.acquired_on),
      },
      {
        id: "units",
        header: t("units"),
        isAmount: true,
        cell: ({ total }) => <UnitsText of={total} />,
        compare: (first, second) => compareDecimals(first.total, second.total),
      },
      ...BUCKETS.map(units),
      {
        id: "cost",
        header: t("cost"),
        isAmount: true,
        cell: ({ cost }) => <MoneyText of={cost} />,
      },
      {
        id: "value",
        header: t("value"),
        isAmount: true,
        cell: ({ total }) => <MoneyText of={price === null ? null : worth(total, price)} />,
      },
      {
        id: "gain",
        header: t("gain"),
        isAmount: true,
        cell: ({ total, cost }) =>
          price !== null && (
            <>
              <MoneyText of={gain(total, price, cost)} />{" "}
              <ChangeText of={changePercent(worth(total, price), cost)} />
            </>
          ),
      },
    ];
  }, [t, price]);
}
