"""People at pages, in the language and on the screen that is theirs: a story is written once."""

from __future__ import annotations

from typing import Any, Final, Literal, Self

from playwright.sync_api import Locator, Page, expect

from tests.web.browsers import Pages
from tests.web.people import Visitor, comes_in

Language = Literal["zh", "en"]
PHONE: Final[dict[str, Any]] = {"viewport": {"width": 390, "height": 844}, "has_touch": True}
MENU_BELOW: Final = 1200
"""A screen so narrow has the navigation behind a button."""
ENGLISH: Final = {
    "嘉禾稳健一号集合资金信托计划": "Jiahe Steady No. 1",
    "主导航": "Main navigation",
    "打开或关闭菜单": "Open or close the menu",
    "市场": "Market",
    "持仓": "Portfolio",
    "过户": "Transfers",
    "资金": "Money",
    "确权工作台": "Desk",
    "运营与监管": "Running the venue",
    "买入": "Buy",
    "卖出": "Sell",
    "全价（元/份）": "Full price (yuan a unit)",
    "数量（份）": "Quantity (units)",
    "下一步：核对": "Next: check it",
    "确认提交": "Send it",
    "已挂出，尚未成交": "rests and has not matched",
    "已全部成交（1,000 份）": "has matched wholly (1,000 units)",
    "卖 1": "Ask 1",
    "最近成交": "Last deals",
    "待确权": "Awaiting title",
    "已过户": "Settled",
    "确权待受理": "Waits for the trust company",
    "确权审核中": "Under review",
    "已交割": "Settled",
    "已成交，过户编号": "is dealt: transfer",
    "已更新，尚未成交": "has moved on and is not dealt yet",
    "受让": "Take",
    "候补": "Stand behind",
    "还价": "Counter",
    "收起": "Close",
    "报价": "Quote",
    "出价": "Bid",
    "出价须不低于 1.0010，并按 0.0010 的幅度加价。": "Bid at least 1.0010, in steps of 0.0010.",
    "在信托公司，等其确权。您暂无须操作": (
        "The trust company has it. There is nothing for you to do"
    ),
    "已办结，无须操作": "It is finished. There is nothing to do",
    "待经办": "Waits for a maker",
    "认领": "Claim",
    "提交经办意见：确权": "Propose to confirm",
    "您已提交，待他人复核": "Proposed by you, another decides",
    "同意经办意见：确权": "Approve: Confirm",
    "已办理，当前状态：已过户": "Done. It is now: Settled",
    "资金变动": "What has moved",
}


class Reader:
    """Somebody who is signed in, at a page of his own."""

    def __init__(self, page: Page, language: Language) -> None:
        self.page = page
        self.language = language

    @classmethod
    def comes_in(
        cls, open_page: Pages, visitor: Visitor, language: Language, **screen: Any
    ) -> Self:
        """In a browser of his own, by his own login."""
        page = open_page("/sign-in", language=language, **screen)
        comes_in(page, visitor, language=language)
        return cls(page, language)

    def word(self, text: str) -> str:
        """What the pages call it in his language."""
        return text if self.language == "zh" else ENGLISH[text]

    def goes_to(self, area: str) -> None:
        """By the navigation, to where its title is."""
        page = self.page
        size = page.viewport_size
        assert size is not None
        if size["width"] < MENU_BELOW:
            page.get_by_role("button", name=self.word("打开或关闭菜单")).click()
        navigation = page.get_by_role("navigation", name=self.word("主导航"))
        navigation.get_by_role("link", name=self.word(area), exact=True).click()

    def follows(self, link: str) -> None:
        """A link of the page."""
        main = self.page.get_by_role("main")
        main.get_by_role("link", name=self.word(link), exact=True).first.click()

    def presses(self, button: str) -> None:
        """A button of that name."""
        self.page.get_by_role("button", name=self.word(button), exact=True).click()

    def fills(self, label: str, value: str) -> None:
        """A field of the page."""
        self.page.get_by_label(self.word(label)).fill(value)

    def sees(self, text: str) -> None:
        """It is said somewhere on the page, or will be in a moment."""
        expect(self.page.get_by_text(self.word(text)).first).to_be_visible()

    def row(self, text: str) -> Locator:
        """The rows in which this stands."""
        return self.page.get_by_role("row").filter(has_text=text)
