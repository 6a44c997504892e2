/** The orders that can still match, all of them, and what can still be changed. */
import { Button, Group, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { Link } from "react-router";
import { useLive } from "../../feed/live";
import { NOTHING, unitsText } from "../../format/amounts";
import { useWords } from "../../i18n/words";
import { DataTable, type Column } from "../../parts/DataTable";
import { EmptyState } from "../../parts/EmptyState";
import { MoneyText } from "../../parts/Figures";
import { Panel } from "../../parts/Panel";
import { QueryView } from "../../parts/QueryView";
import { OrderChange, type Change } from "./OrderChange";
import { useOrderColumns } from "./orderColumns";
import { words } from "./orderWords";
import { openOrdersQuery, ORDERS, REFRESH_MS, type Order } from "./queries";

export function OpenOrders() {
  const t = useWords(words);
  const refetchInterval = useLive("orders", [ORDERS], REFRESH_MS);
  const query = useQuery({ ...openOrdersQuery, refetchInterval });
  const [change, setChange] = useState<Change | null>(null);
  const columns = useColumns(setChange);
  return (
    <Panel title={t("openOrders")}>
      {change !== null && (
        <OrderChange
          key={change.order.order_id + change.kind}
          change={change}
          onClose={() => setChange(null)}
        />
      )}
      <QueryView query={query}>
        {({ items, isCut }) =>
          items.length === 0 ? (
            <EmptyState
              title={t("noneOpen")}
              advice={t("noneAdvice")}
              action={
                <Button component={Link} to="/" size="xs">
                  {t("toMarket")}
                </Button>
              }
            />
          ) : (
            <>
              {isCut && (
                <Text size="sm" mb="xs" role="status">
                  {t("cut", { count: items.length })}
                </Text>
              )}
              <DataTable
                caption={t("openCaption")}
                columns={columns}
                rows={items}
                rowId={({ order_id: id }) => id}
              />
            </>
          )
        }
      </QueryView>
    </Panel>
  );
}

function useColumns(onChange: (change: Change) => void): readonly Column<Order>[] {
  const t = useWords(words);
  const shared = useOrderColumns();
  return useMemo(
    () => [
      ...shared,
      {
        id: "reserved",
        header: t("reserved"),
        isAmount: true,
        cell: (order) => <Reserved order={order} />,
      },
      {
        id: "actions",
        header: t("actions"),
        cell: (order) => <Actions order={order} onChange={onChange} />,
      },
    ],
    [t, shared, onChange],
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

interface ActionsProperties {
  readonly order: Order;
  readonly onChange: (change: Change) => void;
}

function Actions({ order, onChange }: ActionsProperties) {
  const t = useWords(words);
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
