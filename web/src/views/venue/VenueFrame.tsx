/** What is around the pages of those who run and examine the venue: the way from one to another. */
import { Alert, Stack } from "@mantine/core";
import { NavLink, Outlet } from "react-router";
import { useBoth, useWords } from "../../i18n/words";
import { EmptyState } from "../../parts/EmptyState";
import { useSession } from "../../session/Session";
import { words as audit } from "./auditWords";
import { LISTS } from "./lists";
import classes from "./venue.module.css";
import { words } from "./words";

export function VenueFrame() {
  const t = useWords(words);
  const auditWords = useWords(audit);
  const both = useBoth();
  const { person, isChecking } = useSession();
  if (isChecking) return null;
  if (person === null || !["OPERATOR", "REGULATOR"].includes(person.kind)) {
    return <EmptyState title={t("notForYou")} advice={t("notForYouAdvice")} />;
  }
  return (
    <Stack gap="md">
      <nav className={classes["tabs"]} aria-label={t("areas")}>
        <Tab to="/venue" label={t("safety")} end />
        <Tab to="/venue/proposals" label={t("proposals")} />
        <Tab to="/venue/cases" label={t("cases")} />
        <Tab to="/venue/audit" label={auditWords("title")} />
        {LISTS.filter(({ isFor }) => isFor(person)).map(({ path, title }) => (
          <Tab key={path} to={`/venue/${path}`} label={both(title)} />
        ))}
      </nav>
      {person.kind === "REGULATOR" && (
        <Alert variant="light" py="xs">
          {t("examiner")}
        </Alert>
      )}
      <Outlet />
    </Stack>
  );
}

interface TabProperties {
  readonly to: string;
  readonly label: string;
  readonly end?: boolean;
}

function Tab({ to, label, end = false }: TabProperties) {
  return (
    <NavLink to={to} className="nav-link" end={end}>
      {label}
    </NavLink>
  );
}
