"""The single writer: order, batches, keys and time, without a disk."""

from __future__ import annotations

import pytest

from exchange import suspension
from exchange.codec import CHAIN_START, chain, decode_command, decode_events
from exchange.commands import AdvanceTime, AnyCommand, CancelOrder, PlaceOrder, RecordDeposit
from exchange.errors import Busy
from exchange.events import OrderClosed, TimeAdvanced, TransferAdvanced
from exchange.fair_queue import QUEUE_PER_PARTY_MAX
from exchange.halt_commands import HaltTrade
from exchange.halt_types import HaltLevel, HaltReason
from exchange.limits import KEY_RETENTION_NS, TIMERS_FIRED_PER_COMMAND_MAX
from exchange.refusals import Refusal
from exchange.sequencer import (
    BATCH_COMMANDS_MAX,
    OUTBOX_IDS_PER_COMMAND,
    QUIET_MAX_NS,
    TIMER_COMMANDS_PER_BATCH_MAX,
    Batch,
)
from exchange.types import OPERATOR_ID, Fen
from matching import OrderId, Side
from registry.types import TimeNs
from tests.exchange.desk import FOUNDING_COMMANDS, Desk, order
from tests.simulation.traffic import (
    DAY_NS,
    LAPSES_AFTER_NS,
    MINUTE_NS,
    SECOND_NS,
    START_NS,
    TRADERS,
)


@pytest.fixture
def desk() -> Desk:
    return Desk()


def commands_of(batch: Batch) -> list[AnyCommand]:
    return [decode_command(row[2]) for row in batch.changes.journal if isinstance(row[2], bytes)]


def pass_time(desk: Desk, nanoseconds: int) -> None:
    """The clock goes on in steps that are no jump, and is read."""
    end_ns = desk.clock.shows_ns + nanoseconds
    while desk.clock.shows_ns < end_ns:
        desk.clock.shows_ns = min(end_ns, desk.clock.shows_ns + MINUTE_NS)
        desk.timekeeper.read()


def rest_orders(desk: Desk, count: int, *, expires_at_ns: int | None = None) -> None:
    """So many orders rest, of as many traders as there are."""
    for number in range(count):
        key = f"resting-{number}"
        desk.offer(
            order(key, trader=number % len(TRADERS), price=9_000, expires_at_ns=expires_at_ns)
        )
    while (batch := desk.sequencer.form()) is not None:
        desk.commit(batch)


# Order and batches


def test_commands_get_consecutive_numbers_in_the_order_of_their_turns(desk: Desk) -> None:
    first, second, third = (
        desk.offer(order("a", trader=0)),
        desk.offer(order("b", trader=0)),
        desk.offer(order("c", trader=1)),
    )
    batch = desk.form()
    desk.commit(batch)
    assert [row[0] for row in batch.changes.journal] == [
        FOUNDING_COMMANDS + 1,
        FOUNDING_COMMANDS + 2,
        FOUNDING_COMMANDS + 3,
    ]
    assert first.one.sequence == FOUNDING_COMMANDS + 1
    assert third.one.sequence == FOUNDING_COMMANDS + 2  # each party in its turn
    assert second.one.sequence == FOUNDING_COMMANDS + 3


def test_refusals_are_sequenced_and_journaled_like_the_rest(desk: Desk) -> None:
    outcome = desk.give(CancelOrder(actor=TRADERS[0], key="c", order_id=OrderId(10**6)))
    assert outcome.refusal is Refusal.UNKNOWN_ORDER
    assert outcome.sequence == desk.journal[-1].sequence == FOUNDING_COMMANDS + 1
    assert decode_events(desk.journal[-1].events) == outcome.events


def test_every_journal_row_is_hashed_over_the_one_before(desk: Desk) -> None:
    desk.give(order("a"))
    previous = CHAIN_START
    for row in desk.journal:
        previous = chain(
            previous,
            sequence=row.sequence,
            at_ns=row.at_ns,
            command=row.command,
            events=row.events,
        )
        assert row.hash == previous
    assert desk.sequencer.head.hash == previous


