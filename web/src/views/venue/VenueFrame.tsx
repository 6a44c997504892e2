/** What is around the pages of those who run and examine the venue: the way from one to another. */
import { Alert, Button, Group, Stack, Text } from "@mantine/core";
import { useIsFetching, useQueryClient } from "@tanstack/react-query";
import { Outlet } from "react-router";
import { useWords } from "../../i18n/words";
import { EmptyState } from "../../parts/EmptyState";
import { useSession } from "../../session/Session";
import { Menu } from "./Menu";
import { words } from "./words";

export function VenueFrame() {
  const t = useWords(words);
  const { person, isChecking } = useSession();
  if (isChecking) return null;
  if (person === null || !["OPERATOR", "REGULATOR"].includes(person.kind)) {
    return <EmptyState title={t("notForYou")} advice={t("notForYouAdvice")} />;
  }
  return (
    <Stack gap="md">
      <Menu person={person} />
      {person.kind === "REGULATOR" && <Examining />}
      <Outlet />
    </Stack>
  );
}

/** Nothing is asked for again but by this button: each look is written down. */
function Examining() {
  const t = useWords(words);
  const queries = useQueryClient();
  const isAsking = useIsFetching({ queryKey: VENUE }) > 0;
  return (
    <Alert variant="light" py="xs">
      <Group>
        <Text size="sm" flex="1 1 14rem">
          {t("examiner")}
        </Text>
        <Button
          size="xs"
          variant="default"
          loading={isAsking}
          onClick={() => void queries.invalidateQueries({ queryKey: VENUE })}
        >
          {t("lookAgain")}
        </Button>
      </Group>
    </Alert>
  );
}

/** Of all that these pages ask. */
const VENUE = ["venue"];
