"""Real browsers for tests, and the pages that they open."""

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final, Self

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, expect

from benchmarks import chromium
from tests.architecture.tree import ROOT

AXE: Final = ROOT / "web" / "node_modules" / "axe-core" / "axe.min.js"
STANDARDS: Final = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
HAS_AXE: Final = "() => 'axe' in window"
RUN_AXE: Final = """async (tags) => {
  const runOnly = { type: "tag", values: tags };
  const { violations } = await axe.run({ runOnly, resultTypes: ["violations"] });
  return violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)]);
}"""
"""Of what is in order, a page has thousands of nodes: they are neither described nor sent."""
REFUSED: Final = ("/v1/session", "/v1/demo/people", "/v1/demo/session")
"""What pages ask in order to be refused, which the browser notes: who is signed in where nobody is
or the key is none, whether this is a demo, whether a link of one still leads anywhere."""
PATIENCE_MS: Final = 15_000
"""How long something that will be seen may take: less than after what a list asks for itself anew
(20 s), so that what is seen sooner was told by the feed."""
TOO_WIDE: Final = "document.documentElement.scrollWidth - window.innerWidth"
CUT_OFF: Final = """() => {
  const { right, bottom } = document.querySelector("header:has(nav)").getBoundingClientRect();
  return [...document.querySelectorAll("header:has(nav) :is(a:not(.skip), button)")]
    .filter((each) => {
      const box = each.getBoundingClientRect();
      return box.width > 0 && (box.top < 0 || box.bottom > bottom || box.right > right);
    })
    .map((each) => each.textContent);
}"""
"""What of the header is not on the screen: it stays where it is, so the page is no wider for it."""


@contextlib.contextmanager
def launched() -> Iterator[Browser]:
    """A browser of this machine's; what is expected of its pages may take its time."""
    expect.set_options(timeout=PATIENCE_MS)
    with chromium.launched() as browser:
        yield browser


class Pages:
    """Opens pages; none may complain, break the policy or ask anybody but the venue."""

    def __init__(self, browser: Browser, address: str, *, forgiven: tuple[str, ...] = ()) -> None:
        """Args:
        forgiven: with what complaints may begin, as the test brings them about.
        """
        self._browser = browser
        self._address = address
        self._forgiven = forgiven
        self._complaints: list[str] = []
        self._contexts: list[BrowserContext] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *failure: object) -> None:
        for context in self._contexts:
            context.close()
        if failure[0] is None:
            assert self._complaints == [], self._complaints

    def __call__(self, path: str, **options: Any) -> Page:
        """A page in a browser of its own, of somebody who is not signed in."""
        language = options.pop("language", "zh")
        context = self._browser.new_context(base_url=self._address, **options)
        self._contexts.append(context)
        context.add_init_script(f"localStorage.setItem('trustex-language', '{language}')")
        page = context.new_page()
        page.on("console", self._heed)
        page.on("pageerror", lambda error: self._complaints.append(str(error)))
        page.on("request", lambda request: self._complaints.extend(self._foreign(request.url)))
        page.goto(path)
        return page

    def _heed(self, message: ConsoleMessage) -> None:
        is_refused = message.location.get("url", "").endswith(REFUSED)
        is_forgiven = is_refused or message.text.startswith(self._forgiven)
        if message.type in ("error", "warning") and not is_forgiven:
            self._complaints.append(f"{message.text} {message.location.get('url', '')}")

    def _foreign(self, url: str) -> list[str]:
        """The address, if it is not the venue's."""
        own = (self._address, "data:", "blob:", self._address.replace("http", "ws", 1))
        return [] if url.startswith(own) else [url]


def violations(page: Page) -> list[tuple[str, list[str]]]:
    """The rules of WCAG 2.2 AA that the page breaks, of those that a program sees, and where."""
    if not page.evaluate(HAS_AXE):  # it stays where a page only changes its address
        page.evaluate(Path(AXE).read_text(encoding="utf-8"))
    return [(rule, nodes) for rule, nodes in page.evaluate(RUN_AXE, STANDARDS)]


def leaves_nobody_out(page: Page) -> None:
    """The page fits its screen and breaks none of the rules of WCAG 2.2 AA that a program sees."""
    page.wait_for_load_state("networkidle")
    assert page.evaluate(TOO_WIDE) <= 0, "the page is wider than the screen"
    assert page.evaluate(CUT_OFF) == [], "the header is wider than the screen"
    assert violations(page) == []


def to_venue_page(page: Page, group: str, name: str) -> None:
    """By the menu of those who run the venue: its groups are links on a wide screen, and all of it
    is behind one button on a narrow one."""
    menu = page.get_by_role("main").get_by_role("navigation")
    menu.wait_for()
    unfolds = menu.get_by_role("button")
    if unfolds.is_visible():
        unfolds.click()
    else:
        menu.get_by_role("link", name=group, exact=True).click()
    menu.get_by_role("link", name=name, exact=True).click()
