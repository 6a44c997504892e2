/** What rules say against something, what would cure it, and what has to be acknowledged. */
import { Alert, Checkbox, List, Stack, Text } from "@mantine/core";
import type { components } from "../client";
import { useLanguage, useWords } from "../i18n/words";
import { words } from "./findingWords";

type Finding = components["schemas"]["Finding"];

const AGAINST = ["BLOCK", "HOLD", "WARN"] as const;
const COLORS = { BLOCK: "red", HOLD: "orange", WARN: "yellow" } as const;

interface Properties {
  readonly findings: readonly Finding[];
  readonly acknowledged: readonly string[];
  readonly onAcknowledge?: (ruleIds: readonly string[]) => void;
}

export function FindingList({ findings, acknowledged, onAcknowledge }: Properties) {
  const t = useWords(words);
  const language = useLanguage();
  const text = (each: { readonly text_zh: string; readonly text_en: string }) =>
    language === "zh" ? each.text_zh : each.text_en;
  return (
    <Stack gap="xs">
      {AGAINST.flatMap((verdict) =>
        findings
          .filter((finding) => finding.verdict === verdict)
          .map((finding) => (
            <Alert
              key={finding.rule_id}
              color={COLORS[verdict]}
              variant="outline"
              title={
                <Text component="span" size="sm" fw={700} c="var(--mantine-color-text)">
                  {t(verdict)} · {finding.rule_id}
                </Text>
              }
              p="xs"
            >
              <Text size="sm">{text(finding)}</Text>
              {finding.cures.length > 0 && (
                <List size="sm" mt={4}>
                  {finding.cures.map((cure, index) => (
                    <List.Item key={index}>{t("cure", { cure: text(cure) })}</List.Item>
                  ))}
                </List>
              )}
              {verdict === "WARN" && onAcknowledge !== undefined && (
                <Checkbox
                  mt="xs"
                  size="sm"
                  label={t("acknowledge", { text: finding.rule_id })}
                  checked={acknowledged.includes(finding.rule_id)}
                  onChange={(event) =>
                    onAcknowledge(
                      event.currentTarget.checked
                        ? [...acknowledged, finding.rule_id]
                        : acknowledged.filter((each) => each !== finding.rule_id),
                    )
                  }
                />
              )}
            </Alert>
          )),
      )}
    </Stack>
  );
}
