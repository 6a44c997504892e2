/** What the venue knows of oneself: how far one has come, what ends soon, what to do next. */
import { Alert, Anchor, Badge, Button, Group, List, Stack, Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "react-router";
import { NOTHING } from "../../format/amounts";
import { useWords } from "../../i18n/words";
import { EmptyState } from "../../parts/EmptyState";
import { FactList } from "../../parts/FactList";
import { MomentText } from "../../parts/Figures";
import { Panel } from "../../parts/Panel";
import { QueryView } from "../../parts/QueryView";
import { SignInFirst } from "../../parts/SignInFirst";
import { useSession } from "../../session/Session";
import { useTitle } from "../../shell/useTitle";
import {
  accountsQuery,
  applicationsQuery,
  profileQuery,
  type Application,
  type Profile,
} from "./queries";
import { adviceOf, nextStep, PATHS, RENEWED_AT, standings, STEPS, type Standing } from "./steps";
import { isKnown, words } from "./words";

const COLORS: Readonly<Record<Standing, string>> = { done: "navy", waiting: "navy", todo: "gray" };

export function ClientPage() {
  const t = useWords(words);
  useTitle(t("title"));
  const { person } = useSession();
  if (person === null) return <SignInFirst advice={t("signInFirstAdvice")} />;
  return (
    <Stack maw={860} mx="auto">
      <Title order={1} size="h3">
        {t("title")}
      </Title>
      <OwnAffairs />
    </Stack>
  );
}

function OwnAffairs() {
  const profile = useQuery(profileQuery);
  const applications = useQuery(applicationsQuery);
  return (
    <QueryView query={profile} height={320}>
      {(known) => (
        <QueryView query={applications}>
          {(asked) => (
            <>
              <Renewals profile={known} />
              <Way profile={known} applications={asked} />
              <Known profile={known} />
              <Applications applications={asked} />
            </>
          )}
        </QueryView>
      )}
    </QueryView>
  );
}

function Renewals({ profile }: { readonly profile: Profile }) {
  const t = useWords(words);
  if (profile.to_renew.length === 0) return null;
  return (
    <Alert color="orange" variant="light" title={t("toRenew")}>
      <List size="sm">
        {profile.to_renew.map(({ fact, last_day: day, days_left: left }) => (
          <List.Item key={fact}>
            {t(left === 0 ? "renewOver" : "renewSoon", {
              fact: isKnown(fact) ? t(fact) : fact,
              day,
              left,
            })}{" "}
            {RENEWED_AT[fact] !== undefined && (
              <Anchor component={Link} to={RENEWED_AT[fact]} size="sm">
                {t("renew")}
              </Anchor>
            )}
          </List.Item>
        ))}
      </List>
      <Text size="sm" mt="xs">
        {t("renewAdvice")}
      </Text>
    </Alert>
  );
}

function Way(given: { readonly profile: Profile; readonly applications: readonly Application[] }) {
  const t = useWords(words);
  const accounts = useQuery(accountsQuery);
  return (
    <Panel title={t("way")}>
      <QueryView query={accounts}>
        {(named) => {
          const standing = standings(given.profile, given.applications, named);
          const next = nextStep(standing);
          return (
            <Stack gap="sm">
              <Stack component="ol" gap="xs" m={0} pl={0} style={{ listStyle: "none" }}>
                {STEPS.map((step, index) => (
                  <Group component="li" key={step} justify="space-between" wrap="nowrap">
                    <Text size="sm">
                      {index + 1}. {t(step)}
                    </Text>
                    <Badge color={COLORS[standing[step]]} variant="outline" miw={84}>
                      {t(standing[step])}
                    </Badge>
                  </Group>
                ))}
              </Stack>
              <Text size="sm">{t(adviceOf(standing))}</Text>
              <Group gap="xs">
                {next !== null && (
                  <Button component={Link} to={PATHS[next] ?? "/client"}>
                    {t(`${next}Do`)}
                  </Button>
                )}
                <Button component={Link} to="/client/may-buy" variant="default">
                  {t("mayBuy")}
                </Button>
                <Button component={Link} to="/security" variant="default">
                  {t("security")}
                </Button>
              </Group>
            </Stack>
          );
        }}
      </QueryView>
    </Panel>
  );
}

function Known({ profile }: { readonly profile: Profile }) {
  const t = useWords(words);
  const { certification, risk_assessment: risk } = profile;
  return (
    <Panel title={t("known")}>
      <FactList
        facts={[
          [t("status"), t(profile.status)],
          [
            t("certification"),
            certification === null
              ? t("none")
              : t("untilDay", {
                  what: isKnown(certification.basis) ? t(certification.basis) : certification.basis,
                  day: certification.valid_until,
                  state: t(certification.state),
                }),
          ],
          [
            t("risk"),
            risk === null
              ? t("none")
              : t("untilDay", {
                  what: isKnown(risk.level) ? t(risk.level) : risk.level,
                  day: risk.valid_until,
                  state: t(risk.state),
                }),
          ],
          [t("investor"), t(profile.professional ? "professional" : "ordinary")],
          [t("documentsDue"), profile.documents_due_by ?? NOTHING],
          [t("nextTest"), profile.next_assessment_on],
        ]}
      />
      <Group gap="xs" mt="sm">
        <Button component={Link} to="/client/questionnaire" variant="default" size="xs">
          {t("questionnaireDo")}
        </Button>
        <Button component={Link} to="/client/application" variant="default" size="xs">
          {t("applicationDo")}
        </Button>
        <Button component={Link} to="/client/bank-account" variant="default" size="xs">
          {t("bankDo")}
        </Button>
      </Group>
    </Panel>
  );
}

function Applications({ applications }: { readonly applications: readonly Application[] }) {
  const t = useWords(words);
  return (
    <Panel title={t("applications")}>
      {applications.length === 0 ? (
        <EmptyState title={t("noApplications")} advice={t("noApplicationsAdvice")} />
      ) : (
        <Stack gap="sm">
          {applications.toReversed().map((each) => (
            <div key={each.application_id}>
              <Group justify="space-between">
                <Text size="sm" fw={600}>
                  {t("applicationNumber", { id: each.application_id })} ·{" "}
                  {isKnown(each.basis) ? t(each.basis) : each.basis}
                </Text>
                <Badge variant="outline" color={each.state === "REJECTED" ? "red" : "navy"}>
                  {isKnown(each.state) ? t(each.state) : each.state}
                </Badge>
              </Group>
              <Text size="sm" c="dimmed">
                {t("submittedAt")} <MomentText of={each.submitted_at} />
              </Text>
              {each.state === "REJECTED" && (
                <Text size="sm">
                  {each.rejection !== null && isKnown(each.rejection)
                    ? t(each.rejection)
                    : each.rejection}{" "}
                  {t("rejectedAdvice")}
                </Text>
              )}
            </div>
          ))}
        </Stack>
      )}
    </Panel>
  );
}
