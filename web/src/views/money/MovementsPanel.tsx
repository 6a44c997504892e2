/** What has moved a party's money, as its own ledger says. */
import { Anchor, Stack, Text } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { Link } from "react-router";
import { useWords } from "../../i18n/words";
import { DataTable, type Column } from "../../parts/DataTable";
import { EmptyState } from "../../parts/EmptyState";
import { MomentText, MoneyText } from "../../parts/Figures";
import { NextPageButton } from "../../parts/NextPageButton";
import { Panel } from "../../parts/Panel";
import { QueryView } from "../../parts/QueryView";
import { useNameOfSymbol } from "../market/facts";
import { entriesQuery, type CashEntry } from "./queries";
import { boundOf } from "./statement";
import { words } from "./words";

interface Properties {
  /** How often to ask without being told that there is news. */
  readonly refetchInterval: number | false;
}

export function MovementsPanel({ refetchInterval }: Properties) {
  const t = useWords(words);
  const query = useInfiniteQuery({ ...entriesQuery, refetchInterval });
  return (
    <QueryView query={query}>
      {({ pages }) => {
        const entries = pages.flatMap(({ items }) => items);
        return (
          <Panel title={t("movements")}>
            {entries.length === 0 ? (
              <EmptyState title={t("noMovements")} advice={t("noMovementsAdvice")} />
            ) : (
              <Stack gap="sm">
                <Movements entries={entries} />
                <NextPageButton query={query} />
              </Stack>
            )}
          </Panel>
        );
      }}
    </QueryView>
  );
}

function Movements({ entries }: { readonly entries: readonly CashEntry[] }) {
  const t = useWords(words);
  const columns = useColumns();
  return (
    <>
      <Text size="sm" c="dimmed">
        {t("movementsLead")}
      </Text>
      <DataTable
        caption={t("movements")}
        columns={columns}
        rows={entries}
        rowId={({ entry_id: id }) => id}
      />
    </>
  );
}

function useColumns(): readonly Column<CashEntry>[] {
  const t = useWords(words);
  const nameOf = useNameOfSymbol();
  return useMemo(
    () => [
      {
        id: "kind",
        header: t("kind"),
        cell: (entry) => (
          <>
            {t(entry.kind)}
            {entry.symbol !== null && entry.transfer_id !== null && (
              <Text size="xs">
                {nameOf(entry.symbol)}{" "}
                <Anchor component={Link} to={`/transfers/${entry.transfer_id}`} underline="always">
                  {t("transfer", { id: entry.transfer_id })}
                </Anchor>
              </Text>
            )}
          </>
        ),
      },
      {
        id: "amount",
        header: t("amount"),
        isAmount: true,
        cell: ({ total }) => <MoneyText of={total} />,
      },
      {
        id: "bound",
        header: t("bound"),
        isAmount: true,
        cell: (entry) => <MoneyText of={boundOf(entry)} />,
      },
      {
        id: "fees",
        header: t("fees"),
        isAmount: true,
        cell: ({ fees }) => <MoneyText of={fees} />,
      },
      { id: "at", header: t("at"), cell: ({ at }) => <MomentText of={at} /> },
    ],
    [t, nameOf],
  );
}
