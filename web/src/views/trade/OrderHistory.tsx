/** What became of orders that can match no more, newest first, a page at a time. */
import { Select, Stack, Text } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useLive } from "../../feed/live";
import { useWords } from "../../i18n/words";
import { DataTable } from "../../parts/DataTable";
import { NextPageButton } from "../../parts/NextPageButton";
import { Panel } from "../../parts/Panel";
import { QueryView } from "../../parts/QueryView";
import { isOver } from "./entry";
import { useOrderColumns } from "./orderColumns";
import { words } from "./orderWords";
import {
  CLOSED_STATUSES,
  orderHistoryQuery,
  ORDERS,
  REFRESH_MS,
  type ClosedStatus,
} from "./queries";

const EVERY = "EVERY";

export function OrderHistory() {
  const t = useWords(words);
  const [status, setStatus] = useState<ClosedStatus | null>(null);
  const refetchInterval = useLive("orders", [ORDERS], REFRESH_MS);
  const query = useInfiniteQuery({ ...orderHistoryQuery(status), refetchInterval });
  const columns = useOrderColumns();
  const choices = [EVERY, ...CLOSED_STATUSES] as const;
  return (
    <Panel title={t("history")}>
      <Stack gap="sm">
        <Select
          label={t("whichStatus")}
          value={status ?? EVERY}
          allowDeselect={false}
          data={choices.map((value) => ({ value, label: t(value) }))}
          onChange={(value) => setStatus(CLOSED_STATUSES.find((each) => each === value) ?? null)}
          maw={260}
        />
        <QueryView query={query}>
          {({ pages }) => {
            const over = pages.flatMap(({ items }) => items).filter(isOver);
            return over.length === 0 ? (
              <Text size="sm">{t(query.hasNextPage ? "noneHere" : "noneOver")}</Text>
            ) : (
              <DataTable
                caption={t("historyCaption")}
                columns={columns}
                rows={over}
                rowId={({ order_id: id }) => id}
              />
            );
          }}
        </QueryView>
        <NextPageButton query={query} />
      </Stack>
    </Panel>
  );
}
