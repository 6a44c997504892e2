/** For who has been handed a link: a login and a password of one's own. */
import { Button, Card, PasswordInput, Stack, Text, TextInput, Title } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useState, type SubmitEvent } from "react";
import { Link, useLocation } from "react-router";
import { useWords } from "../../i18n/words";
import { EmptyState } from "../../parts/EmptyState";
import { ProblemAlert } from "../../parts/ProblemAlert";
import { enrol } from "../../session/wire";
import { useTitle } from "../../shell/useTitle";
import { textOf } from "./fields";
import { words } from "./words";

const PASSWORD_LENGTH_MIN = 12;
const PASSWORD_LENGTH_MAX = 128;

export function EnrolPage() {
  const t = useWords(words);
  useTitle(t("enrol"));
  // Behind the #, so that it is in no log of any server.
  const token = useLocation().hash.slice(1);
  const [differs, setDiffers] = useState(false);
  const enrolling = useMutation({ mutationFn: enrol });
  if (token === "") return <EmptyState title={t("noToken")} advice={t("noTokenAdvice")} />;
  if (enrolling.isSuccess) {
    return (
      <EmptyState
        title={t("enrolled")}
        advice={t("enrolledAdvice")}
        action={
          <Button component={Link} to="/sign-in">
            {t("title")}
          </Button>
        }
      />
    );
  }
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    const given = new FormData(event.currentTarget);
    const password = textOf(given, "password");
    const isSame = password === textOf(given, "again");
    setDiffers(!isSame);
    if (isSame) enrolling.mutate({ token, login: textOf(given, "login").trim(), password });
  };
  const bounds = { minLength: PASSWORD_LENGTH_MIN, maxLength: PASSWORD_LENGTH_MAX };
  return (
    <Stack maw={560} mx="auto">
      <Title order={1} size="h3">
        {t("enrol")}
      </Title>
      <Text size="sm">{t("enrolAdvice")}</Text>
      <Card withBorder component="form" onSubmit={submit}>
        <Stack gap="sm">
          <TextInput
            name="login"
            label={t("login")}
            description={t("loginAdvice")}
            autoComplete="username"
            required
          />
          <PasswordInput
            name="password"
            label={t("password")}
            autoComplete="new-password"
            required
            {...bounds}
          />
          <PasswordInput
            name="again"
            label={t("again")}
            autoComplete="new-password"
            required
            error={differs ? t("differs") : null}
            {...bounds}
          />
          {enrolling.isError && <ProblemAlert error={enrolling.error} />}
          <Button type="submit" loading={enrolling.isPending}>
            {t("enrolSubmit")}
          </Button>
        </Stack>
      </Card>
    </Stack>
  );
}
