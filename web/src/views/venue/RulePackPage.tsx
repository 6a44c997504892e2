/** One rule pack: its rules in words, and its text as it was loaded. */
import { Anchor, Stack, Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "react-router";
import { api, take, type components } from "../../client";
import { useLanguage, useWords } from "../../i18n/words";
import { DataTable } from "../../parts/DataTable";
import { Panel } from "../../parts/Panel";
import { QueryView } from "../../parts/QueryView";
import { useTitle } from "../../shell/useTitle";
import { useCode, useField, Value } from "./values";
import { NamedValues } from "./NamedValues";
import { useRuleCode } from "./ruleNames";
import { paramText, ruleText } from "./ruleText";
import { ruleWords } from "./ruleWords";
import classes from "./venue.module.css";
import { words } from "./words";

type Pack = components["schemas"]["RulePack"];
type Rule = components["schemas"]["Rule"];

export function RulePackPage() {
  const { packId = "" } = useParams();
  const t = useWords(words);
  useTitle(packId);
  const query = useQuery({
    queryKey: ["venue", "rule-packs", packId],
    queryFn: () =>
      take(api.GET("/v1/rule-packs/{pack_id}", { params: { path: { pack_id: packId } } })),
  });
  return (
    <Stack gap="md">
      <Anchor component={Link} to="/venue/rule-packs" size="sm">
        ← {t("toPacks")}
      </Anchor>
      <QueryView query={query} height={400}>
        {(pack) => <PackView pack={pack} />}
      </QueryView>
    </Stack>
  );
}

function PackView({ pack }: { readonly pack: Pack }) {
  const t = useWords(words);
  const field = useField();
  const code = useRuleCode();
  const language = useLanguage();
  const columns = [
    { id: "rule", header: field("rule_id"), cell: ({ rule_id: id }: Rule) => id },
    {
      id: "text",
      header: t("ruleText"),
      cell: ({ text_zh: zh, text_en: en, params }: Rule) =>
        ruleText(language === "zh" ? zh : en, params, code),
    },
    { id: "severity", header: t("severity"), cell: (rule: Rule) => <Severity rule={rule} /> },
    {
      id: "params",
      header: field("parameter"),
      cell: ({ params }: Rule) => <NamedValues of={params} text={paramText} />,
    },
    {
      id: "source",
      header: t("source"),
      cell: ({ source }: Rule) => <Value of={source} field="source" />,
    },
  ];
  return (
    <>
      <Title order={1} size="h3">
        {language === "zh" ? pack.title_zh : pack.title_en}
      </Title>
      <Text size="sm" c="dimmed">
        {pack.pack_id} {pack.version} ·{" "}
        {t("packApplies", { date: pack.applies_from ?? pack.effective_from ?? "–" })}
      </Text>
      <DataTable
        caption={t("rules")}
        columns={columns}
        rows={pack.rules}
        rowId={({ rule_id: id, version }) => `${id}@${version}`}
      />
      <Panel title={t("packSource")}>
        <pre className={classes["source"]} tabIndex={0}>
          {pack.content}
        </pre>
      </Panel>
    </>
  );
}

/** What follows where it is not kept, and in whose queue it waits. */
function Severity({ rule: { severity, queue } }: { readonly rule: Rule }) {
  const rules = useWords(ruleWords);
  const code = useCode();
  const told = rules(severity);
  return queue === null ? told : rules("byOfficer", { severity: told, queue: code(queue) });
}
