/** What is around every page of the desk: whose it is, and its parts. */
import { Alert, Group, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { NavLink, Outlet, useOutletContext } from "react-router";
import { listText } from "../../format/lists";
import { useLanguage, useWords } from "../../i18n/words";
import { QueryView } from "../../parts/QueryView";
import { SignInFirst } from "../../parts/SignInFirst";
import { useSession } from "../../session/Session";
import { useCode } from "./codes";
import { selfQuery, type Self } from "./queries";
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

function WhoActs({ self }: { readonly self: Self }) {
  const t = useWords(words);
  const code = useCode();
  const language = useLanguage();
  if (self.officer_id === null) return <Alert variant="light">{t("asNobody")}</Alert>;
  return (
    <Text size="sm" c="dimmed">
      {t("asOfficer", { roles: listText(self.roles.map(code), language) })}
    </Text>
  );
}
