"""A trust company's desk in real browsers: two officers decide what a buyer and a seller made, and
one clears ten at once without a mouse."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, Final

import httpx
import pytest
from playwright.sync_api import Browser, expect

from tests.api.evidence.files import PDF, attached
from tests.api.review import ReviewDesk
from tests.api.venue import Market, Member, Officer
from tests.web.accessibility import GO
from tests.web.browsers import Pages, launched, leaves_nobody_out
from tests.web.desks import at_desk
from tests.web.served import Dealing, ServedVenue

AT_ONCE: Final = 10
QUEUE: Final = "/v1/desk/queue"
READ_AT_FIRST: Final = 2
"""By the page, and once again when the channel has told where it stands."""
SETTLED_MS: Final = 2_000
"""After it a page that is told of nothing asks for nothing."""
TOLD_WITHIN_MS: Final = 8_000
"""Less than what is asked for without being told is asked for again."""
PARTS: Final = {
    "zh": ("待确认", "文件", "份额登记簿", "异常事项", "经办人", "服务水平", "产品"),
    "en": (
        "To be confirmed",
        "Files",
        "Register",
        "Exceptions",
        "Officers",
        "Service level",
        "Products",
    ),
}


@dataclass(frozen=True)
class Office:
    """A venue with a desk under review, and one whose officers confirm by themselves."""

    address: str
    desk: ReviewDesk
    market: Market
    reviewer: Officer
    head: Officer
    """Of the company under review; makes and checks, too."""
    held: str
    """A transfer of that company's that stands still."""
    ended: str
    """A confirmed transfer of the other company's, whose plan is wound up."""

    def state(self, who: Member, transfer_id: str) -> str:
        """Of a transfer, as the interface has it."""
        headers = {"Authorization": f"Bearer {who.key}"}
        asked = httpx.get(f"{self.address}/v1/transfers/{transfer_id}", headers=headers)
        state: str = asked.json()["state"]
        return state


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    with ServedVenue(tmp_path_factory.mktemp("office") / "venue") as venue:
        desk = ReviewDesk.make(venue)
        attached(venue, desk.office, "TRANSFER", desk.transfer_id)
        desk.market.sell("1.0200", "500")
        held = desk.market.buy("1.0200", "500")["fills"][0]["transfer_id"]
        replace(desk, transfer_id=held).do("overlays", desk.office, overlay="HELD")
        head = venue.new_officer(
            venue.operator, party_id=desk.office.party_id, roles=["MAKER", "CHECKER", "HEAD"]
        )
        market = Market.make(venue)
        for _ in range(AT_ONCE):
            market.match("900")
        ended = wound_up(venue, market)
        yield Office(venue.address, desk, market, venue.reviewer(), head, held, ended)


def wound_up(venue: ServedVenue, market: Market) -> str:
    """A transfer between these two that is confirmed and waits for a cut-off, as its plan ends; the
    trust company has the money to pay it out."""
    company, symbol = venue.trust_company, venue.new_product(transfer_terms={"cut_off_minute": 0})
    venue.give_units(symbol, market.seller, "1000")
    plan = Market(venue, symbol, market.seller, market.buyer)
    transfer_id: str = plan.match("1000")["transfer_id"]
    path = f"/v1/transfers/{transfer_id}"
    etag = venue.ask("GET", path, company).headers["etag"]
    venue.do("POST", f"{path}/confirm", company, headers={"If-Match": etag})
    venue.do("POST", f"/v1/products/{symbol}/suspend", venue.operator)
    body = {"amount": "1300.00"}
    venue.do("POST", f"/v1/parties/{company.party_id}/deposits", venue.operator, json=body)
    return transfer_id


@pytest.fixture(scope="module")
def browser(office: Office) -> Iterator[Browser]:
    assert office.address, "the market is made first: then the event loop is the browser's"
    with launched() as browser:
        yield browser


@pytest.fixture
def open_page(browser: Browser, office: Office) -> Iterator[Pages]:
    with Pages(browser, office.address) as pages:
        yield pages


