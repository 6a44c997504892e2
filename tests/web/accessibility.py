"""Every page, walked through in both schemes at a real server by those whom it is for: what it
breaks of WCAG 2.2 AA, and what has to be loaded for it.

`python -m tests.web.accessibility` writes docs/reference/accessibility.md; test_accessibility.py
walks again and says whether that page is still true. What a program cannot see (whether a text is
clear, whether the order makes sense) it does not say.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, NamedTuple

from playwright.sync_api import Page

from benchmarks.first_load import first_load, sent_bytes
from tests.api.people import PASSWORD, new_person
from tests.api.review import ReviewDesk
from tests.api.rules import ruled
from tests.api.venue import Member, Person
from tests.architecture.tree import ROOT
from tests.web.browsers import CUT_OFF, TOO_WIDE, Pages, launched, violations
from tests.web.served import ServedVenue

DOCUMENT: Final = ROOT / "docs" / "reference" / "accessibility.md"
BYTES_PER_KB: Final = 1_000
GO: Final = """path => {
  document.title = '';
  history.pushState({}, '', path);
  dispatchEvent(new PopStateEvent('popstate', { state: {} }));
}"""
"""As a link goes: a key that one has signed in by is forgotten where a page is loaded anew."""
IS_THERE: Final = """() =>
  document.title !== '' && document.querySelector('main .mantine-Skeleton-root') === null
"""
"""Each page names itself, and shows grey where something is still to come."""

VISITOR, INVESTOR, DESK, OPERATOR = "a visitor", "an investor", "a trust company", "the operator"
COMPLIANCE, EXAMINER = "compliance", "an examiner"
PAGES: Final[Mapping[str, tuple[str, str]]] = {
    "market/MarketPage.tsx": (VISITOR, "/"),
    "market/ProductPage.tsx": (VISITOR, "/products/{symbol}"),
    "signin/EnrolPage.tsx": (VISITOR, "/enrol"),
    "signin/SignInPage.tsx": (VISITOR, "/sign-in"),
    "status/StatusPage.tsx": (VISITOR, "/status"),
    "client/ApplicationPage.tsx": (INVESTOR, "/client/application"),
    "client/BankAccountPage.tsx": (INVESTOR, "/client/bank-account"),
    "client/ClientPage.tsx": (INVESTOR, "/client"),
    "client/MayBuyPage.tsx": (INVESTOR, "/client/may-buy"),
    "client/QuestionnairePage.tsx": (INVESTOR, "/client/questionnaire"),
    "money/MoneyPage.tsx": (INVESTOR, "/money"),
    "notifications/NotificationsPage.tsx": (INVESTOR, "/notifications"),
    "portfolio/HoldingPage.tsx": (INVESTOR, "/portfolio/{symbol}"),
    "portfolio/PortfolioPage.tsx": (INVESTOR, "/portfolio"),
    "security/SecurityPage.tsx": (INVESTOR, "/security"),
    "signin/SecondFactorPage.tsx": (INVESTOR, "/second-factor"),
    "trade/OrdersPage.tsx": (INVESTOR, "/orders"),
    "trade/TradePage.tsx": (INVESTOR, "/products/{symbol}/trade"),
    "transfers/TransferPage.tsx": (INVESTOR, "/transfers/{transfer}"),
    "transfers/TransfersPage.tsx": (INVESTOR, "/transfers"),
    "office/CasePage.tsx": (DESK, "/desk/transfers/{transfer}"),
    "office/ExceptionsPage.tsx": (DESK, "/desk/exceptions"),
    "office/FilesPage.tsx": (DESK, "/desk/files"),
    "office/OfficersPage.tsx": (DESK, "/desk/officers"),
    "office/ProductsPage.tsx": (DESK, "/desk/products"),
    "office/QueuePage.tsx": (DESK, "/desk"),
    "office/RegisterPage.tsx": (DESK, "/desk/register"),
    "office/ServicePage.tsx": (DESK, "/desk/service"),
    "venue/AuditPage.tsx": (OPERATOR, "/venue/audit"),
    "venue/CasePage.tsx": (OPERATOR, "/venue/cases/{transfer}"),
    "venue/CasesPage.tsx": (OPERATOR, "/venue/cases"),
    "venue/ListPage.tsx": (OPERATOR, "/venue/products"),
    "venue/ListingPage.tsx": (OPERATOR, "/venue/listing"),
    "venue/NewProductPage.tsx": (OPERATOR, "/venue/listing/new"),
    "venue/ProposalsPage.tsx": (OPERATOR, "/venue/proposals"),
    "venue/RulePackPage.tsx": (OPERATOR, "/venue/rule-packs/{pack}"),
    "venue/SafetyPage.tsx": (OPERATOR, "/venue"),
}
"""Each page of web/src/views: for whom it is, and where."""
LISTS: Final[Mapping[str, tuple[str, ...]]] = {
    OPERATOR: (
        "applications",
        "bank-accounts",
        "calendars",
        "exceptions",
        "fee-schedules",
        "halts",
        "officers",
        "parties",
        "payments",
        "people",
        "reconciliations",
        "rule-packs",
        "withdrawals",
    ),
    COMPLIANCE: ("alerts", "clearances"),
    EXAMINER: ("", "audit", "cases", "cases/{transfer}", "reads"),
}
"""Lists of the venue's that are drawn by one page, and what others see besides the operator."""


class Stop(NamedTuple):
    """A page at an address, as somebody sees it."""

    page: str
    reader: str
    path: str


