/** Who acts for the trust company, in which role, and who stands in for whom. */
import {
  Button,
  Checkbox,
  Group,
  Modal,
  Select,
  Stack,
  Text,
  TextInput,
  Title,
} from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useMemo, useState, type SubmitEvent } from "react";
import { listText } from "../../format/lists";
import { momentText } from "../../format/moments";
import { NOTHING } from "../../format/amounts";
import { useLanguage, useWords } from "../../i18n/words";
import { useAct } from "../../parts/useAct";
import { DataTable, type Column } from "../../parts/DataTable";
import { Panel } from "../../parts/Panel";
import { ProblemAlert } from "../../parts/ProblemAlert";
import { QueryView } from "../../parts/QueryView";
import { useTitle } from "../../shell/useTitle";
import { useSelf } from "./OfficeFrame";
import { appoint, dismiss } from "./acts";
import { useCode } from "./codes";
import { words } from "./moreWords";
import { OFFICE, officersQuery, type Officer } from "./queries";
import { useNow } from "./shown";
import { momentOfInput, standingOf } from "./work";

const ROLES = ["MAKER", "CHECKER", "HEAD"] as const;
type Role = (typeof ROLES)[number];

export function OfficersPage() {
  const t = useWords(words);
  useTitle(t("officersTitle"));
  const isHead = useSelf().roles.includes("HEAD");
  const query = useQuery(officersQuery);
  // Who was appointed a moment ago is in office, although the clock here has not ticked since.
  const now = Math.max(useNow(), query.dataUpdatedAt);
  const [leaving, setLeaving] = useState<Officer | null>(null);
  return (
    <Stack gap="md">
      <Title order={1} size="h3">
        {t("officersTitle")}
      </Title>
      <Text size="sm">{t("officersAdvice")}</Text>
      <QueryView query={query} height={200}>
        {(officers) => (
          <>
            <Officers officers={officers} nowMs={now} onDismiss={isHead ? setLeaving : null} />
            {isHead && <Appointing officers={officers} nowMs={now} />}
          </>
        )}
      </QueryView>
      {leaving !== null && <DismissDialog officer={leaving} onClose={() => setLeaving(null)} />}
    </Stack>
  );
}

interface ListProperties {
  readonly officers: readonly Officer[];
  readonly nowMs: number;
}

interface OfficersProperties extends ListProperties {
  /** Null: not this officer's to do. */
  readonly onDismiss: ((officer: Officer) => void) | null;
}

function Officers({ officers, nowMs, onDismiss }: OfficersProperties) {
  const t = useWords(words);
  const code = useCode();
  const language = useLanguage();
  const columns = useMemo<readonly Column<Officer>[]>(
    () => [
      { id: "officer", header: t("officer"), cell: ({ officer_id: id }) => id },
      { id: "person", header: t("person"), cell: ({ person }) => person ?? NOTHING },
      {
        id: "roles",
        header: t("roles"),
        cell: ({ roles, deputy_for: deputy }) =>
          deputy === null ? listText(roles.map(code), language) : t("deputyOf", { id: deputy }),
      },
      { id: "term", header: t("term"), cell: (officer) => termOf(officer, t) },
      {
        id: "state",
        header: t("state"),
        cell: (officer) => {
          const { dismissed_at: at } = officer;
          if (at !== null) return t("dismissed", { at: momentText(at) });
          return t(standingOf(officer, nowMs));
        },
      },
      ...(onDismiss === null
        ? []
        : [
            {
              id: "dismiss",
              header: t("dismiss"),
              cell: (officer: Officer) =>
                standingOf(officer, nowMs) !== "PAST" && (
                  <Button size="xs" variant="default" onClick={() => onDismiss(officer)}>
                    {t("dismiss")}
                  </Button>
                ),
            },
          ]),
    ],
    [t, code, language, nowMs, onDismiss],
  );
  return (
    <DataTable
      caption={t("officersTitle")}
      columns={columns}
      rows={officers}
      rowId={({ officer_id: id }) => id}
    />
  );
}

