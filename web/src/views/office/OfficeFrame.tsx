/** What is around every page of the desk: whose it is, and its parts. */
import { Alert, Group, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { NavLink, Outlet, useOutletContext } from "react-router";
import { listText } from "../../format/lists";
import { momentText } from "../../format/moments";
import { useLanguage, useWords } from "../../i18n/words";
import { useNow } from "../../parts/useNow";
import { QueryView } from "../../parts/QueryView";
import { SignInFirst } from "../../parts/SignInFirst";
import { useSession } from "../../session/Session";
import { useCode } from "./codes";
import { officersQuery, selfQuery, type Self } from "./queries";
import { standingOf } from "./work";
import { words } from "./words";

const PARTS = ["files", "register", "products", "exceptions", "officers", "service"] as const;

/** Who works here; of every page within the frame. */
export function useSelf(): Self {
  return useOutletContext<Self>();
}

export function OfficeFrame() {
  const t = useWords(words);
  const { person } = useSession();
  if (person?.kind !== "TRUST_COMPANY") {
    return <SignInFirst title={t("signInFirst")} advice={t("signInFirstAdvice")} />;
  }
  return <Office />;
}

function Office() {
  const t = useWords(words);
  const query = useQuery(selfQuery);
  return (
    <Stack gap="md">
      <Group component="nav" aria-label={t("sections")} gap={2}>
        <NavLink to="/desk" end className="nav-link">
          {t("queue")}
        </NavLink>
        {PARTS.map((part) => (
          <NavLink key={part} to={`/desk/${part}`} className="nav-link">
            {t(part)}
          </NavLink>
        ))}
      </Group>
      <QueryView query={query} height={300}>
        {(self) => (
          <>
            <WhoActs self={self} />
            <Outlet context={self} />
          </>
        )}
      </QueryView>
    </Stack>
  );
}

/** Of dates that end an office; the venue's clock is what counts. */
const TICK_MS = 5_000;

function WhoActs({ self }: { readonly self: Self }) {
  const t = useWords(words);
  const code = useCode();
  const language = useLanguage();
  const { data: officers = [], dataUpdatedAt } = useQuery(officersQuery);
  const now = Math.max(useNow(TICK_MS), dataUpdatedAt);
  const own = officers.find(({ officer_id: id }) => id === self.officer_id);
  if (self.officer_id === null) return <Alert variant="light">{t("asNobody")}</Alert>;
  const standing = own === undefined ? "IN_OFFICE" : standingOf(own, now);
  if (own !== undefined && standing !== "IN_OFFICE") {
    const [word, at] =
      standing === "PAST"
        ? (["afterTerm", own.ends_at] as const)
        : (["beforeTerm", own.begins_at] as const);
    return (
      <Alert role="status" variant="light" color="red">
        {t(word, { at: at === null ? "" : momentText(at) })}
      </Alert>
    );
  }
  const roles = listText(self.roles.map(code), language);
  const { deputy_for: id = null, ends_at: until = null } = own ?? {};
  return (
    <Text size="sm" c="dimmed">
      {id !== null && until !== null
        ? t("asDeputy", { id, roles, at: momentText(until) })
        : t("asOfficer", { roles })}
    </Text>
  );
}
