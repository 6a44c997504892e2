/** A party's own bank accounts, how to pay in from them, and naming another one. */
import { Alert, Button, Stack, Text, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import type { SubmitEvent } from "react";
import { useWords } from "../../i18n/words";
import { EmptyState } from "../../parts/EmptyState";
import { FactList } from "../../parts/FactList";
import { Panel } from "../../parts/Panel";
import { ProblemAlert } from "../../parts/ProblemAlert";
import { QueryView } from "../../parts/QueryView";
import { useAct } from "../../parts/useAct";
import { bankAccountsQuery, CASH, registerBankAccount, type BankAccount } from "./queries";
import { words } from "./words";

export function AccountsPanel() {
  const t = useWords(words);
  const query = useQuery(bankAccountsQuery);
  return (
    <Panel title={t("accounts")}>
      <QueryView query={query}>
        {(accounts) =>
          accounts.length === 0 ? (
            <EmptyState title={t("noAccounts")} advice={t("noAccountsAdvice")} />
          ) : (
            <Stack gap="md" mb="md">
              <Text size="sm" c="dimmed">
                {t("accountsLead")}
              </Text>
              {accounts.map((account) => (
                <Account key={account.bank_account_id} account={account} />
              ))}
            </Stack>
          )
        }
      </QueryView>
      <RegisterForm />
    </Panel>
  );
}

function Account({ account }: { readonly account: BankAccount }) {
  const t = useWords(words);
  const isVerified = account.state === "VERIFIED";
  return (
    <div>
      <FactList
        facts={[
          [t("account"), `${account.bank ?? ""} ${t("tail", { tail: account.tail })}`],
          [t("holder"), account.holder_name],
          [t("state"), t(isVerified ? "VERIFIED" : "REGISTERED")],
          [t("reference"), isVerified ? <b key="reference">{account.reference}</b> : null],
        ]}
      />
      {!isVerified && (
        <Text size="xs" c="dimmed" mt={4}>
          {t(account.has_party_name ? "waitForVerification" : "wrongName")}
        </Text>
      )}
    </div>
  );
}

function RegisterForm() {
  const t = useWords(words);
  const act = useAct(registerBankAccount, { stale: [CASH] });
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = event.currentTarget;
    const given = new FormData(form);
    const of = (name: string) => {
      const value = given.get(name);
      return typeof value === "string" ? value.trim() : "";
    };
    act.mutate(
      { bank: of("bank"), account_number: of("number"), holder_name: of("holder") },
      { onSuccess: () => form.reset() },
    );
  };
  return (
    <details>
      <Text component="summary" size="sm" fw={600}>
        {t("add")}
      </Text>
      <form onSubmit={submit}>
        <Stack gap="sm" mt="sm">
          <TextInput
            name="bank"
            label={t("bank")}
            description={t("bankAdvice")}
            pattern="[A-Za-z0-9]{6,14}"
            autoComplete="off"
            required
          />
          <TextInput
            name="number"
            label={t("number")}
            pattern="[A-Za-z0-9 \-]{4,40}"
            inputMode="numeric"
            autoComplete="off"
            required
          />
          <TextInput
            name="holder"
            label={t("holder")}
            description={t("holderAdvice")}
            autoComplete="name"
            required
          />
          {act.isError && <ProblemAlert error={act.error} />}
          {act.isSuccess && (
            <Alert color="teal" variant="light" role="status">
              {t("registered")}
            </Alert>
          )}
          <Button type="submit" variant="default" loading={act.isPending}>
            {t("register")}
          </Button>
        </Stack>
      </form>
    </details>
  );
}
