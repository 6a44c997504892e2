"""The pages of those who run and examine a venue, in a real browser at a real server."""

import hashlib
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.api.rules import load_pack, set_rules
from tests.api.test_rulings import OF_TRANSFERS
from tests.api.venue import Market, Member
from tests.web.browsers import Pages, launched, leaves_nobody_out, to_venue_page
from tests.web.served import Dealing, ServedVenue

OPERATOR: Final = "平台运营"
REGULATOR: Final = "监管"
PARTIES: Final = "/v1/parties?"


class Office:
    """A venue with two officers of the operator and a regulator, made before the browser."""

    def __init__(self, market: Market) -> None:
        venue = market.venue
        self.symbol = market.symbol
        self.maker, self.checker = venue.pair()
        self.examiner = venue.new_party("REGULATOR")
        load_pack(venue, OF_TRANSFERS)
        set_rules(venue, market.symbol, "TRY")
        self.transfer_id: str = market.match()["transfer_id"]


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Dealing, Office]]:
    with ServedVenue(tmp_path_factory.mktemp("run") / "venue") as venue:
        market = Market.make(venue)
        office = Office(market)
        yield Dealing(market, venue.address), office


@pytest.fixture(scope="module")
def dealing(served: tuple[Dealing, Office]) -> Dealing:
    return served[0]


@pytest.fixture(scope="module")
def office(served: tuple[Dealing, Office]) -> Office:
    return served[1]


@pytest.fixture(scope="module")
def browser(served: tuple[Dealing, Office]) -> Iterator[Browser]:
    assert served, "the venue is made first: then the event loop is the browser's"
    with launched() as browser:
        yield browser


@pytest.fixture
def open_page(browser: Browser, dealing: Dealing) -> Iterator[Pages]:
    with Pages(browser, dealing.address) as pages:
        yield pages


def enter(page: Page, member: Member, kind: str) -> None:
    """Sign in by key, and go to the pages of the venue."""
    page.get_by_text("使用 API 密钥登录").click()
    page.get_by_role("combobox", name="身份").click()
    page.get_by_role("option", name=kind, exact=True).click()
    page.get_by_role("textbox", name="API 密钥").fill(member.key)
    page.get_by_role("button", name="使用密钥").click()
    page.get_by_role("link", name="运营与监管").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("安全状态")


def halt_product(page: Page, symbol: str, note: str) -> None:
    """The command, as somebody gives it who means it."""
    page.get_by_role("button", name="停止交易").click()
    page.get_by_role("combobox", name="产品").click()
    page.get_by_role("option", name=re.compile(re.escape(symbol))).click()
    page.get_by_role("combobox", name="原因").click()
    page.get_by_role("option", name="监管要求").click()
    page.get_by_role("textbox", name="说明").fill(note)
    confirm = page.get_by_role("button", name="确认停牌")
    expect(confirm).to_be_disabled()
    page.get_by_label(f"请输入「{symbol}」以确认").fill(symbol)
    confirm.click()
    expect(page.get_by_text("已立即生效")).to_be_visible()


def test_an_officer_halts_and_a_second_one_lets_the_halt_be_lifted(
    open_page: Pages, office: Office, dealing: Dealing
) -> None:
    page = open_page("/sign-in")
    enter(page, office.maker, OPERATOR)
    expect(page.get_by_test_id("verdict")).to_contain_text("安全")
    leaves_nobody_out(page)
    halt_product(page, office.symbol, "trade looks disorderly")
    expect(page.get_by_test_id("standing-halts")).to_contain_text(office.symbol)
    page.get_by_role("link", name="查看此停牌").click()
    page.get_by_role("button", name="解除停牌").click()
    form = page.get_by_role("form", name="解除停牌")
    form.get_by_role("textbox", name="说明").fill("it was explained")
    form.get_by_role("button", name="解除停牌").click()
    expect(page.get_by_text("待复核：解除停牌")).to_be_visible()
    assert standing(dealing) == 1, "one officer alone lifts nothing"

    second = open_page("/sign-in", viewport={"width": 390, "height": 844}, color_scheme="dark")
    second.get_by_role("heading", level=1).wait_for()
    enter_narrow(second, office.checker)
    expect(second.get_by_text("it was explained")).to_be_visible()
    leaves_nobody_out(second)
    second.get_by_label("我已逐项核对").check()
    second.get_by_role("button", name="复核通过").click()
    expect(second.get_by_text("没有待复核事项")).to_be_visible()
    assert standing(dealing) == 0


