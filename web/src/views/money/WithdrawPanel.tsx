/** The way of money to a party's own bank, and what has become of what it asked for. */
import { Alert, Button, Select, Stack, Text, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState, type SubmitEvent } from "react";
import { moneyText } from "../../format/amounts";
import { compareDecimals } from "../../format/decimal";
import { useWords } from "../../i18n/words";
import { DataTable, type Column } from "../../parts/DataTable";
import { MomentText, MoneyText } from "../../parts/Figures";
import { Panel } from "../../parts/Panel";
import { ProblemAlert } from "../../parts/ProblemAlert";
import { QueryView } from "../../parts/QueryView";
import { useAct } from "../../parts/useAct";
import { typedAmount } from "./amount";
import {
  bankAccountsQuery,
  CASH,
  requestWithdrawal,
  withdrawalsQuery,
  type BankAccount,
  type Withdrawal,
} from "./queries";
import { words } from "./words";

export function WithdrawPanel({ available }: { readonly available: string }) {
  const t = useWords(words);
  const accounts = useQuery(bankAccountsQuery);
  return (
    <Panel title={t("withdraw")}>
      <Text size="sm" c="dimmed" mb="sm">
        {t("withdrawLead")}
      </Text>
      <QueryView query={accounts}>
        {(all) => {
          const verified = all.filter(({ state }) => state === "VERIFIED");
          return verified.length === 0 ? (
            <Text size="sm">{t("needsAccount")}</Text>
          ) : (
            <WithdrawForm available={available} accounts={verified} />
          );
        }}
      </QueryView>
      <Withdrawals />
    </Panel>
  );
}

interface FormProperties {
  readonly available: string;
  readonly accounts: readonly BankAccount[];
}

function WithdrawForm({ available, accounts }: FormProperties) {
  const t = useWords(words);
  const [text, setText] = useState("");
  const [wrong, setWrong] = useState<"badAmount" | "tooMuch" | null>(null);
  const [to, setTo] = useState<string | null>(accounts[0]?.bank_account_id ?? null);
  const act = useAct(requestWithdrawal, { stale: [CASH] });
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    const amount = typedAmount(text);
    const found =
      amount === null ? "badAmount" : compareDecimals(amount, available) > 0 ? "tooMuch" : null;
    setWrong(found);
    if (amount !== null && found === null && to !== null) {
      act.mutate({ bank_account_id: to, amount }, { onSuccess: () => setText("") });
    }
  };
  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="sm">
        <TextInput
          label={t("amount")}
          description={t("amountAdvice", { available: moneyText(available) })}
          inputMode="decimal"
          autoComplete="off"
          value={text}
          onChange={({ currentTarget }) => setText(currentTarget.value)}
          error={wrong !== null && t(wrong)}
          required
        />
        <Select
          label={t("to")}
          value={to}
          allowDeselect={false}
          data={accounts.map(({ bank_account_id: value, bank, tail }) => ({
            value,
            label: `${bank ?? ""} ${t("tail", { tail })}`,
          }))}
          onChange={setTo}
        />
        {act.isError && <ProblemAlert error={act.error} isDealing />}
        {act.isSuccess && (
          <Alert color="teal" variant="light" role="status">
            {t("asked", { amount: moneyText(act.data.amount), state: t(act.data.state) })}
          </Alert>
        )}
        <Button type="submit" loading={act.isPending}>
          {t("ask")}
        </Button>
      </Stack>
    </form>
  );
}

function Withdrawals() {
  const t = useWords(words);
  const { data: withdrawals } = useQuery(withdrawalsQuery);
  if (withdrawals === undefined || withdrawals.length === 0) return null;
  const columns: readonly Column<Withdrawal>[] = [
    {
      id: "at",
      header: t("requestedAt"),
      cell: ({ requested_at: at }) => <MomentText of={at} />,
    },
    {
      id: "amount",
      header: t("amount"),
      isAmount: true,
      cell: ({ amount }) => <MoneyText of={amount} />,
    },
    {
      id: "state",
      header: t("state"),
      cell: ({ state, bank_answer: answer }) => (
        <>
          {t(state)}
          {answer !== null && answer !== "" && (
            <Text size="xs" c="dimmed">
              {t("bankAnswer")}：{answer}
            </Text>
          )}
        </>
      ),
    },
    {
      id: "expected",
      header: t("expectedBy"),
      isMinor: true,
      cell: ({ expected_by: day, state }) =>
        state === "PAID" || state === "DECLINED" || state === "FAILED" ? null : day,
    },
  ];
  return (
    <div>
      <Text size="sm" fw={600} mt="md">
        {t("withdrawals")}
      </Text>
      <DataTable
        caption={t("withdrawals")}
        columns={columns}
        rows={withdrawals}
        rowId={({ withdrawal_id: id }) => id}
        narrow="table"
      />
    </div>
  );
}
