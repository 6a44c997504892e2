"""Accrued income in money: what a buyer pays besides a clean price, and what his bid reserves."""

from __future__ import annotations

from fractions import Fraction
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import structs

from exchange.check import check
from exchange.commands import CreateProduct
from exchange.events import CommandRefused, OrderAccepted, OrderClosed, TransferOpened
from exchange.fees import FeeLine, FeeSchedule
from exchange.limits import ORDER_VALIDITY_MAX_NS
from exchange.price_types import AccruedIncome, IncomeDays, QuoteBasis
from exchange.refusals import Refusal
from exchange.reserve_events import BidUnfunded, MeansMissing, ReserveChanged
from exchange.snapshot import decode_state, encode_state
from exchange.types import CloseReason, Fen
from matching import BUY, SELL, Price, Quantity, TimeInForce
from registry.types import TimeNs
from tests.exchange.clean import SIX_PERCENT, at_rate, clean_venue
from tests.exchange.disclosures import days_ago, disclosure, quoted
from tests.exchange.venue import DAY_NS, TERMS, Venue, kinds, the
from tests.model.tariff import half_up

IOC = TimeInForce.IMMEDIATE_OR_CANCEL
GTD = TimeInForce.GOOD_TILL_DATE
MILLIONS = 3_000_000
COST = 300_000_000
TWENTY_DAYS = 986_301  # 3,000,000 × 6 % × 20 ÷ 365 = 9,863.01 yuan


def yearly(units: int, days: int, *, rate_bps: int = 600) -> Fraction:
    """The income of units of one yuan, in fen."""
    return Fraction(units * 100 * rate_bps * days, 10_000 * 365)


def test_too_little_money_is_refused_with_what_is_missing() -> None:
    venue = clean_venue()
    venue.sells(MILLIONS)
    order = venue.order(venue.buyer, BUY, MILLIONS, time_in_force=IOC)
    refused, told = venue.submit(order)
    assert refused == CommandRefused(refusal=Refusal.MONEY_NOT_AVAILABLE)
    assert told == MeansMissing(product_id=None, available=COST, needed=COST + TWENTY_DAYS)
    venue.deposits(venue.buyer, TWENTY_DAYS - 1)
    _, told = venue.submit(structs.replace(order, key=venue.key()))
    assert isinstance(told, MeansMissing)
    assert told.needed - told.available == 1
    venue.deposits(venue.buyer, 1)
    venue.does(structs.replace(order, key=venue.key()))
    assert venue.account(venue.buyer) == (0, 0, COST + TWENTY_DAYS)


def test_a_resting_bid_reserves_what_accrues_until_its_last_day() -> None:
    venue = clean_venue(money=COST + 2_000_000)
    ends_ns = venue.at_ns + 10 * DAY_NS
    venue.buys(MILLIONS, time_in_force=GTD, expires_at_ns=ends_ns)
    thirty_days = half_up(yearly(MILLIONS, 30))
    assert thirty_days == 1_479_452
    assert venue.account(venue.buyer) == (2_000_000 - 1_479_452, COST + 1_479_452, 0)


def test_at_the_match_what_accrued_goes_to_escrow_and_the_rest_is_free() -> None:
    venue = clean_venue(money=COST + 2_000_000)
    venue.buys(MILLIONS, time_in_force=GTD, expires_at_ns=venue.at_ns + 10 * DAY_NS)
    venue.waits(3 * DAY_NS)
    events = venue.does(venue.order(venue.seller, SELL, MILLIONS))
    accrued = the(TransferOpened, events).accrued
    amount = half_up(yearly(MILLIONS, 23))
    assert accrued == AccruedIncome(amount=Fen(amount), days=23, priced_on=days_ago(venue, 0))
    assert venue.account(venue.buyer) == (2_000_000 - amount, 0, COST + amount)
    check(venue.state)


