/** The way to the case of a transfer: by its number, or from the list of all. */
import { Anchor, Button, Group, Select, Stack, Text, TextInput, Title } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useMemo, useState, type SubmitEvent } from "react";
import { Link, useNavigate, useSearchParams } from "react-router";
import { nameText } from "../../format/names";
import { useLanguage, useWords } from "../../i18n/words";
import { DataTable, type Column } from "../../parts/DataTable";
import { EmptyState } from "../../parts/EmptyState";
import { MomentText, MoneyText } from "../../parts/Figures";
import { NextPageButton } from "../../parts/NextPageButton";
import { QueryView } from "../../parts/QueryView";
import { useTitle } from "../../shell/useTitle";
import { transfersQuery, type Choice, type Transfer } from "../transfers/queries";
import { ENDED_STATES, OPEN_STATES } from "../transfers/states";
import { ProductSymbol, WithName } from "./named";
import { useCode, useField } from "./values";
import { words } from "./words";

const CHOICES: readonly Choice[] = ["ALL", "OPEN", ...OPEN_STATES, ...ENDED_STATES];

export function CasesPage() {
  const t = useWords(words);
  useTitle(t("cases"));
  const navigate = useNavigate();
  const [number, setNumber] = useState("");
  const code = useCode();
  const [chosen, choose] = useSearchParams();
  const choice = CHOICES.find((each) => each === chosen.get("show")) ?? "ALL";
  const query = useInfiniteQuery(transfersQuery(choice));
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
        maw={240}
        allowDeselect={false}
        value={choice}
        data={CHOICES.map((value) => ({
          value,
          label: value === "ALL" ? t("all") : value === "OPEN" ? t("underWay") : code(value),
        }))}
        onChange={(value) => choose({ show: value ?? "ALL" }, { replace: true })}
      />
      <QueryView query={query} height={300}>
        {({ pages }) =>
          pages.every(({ items }) => items.length === 0) ? (
            <EmptyState title={t("noTransfers")} advice={t("noTransfersAdvice")} />
          ) : (
            <DataTable
              caption={t("transfers")}
              columns={columns}
              rows={pages.flatMap(({ items }) => items)}
              rowId={({ transfer_id: id }) => id}
            />
          )
        }
      </QueryView>
      <NextPageButton query={query} />
    </Stack>
  );
}

function useColumns(): readonly Column<Transfer>[] {
  const field = useField();
  const code = useCode();
  const language = useLanguage();
  return useMemo(() => {
    // A list of transfers says what both are called: nobody is asked for it.
    const named = (name: string | null | undefined) =>
      name == null ? null : nameText(name, language);
    return [
      {
        id: "transfer",
        header: field("transfer_id"),
        cell: ({ transfer_id: id }) => (
          <Anchor component={Link} to={`/venue/cases/${id}`} size="sm">
            {id}
          </Anchor>
        ),
      },
      {
        id: "symbol",
        header: field("symbol"),
        cell: ({ symbol }) => <ProductSymbol symbol={symbol} />,
      },
      {
        id: "seller",
        header: field("seller_id"),
        cell: ({ seller_id: id, desk }) => <WithName of={id} name={named(desk?.seller_name)} />,
      },
      {
        id: "buyer",
        header: field("buyer_id"),
        cell: ({ buyer_id: id, desk }) => <WithName of={id} name={named(desk?.buyer_name)} />,
      },
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
    ];
  }, [field, code, language]);
}
