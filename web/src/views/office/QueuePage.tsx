/** What waits for the trust company's word, what is due first at the top, and many done at once. */
import { Button, Checkbox, Group, Select, Stack, Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useNavigate, useSearchParams } from "react-router";
import { useLive } from "../../feed/live";
import { useWords } from "../../i18n/words";
import { EmptyState } from "../../parts/EmptyState";
import { QueryView } from "../../parts/QueryView";
import { useTitle } from "../../shell/useTitle";
import { BatchDialog } from "./BatchDialog";
import { QueueTable } from "./QueueTable";
import { useCode } from "./codes";
import { QUEUE, queueQuery, REFRESH_MS, type Transfer } from "./queries";
import { useNameOf, useNow, useStep } from "./shown";
import { words } from "./words";
import { byDue, urgencyOf, type Word } from "./work";

const SHOWN_MORE = 100;
const NEAR: readonly string[] = ["TODAY", "OVERDUE"];
const ESCALATED = 3;

export function QueuePage() {
  const t = useWords(words);
  useTitle(t("queue"));
  const refetchInterval = useLive("confirmations", QUEUE, REFRESH_MS);
  const query = useQuery({ ...queueQuery, refetchInterval });
  const [picked, setPicked] = useState<ReadonlySet<string>>(new Set());
  const [asked, setAsked] = useState<Asked | null>(null);
  return (
    <Stack gap="md">
      <Title order={1} size="h3">
        {t("queue")}
      </Title>
      <QueryView query={query} height={400}>
        {(transfers) =>
          transfers.length === 0 ? (
            <EmptyState title={t("emptyQueue")} advice={t("emptyQueueAdvice")} />
          ) : (
            <Queue {...{ transfers, picked, setPicked }} onAsk={setAsked} />
          )
        }
      </QueryView>
      {/* Beside the queue: what became of the last that waited is told when nothing waits. */}
      {asked !== null && (
        <BatchDialog
          {...asked}
          onClose={() => {
            setAsked(null);
            setPicked(new Set());
          }}
          onCancel={() => setAsked(null)}
        />
      )}
    </Stack>
  );
}

interface QueueProperties {
  readonly transfers: readonly Transfer[];
  readonly picked: ReadonlySet<string>;
  readonly setPicked: (picked: ReadonlySet<string>) => void;
  readonly onAsk: (asked: Asked) => void;
}

function Queue({ transfers, picked, setPicked, onAsk }: QueueProperties) {
  const t = useWords(words);
  const now = useNow();
  const step = useStep();
  const navigate = useNavigate();
  const [filters, setFilters] = useSearchParams();
  const [shownMax, setShownMax] = useState(SHOWN_MORE);
  const isMine = (transfer: Transfer) => ["DECIDE", "PROPOSE"].includes(step(transfer, now));
  const fitting = transfers.filter((each) => fits(each, filters, isMine)).sort(byDue);
  const shown = fitting.slice(0, shownMax);
  const mine = shown.filter(isMine);
  // Who is gone from the list is gone from the choice.
  const chosen = fitting.filter(({ transfer_id: id }) => picked.has(id));
  const pickAll = () => setPicked(new Set(mine.map(({ transfer_id: id }) => id)));
  const ask = (word: Word) => {
    if (chosen.length > 0) onAsk({ word, transfers: chosen });
  };
  return (
    <>
      <Overview transfers={transfers} nowMs={now} />
      <Filters transfers={transfers} filters={filters} setFilters={setFilters} />
      {fitting.length === 0 ? (
        <EmptyState
          title={t("noMatch")}
          advice={t("noMatchAdvice")}
          action={<Button onClick={() => setFilters({}, { replace: true })}>{t("clear")}</Button>}
        />
      ) : (
        <>
          <Group gap="xs" className="office-bar">
            <Text size="sm" role="status">
              {t("chosen", { count: chosen.length })}
            </Text>
            <Button size="xs" variant="default" onClick={pickAll} disabled={mine.length === 0}>
              {t("chooseAll", { count: mine.length })}
            </Button>
            {chosen.length > 0 && (
              <Button size="xs" variant="default" onClick={() => setPicked(new Set())}>
                {t("chooseNone")}
              </Button>
            )}
            <Button size="xs" onClick={() => ask("CONFIRM")} disabled={chosen.length === 0}>
              {t("confirm")}
            </Button>
            <Button
              size="xs"
              variant="default"
              onClick={() => ask("REJECT")}
              disabled={chosen.length === 0}
            >
              {t("reject")}
            </Button>
          </Group>
          {shown.some((each) => step(each, now) === "SIGNED") && (
            <Text size="sm">{t("signedAdvice")}</Text>
          )}
          <Text size="xs" c="dimmed">
            {t("keys")}
          </Text>
          <QueueTable
            transfers={shown}
            nowMs={now}
            picked={picked}
            setPicked={setPicked}
            onOpen={(id) => void navigate(`/desk/transfers/${id}`)}
            onAll={pickAll}
            onWord={ask}
          />
          {fitting.length > shown.length && (
            <Button variant="default" onClick={() => setShownMax(shownMax + SHOWN_MORE)}>
              {t("more", { count: Math.min(SHOWN_MORE, fitting.length - shown.length) })}
            </Button>
          )}
        </>
      )}
    </>
  );
}

