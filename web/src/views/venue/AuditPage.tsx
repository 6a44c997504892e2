/** The journal, looked through: what happened, by whom, about what, and where in the chain. */
import {
  Anchor,
  Button,
  Card,
  Group,
  Select,
  SimpleGrid,
  Stack,
  Text,
  TextInput,
  Title,
} from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useState, type SubmitEvent } from "react";
import { Link, useSearchParams } from "react-router";
import { api, take } from "../../client";
import { useWords } from "../../i18n/words";
import { EmptyState } from "../../parts/EmptyState";
import { MomentText } from "../../parts/Figures";
import { NextPageButton } from "../../parts/NextPageButton";
import { QueryView } from "../../parts/QueryView";
import { useTitle } from "../../shell/useTitle";
import {
  FIELDS,
  KINDS,
  MOMENTS,
  NUMBERS,
  queryOf,
  wantedIn,
  type JournalEvent,
  type Wanted,
} from "./audit";
import { words } from "./auditWords";
import { Facts } from "./values";
import classes from "./venue.module.css";

export function AuditPage() {
  const t = useWords(words);
  useTitle(t("title"));
  const [address, setAddress] = useSearchParams();
  const wanted = wantedIn(address);
  return (
    <Stack gap="md">
      <div>
        <Title order={1} size="h3">
          {t("title")}
        </Title>
        <Text size="sm">{t("lead")}</Text>
      </div>
      <Filters
        key={address.toString()}
        wanted={wanted}
        onSearch={(next) => setAddress({ ...next })}
      />
      <Found wanted={wanted} />
    </Stack>
  );
}

interface FilterProperties {
  readonly wanted: Wanted;
  readonly onSearch: (wanted: Wanted) => void;
}

function Filters({ wanted, onSearch }: FilterProperties) {
  const t = useWords(words);
  const [draft, setDraft] = useState<Wanted>(wanted);
  const set = (field: (typeof FIELDS)[number], value: string) =>
    setDraft({ ...draft, [field]: value });
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    const filled = Object.entries(draft).filter(([, value]) => value.trim() !== "");
    onSearch(Object.fromEntries(filled));
  };
  return (
    <form onSubmit={submit}>
      <SimpleGrid cols={{ base: 1, xs: 2, md: 4 }} spacing="sm">
        {NUMBERS.map((field) => (
          <TextInput
            key={field}
            label={t(field)}
            value={draft[field] ?? ""}
            pattern="\s*[1-9][0-9]{0,17}\s*"
            title={t("number")}
            inputMode="numeric"
            onChange={({ currentTarget }) => set(field, currentTarget.value)}
          />
        ))}
        <TextInput
          label={t("symbol")}
          value={draft.symbol ?? ""}
          onChange={({ currentTarget }) => set("symbol", currentTarget.value)}
        />
        <Select
          label={t("kind")}
          placeholder={t("anyKind")}
          searchable
          clearable
          value={draft.kind ?? null}
          data={KINDS.map((value) => ({ value, label: t(value) }))}
          onChange={(value) => set("kind", value ?? "")}
        />
        {MOMENTS.map((field) => (
          <TextInput
            key={field}
            label={t(field)}
            type="datetime-local"
            value={draft[field] ?? ""}
            onChange={({ currentTarget }) => set(field, currentTarget.value)}
          />
        ))}
        <Select
          label={t("direction")}
          allowDeselect={false}
          value={draft.direction ?? "NEWEST"}
          data={(["NEWEST", "OLDEST"] as const).map((value) => ({ value, label: t(value) }))}
          onChange={(value) => set("direction", value ?? "NEWEST")}
        />
      </SimpleGrid>
      <Group mt="sm">
        <Button type="submit">{t("search")}</Button>
        <Button variant="default" onClick={() => onSearch({})}>
          {t("clear")}
        </Button>
      </Group>
    </form>
  );
}

function Found({ wanted }: { readonly wanted: Wanted }) {
  const t = useWords(words);
  const query = useInfiniteQuery({
    queryKey: ["venue", "events", wanted],
    queryFn: ({ pageParam }) => {
      const query = { ...queryOf(wanted), ...(pageParam === null ? {} : { cursor: pageParam }) };
      return take(api.GET("/v1/events", { params: { query } }));
    },
    initialPageParam: null as string | null,
    getNextPageParam: ({ next_cursor: next }) => next,
  });
  return (
    <QueryView query={query} height={300}>
      {({ pages }) => {
        const events = pages.flatMap(({ items }) => items);
        return (
          <Stack gap="sm">
            <Text size="sm" c="dimmed" role="status">
              {t("upTo", { sequence: pages.at(-1)?.indexed_up_to ?? "0" })}
            </Text>
            {events.length === 0 ? (
              <EmptyState title={t("none")} advice={t("noneAdvice")} />
            ) : (
              <Stack component="ol" gap="xs" p={0} m={0} style={{ listStyle: "none" }}>
                {events.map((each) => (
                  <Event key={`${each.sequence}-${each.ordinal}`} event={each} />
                ))}
              </Stack>
            )}
            <NextPageButton query={query} label={t("more")} />
          </Stack>
        );
      }}
    </QueryView>
  );
}

function Event({ event }: { readonly event: JournalEvent }) {
  const t = useWords(words);
  return (
    <Card withBorder component="li" padding="sm">
      <Group justify="space-between" gap="xs">
        <Text size="sm" fw={600}>
          {t(event.kind)}
        </Text>
        <Text size="xs" c="dimmed" component="span">
          <MomentText of={event.at} /> · {t("sequence")}{" "}
          <span className="number">
            {event.sequence}.{event.ordinal}
          </span>
        </Text>
      </Group>
      <Text size="sm" className={classes["value"]}>
        {t("actor")}:{" "}
        {event.actor_id === "0" ? t("clock") : t("aboutParty", { id: event.actor_id })} ·{" "}
        {t("about")}: <About event={event} />
      </Text>
      <details>
        <Text component="summary" size="sm">
          {t("details")}
        </Text>
        <Facts of={event.details} />
        <Text size="xs" mt="xs" className={classes["value"]}>
          {t("command")} {event.command} · {t("hash")} {event.hash}
        </Text>
      </details>
    </Card>
  );
}

/** What an event is about; a transfer leads to its case. */
function About({ event }: { readonly event: JournalEvent }) {
  const t = useWords(words);
  const others = event.party_ids.filter((id) => id !== event.actor_id);
  const told = [
    ...event.symbols,
    ...event.order_ids.map((id) => t("aboutOrder", { id })),
    ...others.map((id) => t("aboutParty", { id })),
  ];
  return (
    <>
      {told.join(" · ")}
      {event.transfer_ids.map((id) => (
        <span key={id}>
          {" · "}
          <Anchor component={Link} to={`/venue/cases/${id}`} size="sm" underline="always">
            {t("aboutTransfer", { id })}
          </Anchor>
        </span>
      ))}
    </>
  );
}
