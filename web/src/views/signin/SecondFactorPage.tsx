/** Sets one-time codes up, for whom the venue wants them. */
import { Anchor, Button, Card, Code, Stack, Text, TextInput, Title } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import type { SubmitEvent } from "react";
import { useWords } from "../../i18n/words";
import { EmptyState } from "../../parts/EmptyState";
import { ProblemAlert } from "../../parts/ProblemAlert";
import { SignInFirst } from "../../parts/SignInFirst";
import { useSession } from "../../session/Session";
import { confirmTotp, offerTotp } from "../../session/wire";
import { useTitle } from "../../shell/useTitle";
import { textOf } from "./fields";
import { QrCode } from "./QrCode";
import { words } from "./words";

export function SecondFactorPage() {
  const t = useWords(words);
  useTitle(t("factor"));
  const { person, refresh } = useSession();
  const offering = useMutation({ mutationFn: offerTotp });
  const confirming = useMutation({ mutationFn: confirmTotp, onSuccess: refresh });
  if (person === null) return <SignInFirst advice={t("signInFirstAdvice")} />;
  if (confirming.isSuccess) {
    return <EmptyState title={t("factorSet")} advice={t("factorSetAdvice")} />;
  }
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    confirming.mutate(textOf(new FormData(event.currentTarget), "totp").trim());
  };
  return (
    <Stack maw={560} mx="auto">
      <Title order={1} size="h3">
        {t("factor")}
      </Title>
      <Text size="sm">{t("factorAdvice")}</Text>
      {offering.isError && <ProblemAlert error={offering.error} />}
      {offering.data === undefined ? (
        <Button onClick={() => offering.mutate()} loading={offering.isPending}>
          {t("factorBegin")}
        </Button>
      ) : (
        <Card withBorder component="form" onSubmit={submit}>
          <Stack gap="sm">
            <Text size="sm">{t("scan")}</Text>
            <QrCode text={offering.data.otpauth_uri} label={t("qrCode")} />
            <div>
              <Text size="sm" c="dimmed">
                {t("secret")}
              </Text>
              <Code block>{offering.data.secret}</Code>
              <Anchor href={offering.data.otpauth_uri} size="sm">
                {t("openAuthenticator")}
              </Anchor>
            </div>
            <TextInput
              name="totp"
              label={t("totp")}
              autoComplete="one-time-code"
              inputMode="numeric"
              pattern="[0-9]{6}"
              maxLength={6}
              required
            />
            {confirming.isError && <ProblemAlert error={confirming.error} />}
            <Button type="submit" loading={confirming.isPending}>
              {t("factorSubmit")}
            </Button>
          </Stack>
        </Card>
      )}
    </Stack>
  );
}
