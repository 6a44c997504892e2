"""A transfer from first to last in four browsers: who sells, who buys, and the two officers of the
trust company without whom nothing moves. Each sees what the others do without asking again."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pytest
from playwright.sync_api import Browser, expect

from tests.api.review import REVIEWED
from tests.api.venue import Member
from tests.web.browsers import Pages, launched, leaves_nobody_out
from tests.web.people import Visitor, new_visitor
from tests.web.readers import PHONE, Language, Reader
from tests.web.served import ServedVenue

PRODUCT: Final = "嘉禾稳健一号集合资金信托计划"


@dataclass(frozen=True)
class Cast:
    """A product whose transfers two officers decide on, and four people with logins."""

    address: str
    symbol: str
    seller: Visitor
    buyer: Visitor
    maker: Visitor
    checker: Visitor


@pytest.fixture
def cast(tmp_path: Path) -> Iterator[Cast]:
    with ServedVenue(tmp_path / "venue") as venue:
        seller = venue.new_party("NATURAL_PERSON")
        buyer = venue.new_party("INSTITUTION", money="1000000.00")
        office = venue.new_party("TRUST_COMPANY")
        symbol = venue.new_product(office, **REVIEWED)
        venue.give_units(symbol, seller, "10000")
        yield Cast(
            venue.address,
            symbol,
            seller=new_visitor(venue, seller),
            buyer=new_visitor(venue, buyer),
            maker=officer(venue, office, "MAKER"),
            checker=officer(venue, office, "CHECKER"),
        )


def officer(venue: ServedVenue, office: Member, role: str) -> Visitor:
    """Somebody new of the trust company."""
    of_office = venue.new_officer(venue.operator, party_id=office.party_id, roles=[role])
    return new_visitor(venue, of_office)


@pytest.fixture
def browser(cast: Cast) -> Iterator[Browser]:
    assert cast.address, "the venue is made first: then the event loop is the browser's"
    with launched() as browser:
        yield browser


@pytest.mark.parametrize(
    ("ours", "theirs", "screen"),
    [("zh", "en", {}), ("en", "zh", PHONE)],
    ids=["at desks", "on phones"],
)
def test_units_and_money_change_hands(
    browser: Browser, cast: Cast, ours: Language, theirs: Language, screen: dict[str, Any]
) -> None:
    with Pages(browser, cast.address) as open_page:
        seller = Reader.comes_in(open_page, cast.seller, ours, **screen)
        buyer = Reader.comes_in(open_page, cast.buyer, theirs, **screen)
        lists(seller)
        follows_the_book(seller)
        transfer_id = bids(buyer)
        hears_of_the_deal(seller, transfer_id)
        waits(buyer, transfer_id)

        maker = Reader.comes_in(open_page, cast.maker, ours, **screen)
        checker = Reader.comes_in(open_page, cast.checker, theirs, **screen)
        proposes(maker, transfer_id)
        for party in (seller, buyer):
            expect(party.page.get_by_test_id("state")).to_have_text(party.word("确权审核中"))
        approves(checker, transfer_id)

        for party in (seller, buyer):
            expect(party.page.get_by_test_id("state")).to_have_text(party.word("已交割"))
            party.sees("已办结，无须操作")
        has(seller, cast.symbol, units="9,000", money="¥818.98", moved="¥818.98")
        has(buyer, cast.symbol, units="1,000", money="¥998,779.49", moved="−¥1,220.51")


def lists(seller: Reader) -> None:
    """A thousand units for 1.0200 each, which rest on the book."""
    enters(seller, "卖出")
    seller.sees("已挂出，尚未成交")


def follows_the_book(seller: Reader) -> None:
    """He looks at the product while he waits, and his units are there."""
    seller.goes_to("市场")
    seller.follows(PRODUCT)
    ladder = seller.page.get_by_test_id("ladder")
    best = ladder.get_by_role("row").filter(has_text=seller.word("卖 1"))
    expect(best).to_contain_text("1.0200")
    expect(best.get_by_title("1,000")).to_be_visible()


def bids(buyer: Reader) -> str:
    """For all of them; the transfer that comes of it."""
    enters(buyer, "买入")
    buyer.sees("已全部成交（1,000 份）")
    return buyer.page.get_by_role("listitem").filter(has_text="1.0200").inner_text().split()[-1]


def enters(party: Reader, side: str) -> None:
    """An order, by the product's own page, checked before it is sent."""
    party.follows(PRODUCT)
    party.follows(side)
    party.fills("全价（元/份）", "1.0200")
    party.fills("数量（份）", "1000")
    party.presses("下一步：核对")
    party.presses("确认提交")


def hears_of_the_deal(seller: Reader, transfer_id: str) -> None:
    """On the page that he never left; then he looks what it waits for."""
    page = seller.page
    deals = page.get_by_role("table", name=seller.word("最近成交"))
    expect(deals.get_by_role("row").nth(1)).to_contain_text(seller.word("待确权"))
    expect(page.get_by_test_id("ladder")).to_have_count(0)
    waits(seller, transfer_id)


def waits(party: Reader, transfer_id: str) -> None:
    """The transfer is among his own, and is the trust company's to decide."""
    party.goes_to("过户")
    row = party.row(transfer_id)
    expect(row).to_contain_text(party.word("确权待受理"))
    row.get_by_role("link").click()
    expect(party.page.get_by_test_id("waiting")).to_have_text(
        party.word("在信托公司，等其确权。您暂无须操作")
    )
    leaves_nobody_out(party.page)


def proposes(maker: Reader, transfer_id: str) -> None:
    """He claims it and has read it; nothing moves by his word alone."""
    opens_case(maker, transfer_id)
    maker.presses("认领")
    maker.presses("提交经办意见：确权")
    maker.sees("您已提交，待他人复核")


def approves(checker: Reader, transfer_id: str) -> None:
    """The second pair of eyes."""
    opens_case(checker, transfer_id)
    checker.presses("同意经办意见：确权")
    checker.sees("已办理，当前状态：已过户")


def opens_case(officer: Reader, transfer_id: str) -> None:
    """From the queue of the desk."""
    officer.goes_to("确权工作台")
    officer.row(f"#{transfer_id}").get_by_role("link", name=f"#{transfer_id}").click()
    heading = officer.page.get_by_role("heading", level=1)
    expect(heading).to_contain_text(transfer_id)
    leaves_nobody_out(officer.page)


def has(party: Reader, symbol: str, *, units: str, money: str, moved: str) -> None:
    """What he owns now, to the unit and the fen."""
    party.goes_to("持仓")
    expect(party.row(symbol).get_by_role("cell").nth(1)).to_have_text(units)
    party.goes_to("资金")
    expect(party.page.get_by_text(money, exact=True).first).to_be_visible()
    movements = party.page.get_by_role("table", name=party.word("资金变动"))
    expect(movements.get_by_role("row").nth(1)).to_contain_text(moved)
    leaves_nobody_out(party.page)
