/** What went wrong with a request, what can be done, and by which number to ask for help. */
import { Alert, Button, List, Text } from "@mantine/core";
import { RequestFailed } from "../client/problem";
import { useLanguage, useWords } from "../i18n/words";
import { words } from "./words";

interface Properties {
  readonly error: unknown;
  /** Where trying again may help. */
  readonly onRetry?: () => void;
}

export function ProblemAlert({ error, onRetry }: Properties) {
  const t = useWords(words);
  const language = useLanguage();
  const problem = error instanceof RequestFailed ? error.problem : null;
  const findings =
    problem?.findings?.filter(({ verdict }) => !["PASS", "NOT_APPLICABLE"].includes(verdict)) ?? [];
  const isRetryable = !(error instanceof RequestFailed) || error.isRetryable;
  return (
    <Alert color="red" variant="light" role="alert" title={problem?.title ?? t("unreachable")}>
      <Text size="sm">{problem === null ? t("unreachableDetail") : problem.detail}</Text>
      {findings.length > 0 && (
        <List size="sm" mt="xs">
          {findings.map((finding) => (
            <List.Item key={finding.rule_id}>
              {language === "zh" ? finding.text_zh : finding.text_en}（{finding.rule_id}）
            </List.Item>
          ))}
        </List>
      )}
      {problem !== null && (
        <Text size="xs" c="dimmed" mt="xs">
          {t("requestId", { id: problem.request_id })}
        </Text>
      )}
      {onRetry !== undefined && isRetryable && (
        <Button size="xs" mt="sm" variant="default" onClick={onRetry}>
          {t("retry")}
        </Button>
      )}
    </Alert>
  );
}
