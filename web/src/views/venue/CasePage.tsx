/** One transfer with all that belongs to it, to be read and taken along. */
import { Alert, Anchor, Button, Group, Stack, Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Link, useParams } from "react-router";
import { useWords } from "../../i18n/words";
import { Panel } from "../../parts/Panel";
import { QueryView } from "../../parts/QueryView";
import { useTitle } from "../../shell/useTitle";
import { readCase, type Given } from "./cases";
import { Named } from "./named";
import { RulingsPanel } from "./RulingsPanel";
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
        {(given) => (
          <Named of={given.found}>
            <CaseView given={given} />
          </Named>
        )}
      </QueryView>
    </Stack>
  );
}

function CaseView({ given }: { readonly given: Given }) {
  const t = useWords(words);
  const { transfer, checklist, documents, rules, exceptions, clearances, events } = given.found;
  return (
    <>
      <Export given={given} />
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
      {events !== null && (
        <Panel
          title={t("theEvents")}
          aside={
            <Anchor component={Link} to={`/venue/audit?transfer=${transfer.transfer_id}`} size="sm">
              {t("toAudit")}
            </Anchor>
          }
        >
          <Text size="sm">
            {t("eventsInside", { count: events.length, sequence: given.found.as_of_sequence })}
          </Text>
        </Panel>
      )}
      <Panel title={t("rules")}>
        <Facts of={{ packs: rules.packs, overrides: rules.overrides, version: rules.version }} />
      </Panel>
      <RulingsPanel transferId={transfer.transfer_id} />
    </>
  );
}

function Export({ given }: { readonly given: Given }) {
  const t = useWords(words);
  const [isSaved, setSaved] = useState(false);
  const save = () => {
    saveFile(`case-${given.found.transfer.transfer_id}.json`, given.file);
    setSaved(true);
  };
  return (
    <Stack gap="xs">
      <Group>
        <Button onClick={save}>{t("exportCase")}</Button>
        <Text size="sm" c="dimmed" flex="1 1 14rem">
          {t("exportAdvice")}
        </Text>
      </Group>
      {isSaved && (
        <Alert variant="light" role="status" style={{ overflowWrap: "anywhere" }}>
          {t("exported", { sha256: given.sha256 })}
        </Alert>
      )}
    </Stack>
  );
}
