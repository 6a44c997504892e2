/** A transfer's documents: what is needed, what there is, and whether a file is what it was. */
import { Alert, Button, Code, Group, Image, Stack, Text } from "@mantine/core";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useEffect, useMemo } from "react";
import { momentText } from "../../format/moments";
import { useWords } from "../../i18n/words";
import { DataTable, type Column } from "../../parts/DataTable";
import { EmptyState } from "../../parts/EmptyState";
import { Panel } from "../../parts/Panel";
import { ProblemAlert } from "../../parts/ProblemAlert";
import { QueryView } from "../../parts/QueryView";
import { words } from "./caseWords";
import { useCode } from "./codes";
import { fetchDocument, save, type VerifiedFile } from "./files";
import { checklistQuery, documentsQuery, type EvidenceLink } from "./queries";

const SIGNS: Readonly<Record<string, string>> = { VALID: "✓" };

interface Line {
  readonly kind: string;
  readonly of: string | null;
  readonly state: string;
}

export function CaseDocuments({ transferId }: { readonly transferId: string }) {
  const t = useWords(words);
  const checklist = useQuery(checklistQuery(transferId));
  const documents = useQuery(documentsQuery(transferId));
  return (
    <>
      <Panel title={t("checklist")}>
        <QueryView query={checklist}>
          {({ items }) =>
            items.length === 0 ? (
              <EmptyState title={t("noChecklist")} advice={t("noChecklistAdvice")} />
            ) : (
              <Lines lines={items} />
            )
          }
        </QueryView>
      </Panel>
      <Panel title={t("documents")}>
        <QueryView query={documents}>
          {(links) =>
            links.length === 0 ? (
              <EmptyState title={t("noDocuments")} advice={t("noDocumentsAdvice")} />
            ) : (
              <Stack gap="md">
                {links.map((link) => (
                  <Document key={link.link_id} link={link} />
                ))}
              </Stack>
            )
          }
        </QueryView>
      </Panel>
    </>
  );
}

function Lines({ lines }: { readonly lines: readonly Line[] }) {
  const t = useWords(words);
  const code = useCode();
  const columns = useMemo<readonly Column<Line>[]>(
    () => [
      { id: "item", header: t("item"), cell: ({ kind }) => code(kind) },
      { id: "of", header: t("of"), cell: ({ of }) => (of === null ? t("forBoth") : code(of)) },
      {
        id: "state",
        header: t("itemState"),
        cell: ({ state }) => `${SIGNS[state] ?? "✕"} ${code(state)}`,
      },
    ],
    [t, code],
  );
  return (
    <DataTable
      caption={t("checklist")}
      columns={columns}
      rows={lines}
      rowId={({ kind, of }) => `${kind} ${of ?? ""}`}
    />
  );
}

function Document({ link }: { readonly link: EvidenceLink }) {
  const t = useWords(words);
  const code = useCode();
  const fetching = useMutation({ mutationFn: () => fetchDocument(link) });
  const whose = link.of === null ? t("forBoth") : code(link.of);
  return (
    <div>
      <Text fw={600} size="sm">
        {code(link.kind)} · {whose} · {SIGNS[link.status] ?? "✕"} {code(link.status)}
      </Text>
      <Text size="xs" c="dimmed">
        {[
          t("version", { version: link.version }),
          t("attached", { at: momentText(link.attached_at) }),
          link.media_type,
        ].join(" · ")}
      </Text>
      <Code className="office-hash">SHA-256 {link.sha256}</Code>
      {fetching.data === undefined ? (
        <div>
          <Button
            size="xs"
            variant="default"
            mt={6}
            loading={fetching.isPending}
            onClick={() => fetching.mutate()}
          >
            {t("download")}
          </Button>
        </div>
      ) : (
        <Fetched file={fetching.data} name={`${link.kind}-${link.link_id}`} />
      )}
      {fetching.isError && <ProblemAlert error={fetching.error} />}
    </div>
  );
}

interface FetchedProperties {
  readonly file: VerifiedFile;
  readonly name: string;
}

function Fetched({ file, name }: FetchedProperties) {
  const t = useWords(words);
  if (!file.isGenuine) {
    return (
      <Alert color="red" variant="light" role="alert" mt="xs">
        {t("differs")}
      </Alert>
    );
  }
  return (
    <>
      <Text size="sm" role="status" mt="xs">
        ✓ {t("verified")}
      </Text>
      {file.picture !== null && <Image src={file.picture} alt={name} mah={480} fit="contain" />}
      <Group gap="xs" mt={6}>
        {file.paper !== null && <InNewTab paper={file.paper} />}
        <Button size="xs" variant="default" onClick={() => save(file.content, name)}>
          {t("save")}
        </Button>
      </Group>
    </>
  );
}

/** In a tab of its own, which cannot reach this one: what it shows is gone with this page. */
function InNewTab({ paper }: { readonly paper: Blob }) {
  const t = useWords(words);
  const address = useMemo(() => URL.createObjectURL(paper), [paper]);
  useEffect(() => () => URL.revokeObjectURL(address), [address]);
  return (
    <Button
      component="a"
      size="xs"
      variant="default"
      href={address}
      target="_blank"
      rel="noopener noreferrer"
    >
      {t("view")}
    </Button>
  );
}
