/** Sheets out and in, and a list of holders beside the register. */
import { Button, Checkbox, FileInput, Group, Select, Stack, Text, Title } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { useWords } from "../../i18n/words";
import { DataTable, type Column } from "../../parts/DataTable";
import { Panel } from "../../parts/Panel";
import { ProblemAlert } from "../../parts/ProblemAlert";
import { useTitle } from "../../shell/useTitle";
import { HolderListPanel } from "./HolderListPanel";
import { exportSheet, importSheet, save, type MarkedSheet, type SheetName } from "./files";
import { words } from "./moreWords";
import { OFFICE } from "./queries";
import type { Mistake } from "./sheet";
import { useNameOf, useOwnProducts } from "./shown";
import { words as deskWords } from "./words";

const SHEETS: readonly SheetName[] = ["decisions", "registration"];
const ROWS_SHOWN_MAX = 200;

export function FilesPage() {
  const title = useWords(deskWords)("files");
  useTitle(title);
  return (
    <Stack gap="md">
      <Title order={1} size="h3">
        {title}
      </Title>
      <Exporting />
      <Importing />
      <HolderListPanel />
    </Stack>
  );
}

interface WhichProperties {
  readonly name: SheetName;
  readonly setName: (name: SheetName) => void;
}

function Which({ name, setName }: WhichProperties) {
  const t = useWords(words);
  return (
    <Select
      label={t("what")}
      data={SHEETS.map((value) => ({ value, label: t(value) }))}
      value={name}
      onChange={(value) => value !== null && setName(value)}
      allowDeselect={false}
      flex="1 1 12rem"
    />
  );
}

function Exporting() {
  const t = useWords(words);
  const nameOf = useNameOf();
  const products = useOwnProducts();
  const [name, setName] = useState<SheetName>("decisions");
  const [form, setForm] = useState<"xlsx" | "csv">("xlsx");
  const [symbol, setSymbol] = useState<string | null>(null);
  const exporting = useMutation({
    mutationFn: () => exportSheet(name, form, symbol),
    onSuccess: (content) => save(content, `${name}.${form}`),
  });
  return (
    <Panel title={t("exportTitle")}>
      <Stack gap="sm">
        <Text size="sm">{t("exportAdvice")}</Text>
        <Group gap="sm" align="end">
          <Which name={name} setName={setName} />
          <Select
            label={t("product")}
            placeholder={t("all")}
            clearable
            data={products.map(({ symbol: value }) => ({ value, label: nameOf(value) }))}
            value={symbol}
            onChange={setSymbol}
            flex="1 1 12rem"
          />
          <Select
            label={t("form")}
            data={["xlsx", "csv"]}
            value={form}
            onChange={(value) => setForm(value === "csv" ? "csv" : "xlsx")}
            allowDeselect={false}
            flex="0 1 7rem"
          />
          <Button onClick={() => exporting.mutate()} loading={exporting.isPending}>
            {t("download")}
          </Button>
        </Group>
        {exporting.isError && <ProblemAlert error={exporting.error} />}
      </Stack>
    </Panel>
  );
}

function Importing() {
  const t = useWords(words);
  const queries = useQueryClient();
  const [name, setName] = useState<SheetName>("decisions");
  const [file, setFile] = useState<File | null>(null);
  const [allOrNothing, setAllOrNothing] = useState(false);
  const importing = useMutation({
    mutationFn: (chosen: File) => importSheet(name, chosen, allOrNothing),
    onSettled: () => queries.invalidateQueries({ queryKey: [OFFICE] }),
  });
  return (
    <Panel title={t("importTitle")}>
      <Stack gap="sm">
        <Text size="sm">{t("importAdvice")}</Text>
        <Group gap="sm" align="end">
          <Which name={name} setName={setName} />
          <FileInput
            label={t("file")}
            placeholder={t("choose")}
            accept=".csv,.xlsx"
            value={file}
            onChange={setFile}
            flex="1 1 12rem"
          />
          <Button
            onClick={() => file !== null && importing.mutate(file)}
            disabled={file === null}
            loading={importing.isPending}
          >
            {t("upload")}
          </Button>
        </Group>
        {name === "decisions" && (
          <Checkbox
            label={t("allOrNothing")}
            checked={allOrNothing}
            onChange={({ currentTarget }) => setAllOrNothing(currentTarget.checked)}
          />
        )}
        {importing.isError && <ProblemAlert error={importing.error} />}
        {importing.data !== undefined && <Marked sheet={importing.data} />}
      </Stack>
    </Panel>
  );
}

function Marked({ sheet }: { readonly sheet: MarkedSheet }) {
  const t = useWords(words);
  const columns = useMemo<readonly Column<Mistake>[]>(
    () => [
      { id: "line", header: t("line"), cell: ({ line }) => line },
      { id: "about", header: t("transfer"), cell: ({ about }) => about },
      { id: "error", header: t("error"), cell: ({ error }) => error },
    ],
    [t],
  );
  const { mistakes } = sheet;
  return (
    <>
      <Text role="status" fw={600}>
        {t("taken", { count: sheet.taken })} · {t("refused", { count: sheet.refused })}
      </Text>
      {mistakes.length > 0 && (
        <>
          <Text size="sm">{t("mistakesAdvice")}</Text>
          <DataTable
            caption={t("mistakes")}
            columns={columns}
            rows={mistakes.slice(0, ROWS_SHOWN_MAX)}
            rowId={({ line }) => `${line}`}
          />
        </>
      )}
      <div>
        <Button variant="default" onClick={() => save(sheet.content, sheet.fileName)}>
          {t("marked")}
        </Button>
      </div>
    </>
  );
}
