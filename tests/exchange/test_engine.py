"""One command at a time: order, time, timers and keys, and that the same commands give the same."""

from __future__ import annotations

import msgspec
import pytest

from exchange.codec import bound_key, encode_events
from exchange.commands import AdvanceTime, AnyCommand
from exchange.engine import apply
from exchange.events import OrderClosed, TimeAdvanced, TransferFailed
from exchange.limits import KEYS_EXPIRED_PER_COMMAND_MAX, TIMERS_FIRED_PER_COMMAND_MAX
from exchange.snapshot import digest
from exchange.types import OPERATOR_ID, Sequence
from matching import OrderId, Price, Side
from registry.types import TimeNs
from tests.exchange.venue import DAY_NS, HOUR_NS, START_NS, TERMS, Venue, kinds, the

BUY, SELL = Side.BUY, Side.SELL
WEEK_NS = 7 * DAY_NS


@pytest.fixture
def venue() -> Venue:
    return Venue()


def clock() -> AdvanceTime:
    return AdvanceTime(actor=OPERATOR_ID, key="", downtime_from_ns=None)


def remembers(venue: Venue, command: AnyCommand) -> bool:
    """Whether the key of the command is still bound."""
    return venue.state.keys.find(bound_key(command)) is not None


# Order and time


def test_commands_come_in_sequence_and_time_never_goes_back(venue: Venue) -> None:
    state = venue.state
    for sequence in (state.sequence, state.sequence + 2):
        with pytest.raises(AssertionError):
            apply(state, clock(), sequence=Sequence(sequence), at_ns=venue.at_ns)
    following = Sequence(state.sequence + 1)
    with pytest.raises(AssertionError):
        apply(state, clock(), sequence=following, at_ns=TimeNs(venue.at_ns - 1))
    apply(state, clock(), sequence=following, at_ns=venue.at_ns)
    assert (state.sequence, state.at_ns) == (following, venue.at_ns)


def test_the_same_commands_give_the_same_bytes_and_the_same_state(venue: Venue) -> None:
    commands: list[AnyCommand] = [
        venue.order(venue.seller, SELL, 50, 10_010),
        venue.order(venue.buyer, BUY, 80, 10_010, expires_at_ns=START_NS + HOUR_NS),
        venue.order(venue.trust_company, BUY, 80),
        venue.cancellation(OrderId(3), by=venue.buyer),
        clock(),
    ]
    twin = Venue()
    for command in commands:
        first, second = venue.submit(command), twin.submit(command)
        assert encode_events(first) == encode_events(second)
        venue.at_ns = twin.at_ns = TimeNs(venue.at_ns + HOUR_NS)
    assert digest(venue.state) == digest(twin.state)


def test_the_digest_tells_two_states_apart(venue: Venue) -> None:
    before = digest(venue.state)
    venue.buys(10)
    assert digest(venue.state) != before


# Timers


def test_timers_fire_only_when_the_clock_is_journaled(venue: Venue) -> None:
    venue.sells(10, expires_at_ns=START_NS + 1)
    venue.at_ns = TimeNs(START_NS + HOUR_NS)
    # Its time is over, but nobody has been told.
    venue.buys(10)
    (transfer_id,) = venue.pending()
    venue.at_ns = TimeNs(START_NS + 3 * HOUR_NS)
    venue.does(venue.confirmation(transfer_id))
    assert kinds(venue.waits(0)) == ["TimeAdvanced"]


def test_timers_fire_in_the_order_of_their_times(venue: Venue) -> None:
    second_product = venue.lists(msgspec.structs.replace(TERMS, symbol="BOREAS"))
    deadline_ns = START_NS + HOUR_NS
    late = venue.buys(10, 9_000, expires_at_ns=deadline_ns + 2)
    elsewhere = venue.order(
        venue.buyer, BUY, 10, 9_000, product_id=second_product, expires_at_ns=deadline_ns + 1
    )
    venue.does(elsewhere)
    early = venue.buys(10, 9_000, expires_at_ns=deadline_ns - 1)
    venue.sells(10)
    venue.buys(10)
    events = venue.waits(HOUR_NS + 2)
    assert kinds(events) == [
        "OrderClosed",
        "TransferFailed",
        "OrderClosed",
        "OrderClosed",
        "TimeAdvanced",
    ]
    closed = [event for event in events if isinstance(event, OrderClosed)]
    assert [event.order_id for event in closed] == [early, late + 1, late]
    assert [event.product_id for event in closed][1] == second_product