function termOf(
  { begins_at: from, ends_at: until }: Officer,
  t: (key: "from" | "until", values: Readonly<Record<string, string>>) => string,
): string {
  const begun = t("from", { at: momentText(from) });
  return until === null ? begun : `${begun} ${t("until", { at: momentText(until) })}`;
}

function Appointing({ officers, nowMs }: ListProperties) {
  const t = useWords(words);
  const code = useCode();
  const [person, setPerson] = useState("");
  const [roles, setRoles] = useState<readonly Role[]>([]);
  const [deputyFor, setDeputyFor] = useState<string | null>(null);
  const [begins, setBegins] = useState("");
  const [ends, setEnds] = useState("");
  const appointing = useAct(appoint, { stale: [OFFICE] });
  const stoodInFor = officers.filter(
    (each) => standingOf(each, nowMs) !== "PAST" && each.deputy_for === null,
  );
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    appointing.mutate(
      {
        party_id: null,
        person: person.trim(),
        roles: deputyFor === null ? [...roles] : [],
        begins_at: momentOfInput(begins),
        ends_at: momentOfInput(ends),
        deputy_for: deputyFor,
      },
      { onSuccess: () => setPerson("") }, // nobody is appointed twice by a second click
    );
  };
  const { data } = appointing;
  return (
    <Panel title={t("appointTitle")}>
      <form onSubmit={submit}>
        <Stack gap="sm">
          <TextInput
            label={t("personLabel")}
            required
            value={person}
            onChange={({ currentTarget }) => setPerson(currentTarget.value)}
          />
          <Select
            label={t("deputyLabel")}
            clearable
            data={stoodInFor.map(({ officer_id: value, person: name }) => ({
              value,
              label: name === null ? value : `${value} · ${name}`,
            }))}
            value={deputyFor}
            onChange={setDeputyFor}
          />
          {deputyFor === null && (
            <Checkbox.Group
              label={t("rolesLabel")}
              value={[...roles]}
              onChange={(values) => setRoles(ROLES.filter((role) => values.includes(role)))}
            >
              <Group gap="sm" mt={4}>
                {ROLES.map((role) => (
                  <Checkbox key={role} value={role} label={code(role)} />
                ))}
              </Group>
            </Checkbox.Group>
          )}
          <Group gap="sm" align="end">
            <TextInput
              type="datetime-local"
              label={t("beginsLabel")}
              value={begins}
              onChange={({ currentTarget }) => setBegins(currentTarget.value)}
              flex="1 1 14rem"
            />
            <TextInput
              type="datetime-local"
              label={t("endsLabel")}
              required={deputyFor !== null}
              value={ends}
              onChange={({ currentTarget }) => setEnds(currentTarget.value)}
              flex="1 1 14rem"
            />
          </Group>
          {appointing.isError && <ProblemAlert error={appointing.error} />}
          {data !== undefined && "officer_id" in data && (
            <Text size="sm" role="status">
              ✓ {t("appointed", { id: data.officer_id })}
            </Text>
          )}
          <div>
            <Button
              type="submit"
              loading={appointing.isPending}
              disabled={person.trim() === "" || (deputyFor === null && roles.length === 0)}
            >
              {t("appoint")}
            </Button>
          </div>
        </Stack>
      </form>
    </Panel>
  );
}

interface DismissProperties {
  readonly officer: Officer;
  readonly onClose: () => void;
}

function DismissDialog({ officer: { officer_id: id }, onClose }: DismissProperties) {
  const t = useWords(words);
  const dismissing = useAct(dismiss, { stale: [OFFICE] });
  return (
    <Modal
      opened
      closeButtonProps={{ "aria-label": t("close") }}
      onClose={onClose}
      title={t("dismissTitle", { id })}
    >
      <Stack gap="sm">
        <Text size="sm">{t("dismissAdvice")}</Text>
        {dismissing.isError && <ProblemAlert error={dismissing.error} />}
        <Group justify="end">
          <Button variant="default" onClick={onClose}>
            {t("cancel")}
          </Button>
          <Button
            color="red"
            loading={dismissing.isPending}
            onClick={() => dismissing.mutate(id, { onSuccess: onClose })}
          >
            {t("dismiss")}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
