"""A newcomer becomes a client in a real browser at a real server: from the link that he was handed
to what he may buy."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import httpx
import pyotp
import pytest
from playwright.sync_api import FilePayload, Page, expect, sync_playwright

from tests.api.clients import DUE_DILIGENCE, compliance
from tests.api.evidence.files import PDF
from tests.api.people import PASSWORD, add_person
from tests.api.rules import ruled
from tests.api.venue import Market, Member
from tests.web.served import ServedVenue
from tests.web.test_browser import AXE, BROWSERS, QUIET, RUN_AXE, STANDARDS

LOGIN: Final = "newcomer"
PAPER: Final[FilePayload] = {
    "name": "assets.pdf",
    "mimeType": "application/pdf",
    "buffer": PDF,
}
CERTIFICATION: Final = {"basis": "FINANCIAL_ASSETS", "valid_until": "2027-11-21"}
PATIENCE_MS: Final = 10_000
REFUSED: Final = ("/v1/session", "/v1/demo/people")
"""What pages ask in order to be refused: who is signed in where nobody is, whether it is a demo."""


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
    found = next(filter(None, map(shutil.which, BROWSERS)), None)
    assert found is not None, "these tests need a browser: apt-get install chromium"
    as_root = ("--no-sandbox",) if os.geteuid() == 0 else ()
    complaints: list[str] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=[*QUIET, *as_root])
        context = browser.new_context(
            base_url=entrance.address, viewport={"width": 390, "height": 844}
        )
        context.add_init_script("localStorage.setItem('trustex-language', 'zh')")
        page = context.new_page()
        page.set_default_timeout(PATIENCE_MS)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on(
            "console",
            lambda message: (
                complaints.append(message.text)
                if message.type in ("error", "warning")
                and not message.location.get("url", "").endswith(REFUSED)
                else None
            ),
        )
        yield page
        browser.close()
    assert complaints == []


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
    is_for_everybody(page)
    entrance.approve(entrance.application_id())
    page.reload()
    expect(page.get_by_text("已通过")).to_be_visible()
    page.get_by_role("link", name="我可以买什么").click()
    expect(offered).to_contain_text("可以买")
    expect(offered).to_contain_text("可买份额")
    is_for_everybody(page)
    page.goto("/security")
    expect(page.get_by_text("当前设备")).to_be_visible()
    is_for_everybody(page)
    page.goto("/notifications")
    expect(page.get_by_text("没有通知")).to_be_visible()
    is_for_everybody(page)


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
    is_for_everybody(page)
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
    is_for_everybody(page)
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
    is_for_everybody(page)
    page.get_by_role("button", name="下一步").click()
    page.get_by_role("button", name="下一步").click()
    page.get_by_role("button", name="提交申请").click()
    expect(page.get_by_text("已有一份申请正在审核")).to_be_visible()


def is_for_everybody(page: Page) -> None:
    """The page fits a narrow screen and keeps the standards."""
    page.wait_for_load_state("networkidle")
    width = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    assert width <= 0, "the page is wider than the screen"
    page.evaluate(Path(AXE).read_text(encoding="utf-8"))
    violations = page.evaluate(RUN_AXE, STANDARDS)["violations"]
    assert [(each["id"], [node["html"] for node in each["nodes"]]) for each in violations] == []