def test_a_batch_takes_a_bounded_number_of_commands(desk: Desk) -> None:
    for number in range(BATCH_COMMANDS_MAX + 10):
        desk.offer(order(f"a{number}", trader=number % 5))
    assert len(desk.form().changes.journal) == BATCH_COMMANDS_MAX
    assert desk.sequencer.waiting == 10
    assert len(desk.form().changes.journal) == 10


def test_there_is_no_batch_when_there_is_nothing_to_do(desk: Desk) -> None:
    assert desk.sequencer.form() is None
    pass_time(desk, QUIET_MAX_NS - 1)
    assert desk.sequencer.form() is None


def test_nobody_hears_of_a_batch_before_it_is_published(desk: Desk) -> None:
    answers = desk.offer(order("a"))
    batch = desk.form()
    following = desk.offer(order("b"))
    next_batch = desk.form()
    assert answers.outcomes == following.outcomes == []
    assert desk.view.eseq == FOUNDING_COMMANDS
    desk.commit(batch)
    assert desk.view.eseq == answers.one.sequence == FOUNDING_COMMANDS + 1
    assert following.outcomes == []
    desk.commit(next_batch)
    assert desk.view.eseq == following.one.sequence == FOUNDING_COMMANDS + 2


def test_a_batch_begins_where_the_one_before_it_ends(desk: Desk) -> None:
    desk.offer(order("a"))
    batch = desk.form()
    desk.offer(order("b"))
    next_batch = desk.form()
    assert next_batch.changes.before == batch.changes.after
    assert next_batch.changes.after == desk.sequencer.head
    assert batch.changes.outbox_taken // OUTBOX_IDS_PER_COMMAND == FOUNDING_COMMANDS


def test_what_a_trust_company_must_be_told_goes_to_its_outbox(desk: Desk) -> None:
    desk.offer(order("a", side=Side.SELL))
    desk.offer(order("b", trader=1))
    ((outbox_id, sequence, party_id, _event),) = desk.form().changes.outbox
    assert sequence == FOUNDING_COMMANDS + 2
    assert party_id == 2
    assert isinstance(outbox_id, int)
    assert outbox_id // OUTBOX_IDS_PER_COMMAND == sequence


# Fairness


def test_one_accounts_flood_does_not_starve_another(desk: Desk) -> None:
    for number in range(QUEUE_PER_PARTY_MAX):
        desk.offer(order(f"a{number}", trader=0, price=9_000))
    with pytest.raises(Busy):
        desk.offer(order("one too many", trader=0))
    quiet = desk.offer(order("b", trader=1, price=9_000))
    desk.commit(desk.form())
    assert quiet.one.refusal is None


def test_a_cancel_does_not_wait_behind_orders(desk: Desk) -> None:
    resting = desk.give(order("resting", price=9_000))
    assert resting.sequence is not None
    for number in range(QUEUE_PER_PARTY_MAX):
        desk.offer(order(f"a{number}", price=9_000))
    cancel = CancelOrder(actor=TRADERS[0], key="c", order_id=OrderId(resting.sequence))
    answers = desk.offer(cancel)
    desk.commit(desk.form())
    assert answers.one.refusal is None


def test_who_is_told_busy_may_come_again_with_the_same_key(desk: Desk) -> None:
    for number in range(QUEUE_PER_PARTY_MAX):
        desk.offer(order(f"a{number}", price=9_000))
    late = order("late", price=9_000)
    with pytest.raises(Busy):
        desk.offer(late)
    desk.commit(desk.form())
    answers = desk.offer(late)
    while (batch := desk.sequencer.form()) is not None:
        desk.commit(batch)
    assert not answers.one.replayed


