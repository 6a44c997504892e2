"""The list of the pages. tests/web/test_screens.py finds one of the application that is not here.

name    of the pictures: NAME-zh-light.webp and so on
route   as the areas of web/src name it; several pictures may be of one route
who     the login of the demo's person who looks; None: a visitor
path    where he goes: a text, or what finds it on the stage
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from playwright.sync_api import Page

from tests.web.screens.stage import Stage

PERSON: Final = "person-001"
INSTITUTION: Final = "institution-01"
OFFICER: Final = "trust-1-officer-1"
MAKER: Final = "operator-maker"
EXAMINER: Final = "examiner"


@dataclass(frozen=True, slots=True, kw_only=True)
class Screen:
    """One page, as somebody sees it."""

    name: str
    route: str
    title: tuple[str, str]
    """Chinese and English."""
    path: str | Callable[[Stage], str] | None = None
    """None: the route has no parameters and is the path."""
    who: str | None = None
    act: Callable[[Page], None] | None = None
    """What he does there first, in whatever language the page is."""

    def path_on(self, stage: Stage) -> str:
        """Where it is on this stage."""
        path = self.route if self.path is None else self.path
        return path if isinstance(path, str) else path(stage)


def _fill_ticket(page: Page) -> None:
    inputs = page.locator("main input[inputmode=decimal]")
    inputs.nth(0).fill("1.0000")
    inputs.nth(1).fill("100000")
    page.get_by_test_id("preview-total").first.wait_for()


def _choose_first(page: Page) -> None:
    page.locator("main").get_by_role("combobox").first.click()
    page.get_by_role("option").first.click()


def _show_tour(page: Page) -> None:
    page.evaluate("localStorage.removeItem('trustex-first-steps')")
    page.reload()


def _of_list(name: str, zh: str, en: str, who: str = MAKER) -> Screen:
    return Screen(
        name=f"venue-{name}", route="/venue/:list", path=f"/venue/{name}", title=(zh, en), who=who
    )


PUBLIC: Final = (
    Screen(name="market", route="/", title=("市场", "Market")),
    Screen(name="tour", route="/", title=("首次访问引导", "First steps"), act=_show_tour),
    Screen(
        name="product",
        route="/products/:symbol",
        path=lambda stage: f"/products/{stage.busiest('CONTINUOUS')}",
        title=("产品", "Product"),
        who=PERSON,
    ),
    Screen(
        name="product-auction",
        route="/products/:symbol",
        path=lambda stage: f"/products/{stage.busiest('CALL_AUCTION')}",
        title=("集合竞价产品", "Product with call auctions"),
        who=INSTITUTION,
    ),
    Screen(name="status", route="/status", title=("交易状态", "Status")),
    Screen(name="sign-in", route="/sign-in", title=("登录", "Sign in")),
    Screen(
        name="enrol", route="/enrol", path="/enrol#token=example", title=("启用账户", "Enrolment")
    ),
    Screen(name="missing", route="*", path="/no-such-page", title=("没有的页面", "Missing page")),
)
INVESTORS: Final = (
    Screen(
        name="ticket",
        route="/products/:symbol/trade",
        path=lambda stage: f"/products/{stage.busiest('CONTINUOUS')}/trade?side=buy",
        title=("买入", "Ticket"),
        who=PERSON,
        act=_fill_ticket,
    ),
    Screen(
        name="ticket-listed",
        route="/products/:symbol/trade",
        path=lambda stage: f"/products/{stage.first('LISTED_PRICE')}/trade",
        title=("一口价转让", "Ticket of a listed price"),
        who=INSTITUTION,
    ),
    Screen(name="orders", route="/orders", title=("我的申报", "My orders"), who=PERSON),
    Screen(name="portfolio", route="/portfolio", title=("持仓", "Portfolio"), who=PERSON),
    Screen(
        name="holding",
        route="/portfolio/:symbol",
        path=lambda stage: f"/portfolio/{stage.held_by(PERSON)}",
        title=("持仓明细", "Holding"),
        who=PERSON,
    ),
    Screen(name="transfers", route="/transfers", title=("过户", "Transfers"), who=PERSON),
    Screen(
        name="transfer",
        route="/transfers/:transferId",
        path=lambda stage: f"/transfers/{stage.transfer_of(PERSON)}",
        title=("过户进度", "Transfer"),
        who=PERSON,
    ),
    Screen(name="money", route="/money", title=("资金", "Money"), who=PERSON),
    Screen(name="client", route="/client", title=("开户与资料", "My profile"), who=PERSON),
    Screen(
        name="questionnaire",
        route="/client/questionnaire",
        title=("风险测评", "Questionnaire"),
        who=PERSON,
    ),
    Screen(
        name="application",
        route="/client/application",
        title=("合格投资者申请", "Application"),
        who=PERSON,
    ),
    Screen(
        name="bank-account",
        route="/client/bank-account",
        title=("银行账户", "Bank account"),
        who=PERSON,
    ),
    Screen(name="may-buy", route="/client/may-buy", title=("可买产品", "May I buy"), who=PERSON),
    Screen(
        name="notifications", route="/notifications", title=("通知", "Notifications"), who=PERSON
    ),
    Screen(name="security", route="/security", title=("账户安全", "Security"), who=PERSON),
    Screen(
        name="second-factor",
        route="/second-factor",
        title=("动态验证码", "Second factor"),
        who=PERSON,
    ),
)
OFFICE: Final = (
    Screen(name="desk", route="/desk", title=("待确认", "Queue of the desk"), who=OFFICER),
    Screen(
        name="desk-case",
        route="/desk/transfers/:transferId",
        path=lambda stage: f"/desk/transfers/{stage.waiting_for(OFFICER)}",
        title=("确权案卷", "Case of the desk"),
        who=OFFICER,
    ),
    Screen(name="desk-files", route="/desk/files", title=("文件", "Files"), who=OFFICER),
    Screen(
        name="desk-register",
        route="/desk/register",
        title=("份额登记簿", "Register"),
        who=OFFICER,
        act=_choose_first,
    ),
    Screen(name="desk-products", route="/desk/products", title=("产品", "Products"), who=OFFICER),
    Screen(
        name="desk-exceptions",
        route="/desk/exceptions",
        title=("异常事项", "Exceptions"),
        who=OFFICER,
    ),
    Screen(name="desk-officers", route="/desk/officers", title=("经办人", "Officers"), who=OFFICER),
    Screen(
        name="desk-service", route="/desk/service", title=("服务水平", "Service level"), who=OFFICER
    ),
)
VENUE: Final = (
    Screen(name="venue", route="/venue", title=("运行状况", "Safety"), who=MAKER),
    Screen(
        name="venue-proposals", route="/venue/proposals", title=("待复核", "Proposals"), who=MAKER
    ),
    Screen(name="venue-cases", route="/venue/cases", title=("过户案卷", "Cases"), who=EXAMINER),
    Screen(
        name="venue-case",
        route="/venue/cases/:transferId",
        path=lambda stage: f"/venue/cases/{stage.transfer_of(PERSON)}",
        title=("案卷", "Case"),
        who=EXAMINER,
    ),
    Screen(
        name="venue-audit", route="/venue/audit", title=("审计检索", "Audit search"), who=EXAMINER
    ),
    Screen(
        name="venue-rule-pack",
        route="/venue/rule-packs/:packId",
        path=lambda stage: f"/venue/rule-packs/{stage.rule_pack()}",
        title=("规则包", "Rule pack"),
        who=MAKER,
    ),
    Screen(
        name="venue-listing", route="/venue/listing", title=("产品准入", "New products"), who=MAKER
    ),
    Screen(
        name="venue-listing-new",
        route="/venue/listing/new",
        title=("新建产品", "A new product"),
        who=MAKER,
    ),
    _of_list("halts", "停牌", "Halts", EXAMINER),
    _of_list("exceptions", "异常事项", "Exceptions"),
    _of_list("clearances", "待放行", "Clearances", EXAMINER),
    _of_list("alerts", "监测预警（保密）", "Alerts (confidential)", EXAMINER),
    _of_list("applications", "客户申请", "Clients' applications"),
    _of_list("bank-accounts", "待核验银行账户", "Bank accounts to verify"),
    _of_list("reconciliations", "资金对账", "Reconciliations"),
    _of_list("payments", "付款", "Payments"),
    _of_list("withdrawals", "出金", "Withdrawals"),
    _of_list("products", "产品", "Products"),
    _of_list("rule-packs", "规则包", "Rule packs"),
    _of_list("calendars", "日历", "Calendars"),
    _of_list("fee-schedules", "费率", "Fees"),
    _of_list("parties", "参与方", "Parties"),
    _of_list("people", "登录人员", "People"),
    _of_list("officers", "经办人", "Officers"),
    _of_list("reads", "监管读取记录", "What regulators read", EXAMINER),
)
SCREENS: Final = (*PUBLIC, *INVESTORS, *OFFICE, *VENUE)