@pytest.mark.parametrize(
    ("language", "options"),
    [
        ("zh", {"color_scheme": "light"}),
        ("en", {"color_scheme": "dark", "viewport": {"width": 360, "height": 800}}),
    ],
    ids=["light and wide", "dark and narrow"],
)
def test_nobody_is_left_out(
    open_page: Pages, office: Office, language: str, options: dict[str, Any]
) -> None:
    page = at_desk(open_page, office.head, language=language, **options)
    row = page.get_by_role("row").filter(has_text=f"#{office.desk.transfer_id}")
    expect(row).to_be_visible()
    for part in PARTS[language]:
        page.get_by_role("link", name=part, exact=True).click()
        page.get_by_role("heading", level=1).wait_for()
        leaves_nobody_out(page)
    page.get_by_role("link", name=PARTS[language][2], exact=True).click()
    page.get_by_role("combobox").first.click()
    page.get_by_role("option").first.click()
    leaves_nobody_out(page)
    page.get_by_role("link", name=PARTS[language][0], exact=True).click()
    page.get_by_role("link", name=f"#{office.desk.transfer_id}", exact=True).click()
    page.get_by_role("heading", level=1, name=office.desk.transfer_id).wait_for()
    leaves_nobody_out(page)


def test_what_stands_still_is_not_offered_and_the_preview_says_why(
    open_page: Pages, office: Office
) -> None:
    page = at_desk(open_page, office.head)
    page.get_by_role("checkbox", name=f"选择转让 {office.held}").check()
    page.get_by_role("button", name="确权…").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("所选转让都不能由您这样处理")
    expect(dialog.get_by_role("row").filter(has_text=f"#{office.held}")).to_contain_text("已暂停")
    expect(dialog.get_by_role("button", name="提交 0 笔")).to_be_disabled()


def test_two_officers_in_two_browsers_confirm_what_buyer_and_seller_made(
    open_page: Pages, office: Office
) -> None:
    desk = office.desk
    maker, checker = at_desk(open_page, desk.ruan), at_desk(open_page, desk.shen)
    for page in (maker, checker):
        page.get_by_role("link", name=f"#{desk.transfer_id}", exact=True).click()
    expect(maker.get_by_text(hashlib.sha256(PDF).hexdigest())).to_be_visible()
    maker.get_by_role("button", name="下载并核对").click()
    expect(maker.get_by_text("文件与登记的 SHA-256 一致")).to_be_visible()
    expect(checker.get_by_text("待经办")).to_be_visible()

    maker.get_by_role("heading", level=1).click()
    maker.keyboard.press("m")
    confirm = maker.get_by_role("button", name="提交经办意见：确权")
    expect(confirm).to_be_enabled()  # not while the claim is under way
    maker.keyboard.press("c")
    expect(confirm).to_be_focused()
    maker.keyboard.press("Enter")
    expect(maker.get_by_text("您已提交，待他人复核")).to_be_visible()
    assert office.state(desk.office, desk.transfer_id) == "UNDER_REVIEW"

    checker.get_by_role("link", name="返回待确认列表").click()
    row = checker.get_by_role("row").filter(has_text=f"#{desk.transfer_id}")
    expect(row).to_contain_text(f"经办意见：确权（{desk.ruan.officer_id} 号）", timeout=20_000)
    row.get_by_role("link", name=f"#{desk.transfer_id}", exact=True).click()
    checker.get_by_role("button", name="同意经办意见：确权").click()
    expect(checker.get_by_text("已办理，当前状态：已过户")).to_be_visible()
    assert office.state(desk.office, desk.transfer_id) == "SETTLED"


def test_a_paper_is_looked_at_in_a_tab_of_its_own(open_page: Pages, office: Office) -> None:
    page = at_desk(open_page, office.head)
    page.evaluate(GO, f"/desk/transfers/{office.desk.transfer_id}")
    page.get_by_role("button", name="下载并核对").click()
    expect(page.get_by_text("已核对")).to_be_visible()
    shown = page.get_by_role("link", name="在新标签页查看")
    expect(shown).to_have_attribute("href", re.compile(r"^blob:"))
    expect(shown).to_have_attribute("target", "_blank")
    with page.context.expect_page() as opened:
        shown.click()
    expect(opened.value).to_have_url(re.compile(r"^blob:"))


