"""The market's pages in a real browser: a book as one's own class sees it, what rises and falls
told by more than colour, and a way in by a link."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.api.people import new_person
from tests.api.test_book_views import split
from tests.api.venue import Market, Person
from tests.web.browsers import Pages, launched, leaves_nobody_out
from tests.web.people import sign_in
from tests.web.served import ServedVenue
from tests.web.test_trading import DARK_AND_NARROW

RED: Final = "rgb(179, 38, 30)"
GREEN: Final = "rgb(23, 105, 58)"


@dataclass(frozen=True)
class Scene:
    """A product that keeps natural persons from parts of a holding, and one with deals."""

    address: str
    apart: Market
    dealt: Market
    person: Person


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    with ServedVenue(tmp_path_factory.mktemp("market") / "venue") as venue:
        apart, dealt = Market.make(venue), Market.make(venue)
        split(apart)
        apart.sell("1.0300", "300")
        apart.sell("1.0400", "100", whole_only=True)
        apart.buy("1.0100", "200")
        for price in ("1.0200", "1.0300", "1.0250"):
            dealt.sell(price, "500")
            dealt.buy(price, "500")
        dealt.sell("1.0310", "400")
        dealt.buy("1.0190", "400")
        person = new_person(venue, venue.new_party("NATURAL_PERSON", money="20000.00"))
        yield Scene(venue.address, apart, dealt, person)


@pytest.fixture(scope="module")
def browser(scene: Scene) -> Iterator[Browser]:
    assert scene.address, "the market is made first: then the event loop is the browser's"
    with launched() as browser:
        yield browser


@pytest.fixture
def open_page(browser: Browser, scene: Scene) -> Iterator[Pages]:
    with Pages(browser, scene.address) as pages:
        yield pages


def signed_in(open_page: Pages, scene: Scene, path: str, **options: Any) -> Page:
    page = open_page("/sign-in", **options)
    sign_in(page, scene.person)
    page.goto(path)
    page.get_by_role("heading", level=1).wait_for()
    return page


def asks(page: Page) -> Locator:
    return page.get_by_test_id("ladder").get_by_role("row").filter(has_text="卖 ")


def test_who_trades_sees_what_he_may_take_and_can_see_the_whole(
    open_page: Pages, scene: Scene
) -> None:
    page = signed_in(open_page, scene, f"/products/{scene.apart.symbol}")
    expect(page.get_by_text("作为自然人按本产品规则可以受让的委托")).to_be_visible()
    expect(page.get_by_test_id("ladder")).to_contain_text("1.0100")
    expect(asks(page)).to_have_count(0)  # a part, and a listing that is no whole holding
    page.get_by_text("全部盘口").click()
    expect(asks(page)).to_have_count(2)
    expect(page.get_by_text("有些因投资者适当性等规则不能与您成交")).to_be_visible()
    page.get_by_text("我卖出可成交").click()
    bids = page.get_by_test_id("ladder").get_by_role("row").filter(has_text="买 1")
    expect(bids).to_contain_text("1.0100")
    leaves_nobody_out(page)


def test_a_visitor_sees_the_whole_book(open_page: Pages, scene: Scene) -> None:
    page = open_page(f"/products/{scene.apart.symbol}")
    expect(asks(page)).to_have_count(2)
    expect(page.get_by_text("我买入可成交")).to_have_count(0)


def colour_of(place: Locator) -> str:
    found: str = place.evaluate("each => getComputedStyle(each).color")
    return found


def test_red_rises_unless_the_reader_wants_green_and_colour_is_never_all(
    open_page: Pages, scene: Scene
) -> None:
    page = open_page(f"/products/{scene.dealt.symbol}", color_scheme="light")
    ladder, deals = page.get_by_test_id("ladder"), page.get_by_role("table", name="最近成交")
    bid = ladder.get_by_role("row").filter(has_text="买 1").locator("b")
    ask = ladder.get_by_role("row").filter(has_text="卖 1").locator("b")
    newest = deals.get_by_role("row").nth(1).get_by_role("img", name="低于上一笔")
    before = deals.get_by_role("row").nth(2).get_by_role("img", name="高于上一笔")
    expect(newest).to_have_text("▼")
    expect(before).to_have_text("▲")
    expect(deals.get_by_role("row").nth(3).get_by_role("img")).to_have_count(0)
    assert [colour_of(each) for each in (bid, before)] == [RED, RED]
    assert [colour_of(each) for each in (ask, newest)] == [GREEN, GREEN]
    page.get_by_role("button", name="显示设置").click()
    page.get_by_text("绿涨红跌").click()
    assert [colour_of(each) for each in (bid, before)] == [GREEN, GREEN]
    assert [colour_of(each) for each in (ask, newest)] == [RED, RED]


def test_the_history_is_drawn_from_deals_and_from_candles(open_page: Pages, scene: Scene) -> None:
    page = open_page(f"/products/{scene.dealt.symbol}")
    history = page.get_by_role("region", name="价格走势")
    expect(history.get_by_role("img")).to_have_attribute("aria-label", re.compile("共 3 笔成交"))
    for span in ("分钟", "小时", "日"):
        history.get_by_text(span, exact=True).click()
        drawn = history.get_by_role("img")
        expect(drawn).to_have_attribute("aria-label", re.compile("共 3 笔.*1.0300.*1.0200"))
        expect(history.get_by_text("空心为涨，实心为跌")).to_be_visible()


def test_a_link_of_a_demo_leads_nowhere_at_a_venue_that_is_none(
    open_page: Pages, scene: Scene
) -> None:
    page = open_page(f"/sign-in?as={scene.person.login}")
    expect(page.get_by_role("alert")).to_be_visible()
    expect(page.locator("input[name=login]")).to_be_visible()
    expect(page.get_by_role("link", name="登录")).to_be_visible()


@pytest.mark.parametrize(
    ("language", "options"),
    [("zh", {"color_scheme": "light"}), ("en", DARK_AND_NARROW)],
    ids=["light and wide", "dark and narrow"],
)
def test_nobody_is_left_out_of_the_book(
    open_page: Pages, scene: Scene, language: str, options: dict[str, Any]
) -> None:
    path = f"/products/{scene.dealt.symbol}"
    page = signed_in(open_page, scene, path, language=language, **options)
    page.get_by_test_id("ladder").wait_for()
    leaves_nobody_out(page)
