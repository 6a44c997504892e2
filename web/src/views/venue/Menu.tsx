/**
 * The way between the venue's pages: groups, and below them the pages of the one that is looked at;
 * on a narrow screen all of it behind one button.
 */
import { Button } from "@mantine/core";
import { useState } from "react";
import { Link, NavLink, useLocation } from "react-router";
import { useBoth, useWords } from "../../i18n/words";
import type { Person } from "../../session/person";
import { GROUPS, type Entry } from "./lists";
import classes from "./venue.module.css";
import { words } from "./words";

const ALL_PAGES = "venue-pages";

export function Menu({ person }: { readonly person: Person }) {
  const t = useWords(words);
  const both = useBoth();
  const { pathname } = useLocation();
  const [openAt, setOpenAt] = useState<string | null>(null);
  const groups = GROUPS.map(({ title, pages }) => ({
    title,
    pages: pages.filter(({ isFor }) => isFor(person)),
  }));
  const present = groups.find(({ pages }) => pages.some((page) => isAt(page, pathname)));
  const page = present?.pages.find((each) => isAt(each, pathname));
  const isOpen = openAt === pathname;
  return (
    <nav className={classes["menu"]} aria-label={t("areas")}>
      <ul className={classes["tabs"]}>
        {groups.map(({ title, pages: [first] }) =>
          first === undefined ? null : (
            <li key={title.en}>
              <Link
                to={pathOf(first)}
                className={`nav-link ${title === present?.title ? classes["present"] : ""}`}
                aria-current={title === present?.title ? "true" : undefined}
              >
                {both(title)}
              </Link>
            </li>
          ),
        )}
      </ul>
      <ul className={classes["tabs"]}>
        {(present?.pages ?? []).map((each) => (
          <PageLink key={each.path} page={each} />
        ))}
      </ul>
      <div className={classes["folded"]}>
        <Button
          variant="default"
          fullWidth
          aria-expanded={isOpen}
          aria-controls={ALL_PAGES}
          onClick={() => setOpenAt(isOpen ? null : pathname)}
        >
          {page === undefined ? t("allPages") : both(page.title)} {isOpen ? "▴" : "▾"}
        </Button>
        <div id={ALL_PAGES} hidden={!isOpen}>
          {groups.map(({ title, pages }) => (
            <section key={title.en} aria-label={both(title)}>
              <p className={classes["group"]}>{both(title)}</p>
              <ul className={classes["tabs"]}>
                {pages.map((each) => (
                  <PageLink key={each.path} page={each} />
                ))}
              </ul>
            </section>
          ))}
        </div>
      </div>
    </nav>
  );
}

function PageLink({ page }: { readonly page: Entry }) {
  const both = useBoth();
  return (
    <li>
      <NavLink to={pathOf(page)} className="nav-link" end={page.path === ""}>
        {both(page.title)}
      </NavLink>
    </li>
  );
}

function pathOf({ path }: Entry): string {
  return path === "" ? "/venue" : `/venue/${path}`;
}

/** Whether one is there, or at something that belongs there. */
function isAt(page: Entry, pathname: string): boolean {
  const path = pathOf(page);
  return pathname === path || (page.path !== "" && pathname.startsWith(`${path}/`));
}
