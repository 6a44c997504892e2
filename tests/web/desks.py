"""The way of an officer to the desk of his trust company, on the pages."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Page, expect

from tests.api.venue import Member
from tests.web.browsers import Pages


def at_desk(open_page: Pages, officer: Member, **options: Any) -> Page:
    """The desk, as this officer sees it in a browser of his own."""
    is_zh = options.get("language", "zh") == "zh"
    page = open_page("/sign-in", **options)
    page.get_by_text("使用 API 密钥登录" if is_zh else "Sign in with an API key").click()
    page.get_by_role("textbox", name="API 密钥" if is_zh else "API key").fill(officer.key)
    page.get_by_role("combobox").last.click()
    page.get_by_role("option", name="信托公司" if is_zh else "Trust company").click()
    page.get_by_role("button", name="使用密钥" if is_zh else "Use the key").click()
    page.get_by_role("heading", level=1, name="市场" if is_zh else "Market").wait_for()
    if options.get("viewport", {"width": 1280})["width"] < 600:
        page.get_by_role("button", name="打开或关闭菜单" if is_zh else "Open or close").click()
    page.get_by_role("link", name="确权工作台" if is_zh else "Desk").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(
        "待确认" if is_zh else "To be confirmed"
    )
    return page