interface Asked {
  readonly word: Word;
  readonly transfers: readonly Transfer[];
}

interface OverviewProperties {
  readonly transfers: readonly Transfer[];
  readonly nowMs: number;
}

function Overview({ transfers, nowMs }: OverviewProperties) {
  const t = useWords(words);
  const near = transfers.filter((each) => NEAR.includes(urgencyOf(each, nowMs))).length;
  const escalated = transfers.filter(({ notices }) => notices >= ESCALATED).length;
  return (
    <Text>
      {[
        t("wait", { count: transfers.length }),
        t("dueToday", { count: near }),
        t("escalated", { count: escalated }),
      ].join(" · ")}
    </Text>
  );
}

interface FilterProperties {
  readonly transfers: readonly Transfer[];
  readonly filters: URLSearchParams;
  readonly setFilters: (next: URLSearchParams, options: { readonly replace: boolean }) => void;
}

/** In the address, so that a view of the queue can be passed on. */
function Filters({ transfers, filters, setFilters }: FilterProperties) {
  const t = useWords(words);
  const code = useCode();
  const nameOf = useNameOf();
  const set = (name: string, value: string | null) => {
    const next = new URLSearchParams(filters);
    if (value === null) next.delete(name);
    else next.set(name, value);
    setFilters(next, { replace: true });
  };
  const select = (
    name: "product" | "state",
    values: readonly string[],
    text: (value: string) => string,
  ) => (
    <Select
      label={t(name)}
      placeholder={t("all")}
      clearable
      value={filters.get(name)}
      data={[...new Set(values)].sort().map((value) => ({ value, label: text(value) }))}
      onChange={(value) => set(name, value)}
      flex="1 1 12rem"
    />
  );
  const symbols = transfers.map(({ symbol }) => symbol);
  const states = transfers.map(({ state }) => state);
  return (
    <Group gap="sm" align="end">
      {select("product", symbols, nameOf)}
      {select("state", states, code)}
      <Checkbox
        label={t("mine")}
        checked={filters.has("mine")}
        onChange={({ currentTarget }) => set("mine", currentTarget.checked ? "1" : null)}
        pb={8}
      />
    </Group>
  );
}

function fits(
  transfer: Transfer,
  filters: URLSearchParams,
  isMine: (transfer: Transfer) => boolean,
): boolean {
  const [product, state] = [filters.get("product"), filters.get("state")];
  return (
    (product === null || transfer.symbol === product) &&
    (state === null || transfer.state === state) &&
    (!filters.has("mine") || isMine(transfer))
  );
}