def test_the_seller_gets_what_accrued_and_no_fee_is_taken_of_it() -> None:
    percent = FeeLine(100, Fen(0), Fen(10**9))
    venue = clean_venue(FeeSchedule(percent, percent, percent, percent), money=320_000_000)
    venue.sells(MILLIONS)
    venue.does(venue.order(venue.buyer, BUY, MILLIONS, time_in_force=IOC))
    venue.does(venue.confirmation(venue.pending()[0]))
    fees = COST // 100 * 2
    assert venue.account(venue.seller)[0] == COST + TWENTY_DAYS - fees
    assert venue.account(venue.buyer) == (320_000_000 - COST - TWENTY_DAYS - fees, 0, 0)
    (lot,) = venue.lots(venue.buyer).values()
    assert lot.cost == COST + TWENTY_DAYS + fees
    check(venue.state)


def test_a_transfer_that_fails_gives_all_of_it_back() -> None:
    venue = clean_venue(money=COST + 2_000_000)
    venue.sells(MILLIONS)
    venue.does(venue.order(venue.buyer, BUY, MILLIONS, time_in_force=IOC))
    venue.does(venue.rejection(venue.pending()[0]))
    assert venue.account(venue.buyer) == (COST + 2_000_000, 0, 0)


def test_a_bid_without_an_end_has_the_longest_validity() -> None:
    venue = clean_venue(money=COST + 9_000_000)
    accepted = the(OrderAccepted, venue.does(venue.order(venue.buyer, BUY, MILLIONS)))
    assert accepted.expires_at_ns == venue.at_ns + ORDER_VALIDITY_MAX_NS
    assert accepted.reserved == COST + half_up(yearly(MILLIONS, 50))
    closed = the(OrderClosed, venue.waits(ORDER_VALIDITY_MAX_NS))
    assert (closed.reason, closed.released) == (CloseReason.EXPIRED, accepted.reserved)
    offer = the(OrderAccepted, venue.does(venue.order(venue.seller, SELL, 10)))
    assert offer.expires_at_ns is None


def test_behind_the_record_day_income_begins_anew() -> None:
    """So the dearest day of a bid is the record day, if that comes before its last one."""
    venue = clean_venue()
    venue.does(disclosure(venue, next_income=IncomeDays(days_ago(venue, -5), days_ago(venue, -9))))
    bid = venue.buys(1_000_000, time_in_force=GTD, expires_at_ns=venue.at_ns + 10 * DAY_NS)
    assert venue.open_order(bid).reserved == 100_000_000 + half_up(yearly(1_000_000, 25))
    venue.waits(7 * DAY_NS)
    events = venue.does(venue.order(venue.seller, SELL, 1_000_000))
    accrued = the(TransferOpened, events).accrued
    assert accrued is not None
    assert (accrued.days, accrued.amount) == (2, half_up(yearly(1_000_000, 2)))


def test_a_bid_that_comes_behind_the_record_day_reserves_only_what_accrues_since() -> None:
    venue = clean_venue()
    venue.does(disclosure(venue, next_income=IncomeDays(days_ago(venue, -1), days_ago(venue, -9))))
    venue.waits(3 * DAY_NS)
    bid = venue.buys(1_000_000, time_in_force=GTD, expires_at_ns=venue.at_ns + 10 * DAY_NS)
    assert venue.open_order(bid).reserved == 100_000_000 + half_up(yearly(1_000_000, 12))


def test_another_rate_changes_what_a_bid_reserves_and_not_its_place() -> None:
    venue = clean_venue(money=COST + 2_000_000)
    bid = venue.buys(1_000_000, time_in_force=GTD, expires_at_ns=venue.at_ns + 10 * DAY_NS)
    venue.buys(1_000_000, by=venue.other, time_in_force=GTD, expires_at_ns=venue.at_ns + DAY_NS)
    (_, *changed) = at_rate(venue, 730)
    assert changed[0] == ReserveChanged(
        order_id=bid,
        party_id=venue.buyer,
        product_id=venue.product_id,
        reserved=100_600_000,
    )
    assert kinds(changed) == ["ReserveChanged", "ReserveChanged"]
    assert venue.account(venue.buyer) == (COST + 2_000_000 - 100_600_000, 100_600_000, 0)
    filled = venue.does(venue.order(venue.seller, SELL, 10))
    assert the(TransferOpened, filled).buyer_id == venue.buyer
    at_rate(venue, 0)
    assert venue.account(venue.buyer)[1] == 99_999_000
    check(venue.state)


