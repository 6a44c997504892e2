"""Ordering in a real browser: a newcomer's first lawful bid, what he changes of it, and a listing
that is taken where deals are made by name."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.api.dealing import set_mode
from tests.api.people import new_person
from tests.api.rules import ruled
from tests.api.venue import Market, Person
from tests.web.browsers import Pages, launched, leaves_nobody_out
from tests.web.people import sign_in
from tests.web.served import ServedVenue

DARK_AND_NARROW: Final[dict[str, Any]] = {
    "color_scheme": "dark",
    "viewport": {"width": 360, "height": 800},
}
ORDERS_SINCE: Final = 104
"""More than one answer of the interface holds, unless it is asked for more."""
OLDER_ORDERS: Final = re.compile(r"/v1/orders\?.*cursor=")


@dataclass(frozen=True)
class Trading:
    """A venue whose first product has rules that warn, and whose second has listings; in the third
    a buyer has an old order behind more than a hundred that have come to nothing."""

    address: str
    market: Market
    listed: Market
    newcomer: Person
    seller: Person
    busy: Market
    bidder: Person


@pytest.fixture(scope="module")
def trading(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Trading]:
    with ServedVenue(tmp_path_factory.mktemp("trading") / "venue") as venue:
        market, listed = Market.make(venue), Market.make(venue)
        market.sell("1.0300", "5000")
        ruled(market, severity="WARN")
        set_mode(listed, "LISTED_PRICE")
        newcomer = new_person(venue, venue.new_party("NATURAL_PERSON", money="20000.00"))
        seller = new_person(venue, listed.seller)
        busy = Market.make(venue)
        busy.buy("1.0000", "700")
        for _ in range(ORDERS_SINCE):
            busy.buy("1.0100", "100", time_in_force="IMMEDIATE_OR_CANCEL")
        bidder = new_person(venue, busy.buyer)
        yield Trading(venue.address, market, listed, newcomer, seller, busy, bidder)


@pytest.fixture(scope="module")
def browser(trading: Trading) -> Iterator[Browser]:
    assert trading.address, "the market is made first: then the event loop is the browser's"
    with launched() as browser:
        yield browser


@pytest.fixture
def open_page(browser: Browser, trading: Trading) -> Iterator[Pages]:
    with Pages(browser, trading.address) as pages:
        yield pages


def acknowledge_all(page: Page) -> None:
    page.get_by_role("checkbox", name="我已阅读并了解").first.wait_for()
    for box in page.get_by_role("checkbox", name="我已阅读并了解").all():
        box.check()


def test_a_newcomer_is_led_to_his_first_bid_and_can_change_it(
    open_page: Pages, trading: Trading
) -> None:
    symbol = trading.market.symbol
    to_buy = re.compile(rf"/products/{re.escape(symbol)}/trade\?side=buy$")
    page = open_page(f"/products/{symbol}")
    page.get_by_role("link", name="买入").click()
    expect(page).to_have_url(to_buy)
    page.get_by_role("main").get_by_role("link", name="登录").click()
    sign_in(page, trading.newcomer)
    expect(page).to_have_url(to_buy)
    expect(page.get_by_text("成交少于 3 笔，不足以参考价格")).to_be_visible()

    page.get_by_label(re.compile("^全价")).fill("1.0200")
    page.get_by_label("数量（份）").fill("1000")
    expect(page.get_by_text(re.compile("份之间都可以申报"))).to_be_visible()
    expect(page.get_by_text("再多：您的可用资金不够。")).to_be_visible()
    send_on = page.get_by_role("button", name="下一步：核对")
    expect(page.get_by_test_id("preview-total")).to_have_text("¥1,220.51")
    expect(send_on).to_be_disabled()
    expect(page.get_by_text("请阅读下列风险提示并逐项勾选")).to_be_visible()
    leaves_nobody_out(page)
    acknowledge_all(page)
    send_on.click()

    expect(page.get_by_role("heading", name="请核对后提交")).to_be_focused()
    expect(page.get_by_text("以不高于 1.0200 元/份 的价格受让")).to_be_visible()
    page.get_by_role("button", name="确认提交").click()
    expect(page.get_by_text("已挂出，尚未成交")).to_be_visible()

    page.get_by_role("link", name="查看我的申报").click()
    row = page.get_by_role("row").filter(has_text=symbol)
    expect(row).to_contain_text("待成交")
    expect(row).to_contain_text("¥1,220.51")
    row.get_by_role("button", name="改单").click()
    page.get_by_label("新的未成交数量（份）").fill("600")
    expect(page.get_by_text("保留原有排队位置")).to_be_visible()
    page.get_by_label("新价格（元/份）").fill("1.0100")
    expect(page.get_by_text("将失去原有排队位置")).to_be_visible()
    page.get_by_label("新价格（元/份）").fill("1.0200")
    acknowledge_all(page)
    page.get_by_role("button", name="确认改单").click()
    expect(page.get_by_text("已改单，保留了排队位置。剩余 600 份")).to_be_visible()
    page.get_by_role("button", name="关闭").click()
    row.get_by_role("button", name="撤单").click()
    page.get_by_role("button", name="确认撤单").click()
    expect(page.get_by_text("已撤单 600 份")).to_be_visible()
    expect(row).to_contain_text("已撤单")


def test_an_old_order_is_found_and_cancelled_behind_a_hundred_newer_ones(
    open_page: Pages, trading: Trading
) -> None:
    page = open_page("/sign-in")
    sign_in(page, trading.bidder)
    page.goto("/orders")
    still_open = page.get_by_role("table", name="我的未成交委托").get_by_role("row")
    expect(still_open).to_have_count(2)
    over = page.get_by_role("table", name="我的历史委托").get_by_role("row")
    expect(over).to_have_count(1 + 50)
    older = page.get_by_role("button", name="显示更早的")
    older.click()
    expect(over).to_have_count(1 + 100)
    older.click()
    expect(over).to_have_count(1 + ORDERS_SINCE)
    expect(older).to_have_count(0)
    leaves_nobody_out(page)
    page.get_by_role("combobox", name="状态筛选").click()
    page.get_by_role("option", name="全部成交").click()
    expect(page.get_by_text("没有这样的历史委托")).to_be_visible()

    page.reload()
    expect(over).to_have_count(1 + 50)
    with page.expect_request(OLDER_ORDERS):
        page.route(OLDER_ORDERS, lambda _: None)
        older.click()
    elsewhere = page.context.new_page()
    elsewhere.goto(page.url)
    elsewhere.get_by_role("button", name="撤单").click()
    elsewhere.get_by_role("button", name="确认撤单").click()
    expect(elsewhere.get_by_text("已撤单 700 份")).to_be_visible()
    page.unroute(OLDER_ORDERS)
    expect(page.get_by_text("没有未成交的委托")).to_be_visible()
    expect(over).to_have_count(1 + 100)
    expect(over.first.or_(over.nth(1)).filter(has_text="已撤单")).to_have_count(1)


def test_what_is_listed_by_one_is_taken_by_another(open_page: Pages, trading: Trading) -> None:
    path = f"/products/{trading.listed.symbol}/trade"
    seller = open_page("/sign-in")
    sign_in(seller, trading.seller)
    seller.goto(f"{path}?side=sell")
    seller.get_by_label(re.compile("^全价")).fill("1.0500")
    seller.get_by_label("数量（份）").fill("2000")
    seller.get_by_role("button", name="下一步：核对").click()
    seller.get_by_role("button", name="确认提交").click()
    expect(seller.get_by_text("已发布")).to_be_visible()

    buyer = open_page("/sign-in")
    sign_in(buyer, trading.newcomer)
    buyer.goto(path)
    expect(buyer.get_by_role("heading", level=2).first).to_have_text("现有挂牌")
    expect(buyer.get_by_label(re.compile("^全价")).first).to_be_hidden()
    card = buyer.get_by_role("article")
    card.get_by_role("button", name="受让").click()
    card.get_by_label("数量（份）").fill("500")
    card.get_by_role("button", name="下一步：核对").click()
    card.get_by_role("button", name="确认提交").click()
    expect(card.get_by_text("已成交，过户编号")).to_be_visible()
    expect(card).to_contain_text("1,500")


@pytest.mark.parametrize(
    ("language", "options"),
    [("zh", {"color_scheme": "light"}), ("en", DARK_AND_NARROW)],
    ids=["light and wide", "dark and narrow"],
)
def test_nobody_is_left_out_of_ordering(
    open_page: Pages, trading: Trading, language: str, options: dict[str, Any]
) -> None:
    page = open_page("/sign-in", language=language, **options)
    sign_in(page, trading.newcomer)
    for path in (
        f"/products/{trading.market.symbol}/trade",
        f"/products/{trading.listed.symbol}/trade?side=sell",
        "/orders",
    ):
        page.goto(path)
        page.get_by_role("heading", level=1).wait_for()
        leaves_nobody_out(page)
