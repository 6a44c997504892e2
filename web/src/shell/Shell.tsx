/** What is around every page: who one is, where one can go, how old the data is, whose time. */
import { Anchor, AppShell, Burger, Button, Container, Group, Stack, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { useEffect, useRef } from "react";
import { Link, NavLink, Outlet, useLocation } from "react-router";
import { areas, isFor } from "../areas";
import { zoneText } from "../format/moments";
import { nameText } from "../format/names";
import { LANGUAGE_TAGS } from "../i18n/language";
import { chooseLanguage, useBoth, useLanguage, useWords } from "../i18n/words";
import type { Person } from "../session/person";
import { useSession } from "../session/Session";
import { useSignInLink } from "../session/wayBack";
import { Bell } from "./Bell";
import { Settings } from "./Settings";
import { SessionNotice } from "./SessionNotice";
import { StaleBanner } from "./StaleBanner";
import { Tour } from "./Tour";
import { words } from "./words";

export function Shell() {
  const t = useWords(words);
  const language = useLanguage();
  const [isOpen, { toggle, close }] = useDisclosure();
  const { pathname } = useLocation();
  const { person } = useSession();
  const main = useRef<HTMLElement>(null);
  useEffect(() => {
    close();
    window.scrollTo(0, 0);
  }, [pathname, close]);
  return (
    <AppShell
      header={{ height: 56 }}
      navbar={{ width: 240, breakpoint: "lg", collapsed: { desktop: true, mobile: !isOpen } }}
      padding="md"
    >
      <AppShell.Header>
        <a className="skip" href="#main" onClick={() => main.current?.focus()}>
          {t("skip")}
        </a>
        <Group h="100%" px={{ base: "xs", sm: "md" }} gap="xs" wrap="nowrap">
          <Burger
            opened={isOpen}
            onClick={toggle}
            hiddenFrom="lg"
            size="sm"
            aria-label={t("menu")}
            aria-expanded={isOpen}
          />
          <Link to="/" className="nav-link">
            <Text component="span" fw={800} size="lg">
              trustex
            </Text>
          </Link>
          <Text component="span" size="sm" c="dimmed" truncate visibleFrom="xl">
            {t("product")}
          </Text>
          <Group
            component="nav"
            aria-label={t("navigation")}
            gap={2}
            wrap="nowrap"
            visibleFrom="lg"
            flex="none"
          >
            <Navigation />
          </Group>
          <Group gap={4} wrap="nowrap" ml="auto">
            <SignedIn />
            <OtherLanguage />
            <Settings />
          </Group>
        </Group>
      </AppShell.Header>
      <AppShell.Navbar p="md" hiddenFrom="lg" className={isOpen ? undefined : "menu-closed"}>
        <Stack component="nav" aria-label={t("navigation")} gap={4}>
          <Navigation />
        </Stack>
        {person !== null && (
          <Stack gap="sm" mt="lg" align="start">
            <OneSelf person={person} />
          </Stack>
        )}
      </AppShell.Navbar>
      <AppShell.Main ref={main} id="main" tabIndex={-1}>
        <StaleBanner />
        <SessionNotice />
        <Container size="xl" px={0}>
          <Tour />
          <Outlet />
        </Container>
        <Text component="footer" size="xs" c="dimmed" mt="xl" ta="center">
          {t("zone", { zone: zoneText(language) })} · {t("risk")}
        </Text>
      </AppShell.Main>
    </AppShell>
  );
}

function Navigation() {
  const both = useBoth();
  const { person } = useSession();
  return areas
    .filter((area) => area.title !== null && isFor(area, person?.kind ?? null))
    .map((area) => (
      <NavLink key={area.path} to={area.path} className="nav-link" end={area.path === "/"}>
        {area.title !== null && both(area.title)}
      </NavLink>
    ));
}

function OtherLanguage() {
  const [other, name] =
    useLanguage() === "zh" ? (["en", "English"] as const) : (["zh", "中文"] as const);
  return (
    <Button
      size="xs"
      variant="subtle"
      px={6}
      lang={LANGUAGE_TAGS[other]}
      onClick={() => chooseLanguage(other)}
    >
      {name}
    </Button>
  );
}

function SignedIn() {
  const t = useWords(words);
  const { person, isChecking } = useSession();
  const link = useSignInLink();
  if (isChecking) return null;
  if (person === null) {
    return (
      <Button component={Link} {...link} size="xs">
        {t("signIn")}
      </Button>
    );
  }
  return (
    <>
      <Bell kind={person.kind} />
      <Group gap="xs" wrap="nowrap" visibleFrom="lg">
        <OneSelf person={person} />
      </Group>
    </>
  );
}

/** Who one is, which leads to one's own sign-in, and the way out. */
function OneSelf({ person }: { readonly person: Person }) {
  const t = useWords(words);
  const language = useLanguage();
  const { signOut } = useSession();
  const name = person.name === null ? t(person.kind) : nameText(person.name, language);
  return (
    <>
      <Anchor component={Link} to="/security" size="sm" lineClamp={1}>
        {t("signedInAs", { name })}
      </Anchor>
      <Button size="xs" variant="default" miw="max-content" onClick={() => void signOut()}>
        {t("signOut")}
      </Button>
    </>
  );
}