def test_a_bid_that_its_party_cannot_pay_any_more_is_withdrawn_and_says_why() -> None:
    venue = clean_venue(money=201_000_000)
    ends_ns = venue.at_ns + 10 * DAY_NS
    older = venue.buys(1_000_000, time_in_force=GTD, expires_at_ns=ends_ns)
    younger = venue.buys(1_000_000, time_in_force=GTD, expires_at_ns=ends_ns)
    events = at_rate(venue, 730)
    assert kinds(events)[1:] == ["OrderClosed", "BidUnfunded", "ReserveChanged"]
    closed = the(OrderClosed, events)
    assert (closed.order_id, closed.reason) == (younger, CloseReason.WITHDRAWN_BY_VENUE)
    assert the(BidUnfunded, events) == BidUnfunded(
        order_id=younger,
        party_id=venue.buyer,
        product_id=venue.product_id,
        available=201_000_000 - 100_600_000,
        needed=100_600_000,
    )
    assert venue.account(venue.buyer) == (100_400_000, 100_600_000, 0)
    assert list(venue.state.orders) == [older]


def test_many_bids_reserve_anew_before_anything_else_happens() -> None:
    venue = clean_venue()
    for _ in range(11):
        venue.buys(1_000, time_in_force=GTD, expires_at_ns=venue.at_ns + DAY_NS)
    assert kinds(at_rate(venue, 9_999))[1:] == ["ReserveChanged"] * 11
    check(venue.state)


def test_other_prices_know_no_accrued_income() -> None:
    venue = Venue()
    venue.does(disclosure(venue, last_distribution_on=days_ago(venue, 20)))
    venue.sells(100)
    events = venue.does(venue.order(venue.buyer, BUY, 100))
    assert the(OrderAccepted, events).expires_at_ns is None
    assert the(TransferOpened, events).accrued is None
    assert venue.account(venue.buyer)[1:] == (0, 10_000)
    assert kinds(at_rate(venue, 730)) == ["FactsPublished"]


def test_a_match_that_the_clock_was_late_for_is_priced_on_the_orders_last_day() -> None:
    """Of an order whose time is over, nothing more accrues than it has reserved."""
    venue = clean_venue()
    venue.buys(1_000_000, time_in_force=GTD, expires_at_ns=venue.at_ns + DAY_NS)
    last = days_ago(venue, -1)
    venue.at_ns = TimeNs(venue.at_ns + 9 * DAY_NS)
    events = venue.does(venue.order(venue.seller, SELL, 1_000_000))
    accrued = the(TransferOpened, events).accrued
    assert accrued is not None
    assert (accrued.priced_on, accrued.days) == (last, 21)


def test_a_quote_is_not_changed_while_anything_stands_beside_the_book() -> None:
    venue = clean_venue()
    bid = venue.buys(10)
    assert venue.refuses(quoted(venue, QuoteBasis.DIRTY)) is Refusal.ORDERS_REST
    venue.does(venue.cancellation(bid, by=venue.buyer))
    venue.does(quoted(venue, QuoteBasis.DIRTY))


def test_what_more_a_changed_order_takes_is_what_is_missing() -> None:
    venue = clean_venue(money=1_000_000)
    ends_ns = venue.at_ns + 10 * DAY_NS
    bid = venue.buys(1_000, time_in_force=GTD, expires_at_ns=ends_ns)
    had = venue.open_order(bid).reserved
    _, told = venue.submit(venue.replacement(bid, 20_000, by=venue.buyer))
    needed = 2_000_000 + half_up(yearly(20_000, 30)) - had
    assert told == MeansMissing(product_id=None, available=1_000_000 - had, needed=needed)


def test_too_few_units_are_refused_with_what_is_missing() -> None:
    venue = Venue(units=50)
    _, told = venue.submit(venue.order(venue.seller, SELL, 80))
    assert told == MeansMissing(product_id=venue.product_id, available=50, needed=80)
    assert venue.state.missing is None
    _, told = venue.submit(venue.order(venue.buyer, SELL, 80))
    assert told == MeansMissing(product_id=venue.product_id, available=0, needed=80)


