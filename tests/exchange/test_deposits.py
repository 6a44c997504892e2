"""Products of which an order sets aside a deposit: what it reserves, how the buyer pays the rest,
and what becomes of the deposit when he does not."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from exchange.commands import AnyCommand, CreateProduct
from exchange.events import OrderAccepted, TransferOpened, TransferSettled
from exchange.fees import FeeLine, FeeSchedule
from exchange.refusals import Refusal
from exchange.types import Fen
from matching import BUY
from registry.transfer import Overlay, TransferEvent, TransferState, Who
from registry.types import LotId
from tests.exchange.steps import (
    DAY_NS,
    DAYS,
    Steps,
    end_of_day,
    failed,
    happened,
    matched,
    steps,
    terms,
    told,
    trading,
    transfer_of,
)
from tests.exchange.venue import NOBODY, TERMS, Venue, the

E, S = TransferEvent, TransferState
MONEY = 100_000_000
TENTH = 1_000
FEES = FeeSchedule(
    venue_buyer=FeeLine(333, Fen(7), Fen(10**9)),
    venue_seller=FeeLine(10, Fen(0), Fen(10**9)),
    trust_company_buyer=FeeLine(10, Fen(31), Fen(10**9)),
    trust_company_seller=FeeLine(10, Fen(20), Fen(10**9)),
)


def pays_later(**changes: object) -> Steps:
    """A transfer of 100 units for 100 yuan, of which a tenth is set aside."""
    return steps(deposit_bps=TENTH, **changes)


def promised() -> Steps:
    """One whose agreement is made: the rest is due."""
    on = pays_later(agreement=True)
    on.venue.does(on.sign(on.venue.seller))
    said = told(on, on.sign(on.venue.buyer))
    assert (said.event, said.state, said.paid) == (E.AGREED, S.FUNDS_PENDING, 10_00)
    return on


def product(bps: int = TENTH) -> CreateProduct:
    return structs.replace(TERMS, transfer_terms=terms(deposit_bps=bps))


# --- what an order sets aside --------------------------------------------------------------------


def test_an_order_reserves_the_deposit_rounded_up() -> None:
    venue = trading(terms(deposit_bps=TENTH))
    accepted = the(OrderAccepted, venue.does(venue.order(venue.buyer, BUY, 30, 10_010)))
    assert accepted.reserved == 301  # of 30.03 a tenth, 3.003
    assert venue.account(venue.buyer) == (MONEY - 301, 301, 0)


def test_a_bid_needs_no_more_than_its_deposit() -> None:
    venue = Venue(terms=product(), calendars=(DAYS,), money=10_00)
    assert venue.refuses(venue.order(venue.buyer, BUY, 110)) is Refusal.MONEY_NOT_AVAILABLE
    order_id = venue.buys(100)
    assert venue.account(venue.buyer) == (0, 10_00, 0)
    venue.does(venue.cancellation(order_id, by=venue.buyer))
    assert venue.account(venue.buyer) == (10_00, 0, 0)


def test_another_price_needs_another_deposit() -> None:
    venue = trading(terms(deposit_bps=TENTH))
    order_id = venue.buys(100)
    venue.does(venue.replacement(order_id, by=venue.buyer, price=12_000, quantity=200))
    assert venue.account(venue.buyer) == (MONEY - 24_00, 24_00, 0)


@given(
    bps=st.integers(1, 1_000),
    sizes=st.lists(st.tuples(st.integers(1, 9), st.integers(0, 3)), min_size=1, max_size=6),
    rests=st.integers(0, 5),
)
def test_the_deposits_of_all_fills_are_the_deposit_of_the_whole_order(
    bps: int, sizes: list[tuple[int, int]], rests: int
) -> None:
    venue = Venue(FEES, terms=product(bps), calendars=(DAYS,))
    for size, ticks in sizes:
        venue.sells(10 * size, 10_030 - 10 * ticks)
    venue.buys(10 * (sum(size for size, _ in sizes) + rests), 10_030)
    legs = venue.state.money_legs.values()
    assert len(legs) == len(sizes)
    paid, cost = sum(leg.paid for leg in legs), sum(leg.cost for leg in legs)
    assert paid == -(-cost * bps // 10_000)
    assert all(0 <= leg.paid <= leg.cost for leg in legs)
    available, reserved, escrow = venue.account(venue.buyer)
    assert (escrow, available) == (paid, MONEY - paid - reserved)
    assert rests or reserved == 0


# --- the rest ------------------------------------------------------------------------------------


def test_the_match_takes_the_deposit_and_asks_for_the_rest() -> None:
    venue = trading(terms(deposit_bps=TENTH))
    venue.sells(100)
    opened = the(TransferOpened, venue.does(venue.order(venue.buyer, BUY, 100)))
    assert (opened.state, opened.paid) == (S.FUNDS_PENDING, 10_00)
    assert opened.deadline_ns == end_of_day(2)
    assert venue.account(venue.buyer) == (MONEY - 10_00, 0, 10_00)
    assert venue.holding(venue.seller) == (99_900, 0, 100)


def test_who_pays_the_rest_has_it_decided_and_settled() -> None:
    on = promised()
    venue = on.venue
    said = told(on, on.fund())
    assert (said.event, said.state, said.paid) == (E.FUND, S.SUBMITTED, 100_00)
    assert said.deadline_ns == end_of_day(10)
    assert venue.account(venue.buyer) == (MONEY - 100_00, 0, 100_00)
    settled = the(
        TransferSettled, venue.does(venue.confirmation(on.transfer_id, version=on.version))
    )
    assert settled.seller_credit == 100_00
    assert venue.account(venue.buyer) == (MONEY - 100_00, 0, 0)
    assert venue.account(venue.seller) == (100_00, 0, 0)
    assert venue.lots(venue.buyer)[LotId(on.transfer_id)].cost == 100_00


def test_what_the_rest_needs_has_to_be_there() -> None:
    venue = Venue(terms=product(), calendars=(DAYS,), money=10_00)
    on = Steps(venue, matched(venue))
    assert venue.refuses(on.fund()) is Refusal.MONEY_NOT_AVAILABLE
    venue.deposits(venue.buyer, 89_99)
    assert venue.refuses(on.fund()) is Refusal.MONEY_NOT_AVAILABLE
    venue.deposits(venue.buyer, 1)
    venue.does(on.fund())
    assert venue.account(venue.buyer) == (0, 0, 100_00)


def test_only_the_buyer_pays_and_only_once() -> None:
    on = pays_later()
    venue = on.venue
    for other in (venue.seller, venue.trust_company):
        assert venue.refuses(on.fund(by=other)) is Refusal.NOT_PERMITTED
    for stranger in (venue.other, NOBODY):
        assert venue.refuses(on.fund(by=stranger)) is Refusal.UNKNOWN_TRANSFER
    venue.does(on.fund())
    assert venue.refuses(on.fund()) is Refusal.TRANSFER_NOT_IN_STATE


def test_who_pays_does_not_want_to_cancel_any_more() -> None:
    on = pays_later()
    on.venue.does(on.cancel(on.venue.buyer))
    assert told(on, on.fund()).consented == Who(0)
    assert happened(on.venue.does(on.cancel(on.venue.seller))) == [E.CONSENT]


def test_no_rest_is_paid_while_something_stands_over_the_transfer() -> None:
    on = pays_later()
    on.venue.does(on.hold())
    assert on.venue.refuses(on.fund()) is Refusal.TRANSFER_HELD
    assert happened(on.venue.waits(4 * DAY_NS)) == []  # the buyer's time waits too
    assert told(on, on.let_go()).deadline_ns == end_of_day(6)
    on.venue.does(on.fund())


# --- the deposit ---------------------------------------------------------------------------------


def test_who_has_signed_and_does_not_pay_loses_his_deposit_to_the_seller() -> None:
    on = promised()
    venue = on.venue
    ended = failed(venue.waits(3 * DAY_NS))
    assert (ended.event, ended.state) == (E.DEFAULT, S.BUYER_DEFAULT)
    assert (ended.refund, ended.forfeited) == (0, 10_00)
    assert venue.account(venue.buyer) == (MONEY - 10_00, 0, 0)
    assert venue.account(venue.seller) == (10_00, 0, 0)
    assert venue.holding(venue.seller) == (100_000, 0, 0)


def test_who_has_promised_nothing_has_his_deposit_back() -> None:
    on = pays_later()
    venue = on.venue
    ended = failed(venue.waits(3 * DAY_NS))
    assert (ended.event, ended.state) == (E.DEFAULT, S.BUYER_DEFAULT)
    assert (ended.refund, ended.forfeited) == (10_00, 0)
    assert venue.account(venue.buyer) == (MONEY, 0, 0)
    assert venue.account(venue.seller) == (0, 0, 0)


def test_nobody_loses_his_deposit_while_the_venue_is_down() -> None:
    on = promised()
    assert happened(on.venue.waits(3 * DAY_NS, downtime=True)) == [None]
    assert transfer_of(on.venue, on.transfer_id).due_ns == end_of_day(4)
    on.venue.does(on.fund())


@pytest.mark.parametrize("funded", [False, True])
def test_what_fails_otherwise_gives_back_what_was_paid(funded: bool) -> None:
    paid = 100_00 if funded else 10_00
    ways: dict[TransferEvent, Callable[[Steps], AnyCommand]] = {
        E.CANCEL: Steps.cancel_trade,
        E.SELLER_DEFAULT: Steps.default,
        E.RESCIND: rescinds,
    }
    for event, way in ways.items():
        on = promised()
        if funded:
            on.venue.does(on.fund())
        ended = failed(on.venue.does(way(on)))
        assert (ended.event, ended.refund, ended.forfeited) == (event, paid, 0)
        assert on.venue.account(on.venue.buyer) == (MONEY, 0, 0)
        assert on.venue.holding(on.venue.seller) == (100_000, 0, 0)


def rescinds(on: Steps) -> AnyCommand:
    on.venue.does(on.hold(Overlay.CORPORATE_EVENT))
    return on.rescind()
