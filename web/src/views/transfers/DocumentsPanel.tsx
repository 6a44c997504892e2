/** The documents that a transfer needs: what is there, what is missing, and handing it in. */
import { Button, FileInput, Group, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useWords } from "../../i18n/words";
import { DataTable, type Column } from "../../parts/DataTable";
import { MomentText } from "../../parts/Figures";
import { Panel } from "../../parts/Panel";
import { ProblemAlert } from "../../parts/ProblemAlert";
import { QueryView } from "../../parts/QueryView";
import { useAct } from "../../parts/useAct";
import type { components } from "../../client";
import {
  checklistQuery,
  documentsQuery,
  handIn,
  TRANSFERS,
  type ChecklistLine,
  type HandedIn,
  type Transfer,
} from "./queries";
import { isOpen, takesDocuments } from "./stages";
import { words } from "./stepWords";
import { useTransferTerm } from "./terms";

type EvidenceLink = components["schemas"]["EvidenceLink"];

const TAKEN = "application/pdf,image/jpeg,image/png,video/mp4,audio/mp4";
const FILE_BYTES_MAX = 20 * 2 ** 20;

export function DocumentsPanel({ transfer }: { readonly transfer: Transfer }) {
  const t = useWords(words);
  const checklist = useQuery(checklistQuery(transfer.transfer_id));
  return (
    <Panel title={t("documents")}>
      <QueryView query={checklist}>
        {({ items, is_complete: isComplete }) =>
          items.length === 0 ? (
            <Text size="sm">{t("noChecklist")}</Text>
          ) : (
            <Stack gap="sm">
              <Text size="sm" fw={600} role="status">
                {isComplete
                  ? t("complete")
                  : t("missingCount", {
                      count: items.filter(({ state }) => state !== "VALID").length,
                    })}
              </Text>
              {isOpen(transfer) && !isComplete && (
                <Text size="sm" c="dimmed">
                  {t(takesDocuments(transfer.state) ? "documentsLead" : "notTaken")}
                </Text>
              )}
              {items.map((line) => (
                <Line key={`${line.kind}:${line.of ?? ""}`} transfer={transfer} line={line} />
              ))}
            </Stack>
          )
        }
      </QueryView>
      <HandedInTable transferId={transfer.transfer_id} />
    </Panel>
  );
}

interface LineProperties {
  readonly transfer: Transfer;
  readonly line: ChecklistLine;
}

function Line({ transfer, line }: LineProperties) {
  const t = useWords(words);
  const term = useTransferTerm();
  const isOwn = line.of === null || line.of === transfer.role;
  const isWanted = line.state !== "VALID" && isOpen(transfer);
  return (
    <div>
      <Group gap="xs" justify="space-between">
        <Text size="sm">
          <span aria-hidden>{line.state === "VALID" ? "✓ " : "○ "}</span>
          {term(line.kind)}（{line.of === null ? t("both") : term(line.of)}）
        </Text>
        <Text size="sm" fw={line.state === "VALID" ? 400 : 600}>
          {term(line.state)}
        </Text>
      </Group>
      {isWanted && !isOwn && (
        <Text size="xs" c="dimmed">
          {t("byOther")}
        </Text>
      )}
      {isWanted && isOwn && takesDocuments(transfer.state) && (
        <HandInForm transferId={transfer.transfer_id} line={line} />
      )}
    </div>
  );
}

interface FormProperties {
  readonly transferId: string;
  readonly line: ChecklistLine;
}

function HandInForm({ transferId, line: { kind, of } }: FormProperties) {
  const t = useWords(words);
  const term = useTransferTerm();
  const [file, setFile] = useState<File | null>(null);
  const act = useAct(handIn, { stale: [TRANSFERS], wishOf: wishOfFile });
  const isTooLarge = file !== null && file.size > FILE_BYTES_MAX;
  return (
    <Stack gap="xs" mt={4}>
      <Group align="end" gap="xs">
        <FileInput
          label={t("choose", { document: term(kind) })}
          placeholder={t("noFile")}
          value={file}
          onChange={setFile}
          accept={TAKEN}
          clearable
          error={isTooLarge ? t("tooLarge") : null}
          flex="1 1 12rem"
        />
        <Button
          disabled={file === null || isTooLarge}
          loading={act.isPending}
          onClick={() => file !== null && act.mutate({ transferId, kind, of, file })}
        >
          {t("handIn")}
        </Button>
      </Group>
      {act.isError && <ProblemAlert error={act.error} />}
    </Stack>
  );
}

/** A file is another when its name, size or time is. */
function wishOfFile({ transferId, kind, of, file }: HandedIn): string {
  return JSON.stringify([transferId, kind, of, file.name, file.size, file.lastModified]);
}

function HandedInTable({ transferId }: { readonly transferId: string }) {
  const t = useWords(words);
  const term = useTransferTerm();
  const { data: links } = useQuery(documentsQuery(transferId));
  if (links === undefined || links.length === 0) return null;
  const columns: readonly Column<EvidenceLink>[] = [
    { id: "kind", header: t("document"), cell: ({ kind }) => term(kind) },
    { id: "state", header: t("documentState"), cell: ({ status }) => term(status) },
    {
      id: "size",
      header: t("size"),
      isAmount: true,
      isMinor: true,
      cell: ({ bytes }) => <span className="number">{t("bytes", { count: bytes })}</span>,
    },
    { id: "at", header: t("at"), cell: ({ attached_at: at }) => <MomentText of={at} /> },
  ];
  return (
    <>
      <Text size="sm" fw={600} mt="md">
        {t("handedIn")}
      </Text>
      <DataTable
        caption={t("handedIn")}
        columns={columns}
        rows={links}
        rowId={({ link_id: id }) => id}
        narrow="table"
      />
    </>
  );
}
