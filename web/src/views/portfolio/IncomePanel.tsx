/** The record and payment days that are disclosed for what a party holds. */
import { Text } from "@mantine/core";
import { daysBetween } from "../../format/moments";
import { useWords } from "../../i18n/words";
import { DataTable, type Column } from "../../parts/DataTable";
import { Panel } from "../../parts/Panel";
import { useNameOfSymbol } from "../market/facts";
import type { Product } from "../market/queries";
import { incomeDays, type IncomeDay } from "./value";
import { words } from "./words";

interface Properties {
  readonly held: readonly { readonly product: Product }[];
}

export function IncomePanel({ held }: Properties) {
  const t = useWords(words);
  const nameOf = useNameOfSymbol();
  const products = held.map(({ product }) => product);
  const today = products[0]?.pricing.pricing_date ?? "";
  const days = incomeDays(products, today);
  const columns: readonly Column<IncomeDay>[] = [
    {
      id: "day",
      header: t("day"),
      cell: ({ day }) => {
        const left = daysBetween(today, day);
        return (
          <span className="number">
            {day} · {left === 0 ? t("today") : t("inDays", { days: left })}
          </span>
        );
      },
    },
    { id: "what", header: t("what"), cell: ({ kind }) => t(kind) },
    { id: "product", header: t("product"), cell: ({ symbol }) => nameOf(symbol) },
  ];
  return (
    <Panel title={t("calendar")}>
      <Text size="sm" c="dimmed" mb="sm">
        {days.length === 0 ? t("noDays") : t("calendarLead")}
      </Text>
      {days.length > 0 && (
        <DataTable
          caption={t("calendar")}
          columns={columns}
          rows={days}
          rowId={({ symbol, kind }) => `${symbol}:${kind}`}
          narrow="table"
        />
      )}
    </Panel>
  );
}
