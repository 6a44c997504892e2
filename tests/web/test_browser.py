"""The pages in a real browser, at a real server: what people see, and that nobody is left out."""

import re
import signal
from collections.abc import Iterator
from typing import Any, Final

import pytest
from playwright.sync_api import Browser, expect

from tests.api.venue import Market
from tests.web.browsers import Pages, launched, leaves_nobody_out, violations
from tests.web.served import Dealing, ServedVenue

DEAD_AFTER_MS: Final = 20_000
"""Within it a page says that it hears nothing: two heartbeats, a second, and some patience."""


@pytest.fixture(scope="module")
def dealing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Dealing]:
    with ServedVenue(tmp_path_factory.mktemp("served") / "venue") as venue:
        market = Market.make(venue)
        market.sell("1.0300", "1000")
        market.sell("1.0250", "2000")
        market.buy("1.0200", "500")
        market.match()
        yield Dealing(market, venue.address)


@pytest.fixture(scope="module")
def browser(dealing: Dealing) -> Iterator[Browser]:
    assert dealing.address, "the market is made first: then the event loop is the browser's"
    with launched() as browser:
        yield browser


@pytest.fixture
def open_page(browser: Browser, dealing: Dealing) -> Iterator[Pages]:
    with Pages(browser, dealing.address) as pages:
        yield pages


def product_path(dealing: Dealing) -> str:
    return f"/products/{dealing.market.symbol}"


def test_a_visitor_finds_a_product_and_goes_to_it(open_page: Pages, dealing: Dealing) -> None:
    page = open_page("/")
    expect(page).to_have_title("市场 · trustex")
    page.get_by_label("搜索产品名称或代码").fill("稳健一号")
    row = page.get_by_role("row").filter(has_text=dealing.market.symbol)
    expect(row.get_by_role("cell").nth(1)).to_have_text("1.0200")
    row.get_by_role("link", name="嘉禾稳健一号集合资金信托计划").click()
    expect(page).to_have_url(re.compile(re.escape(product_path(dealing))))
    expect(page.get_by_role("heading", level=1)).to_have_text("嘉禾稳健一号集合资金信托计划")


def test_a_search_that_finds_nothing_says_what_to_do(open_page: Pages) -> None:
    page = open_page("/?q=nothing-of-the-kind")
    page.get_by_role("button", name="清除筛选").click()
    expect(page.get_by_role("status").filter(has_text="共 1 个产品")).to_be_visible()


def test_the_ladder_moves_and_a_deal_is_told(open_page: Pages, dealing: Dealing) -> None:
    page = open_page(product_path(dealing))
    ladder = page.get_by_test_id("ladder")
    expect(ladder.get_by_role("row").filter(has_text="卖 1")).to_contain_text("1.0250")
    dealing.sell("1.0240", "700")
    best = ladder.get_by_role("row").filter(has_text="卖 1")
    expect(best).to_contain_text("1.0240")
    expect(best).to_contain_text("700")
    dealing.buy("1.0240", "700")
    expect(best).to_contain_text("1.0250")
    deal = page.get_by_role("table", name="最近成交").get_by_role("row").nth(1)
    expect(deal).to_contain_text("1.0240")
    expect(deal).to_contain_text("待确权")


def test_a_developer_signs_in_by_key_and_out_again(open_page: Pages, dealing: Dealing) -> None:
    page = open_page("/sign-in")
    page.get_by_text("使用 API 密钥登录").click()
    key = page.get_by_role("textbox", name="API 密钥")
    key.fill("no-such-key")
    page.get_by_role("button", name="使用密钥").click()
    expect(page.get_by_role("alert")).to_be_visible()
    key.fill(dealing.market.buyer.key)
    page.get_by_role("button", name="使用密钥").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("市场")
    page.get_by_role("button", name="退出登录").click()
    expect(page.get_by_role("link", name="登录")).to_be_visible()


def test_language_colours_and_prices_are_as_the_reader_chooses(
    open_page: Pages, dealing: Dealing
) -> None:
    page = open_page(product_path(dealing))
    root = page.locator("html")
    expect(root).to_have_attribute("lang", "zh-CN")
    page.get_by_role("button", name="English").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Jiahe Steady No. 1")
    expect(root).to_have_attribute("lang", "en")
    page.get_by_role("button", name="Display settings").click()
    page.get_by_text("Dark", exact=True).click()
    expect(root).to_have_attribute("data-mantine-color-scheme", "dark")
    page.get_by_text("Green rises, red falls").click()
    expect(root).to_have_attribute("data-rise", "green")
    page.reload()
    expect(root).to_have_attribute("data-mantine-color-scheme", "dark")
    expect(root).to_have_attribute("data-rise", "green")


def test_everything_is_reached_by_the_keyboard(open_page: Pages) -> None:
    page = open_page("/")
    page.get_by_role("heading", level=1).wait_for()
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="跳到正文")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()


@pytest.mark.parametrize(
    ("language", "options"),
    [
        ("zh", {"color_scheme": "light"}),
        ("en", {"color_scheme": "dark", "viewport": {"width": 390, "height": 844}}),
    ],
    ids=["light and wide", "dark and narrow"],
)
@pytest.mark.parametrize("name", ["market", "product", "sign-in", "status", "missing"])
def test_nobody_is_left_out(
    open_page: Pages, dealing: Dealing, name: str, language: str, options: dict[str, Any]
) -> None:
    path = {"market": "/", "product": product_path(dealing)}.get(name, f"/{name}")
    page = open_page(path, language=language, **options)
    page.get_by_role("main").get_by_role("heading").or_(page.get_by_text("没有这个页面")).or_(
        page.get_by_text("There is no such page")
    ).first.wait_for()
    leaves_nobody_out(page)


def test_whom_a_page_leaves_out_is_said_each_time_it_is_looked_at(open_page: Pages) -> None:
    page = open_page("/status")
    page.get_by_role("main").get_by_role("heading").first.wait_for()
    assert violations(page) == []
    page.evaluate("document.querySelector('main').append(new Image())")
    assert violations(page) == [("image-alt", ["<img>"])]


def test_a_page_says_that_its_data_is_old_and_when_it_is_not_any_more(
    open_page: Pages, dealing: Dealing
) -> None:
    page = open_page(product_path(dealing))
    expect(page.get_by_test_id("ladder")).to_be_visible()
    banner = page.locator("[data-feed-state]")
    expect(banner).to_have_count(0)
    venue = dealing.market.venue
    assert isinstance(venue, ServedVenue)
    venue.process.send_signal(signal.SIGSTOP)
    try:
        expect(banner).to_be_visible(timeout=DEAD_AFTER_MS)
    finally:
        venue.process.send_signal(signal.SIGCONT)
    expect(banner).to_have_count(0, timeout=DEAD_AFTER_MS)
