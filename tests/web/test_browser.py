"""The pages in a real browser, at a real server: what people see, and that nobody is left out."""

import os
import re
import shutil
import signal
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, expect, sync_playwright

from tests.api.venue import Market
from tests.architecture.tree import ROOT
from tests.web.served import Dealing, ServedVenue

AXE: Final = ROOT / "web" / "node_modules" / "axe-core" / "axe.min.js"
STANDARDS: Final = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
RUN_AXE: Final = "tags => axe.run({runOnly: {type: 'tag', values: tags}})"
BROWSERS: Final = ("chromium", "chromium-browser", "google-chrome")
QUIET: Final = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-gpu",
    "--disable-quic",
    "--disable-sync",
    "--no-first-run",
)
REFUSED: Final = ("/v1/session", "/v1/demo/people", "/v1/transfers?limit=1")
"""What pages ask in order to be refused, which the browser notes: who is signed in where nobody is,
whether this is a demo, whether a wrong key is a key."""
DEAD_AFTER_MS: Final = 20_000
"""Within it a page says that it hears nothing: two heartbeats, a second, and some patience."""

OpenPage = Callable[..., Page]


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
    found = next(filter(None, map(shutil.which, BROWSERS)), None)
    assert found is not None, "these tests need a browser: apt-get install chromium"
    as_root = ("--no-sandbox",) if os.geteuid() == 0 else ()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=[*QUIET, *as_root])
        yield browser
        browser.close()


@pytest.fixture
def open_page(browser: Browser, dealing: Dealing) -> Iterator[OpenPage]:
    """Opens pages; none may complain, break the policy or ask anybody but the venue."""
    complaints: list[str] = []
    contexts = []

    def heed(message: ConsoleMessage) -> None:
        is_refused = message.location.get("url", "").endswith(REFUSED)
        if message.type in ("error", "warning") and not is_refused:
            complaints.append(message.text)

    def open_page(path: str, **options: Any) -> Page:
        language = options.pop("language", "zh")
        context = browser.new_context(base_url=dealing.address, **options)
        contexts.append(context)
        context.add_init_script(f"localStorage.setItem('trustex-language', '{language}')")
        page = context.new_page()
        page.on("console", heed)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("request", lambda request: complaints.extend(foreign(request.url, dealing)))
        page.goto(path)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert complaints == []


def foreign(url: str, dealing: Dealing) -> list[str]:
    """The address, if it is not the venue's."""
    is_own = url.startswith((dealing.address, "data:", dealing.address.replace("http", "ws", 1)))
    return [] if is_own else [url]


def product_path(dealing: Dealing) -> str:
    return f"/products/{dealing.market.symbol}"


def test_a_visitor_finds_a_product_and_goes_to_it(open_page: OpenPage, dealing: Dealing) -> None:
    page = open_page("/")
    expect(page).to_have_title("市场 · trustex")
    page.get_by_label("搜索产品名称或代码").fill("稳健一号")
    row = page.get_by_role("row").filter(has_text=dealing.market.symbol)
    expect(row.get_by_role("cell").nth(1)).to_have_text("1.0200")
    row.get_by_role("link", name="嘉禾稳健一号集合资金信托计划").click()
    expect(page).to_have_url(re.compile(re.escape(product_path(dealing))))
    expect(page.get_by_role("heading", level=1)).to_have_text("嘉禾稳健一号集合资金信托计划")


def test_a_search_that_finds_nothing_says_what_to_do(open_page: OpenPage) -> None:
    page = open_page("/?q=nothing-of-the-kind")
    page.get_by_role("button", name="清除筛选").click()
    expect(page.get_by_role("status").filter(has_text="共 1 个产品")).to_be_visible()


def test_the_ladder_moves_and_a_deal_is_told(open_page: OpenPage, dealing: Dealing) -> None:
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


def test_a_developer_signs_in_by_key_and_out_again(open_page: OpenPage, dealing: Dealing) -> None:
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
    open_page: OpenPage, dealing: Dealing
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


def test_everything_is_reached_by_the_keyboard(open_page: OpenPage) -> None:
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
    open_page: OpenPage, dealing: Dealing, name: str, language: str, options: dict[str, Any]
) -> None:
    path = {"market": "/", "product": product_path(dealing)}.get(name, f"/{name}")
    page = open_page(path, language=language, **options)
    page.get_by_role("main").get_by_role("heading").or_(page.get_by_text("没有这个页面")).or_(
        page.get_by_text("There is no such page")
    ).first.wait_for()
    page.wait_for_load_state("networkidle")
    width = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    assert width <= 0, "the page is wider than the screen"
    page.evaluate(Path(AXE).read_text(encoding="utf-8"))
    violations = page.evaluate(RUN_AXE, STANDARDS)["violations"]
    assert [(each["id"], [node["html"] for node in each["nodes"]]) for each in violations] == []


def test_a_page_says_that_its_data_is_old_and_when_it_is_not_any_more(
    open_page: OpenPage, dealing: Dealing
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
