/** A party's money: what is free and what is bound, the way in, the way out, what has moved. */
import { Grid, Stack, Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useLive } from "../../feed/live";
import { useWords } from "../../i18n/words";
import { FactList } from "../../parts/FactList";
import { MoneyText } from "../../parts/Figures";
import { OnlyFor } from "../../parts/OnlyFor";
import { Panel } from "../../parts/Panel";
import { QueryView } from "../../parts/QueryView";
import { INVESTORS } from "../../session/person";
import { useTitle } from "../../shell/useTitle";
import { AccountsPanel } from "./AccountsPanel";
import { MovementsPanel } from "./MovementsPanel";
import { CASH, cashQuery, type Cash } from "./queries";
import { StatementPanel } from "./StatementPanel";
import { WithdrawPanel } from "./WithdrawPanel";
import { words } from "./words";

const REFRESH_MS = 20_000;

export function MoneyPage() {
  const t = useWords(words);
  useTitle(t("title"));
  return (
    <Stack gap="md">
      <Title order={1} size="h3">
        {t("title")}
      </Title>
      <OnlyFor kinds={INVESTORS}>
        <Money />
      </OnlyFor>
    </Stack>
  );
}

function Money() {
  const refetchInterval = useLive("cash", [CASH], REFRESH_MS);
  const query = useQuery({ ...cashQuery, refetchInterval });
  return (
    <QueryView query={query} height={300}>
      {(cash) => (
        <Grid>
          <Grid.Col span={{ base: 12, md: 5 }}>
            <Stack>
              <Balance cash={cash} />
              <WithdrawPanel available={cash.available} />
            </Stack>
          </Grid.Col>
          <Grid.Col span={{ base: 12, md: 7 }}>
            <Stack>
              <AccountsPanel />
              <MovementsPanel refetchInterval={refetchInterval} />
              <StatementPanel />
            </Stack>
          </Grid.Col>
        </Grid>
      )}
    </QueryView>
  );
}

function Balance({ cash }: { readonly cash: Cash }) {
  const t = useWords(words);
  const line = (name: Exclude<keyof Cash, "currency">) =>
    [t(name), <MoneyText key={name} of={cash[name]} />] as const;
  return (
    <Panel title={t("total")}>
      <Text size="xl" fw={700} mb="xs">
        <MoneyText of={cash.total} />
      </Text>
      <FactList
        facts={[
          line("available"),
          line("reserved"),
          line("escrow"),
          line("frozen"),
          line("deposited"),
          line("withdrawn"),
        ]}
      />
      <Text size="xs" c="dimmed" mt="xs">
        {t("balanceNote")}
      </Text>
    </Panel>
  );
}