def test_at_one_moment_orders_expire_by_product_and_age_and_then_transfers_lapse(
    venue: Venue,
) -> None:
    second_product = venue.lists(msgspec.structs.replace(TERMS, symbol="BOREAS"))
    moment_ns = START_NS + HOUR_NS
    for product_id in (second_product, venue.product_id):
        for _ in range(2):
            order = venue.order(
                venue.other, BUY, 10, 9_000, product_id=product_id, expires_at_ns=moment_ns
            )
            venue.does(order)
    for _ in range(2):
        venue.sells(10)
        venue.buys(10)
    transfer_ids = venue.pending()
    events = venue.waits(HOUR_NS)
    closed = [event for event in events if isinstance(event, OrderClosed)]
    first, other = venue.product_id, second_product
    assert [event.product_id for event in closed] == [first, first, other, other]
    assert closed[0].order_id < closed[1].order_id
    assert closed[2].order_id < closed[3].order_id
    lapsed = [event for event in events if isinstance(event, TransferFailed)]
    assert [event.transfer_id for event in lapsed] == transfer_ids
    assert kinds(events).index("TransferFailed") == 4


def test_a_command_fires_a_bounded_number_of_timers(venue: Venue) -> None:
    many = 2 * TIMERS_FIRED_PER_COMMAND_MAX + 1
    venue.does_all(
        venue.order(venue.buyer, BUY, 10, expires_at_ns=START_NS + 1 + n) for n in range(many)
    )
    fired = [len(venue.waits(waits)) - 1 for waits in (HOUR_NS, 0, 0, 0)]
    assert fired == [TIMERS_FIRED_PER_COMMAND_MAX, TIMERS_FIRED_PER_COMMAND_MAX, 1, 0]


def test_the_next_due_time_is_exact_and_the_earliest_noted_is_never_later(venue: Venue) -> None:
    state = venue.state
    assert state.next_due_ns() is None
    late = venue.buys(10, 9_000, expires_at_ns=START_NS + 2 * HOUR_NS)
    early = venue.sells(10, 11_000, expires_at_ns=START_NS + 5)
    assert state.earliest_due_ns == state.next_due_ns() == START_NS + 5
    command = venue.cancellation(early, by=venue.seller)
    apply(state, command, sequence=Sequence(state.sequence + 1), at_ns=venue.at_ns)
    # Nobody looks for the next timer when one goes; whoever asks is told, and it is noted.
    assert state.earliest_due_ns == START_NS + 5
    assert state.next_due_ns() == START_NS + 2 * HOUR_NS == state.earliest_due_ns
    venue.sells(10, 9_000)  # meets the late one: a transfer with an earlier deadline
    assert late not in state.orders
    assert state.next_due_ns() == START_NS + HOUR_NS
    venue.does(venue.rejection(venue.pending()[0]))
    assert state.next_due_ns() is None is state.earliest_due_ns


def test_a_stated_downtime_is_recorded(venue: Venue) -> None:
    stopped_ns = venue.at_ns
    events = venue.waits(DAY_NS, downtime=True)
    assert the(TimeAdvanced, events).downtime_from_ns == stopped_ns
    assert the(TimeAdvanced, venue.waits(1)).downtime_from_ns is None


# Keys


def test_a_key_is_bound_to_the_command_it_came_with_whatever_its_body(venue: Venue) -> None:
    order = venue.order(venue.buyer, BUY, 10)
    assert not remembers(venue, order)
    venue.does(order)
    first = venue.state.sequence
    venue.does(venue.order(venue.buyer, BUY, 10))
    other_body = msgspec.structs.replace(order, price=Price(9_990))
    for command in (order, other_body):
        assert venue.state.keys.find(bound_key(command)) == first


def test_the_key_of_a_refused_command_is_remembered_too(venue: Venue) -> None:
    order = venue.order(venue.trust_company, BUY, 10)
    venue.refuses(order)
    assert remembers(venue, order)


