/** A statement of a period: what there was, what moved, what there is; as a file, and on paper. */
import { Alert, Button, Group, Stack, Text, TextInput, Title } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { dayOfMoment, momentText, zoneText } from "../../format/moments";
import { download } from "../../format/sheet";
import { useLanguage, useWords } from "../../i18n/words";
import { DataTable } from "../../parts/DataTable";
import { FactList } from "../../parts/FactList";
import { MomentText, MoneyText } from "../../parts/Figures";
import { Panel } from "../../parts/Panel";
import { ProblemAlert } from "../../parts/ProblemAlert";
import { useSession } from "../../session/Session";
import { takeStatement } from "./queries";
import { boundOf, isPeriod, type Line, type Period, type Statement } from "./statement";
import { words } from "./statementWords";
import { words as moneyWords } from "./words";

const DAYS_AT_FIRST = 30;
const DAY_MS = 86_400_000;

export function StatementPanel() {
  const t = useWords(words);
  const [period, setPeriod] = useState(lately);
  const taking = useMutation({ mutationFn: takeStatement });
  const day = (end: keyof Period) => (
    <TextInput
      type="date"
      label={t(end)}
      value={period[end]}
      required
      onChange={({ currentTarget: { value } }) => setPeriod({ ...period, [end]: value })}
    />
  );
  return (
    <Panel title={t("title")}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (isPeriod(period)) taking.mutate(period);
        }}
      >
        <Group align="end" gap="sm">
          {day("from")}
          {day("to")}
          <Button type="submit" loading={taking.isPending} disabled={!isPeriod(period)}>
            {t("make")}
          </Button>
        </Group>
        {!isPeriod(period) && (
          <Text size="sm" role="status" mt="xs">
            {t("badPeriod")}
          </Text>
        )}
      </form>
      <Stack mt="md">
        {taking.isError && <ProblemAlert error={taking.error} />}
        {taking.isSuccess &&
          (taking.data.found === "statement" ? (
            <Sheet statement={taking.data.statement} />
          ) : (
            <Alert color="yellow" variant="light">
              {t(taking.data.found)}
            </Alert>
          ))}
      </Stack>
    </Panel>
  );
}

function Sheet({ statement }: { readonly statement: Statement }) {
  const t = useWords(words);
  const language = useLanguage();
  const { person } = useSession();
  const save = useSave(statement);
  const columns = useColumns();
  const { from, to, opening, closing, lines } = statement;
  return (
    <>
      <section className="sheet" aria-label={t("title")}>
        <Title order={3} size="h5">
          {t("heading", { from, to })}
        </Title>
        <Text size="sm" c="dimmed" mb="xs">
          {t("whose", {
            name: person?.name ?? "",
            party: person?.partyId ?? "",
            zone: zoneText(language),
          })}
        </Text>
        <FactList
          facts={[
            [t("opening"), <MoneyText key="opening" of={opening} />],
            [t("closing"), <MoneyText key="closing" of={closing} />],
          ]}
        />
        {lines.length === 0 ? (
          <Text size="sm" mt="sm">
            {t("nothing")}
          </Text>
        ) : (
          <DataTable
            caption={t("heading", { from, to })}
            columns={columns}
            rows={lines}
            rowId={({ entry }) => entry.entry_id}
          />
        )}
        <Text size="xs" c="dimmed" mt="xs">
          {t("note")}
        </Text>
      </section>
      <Group gap="sm">
        <Button size="xs" variant="default" onClick={save}>
          {t("download")}
        </Button>
        <Button size="xs" variant="default" onClick={() => window.print()}>
          {t("print")}
        </Button>
      </Group>
    </>
  );
}

function useSave({ from, to, opening, closing, lines }: Statement): () => void {
  const t = useWords(words);
  const say = useWords(moneyWords);
  return () =>
    download(`${t("fileName")}-${from}-${to}.csv`, [
      [t("heading", { from, to })],
      [t("opening"), opening],
      [t("closing"), closing],
      [
        ...[say("at"), say("kind"), say("product"), say("transfer", { id: "" }).trim()],
        ...[say("amount"), say("bound"), say("fees"), t("balance"), say("bankRef")],
      ],
      ...lines.map(({ entry, balance }) => [
        ...[momentText(entry.at), say(entry.kind), entry.symbol ?? "", entry.transfer_id ?? ""],
        ...[entry.total, boundOf(entry), entry.fees ?? "", balance, entry.bank_ref ?? ""],
      ]),
    ]);
}

function useColumns() {
  const t = useWords(words);
  const say = useWords(moneyWords);
  return useMemo(
    () => [
      { id: "at", header: say("at"), cell: ({ entry }: Line) => <MomentText of={entry.at} /> },
      {
        id: "kind",
        header: say("kind"),
        cell: ({ entry }: Line) =>
          entry.transfer_id === null
            ? say(entry.kind)
            : `${say(entry.kind)} · ${say("transfer", { id: entry.transfer_id })}`,
      },
      {
        id: "amount",
        header: say("amount"),
        isAmount: true,
        cell: ({ entry }: Line) => <MoneyText of={entry.total} />,
      },
      {
        id: "fees",
        header: say("fees"),
        isAmount: true,
        cell: ({ entry }: Line) => <MoneyText of={entry.fees} />,
      },
      {
        id: "balance",
        header: t("balance"),
        isAmount: true,
        cell: ({ balance }: Line) => <MoneyText of={balance} />,
      },
    ],
    [t, say],
  );
}

/** The last thirty days, as the market counts them. */
function lately(): Period {
  const now = Date.now();
  const day = (at: number) => dayOfMoment(new Date(at).toISOString());
  return { from: day(now - DAYS_AT_FIRST * DAY_MS), to: day(now) };
}
