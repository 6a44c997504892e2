/** The queue as a table that is worked through by mouse or by keyboard. */
import { Anchor, Text } from "@mantine/core";
import { useMemo, useRef, type KeyboardEvent } from "react";
import { Link } from "react-router";
import { compareDecimals } from "../../format/decimal";
import { lengthText } from "../../format/durations";
import { useLanguage, useWords } from "../../i18n/words";
import { DataTable, type Column } from "../../parts/DataTable";
import { MoneyText, UnitsText } from "../../parts/Figures";
import type { Transfer } from "./queries";
import { Due, Standing, useNameOf, useParties, useStep } from "./shown";
import { words } from "./words";
import { byDue, type Word } from "./work";

interface Properties {
  readonly transfers: readonly Transfer[];
  readonly nowMs: number;
  readonly picked: ReadonlySet<string>;
  readonly setPicked: (picked: ReadonlySet<string>) => void;
  readonly onOpen: (transferId: string) => void;
  readonly onAll: () => void;
  readonly onWord: (word: Word) => void;
}

export function QueueTable(properties: Properties) {
  const { transfers, onOpen, onAll, onWord } = properties;
  const t = useWords(words);
  const frame = useRef<HTMLDivElement>(null);
  const columns = useColumns(properties);
  // The keys count while the focus is in the list, and nowhere else: what one types is never a
  // command. Space is the checkbox's own.
  const press = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const focused = document.activeElement;
    const id = focused instanceof HTMLInputElement ? focused.value : null;
    const acts: Readonly<Record<string, () => void>> = {
      j: () => move(frame.current, 1),
      ArrowDown: () => move(frame.current, 1),
      k: () => move(frame.current, -1),
      ArrowUp: () => move(frame.current, -1),
      a: onAll,
      c: () => onWord("CONFIRM"),
      r: () => onWord("REJECT"),
      ...(id === null ? {} : { Enter: () => onOpen(id) }),
    };
    const act = acts[event.key];
    if (act === undefined) return;
    event.preventDefault();
    act();
  };
  return (
    // The list takes keys for the controls that are in it; each can be done by a button, too.
    <div ref={frame} onKeyDown={press}>
      <DataTable
        caption={t("queue")}
        columns={columns}
        rows={transfers}
        rowId={({ transfer_id: id }) => id}
      />
    </div>
  );
}

/** The focus goes to the checkbox so many rows on, as the rows stand on the screen. */
function move(frame: HTMLElement | null, by: number): void {
  const boxes = [...(frame?.querySelectorAll<HTMLInputElement>("input[data-pick]") ?? [])];
  const place = boxes.findIndex((box) => box === document.activeElement);
  const next = place === -1 ? 0 : Math.min(Math.max(place + by, 0), boxes.length - 1);
  boxes[next]?.focus();
}

function useColumns({
  nowMs,
  picked,
  setPicked,
}: Pick<Properties, "nowMs" | "picked" | "setPicked">): readonly Column<Transfer>[] {
  const t = useWords(words);
  const nameOf = useNameOf();
  const partiesOf = useParties();
  const language = useLanguage();
  const step = useStep();
  return useMemo(() => {
    const toggle = (id: string) => {
      const next = new Set(picked);
      if (!next.delete(id)) next.add(id);
      setPicked(next);
    };
    return [
      {
        id: "transfer",
        header: t("transfer"),
        cell: ({ transfer_id: id, symbol }) => (
          <span className="office-pick">
            <input
              type="checkbox"
              data-pick
              value={id}
              aria-label={t("select", { id })}
              checked={picked.has(id)}
              onChange={() => toggle(id)}
            />
            <span>
              <Anchor component={Link} to={`/desk/transfers/${id}`} fw={600}>
                #{id}
              </Anchor>
              <Text size="xs" c="dimmed">
                {nameOf(symbol)}
              </Text>
            </span>
          </span>
        ),
      },
      {
        id: "due",
        header: t("due"),
        cell: (transfer) => <Due transfer={transfer} nowMs={nowMs} />,
        compare: byDue,
      },
      {
        id: "waiting",
        header: t("waiting"),
        isAmount: true,
        cell: (transfer) => (
          <span className="number">{lengthText(nowMs - waitingSince(transfer), language)}</span>
        ),
        compare: (first, second) => waitingSince(first) - waitingSince(second),
      },
      {
        id: "parties",
        header: t("parties"),
        cell: (transfer) => t("pair", partiesOf(transfer)),
      },
      {
        id: "units",
        header: t("units"),
        isAmount: true,
        cell: ({ units }) => <UnitsText of={units} />,
        compare: (first, second) => compareDecimals(first.units, second.units),
      },
      {
        id: "consideration",
        header: t("consideration"),
        isAmount: true,
        cell: ({ consideration }) => <MoneyText of={consideration} />,
        compare: (first, second) => compareDecimals(first.consideration, second.consideration),
      },
      {
        id: "state",
        header: t("state"),
        cell: (transfer) => <Standing transfer={transfer} />,
        compare: (first, second) => first.state.localeCompare(second.state),
      },
      { id: "todo", header: t("todo"), cell: (transfer) => t(step(transfer, nowMs)) },
    ];
  }, [t, nameOf, partiesOf, language, step, nowMs, picked, setPicked]);
}

function waitingSince({ desk, matched_at: matchedAt }: Transfer): number {
  return Date.parse(desk?.submitted_at ?? matchedAt);
}
