/** Whether the venue is safe or should be halted, why, and the command. */
import { Anchor, Button, List, Stack, Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "react-router";
import type { DataFrame } from "../../feed/frames";
import { useFeedState, useStream } from "../../feed/hooks";
import { LatestMirror } from "../../feed/mirrors";
import { moneyText, NOTHING } from "../../format/amounts";
import { useWords } from "../../i18n/words";
import { FactList } from "../../parts/FactList";
import { MomentText, MoneyText } from "../../parts/Figures";
import { Panel } from "../../parts/Panel";
import { QueryView } from "../../parts/QueryView";
import { useTerm } from "../../parts/terms";
import { useTitle } from "../../shell/useTitle";
import { productsQuery } from "../market/queries";
import { HaltPanel } from "./HaltPanel";
import { useWatched } from "./polling";
import {
  openExceptionsQuery,
  openProposalsQuery,
  readyQuery,
  reconciliationQuery,
  standingHaltsQuery,
  watchingQuery,
} from "./queries";
import { differenceOf, verdictOf, type Verdict } from "./safety";
import { useCode } from "./values";
import classes from "./venue.module.css";
import { words } from "./words";

export function SafetyPage() {
  const t = useWords(words);
  useTitle(t("safety"));
  useAnyStream();
  const feed = useFeedState();
  const ready = useWatched(readyQuery);
  const watching = useWatched(watchingQuery);
  const reconciliation = useWatched(reconciliationQuery);
  const exceptions = useWatched(openExceptionsQuery);
  const halts = useWatched(standingHaltsQuery);
  const isAsking = [ready, reconciliation, exceptions, halts].some(({ isPending }) => isPending);
  const verdict = verdictOf({
    isReady: ready.isError ? null : (ready.data?.isReady ?? null),
    reconciliation: reconciliation.isError ? undefined : reconciliation.data,
    exceptions: exceptions.isError ? undefined : exceptions.data,
    halts: halts.isError ? undefined : halts.data,
    behind: watching.isError ? undefined : watching.data?.behind,
    feed,
    now: new Date(ready.dataUpdatedAt).toISOString(),
  });
  return (
    <Stack gap="md">
      <Title order={1} size="h3">
        {t("safety")}
      </Title>
      {isAsking ? <Text role="status">{t("asking")}</Text> : <VerdictView verdict={verdict} />}
      <HaltPanel />
      <Panel title={t("health")}>
        <FactList
          facts={[
            [t("takesCommands"), ready.data === undefined ? NOTHING : t(readyWord(ready.data))],
            [t("why"), ready.data?.why ?? null],
            [t("lastCommit"), watching.data?.head ?? NOTHING],
            [t("notWatched"), watching.data?.behind ?? NOTHING],
            [t("feed"), t(`feed${feed}`)],
            [t("asOf"), <MomentText key="asOf" of={asOf(ready.dataUpdatedAt)} />],
          ]}
        />
      </Panel>
      <MoneyPanel />
      <ExceptionsPanel />
      <StandingHalts />
      <WaitingPanel />
    </Stack>
  );
}

/** Something has to be followed for the feed to tell how it is: whether a product is traded. */
function useAnyStream(): void {
  const [product] = useQuery(productsQuery).data ?? [];
  useStream<LatestMirror<DataFrame>>(
    product === undefined ? null : { channel: "status", symbol: product.symbol },
    LatestMirror,
  );
}

function readyWord({ isReady }: { readonly isReady: boolean }): "yes" | "no" {
  return isReady ? "yes" : "no";
}

function asOf(updatedMs: number): string | null {
  return updatedMs === 0 ? null : new Date(updatedMs).toISOString();
}

function VerdictView({ verdict: { advice, grave, slight } }: { readonly verdict: Verdict }) {
  const t = useWords(words);
  return (
    <div
      className={`${classes["verdict"]} ${classes[advice === "safe" ? "safe" : "halt"]}`}
      role="status"
      data-testid="verdict"
    >
      <strong>{`${advice === "safe" ? "✓" : "✕"} ${t(advice)}`}</strong>
      <Text size="sm" c="var(--mantine-color-text)">
        {t(`${advice}Meaning`)}
      </Text>
      {[...grave, ...slight].length > 0 && (
        <List size="sm" mt="xs" c="var(--mantine-color-text)">
          {grave.map((concern) => (
            <List.Item key={concern} fw={650}>
              {t(concern)}
            </List.Item>
          ))}
          {slight.map((concern) => (
            <List.Item key={concern}>{t(concern)}</List.Item>
          ))}
        </List>
      )}
    </div>
  );
}

function MoneyPanel() {
  const t = useWords(words);
  const code = useCode();
  const query = useWatched(reconciliationQuery);
  return (
    <Panel title={t("money")} aside={<ToList to="reconciliations" />}>
      <QueryView query={query}>
        {(found) =>
          found === null ? (
            <Text size="sm">{t("neverReconciled")}</Text>
          ) : (
            <FactList
              facts={[
                [t("at"), <MomentText key="at" of={found.at} />],
                [t("ledger"), <MoneyText key="ledger" of={found.ledger} />],
                [t("escrow"), <MoneyText key="escrow" of={found.escrow_account} />],
                [t("statement"), <MoneyText key="statement" of={found.statement} />],
                [t("suspense"), <MoneyText key="suspense" of={found.suspense} />],
                [t("difference"), <MoneyText key="difference" of={differenceOf(found)} />],
                ...found.breaks.map(
                  ({ cause, amount }, index) =>
                    [`${t("break")} ${index + 1}`, `${code(cause)} ${moneyText(amount)}`] as const,
                ),
              ]}
            />
          )
        }
      </QueryView>
    </Panel>
  );
}

function ExceptionsPanel() {
  const t = useWords(words);
  const code = useCode();
  const query = useWatched(openExceptionsQuery);
  return (
    <Panel title={t("exceptions")} aside={<ToList to="exceptions" />}>
      <QueryView query={query} height={40}>
        {(found) =>
          found.length === 0 ? (
            <Text size="sm">{t("noExceptions")}</Text>
          ) : (
            <FactList
              facts={[...new Set(found.map(({ kind }) => kind))].map((kind) => [
                code(kind),
                found.filter((each) => each.kind === kind).length,
              ])}
            />
          )
        }
      </QueryView>
    </Panel>
  );
}

function StandingHalts() {
  const t = useWords(words);
  const term = useTerm();
  const query = useWatched(standingHaltsQuery);
  return (
    <Panel title={t("standingHalts")} aside={<ToList to="halts" />}>
      <QueryView query={query} height={40}>
        {(found) =>
          found.length === 0 ? (
            <Text size="sm">{t("noHalts")}</Text>
          ) : (
            <Stack gap={4} data-testid="standing-halts">
              {found.map(({ halt_id: id, level, symbol, party_id: party, reason, since }) => (
                <Text key={id} size="sm">
                  <Anchor component={Link} to={`/venue/halts?open=${id}`}>
                    {symbol ?? party ?? term(level)}
                  </Anchor>{" "}
                  {term(reason)} · <MomentText of={since} />
                </Text>
              ))}
            </Stack>
          )
        }
      </QueryView>
    </Panel>
  );
}

function WaitingPanel() {
  const t = useWords(words);
  const query = useWatched(openProposalsQuery);
  return (
    <Panel title={t("proposals")} aside={<ToList to="proposals" />}>
      <QueryView query={query} height={40}>
        {(found) => <Text size="sm">{t("waiting", { count: found.length })}</Text>}
      </QueryView>
    </Panel>
  );
}

function ToList({ to }: { readonly to: string }) {
  const t = useWords(words);
  return (
    <Button component={Link} to={`/venue/${to}`} size="xs" variant="default">
      {t("toList")}
    </Button>
  );
}
