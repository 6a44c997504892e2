/** A list of the operator's, what is known of one of its rows, and what may be done with it. */
import { Anchor, Button, Group, Select, Stack, Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState, type ComponentType, type ReactNode } from "react";
import { useSearchParams } from "react-router";
import { takeAll } from "../../client";
import type { Both, Language } from "../../i18n/language";
import { useBoth, useLanguage, useWords } from "../../i18n/words";
import { DataTable, type Column } from "../../parts/DataTable";
import { EmptyState } from "../../parts/EmptyState";
import { Panel } from "../../parts/Panel";
import { QueryView } from "../../parts/QueryView";
import type { Person } from "../../session/person";
import { useSession } from "../../session/Session";
import { useTitle } from "../../shell/useTitle";
import type { Outcome } from "./acting";
import { ActForm, OutcomeNote } from "./ActForm";
import { isOperator, type ActSpec } from "./acts";
import { ROWS_A_PAGE } from "./lists/pages";
import { Named } from "./named";
import { usePolling } from "./polling";
import { Facts, useCode, useField, Value } from "./values";
import { words } from "./words";

const REFRESH_MS = 15_000;

export interface PageOf<Row> {
  readonly items: readonly Row[];
  readonly next_cursor: string | null;
}

export interface ListAnswer<Row> {
  readonly data?: PageOf<Row>;
  readonly error?: unknown;
  readonly response: Response;
}

export interface ListSpec<Row extends object> {
  readonly path: string;
  readonly title: Both;
  /** What would be here, and when it comes. */
  readonly advice: Both;
  readonly ask: (cursor: string | undefined, state: string | undefined) => Promise<ListAnswer<Row>>;
  readonly rowId: (row: Row) => string;
  /** The fields that the table shows; the first leads to all of them. */
  readonly columns: readonly (keyof Row & string)[];
  readonly amounts?: readonly (keyof Row & string)[];
  /** Its rows say themselves what they are called: in the first column is the number alone. */
  readonly tellsNames?: boolean;
  /** States by which the list is asked for; the first is what one sees at first. */
  readonly states?: readonly string[];
  readonly acts?: readonly ActSpec<Row>[];
  /** What makes a new row. */
  readonly makes?: readonly ActSpec<null>[];
  /** Beside what is known of a row. */
  readonly beside?: ComponentType<{ readonly row: Row }>;
  readonly isFor?: (person: Person) => boolean;
}

/** A list with its page, whatever its rows are. */
export interface Listing {
  readonly path: string;
  readonly title: Both;
  readonly isFor: (person: Person) => boolean;
  readonly Page: ComponentType;
}

export function listing<Row extends object>(spec: ListSpec<Row>): Listing {
  const { path, title, isFor = () => true } = spec;
  return { path, title, isFor, Page: () => <ListView spec={spec} /> };
}

function ListView<Row extends object>({ spec }: { readonly spec: ListSpec<Row> }) {
  const t = useWords(words);
  const both = useBoth();
  const code = useCode();
  const [chosen, choose] = useSearchParams();
  useTitle(both(spec.title));
  const state = chosen.get("state") ?? spec.states?.[0] ?? "";
  const openId = chosen.get("open");
  const [pages, setPages] = useState(PAGES_AT_FIRST);
  const query = useQuery({
    queryKey: ["venue", "list", spec.path, state, pages],
    queryFn: () =>
      takeAll<Row>((cursor) => spec.ask(cursor, state === ALL ? undefined : state), {
        pagesMax: pages,
      }),
    ...usePolling(REFRESH_MS),
    placeholderData: (before, query) => (query?.queryKey[3] === state ? before : undefined),
  });
  return (
    <Stack gap="md">
      <Title order={1} size="h3">
        {both(spec.title)}
      </Title>
      <Makes makes={spec.makes ?? []} />
      {spec.states !== undefined && (
        <Select
          label={t("state")}
          maw={240}
          allowDeselect={false}
          value={state}
          data={[...spec.states, ALL].map((value) => ({
            value,
            label: value === ALL ? t("all") : code(value),
          }))}
          onChange={(value) => choose({ state: value ?? ALL }, { replace: true })}
        />
      )}
      {openId !== null && query.data !== undefined && (
        <Named of={query.data.map((row) => unnamedIn(spec, row))}>
          <RowPanel
            key={openId}
            spec={spec}
            row={query.data.find((row) => spec.rowId(row) === openId) ?? null}
            rowId={openId}
          />
        </Named>
      )}
      <QueryView query={query} height={300}>
        {(rows) =>
          rows.length === 0 ? (
            <EmptyState title={t("nothingHere")} advice={both(spec.advice)} />
          ) : (
            <Named of={rows.map((row) => unnamedIn(spec, row))}>
              <Rows spec={spec} rows={rows} />
            </Named>
          )
        }
      </QueryView>
      {query.data?.length === pages * ROWS_A_PAGE && (
        <Button
          variant="default"
          loading={query.isPlaceholderData}
          onClick={() => setPages(pages + PAGES_AT_FIRST)}
        >
          {t("moreRows", { count: PAGES_AT_FIRST * ROWS_A_PAGE })}
        </Button>
      )}
    </Stack>
  );
}

