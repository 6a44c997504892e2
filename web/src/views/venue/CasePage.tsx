/** One transfer with all that belongs to it, to be read and taken along. */
import { Alert, Anchor, Button, Group, Stack, Text, Title } from "@mantine/core";
import { useMutation, useQuery } from "@tanstack/react-query";
import { Link, useParams } from "react-router";
import { useWords } from "../../i18n/words";
import { Panel } from "../../parts/Panel";
import { ProblemAlert } from "../../parts/ProblemAlert";
import { QueryView } from "../../parts/QueryView";
import { useTitle } from "../../shell/useTitle";
import { caseFile, readCase, type Case } from "./cases";
import { saveFile } from "./saving";
import { Facts } from "./values";
import { words } from "./words";

export function CasePage() {
  const { transferId = "" } = useParams();
  const t = useWords(words);
  const title = t("caseTitle", { id: transferId });
  useTitle(title);
  const query = useQuery({
    queryKey: ["venue", "case", transferId],
    queryFn: () => readCase(transferId),
  });
  return (
    <Stack gap="md">
      <Anchor component={Link} to="/venue/cases" size="sm">
        ← {t("toCases")}
      </Anchor>
      <Title order={1} size="h3">
        {title}
      </Title>
      <QueryView query={query} height={400}>
        {(found) => <CaseView found={found} />}
      </QueryView>
    </Stack>
  );
}

function CaseView({ found }: { readonly found: Case }) {
  const t = useWords(words);
  const { transfer, checklist, documents, rules, exceptions, clearances } = found;
  return (
    <>
      <Export found={found} />
      <Panel title={t("theTransfer")}>
        <Facts of={transfer} />
      </Panel>
      <Panel title={t("theDocuments")}>
        {documents.length === 0 && <Text size="sm">{t("noDocuments")}</Text>}
        <Facts of={{ documents, checklist }} />
      </Panel>
      <Panel title={t("thePeople")}>
        <Facts of={{ exceptions, clearances }} />
      </Panel>
      <Panel title={t("rules")}>
        <Facts of={{ packs: rules.packs, overrides: rules.overrides, version: rules.version }} />
      </Panel>
    </>
  );
}

function Export({ found }: { readonly found: Case }) {
  const t = useWords(words);
  const exporting = useMutation({
    mutationFn: async () => {
      const { file, sha256 } = await caseFile(found);
      saveFile(`case-${found.transfer.transfer_id}.json`, file);
      return sha256;
    },
  });
  return (
    <Stack gap="xs">
      <Group>
        <Button loading={exporting.isPending} onClick={() => exporting.mutate()}>
          {t("exportCase")}
        </Button>
        <Text size="sm" c="dimmed" flex="1 1 14rem">
          {t("exportAdvice")}
        </Text>
      </Group>
      {exporting.isError && <ProblemAlert error={exporting.error} />}
      {exporting.isSuccess && (
        <Alert variant="light" role="status" style={{ overflowWrap: "anywhere" }}>
          {t("exported", { sha256: exporting.data })}
        </Alert>
      )}
    </Stack>
  );
}
