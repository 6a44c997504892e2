/** Which kinds one is shown, and of which a letter says that there is something new. */
import { Button, Card, Checkbox, Stack, Text, TextInput } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api, take, type components } from "../../client";
import { useLanguage, useWords } from "../../i18n/words";
import { Panel } from "../../parts/Panel";
import { ProblemAlert } from "../../parts/ProblemAlert";
import { QueryView } from "../../parts/QueryView";
import { UNREAD } from "../../shell/unread";
import { words } from "./words";

type Wished = components["schemas"]["NotificationPreferences"];
type Body = components["schemas"]["NotificationPreferencesBody"];
type Kind = Wished["muted"][number];

const KINDS: readonly Kind[] = [
  "TRANSFER",
  "PREEMPTION",
  "ENCUMBRANCE",
  "DEADLINE",
  "ORDER",
  "MONEY",
  "CLIENT",
  "HALT",
  "DEAL",
  "EXCEPTION",
];

const preferencesQuery = {
  queryKey: ["notification-preferences"],
  queryFn: () => take(api.GET("/v1/notification-preferences")),
};

export function Preferences() {
  const t = useWords(words);
  const wished = useQuery(preferencesQuery);
  return (
    <Panel title={t("preferences")}>
      <QueryView query={wished}>{(known) => <Form wished={known} />}</QueryView>
    </Panel>
  );
}

function Form({ wished }: { readonly wished: Wished }) {
  const t = useWords(words);
  const language = useLanguage();
  const queries = useQueryClient();
  const [muted, setMuted] = useState<readonly Kind[]>(wished.muted);
  const [byEmail, setByEmail] = useState<readonly Kind[]>(wished.by_email);
  const [email, setEmail] = useState(wished.email ?? "");
  const saving = useMutation({
    mutationFn: (body: Body) => take(api.PUT("/v1/notification-preferences", { body })),
    onSuccess: (kept) => {
      queries.setQueryData(preferencesQuery.queryKey, kept);
      return queries.invalidateQueries({ queryKey: UNREAD });
    },
  });
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        saving.mutate({
          muted: [...muted],
          by_email: [...byEmail],
          email: email.trim() === "" ? null : email.trim(),
          language,
        });
      }}
    >
      <Stack gap="sm">
        <div className="data-frame">
          <table className="data-table" aria-label={t("preferences")}>
            <thead>
              <tr>
                <th scope="col">{t("kind")}</th>
                <th scope="col">{t("inApp")}</th>
                <th scope="col">{t("byEmail")}</th>
              </tr>
            </thead>
            <tbody>
              {KINDS.map((kind) => (
                <tr key={kind}>
                  <th scope="row">{t(kind)}</th>
                  <td>
                    <Checkbox
                      aria-label={`${t(kind)}：${t("inApp")}`}
                      checked={!muted.includes(kind)}
                      onChange={() => setMuted(toggled(muted, kind))}
                    />
                  </td>
                  <td>
                    <Checkbox
                      aria-label={`${t(kind)}：${t("byEmail")}`}
                      checked={byEmail.includes(kind)}
                      onChange={() => setByEmail(toggled(byEmail, kind))}
                    />
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
        <TextInput
          type="email"
          label={t("email")}
          description={t("emailAdvice")}
          autoComplete="email"
          value={email}
          onChange={(event) => setEmail(event.currentTarget.value)}
          required={byEmail.length > 0}
        />
        {!wished.sends_email && (
          <Card withBorder padding="xs">
            <Text size="sm">{t("noEmail")}</Text>
          </Card>
        )}
        {saving.isError && <ProblemAlert error={saving.error} />}
        {saving.isSuccess && (
          <Text size="sm" role="status">
            {t("saved")}
          </Text>
        )}
        <Button type="submit" variant="default" loading={saving.isPending}>
          {t("save")}
        </Button>
      </Stack>
    </form>
  );
}

function toggled(kinds: readonly Kind[], kind: Kind): readonly Kind[] {
  return kinds.includes(kind) ? kinds.filter((each) => each !== kind) : [...kinds, kind];
}
