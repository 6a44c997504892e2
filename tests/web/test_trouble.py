"""What people are told when something does not work: in their language, what it means for their
money and units, and what to do; and that what they have typed is not lost."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.api.venue import Market, Person
from tests.web.browsers import Pages, launched, leaves_nobody_out
from tests.web.people import new_visitor, sign_in
from tests.web.served import ServedVenue


@dataclass(frozen=True)
class Counter:
    """A market, and its buyer who signs in on pages; by another session of his he spends."""

    venue: ServedVenue
    market: Market
    buyer: Person

    @property
    def trade(self) -> str:
        return f"/products/{self.market.symbol}/trade?side=buy"

    def ends_every_session_but_its_own(self) -> None:
        """By the other session of the buyer."""
        for each in self.venue.ask("GET", "/v1/sessions", self.buyer).json()["items"]:
            if not each["is_this"]:
                path = f"/v1/sessions/{each['session_id']}"
                assert self.venue.ask("DELETE", path, self.buyer).status_code == 204


@pytest.fixture(scope="module")
def counter(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Counter]:
    with ServedVenue(tmp_path_factory.mktemp("trouble") / "venue") as venue:
        market = Market.make(venue)
        yield Counter(venue, market, new_visitor(venue, market.buyer).person)


@pytest.fixture(scope="module")
def browser(counter: Counter) -> Iterator[Browser]:
    assert counter.venue.address, "the venue is made first: then the event loop is the browser's"
    with launched() as browser:
        yield browser


@pytest.fixture
def open_page(browser: Browser, counter: Counter) -> Iterator[Pages]:
    forgiven = ("Failed to load resource", "WebSocket connection")
    with Pages(browser, counter.venue.address, forgiven=forgiven) as pages:
        yield pages


def buyer_at(open_page: Pages, counter: Counter, path: str, **options: Any) -> Page:
    page = open_page("/sign-in", **options)
    sign_in(page, counter.buyer)
    page.goto(path)
    page.get_by_role("heading", level=1).wait_for()
    return page


def test_who_lacks_money_reads_in_chinese_how_much_and_that_nothing_was_locked(
    open_page: Pages, counter: Counter
) -> None:
    page = buyer_at(open_page, counter, counter.trade)
    page.get_by_label("全价（元/份）").fill("1.0000")
    page.get_by_label("数量（份）").fill("600000")
    page.get_by_role("button", name="下一步：核对").click()
    page.get_by_role("heading", name="请核对后提交").wait_for()
    spent = counter.market.buy("1.0000", "600000")
    page.get_by_role("button", name="确认提交").click()
    alert = page.get_by_role("alert").filter(has_text="可用资金不足")
    expect(alert).to_contain_text("没有冻结、扣除或划转您的任何资金和份额")
    expect(alert).to_contain_text("请先入金或减少数量")
    expect(alert).to_contain_text("还缺 ¥")
    detail = alert.get_by_text("Not enough available money.")
    expect(detail).to_be_hidden()
    alert.get_by_text("技术详情").click()
    expect(detail).to_be_visible()
    leaves_nobody_out(page)

    path = f"/v1/orders/{spent['order_id']}"
    counter.venue.do("DELETE", path, counter.market.buyer)
    page.get_by_role("button", name="确认提交").click()
    expect(page.get_by_text("已挂出，尚未成交")).to_be_visible()


def test_a_change_that_was_refused_is_asked_anew_and_not_answered_as_before(
    open_page: Pages, counter: Counter
) -> None:
    buyer = counter.market.buyer
    for each in counter.venue.ask("GET", "/v1/orders?status=OPEN", buyer).json()["items"]:
        counter.venue.do("DELETE", f"/v1/orders/{each['order_id']}", buyer)
    standing = counter.market.buy("1.0000", "900")["order_id"]
    spent = counter.market.buy("1.0000", "600000")["order_id"]
    page = buyer_at(open_page, counter, "/orders")
    page.get_by_role("button", name=f"改单：{standing} 号").click()
    page.get_by_label("新的未成交数量（份）").fill("600900")
    page.get_by_role("button", name="确认改单").click()
    expect(page.get_by_role("alert", name="可用资金不足")).to_be_visible()
    counter.venue.do("DELETE", f"/v1/orders/{spent}", counter.market.buyer)
    page.get_by_role("button", name="确认改单").click()
    expect(page.get_by_text("剩余 600,900 份")).to_be_visible()
    counter.venue.do("DELETE", f"/v1/orders/{standing}", counter.market.buyer)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_whose_session_has_ended_is_told_and_goes_on_where_he_was(
    open_page: Pages, counter: Counter, language: str
) -> None:
    page = buyer_at(open_page, counter, counter.trade, language=language)
    price, units = ("全价（元/份）", "数量（份）")
    ended, again = ("您的登录已结束", "重新登录并返回此页")
    if language == "en":
        price, units = ("Full price (yuan a unit)", "Quantity (units)")
        ended, again = ("Your session has ended", "Sign in and come back here")
    page.get_by_label(price).fill("1.0123")
    counter.ends_every_session_but_its_own()
    page.get_by_label(units).fill("1100")
    expect(page.get_by_text(ended)).to_be_visible()
    expect(page.get_by_role("alert").filter(has_not_text=ended)).to_have_count(0)
    expect(page.get_by_label(price)).to_have_count(0)
    leaves_nobody_out(page)
    page.get_by_role("link", name=again).click()
    sign_in(page, counter.buyer)
    expect(page.get_by_label(price)).to_have_value("1.0123")
    expect(page.get_by_label(units)).to_have_value("1100")
    expect(page.get_by_text(ended)).to_have_count(0)


def test_a_venue_that_cannot_be_reached_does_not_make_anybody_a_stranger(
    open_page: Pages, counter: Counter
) -> None:
    page = buyer_at(open_page, counter, "/")
    page.route("**/v1/session", lambda route: route.abort())
    page.reload()
    expect(page.get_by_text("暂不能确认您是否已登录")).to_be_visible()
    expect(page.get_by_role("link", name="登录", exact=True)).to_have_count(0)
    page.unroute("**/v1/session")
    expect(page.get_by_role("button", name="退出登录")).to_be_visible()
    expect(page.get_by_text("暂不能确认您是否已登录")).to_have_count(0)


def test_what_could_not_be_refreshed_says_of_when_it_is(open_page: Pages, counter: Counter) -> None:
    counter.market.buy("0.9000", "100")
    page = buyer_at(open_page, counter, "/orders")
    table = page.get_by_role("table", name="我的未成交委托")
    expect(table).to_be_visible()
    page.route("**/v1/orders?*", lambda route: route.abort())
    counter.market.buy("1.0001", "100")
    notice = page.get_by_text("未能刷新，可能已有变化").first
    expect(notice).to_contain_text("北京时间")
    expect(table).to_be_visible()
    leaves_nobody_out(page)
