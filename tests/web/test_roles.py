"""Those who watch over a market, each at pages of his own: the operator whom a second one checks,
compliance that lets pass by two, the examiner who halts, the officer who clears a full queue."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import pytest
from playwright.sync_api import Browser, expect

from tests.api.clearances import HELD, offers, priced
from tests.api.venue import Market
from tests.web.browsers import Pages, launched, leaves_nobody_out, to_venue_page
from tests.web.people import Visitor, new_visitor
from tests.web.readers import PHONE, Reader
from tests.web.served import ServedVenue

QUEUED: Final = 100
DECIDES: Final = ["CHECKER", "COMPLIANCE"]
"""Without the second a clearance in the queue of compliance is not approved."""


@dataclass(frozen=True)
class Offices:
    """A market for each story, and who works at the pages: nobody comes in twice."""

    venue: ServedVenue
    changed: Market
    held: Market
    halted: Market
    full: Market
    operators: tuple[Visitor, Visitor]
    compliance: tuple[Visitor, Visitor]
    examiner: Visitor
    reviewer: Visitor


@pytest.fixture(scope="module")
def offices(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Offices]:
    with ServedVenue(tmp_path_factory.mktemp("roles") / "venue") as venue:
        maker, checker = venue.pair()
        company = venue.new_party("TRUST_COMPANY")
        of_company = {"party_id": company.party_id, "roles": ["MAKER", "CHECKER"]}
        symbol = venue.new_product(company)
        full = Market(
            venue,
            symbol,
            venue.new_party("NATURAL_PERSON"),
            venue.new_party("INSTITUTION", money="1000000.00"),
        )
        venue.give_units(symbol, full.seller, "20000")
        yield Offices(
            venue,
            Market.make(venue),
            Market.make(venue),
            Market.make(venue),
            full,
            operators=(new_visitor(venue, maker), new_visitor(venue, checker)),
            compliance=(
                new_visitor(venue, venue.new_officer(venue.operator, roles=["MAKER"])),
                new_visitor(venue, venue.new_officer(venue.operator, roles=DECIDES)),
            ),
            examiner=new_visitor(venue, venue.new_party("REGULATOR")),
            reviewer=new_visitor(venue, venue.new_officer(venue.operator, **of_company)),
        )


@pytest.fixture(scope="module")
def browser(offices: Offices) -> Iterator[Browser]:
    assert offices.venue.address, "the venue is made first: then the event loop is the browser's"
    with launched() as browser:
        yield browser


@pytest.fixture
def open_page(browser: Browser, offices: Offices) -> Iterator[Pages]:
    with Pages(browser, offices.venue.address) as pages:
        yield pages


def test_what_one_operator_proposes_another_approves(open_page: Pages, offices: Offices) -> None:
    maker = Reader.comes_in(open_page, offices.operators[0], "zh")
    checker = Reader.comes_in(open_page, offices.operators[1], "en", **PHONE)
    symbol = offices.changed.symbol
    maker.goes_to("运营与监管")
    expect(maker.page.get_by_test_id("verdict")).to_contain_text("安全")
    to_venue_page(maker.page, "产品与规则", "产品")
    maker.page.get_by_role("button", name=symbol, exact=True).click()
    maker.presses("变更交易方式")
    form = maker.page.get_by_role("form", name="变更交易方式")
    form.get_by_role("combobox", name="交易方式").click()
    maker.page.get_by_role("option", name="询价", exact=True).click()
    form.get_by_role("button", name="变更交易方式").click()
    maker.sees("待复核：变更交易方式")
    assert mode_of(offices.changed) == "CONTINUOUS", "one alone changes nothing"

    checker.goes_to("运营与监管")
    checks(checker)
    assert mode_of(offices.changed) == "RFQ"
    maker.page.goto(f"/products/{symbol}")
    maker.sees("本产品以询价方式转让，没有公开委托簿。")


def test_compliance_lets_pass_by_two_what_a_rule_holds(open_page: Pages, offices: Offices) -> None:
    market = offices.held
    priced(market, "COMPLIANCE")
    assert offers(market, HELD).status_code != 201
    maker = Reader.comes_in(open_page, offices.compliance[0], "zh")
    checker = Reader.comes_in(open_page, offices.compliance[1], "en")
    maker.goes_to("运营与监管")
    to_venue_page(maker.page, "监管与安全", "待放行")
    maker.row(market.symbol).get_by_role("button").first.click()
    maker.presses("放行")
    form = maker.page.get_by_role("form", name="放行")
    form.get_by_label("有效至").fill("2026-12-31")
    form.get_by_label("说明").fill("as the appraisal says")
    leaves_nobody_out(maker.page)
    form.get_by_role("button", name="放行").click()
    maker.sees("待复核：放行")
    assert offers(market, HELD).status_code != 201, "one alone lets nothing pass"

    checker.goes_to("运营与监管")
    checks(checker)
    assert offers(market, HELD).status_code == 201


def test_who_looks_at_the_market_sees_the_examiners_halt_at_once(
    open_page: Pages, offices: Offices
) -> None:
    symbol = offices.halted.symbol
    at_market, at_product = open_page("/"), open_page(f"/products/{symbol}", language="en")
    row = at_market.get_by_role("row").filter(has_text=symbol)
    expect(row).to_contain_text("交易中")
    expect(at_product.get_by_text("Trading", exact=True)).to_be_visible()
    examiner = Reader.comes_in(open_page, offices.examiner, "zh")
    examiner.goes_to("运营与监管")
    page = examiner.page
    examiner.presses("停止交易")
    page.get_by_role("combobox", name="产品").click()
    page.get_by_role("option", name=re.compile(re.escape(symbol))).click()
    page.get_by_role("combobox", name="原因").click()
    page.get_by_role("option", name="监管要求").click()
    page.get_by_role("textbox", name="说明").fill("by order of the authority")
    examiner.fills(f"请输入「{symbol}」以确认", symbol)
    examiner.presses("确认停牌")
    examiner.sees("已立即生效")
    expect(row).to_contain_text("停牌")
    expect(row).to_contain_text("监管要求")
    expect(at_product.get_by_role("alert")).to_contain_text("Halted: Official order.")
    leaves_nobody_out(at_product)


def test_an_officer_rejects_one_and_clears_the_rest_of_a_full_queue_on_a_phone(
    open_page: Pages, offices: Offices
) -> None:
    market = offices.full
    for _ in range(QUEUED):
        market.sell("1.0200", "100")
    transfers = market.buy("1.0200", f"{100 * QUEUED}")["fills"]
    assert len(transfers) == QUEUED
    officer = Reader.comes_in(open_page, offices.reviewer, "en", **PHONE)
    officer.goes_to("确权工作台")
    page = officer.page
    expect(page.get_by_text(f"{QUEUED} wait for you")).to_be_visible()
    page.get_by_role("checkbox", name=f"Choose transfer {transfers[0]['transfer_id']}").check()
    page.get_by_role("button", name="Reject …").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("combobox", name="Reason").click()
    page.get_by_role("option", name="Title disputed").click()
    expect(dialog).to_contain_text("1 would be rejected: units and money go back")
    dialog.get_by_role("button", name="Submit 1").click()
    expect(dialog.get_by_role("status")).to_have_text("1 done")
    dialog.get_by_role("button", name="Done").last.click()

    rest = QUEUED - 1
    page.get_by_role("button", name=f"Choose all that are mine ({rest})").click()
    page.get_by_role("button", name="Confirm …").click()
    expect(dialog).to_contain_text(f"{rest} would be confirmed")
    expect(dialog).to_contain_text("Holders 1 → 2")
    leaves_nobody_out(page)
    dialog.get_by_role("button", name=f"Submit {rest}").click()
    expect(dialog.get_by_role("status")).to_have_text(f"{rest} done")
    dialog.get_by_role("button", name="Done").last.click()
    expect(page.get_by_text("Nothing waits for confirmation")).to_be_visible()
    told = offices.venue.ask("GET", f"/v1/transfers/{transfers[0]['transfer_id']}", market.buyer)
    assert (told.json()["state"], told.json()["reason"]) == ("REJECTED", "TITLE_DISPUTED")
    (held,) = offices.venue.ask("GET", "/v1/holdings", market.buyer).json()["items"]
    assert held["total"] == f"{100 * rest}"


def mode_of(market: Market) -> str:
    """How deals in the market's product are made."""
    mode: str = market.venue.ask("GET", f"/v1/products/{market.symbol}").json()["market_mode"]
    return mode


def checks(checker: Reader) -> None:
    """The second person reads the one thing that waits, in English, and approves it."""
    page = checker.page
    to_venue_page(page, "Safety", "Proposals")
    leaves_nobody_out(page)
    page.get_by_role("checkbox").check()
    page.get_by_role("button", name="Approve").click()
    expect(page.get_by_text("Nothing waits for a second person")).to_be_visible()
