/** First steps for a visitor of the demo: five places to go, once, until he says that he knows. */
import { Button, CloseButton, Group, Paper, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Link } from "react-router";
import { useWords } from "../i18n/words";
import { demoPeople } from "../session/wire";
import { tourWords as words } from "./tourWords";

const STORED_AS = "trustex-first-steps";
const SEEN = "seen";

const STEPS = [
  { name: "market", path: "/" },
  { name: "signIn", path: "/sign-in" },
  { name: "profile", path: "/client" },
  { name: "news", path: "/notifications" },
  { name: "status", path: "/status" },
] as const;

export function Tour() {
  const t = useWords(words);
  const [isSeen, setSeen] = useState(() => localStorage.getItem(STORED_AS) === SEEN);
  const [index, setIndex] = useState(0);
  const people = useQuery({ queryKey: ["demo", "people"], queryFn: demoPeople, enabled: !isSeen });
  const step = STEPS[index];
  const isDemo = people.data !== undefined && people.data.length > 0;
  if (isSeen || !isDemo || step === undefined) return null;
  const close = () => {
    localStorage.setItem(STORED_AS, SEEN);
    setSeen(true);
  };
  const isLast = index === STEPS.length - 1;
  return (
    <Paper
      component="section"
      aria-label={t("title")}
      withBorder
      p="md"
      mb="md"
      onKeyDown={(event) => {
        if (event.key === "Escape") close();
      }}
    >
      <Group justify="space-between" wrap="nowrap" mb={4}>
        <Text fw={600} size="sm">
          {t("title")} · {t("place", { number: index + 1, all: STEPS.length })}
        </Text>
        <CloseButton aria-label={t("close")} onClick={close} size="sm" />
      </Group>
      <Text size="sm" role="status">
        {t(step.name)}
      </Text>
      <Group gap="xs" mt="sm">
        <Button size="xs" variant="default" component={Link} to={step.path}>
          {t("go")}
        </Button>
        {index > 0 && (
          <Button size="xs" variant="default" onClick={() => setIndex(index - 1)}>
            {t("back")}
          </Button>
        )}
        <Button size="xs" onClick={isLast ? close : () => setIndex(index + 1)}>
          {t(isLast ? "done" : "next")}
        </Button>
      </Group>
    </Paper>
  );
}
