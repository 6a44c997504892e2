/** The accounts at banks from which money comes, and to which it goes back. */
import { Badge, Button, Card, Stack, Text, TextInput, Title } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState, type SubmitEvent } from "react";
import { api, newKey, take } from "../../client";
import { Intents } from "../../client/intents";
import { NOTHING } from "../../format/amounts";
import { useWords } from "../../i18n/words";
import { EmptyState } from "../../parts/EmptyState";
import { FactList } from "../../parts/FactList";
import { MomentText } from "../../parts/Figures";
import { Panel } from "../../parts/Panel";
import { ProblemAlert } from "../../parts/ProblemAlert";
import { QueryView } from "../../parts/QueryView";
import { SignInFirst } from "../../parts/SignInFirst";
import { useSession } from "../../session/Session";
import { useTitle } from "../../shell/useTitle";
import { accountsQuery, CLIENT } from "./queries";
import { words } from "./words";

interface Named {
  readonly bank: string;
  readonly account_number: string;
  readonly holder_name: string;
}

export function BankAccountPage() {
  const t = useWords(words);
  useTitle(t("bank"));
  const { person } = useSession();
  const accounts = useQuery({ ...accountsQuery, enabled: person !== null });
  if (person === null) return <SignInFirst advice={t("signInFirstAdvice")} />;
  return (
    <Stack maw={720} mx="auto">
      <Title order={1} size="h3">
        {t("bank")}
      </Title>
      <Text size="sm">{t("bankAdvice")}</Text>
      <QueryView query={accounts}>
        {(named) =>
          named.length === 0 ? (
            <EmptyState title={t("noAccounts")} advice={t("noAccountsAdvice")} />
          ) : (
            named.map((account) => (
              <Panel
                key={account.bank_account_id}
                title={t("accountTail", { tail: account.tail })}
                aside={
                  <Badge variant="outline" color={account.state === "VERIFIED" ? "navy" : "gray"}>
                    {t(account.state === "VERIFIED" ? "verified" : "toVerify")}
                  </Badge>
                }
              >
                <FactList
                  facts={[
                    [t("bankCode"), account.bank ?? NOTHING],
                    [t("holderName"), account.holder_name ?? NOTHING],
                    [t("reference"), account.reference],
                    [t("registeredAt"), <MomentText key="at" of={account.registered_at} />],
                  ]}
                />
                {!account.has_party_name && (
                  <Text size="sm" mt="xs">
                    {t("otherName")}
                  </Text>
                )}
              </Panel>
            ))
          )
        }
      </QueryView>
      <NewAccount />
    </Stack>
  );
}

function NewAccount() {
  const t = useWords(words);
  const queries = useQueryClient();
  const [intents] = useState(() => new Intents(newKey));
  const naming = useMutation({
    mutationFn: (body: Named) =>
      take(
        api.POST("/v1/bank-accounts", {
          params: { header: { "Idempotency-Key": intents.keyOf(body) } },
          body,
        }),
      ),
    onSettled: (_, error, body) => intents.answered(body, error),
    onSuccess: () => queries.invalidateQueries({ queryKey: CLIENT }),
  });
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const given = (name: string) => {
      const value = form.get(name);
      return typeof value === "string" ? value.trim() : "";
    };
    naming.mutate({
      bank: given("bank"),
      account_number: given("account_number").replaceAll(/\s/g, ""),
      holder_name: given("holder_name"),
    });
  };
  return (
    <Card withBorder component="form" onSubmit={submit} aria-label={t("nameAccount")}>
      <Stack gap="sm">
        <TextInput
          name="bank"
          label={t("bankCode")}
          description={t("bankCodeAdvice")}
          autoComplete="off"
          required
        />
        <TextInput
          name="account_number"
          label={t("accountNumber")}
          inputMode="numeric"
          autoComplete="off"
          required
        />
        <TextInput
          name="holder_name"
          label={t("holderName")}
          description={t("holderNameAdvice")}
          autoComplete="name"
          required
        />
        {naming.isError && <ProblemAlert error={naming.error} />}
        {naming.isSuccess && (
          <Text size="sm" role="status">
            {t("accountNamed", { tail: naming.data.tail, reference: naming.data.reference })}
          </Text>
        )}
        <Button type="submit" loading={naming.isPending}>
          {t("nameAccount")}
        </Button>
      </Stack>
    </Card>
  );
}
