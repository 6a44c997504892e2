/** What no rule ends: it waits for a person, who says what has become of it. */
import {
  Anchor,
  Button,
  Checkbox,
  Group,
  Modal,
  Select,
  Stack,
  TextInput,
  Title,
} from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { Link } from "react-router";
import { useWords } from "../../i18n/words";
import { useAct } from "../../parts/useAct";
import { DataTable, type Column } from "../../parts/DataTable";
import { EmptyState } from "../../parts/EmptyState";
import { MomentText } from "../../parts/Figures";
import { ProblemAlert } from "../../parts/ProblemAlert";
import { QueryView } from "../../parts/QueryView";
import { useTitle } from "../../shell/useTitle";
import { resolveException, type Resolved } from "./acts";
import { useCode } from "./codes";
import { words } from "./moreWords";
import { OFFICE, exceptionsQuery, type DeskException } from "./queries";

const OF_TRANSFERS: readonly string[] = ["LATE_DECISION", "REGISTRATION_LATE", "MARKET_CLAIM"];
const RESULTS = [
  "DEALT_WITH",
  "NO_ACTION_NEEDED",
  "OTHER",
] as const satisfies readonly Resolved["code"][];
const NOTE_LENGTH_MAX = 200;

export function ExceptionsPage() {
  const t = useWords(words);
  useTitle(t("exceptionsTitle"));
  const query = useQuery(exceptionsQuery);
  const [openOnly, setOpenOnly] = useState(true);
  const [resolving, setResolving] = useState<DeskException | null>(null);
  return (
    <Stack gap="md">
      <Title order={1} size="h3">
        {t("exceptionsTitle")}
      </Title>
      <Checkbox
        label={t("onlyOpen")}
        checked={openOnly}
        onChange={({ currentTarget }) => setOpenOnly(currentTarget.checked)}
      />
      <QueryView query={query} height={300}>
        {(exceptions) => (
          <Exceptions
            exceptions={exceptions.filter(({ state }) => !openOnly || state === "OPEN")}
            onResolve={setResolving}
          />
        )}
      </QueryView>
      {resolving !== null && (
        <ResolveDialog exception={resolving} onClose={() => setResolving(null)} />
      )}
    </Stack>
  );
}

interface ExceptionsProperties {
  readonly exceptions: readonly DeskException[];
  readonly onResolve: (exception: DeskException) => void;
}

function Exceptions({ exceptions, onResolve }: ExceptionsProperties) {
  const t = useWords(words);
  const code = useCode();
  const columns = useMemo<readonly Column<DeskException>[]>(
    () => [
      { id: "kind", header: t("kind"), cell: ({ kind }) => code(kind) },
      {
        id: "subject",
        header: t("subject"),
        cell: ({ kind, subject_id: id }) =>
          OF_TRANSFERS.includes(kind) ? (
            <Anchor component={Link} to={`/desk/transfers/${id}`}>
              #{id}
            </Anchor>
          ) : (
            id
          ),
      },
      {
        id: "raised",
        header: t("raised"),
        cell: ({ raised_at: at }) => <MomentText of={at} />,
        compare: (first, second) => first.raised_at.localeCompare(second.raised_at),
      },
      { id: "times", header: t("times"), isAmount: true, cell: ({ times_raised: times }) => times },
      {
        id: "state",
        header: t("state"),
        cell: ({ state, code: result, note }) =>
          [code(state), code(result ?? ""), note ?? ""].filter((text) => text !== "").join(" · "),
      },
      {
        id: "resolve",
        header: t("resolve"),
        cell: (exception) =>
          exception.state === "OPEN" && (
            <Button size="xs" variant="default" onClick={() => onResolve(exception)}>
              {t("resolve")}
            </Button>
          ),
      },
    ],
    [t, code, onResolve],
  );
  if (exceptions.length === 0) {
    return <EmptyState title={t("noExceptions")} advice={t("noExceptionsAdvice")} />;
  }
  return (
    <DataTable
      caption={t("exceptionsTitle")}
      columns={columns}
      rows={exceptions}
      rowId={({ exception_id: id }) => id}
    />
  );
}

interface DialogProperties {
  readonly exception: DeskException;
  readonly onClose: () => void;
}

function ResolveDialog({ exception: { exception_id: id }, onClose }: DialogProperties) {
  const t = useWords(words);
  const code = useCode();
  const [result, setResult] = useState<Resolved["code"]>("DEALT_WITH");
  const [note, setNote] = useState("");
  const resolving = useAct(resolveException, { stale: [OFFICE] });
  const submit = () =>
    resolving.mutate({ exceptionId: id, code: result, note: note.trim() }, { onSuccess: onClose });
  return (
    <Modal
      opened
      closeButtonProps={{ "aria-label": t("close") }}
      onClose={onClose}
      title={t("resolveTitle", { id })}
    >
      <Stack gap="sm">
        <Select
          label={t("result")}
          data={RESULTS.map((value) => ({ value, label: code(value) }))}
          value={result}
          onChange={(value) => value !== null && setResult(value)}
          allowDeselect={false}
        />
        <TextInput
          label={t("note")}
          required
          maxLength={NOTE_LENGTH_MAX}
          value={note}
          onChange={({ currentTarget }) => setNote(currentTarget.value)}
        />
        {resolving.isError && <ProblemAlert error={resolving.error} />}
        <Group justify="end">
          <Button variant="default" onClick={onClose}>
            {t("cancel")}
          </Button>
          <Button onClick={submit} loading={resolving.isPending} disabled={note.trim() === ""}>
            {t("submit")}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