def test_no_command_is_taken_while_more_keys_are_kept_than_may_be(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("exchange.sequencer.KEYS_MAX", FOUNDING_COMMANDS)
    with pytest.raises(Busy):
        desk.offer(order("a"))
    assert desk.sequencer.form() is None


# Keys


@pytest.mark.parametrize("when", ["queued", "uncommitted", "committed", "long committed"])
def test_the_same_key_and_body_get_the_same_answer_once(desk: Desk, when: str) -> None:
    command = order("a")
    first = desk.offer(command)
    batches = [desk.form()] if when == "uncommitted" else []
    if when == "committed":
        desk.commit(desk.form())
    elif when == "long committed":
        desk.commit(desk.form())
        pass_time(desk, 6 * DAY_NS)
    again = desk.offer(command)
    batches.append(desk.form())
    for batch in batches:
        assert again.outcomes == []
        desk.commit(batch)
    assert again.one.replayed
    assert not first.one.replayed
    assert again.one.sequence == first.one.sequence == FOUNDING_COMMANDS + 1
    assert again.one.at_ns == first.one.at_ns
    assert again.one.events == first.one.events
    quiet = 1 if when == "long committed" else 0
    assert len(desk.journal) == FOUNDING_COMMANDS + 1 + quiet


def test_a_refusal_is_repeated_too(desk: Desk) -> None:
    command = CancelOrder(actor=TRADERS[0], key="c", order_id=OrderId(10**6))
    first, again = desk.give(command), desk.give(command)
    assert again.refusal is first.refusal is Refusal.UNKNOWN_ORDER
    assert again.replayed


@pytest.mark.parametrize("together", [True, False])
def test_the_same_key_with_another_body_is_refused_and_not_journaled(
    desk: Desk, together: bool
) -> None:
    first = desk.offer(order("a", lots=1))
    if not together:
        desk.commit(desk.form())
    other = desk.offer(order("a", lots=2))
    desk.commit(desk.form())
    assert other.one.refusal is Refusal.IDEMPOTENCY_KEY_REUSED
    assert other.one.sequence is None
    assert not other.one.replayed
    assert first.one.refusal is None
    assert len(desk.journal) == FOUNDING_COMMANDS + 1


def test_parties_and_orders_have_keys_of_their_own(desk: Desk) -> None:
    first = desk.give(order("k", trader=0, price=9_000))
    other = desk.give(order("k", trader=1, price=9_000))
    assert first.sequence is not None
    cancel = desk.give(CancelOrder(actor=TRADERS[0], key="k", order_id=OrderId(first.sequence)))
    assert first.refusal is other.refusal is cancel.refusal is None


def test_a_key_is_free_again_seven_days_of_journaled_time_after_its_end(desk: Desk) -> None:
    command = RecordDeposit(actor=OPERATOR_ID, key="d", party_id=TRADERS[0], amount=Fen(1))
    first = desk.give(command)
    pass_time(desk, KEY_RETENTION_NS - 1)
    desk.give(order("a", trader=0))
    assert desk.give(command).replayed
    pass_time(desk, 1)
    for number in range(FOUNDING_COMMANDS):  # a few keys expire with each command
        desk.give(order(f"b{number}", trader=1, price=9_000))
    second = desk.give(command)
    assert not second.replayed
    assert second.sequence != first.sequence


def test_an_open_order_keeps_its_key_however_long_it_is_open(desk: Desk) -> None:
    command = order("a", price=9_000)
    first = desk.give(command)
    pass_time(desk, 3 * KEY_RETENTION_NS)
    for number in range(FOUNDING_COMMANDS):
        desk.give(order(f"b{number}", trader=1, price=9_000))
    assert desk.give(command).replayed
    assert desk.give(command).sequence == first.sequence


# Time


def test_time_is_journaled_only_when_something_is_due(desk: Desk) -> None:
    due_ns = START_NS + MINUTE_NS
    desk.give(order("a", price=9_000, expires_at_ns=due_ns))
    pass_time(desk, MINUTE_NS - 1)
    assert desk.sequencer.form() is None
    pass_time(desk, 1)
    batch = desk.form()
    desk.commit(batch)
    (command,) = commands_of(batch)
    (committed,) = batch.committed
    assert command == AdvanceTime(actor=command.actor, key="", downtime_from_ns=None)
    assert [type(event) for event in committed.events] == [OrderClosed, TimeAdvanced]
    assert not desk.sequencer.state.orders
    assert desk.sequencer.form() is None


def test_due_timers_fire_before_the_next_command(desk: Desk) -> None:
    due_ns = START_NS + MINUTE_NS
    desk.give(order("a", price=10_100, expires_at_ns=due_ns))
    pass_time(desk, MINUTE_NS)
    answers = desk.offer(order("b", trader=1, side=Side.SELL, price=10_000))
    batch = desk.form()
    desk.commit(batch)
    assert [type(command).__name__ for command in commands_of(batch)] == [
        "AdvanceTime",
        "PlaceOrder",
    ]
    assert "OrderFilled" not in {type(event).__name__ for event in answers.one.events}


def test_many_due_timers_fire_over_several_rows_and_batches_before_any_command(
    desk: Desk,
) -> None:
    per_batch = TIMERS_FIRED_PER_COMMAND_MAX * TIMER_COMMANDS_PER_BATCH_MAX
    count = per_batch + TIMERS_FIRED_PER_COMMAND_MAX + 1
    rest_orders(desk, count, expires_at_ns=START_NS + MINUTE_NS)
    assert len(desk.sequencer.state.orders) == count
    pass_time(desk, MINUTE_NS)
    answers = desk.offer(order("late"))
    fired = []
    for _ in range(2):
        batch = desk.form()
        desk.commit(batch)
        fired.append(
            [
                sum(isinstance(event, OrderClosed) for event in committed.events)
                for committed in batch.committed
            ]
        )
    assert fired == [
        [TIMERS_FIRED_PER_COMMAND_MAX] * TIMER_COMMANDS_PER_BATCH_MAX,
        [TIMERS_FIRED_PER_COMMAND_MAX, 1, 0],  # the last is the order
    ]
    assert answers.one.sequence == desk.journal[-1].sequence


def test_after_a_clock_jump_nothing_falls_due_until_it_is_accepted_and_stated(desk: Desk) -> None:
    desk.give(order("a", side=Side.SELL))
    matched = desk.give(order("b", trader=1))
    desk.clock.shows_ns += LAPSES_AFTER_NS + SECOND_NS
    assert desk.sequencer.form() is None
    assert desk.timekeeper.waits
    outcome = desk.give(order("c", trader=2, price=9_000))
    assert outcome.at_ns == matched.at_ns  # time stands still, the market goes on
    assert desk.sequencer.state.register.transfers
    desk.timekeeper.accept()
    batch = desk.form()
    desk.commit(batch)
    (command,) = commands_of(batch)
    assert isinstance(command, AdvanceTime)
    assert command.downtime_from_ns == matched.at_ns
    told = batch.committed[0].events
    assert [type(event) for event in told] == [TransferAdvanced] * 4 + [TimeAdvanced]
    # Three reminders; the deadline is set anew, for nobody could act.
    assert desk.sequencer.state.register.transfers
    assert batch.committed[0].at_ns == desk.clock.shows_ns


def test_nothing_comes_before_all_that_a_halted_party_has_open_has_followed(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(suspension, "FOLLOWED_AT_ONCE_MAX", 0)
    rest_orders(desk, 3 * len(TRADERS))
    halt = HaltTrade(
        actor=OPERATOR_ID,
        key="halt",
        level=HaltLevel.PARTY,
        subject_id=TRADERS[0],
        reason=HaltReason.OFFICIAL_ORDER,
        note="an order of the court",
        review_ns=TimeNs(desk.clock.shows_ns + DAY_NS),
        officer="ruan",
    )
    desk.offer(halt)
    desk.offer(order("next", trader=1, price=9_000))
    first = desk.sequencer.form()
    assert first is not None
    assert commands_of(first) == [halt]
    desk.commit(first)
    second = desk.sequencer.form()
    assert second is not None
    kinds = [type(command) for command in commands_of(second)]
    assert kinds == [AdvanceTime, PlaceOrder]
    (closed, _) = second.committed
    assert len([each for each in closed.events if isinstance(each, OrderClosed)]) == 3