def standing(dealing: Dealing) -> int:
    """How many halts stop trade in the product."""
    product = httpx.get(f"{dealing.address}/v1/products/{dealing.market.symbol}").json()
    return len(product["halts"])


def enter_narrow(page: Page, member: Member) -> None:
    """The same on a small screen, whose navigation is behind a button; then to the proposals."""
    page.get_by_text("使用 API 密钥登录").click()
    page.get_by_role("combobox", name="身份").click()
    page.get_by_role("option", name=OPERATOR, exact=True).click()
    page.get_by_role("textbox", name="API 密钥").fill(member.key)
    page.get_by_role("button", name="使用密钥").click()
    page.get_by_role("heading", level=1, name="市场").wait_for()
    page.get_by_role("button", name="打开或关闭菜单").click()
    page.get_by_role("link", name="运营与监管").click()
    to_venue_page(page, "监管与安全", "待复核事项")


def test_the_examiner_takes_a_case_along_and_halts(
    open_page: Pages, office: Office, tmp_path: Path
) -> None:
    page = open_page("/sign-in")
    enter(page, office.examiner, REGULATOR)
    to_venue_page(page, "记录", "转让卷宗")
    page.get_by_role("link", name=office.transfer_id).click()
    with page.expect_download() as download:
        page.get_by_role("button", name="导出卷宗").click()
    file = tmp_path / "case.json"
    download.value.save_as(file)
    content = file.read_bytes()
    told = json.loads(content)
    assert told["transfer"]["transfer_id"] == office.transfer_id
    assert set(told) >= {"checklist", "documents", "rules", "exceptions", "clearances", "events"}
    assert {"TRANSFER_OPENED"} <= {event["kind"] for event in told["events"]}
    expect(page.get_by_text(hashlib.sha256(content).hexdigest())).to_be_visible()
    page.get_by_role("button", name="查阅规则裁定").click()
    page.get_by_text("受让申报 · 受让人 · 通过").click()
    expect(page.get_by_text("受让后 1000.00，最低 100.00。").first).to_be_visible()
    expect(page.get_by_text("最低金额: ¥100.00").first).to_be_visible()
    leaves_nobody_out(page)
    page.get_by_role("link", name="查看全部事件").click()
    expect(page.get_by_label("转让编号")).to_have_value(office.transfer_id)
    expect(page.get_by_role("listitem").filter(has_text="转让开立")).to_be_visible()
    page.get_by_role("combobox", name="事件").click()
    page.get_by_role("option", name="转让交割").click()
    page.get_by_role("button", name="检索").click()
    expect(page.get_by_text("没有符合条件的事件")).to_be_visible()
    page.get_by_role("button", name="清空条件").click()
    expect(page.get_by_role("listitem").filter(has_text="序号").first).to_be_visible()
    leaves_nobody_out(page)
    to_venue_page(page, "产品与规则", "产品")
    page.get_by_role("button", name=office.symbol).click()
    expect(page.get_by_role("button", name="暂停交易")).to_have_count(0)
    to_venue_page(page, "监管与安全", "安全状态")
    halt_product(page, office.symbol, "by order of the authority")


def test_names_stand_beside_the_numbers_by_one_look_up(
    open_page: Pages, office: Office, dealing: Dealing
) -> None:
    page = open_page("/sign-in")
    enter(page, office.maker, OPERATOR)
    asked: list[str] = []
    page.on(
        "request", lambda request: asked.append(request.url) if PARTIES in request.url else None
    )
    to_venue_page(page, "记录", "转让卷宗")
    row = page.get_by_role("row").filter(has=page.get_by_role("link", name=office.transfer_id))
    expect(row).to_contain_text(f"{dealing.market.seller.party_id}某某")
    expect(row).to_contain_text(f"{office.symbol}嘉禾稳健一号集合资金信托计划")
    assert asked == [], "a list of transfers says what both are called"

    row.get_by_role("link").click()
    of_transfer = page.get_by_role("region", name="转让", exact=True)
    company = dealing.market.venue.trust_company.party_id
    expect(of_transfer).to_contain_text(f"{company}嘉禾信托")
    expect(of_transfer).to_contain_text(f"{dealing.market.buyer.party_id}某某")
    assert len(asked) == 1, asked
    leaves_nobody_out(page)

    to_venue_page(page, "产品与规则", "产品")
    expect(page.get_by_role("row").filter(has_text=office.symbol)).to_contain_text("嘉禾信托")
    assert len(asked) == 1, "whose name is known is not asked for again"