def test_orders_have_a_namespace_of_their_own_and_so_has_every_party(venue: Venue) -> None:
    venue.does(venue.order(venue.buyer, BUY, 10, 9_000, key="mine"))
    venue.does(venue.order(venue.other, BUY, 10, 9_000, key="mine"))
    bid = OrderId(venue.state.sequence)
    cancellation = venue.cancellation(bid, by=venue.other)
    venue.does(msgspec.structs.replace(cancellation, key="mine"))
    keys = {
        bound_key(command)
        for command in (
            venue.order(venue.buyer, BUY, 10, key="mine"),
            venue.order(venue.other, BUY, 10, key="mine"),
            msgspec.structs.replace(cancellation, key="mine"),
        )
    }
    assert len(keys) == 3
    assert keys <= venue.state.keys.entries.keys()


def test_a_key_that_came_before_is_the_sequencers_to_answer(venue: Venue) -> None:
    deposit = venue.deposit(venue.buyer, 5)
    venue.does(deposit)
    with pytest.raises(AssertionError):
        venue.submit(deposit)


def test_a_key_is_forgotten_seven_days_after_its_command_is_over(venue: Venue) -> None:
    deposit = venue.deposit(venue.buyer, 5)
    venue.does(deposit)
    venue.waits(WEEK_NS - 1)
    assert remembers(venue, deposit)
    forget_all(venue, WEEK_NS - 1)
    assert remembers(venue, deposit)
    venue.at_ns = TimeNs(venue.at_ns + 1)
    forget_all(venue, 0)
    assert not remembers(venue, deposit)


def forget_all(venue: Venue, duration_ns: int) -> None:
    """Commands of the clock, enough for every key that is over to be forgotten."""
    venue.at_ns = TimeNs(START_NS + duration_ns) if duration_ns else venue.at_ns
    for _ in range(20):
        venue.waits(0)


def test_the_key_of_an_open_order_stays_however_old_it_is(venue: Venue) -> None:
    order = venue.order(venue.buyer, BUY, 10, 9_000)
    venue.does(order)
    bid = OrderId(venue.state.sequence)
    change = venue.replacement(bid, 20, 9_000, by=venue.buyer)
    venue.does(change)
    refused = venue.replacement(bid, 15, 9_000, by=venue.buyer)
    venue.refuses(refused)
    venue.waits(20 * DAY_NS)
    forget_all(venue, 0)
    assert [remembers(venue, each) for each in (order, change, refused)] == [True] * 3
    venue.does(venue.cancellation(bid, by=venue.buyer))
    venue.waits(WEEK_NS - 1)
    forget_all(venue, 0)
    assert [remembers(venue, each) for each in (order, change, refused)] == [True] * 3
    venue.waits(1)
    forget_all(venue, 0)
    assert [remembers(venue, each) for each in (order, change, refused)] == [False] * 3


def test_the_key_of_a_maker_goes_on_from_its_last_fill(venue: Venue) -> None:
    order = venue.order(venue.seller, SELL, 20)
    venue.does(order)
    venue.buys(10)
    venue.waits(WEEK_NS)
    venue.buys(10)
    forget_all(venue, 0)
    assert remembers(venue, order)
    venue.waits(WEEK_NS)
    forget_all(venue, 0)
    assert not remembers(venue, order)


def test_a_command_forgets_a_bounded_number_of_keys(venue: Venue) -> None:
    keys = venue.state.keys
    venue.does_all(venue.deposit(venue.buyer, 1) for _ in range(30))
    count = len(keys.entries)
    venue.at_ns = TimeNs(venue.at_ns + WEEK_NS)
    venue.does(venue.deposit(venue.buyer, 1))
    assert len(keys.entries) == count + 1 - KEYS_EXPIRED_PER_COMMAND_MAX
    venue.waits(0)
    assert len(keys.entries) == 1


def test_time_forgets_many_keys_at_once_and_no_more(
    venue: Venue, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("exchange.keys.KEYS_EXPIRED_PER_SWEEP_MAX", 20)
    keys = venue.state.keys
    venue.does_all(venue.deposit(venue.buyer, 1) for _ in range(30))
    count = len(keys.entries)
    venue.waits(WEEK_NS)
    assert len(keys.entries) == count - 20


def test_the_clock_has_no_key(venue: Venue) -> None:
    count = len(venue.state.keys.entries)
    venue.waits(1)
    venue.waits(1)
    assert len(venue.state.keys.entries) == count
