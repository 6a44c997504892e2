"""A newcomer becomes a client in a real browser at a real server: from the link that he was handed
to what he may buy."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import httpx
import pyotp
import pytest
from playwright.sync_api import FilePayload, Page, expect

from tests.api.clients import DUE_DILIGENCE, compliance
from tests.api.evidence.files import PDF
from tests.api.people import PASSWORD, add_person
from tests.api.rules import ruled
from tests.api.venue import Market, Member
from tests.web.browsers import Pages, launched, leaves_nobody_out
from tests.web.served import ServedVenue

LOGIN: Final = "newcomer"
PAPER: Final[FilePayload] = {"name": "assets.pdf", "mimeType": "application/pdf", "buffer": PDF}
CERTIFICATION: Final = {"basis": "FINANCIAL_ASSETS", "valid_until": "2027-11-21"}
PATIENCE_MS: Final = 10_000


@dataclass(frozen=True)
class Entrance:
    """A market with rules, somebody who was handed a link, and who decides on him."""

    market: Market
    address: str
    newcomer: Member
    token: str
    officer: Member

    def approve(self, application_id: str) -> None:
        """Compliance takes him: a request of its own, as the browser has the event loop."""
        response = httpx.post(
            f"{self.address}/v1/compliance/applications/{application_id}/approve",
            json={"certification": CERTIFICATION, "due_diligence": DUE_DILIGENCE},
            headers={
                "Authorization": f"Bearer {self.officer.key}",
                "Idempotency-Key": f"approve-{application_id}",
            },
        )
        assert response.status_code == 200, response.text

    def application_id(self) -> str:
        """Of his application, as he himself sees it."""
        headers = {"Authorization": f"Bearer {self.newcomer.key}"}
        (shown,) = httpx.get(f"{self.address}/v1/applications", headers=headers).json()["items"]
        return str(shown["application_id"])


@pytest.fixture
def entrance(tmp_path: Path) -> Iterator[Entrance]:
    with ServedVenue(tmp_path / "venue") as venue:
        market = Market.make(venue)
        market.sell("1.0000", "5000")
        newcomer = venue.new_party("NATURAL_PERSON", money="5000000.00")
        token = add_person(venue, newcomer)["enrolment"]["token"]
        ruled(market)
        yield Entrance(market, venue.address, newcomer, token, compliance(venue))


@pytest.fixture
def page(entrance: Entrance) -> Iterator[Page]:
    with launched() as browser, Pages(browser, entrance.address) as open_page:
        page = open_page("/", viewport={"width": 390, "height": 844})
        page.set_default_timeout(PATIENCE_MS)
        yield page


def test_a_newcomer_becomes_a_client_and_sees_what_he_may_buy(
    page: Page, entrance: Entrance
) -> None:
    enrols(page, entrance.token)
    sets_a_second_factor_up(page)
    page.goto("/client/may-buy")
    offered = page.get_by_role("listitem").filter(has_text="R")
    expect(offered).to_contain_text("暂不能买")
    answers(page)
    applies(page)
    page.goto("/client")
    expect(page.get_by_text("审核中")).to_be_visible()
    leaves_nobody_out(page)
    entrance.approve(entrance.application_id())
    page.reload()
    expect(page.get_by_text("已通过")).to_be_visible()
    page.get_by_role("link", name="我可以买什么").click()
    expect(offered).to_contain_text("可以买")
    expect(offered).to_contain_text("可买份额")
    leaves_nobody_out(page)
    page.goto("/security")
    expect(page.get_by_text("当前设备")).to_be_visible()
    leaves_nobody_out(page)
    page.goto("/notifications")
    expect(page.get_by_text("没有通知")).to_be_visible()
    leaves_nobody_out(page)


def enrols(page: Page, token: str) -> None:
    """By the link that he was handed; then he signs in."""
    page.goto(f"/enrol#{token}")
    page.locator("input[name=login]").fill(LOGIN)
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("input[name=again]").fill(PASSWORD)
    page.get_by_role("button", name="启用").click()
    page.get_by_role("main").get_by_role("link", name="登录").click()
    page.locator("input[name=login]").fill(LOGIN)
    page.locator("input[name=password]").fill(PASSWORD)
    page.get_by_role("button", name="登录", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("市场")


def sets_a_second_factor_up(page: Page) -> None:
    """With the secret that the QR code holds."""
    page.goto("/second-factor")
    page.get_by_role("button", name="生成密钥").click()
    expect(page.get_by_role("img", name="身份验证器的二维码")).to_be_visible()
    leaves_nobody_out(page)
    secret = page.locator("pre").inner_text().strip()
    page.locator("input[name=totp]").fill(pyotp.TOTP(secret).now())
    page.get_by_role("button", name="确认").click()
    page.goto("/security")
    expect(page.get_by_text("已设置")).to_be_visible()


def answers(page: Page) -> None:
    """The last answer to every question; his level is told and what it means."""
    page.goto("/client")
    page.get_by_role("main").get_by_role("link", name="开始风险测评").first.click()
    questions = page.get_by_role("radiogroup")
    expect(questions).not_to_have_count(0)
    leaves_nobody_out(page)
    for index in range(questions.count()):
        questions.nth(index).get_by_role("radio").last.check()
    page.get_by_role("button", name="提交测评").click()
    expect(page.get_by_text(re.compile("您的风险承受能力等级：C[1-5]"))).to_be_visible()


def applies(page: Page) -> None:
    """Basis, a document, himself as the owner."""
    page.goto("/client/application")
    page.get_by_role("radio", name="家庭金融资产").check()
    page.get_by_role("button", name="下一步").click()
    page.locator("input[type=file]").set_input_files(files=[PAPER])
    page.get_by_role("button", name="上传").click()
    expect(page.get_by_role("checkbox", name="材料")).to_be_checked()
    leaves_nobody_out(page)
    page.get_by_role("button", name="下一步").click()
    page.get_by_role("button", name="下一步").click()
    page.get_by_role("button", name="提交申请").click()
    expect(page.get_by_text("已有一份申请正在审核")).to_be_visible()
