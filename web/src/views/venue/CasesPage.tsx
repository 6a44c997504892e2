/** The way to the case of a transfer: by its number, or from the list of all. */
import { Anchor, Button, Group, Select, Stack, Text, TextInput, Title } from "@mantine/core";
import { keepPreviousData, queryOptions, useQuery } from "@tanstack/react-query";
import { useMemo, useState, type SubmitEvent } from "react";
import { Link, useNavigate, useSearchParams } from "react-router";
import { api, takeAll, type components } from "../../client";
import { useWords } from "../../i18n/words";
import { DataTable, type Column } from "../../parts/DataTable";
import { EmptyState } from "../../parts/EmptyState";
import { MomentText, MoneyText } from "../../parts/Figures";
import { QueryView } from "../../parts/QueryView";
import { useTitle } from "../../shell/useTitle";
import { ENDED_STATES, OPEN_STATES, type State } from "../transfers/states";
import { paged, ROWS_A_PAGE } from "./lists/pages";
import { useCode, useField } from "./values";
import { words } from "./words";

type Transfer = components["schemas"]["Transfer"];

const STATES: readonly State[] = [...OPEN_STATES, ...ENDED_STATES];

/** Oldest first, so many pages of them: all that ever were are more than a page shows. */
function transfersQuery(state: State | null, pagesMax: number) {
  return queryOptions({
    queryKey: ["venue", "transfers", state, pagesMax],
    queryFn: () =>
      takeAll<Transfer>(
        (cursor) =>
          api.GET("/v1/transfers", {
            params: {
              query: { ...paged(cursor), ...(state === null ? {} : { state }) },
            },
          }),
        { pagesMax },
      ),
    placeholderData: keepPreviousData,
  });
}

export function CasesPage() {
  const t = useWords(words);
  useTitle(t("cases"));
  const navigate = useNavigate();
  const [number, setNumber] = useState("");
  const code = useCode();
  const [chosen, choose] = useSearchParams();
  const state = STATES.find((each) => each === chosen.get("state")) ?? null;
  const [pages, setPages] = useState(1);
  const query = useQuery(transfersQuery(state, pages));
  const columns = useColumns();
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    void navigate(`/venue/cases/${encodeURIComponent(number.trim())}`);
  };
  return (
    <Stack gap="md">
      <Title order={1} size="h3">
        {t("cases")}
      </Title>
      <Text size="sm">{t("casesAdvice")}</Text>
      <form onSubmit={submit}>
        <Group align="end">
          <TextInput
            label={t("caseNumber")}
            required
            pattern="[0-9]+"
            inputMode="numeric"
            value={number}
            onChange={({ currentTarget }) => setNumber(currentTarget.value)}
          />
          <Button type="submit">{t("openCase")}</Button>
        </Group>
      </form>
      <Select
        label={t("state")}
        placeholder={t("all")}
        maw={240}
        clearable
        value={state}
        data={STATES.map((value) => ({ value, label: code(value) }))}
        onChange={(value) => {
          setPages(1);
          choose(value === null ? {} : { state: value }, { replace: true });
        }}
      />
      <QueryView query={query} height={300}>
        {(found) =>
          found.length === 0 ? (
            <EmptyState title={t("noTransfers")} advice={t("noTransfersAdvice")} />
          ) : (
            <DataTable
              caption={t("transfers")}
              columns={columns}
              rows={found}
              rowId={({ transfer_id: id }) => id}
            />
          )
        }
      </QueryView>
      {query.data?.length === pages * ROWS_A_PAGE && (
        <Button
          variant="default"
          loading={query.isPlaceholderData}
          onClick={() => setPages(pages + 1)}
        >
          {t("moreRows", { count: ROWS_A_PAGE })}
        </Button>
      )}
    </Stack>
  );
}

function useColumns(): readonly Column<Transfer>[] {
  const field = useField();
  const code = useCode();
  return useMemo(
    () => [
      {
        id: "transfer",
        header: field("transfer_id"),
        cell: ({ transfer_id: id }) => (
          <Anchor component={Link} to={`/venue/cases/${id}`} size="sm">
            {id}
          </Anchor>
        ),
      },
      { id: "symbol", header: field("symbol"), cell: ({ symbol }) => symbol },
      { id: "seller", header: field("seller_id"), cell: ({ seller_id: id }) => id },
      { id: "buyer", header: field("buyer_id"), cell: ({ buyer_id: id }) => id },
      {
        id: "consideration",
        header: field("consideration"),
        isAmount: true,
        cell: ({ consideration }) => <MoneyText of={consideration} />,
      },
      { id: "state", header: field("state"), cell: ({ state }) => code(state) },
      {
        id: "matched",
        header: field("matched_at"),
        cell: ({ matched_at: at }) => <MomentText of={at} />,
      },
    ],
    [field, code],
  );
}
