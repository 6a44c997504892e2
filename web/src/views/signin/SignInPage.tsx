/** The ways in: login and password, the people of the demo, a developer's key. */
import {
  Button,
  Card,
  PasswordInput,
  Select,
  SimpleGrid,
  Stack,
  Text,
  TextInput,
  Title,
} from "@mantine/core";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useState, type SubmitEvent } from "react";
import { Link, useNavigate, useSearchParams } from "react-router";
import { useBoth, useWords } from "../../i18n/words";
import { EmptyState } from "../../parts/EmptyState";
import { ProblemAlert } from "../../parts/ProblemAlert";
import { KINDS, type Kind, type Person } from "../../session/person";
import { useSession } from "../../session/Session";
import { useWayBack } from "../../session/wayBack";
import { demoPeople } from "../../session/wire";
import { useTitle } from "../../shell/useTitle";
import { DemoLink } from "./DemoLink";
import { textOf } from "./fields";
import { words } from "./words";

export function SignInPage() {
  const t = useWords(words);
  useTitle(t("title"));
  const [search] = useSearchParams();
  const login = search.get("as");
  return login === null ? <Ways /> : <DemoLink login={login} otherwise={<Ways />} />;
}

function Ways() {
  const t = useWords(words);
  const { person } = useSession();
  if (person !== null) {
    return (
      <EmptyState
        title={t("already")}
        advice=""
        action={
          <Button component={Link} to="/">
            {t("toMarket")}
          </Button>
        }
      />
    );
  }
  return (
    <Stack maw={720} mx="auto" gap="lg">
      <Title order={1} size="h3">
        {t("title")}
      </Title>
      <PasswordForm />
      <DemoPeople />
      <KeyForm />
    </Stack>
  );
}

/** Signs in by `enter`, then goes back to where he was, or to what has to be done before. */
function useEntering<Input>(enter: (input: Input) => Promise<Person>) {
  const navigate = useNavigate();
  const back = useWayBack();
  return useMutation({
    mutationFn: enter,
    onSuccess: ({ needsTotpSetup }) => navigate(needsTotpSetup ? "/second-factor" : back),
  });
}

function PasswordForm() {
  const t = useWords(words);
  const { signIn } = useSession();
  const entering = useEntering(signIn);
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    const given = new FormData(event.currentTarget);
    const totp = textOf(given, "totp").trim();
    entering.mutate({
      login: textOf(given, "login").trim(),
      password: textOf(given, "password"),
      ...(totp === "" ? {} : { totp }),
    });
  };
  return (
    <Card withBorder component="form" onSubmit={submit}>
      <Stack gap="sm">
        <TextInput name="login" label={t("login")} autoComplete="username" required />
        <PasswordInput
          name="password"
          label={t("password")}
          autoComplete="current-password"
          required
        />
        <TextInput
          name="totp"
          label={t("totp")}
          description={t("totpAdvice")}
          autoComplete="one-time-code"
          inputMode="numeric"
          pattern="[0-9]{6}"
          maxLength={6}
        />
        {entering.isError && <ProblemAlert error={entering.error} />}
        <Button type="submit" loading={entering.isPending}>
          {t("submit")}
        </Button>
      </Stack>
    </Card>
  );
}

function DemoPeople() {
  const t = useWords(words);
  const both = useBoth();
  const { signInAsDemo } = useSession();
  const people = useQuery({ queryKey: ["demo", "people"], queryFn: demoPeople });
  const entering = useEntering(signInAsDemo);
  if (people.data === undefined || people.data.length === 0) return null;
  return (
    <Card withBorder component="section" aria-labelledby="demo-people">
      <Title order={2} size="h5" id="demo-people">
        {t("demo")}
      </Title>
      <Text size="sm" c="dimmed" mb="sm">
        {t("demoAdvice")}
      </Text>
      <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="xs">
        {people.data.map(({ login, label_zh: zh, label_en: en }) => (
          <Button
            key={login}
            variant="default"
            justify="start"
            h="auto"
            py={6}
            styles={{ label: { whiteSpace: "normal", textAlign: "start" } }}
            disabled={entering.isPending}
            onClick={() => entering.mutate(login)}
          >
            {both({ zh, en })}
          </Button>
        ))}
      </SimpleGrid>
      {entering.isError && <ProblemAlert error={entering.error} />}
    </Card>
  );
}

function KeyForm() {
  const t = useWords(words);
  const { signInByKey } = useSession();
  const [kind, setKind] = useState<Kind>("NATURAL_PERSON");
  const entering = useEntering(({ key, as }: { readonly key: string; readonly as: Kind }) =>
    signInByKey(key, as),
  );
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    const key = textOf(new FormData(event.currentTarget), "key").trim();
    entering.mutate({ key, as: kind });
  };
  return (
    <Card withBorder component="details">
      <Text component="summary" size="sm" fw={600}>
        {t("key")}
      </Text>
      <form onSubmit={submit}>
        <Stack gap="sm" mt="sm">
          <Text size="sm" c="dimmed">
            {t("keyAdvice")}
          </Text>
          <Select
            label={t("kind")}
            value={kind}
            allowDeselect={false}
            data={KINDS.map((value) => ({ value, label: t(value) }))}
            onChange={(value) => value !== null && setKind(value)}
          />
          <PasswordInput name="key" label={t("keyLabel")} autoComplete="off" required />
          {entering.isError && <ProblemAlert error={entering.error} />}
          <Button type="submit" variant="default" loading={entering.isPending}>
            {t("useKey")}
          </Button>
        </Stack>
      </form>
    </Card>
  );
}
