"""From nothing to a product that is traded, at the pages alone: an officer of the operator's
describes it and another approves, the trust company signs it off and hands its register in, and it
is opened."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import httpx
import pytest
from playwright.sync_api import Browser, FilePayload, Locator, Page, expect

from tests.api.register_files import Office
from tests.api.rules import load_pack
from tests.api.test_rulings import OF_TRANSFERS
from tests.api.venue import Member, Officer
from tests.web.accessibility import GO
from tests.web.browsers import Pages, launched, leaves_nobody_out
from tests.web.served import ServedVenue

SYMBOL: Final = "NEW-1"
COPY: Final = "NEW-2"
UNITS: Final = "5000"
OPERATOR, COMPANY = "平台运营", "信托公司"
PHONE: Final[dict[str, Any]] = {"viewport": {"width": 390, "height": 844}, "color_scheme": "dark"}


@dataclass(frozen=True)
class Listing:
    """A venue without the product, and who brings it there."""

    address: str
    maker: Officer
    checker: Officer
    officer: Officer
    holder: Member
    office: Office
    """Of the trust company: its key is registered."""
    operator: Member
    """Who needs no second one."""
    sample: str
    """A product that is traded."""

    def state(self, symbol: str) -> str | None:
        """Of a product; None: there is none."""
        answer = httpx.get(f"{self.address}/v1/products/{symbol}")
        return answer.json().get("state") if answer.status_code == 200 else None


@pytest.fixture(scope="module")
def listing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Listing]:
    with ServedVenue(tmp_path_factory.mktemp("listing") / "venue") as venue:
        load_pack(venue, OF_TRANSFERS)
        maker, checker = venue.pair()
        yield Listing(
            venue.address,
            maker,
            checker,
            venue.reviewer(),
            venue.new_party(),
            venue.office(venue.trust_company.party_id),
            venue.operator,
            venue.new_product(),
        )


@pytest.fixture(scope="module")
def browser(listing: Listing) -> Iterator[Browser]:
    assert listing.address, "the venue is made first: then the event loop is the browser's"
    with launched() as browser:
        yield browser


@pytest.fixture
def open_page(browser: Browser, listing: Listing) -> Iterator[Pages]:
    with Pages(browser, listing.address, forgiven=("Failed to load resource",)) as pages:
        yield pages


def comes(open_page: Pages, who: Member, kind: str, path: str, **options: Any) -> Page:
    """Somebody signed in by his key, at a page."""
    page = open_page("/sign-in", **options)
    page.get_by_text("使用 API 密钥登录").click()
    page.get_by_role("textbox", name="API 密钥").fill(who.key)
    page.get_by_role("combobox").last.click()
    page.get_by_role("option", name=kind, exact=True).click()
    page.get_by_role("button", name="使用密钥").click()
    page.get_by_role("heading", level=1, name="市场").wait_for()
    page.evaluate(GO, path)
    return page


def chooses(page: Page | Locator, label: str, option: str | re.Pattern[str]) -> None:
    """One of what a field offers."""
    page.get_by_role("combobox", name=label).click()
    within = page.page if isinstance(page, Locator) else page
    within.get_by_role("option", name=option).first.click()


def fills(page: Page, **texts: str) -> None:
    """Fields by the names that the interface has for them."""
    for name, text in texts.items():
        page.locator(f"form input[name={name}]").fill(text)


def approves(page: Page, act: str) -> None:
    """The second officer reads what is proposed, and lets it be done."""
    page.evaluate(GO, "/venue/proposals")
    panel = page.get_by_role("region", name=re.compile(f"^{act}"))
    panel.get_by_label("我已逐项核对").check()
    panel.get_by_role("button", name="复核通过").click()
    expect(page.get_by_text("没有待复核事项")).to_be_visible()


def test_a_product_comes_from_nothing_to_trade(open_page: Pages, listing: Listing) -> None:
    maker = comes(open_page, listing.maker, OPERATOR, "/venue/listing")
    expect(maker.get_by_text("没有尚未开放的产品")).to_be_visible()
    leaves_nobody_out(maker)
    describes(maker)
    assert listing.state(SYMBOL) is None, "one officer alone creates nothing"
    checker = comes(open_page, listing.checker, OPERATOR, "/venue/listing", **PHONE)
    expect(checker.get_by_text(re.compile("待复核：创建产品"))).to_be_visible()
    approves(checker, "创建产品")
    assert listing.state(SYMBOL) == "DRAFT"

    maker.get_by_role("link", name="返回产品准入").last.click()
    panel = maker.get_by_role("region", name=SYMBOL)
    steps = panel.get_by_role("list", name="还缺什么").get_by_role("listitem")
    expect(steps.nth(1)).to_contain_text("信托公司签署条款: 待办")
    expect(panel.get_by_role("button", name="开放交易")).to_have_count(0)

    company = comes(open_page, listing.officer, COMPANY, "/desk/products")
    signs_off(company)
    assert listing.state(SYMBOL) == "SIGNED_OFF"
    posts_the_register(company, listing)
    expect(steps.nth(1)).to_contain_text("已完成")
    expect(steps.nth(2)).to_contain_text("名册共 5,000 份")

    panel.get_by_role("button", name="设置规则").click()
    panel.get_by_role("textbox", name="规则包").fill("TRY")
    panel.get_by_role("form").get_by_role("button", name="设置规则").click()
    expect(panel.get_by_text("已提出，待复核：设置规则")).to_be_visible()
    approves(checker, "设置产品规则")
    expect(steps.nth(3)).to_contain_text("规则包：TRY")
    opens(panel)
    assert listing.state(SYMBOL) == "SIGNED_OFF", "nor opens any"
    approves(checker, "开放交易")
    assert listing.state(SYMBOL) == "LIVE"
    expect(maker.get_by_text("没有尚未开放的产品")).to_be_visible()


def describes(page: Page) -> None:
    """First with what cannot be sent."""
    page.get_by_role("link", name="新建产品").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("新建产品")
    fills(page, symbol="new one", lot="100", units_issued="1000000")
    page.get_by_role("button", name="下一步：核对全部条款").click()
    expect(page.get_by_role("alert")).to_contain_text("项需要修改")
    expect(page.get_by_text("2 至 32 个大写字母、数字、点或连字符")).to_be_visible()
    leaves_nobody_out(page)
    fills(
        page,
        symbol=SYMBOL,
        name_zh="嘉禾稳健二号集合资金信托计划",
        name_en="Jiahe Steady No. 2",
        benchmark_bps="3.80",
        maturity_date="2029-06-30",
        deposit_bps="99",
    )
    chooses(page, "信托公司", re.compile("嘉禾信托"))
    chooses(page, "日历", "CN_WORKING")
    sends(page)
    # 99 % is out of range, which the venue says of its field.
    expect(page.get_by_text("请修改下面标出的各项，再次核对并提交。")).to_be_visible()
    expect(page.locator("form input[name=deposit_bps]")).to_have_attribute("aria-invalid", "true")
    fills(page, deposit_bps="0")
    sends(page)
    expect(page.get_by_text("已提出，待复核：创建产品")).to_be_visible()


def sends(page: Page) -> None:
    """After all of it was shown once more."""
    page.get_by_role("button", name="下一步：核对全部条款").click()
    summary = page.get_by_role("region", name="核对后提交")
    expect(summary).to_contain_text("3.80%")
    expect(summary).to_contain_text("提交后为「草稿」：嘉禾信托 签署")
    leaves_nobody_out(page)
    summary.get_by_role("button", name="创建产品").click()


def signs_off(page: Page) -> None:
    """All terms and the digest, read and agreed to."""
    panel = page.get_by_role("region", name=re.compile(f"待签署：{SYMBOL}"))
    expect(panel).to_contain_text("1,000,000")
    expect(panel.locator("code")).to_have_text(re.compile("^[0-9a-f]{64}$"))
    leaves_nobody_out(page)
    sign = panel.get_by_role("button", name="签署条款")
    expect(sign).to_be_disabled()
    panel.get_by_label("我已与信托文件逐项核对").check()
    sign.click()
    expect(page.get_by_role("region", name=re.compile(f"期初名册：{SYMBOL}"))).to_be_visible()


def posts_the_register(page: Page, listing: Listing) -> None:
    """First a file of another total, then one that nobody has signed."""
    panel = page.get_by_role("region", name=re.compile(f"期初名册：{SYMBOL}"))
    content = listing.office.holders_file(SYMBOL, [(listing.holder.party_id, UNITS)])
    gives(panel, content.replace(b",5000,5000.00", b",4000,4000.00"), "")
    expect(panel.get_by_role("alert")).to_contain_text("文件有 1 处错误")
    gives(panel, content, "")
    expect(panel.get_by_role("status")).to_contain_text("签名不是贵公司已登记密钥所签")
    post = panel.get_by_role("button", name="载入名册")
    expect(post).to_be_disabled()
    gives(panel, content, base64.b64encode(listing.office.signer.sign(content)).decode("ascii"))
    expect(panel.get_by_role("status")).to_contain_text("文件无误：1 行，合计 5,000 份")
    leaves_nobody_out(page)
    post.click()
    expect(panel.get_by_text("已载入 1 行，名册共 5,000 份。")).to_be_visible()


def gives(panel: Locator, content: bytes, signature: str) -> None:
    """A file, with a signature, to be looked at."""
    file: FilePayload = {"name": "register.csv", "mimeType": "text/csv", "buffer": content}
    panel.locator("input[type=file]").set_input_files(files=[file])
    panel.get_by_label("签名（Base64）").fill(signature)
    panel.get_by_role("button", name="预检").click()


def opens(panel: Locator) -> None:
    """With what the register has, which is filled in."""
    panel.get_by_role("button", name="开放交易").click()
    form = panel.get_by_role("form", name="开放交易")
    expect(form).to_contain_text("随即接受申报，此后只能暂停或终止")
    expect(form.get_by_role("textbox")).to_have_value("5000")
    form.get_by_role("button", name="开放交易").click()
    expect(panel.get_by_text("已提出，待复核：开放交易")).to_be_visible()


def test_another_like_it_is_created_by_the_operators_own_key(
    open_page: Pages, listing: Listing
) -> None:
    sample = listing.sample
    page = comes(open_page, listing.operator, OPERATOR, f"/venue/listing/new?of={sample}")
    expect(page.locator("form input[name=name_en]")).to_have_value("Jiahe Steady No. 1")
    expect(page.locator("form input[name=symbol]")).to_have_value("")
    fills(page, symbol=sample)
    page.get_by_role("button", name="下一步：核对全部条款").click()
    expect(page.get_by_text("此代码已被使用")).to_be_visible()
    fills(page, symbol=COPY)
    page.get_by_label("产品准入：信托公司先签署条款").uncheck()
    page.get_by_role("button", name="下一步：核对全部条款").click()
    expect(page.get_by_text("就立即开始交易")).to_be_visible()
    page.get_by_role("button", name="返回修改").click()
    page.get_by_label("产品准入：信托公司先签署条款").check()
    page.get_by_role("button", name="下一步：核对全部条款").click()
    page.get_by_role("button", name="创建产品").click()
    expect(page.get_by_text("已完成：创建产品")).to_be_visible()
    assert listing.state(COPY) == "DRAFT"