def scaled(scale: int, par: int, deposit_bps: int) -> CreateProduct:
    transfer_terms = structs.replace(TERMS.transfer_terms, deposit_bps=deposit_bps)
    if deposit_bps:
        transfer_terms = structs.replace(transfer_terms, funding_days=1)
    return structs.replace(
        TERMS,
        quantity_scale=scale,
        par_value=Price(par),
        tick=Price(1),
        lot=Quantity(1),
        transfer_terms=transfer_terms,
    )


@settings(max_examples=60, deadline=None)
@given(
    seed=st.integers(0, 2**32),
    scale=st.integers(0, 4),
    par=st.sampled_from((10_000, 10_003, 1_000_000)),
    deposit_bps=st.sampled_from((0, 0, 1_000)),
    validity=st.integers(1, 30),
)
def test_what_is_reserved_always_covers_what_a_match_accrues(
    seed: int, scale: int, par: int, deposit_bps: int, validity: int
) -> None:
    """Whatever is disclosed while it rests, and however it is filled: the sum of its fills is
    rounded once, and nobody gains or loses a fen. The invariants say the rest after each step."""
    draw = Random(seed)
    terms = scaled(scale, par, deposit_bps)
    fields = ("quantity_scale", "par_value", "tick", "lot", "transfer_terms")
    changed = {name: getattr(terms, name) for name in fields}
    venue = clean_venue(since=draw.randint(0, 400), units=100_000, money=10**9, **changed)
    bid = venue.buys(
        draw.randint(1, 90_000),
        price=par,
        time_in_force=GTD,
        expires_at_ns=venue.at_ns + validity * DAY_NS,
    )
    exact, paid = Fraction(0), 0
    while bid in venue.state.orders:
        step = draw.random()
        if step < 0.3:
            venue.waits(draw.randint(1, 3 * DAY_NS))
        elif step < 0.6:
            discloses(venue, draw)
        else:
            units = draw.randint(1, venue.open_order(bid).open_quantity)
            facts = venue.state.products[venue.product_id].facts
            events = venue.does(venue.order(venue.seller, SELL, units, par, time_in_force=IOC))
            accrued = the(TransferOpened, events).accrued
            assert accrued is not None
            assert facts.benchmark is not None
            exact += Fraction(par * units, 100 * 10**scale) * Fraction(
                facts.benchmark.rate_bps * accrued.days, 10_000 * 365
            )
            paid += accrued.amount
            assert paid == half_up(exact)
        check(venue.state)
    assert venue.state.cash.accounts[venue.buyer].reserved == 0


def discloses(venue: Venue, draw: Random) -> None:
    """Another rate, a distribution that was made, or one to come."""
    another = structs.replace(SIX_PERCENT, rate_bps=draw.randint(0, 10_000))
    record_in = draw.randint(1, 12)
    days = IncomeDays(days_ago(venue, -record_in), days_ago(venue, -record_in - 2))
    venue.does(
        draw.choice(
            (
                disclosure(venue, benchmark=another),
                disclosure(venue, last_distribution_on=days_ago(venue, draw.randint(0, 500))),
                disclosure(venue, last_distribution_on=days_ago(venue, 0), next_income=days),
            )
        )
    )


def test_accrued_income_survives_a_restart() -> None:
    venue = clean_venue(money=COST + 9_000_000)
    bid = venue.buys(1_000_000)
    venue.sells(330)
    restored = decode_state(encode_state(venue.state))
    assert encode_state(restored) == encode_state(venue.state)
    order, before = restored.orders[bid], venue.open_order(bid)
    assert (order.accrued, order.accrued_rest) == (before.accrued, before.accrued_rest)
    assert before.accrued_rest != 0
    (leg,) = restored.money_legs.values()
    assert leg.accrued == AccruedIncome(amount=Fen(108), days=20, priced_on=days_ago(venue, 0))


def test_of_several_refusals_the_first_alone_is_told() -> None:
    venue = Venue(units=10)
    order = venue.order(venue.seller, SELL, 20, time_in_force=TimeInForce.DAY)
    (refused,) = venue.submit(order)
    assert refused == CommandRefused(refusal=Refusal.TIME_IN_FORCE_CONFLICT)
