/** The questionnaire about the risk that one can bear, and what came of it. */
import { Alert, Button, Card, Progress, Radio, Stack, Text, Title } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { Link } from "react-router";
import { api, newKey, take, type components } from "../../client";
import { Intents } from "../../client/intents";
import { useBoth, useWords } from "../../i18n/words";
import { ProblemAlert } from "../../parts/ProblemAlert";
import { QueryView } from "../../parts/QueryView";
import { SignInFirst } from "../../parts/SignInFirst";
import { useSession } from "../../session/Session";
import { useTitle } from "../../shell/useTitle";
import { CLIENT, profileQuery, questionnaireQuery } from "./queries";
import { isKnown, words } from "./words";

type Asked = components["schemas"]["Questionnaire"];
type Assessed = components["schemas"]["OwnRiskAssessment"];

export function QuestionnairePage() {
  const t = useWords(words);
  useTitle(t("questionnaire"));
  const { person } = useSession();
  const asked = useQuery({ ...questionnaireQuery, enabled: person !== null });
  if (person === null) return <SignInFirst advice={t("signInFirstAdvice")} />;
  return (
    <Stack maw={720} mx="auto">
      <Title order={1} size="h3">
        {t("questionnaire")}
      </Title>
      <Text size="sm">{t("questionnaireAdvice")}</Text>
      <QueryView query={asked} height={400}>
        {(questionnaire) => <Answering questionnaire={questionnaire} />}
      </QueryView>
    </Stack>
  );
}

function Answering({ questionnaire }: { readonly questionnaire: Asked }) {
  const t = useWords(words);
  const both = useBoth();
  const queries = useQueryClient();
  const profile = useQuery(profileQuery);
  const [given, setGiven] = useState<Readonly<Record<number, string>>>({});
  const [intents] = useState(() => new Intents(newKey));
  const { version, questions } = questionnaire;
  const answers = questions.map(({ place }) => Number(given[place] ?? 0));
  const answering = useMutation({
    mutationFn: () =>
      take(
        api.POST("/v1/risk-assessments", {
          params: { header: { "Idempotency-Key": intents.keyOf([version, answers]) } },
          body: { questionnaire: version, answers },
        }),
      ),
    onSettled: (_, error) => intents.answered([version, answers], error),
    onSuccess: () => queries.invalidateQueries({ queryKey: CLIENT }),
  });
  if (answering.isSuccess) return <Result assessed={answering.data} />;
  const count = Object.keys(given).length;
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        answering.mutate();
      }}
    >
      <Stack>
        {profile.data !== undefined && (
          <Text size="sm" c="dimmed">
            {t("nextTest")}: {profile.data.next_assessment_on}
          </Text>
        )}
        {questions.map((question) => (
          <Card withBorder key={question.place} padding="md">
            <Radio.Group
              name={`question-${question.place}`}
              label={`${question.place}. ${both(question)}`}
              value={given[question.place] ?? ""}
              onChange={(value) => setGiven((before) => ({ ...before, [question.place]: value }))}
              withAsterisk
            >
              <Stack gap="xs" mt="xs">
                {question.options.map((option) => (
                  <Radio
                    key={option.place}
                    value={String(option.place)}
                    label={both(option)}
                    required
                  />
                ))}
              </Stack>
            </Radio.Group>
          </Card>
        ))}
        <div>
          <Text size="sm" mb={4} role="status">
            {t("answered", { count, all: questions.length })}
          </Text>
          <Progress
            value={Math.round((count * 100) / questions.length)}
            aria-label={t("answered", { count, all: questions.length })}
          />
        </div>
        {answering.isError && <ProblemAlert error={answering.error} />}
        <Text size="sm">{t("truthful")}</Text>
        <Button type="submit" loading={answering.isPending} disabled={count < questions.length}>
          {t("submitAnswers")}
        </Button>
      </Stack>
    </form>
  );
}

function Result({ assessed }: { readonly assessed: Assessed }) {
  const t = useWords(words);
  const heading = useRef<HTMLDivElement>(null);
  useEffect(() => heading.current?.focus(), []);
  const { level } = assessed;
  const bearable = level.replace("C", "R");
  return (
    <Stack ref={heading} tabIndex={-1} role="status">
      <Alert color="blue" variant="light" title={t("resultIs", { level })}>
        <Stack gap="xs">
          <Text size="sm" fw={600}>
            {isKnown(level) ? t(level) : level}
          </Text>
          <Text size="sm">{t("resultMeans", { level, bearable })}</Text>
          <Text size="sm">{t("resultUntil", { day: assessed.valid_until })}</Text>
        </Stack>
      </Alert>
      <Button component={Link} to="/client">
        {t("onward")}
      </Button>
      <Button component={Link} to="/client/may-buy" variant="default">
        {t("mayBuy")}
      </Button>
    </Stack>
  );
}
