"""Fee schedules with the days from which they count: which is in force, and what an order pays."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import structs

from exchange.check import check
from exchange.events import TransferOpened
from exchange.fee_commands import SetFeeSchedule
from exchange.fee_events import FeeScheduleSet
from exchange.fee_state import DatedFees, FeeScheduleId
from exchange.fees import FeeLine, FeeSchedule
from exchange.limits import FEE_DAYS_AHEAD_MAX
from exchange.refusals import Refusal
from exchange.snapshot import decode_state, encode_state
from exchange.types import OPERATOR_ID, Fen, PartyId
from matching import BUY, SELL
from registry.types import DayNumber, ProductId
from tests.exchange.disclosures import days_ago
from tests.exchange.venue import DAY_NS, NOWHERE, TERMS, Venue, the
from tests.properties.random_fees import FEE_SCHEDULES


def flat(buyer_bps: int, seller_bps: int = 0, *, least: int = 0) -> FeeSchedule:
    """The venue's fees alone."""
    nothing = FeeLine(0, Fen(0), Fen(0))
    buyer = FeeLine(buyer_bps, Fen(least), Fen(10**9))
    return FeeSchedule(buyer, FeeLine(seller_bps, Fen(0), Fen(10**9)), nothing, nothing)


def fees(
    venue: Venue,
    schedule: FeeSchedule,
    *,
    in_days: int = 1,
    product_id: int | None = None,
    by: PartyId = OPERATOR_ID,
) -> SetFeeSchedule:
    return SetFeeSchedule(
        actor=by,
        key=venue.key(),
        product_id=None if product_id is None else ProductId(product_id),
        effective_on=days_ago(venue, -in_days),
        schedule=schedule,
    )


def charged(venue: Venue, quantity: int = 1_000) -> tuple[int, int]:
    """What the venue takes of buyer and seller for a match now."""
    venue.sells(quantity)
    opened = the(TransferOpened, venue.does(venue.order(venue.buyer, BUY, quantity)))
    return opened.buyer_fee_venue, opened.seller_fee_venue


def test_a_schedule_counts_from_its_day_on() -> None:
    venue = Venue(flat(10, 20))
    (event,) = venue.does(fees(venue, flat(30, 40), in_days=2))
    sequence = venue.state.sequence
    assert event == FeeScheduleSet(
        fees=DatedFees(FeeScheduleId(sequence), None, days_ago(venue, -2), flat(30, 40))
    )
    assert charged(venue) == (100, 200)
    venue.waits(DAY_NS)
    assert charged(venue) == (100, 200)
    venue.waits(DAY_NS)
    assert charged(venue) == (300, 400)


def test_a_products_own_schedule_comes_before_the_venues() -> None:
    venue = Venue(flat(10))
    other = venue.lists(structs.replace(TERMS, symbol="ANLAN-2"))
    venue.does(fees(venue, flat(50), product_id=venue.product_id))
    venue.does(fees(venue, flat(70)))
    day = days_ago(venue, -1)
    assert venue.state.fees.in_force(venue.product_id, day) == flat(50)
    assert venue.state.fees.in_force(other, day) == flat(70)
    assert venue.state.fees.in_force(venue.product_id, DayNumber(day - 1)) == flat(10)


def test_of_two_for_one_day_the_later_counts() -> None:
    venue = Venue(flat(10))
    for bps in (50, 60):
        venue.does(fees(venue, flat(bps)))
    venue.does(fees(venue, flat(99), in_days=9))
    assert venue.state.fees.in_force(venue.product_id, days_ago(venue, -1)) == flat(60)


def test_an_order_never_pays_more_than_it_was_shown() -> None:
    venue = Venue(flat(10, 10))
    bid = venue.buys(1_000)
    reserved = venue.open_order(bid).reserved
    venue.does(fees(venue, flat(500, 500)))
    venue.waits(DAY_NS)
    opened = the(TransferOpened, venue.does(venue.order(venue.seller, SELL, 1_000)))
    assert opened.buyer_fee_venue == 100
    assert opened.seller_fee_venue == 5_000  # he came after and was shown it
    assert venue.account(venue.buyer)[1:] == (0, reserved)


