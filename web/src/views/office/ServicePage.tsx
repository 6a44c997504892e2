/** How the trust company answers, month by month, and what its systems were told. */
import { Button, Stack, Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { NOTHING } from "../../format/amounts";
import { secondsText } from "../../format/durations";
import { useLanguage, useWords } from "../../i18n/words";
import { useAct } from "../../parts/useAct";
import { DataTable, type Column } from "../../parts/DataTable";
import { EmptyState } from "../../parts/EmptyState";
import { MomentText } from "../../parts/Figures";
import { Panel } from "../../parts/Panel";
import { ProblemAlert } from "../../parts/ProblemAlert";
import { QueryView } from "../../parts/QueryView";
import { useTitle } from "../../shell/useTitle";
import type { components } from "../../client";
import { useSelf } from "./OfficeFrame";
import { replay } from "./acts";
import { useCode } from "./codes";
import { words } from "./moreWords";
import {
  OFFICE,
  deliveriesQuery,
  serviceQuery,
  webhooksQuery,
  type Delivery,
  type Webhook,
} from "./queries";

type Month = components["schemas"]["MonthOfAnswers"];
const COUNTS = ["confirmed", "rejected", "late", "returned", "lapsed"] as const;

export function ServicePage() {
  const t = useWords(words);
  useTitle(t("serviceTitle"));
  const service = useQuery(serviceQuery(useSelf().party_id));
  const webhooks = useQuery(webhooksQuery);
  const columns = useMonths();
  return (
    <Stack gap="md">
      <Title order={1} size="h3">
        {t("serviceTitle")}
      </Title>
      <Text size="sm">{t("serviceAdvice")}</Text>
      <QueryView query={service} height={300}>
        {({ items }) =>
          items.some(hasAny) ? (
            <DataTable
              caption={t("serviceTitle")}
              columns={columns}
              rows={items.filter(hasAny)}
              rowId={({ month }) => month}
            />
          ) : (
            <EmptyState title={t("noAnswers")} advice={t("noAnswersAdvice")} />
          )
        }
      </QueryView>
      <Title order={2} size="h4">
        {t("webhooks")}
      </Title>
      <QueryView query={webhooks}>
        {(endpoints) =>
          endpoints.length === 0 ? (
            <EmptyState title={t("noWebhooks")} advice={t("noWebhooksAdvice")} />
          ) : (
            endpoints.map((webhook) => <Endpoint key={webhook.webhook_id} webhook={webhook} />)
          )
        }
      </QueryView>
    </Stack>
  );
}

function useMonths(): readonly Column<Month>[] {
  const t = useWords(words);
  const language = useLanguage();
  return useMemo(
    () => [
      { id: "month", header: t("month"), cell: ({ month }) => month },
      ...COUNTS.map((name): Column<Month> => ({
        id: name,
        header: t(name),
        isAmount: true,
        cell: (month) => <span className="number">{month[name]}</span>,
      })),
      {
        id: "median",
        header: t("median"),
        isAmount: true,
        cell: ({ median_s: seconds }) =>
          seconds === null ? NOTHING : secondsText(seconds, language),
      },
      {
        id: "percentile",
        header: t("percentile"),
        isAmount: true,
        cell: ({ percentile_95_s: seconds }) =>
          seconds === null ? NOTHING : secondsText(seconds, language),
      },
    ],
    [t, language],
  );
}

/** Whether anything was answered, returned or left in it. */
function hasAny(month: Month): boolean {
  return COUNTS.some((name) => month[name] > 0);
}

function Endpoint({ webhook }: { readonly webhook: Webhook }) {
  const t = useWords(words);
  const code = useCode();
  const query = useQuery(deliveriesQuery(webhook.webhook_id));
  const { enabled, disabled_reason: reason } = webhook;
  return (
    <Panel
      title={`${webhook.label} · ${webhook.url}`}
      aside={
        <Text size="sm">
          {enabled ? t("enabled") : t("disabled", { reason: code(reason ?? "OTHER") })}
        </Text>
      }
    >
      <QueryView query={query}>
        {({ items }) =>
          items.length === 0 ? (
            <EmptyState title={t("noMessages")} advice={t("noMessagesAdvice")} />
          ) : (
            <Deliveries webhookId={webhook.webhook_id} deliveries={items} />
          )
        }
      </QueryView>
    </Panel>
  );
}

interface DeliveriesProperties {
  readonly webhookId: string;
  readonly deliveries: readonly Delivery[];
}

function Deliveries({ webhookId, deliveries }: DeliveriesProperties) {
  const t = useWords(words);
  const code = useCode();
  const { mutate: send, error } = useAct(replay, { stale: [OFFICE] });
  const columns = useMemo<readonly Column<Delivery>[]>(
    () => [
      { id: "message", header: t("message"), cell: ({ message_id: id }) => id },
      { id: "type", header: t("type"), cell: ({ type }) => type },
      { id: "state", header: t("state"), cell: ({ state }) => code(state) },
      { id: "attempts", header: t("attempts"), isAmount: true, cell: ({ attempts }) => attempts },
      {
        id: "next",
        header: t("next"),
        cell: ({ next_attempt_at: at }) => <MomentText of={at} />,
      },
      { id: "created", header: t("created"), cell: ({ created_at: at }) => <MomentText of={at} /> },
      {
        id: "again",
        header: t("again"),
        cell: ({ message_id: messageId }) => (
          <Button size="xs" variant="default" onClick={() => send({ webhookId, messageId })}>
            {t("again")}
          </Button>
        ),
      },
    ],
    [t, code, send, webhookId],
  );
  return (
    <>
      {error !== null && <ProblemAlert error={error} />}
      <DataTable
        caption={t("messages")}
        columns={columns}
        rows={deliveries}
        rowId={({ message_id: id }) => id}
      />
    </>
  );
}
