/** The columns that tables of orders share. */
import { Anchor, Text } from "@mantine/core";
import { useMemo } from "react";
import { Link } from "react-router";
import { unitsText } from "../../format/amounts";
import { compareDecimals } from "../../format/decimal";
import { useLanguage, useWords } from "../../i18n/words";
import type { Column } from "../../parts/DataTable";
import { MomentText, PriceText } from "../../parts/Figures";
import { useNameOfSymbol } from "../market/facts";
import { words } from "./orderWords";
import type { Order } from "./queries";

/** What is told of an order, open or not. */
export function useOrderColumns(): readonly Column<Order>[] {
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
      { id: "status", header: t("status"), cell: (order) => <Status order={order} /> },
      {
        id: "time",
        header: t("time"),
        cell: ({ placed_at: at }) => <MomentText of={at} />,
        compare: (one, other) => one.placed_at.localeCompare(other.placed_at),
      },
    ],
    [t, nameOf],
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
