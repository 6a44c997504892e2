/** One's own sign-in: where one is signed in, the password, one-time codes. */
import { Badge, Button, Card, Group, PasswordInput, Stack, Text, Title } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState, type SubmitEvent } from "react";
import { Link } from "react-router";
import { api, done, take, type components } from "../../client";
import { useWords } from "../../i18n/words";
import { EmptyState } from "../../parts/EmptyState";
import { FactList } from "../../parts/FactList";
import { MomentText } from "../../parts/Figures";
import { Panel } from "../../parts/Panel";
import { ProblemAlert } from "../../parts/ProblemAlert";
import { QueryView } from "../../parts/QueryView";
import { SignInFirst } from "../../parts/SignInFirst";
import { useSession } from "../../session/Session";
import { useTitle } from "../../shell/useTitle";
import { words } from "./words";

type SessionShown = components["schemas"]["SessionShown"];

const PASSWORD_BOUNDS = { minLength: 12, maxLength: 128 };
const SESSIONS = ["sessions"] as const;

const whoQuery = {
  queryKey: [...SESSIONS, "who"],
  queryFn: () => take(api.GET("/v1/session")),
};
const sessionsQuery = {
  queryKey: [...SESSIONS, "list"],
  queryFn: async () => (await take(api.GET("/v1/sessions"))).items,
};

export function SecurityPage() {
  const t = useWords(words);
  useTitle(t("title"));
  const { person } = useSession();
  const who = useQuery({ ...whoQuery, enabled: person !== null });
  if (person === null) return <SignInFirst advice={t("signInFirstAdvice")} />;
  return (
    <Stack maw={720} mx="auto">
      <Title order={1} size="h3">
        {t("title")}
      </Title>
      <QueryView query={who} height={320}>
        {({ session_id: id, has_totp: hasTotp }) =>
          id === null ? (
            <EmptyState title={t("byKey")} advice={t("byKeyAdvice")} />
          ) : (
            <>
              <SecondFactor isSet={hasTotp ?? false} />
              <Sessions />
              <Password />
            </>
          )
        }
      </QueryView>
    </Stack>
  );
}

function SecondFactor({ isSet }: { readonly isSet: boolean }) {
  const t = useWords(words);
  return (
    <Panel
      title={t("factor")}
      aside={
        <Badge variant="outline" color={isSet ? "navy" : "red"}>
          {t(isSet ? "factorSet" : "factorNotSet")}
        </Badge>
      }
    >
      <Text size="sm">{t(isSet ? "factorSetAdvice" : "factorAdvice")}</Text>
      {!isSet && (
        <Button component={Link} to="/second-factor" size="xs" mt="sm">
          {t("factorDo")}
        </Button>
      )}
    </Panel>
  );
}

function Sessions() {
  const t = useWords(words);
  const sessions = useQuery(sessionsQuery);
  return (
    <Panel title={t("sessions")}>
      <Text size="sm" mb="sm">
        {t("sessionsAdvice")}
      </Text>
      <QueryView query={sessions}>
        {(mine) => (
          <Stack gap="sm">
            {mine.toReversed().map((each) => (
              <OneSession key={each.session_id} session={each} />
            ))}
          </Stack>
        )}
      </QueryView>
    </Panel>
  );
}

function OneSession({ session }: { readonly session: SessionShown }) {
  const t = useWords(words);
  const queries = useQueryClient();
  const ending = useMutation({
    mutationFn: () =>
      done(
        api.DELETE("/v1/sessions/{session_id}", {
          params: { path: { session_id: session.session_id } },
        }),
      ),
    onSuccess: () => queries.invalidateQueries({ queryKey: SESSIONS }),
  });
  return (
    <Card withBorder padding="sm">
      <Group justify="space-between" mb="xs">
        {session.is_this ? (
          <Badge variant="outline" color="navy">
            {t("isThis")}
          </Badge>
        ) : (
          <Button
            size="xs"
            variant="default"
            loading={ending.isPending}
            onClick={() => ending.mutate()}
          >
            {t("end")}
          </Button>
        )}
        <Text size="xs" c="dimmed">
          {session.address}
        </Text>
      </Group>
      <FactList
        facts={[
          [t("since"), <MomentText key="since" of={session.created_at} />],
          [t("lastUsed"), <MomentText key="last" of={session.last_used_at} />],
          [t("expires"), <MomentText key="end" of={session.expires_at} />],
        ]}
      />
      <Text size="xs" c="dimmed" mt="xs" style={{ overflowWrap: "anywhere" }}>
        {session.agent}
      </Text>
      {ending.isError && <ProblemAlert error={ending.error} />}
    </Card>
  );
}

function Password() {
  const t = useWords(words);
  const queries = useQueryClient();
  const [differs, setDiffers] = useState(false);
  const changing = useMutation({
    mutationFn: (body: { readonly password: string; readonly new_password: string }) =>
      done(api.POST("/v1/session/password", { body })),
    onSuccess: () => queries.invalidateQueries({ queryKey: SESSIONS }),
  });
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = event.currentTarget;
    const given = new FormData(form);
    const text = (name: string) => {
      const value = given.get(name);
      return typeof value === "string" ? value : "";
    };
    const isSame = text("new") === text("again");
    setDiffers(!isSame);
    if (!isSame) return;
    changing.mutate(
      { password: text("old"), new_password: text("new") },
      { onSuccess: () => form.reset() },
    );
  };
  return (
    <Panel title={t("password")}>
      <form onSubmit={submit}>
        <Stack gap="sm">
          <Text size="sm">{t("passwordAdvice")}</Text>
          <PasswordInput
            name="old"
            label={t("oldPassword")}
            autoComplete="current-password"
            required
          />
          <PasswordInput
            name="new"
            label={t("newPassword")}
            autoComplete="new-password"
            required
            {...PASSWORD_BOUNDS}
          />
          <PasswordInput
            name="again"
            label={t("again")}
            autoComplete="new-password"
            required
            error={differs ? t("differs") : null}
            {...PASSWORD_BOUNDS}
          />
          {changing.isError && <ProblemAlert error={changing.error} />}
          {changing.isSuccess && (
            <Text size="sm" role="status">
              {t("changed")}
            </Text>
          )}
          <Button type="submit" variant="default" loading={changing.isPending}>
            {t("change")}
          </Button>
        </Stack>
      </form>
    </Panel>
  );
}