def test_an_order_pays_less_where_the_fees_have_fallen() -> None:
    venue = Venue(flat(100))
    venue.buys(1_000)
    venue.does(fees(venue, flat(10)))
    venue.waits(DAY_NS)
    first = the(TransferOpened, venue.does(venue.order(venue.seller, SELL, 400)))
    second = the(TransferOpened, venue.does(venue.order(venue.seller, SELL, 600)))
    assert (first.buyer_fee_venue, second.buyer_fee_venue) == (40, 60)
    assert venue.account(venue.buyer) == (100_000_000 - 100_100, 0, 100_100)


def test_what_was_charged_before_a_fall_is_not_given_back() -> None:
    venue = Venue(flat(100))
    venue.buys(1_000)
    first = the(TransferOpened, venue.does(venue.order(venue.seller, SELL, 500)))
    venue.does(fees(venue, flat(10)))
    venue.waits(DAY_NS)
    second = the(TransferOpened, venue.does(venue.order(venue.seller, SELL, 500)))
    assert (first.buyer_fee_venue, second.buyer_fee_venue) == (500, 0)
    check(venue.state)


@pytest.mark.parametrize(
    ("refusal", "changes"),
    [
        (Refusal.NOT_PERMITTED, {"by": PartyId(2)}),
        (Refusal.UNKNOWN_PRODUCT, {"product_id": NOWHERE}),
        (Refusal.FEE_DAY_OUT_OF_RANGE, {"in_days": 0}),
        (Refusal.FEE_DAY_OUT_OF_RANGE, {"in_days": -1}),
        (Refusal.FEE_DAY_OUT_OF_RANGE, {"in_days": FEE_DAYS_AHEAD_MAX + 1}),
    ],
)
def test_what_is_refused(refusal: Refusal, changes: dict[str, Any]) -> None:
    venue = Venue()
    assert venue.refuses(fees(venue, flat(10), **changes)) is refusal


def test_a_line_out_of_range_and_one_schedule_too_many_are_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    venue = Venue()
    assert venue.refuses(fees(venue, flat(10_001))) is Refusal.TERMS_OUT_OF_RANGE
    venue.does(fees(venue, flat(1), in_days=FEE_DAYS_AHEAD_MAX))
    monkeypatch.setattr("exchange.fee_desk.FEE_SCHEDULES_MAX", 1)
    assert venue.refuses(fees(venue, flat(1))) is Refusal.FEE_SCHEDULES_MAX


def test_two_persons_set_fees_where_four_eyes_are_wanted() -> None:
    venue = Venue(flat(10), four_eyes=True)
    assert venue.refuses(fees(venue, flat(20))) is Refusal.FOUR_EYES_REQUIRED
    venue.does(fees(venue, flat(20)))
    assert venue.state.fees.in_force(venue.product_id, days_ago(venue, -1)) == flat(20)


def test_schedules_survive_a_restart() -> None:
    venue = Venue(flat(10))
    venue.does(fees(venue, flat(20), in_days=3))
    venue.does(fees(venue, flat(30), product_id=venue.product_id))
    restored = decode_state(encode_state(venue.state))
    assert restored.fees.image() == venue.state.fees.image()
    for day in range(5):
        on = days_ago(venue, -day)
        expected = venue.state.fees.in_force(venue.product_id, on)
        assert restored.fees.in_force(venue.product_id, on) == expected


@settings(max_examples=60, deadline=None)
@given(
    shown=st.sampled_from(FEE_SCHEDULES),
    later=st.lists(st.sampled_from(FEE_SCHEDULES), max_size=4),
    fills=st.lists(st.integers(1, 40), min_size=1, max_size=6),
)
def test_whatever_the_fees_become_the_order_pays_at_most_what_was_shown(
    shown: FeeSchedule, later: list[FeeSchedule], fills: list[int]
) -> None:
    """And what is reserved covers it at each step: the invariants say so."""
    venue = Venue(shown)
    total = 10 * sum(fills)
    bid = venue.buys(total)
    reserved = venue.open_order(bid).reserved
    for number, fill in enumerate(fills):
        if number < len(later):
            venue.does(fees(venue, later[number]))
        venue.waits(DAY_NS)
        venue.does(venue.order(venue.seller, SELL, 10 * fill))
        check(venue.state)
    paid = sum(leg.cost for leg in venue.state.money_legs.values())
    assert paid <= reserved
    assert bid not in venue.state.orders
