/** What every rule said of a transfer, each time it was asked: looked up when somebody wants it. */
import { Button, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { api, take, type components } from "../../client";
import { useLanguage, useWords } from "../../i18n/words";
import { DataTable } from "../../parts/DataTable";
import { MomentText } from "../../parts/Figures";
import { Panel } from "../../parts/Panel";
import { QueryView } from "../../parts/QueryView";
import { NamedValues } from "./NamedValues";
import { inputText } from "./ruleText";
import { ruleWords } from "./ruleWords";
import { rulingWords } from "./rulingWords";
import { useField } from "./values";
import { words } from "./words";

type Asked = components["schemas"]["RulesAsked"];
type Finding = components["schemas"]["Finding"];
type RulingWord = keyof typeof rulingWords.zh;

export function RulingsPanel({ transferId }: { readonly transferId: string }) {
  const t = useWords(rulingWords);
  const [isWanted, setWanted] = useState(false);
  return (
    <Panel title={t("rulings")}>
      <Text size="sm" mb="sm">
        {t("rulingsAdvice")}
      </Text>
      {isWanted ? (
        <Rulings transferId={transferId} />
      ) : (
        <Button variant="default" onClick={() => setWanted(true)}>
          {t("findRulings")}
        </Button>
      )}
    </Panel>
  );
}

function Rulings({ transferId }: { readonly transferId: string }) {
  const query = useQuery({
    queryKey: ["venue", "rulings", transferId],
    queryFn: () =>
      take(
        api.GET("/v1/transfers/{transfer_id}/rulings", {
          params: { path: { transfer_id: transferId } },
        }),
      ),
  });
  return (
    <QueryView query={query} height={200}>
      {({ asked }) => (
        <Stack gap="xs">
          {asked.map((each, index) => (
            <AskedOnce key={index} asked={each} />
          ))}
        </Stack>
      )}
    </QueryView>
  );
}

function AskedOnce({ asked }: { readonly asked: Asked }) {
  const t = useWords(rulingWords);
  const rules = useWords(ruleWords);
  const packs = asked.packs.map((pack) => `${pack.pack_id} ${pack.version}`).join(", ");
  const title = t("askedAt", {
    stage: t(`stage${asked.stage}` as RulingWord),
    of: t(`of${asked.of}`),
    verdict: rules(asked.verdict),
  });
  return (
    <details>
      <Text component="summary" size="sm">
        {title} · <MomentText of={asked.at} />
      </Text>
      <Text size="xs" my="xs">
        {t("byPacks", { sequence: asked.sequence, packs: packs || t("noPacks") })}
      </Text>
      {asked.findings.length === 0 ? (
        <Text size="sm">{t("nothingAsked")}</Text>
      ) : (
        <Findings caption={title} findings={asked.findings} />
      )}
    </details>
  );
}

interface FindingsProperties {
  readonly caption: string;
  readonly findings: readonly Finding[];
}

function Findings({ caption, findings }: FindingsProperties) {
  const t = useWords(rulingWords);
  const ofRules = useWords(words);
  const field = useField();
  const rules = useWords(ruleWords);
  const language = useLanguage();
  const columns = [
    {
      id: "rule",
      header: field("rule_id"),
      cell: (found: Finding) => `${found.rule_id} (${found.pack} ${found.pack_version})`,
    },
    { id: "verdict", header: field("verdict"), cell: (found: Finding) => rules(found.verdict) },
    {
      id: "text",
      header: ofRules("ruleText"),
      cell: (found: Finding) => (language === "zh" ? found.text_zh : found.text_en),
    },
    {
      id: "inputs",
      header: t("lookedAt"),
      cell: ({ inputs }: Finding) => <NamedValues of={inputs} text={inputText} />,
    },
  ];
  return (
    <DataTable
      caption={caption}
      columns={columns}
      rows={findings}
      rowId={(found) => `${found.rule_id}@${found.version}${found.is_own ? "+" : ""}`}
    />
  );
}
