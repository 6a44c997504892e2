/** What has moved a party's money, and the same as a file. */
import { Anchor, Button, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { Link } from "react-router";
import { useLive } from "../../feed/live";
import { compareDecimals } from "../../format/decimal";
import { dayOfMoment, momentText } from "../../format/moments";
import { download } from "../../format/sheet";
import { useWords } from "../../i18n/words";
import { DataTable, type Column } from "../../parts/DataTable";
import { EmptyState } from "../../parts/EmptyState";
import { MomentText, MoneyText } from "../../parts/Figures";
import { Panel } from "../../parts/Panel";
import { QueryView } from "../../parts/QueryView";
import { useNameOfSymbol } from "../market/facts";
import { TRANSFERS, transfersQuery } from "../transfers/queries";
import { movementsOf, type Movement } from "./movements";
import { withdrawalsQuery } from "./queries";
import { words } from "./words";

const SHOWN_MAX = 100;
const REFRESH_MS = 20_000;

export function MovementsPanel() {
  const t = useWords(words);
  const refetchInterval = useLive("transfers", [TRANSFERS], REFRESH_MS);
  const transfers = useQuery({ ...transfersQuery("ALL"), refetchInterval });
  const withdrawals = useQuery(withdrawalsQuery);
  return (
    <QueryView query={transfers}>
      {(all) => {
        const movements = movementsOf(all, withdrawals.data ?? []);
        return (
          <Panel
            title={t("movements")}
            aside={movements.length > 0 && <DownloadButton movements={movements} />}
          >
            {movements.length === 0 ? (
              <EmptyState title={t("noMovements")} advice={t("noMovementsAdvice")} />
            ) : (
              <Movements movements={movements} />
            )}
          </Panel>
        );
      }}
    </QueryView>
  );
}

interface Properties {
  readonly movements: readonly Movement[];
}

function Movements({ movements }: Properties) {
  const t = useWords(words);
  const columns = useColumns();
  return (
    <>
      <Text size="sm" c="dimmed" mb="sm">
        {t("movementsLead")}
      </Text>
      <DataTable
        caption={t("movements")}
        columns={columns}
        rows={movements.slice(0, SHOWN_MAX)}
        rowId={({ id }) => id}
      />
    </>
  );
}

function DownloadButton({ movements }: Properties) {
  const t = useWords(words);
  const save = () => {
    const now = new Date().toISOString();
    download(`${t("fileName")}-${dayOfMoment(now)}.csv`, [
      [t("asOf"), momentText(now)],
      [t("at"), t("kind"), t("product"), t("transfer", { id: "" }).trim(), t("amount"), t("fees")],
      ...movements.map((each) => [
        momentText(each.at),
        t(each.kind),
        each.symbol ?? "",
        each.transferId ?? "",
        each.amount,
        each.fees ?? "",
      ]),
    ]);
  };
  return (
    <Button size="xs" variant="default" onClick={save}>
      {t("download")}
    </Button>
  );
}

function useColumns(): readonly Column<Movement>[] {
  const t = useWords(words);
  const nameOf = useNameOfSymbol();
  return useMemo(
    () => [
      {
        id: "kind",
        header: t("kind"),
        cell: ({ kind, symbol, transferId }) => (
          <>
            {t(kind)}
            {symbol !== null && transferId !== null && (
              <Text size="xs">
                {nameOf(symbol)}{" "}
                <Anchor component={Link} to={`/transfers/${transferId}`} underline="always">
                  {t("transfer", { id: transferId })}
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
        cell: ({ amount }) => <MoneyText of={amount} />,
        compare: (first, second) => compareDecimals(first.amount, second.amount),
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
