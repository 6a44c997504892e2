/** What a party has ordered, offered and bid, and what it can still change. */
import { Anchor, Button, Group, Stack, Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { Link } from "react-router";
import { useLive } from "../../feed/live";
import { NOTHING, unitsText } from "../../format/amounts";
import { compareDecimals } from "../../format/decimal";
import { useLanguage, useWords } from "../../i18n/words";
import { DataTable, type Column } from "../../parts/DataTable";
import { EmptyState } from "../../parts/EmptyState";
import { MomentText, MoneyText, PriceText } from "../../parts/Figures";
import { Panel } from "../../parts/Panel";
import { QueryView } from "../../parts/QueryView";
import { SignInFirst } from "../../parts/SignInFirst";
import { useSession } from "../../session/Session";
import { useTitle } from "../../shell/useTitle";
import { useNameOfSymbol } from "../market/facts";
import { productsQuery } from "../market/queries";
import { NegotiationCard } from "./NegotiationCard";
import { OrderChange, type Change } from "./OrderChange";
import { words } from "./orderWords";
import {
  NEGOTIATIONS,
  negotiationsQuery,
  ORDERS,
  ordersQuery,
  REFRESH_MS,
  type Negotiation,
  type Order,
} from "./queries";

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
          <Orders />
          <Negotiations me={person.partyId} />
        </>
      )}
    </Stack>
  );
}

function Orders() {
  const t = useWords(words);
  const refetchInterval = useLive("orders", [ORDERS], REFRESH_MS);
  const query = useQuery({ ...ordersQuery, refetchInterval });
  const [change, setChange] = useState<Change | null>(null);
  const columns = useColumns(setChange);
  return (
    <Panel title={t("orders")}>
      {change !== null && (
        <OrderChange
          key={change.order.order_id + change.kind}
          change={change}
          onClose={() => setChange(null)}
        />
      )}
      <QueryView query={query}>
        {({ items }) =>
          items.length === 0 ? (
            <EmptyState
              title={t("none")}
              advice={t("noneAdvice")}
              action={
                <Button component={Link} to="/" size="xs">
                  {t("toMarket")}
                </Button>
              }
            />
          ) : (
            <DataTable
              caption={t("caption")}
              columns={columns}
              rows={items}
              rowId={({ order_id: id }) => id}
            />
          )
        }
      </QueryView>
    </Panel>
  );
}

function useColumns(onChange: (change: Change) => void): readonly Column<Order>[] {
  const t = useWords(words);
  const nameOf = useNameOfSymbol();
  return useMemo(
    () => [
      {
        id: "symbol",
        header: t("symbol"),
        cell: ({ symbol }) => (
          <>
            <Anchor component={Link} to={`/products/${symbol}`} size="sm" fw={600}>
              {nameOf(symbol)}
            </Anchor>
            <Text size="xs" c="dimmed">
              {symbol}
            </Text>
          </>
        ),
        compare: (one, other) => one.symbol.localeCompare(other.symbol),
      },
      { id: "side", header: t("side"), cell: ({ side }) => t(side) },
      {
        id: "price",
        header: t("price"),
        isAmount: true,
        cell: ({ price }) => <PriceText of={price} />,
        compare: (one, other) => compareDecimals(one.price, other.price),
      },
      {
        id: "quantity",
        header: t("quantity"),
        isAmount: true,
        cell: (order) => (
          <span className="number">
            {unitsText(order.filled_quantity)} / {unitsText(order.quantity)}
          </span>
        ),
      },
      {
        id: "reserved",
        header: t("reserved"),
        isAmount: true,
        cell: (order) => <Reserved order={order} />,
      },
      { id: "status", header: t("status"), cell: (order) => <Status order={order} /> },
      {
        id: "time",
        header: t("time"),
        cell: ({ placed_at: at }) => <MomentText of={at} />,
        compare: (one, other) => one.placed_at.localeCompare(other.placed_at),
      },
      {
        id: "actions",
        header: t("actions"),
        cell: (order) => <Actions order={order} onChange={onChange} />,
      },
    ],
    [t, nameOf, onChange],
  );
}

function Reserved({ order }: { readonly order: Order }) {
  const t = useWords(words);
  const { reserved_money: money, reserved_units: units } = order;
  if (money !== null) return <MoneyText of={money} />;
  return (
    <span className="number">
      {units === null ? NOTHING : t("units", { units: unitsText(units) })}
    </span>
  );
}

function Status({ order }: { readonly order: Order }) {
  const t = useWords(words);
  const language = useLanguage();
  const against = (order.findings ?? []).filter(({ verdict }) => verdict === "BLOCK");
  return (
    <>
      {t(order.status)}
      {against.map((finding) => (
        <Text key={finding.rule_id} size="xs" c="dimmed">
          {t("why")} · {language === "zh" ? finding.text_zh : finding.text_en}
        </Text>
      ))}
    </>
  );
}

interface ActionsProperties {
  readonly order: Order;
  readonly onChange: (change: Change) => void;
}

function Actions({ order, onChange }: ActionsProperties) {
  const t = useWords(words);
  if (order.status !== "OPEN" && order.status !== "PARTIALLY_MATCHED") return NOTHING;
  return (
    <Group gap={6} wrap="nowrap">
      {(["amend", "cancel"] as const).map((kind) => (
        <Button
          key={kind}
          size="compact-xs"
          variant="default"
          aria-label={t(`${kind}Title`, { id: order.order_id })}
          onClick={() => onChange({ kind, order })}
        >
          {t(kind)}
        </Button>
      ))}
    </Group>
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
