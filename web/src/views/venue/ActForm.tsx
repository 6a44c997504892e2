/** A form for one act: what follows from it, its fields, and what the venue said of it. */
import {
  Alert,
  Button,
  FileInput,
  Group,
  Select,
  Stack,
  Text,
  Textarea,
  TextInput,
} from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState, type SubmitEvent } from "react";
import { hexOf, sha256Of } from "../../format/digest";
import { momentOfMarket } from "../../format/moments";
import { useBoth, useWords } from "../../i18n/words";
import { ProblemAlert } from "../../parts/ProblemAlert";
import { QueryView } from "../../parts/QueryView";
import { useActing, type Outcome } from "./acting";
import type { ActSpec, FieldSpec, Values } from "./acts";
import { useCode, useField } from "./values";
import { words } from "./words";

const NOTHING_YET: Values = {};

interface Properties<Row> {
  readonly act: ActSpec<Row>;
  readonly row: Row;
  readonly rowId: string;
  readonly onDone: (outcome: Outcome) => void;
}

export function ActForm<Row>(properties: Properties<Row>) {
  const { act, row, rowId } = properties;
  const present = useQuery({
    queryKey: ["venue", "present", act.id, rowId],
    queryFn: () => act.initial?.(row) ?? Promise.resolve(NOTHING_YET),
  });
  return (
    <QueryView query={present}>
      {(initial) => <FilledForm {...properties} initial={initial} />}
    </QueryView>
  );
}

function FilledForm<Row>({
  act,
  row,
  onDone,
  initial,
}: Properties<Row> & { readonly initial: Values }) {
  const t = useWords(words);
  const both = useBoth();
  const [values, setValues] = useState<Values>(initial);
  const acting = useActing((filled: Values, key) => act.send(row, filled, key));
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    if (act.fields.every((field) => isSound(field, values[field.name] ?? ""))) {
      acting.mutate(wired(act.fields, values), { onSuccess: onDone });
    }
  };
  return (
    <form onSubmit={submit} aria-label={both(act.title)}>
      <Stack gap="sm">
        <Text size="sm">{both(act.meaning)}</Text>
        {act.fields.map((field) => (
          <Field
            key={field.name}
            field={field}
            value={values[field.name] ?? ""}
            onChange={(value) => setValues((before) => ({ ...before, [field.name]: value }))}
          />
        ))}
        {acting.isError && <ProblemAlert error={acting.error} />}
        <Group>
          <Button type="submit" loading={acting.isPending}>
            {both(act.title)}
          </Button>
          <Text size="xs" c="dimmed">
            {t("onceOnly")}
          </Text>
        </Group>
      </Stack>
    </form>
  );
}

interface FieldProperties {
  readonly field: FieldSpec;
  readonly value: string;
  readonly onChange: (value: string) => void;
}

function Field({ field, value, onChange }: FieldProperties) {
  const t = useWords(words);
  const code = useCode();
  const nameOf = useField();
  const label = field.name.split(".").map(nameOf).join(" · ");
  const shared = {
    label: field.kind === "moment" ? t("inBeijing", { label }) : label,
    required: field.isOptional !== true,
    error: isSound(field, value) ? null : t("notSound"),
    value,
  };
  const typed = ({ currentTarget }: { readonly currentTarget: { readonly value: string } }) =>
    onChange(currentTarget.value);
  switch (field.kind) {
    case "choice":
      return (
        <Select
          {...shared}
          value={value === "" ? null : value}
          clearable={field.isOptional === true}
          data={(field.choices ?? []).map((each) => ({ value: each, label: code(each) }))}
          onChange={(next) => onChange(next ?? "")}
        />
      );
    case "lines":
      return <Textarea {...shared} onChange={typed} autosize minRows={3} maxRows={16} />;
    case "day":
      return <TextInput {...shared} onChange={typed} type="date" />;
    case "moment":
      return <TextInput {...shared} onChange={typed} type="datetime-local" />;
    case "digest":
      return (
        <FileInput
          label={shared.label}
          required={shared.required}
          description={value || t("hashedHere")}
          placeholder={t("chooseFile")}
          onChange={(file) => {
            onChange("");
            void file
              ?.arrayBuffer()
              .then(sha256Of)
              .then((digest) => onChange(hexOf(digest)));
          }}
        />
      );
    case "line":
      return <TextInput {...shared} onChange={typed} autoComplete="off" />;
  }
}

function isSound(field: FieldSpec, value: string): boolean {
  return field.isSound?.(value) ?? true;
}

/** What was filled in as the interface writes it. */
function wired(fields: readonly FieldSpec[], values: Values): Values {
  return Object.fromEntries(
    fields.map(({ name, kind }) => {
      const value = (values[name] ?? "").trim();
      return [name, kind === "moment" && value !== "" ? momentOfMarket(value) : value];
    }),
  );
}

/** What the venue answered, and what comes next. */
export function OutcomeNote({
  outcome: { proposal, answer },
  title,
  isSecret = false,
}: {
  readonly outcome: Outcome;
  readonly title: string;
  readonly isSecret?: boolean;
}) {
  const t = useWords(words);
  return (
    <Alert
      color={proposal === null ? "green" : "yellow"}
      variant="light"
      role="status"
      title={proposal === null ? t("done", { title }) : t("proposed", { title })}
    >
      {proposal !== null && <ProposedText proposalId={proposal.proposal_id} />}
      {isSecret && <SecretText answer={answer} />}
    </Alert>
  );
}

function ProposedText({ proposalId }: { readonly proposalId: string }) {
  const t = useWords(words);
  return <Text size="sm">{t("proposedAdvice", { id: proposalId })}</Text>;
}

/** A key, or the link by which a person enrols: told this once. */
function SecretText({ answer }: { readonly answer: unknown }) {
  const t = useWords(words);
  const { key, enrolment } = answer as {
    readonly key?: string | null;
    readonly enrolment?: { readonly token: string | null };
  };
  const token = enrolment?.token;
  const link = token == null ? null : `${window.location.origin}/enrol#${token}`;
  const secret = key ?? link;
  return (
    <>
      <Text size="sm">{secret === null ? t("secretLost") : t("secretOnce")}</Text>
      {secret !== null && <TextInput mt="xs" readOnly value={secret} label={t("secret")} />}
    </>
  );
}
