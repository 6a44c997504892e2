"""A newcomer's way to his first lawful bid: rules say what he lacks and how he gets it, another
browser's officer decides on him, his money comes in, and his bid rests on the book."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Final

import pytest
from playwright.sync_api import FilePayload, Locator, Page, expect

from tests.api.bank import BankDesk, Entry, account
from tests.api.clients import compliance
from tests.api.evidence.files import PDF
from tests.api.people import add_person
from tests.api.rules import ruled
from tests.api.venue import Market, Member
from tests.web.browsers import Pages, launched, leaves_nobody_out, to_venue_page
from tests.web.newcomers import answers, applies, enrols
from tests.web.people import Visitor, new_visitor
from tests.web.readers import Reader
from tests.web.served import ServedVenue

NUMBER: Final = "6222020000118842"


@dataclass(frozen=True)
class Entrance:
    """A market with rules, the newcomer's link, and who decides on him and on his account."""

    venue: ServedVenue
    market: Market
    newcomer: Member
    token: str
    officer: Visitor
    clerks: tuple[Visitor, Visitor]


WITHHELD: Final = ("Failed to load resource: the server responded with a status of 403",)
"""Of what prices were, until he is certified."""


@pytest.fixture
def entrance(tmp_path: Path) -> Iterator[Entrance]:
    with ServedVenue(tmp_path / "venue") as venue:
        market = Market.make(venue)
        market.sell("1.0000", "5000")
        ruled(market)
        newcomer = venue.new_party("NATURAL_PERSON")
        token = add_person(venue, newcomer)["enrolment"]["token"]
        officer = new_visitor(venue, compliance(venue))
        maker, checker = (
            new_visitor(venue, venue.new_officer(venue.operator, roles=[role]))
            for role in ("MAKER", "CHECKER")
        )
        yield Entrance(venue, market, newcomer, token, officer, (maker, checker))


@pytest.fixture
def open_page(entrance: Entrance) -> Iterator[Pages]:
    with launched() as browser, Pages(browser, entrance.venue.address, forgiven=WITHHELD) as pages:
        yield pages


def test_from_the_link_that_he_was_handed_to_a_bid_on_the_book(
    open_page: Pages, entrance: Entrance
) -> None:
    page = open_page("/")
    enrols(page, entrance.token)
    newcomer = Reader(page, "zh")

    bids(newcomer, entrance, "1000")
    expect(findings(page)).to_contain_text(["QI-01", "QI-04", "SUI-01"])
    for cure in ("申请合格投资者认定", "至少受让 300000", "完成风险承受能力测评"):
        newcomer.sees(f"如何解决：{cure}")
    expect(next_step(page)).to_be_disabled()
    leaves_nobody_out(page)

    answers(page)
    applies(page)
    approves(Reader.comes_in(open_page, entrance.officer, "zh"))
    page.goto("/client")
    newcomer.sees("已通过")
    names_his_account(newcomer)
    maker, checker = (Reader.comes_in(open_page, each, "zh") for each in entrance.clerks)
    proposes_to_verify(maker)
    lets_it_be_verified(checker)
    pays_in(entrance, newcomer)

    bids(newcomer, entrance, "1000")
    expect(findings(page)).to_contain_text(["QI-04"])
    newcomer.fills("数量（份）", "300000")
    expect(page.get_by_test_id("preview-total")).to_have_text("¥297,448.50")
    expect(findings(page)).to_have_count(0)
    next_step(page).click()
    newcomer.presses("确认提交")
    newcomer.sees("已挂出，尚未成交")
    page.goto(f"/products/{entrance.market.symbol}")
    best = page.get_by_test_id("ladder").get_by_role("row").filter(has_text="买 1")
    expect(best).to_contain_text("0.9900")


def bids(newcomer: Reader, entrance: Entrance, quantity: str) -> None:
    """He fills a ticket in for less than anybody asks."""
    newcomer.page.goto(f"/products/{entrance.market.symbol}/trade?side=buy")
    newcomer.fills("全价（元/份）", "0.9900")
    newcomer.fills("数量（份）", quantity)


def findings(page: Page) -> Locator:
    """What rules do not allow of what is filled in."""
    return page.get_by_role("alert").filter(has_text="不符合规则 · ")


def next_step(page: Page) -> Locator:
    """The button under a ticket."""
    return page.get_by_role("button", name="下一步：核对")


def approves(officer: Reader) -> None:
    """Compliance reads his file and writes down what it has established."""
    page = officer.page
    officer.goes_to("运营与监管")
    to_venue_page(page, "客户与人员", "客户申请")
    page.get_by_role("row").nth(1).get_by_role("button").first.click()
    officer.presses("通过")
    form = page.get_by_role("form", name="通过")
    form.get_by_label("有效至").fill("2027-11-21")
    form.get_by_label("复审日期").fill("2028-11-21")
    form.get_by_role("combobox", name="风险等级").click()
    page.get_by_role("option").first.click()
    leaves_nobody_out(page)
    form.get_by_role("button", name="通过").click()
    officer.sees("已完成：通过")


def names_his_account(newcomer: Reader) -> None:
    """As the last step of becoming a client; and is told what to write on his payment."""
    page = newcomer.page
    page.get_by_role("link", name="登记银行账户").first.click()
    newcomer.fills("开户行联行号或 BIC", "102100099996")
    newcomer.fills("银行账号", NUMBER)
    newcomer.fills("户名", "Party 某某")
    newcomer.presses("登记账户")
    newcomer.sees("尾号 8842 已登记，等待平台核实")


def proposes_to_verify(officer: Reader) -> None:
    """An officer has looked at the proof that the account is his, and says so by its hash."""
    page = officer.page
    officer.goes_to("运营与监管")
    to_venue_page(page, "资金", "待核验银行账户")
    page.get_by_role("row").nth(1).get_by_role("button").first.click()
    officer.presses("核验通过")
    proof = FilePayload(name="proof.pdf", mimeType="application/pdf", buffer=PDF)
    page.locator("input[type=file]").set_input_files(proof)
    expect(page.get_by_text(sha256(PDF).hexdigest())).to_be_visible()
    leaves_nobody_out(page)
    page.get_by_role("form", name="核验通过").get_by_role("button", name="核验通过").click()
    officer.sees("已提出，待复核：核验通过")


def lets_it_be_verified(officer: Reader) -> None:
    """A second officer sees the same hash."""
    page = officer.page
    officer.goes_to("运营与监管")
    to_venue_page(page, "监管与安全", "待复核事项")
    officer.sees(sha256(PDF).hexdigest())
    page.get_by_label("我已逐项核对").check()
    officer.presses("复核通过")
    officer.sees("没有待复核事项")


def pays_in(entrance: Entrance, newcomer: Reader) -> None:
    """The bank's statement has his payment, and his page shows it."""
    venue = entrance.venue
    (named,) = venue.ask("GET", "/v1/bank-accounts", entrance.newcomer).json()["items"]
    newcomer.goes_to("资金")
    newcomer.sees("还没有资金变动")
    BankDesk(venue).books(Entry(500_000_00, account(NUMBER), text=named["reference"]))
    expect(newcomer.page.get_by_text("¥500,000.00", exact=True).first).to_be_visible()
