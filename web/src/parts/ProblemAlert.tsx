/** What went wrong with a request, what it means for one's money and units, and what helps. */
import { Alert, Button, List, Text } from "@mantine/core";
import { RequestFailed, type Problem } from "../client/problem";
import { moneyText, unitsText } from "../format/amounts";
import { useLanguage, useWords } from "../i18n/words";
import { FindingList } from "./FindingList";
import { adviceOf, blamedIn, outcomeOf, ownDetail, type Blamed } from "./problems";
import { words as problemWords } from "./problemWords";
import { words } from "./words";

interface Properties {
  readonly error: unknown;
  /** Where trying again may help. */
  readonly onRetry?: () => void;
  /** It was to lock or move money or units: whether any was, is said. */
  readonly isDealing?: boolean;
}

export function ProblemAlert({ error, onRetry, isDealing = false }: Properties) {
  const t = useWords(words);
  const problem = error instanceof RequestFailed ? error.problem : null;
  const isRetryable = !(error instanceof RequestFailed) || error.isRetryable;
  const outcome = outcomeOf(error) === "NOTHING_DONE" ? "nothingDone" : "outcomeUnknown";
  return (
    <Alert color="red" variant="light" role="alert" title={problem?.title ?? t("unreachable")}>
      {isDealing && (
        <Text size="sm" fw={600}>
          {t(outcome)}
        </Text>
      )}
      {problem === null ? (
        <Text size="sm">{t(isDealing ? "checkNetwork" : "unreachableDetail")}</Text>
      ) : (
        <What problem={problem} />
      )}
      {onRetry !== undefined && isRetryable && (
        <Button size="xs" mt="sm" variant="default" onClick={onRetry}>
          {t("retry")}
        </Button>
      )}
    </Alert>
  );
}

/** What the venue's document says, in the reader's language; its English sentence is folded. */
function What({ problem }: { readonly problem: Problem }) {
  const t = useWords(words);
  const say = useWords(problemWords);
  const isEnglish = useLanguage() === "en";
  const [advice, detail] = [adviceOf(problem), ownDetail(problem)];
  const blamed = blamedIn(problem);
  const findings = problem.findings ?? [];
  return (
    <>
      {isEnglish && detail !== null && <Text size="sm">{detail}</Text>}
      {advice !== null && <Text size="sm">{say(`advice_${advice}`)}</Text>}
      <Missing problem={problem} />
      {blamed.length > 0 && (
        <List size="sm" mt="xs">
          {blamed.map((each) => (
            <List.Item key={each.raw + each.detail}>
              <Field blamed={each} isEnglish={isEnglish} />
            </List.Item>
          ))}
        </List>
      )}
      {findings.length > 0 && (
        <div style={{ marginTop: "var(--mantine-spacing-xs)" }}>
          <FindingList findings={findings} acknowledged={[]} />
        </div>
      )}
      {!isEnglish && detail !== null && (
        <details lang="en">
          <Text component="summary" size="xs" mt="xs" lang="zh-CN">
            {t("technical")}
          </Text>
          <Text size="xs">{detail}</Text>
          {blamed.map((each) => (
            <Text size="xs" key={each.raw + each.detail}>
              {each.raw}: {each.detail}
            </Text>
          ))}
        </details>
      )}
      <Text size="xs" c="dimmed" mt="xs">
        {t("requestId", { id: problem.request_id })}
      </Text>
    </>
  );
}

/** How much is there, and how much more it takes. */
function Missing({ problem: { means, code } }: { readonly problem: Problem }) {
  const t = useWords(words);
  if (means == null) return null;
  const text = (amount: string) =>
    code === "units_not_available" ? t("units", { units: unitsText(amount) }) : moneyText(amount);
  const { available, needed, missing } = means;
  return (
    <Text size="sm">
      {t("missing", {
        available: text(available),
        needed: text(needed),
        missing: text(missing),
      })}
    </Text>
  );
}

function Field({ blamed, isEnglish }: { readonly blamed: Blamed; readonly isEnglish: boolean }) {
  const t = useWords(words);
  const say = useWords(problemWords);
  const { field, raw, trouble, detail } = blamed;
  const name = field === null ? raw : say(`field_${field}`);
  if (trouble !== null) return t("blamed", { field: name, trouble: say(`trouble_${trouble}`) });
  return isEnglish ? `${name}: ${detail}` : name;
}
