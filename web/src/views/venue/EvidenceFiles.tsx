/** The files of an application, to be read beside what it says. */
import { Button, Group, Stack, Text } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { api, take, type components } from "../../client";
import { useWords } from "../../i18n/words";
import { ProblemAlert } from "../../parts/ProblemAlert";
import { saveFile } from "./saving";
import { words } from "./words";

type Application = components["schemas"]["Application"];

export function EvidenceFiles({ row: { evidence } }: { readonly row: Application }) {
  const t = useWords(words);
  if (evidence.length === 0) return <Text size="sm">{t("noFiles")}</Text>;
  return (
    <Stack gap="xs">
      <Text size="sm" fw={600}>
        {t("files")}
      </Text>
      <Group gap="xs">
        {evidence.map((evidenceId, index) => (
          <EvidenceFile key={evidenceId} evidenceId={evidenceId} number={index + 1} />
        ))}
      </Group>
    </Stack>
  );
}

interface Properties {
  readonly evidenceId: string;
  readonly number: number;
}

function EvidenceFile({ evidenceId, number }: Properties) {
  const t = useWords(words);
  const saving = useMutation({
    mutationFn: async () => {
      const params = { path: { evidence_id: evidenceId } };
      const asked = api.GET("/v1/evidence/{evidence_id}", { params, parseAs: "blob" });
      saveFile(evidenceId, await take<Blob>(asked));
    },
  });
  return (
    <>
      <Button
        size="xs"
        variant="default"
        loading={saving.isPending}
        onClick={() => saving.mutate()}
      >
        {t("file", { number })}
      </Button>
      {saving.isError && <ProblemAlert error={saving.error} />}
    </>
  );
}
