/** Income that was paid to a seller and is the buyer's: the two settle it themselves. */
import { Anchor, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "react-router";
import { useWords } from "../../i18n/words";
import { DataTable, type Column } from "../../parts/DataTable";
import { MoneyText } from "../../parts/Figures";
import { Panel } from "../../parts/Panel";
import { useSession } from "../../session/Session";
import { useNameOfSymbol } from "../market/facts";
import { claimsQuery, type MarketClaim } from "./queries";
import { words } from "./words";

export function ClaimsPanel() {
  const t = useWords(words);
  const nameOf = useNameOfSymbol();
  const { person } = useSession();
  const { data: claims } = useQuery(claimsQuery);
  if (claims === undefined || claims.length === 0) return null;
  const columns: readonly Column<MarketClaim>[] = [
    {
      id: "transfer",
      header: t("product"),
      cell: ({ symbol, transfer_id: id }) => (
        <>
          {nameOf(symbol)}{" "}
          <Anchor component={Link} to={`/transfers/${id}`} size="sm" underline="always">
            {t("transfer", { id })}
          </Anchor>
        </>
      ),
    },
    {
      id: "whose",
      header: t("what"),
      cell: ({ buyer_id: buyer }) => t(buyer === person?.partyId ? "owedToYou" : "owedByYou"),
    },
    { id: "record", header: t("recordOn"), cell: ({ record_on: day }) => day },
    {
      id: "estimate",
      header: t("estimate"),
      isAmount: true,
      cell: ({ estimate }) => <MoneyText of={estimate} />,
    },
  ];
  return (
    <Panel title={t("claims")}>
      <Text size="sm" c="dimmed" mb="sm">
        {t("claimsLead")}
      </Text>
      <DataTable
        caption={t("claims")}
        columns={columns}
        rows={claims}
        rowId={({ transfer_id: id, record_on: day }) => `${id}:${day}`}
      />
    </Panel>
  );
}
