/** The party's transfers, and what is offered to it by pre-emption. */
import { Anchor, Button, Select, Stack, Text, Title } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { Link, useSearchParams } from "react-router";
import { useLive } from "../../feed/live";
import { compareDecimals } from "../../format/decimal";
import { useWords } from "../../i18n/words";
import { DataTable, type Column } from "../../parts/DataTable";
import { EmptyState } from "../../parts/EmptyState";
import { MomentText, MoneyText, PriceText, UnitsText } from "../../parts/Figures";
import { NextPageButton } from "../../parts/NextPageButton";
import { OnlyFor } from "../../parts/OnlyFor";
import { QueryView } from "../../parts/QueryView";
import { INVESTORS } from "../../session/person";
import { useTitle } from "../../shell/useTitle";
import { useNameOfSymbol } from "../market/facts";
import { OffersPanel } from "./OffersPanel";
import { TRANSFERS, transfersQuery, type Choice, type Transfer } from "./queries";
import { isOpen, totalOf } from "./stages";
import { ENDED_STATES, OPEN_STATES } from "./states";
import { useTransferTerm } from "./terms";
import { TimeLeft } from "./TimeLeft";
import { words } from "./words";

const CHOICES: readonly Choice[] = ["OPEN", "ALL", ...OPEN_STATES, ...ENDED_STATES];
const REFRESH_MS = 20_000;

export function TransfersPage() {
  const t = useWords(words);
  useTitle(t("title"));
  return (
    <Stack gap="md">
      <div>
        <Title order={1} size="h3">
          {t("title")}
        </Title>
        <Text size="sm" c="dimmed">
          {t("lead")}
        </Text>
      </div>
      <OnlyFor kinds={INVESTORS}>
        <OffersPanel />
        <Transfers />
      </OnlyFor>
    </Stack>
  );
}

function Transfers() {
  const t = useWords(words);
  const term = useTransferTerm();
  const [chosen, choose] = useSearchParams();
  const choice = CHOICES.find((each) => each === chosen.get("show")) ?? "OPEN";
  const refetchInterval = useLive("transfers", [TRANSFERS], REFRESH_MS);
  const query = useInfiniteQuery({ ...transfersQuery(choice), refetchInterval });
  const nameOf = (each: Choice) => (each === "OPEN" || each === "ALL" ? t(each) : term(each));
  return (
    <>
      <Select
        label={t("show")}
        value={choice}
        allowDeselect={false}
        maw={280}
        data={CHOICES.map((value) => ({ value, label: nameOf(value) }))}
        onChange={(value) => choose({ show: value ?? "OPEN" }, { replace: true })}
      />
      <QueryView query={query} height={300}>
        {({ pages }) =>
          pages.every(({ items }) => items.length === 0) ? (
            <EmptyState
              title={t(choice === "OPEN" ? "none" : "noneSuch")}
              advice={t(choice === "OPEN" ? "noneAdvice" : "noneSuchAdvice")}
              action={
                <Button component={Link} to="/" variant="default">
                  {t("toMarket")}
                </Button>
              }
            />
          ) : (
            <Stack gap="sm">
              <Listed transfers={pages.flatMap(({ items }) => items)} isMore={query.hasNextPage} />
              <NextPageButton query={query} />
            </Stack>
          )
        }
      </QueryView>
    </>
  );
}

interface ListedProperties {
  readonly transfers: readonly Transfer[];
  readonly isMore: boolean;
}

function Listed({ transfers, isMore }: ListedProperties) {
  const t = useWords(words);
  const columns = useColumns();
  return (
    <>
      <Text size="sm" c="dimmed" role="status">
        {t(isMore ? "newest" : "count", { count: transfers.length })}
      </Text>
      <DataTable
        caption={t("title")}
        columns={columns}
        rows={transfers}
        rowId={({ transfer_id: id }) => id}
      />
    </>
  );
}

function useColumns(): readonly Column<Transfer>[] {
  const t = useWords(words);
  const term = useTransferTerm();
  const nameOf = useNameOfSymbol();
  return useMemo(
    () => [
      {
        id: "product",
        header: t("product"),
        cell: (transfer) => (
          <>
            <Anchor component={Link} to={`/transfers/${transfer.transfer_id}`} fw={600}>
              {nameOf(transfer.symbol)}
            </Anchor>
            <Text size="xs" c="dimmed">
              {t("heading", { id: transfer.transfer_id })} · {term(transfer.role)}
            </Text>
          </>
        ),
      },
      { id: "state", header: t("state"), cell: (transfer) => <StateText transfer={transfer} /> },
      {
        id: "units",
        header: t("units"),
        isAmount: true,
        cell: ({ units }) => <UnitsText of={units} />,
        compare: (first, second) => compareDecimals(first.units, second.units),
      },
      {
        id: "price",
        header: t("price"),
        isAmount: true,
        cell: ({ price }) => <PriceText of={price} />,
      },
      {
        id: "total",
        header: t("total"),
        isAmount: true,
        cell: (transfer) => <MoneyText of={totalOf(transfer)} />,
        compare: (first, second) => compareDecimals(totalOf(first), totalOf(second)),
      },
      {
        id: "matched",
        header: t("matched"),
        cell: ({ matched_at: at }) => <MomentText of={at} />,
        compare: (first, second) => first.matched_at.localeCompare(second.matched_at),
      },
    ],
    [t, term, nameOf],
  );
}

function StateText({ transfer }: { readonly transfer: Transfer }) {
  const term = useTransferTerm();
  return (
    <>
      <Text component="span" size="sm" fw={isOpen(transfer) ? 600 : 400}>
        {[transfer.state, ...new Set(transfer.overlays.map(term))].map(term).join(" · ")}
      </Text>
      <TimeLeft transfer={transfer} />
    </>
  );
}