/** Of a row, what may name parties by number alone. */
function unnamedIn<Row extends object>({ columns: [first], tellsNames }: ListSpec<Row>, row: Row) {
  return tellsNames === true && first !== undefined ? { ...row, [first]: null } : row;
}

const ALL = "ALL";
/** What is asked for again and again is bounded; whoever wants more says so. */
const PAGES_AT_FIRST = 5;

interface RowsProperties<Row extends object> {
  readonly spec: ListSpec<Row>;
  readonly rows: readonly Row[];
}

function Rows<Row extends object>({ spec, rows }: RowsProperties<Row>) {
  const both = useBoth();
  const field = useField();
  const [, choose] = useSearchParams();
  const open = (rowId: string) => choose((before) => opened(before, rowId));
  const language = useLanguage();
  const [first, ...others] = spec.columns.map((name) => inLanguage(name, language));
  if (first === undefined) throw new Error(`${spec.path} has no columns`);
  const columns: Column<Row>[] = [
    {
      id: first,
      header: field(first),
      cell: (row) => (
        <Anchor component="button" type="button" size="sm" onClick={() => open(spec.rowId(row))}>
          <Value of={row[first]} field={spec.tellsNames === true ? "" : first} />
        </Anchor>
      ),
    },
    ...others.map((name) => ({
      id: name,
      header: field(name),
      cell: (row: Row): ReactNode => <Value of={row[name]} field={name} />,
      isAmount: spec.amounts?.includes(name) === true,
    })),
  ];
  return <DataTable caption={both(spec.title)} columns={columns} rows={rows} rowId={spec.rowId} />;
}

/** Where the interface has a text in both languages, the field of the reader's. */
function inLanguage<Field extends string>(name: Field, language: Language): Field {
  return language === "en" ? (name.replace(/_zh$/, "_en") as Field) : name;
}

/** The address with this row open, or none. In the address, so that it can be passed on. */
function opened(before: URLSearchParams, rowId: string | null): URLSearchParams {
  const after = new URLSearchParams(before);
  if (rowId === null) after.delete("open");
  else after.set("open", rowId);
  return after;
}

interface RowProperties<Row extends object> {
  readonly spec: ListSpec<Row>;
  /** Null: what was done has taken it out of the list that is shown. */
  readonly row: Row | null;
  readonly rowId: string;
}

function RowPanel<Row extends object>({ spec, row, rowId }: RowProperties<Row>) {
  const t = useWords(words);
  const both = useBoth();
  const { person } = useSession();
  const [, choose] = useSearchParams();
  const close = () => choose((before) => opened(before, null));
  const Beside = spec.beside;
  const acts = (spec.acts ?? []).filter(
    ({ fits, isFor = isOperator }) =>
      row !== null && person !== null && isFor(person, row) && fits?.(row) !== false,
  );
  return (
    <Panel
      title={`${both(spec.title)} · ${rowId}`}
      aside={
        <Button size="xs" variant="default" onClick={close}>
          {t("close")}
        </Button>
      }
    >
      <Stack>
        {row === null ? <Text size="sm">{t("gone")}</Text> : <Facts of={row} />}
        {row !== null && Beside !== undefined && <Beside row={row} />}
        <Acts acts={acts} row={row} rowId={rowId} />
      </Stack>
    </Panel>
  );
}

function Makes({ makes }: { readonly makes: readonly ActSpec<null>[] }) {
  const { person } = useSession();
  const offered = makes.filter(({ isFor = isOperator }) => person !== null && isFor(person, null));
  return offered.length === 0 ? null : <Acts acts={offered} row={null} rowId="" />;
}

interface ActsProperties<Row> {
  readonly acts: readonly ActSpec<Row>[];
  readonly row: Row | null;
  readonly rowId: string;
}

/** The acts as buttons, the form of the one that was chosen, and what the venue last answered. */
export function Acts<Row>({ acts, row, rowId }: ActsProperties<Row>) {
  const both = useBoth();
  const [chosenId, setChosen] = useState<string | null>(null);
  const [last, setLast] = useState<{
    readonly act: ActSpec<Row>;
    readonly outcome: Outcome;
  } | null>(null);
  const act = acts.find(({ id }) => id === chosenId);
  return (
    <Stack gap="sm">
      {acts.length > 0 && (
        <Group gap="xs">
          {acts.map(({ id, title }) => (
            <Button
              key={id}
              size="xs"
              variant={id === chosenId ? "filled" : "default"}
              aria-expanded={id === chosenId}
              onClick={() => setChosen(id === chosenId ? null : id)}
            >
              {both(title)}
            </Button>
          ))}
        </Group>
      )}
      {last !== null && (
        <OutcomeNote
          outcome={last.outcome}
          title={both(last.act.title)}
          isSecret={last.act.isSecret === true}
        />
      )}
      {act !== undefined && (
        <ActForm
          key={act.id}
          act={act}
          row={row as Row}
          rowId={rowId}
          onDone={(outcome) => {
            setLast({ act, outcome });
            setChosen(null);
          }}
        />
      )}
    </Stack>
  );
}