def test_a_confirmed_transfer_of_a_plan_that_has_ended_is_paid_out(
    browser: Browser, office: Office
) -> None:
    with Pages(browser, office.address, forgiven=("Failed to load resource",)) as open_page:
        pays_out(open_page, office)
    assert office.state(office.reviewer, office.ended) == "SETTLED"


def pays_out(open_page: Pages, office: Office) -> None:
    """With too much at first."""
    page = at_desk(open_page, office.reviewer)
    page.evaluate(GO, f"/desk/transfers/{office.ended}")
    group = page.get_by_role("group", name="计划已终止：兑付")
    expect(group).to_contain_text("1,000 份随即注销")
    group.get_by_label("付给受让方的兑付款（元）").fill("0")
    expect(group.get_by_text("请输入大于 0 的金额")).to_be_visible()
    expect(group.get_by_role("button")).to_have_count(0)
    group.get_by_label("付给受让方的兑付款（元）").fill("1500")
    group.get_by_role("button", name="兑付 ¥1,500.00…").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("¥1,500.00 将从贵公司在平台的可用资金付给受让方")
    dialog.get_by_role("button", name="确认兑付").click()
    expect(dialog.get_by_role("alert")).to_contain_text("可用资金不足")
    dialog.get_by_role("button", name="返回", exact=True).last.click()
    leaves_nobody_out(page)
    group.get_by_label("付给受让方的兑付款（元）").fill("1300")
    group.get_by_role("button", name="兑付 ¥1,300.00…").click()
    dialog.get_by_role("button", name="确认兑付").click()
    expect(page.get_by_text("已办理，当前状态：已过户")).to_be_visible()


def test_a_new_transfer_comes_to_an_open_queue_by_itself(open_page: Pages, office: Office) -> None:
    dealing = Dealing(office.desk.market, office.address)
    dealing.sell("1.0200", "300")
    page = at_desk(open_page, office.head)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if QUEUE in request.url else None)
    row = page.get_by_role("row").filter(has_text="306.00")
    expect(page.get_by_role("row").filter(has_text=f"#{office.held}")).to_be_visible()
    page.wait_for_timeout(SETTLED_MS)
    at_first = len(asked)
    assert at_first <= READ_AT_FIRST
    expect(row).to_have_count(0)
    dealing.buy("1.0200", "300")
    expect(row).to_be_visible(timeout=TOLD_WITHIN_MS)
    assert len(asked) == at_first + 1


def test_an_officer_clears_ten_in_one_batch_without_a_mouse(
    open_page: Pages, office: Office
) -> None:
    page = at_desk(open_page, office.reviewer)
    expect(page.get_by_text(f"{AT_ONCE} 笔待确认")).to_be_visible()
    boxes = page.get_by_role("checkbox", name="选择转让")
    boxes.first.focus()
    page.keyboard.press("j")
    expect(boxes.nth(1)).to_be_focused()
    page.keyboard.press("Space")
    expect(page.get_by_text("已选 1 笔")).to_be_visible()
    page.keyboard.press("a")
    expect(page.get_by_text(f"已选 {AT_ONCE} 笔")).to_be_visible()
    page.keyboard.press("c")
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text(f"{AT_ONCE} 笔将确权：立即过户")
    expect(dialog).to_contain_text("持有人 1 → 2")
    expect(dialog.get_by_role("row").filter(has_text="✓ 将执行")).to_have_count(AT_ONCE)
    leaves_nobody_out(page)
    page.keyboard.press("Enter")
    expect(dialog.get_by_role("status")).to_have_text(f"成功 {AT_ONCE} 笔")
    expect(dialog.get_by_role("row").filter(has_text="✓ 已过户")).to_have_count(AT_ONCE)
    page.keyboard.press("Enter")
    expect(page.get_by_text("没有待确认的转让")).to_be_visible()