PAGE_OF: Final = {path: page for page, (_, path) in PAGES.items()}
WALK: Final = (
    *(Stop(page, *where) for page, where in PAGES.items()),
    *(
        Stop(PAGE_OF.get(path, "venue/ListPage.tsx"), reader, path)
        for reader, names in LISTS.items()
        for path in (f"/venue/{name}".removesuffix("/") for name in names)
    ),
)

SCHEMES: Final[Mapping[str, dict[str, Any]]] = {
    "light, 1280 px, Chinese": {"color_scheme": "light", "language": "zh"},
    "dark, 360 px, English": {
        "color_scheme": "dark",
        "viewport": {"width": 360, "height": 800},
        "language": "en",
    },
}
KINDS: Final = {
    DESK: ("信托公司", "Trust company"),
    OPERATOR: ("平台运营", "Operator"),
    COMPLIANCE: ("平台运营", "Operator"),
    EXAMINER: ("监管", "Regulator"),
}
"""By what an officer signs in: in Chinese, and in English."""
KEY_WORDS: Final = {
    "zh": ("使用 API 密钥登录", "API 密钥", "使用密钥"),
    "en": ("Sign in with an API key", "API key", "Use the key"),
}


@dataclass(frozen=True)
class Grounds:
    """A served venue in which every page has something to show."""

    address: str
    investor: Person
    officers: Mapping[str, Member]
    names: Mapping[str, str]

    @classmethod
    def make(cls, venue: ServedVenue) -> Grounds:
        """A transfer under review, a pack of rules, and who signs in."""
        desk = ReviewDesk.make(venue)
        market = desk.market
        market.sell("1.0300", "1000")
        venue.new_product(desk.office, transfer_terms={"onboarding": True})
        pack = ruled(market, severity="WARN")
        maker, _ = venue.pair()
        names = {"symbol": market.symbol, "transfer": desk.transfer_id, "pack": pack}
        investor = new_person(venue, market.seller)
        officers = {
            DESK: desk.qian,
            OPERATOR: maker,
            COMPLIANCE: venue.compliance(),
            EXAMINER: venue.new_party("REGULATOR"),
        }
        return cls(venue.address, investor, officers, names)


Found = dict[Stop, dict[str, list[str]]]
"""What is wrong with a page, by where it was seen and scheme."""


def walked(grounds: Grounds) -> Found:
    """What is wrong with every page, in each scheme."""
    found: Found = {stop: {} for stop in WALK}
    with launched() as browser, Pages(browser, grounds.address) as open_page:
        for scheme, options in SCHEMES.items():
            for who in (VISITOR, INVESTOR, DESK, OPERATOR, COMPLIANCE, EXAMINER):
                page = open_page("/sign-in", **options)
                _enter(page, grounds, who, str(options["language"]))
                for stop in WALK:
                    if stop.reader == who:
                        page.evaluate(GO, stop.path.format(**grounds.names))
                        found[stop][scheme] = list(_faults(page))
    return found


def _enter(page: Page, grounds: Grounds, who: str, language: str) -> None:
    if who == VISITOR:
        return
    if who == INVESTOR:
        page.locator("input[name=login]").fill(grounds.investor.login)
        page.locator("input[name=password]").fill(PASSWORD)
        page.locator("form button[type=submit]").first.click()
    else:
        by_key, key, enter = KEY_WORDS[language]
        kind = KINDS[who][list(KEY_WORDS).index(language)]
        page.get_by_text(by_key).click()
        page.get_by_role("textbox", name=key).fill(grounds.officers[who].key)
        page.get_by_role("combobox").last.click()
        page.get_by_role("option", name=kind, exact=True).click()
        page.get_by_role("button", name=enter).click()
    page.wait_for_url(re.compile(r"/$"))


def _faults(page: Page) -> Iterable[str]:
    page.wait_for_function(IS_THERE)
    if page.evaluate(TOO_WIDE) > 0:
        yield "wider than the screen"
    if page.evaluate(CUT_OFF):
        yield "header wider than the screen"
    yield from (rule for rule, _ in violations(page))


def document(found: Found) -> str:
    """The page of the documentation."""
    rows = (f"| {' | '.join(_cells(stop, faults))} |" for stop, faults in found.items())
    return "\n".join([*HEAD, *rows, ""])


def _cells(stop: Stop, faults: Mapping[str, list[str]]) -> list[str]:
    told = [", ".join(faults[scheme]) or "0" for scheme in SCHEMES]
    return [f"`{stop.path}`", stop.reader, *told, str(first_load_kb(stop.page))]


def first_load_kb(page: str) -> int:
    """Rounded up, of a thousand bytes."""
    return -(-sent_bytes(first_load(page)) // BYTES_PER_KB)


HEAD: Final = (
    "# Accessibility, and what a page loads",
    "",
    "Every page in a real browser at a real server, as those see it for whom it is: the rules of",
    "WCAG 2.2 A and AA that it breaks by axe-core (0: none, and nothing is wider than the screen),",
    "and the JavaScript that somebody loads who comes to it from outside, in kB as it is sent",
    "(gzip). `tests/web/test_accessibility.py` keeps the first true, and the second to within a",
    "tenth. A program sees no more than it can: whether a text is clear and an order of focus",
    "makes sense, people have to say.",
    "",
    "This page is generated by `python -m tests.web.accessibility`.",
    "",
    f"| page | for | {' | '.join(SCHEMES)} | kB |",
    "|---|---|---|---|---:|",
)


def main() -> None:
    """Walk, and write the page."""
    with (
        tempfile.TemporaryDirectory() as folder,
        ServedVenue(Path(folder) / "venue") as venue,
    ):
        found = walked(Grounds.make(venue))
    DOCUMENT.write_text(document(found), encoding="utf-8")


if __name__ == "__main__":
    main()
