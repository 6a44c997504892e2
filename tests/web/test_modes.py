"""Every mode in which deals are made, by the pages of those who make them: what is listed and taken
by who stands behind, what is negotiated, quoted for, bid for, and gathered for an auction."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone
from typing import Any, Final

import pytest
from playwright.sync_api import Browser, Locator, expect

from tests.api.dealing import auction, listing, made, offer, rejects, set_mode
from tests.api.test_book_views import split
from tests.api.venue import SHORT_TERMS, Market
from tests.web.browsers import Pages, launched, leaves_nobody_out
from tests.web.people import Visitor, new_visitor
from tests.web.readers import Language, Reader
from tests.web.served import ServedVenue

MODES: Final = ("LISTED_PRICE", "NEGOTIATED", "RFQ", "ENGLISH_AUCTION")
EXTENSION: Final = timedelta(minutes=3)
"""A bid in the last three minutes moves the end."""
BEIJING: Final = timezone(timedelta(hours=8))
ACCEPT: Final = {"zh": "接受", "en": "Accept"}


@dataclass(frozen=True)
class Stall:
    """A market in one mode, and who deals in it: the seller reads Chinese, buyers read English."""

    market: Market
    seller: Visitor
    buyers: list[Visitor] = field(default_factory=list)

    @classmethod
    def make(cls, venue: ServedVenue, mode: str) -> Stall:
        """With two buyers."""
        market = Market.make(venue)
        set_mode(market, mode)
        other = venue.new_party("INSTITUTION", money="1000000.00")
        buyers = [new_visitor(venue, buyer) for buyer in (market.buyer, other)]
        return cls(market, new_visitor(venue, market.seller), buyers)

    def comes(self, open_page: Pages, who: Visitor, side: str) -> Reader:
        """Somebody comes in and goes to the tickets of the product."""
        language: Language = "zh" if who is self.seller else "en"
        reader = Reader.comes_in(open_page, who, language)
        reader.page.goto(f"/products/{self.market.symbol}/trade?side={side}")
        return reader


@dataclass(frozen=True)
class Fair:
    """A venue with a stall of each mode."""

    venue: ServedVenue
    stalls: dict[str, Stall]


@pytest.fixture(scope="module")
def fair(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fair]:
    with ServedVenue(tmp_path_factory.mktemp("fair") / "venue") as venue:
        yield Fair(venue, {mode: Stall.make(venue, mode) for mode in MODES})


@pytest.fixture(scope="module")
def browser(fair: Fair) -> Iterator[Browser]:
    assert fair.venue.address, "the venue is made first: then the event loop is the browser's"
    with launched() as browser:
        yield browser


@pytest.fixture
def open_page(browser: Browser, fair: Fair) -> Iterator[Pages]:
    with Pages(browser, fair.venue.address) as pages:
        yield pages


def test_who_stands_behind_has_the_listing_when_the_first_buyers_transfer_fails(
    open_page: Pages, fair: Fair
) -> None:
    stall = fair.stalls["LISTED_PRICE"]
    seller = stall.comes(open_page, stall.seller, "sell")
    seller.page.get_by_role("radio", name="我来选择").check()
    seller.page.get_by_role("checkbox", name="允许只受让一部分").uncheck()
    enters(seller, price="1.0500", quantity="1000")
    seller.sees("已发布")
    first, second = (stall.comes(open_page, buyer, "buy") for buyer in stall.buyers)
    for buyer in (first, second):
        act(buyer, "受让").click()
        sends(buyer)
        buyer.sees("已更新，尚未成交")
    picks = accepts(seller, "1.0500")
    expect(picks).to_have_count(2)
    picks.first.click()
    sends(seller)
    act(first, "收起").click()
    accepts(first, "1.0500").click()
    sends(first)
    expect(card(second)).to_contain_text("others stand behind")
    leaves_nobody_out(second.page)

    late = new_visitor(fair.venue, fair.venue.new_party("INSTITUTION", money="1000000.00"))
    third = stall.comes(open_page, late, "buy")
    expect(card(third)).to_contain_text("1,000")
    act(third, "候补").click()
    sends(third)
    third.sees("已更新，尚未成交")

    rejects(stall.market, number_of(stall))
    act(second, "收起").click()
    accepts(second, "1.0500").click()
    sends(second)
    second.sees("已成交，过户编号")
    has_transfer(stall, stall.buyers[1], units="1000", price="1.0500")


def test_an_offer_is_countered_and_the_counter_offer_accepted(open_page: Pages, fair: Fair) -> None:
    stall = fair.stalls["NEGOTIATED"]
    seller = stall.comes(open_page, stall.seller, "sell")
    seller.fills("对方编号", stall.buyers[0].person.party_id)
    enters(seller, price="1.0500", quantity="1000")
    seller.sees("已发布")
    buyer = stall.comes(open_page, stall.buyers[0], "buy")
    act(buyer, "还价").click()
    enters(buyer, price="1.0300", quantity="1000", within=card(buyer))
    buyer.sees("已更新，尚未成交")
    accepts(seller, "1.0300").click()
    sends(seller)
    seller.sees("已成交，过户编号")
    has_transfer(stall, stall.buyers[0], units="1000", price="1.0300")


def test_before_a_yes_one_reads_what_rules_of_two_have_against_the_deal(
    open_page: Pages, fair: Fair
) -> None:
    venue = fair.venue
    market = Market.make(venue)
    set_mode(market, "NEGOTIATED")
    person = venue.new_party("NATURAL_PERSON", money="100000.00")
    owner = venue.new_party("NATURAL_PERSON")
    venue.give_units(market.symbol, owner, "300")
    split(market)
    lapses = (datetime.now(UTC) + timedelta(days=1)).strftime("%Y-%m-%dT%H:%M:%SZ")
    made(offer(market, by=person, to=owner, side="BUY", lapses_at=lapses))
    stall = Stall(market, new_visitor(venue, owner))
    seller = stall.comes(open_page, stall.seller, "sell")
    accepts(seller, "1.0000").click()
    alert = card(seller).get_by_role("alert").filter(has_text="CN-SPLIT-01")
    expect(alert).to_be_visible()
    expect(card(seller).get_by_role("button", name="下一步：核对")).to_be_disabled()
    leaves_nobody_out(seller.page)


def test_a_listing_says_at_once_how_much_of_it_may_be_taken_or_why_nothing(
    open_page: Pages, fair: Fair
) -> None:
    venue = fair.venue
    market = Market.make(venue)
    set_mode(market, "LISTED_PRICE")
    person = new_visitor(venue, venue.new_party("NATURAL_PERSON", money="505.00"))
    owner = venue.new_party("NATURAL_PERSON")
    venue.give_units(market.symbol, owner, "1000")
    lapses = (datetime.now(UTC) + timedelta(days=1)).strftime("%Y-%m-%dT%H:%M:%SZ")
    firm = {"parts": True, "acceptance": "FIRST_PASSING", "lapses_at": lapses}
    made(listing(market, by=owner, quantity="500", **firm))
    stall = Stall(market, new_visitor(venue, market.seller), [person])
    buyer = stall.comes(open_page, person, "buy")
    note = card(buyer).get_by_role("note")
    expect(note).to_contain_text("Any quantity from 100 to 300 units is taken")
    expect(note).to_contain_text("your available money does not reach")
    split(market)
    buyer.page.reload()
    expect(note).to_contain_text("CN-SPLIT-01")
    expect(note).to_contain_text("Ask for the whole holding")
    leaves_nobody_out(buyer.page)
    act(buyer, "受让").click()
    expect(note).to_have_count(0)


def test_of_two_quotes_the_better_one_is_picked(open_page: Pages, fair: Fair) -> None:
    stall = fair.stalls["RFQ"]
    asker = stall.comes(open_page, stall.seller, "sell")
    asker.fills("数量（份）", "1000")
    sends(asker)
    asker.sees("已发布")
    for buyer, price in zip(stall.buyers, ("1.0100", "1.0150"), strict=True):
        reader = stall.comes(open_page, buyer, "buy")
        act(reader, "报价").click()
        enters(reader, price=price, within=card(reader))
    accepts(asker, "1.0150").click()
    sends(asker)
    asker.sees("已成交，过户编号")
    has_transfer(stall, stall.buyers[1], units="1000", price="1.0150")


def test_bidders_go_beyond_each_other_and_a_late_bid_makes_the_auction_longer(
    open_page: Pages, fair: Fair
) -> None:
    stall = fair.stalls["ENGLISH_AUCTION"]
    seller = stall.comes(open_page, stall.seller, "sell")
    enters(seller, price="1.0000", quantity="1000")
    seller.sees("已发布")
    first, second = (stall.comes(open_page, buyer, "buy") for buyer in stall.buyers)
    act(first, "出价").click()
    sends(first)
    expect(card(first)).to_contain_text("1.0000 · You lead")
    expect(card(second)).to_contain_text("1.0010")
    act(second, "出价").click()
    price = card(second).get_by_label(second.word("全价（元/份）"))
    expect(price).to_have_value("1.0010")
    price.fill("1.0005")
    second.sees("出价须不低于 1.0010，并按 0.0010 的幅度加价。")
    price.fill("1.0020")
    sends(second)
    expect(card(second)).to_contain_text("1.0020 · You lead")
    expect(card(first)).not_to_contain_text("You lead")
    expect(card(seller)).to_contain_text("1.0020")

    ends_at = datetime.now(UTC).replace(microsecond=0) + EXTENSION + timedelta(seconds=4)
    made(auction(stall.market, price="1.0100", **times(ends_at)))
    late = card(first, "1.0100")
    told = f"{ends_at.astimezone(BEIJING):%Y-%m-%d %H:%M:%S}"
    expect(late).to_contain_text(told)
    # The end is told to the second: a bid that moves it by less could not be seen to.
    late_ms = (ends_at - EXTENSION).timestamp() * 1_000 + 1_500
    first.page.wait_for_function(f"() => Date.now() > {late_ms}")
    late.get_by_role("button", name=first.word("出价"), exact=True).click()
    sends(first, within=late)
    expect(late).to_contain_text("You lead")
    expect(late).not_to_contain_text(told)
    leaves_nobody_out(first.page)


def test_orders_gather_and_are_dealt_at_one_price(open_page: Pages, fair: Fair) -> None:
    venue = fair.venue
    market = Market.make(venue)
    symbol = venue.new_product(transfer_terms=SHORT_TERMS)
    venue.give_units(symbol, market.seller, "1000")
    venue.gather(symbol, 0)
    gathered = Stall(
        Market(venue, symbol, market.seller, market.buyer),
        new_visitor(venue, market.seller),
        [new_visitor(venue, market.buyer)],
    )
    watcher = Reader(open_page(f"/products/{symbol}"), "zh")
    auctions = watcher.page.get_by_role("region", name="集合竞价")
    seller = gathered.comes(open_page, gathered.seller, "sell")
    buyer = gathered.comes(open_page, gathered.buyers[0], "buy")
    for reader, price in ((seller, "1.0100"), (buyer, "1.0300")):
        enters(reader, price=price, quantity="1000", until="确认提交")
    next_one = auctions.locator("dd").first
    begins = next_one.inner_text()
    expect(next_one).not_to_have_text(begins)
    for reader in (seller, buyer):
        reader.presses("确认提交")
    expect(auctions).to_contain_text("/ 1,000")
    expect(auctions.locator("dd").nth(2)).to_contain_text("/ 1,000")
    expect(auctions.locator("dd").nth(1)).to_have_text("暂无")
    dealt = watcher.page.get_by_role("table", name="最近成交").get_by_role("row").nth(1)
    expect(dealt).to_contain_text("1,000")
    has_transfer(gathered, gathered.buyers[0], units="1000")


def card(reader: Reader, text: str = "") -> Locator:
    """What stands, as he sees it: the only one, or that with this text."""
    return reader.page.get_by_role("article").filter(has_text=text).first


def act(reader: Reader, name: str) -> Locator:
    """What he may do with what stands."""
    return card(reader).get_by_role("button", name=reader.word(name), exact=True)


def accepts(reader: Reader, price: str) -> Locator:
    """The buttons that say yes to this price."""
    return card(reader).get_by_role("button", name=f"{ACCEPT[reader.language]} {price}")


def enters(
    reader: Reader,
    *,
    price: str,
    quantity: str | None = None,
    within: Locator | None = None,
    until: str | None = None,
) -> None:
    """A ticket is filled in and sent, or checked only."""
    place = within or reader.page.get_by_role("main")
    place.get_by_label(reader.word("全价（元/份）")).first.fill(price)
    if quantity is not None:
        place.get_by_label(reader.word("数量（份）")).first.fill(quantity)
    if until is None:
        sends(reader, within=place)
    else:
        reader.presses("下一步：核对")
        reader.page.get_by_role("button", name=reader.word(until)).wait_for()


def sends(reader: Reader, *, within: Locator | None = None) -> None:
    """What is filled in is checked and sent."""
    place = within or reader.page.get_by_role("main")
    place.get_by_role("button", name=reader.word("下一步：核对")).last.click()
    place.get_by_role("button", name=reader.word("确认提交")).click()


def number_of(stall: Stall) -> str:
    """Of the only negotiation in the product."""
    market = stall.market
    path = f"/v1/negotiations?symbol={market.symbol}"
    (found,) = market.venue.ask("GET", path, market.seller).json()["items"]
    number: str = found["negotiation_id"]
    return number


def has_transfer(stall: Stall, buyer: Visitor, **terms: str) -> None:
    """The deal is a transfer to this buyer, of these terms."""
    path = f"/v1/transfers?symbol={stall.market.symbol}&state=SUBMITTED"
    found = stall.market.venue.ask("GET", path, stall.market.seller).json()["items"]
    told = [each for each in found if each["state"] == "SUBMITTED"]
    assert [each["buyer_id"] for each in told] == [buyer.person.party_id]
    assert {name: told[0][name] for name in terms} == terms


def times(ends_at: datetime) -> dict[str, Any]:
    """Of an auction that begins by then, by the clock of the machine."""
    days = {"starts_at": ends_at - EXTENSION, "ends_at": ends_at}
    days["lapses_at"] = ends_at + timedelta(days=1)
    return {name: at.isoformat().replace("+00:00", "Z") for name, at in days.items()}
