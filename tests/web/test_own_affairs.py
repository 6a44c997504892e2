"""Holdings, transfers and money in a real browser: a buyer does all that he has to, by himself."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import httpx
import pytest
from playwright.sync_api import Page, expect

from api.cli.demo.papers import paper
from tests.api.venue import Market, Member
from tests.web.browsers import Pages, launched, leaves_nobody_out
from tests.web.served import ServedVenue

TERMS: Final = {"agreement": True, "checklist": [{"kind": "RISK_STATEMENT", "of": "BUYER"}]}
PATHS: Final = ("/portfolio", "/transfers", "/money")
PATIENCE_MS: Final = 10_000
NARROW: Final[Any] = {"width": 390, "height": 844}


class Affairs:
    """A served market with one pending transfer, and a browser."""

    def __init__(self, market: Market, address: str, transfer_id: str) -> None:
        self.market = market
        self.address = address
        self.transfer_id = transfer_id

    def step(self, step: str, member: Member) -> None:
        """What somebody else than the browser's person does with the transfer."""
        path = f"{self.address}/v1/transfers/{self.transfer_id}"
        by = {"Authorization": f"Bearer {member.key}"}
        etag = httpx.get(path, headers=by).headers["etag"]
        headers = by | {"If-Match": etag, "Idempotency-Key": f"other-{step}"}
        response = httpx.post(f"{path}/{step}", headers=headers)
        assert response.status_code == 200, response.text

    def sign_in(self, page: Page) -> None:
        """The buyer comes in by key, and the pages of his own are linked from then on."""
        page.goto("/sign-in")
        page.get_by_text("使用 API 密钥登录").click()
        page.get_by_role("textbox", name="API 密钥").fill(self.market.buyer.key)
        page.get_by_role("button", name="使用密钥").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("市场")


@pytest.fixture(scope="module")
def affairs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Affairs]:
    with ServedVenue(tmp_path_factory.mktemp("affairs") / "venue") as venue:
        seller = venue.new_party("INSTITUTION")
        buyer = venue.new_party("INSTITUTION", money="1000000.00", name="Buyer 买方")
        symbol = venue.new_product(transfer_terms=TERMS)
        venue.give_units(symbol, seller, "10000")
        market = Market(venue, symbol, seller, buyer)
        transfer_id = market.match("1000")["transfer_id"]
        yield Affairs(market, venue.address, transfer_id)


@pytest.fixture
def page(affairs: Affairs) -> Iterator[Page]:
    with launched() as browser, Pages(browser, affairs.address) as open_page:
        page = open_page("/")
        page.set_default_timeout(PATIENCE_MS)
        yield page


def test_a_buyer_signs_hands_in_and_sees_his_units_and_money_to_the_fen(
    page: Page, affairs: Affairs
) -> None:
    for path in PATHS:
        page.goto(path)
        expect(page.get_by_text("请先登录")).to_be_visible()
    affairs.sign_in(page)
    navigation = page.get_by_role("navigation", name="主导航").first

    navigation.get_by_role("link", name="资金").click()
    expect(page.get_by_text("¥1,220.51", exact=True).first).to_be_visible()
    leaves_nobody_out(page)

    navigation.get_by_role("link", name="过户").click()
    page.get_by_role("link", name="嘉禾稳健一号集合资金信托计划").click()
    waiting = page.get_by_test_id("waiting")
    expect(waiting).to_have_text("等您签署转让协议")
    expect(page.get_by_test_id("total")).to_have_text("¥1,220.51")
    expect(page.get_by_text("还缺 1 项")).to_be_visible()
    leaves_nobody_out(page)
    page.get_by_role("button", name="签署转让协议", exact=True).click()
    page.get_by_role("button", name="确认签署转让协议").click()
    expect(waiting).to_have_text("您已签署，等对方签署")

    file: Any = {
        "name": "risk.pdf",
        "mimeType": "application/pdf",
        "buffer": paper("Risk statement. Invented."),
    }
    page.locator("input[type=file]").set_input_files(file)
    page.get_by_role("button", name="提交文件").click()
    expect(page.get_by_text("材料已齐备")).to_be_visible()

    affairs.step("sign", affairs.market.seller)
    expect(page.get_by_test_id("state")).to_have_text("确权待受理")
    affairs.step("confirm", affairs.market.venue.trust_company)
    expect(page.get_by_test_id("state")).to_have_text("已交割")
    expect(waiting).to_have_text("已办结，无须操作")

    navigation.get_by_role("link", name="持仓").click()
    row = page.get_by_role("row").filter(has_text=affairs.market.symbol)
    expect(row.get_by_role("cell").nth(1)).to_have_text("1,000")
    expect(page.get_by_test_id("total-gain")).to_contain_text("−¥200.51")
    leaves_nobody_out(page)
    row.get_by_role("link").click()
    lot = page.get_by_role("table", name="信托合同明细").get_by_role("row").nth(1)
    expect(lot).to_contain_text("¥1,220.51")
    for bucket in ("质押", "冻结"):
        expect(page.get_by_role("columnheader", name=bucket)).to_be_visible()
    page.set_viewport_size(NARROW)
    leaves_nobody_out(page)
    page.set_viewport_size({"width": 1280, "height": 800})

    navigation.get_by_role("link", name="资金").click()
    bought = page.get_by_role("table", name="资金变动").get_by_role("row").nth(1)
    expect(bought).to_contain_text("−¥1,220.51")
    expect(page.get_by_text("¥998,779.49", exact=True).first).to_be_visible()
    page.set_viewport_size(NARROW)
    leaves_nobody_out(page)
    has_a_statement(page, affairs)


def has_a_statement(page: Page, affairs: Affairs) -> None:
    """Of his money: on the page, as a file, and on paper, where there is nothing else."""
    page.get_by_role("button", name="生成对账单").click()
    statement = page.get_by_role("region", name="资金对账单").last
    expect(statement).to_contain_text("期初资金合计")
    expect(statement.get_by_text("¥998,779.49", exact=True)).to_have_count(2)
    leaves_nobody_out(page)
    with page.expect_download() as saved:
        page.get_by_role("button", name="下载对账单").click()
    text = Path(saved.value.path()).read_text(encoding="utf-8-sig")
    moved = f"{affairs.market.symbol},{affairs.transfer_id},-1220.51,-1220.51,200.51,998779.49"
    assert moved in text
    assert "期初资金合计,0.00" in text
    assert "期末资金合计,998779.49" in text
    page.emulate_media(media="print")
    expect(statement).to_be_visible()
    expect(page.get_by_role("button", name="打印", include_hidden=True)).to_be_hidden()


def test_a_bank_account_is_named_and_waits_to_be_verified(page: Page, affairs: Affairs) -> None:
    affairs.sign_in(page)
    page.get_by_role("link", name="资金").first.click()
    page.get_by_text("登记银行账户", exact=True).click()
    page.get_by_label("联行号或 BIC").fill("102100099996")
    page.get_by_label("账号").fill("6222020000118842")
    page.get_by_label("户名").fill("Buyer 买方")
    page.get_by_role("button", name="登记", exact=True).click()
    expect(page.get_by_text("待同名核验")).to_be_visible()
    expect(page.get_by_text("需要一个已核验的银行账户才能提现。")).to_be_visible()
