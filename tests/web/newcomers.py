"""What somebody does at the pages from the link that he was handed to his application."""

from __future__ import annotations

import re
from typing import Final

import pyotp
from playwright.sync_api import FilePayload, Page, expect

from tests.api.evidence.files import PDF
from tests.api.people import PASSWORD
from tests.web.browsers import leaves_nobody_out

LOGIN: Final = "newcomer"
PAPER: Final[FilePayload] = {"name": "assets.pdf", "mimeType": "application/pdf", "buffer": PDF}


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
