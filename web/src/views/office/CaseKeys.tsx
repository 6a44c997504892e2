/** One case after another without a mouse: the way on, the way back, and keys for both and more. */
import { Anchor, Group, Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useEffect, useRef, type KeyboardEvent, type ReactNode } from "react";
import { Link } from "react-router";
import { useWords } from "../../i18n/words";
import { words } from "./caseWords";
import { queueQuery } from "./queries";
import { useNow, useStep } from "./shown";
import { nextAfter } from "./work";

/** Only goes there: what cannot be taken back is done by the button itself. */
const FOCUSED: readonly string[] = ["c", "r"];
const PRESSED: readonly string[] = ["m", "n", "q"];

interface Properties {
  readonly transferId: string;
  /** Null: it is not known yet. */
  readonly version: number | null;
  readonly children: ReactNode;
}

export function CaseKeys({ transferId, version, children }: Properties) {
  const t = useWords(words);
  const frame = useRef<HTMLDivElement>(null);
  const now = useNow();
  const step = useStep();
  const { data: queue = [] } = useQuery(queueQuery);
  const next = nextAfter(transferId, queue, (each) =>
    ["DECIDE", "PROPOSE"].includes(step(each, now)),
  );
  // A case that is opened takes the keys, and so does one whose last button is gone.
  useEffect(() => frame.current?.focus(), [transferId]);
  useEffect(() => {
    if (document.activeElement === document.body) frame.current?.focus();
  }, [version]);
  const press = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    // What one types is never a command.
    if (event.target instanceof HTMLInputElement) return;
    const key = event.key.toLowerCase();
    if (!FOCUSED.includes(key) && !PRESSED.includes(key)) return;
    const control = frame.current?.querySelector<HTMLElement>(`[data-key="${key}"]`);
    if (control == null) return;
    event.preventDefault();
    if (FOCUSED.includes(key)) control.focus();
    else control.click();
  };
  return (
    <div className="office-case" ref={frame} tabIndex={-1} onKeyDown={press}>
      <Group justify="space-between">
        <Title order={1} size="h3">
          {t("title", { id: transferId })}
        </Title>
        <Group gap="md">
          {next === null ? (
            <Text size="sm" c="dimmed">
              {t("noNextCase")}
            </Text>
          ) : (
            <Anchor component={Link} to={`/desk/transfers/${next}`} size="sm" data-key="n">
              {t("nextCase", { id: next })}
            </Anchor>
          )}
          <Anchor component={Link} to="/desk" size="sm" data-key="q">
            {t("back")}
          </Anchor>
        </Group>
      </Group>
      <Text size="xs" c="dimmed" mb="md">
        {t("keys")}
      </Text>
      {children}
    </div>
  );
}
