"""The venue on the event loop: who waits is answered after the commit, and a fault stops it all."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from sqlalchemy import Connection

from exchange.codec import decode_command, decode_events, encode_events
from exchange.commands import AdvanceTime, CancelOrder, RecordDeposit
from exchange.errors import Busy, JournalCorrupt, OutcomeUnknown, StoreFault
from exchange.events import TransferAdvanced
from exchange.market_change import MarketChange
from exchange.refusals import Refusal
from exchange.sequencer import BATCH_COMMANDS_MAX, Batch, Outcome
from exchange.service import SNAPSHOT_COMMANDS_MIN, Exchange
from exchange.store.database import open_reader
from exchange.store.queries import OrderRow, as_of, order_in, order_of
from exchange.types import OPERATOR_ID, Fen
from exchange.verify import verify
from matching import OrderId, Side
from tests.exchange.desk import FOUNDING_COMMANDS, HandClock, order
from tests.exchange.stored import StoredVenue
from tests.exchange.watched import (
    FIRST,
    WatchedStore,
    files_in,
    founded,
    on_loop,
    opened,
    resting,
    watched,
)
from tests.simulation.traffic import (
    DAY_NS,
    LAPSES_AFTER_NS,
    SECOND_NS,
    START_NS,
    TRADERS,
)


async def published(exchange: Exchange, do: Callable[[], None]) -> Sequence[MarketChange]:
    """What the next batch did to the market, after `do`."""
    future: asyncio.Future[Sequence[MarketChange]] = asyncio.get_running_loop().create_future()

    def hear(changes: Sequence[MarketChange]) -> None:
        if not future.done():
            future.set_result(changes)

    exchange.on_committed(hear)
    do()
    return await future


# The way of a command


@on_loop
async def test_a_command_is_answered_when_it_is_durable(tmp_path: Path) -> None:
    async with opened(tmp_path) as exchange:
        outcome = await exchange.submit(resting("a"))
        assert (outcome.sequence, outcome.at_ns) == (FIRST, START_NS)
        assert outcome.refusal is None
        assert not outcome.replayed
        assert exchange.view.eseq == FIRST
        row = exchange._store.read.journal_row(exchange.view.eseq)
        assert row.events == encode_events(outcome.events)
        refused = await exchange.submit(
            CancelOrder(actor=TRADERS[1], key="c", order_id=OrderId(FIRST))
        )
        assert refused.refusal is Refusal.UNKNOWN_ORDER
    verify(tmp_path / "venue.sqlite3")


@on_loop
async def test_listeners_hear_of_every_batch_once_and_in_order(tmp_path: Path) -> None:
    async with opened(tmp_path) as exchange:
        await exchange.submit(resting("warm-up"))
        heard: list[int] = []
        exchange.on_committed(lambda changes: heard.extend(change.sequence for change in changes))
        for number in range(3):
            await asyncio.gather(
                *(exchange.submit(resting(f"{number}-{trader}", trader)) for trader in range(5))
            )
        assert heard == list(range(FIRST + 1, FIRST + 16))


@on_loop
async def test_who_wants_rows_hears_of_a_batch_after_the_market_has_changed(tmp_path: Path) -> None:
    async with opened(tmp_path) as exchange:
        await exchange.submit(resting("warm-up"))
        heard: list[tuple[str, int]] = []
        exchange.on_durable(lambda batch: heard.append(("rows", batch.changes.after.sequence)))
        exchange.on_committed(lambda changes: heard.append(("market", changes[-1].sequence)))
        batches: list[Batch] = []
        exchange.on_durable(batches.append)
        outcome = await exchange.submit(resting("a"))
        assert heard == [("market", FIRST + 1), ("rows", FIRST + 1)]
        (batch,) = batches
        assert [each.events for each in batch.committed] == [outcome.events]
        (order,) = map(order_in, batch.changes.rows["orders"])
        with open_reader(tmp_path / "venue.sqlite3").connect() as connection:
            stored = order_of(connection, party_id=order.party_id, order_id=order.order_id)
        assert stored == order


@on_loop
async def test_what_is_read_as_of_a_command_has_nothing_of_later_ones(tmp_path: Path) -> None:
    begun, committed = threading.Event(), threading.Event()

    def read(connection: Connection) -> OrderRow | None:
        begun.set()
        assert committed.wait(timeout=30)
        return order_of(connection, party_id=TRADERS[0], order_id=FIRST + 1)

    async with opened(tmp_path) as exchange:
        await exchange.submit(resting("warm-up"))
        reader = open_reader(tmp_path / "venue.sqlite3")
        reading = asyncio.create_task(asyncio.to_thread(as_of, reader, read))
        assert await asyncio.to_thread(begun.wait, 30)
        outcome = await exchange.submit(resting("a"))
        committed.set()
        assert outcome.sequence == FIRST + 1
        assert await reading == (FIRST, None)
        sequence, order = await asyncio.to_thread(as_of, reader, read)
        assert sequence == FIRST + 1
        assert order is not None


@on_loop
async def test_many_callers_share_few_commits(tmp_path: Path) -> None:
    async with watched(tmp_path) as (exchange, store):
        before = store.commits
        outcomes = await asyncio.gather(
            *(exchange.submit(resting(f"a{number}", number % 5)) for number in range(1_000))
        )
        assert {outcome.sequence for outcome in outcomes} == set(range(FIRST + 1, FIRST + 1_001))
        assert store.commits - before <= 2 + 1_000 // BATCH_COMMANDS_MAX


@on_loop
async def test_nobody_hears_of_a_command_before_its_commit(tmp_path: Path) -> None:
    async with watched(tmp_path) as (exchange, store):
        heard: list[MarketChange] = []
        exchange.on_committed(heard.extend)
        store.hold()
        answer = exchange.request(resting("a"))
        await store.committing.wait()
        for _ in range(10):
            await asyncio.sleep(0)
        assert not answer.done()
        assert heard == []
        assert exchange.view.eseq == FIRST
        assert store.read.head().sequence == FIRST
        store.may_commit.set()
        assert (await answer).sequence == FIRST + 1
        assert [change.sequence for change in heard] == [FIRST + 1]


@on_loop
async def test_the_next_batch_gathers_and_is_applied_while_a_commit_is_under_way(
    tmp_path: Path,
) -> None:
    async with watched(tmp_path) as (exchange, store):
        store.hold()
        first = exchange.request(resting("a"))
        await store.committing.wait()
        later = [exchange.request(resting(f"b{n}", n % 5)) for n in range(BATCH_COMMANDS_MAX + 9)]
        assert exchange.waiting == BATCH_COMMANDS_MAX + 9
        for _ in range(10):
            await asyncio.sleep(0)
        assert exchange.waiting == 9
        assert not any(answer.done() for answer in (first, *later))
        commits = store.commits
        store.may_commit.set()
        await asyncio.gather(first, *later)
        assert store.commits == commits + 2


@on_loop
async def test_a_caller_who_leaves_disturbs_nobody(tmp_path: Path) -> None:
    async with watched(tmp_path) as (exchange, store):
        store.hold()
        gone, stays = exchange.request(resting("a")), exchange.request(resting("b", 1))
        await store.committing.wait()
        gone.cancel()
        store.may_commit.set()
        assert (await stays).sequence == FIRST + 2
        again = await exchange.submit(resting("a"))
        assert again.replayed
        assert again.sequence == FIRST + 1


@on_loop
async def test_when_the_queue_is_full_callers_are_told_at_once(tmp_path: Path) -> None:
    async with watched(tmp_path) as (exchange, store):
        store.hold()
        first = exchange.request(resting("a"))
        await store.committing.wait()
        answers = [first]
        with pytest.raises(Busy) as busy:
            answers.extend(exchange.request(resting(f"b{n}")) for n in range(10_000))
        assert busy.value.retry_after_ms > 0
        store.may_commit.set()
        outcomes = await asyncio.gather(*answers)
        assert store.read.head().sequence == FIRST + len(outcomes)


# Keys


@on_loop
async def test_after_a_restart_the_same_key_gets_the_same_answer(tmp_path: Path) -> None:
    async with opened(tmp_path) as exchange:
        first = await exchange.submit(resting("a"))
    async with opened(tmp_path) as exchange:
        again = await exchange.submit(resting("a"))
        assert again == Outcome(first.sequence, first.at_ns, first.events, replayed=True)
        other = await exchange.submit(order("a", lots=9))
        assert other.refusal is Refusal.IDEMPOTENCY_KEY_REUSED
        assert other.sequence is None
        assert exchange.view.eseq == FIRST + 1  # only the restart was journaled


# Time


@on_loop
async def test_a_restart_states_its_downtime(tmp_path: Path) -> None:
    clock = HandClock()
    async with opened(tmp_path, clock) as exchange:
        await exchange.submit(resting("a"))
    clock.shows_ns += DAY_NS
    async with opened(tmp_path, clock) as exchange:
        outcome = await exchange.submit(resting("b"))
        assert outcome.at_ns == START_NS + DAY_NS
        row = exchange._store.read.journal_row(exchange.view.eseq)
        assert row.sequence == outcome.sequence == FIRST + 2
        downtime = decode_command(
            next(exchange._store.read.journal(after=type(row.sequence)(FIRST))).command
        )
        assert isinstance(downtime, AdvanceTime)
        assert downtime.downtime_from_ns == START_NS
        assert exchange.readiness is None


@on_loop
async def test_a_deadline_passes_although_nobody_asks_for_anything(tmp_path: Path) -> None:
    clock = HandClock()
    async with opened(tmp_path, clock) as exchange:
        await exchange.submit(order("a", side=Side.SELL))
        await exchange.submit(order("b", trader=1))
        assert len(exchange.view.transfers) == 1
        for _ in range(LAPSES_AFTER_NS // (30 * SECOND_NS) - 1):
            clock.shows_ns += 30 * SECOND_NS
            await exchange.submit(resting(f"c{clock.shows_ns}", 2))
        assert len(exchange.view.transfers) == 1
        changes = await published(exchange, lambda: clock_goes_on(clock, 30 * SECOND_NS))
        assert [len(change.transfers) for change in changes] == [1]
        assert len(exchange.view.transfers) == 0


def clock_goes_on(clock: HandClock, nanoseconds: int) -> None:
    clock.shows_ns += nanoseconds


async def with_pending_transfer(exchange: Exchange) -> Outcome:
    await exchange.submit(order("a", side=Side.SELL))
    matched = await exchange.submit(order("b", trader=1))
    assert len(exchange.view.transfers) == 1
    return matched


@on_loop
async def test_a_clock_jump_waits_for_the_operator_and_is_stated(tmp_path: Path) -> None:
    clock = HandClock()
    async with opened(tmp_path, clock) as exchange:
        matched = await with_pending_transfer(exchange)
        clock.shows_ns += DAY_NS
        outcome = await exchange.submit(resting("c", 2))
        assert str(exchange.readiness) == "clock_jump"
        assert outcome.at_ns == matched.at_ns
        assert len(exchange.view.transfers) == 1
        await published(exchange, exchange.accept_clock)
        assert exchange.readiness is None
        (transfer,) = exchange.view.transfers.values()  # nobody could act: it did not lapse
        assert transfer.deadline_ns is not None
        assert transfer.deadline_ns > START_NS + DAY_NS
        row = exchange._store.read.journal_row(exchange.view.eseq)
        command = decode_command(row.command)
        assert isinstance(command, AdvanceTime)
        assert command.downtime_from_ns == matched.at_ns
        assert row.at_ns == matched.at_ns + DAY_NS
    verify(tmp_path / "venue.sqlite3")


@on_loop
async def test_a_demo_accepts_a_clock_jump_by_itself(tmp_path: Path) -> None:
    clock = HandClock()
    async with opened(tmp_path, clock, accepts_clock_jumps=True) as exchange:
        await with_pending_transfer(exchange)
        await published(exchange, lambda: clock_goes_on(clock, DAY_NS))
        assert exchange.readiness is None
        row = exchange._store.read.journal_row(exchange.view.eseq)
        (event,) = decode_events(row.events)[-2:-1]
        assert isinstance(event, TransferAdvanced)
        assert event.event is None  # a deadline set anew


# Stopping


@on_loop
async def test_a_stop_finishes_what_is_queued_and_takes_no_more(tmp_path: Path) -> None:
    exchange = Exchange.open(founded(tmp_path), clock=HandClock())
    answers = [exchange.request(resting(f"a{n}", n % 5)) for n in range(600)]
    await exchange.stop()
    assert all(answer.done() for answer in answers)
    assert exchange.stopped.result() is None
    assert exchange.readiness == "stopped"
    with pytest.raises(OutcomeUnknown):
        await exchange.submit(resting("late"))
    await exchange.stop()  # a second time is nothing
    assert verify(tmp_path / "venue.sqlite3").commands == FIRST - 1 + 600


@on_loop
async def test_a_stop_after_much_work_takes_a_snapshot_and_a_restart_replays_the_tail(
    tmp_path: Path,
) -> None:
    async with opened(tmp_path) as exchange:
        await asyncio.gather(
            *(exchange.submit(resting(f"a{n}", n % 5)) for n in range(SNAPSHOT_COMMANDS_MIN))
        )
    async with opened(tmp_path) as exchange:
        assert exchange.replayed == 0
        await exchange.submit(resting("b"))
    async with opened(tmp_path) as exchange:
        assert exchange.replayed == 2  # the restart's own command and b
        assert (await exchange.submit(resting("a0"))).replayed
    assert verify(tmp_path / "venue.sqlite3").snapshots == 1


@on_loop
async def test_a_stop_whose_snapshot_fails_still_closes(tmp_path: Path) -> None:
    store = WatchedStore(founded(tmp_path))
    exchange = Exchange(store, HandClock())
    await asyncio.gather(
        *(exchange.submit(resting(f"a{n}", n % 5)) for n in range(SNAPSHOT_COMMANDS_MIN))
    )
    store.fails_in = "commit"
    with pytest.raises(StoreFault):
        await exchange.stop()
    assert exchange.stopped.done()
    async with opened(tmp_path) as exchange:
        assert (await exchange.submit(resting("a0"))).replayed


# Opening


@on_loop
async def test_a_venue_that_is_corrupt_is_not_opened_and_can_be_looked_at(tmp_path: Path) -> None:
    venue = StoredVenue(founded(tmp_path))
    venue.store._driver.execute("UPDATE accounts SET available = available + 1 WHERE party_id = 3")
    venue.close()
    for _ in range(2):
        with pytest.raises(JournalCorrupt) as fault:
            Exchange.open(founded(tmp_path), clock=HandClock())
        assert fault.value.sequence == FOUNDING_COMMANDS
    assert files_in(tmp_path) == ["venue.sqlite3"]


@on_loop
async def test_what_is_no_database_is_not_opened(tmp_path: Path) -> None:
    (tmp_path / "venue.sqlite3").write_bytes(b"not a database" * 1_000)
    with pytest.raises(StoreFault):
        Exchange.open(tmp_path / "venue.sqlite3")
    with pytest.raises(StoreFault):
        Exchange.open(Path(":memory:"))


@on_loop
async def test_an_empty_folder_becomes_a_venue(tmp_path: Path) -> None:
    exchange = Exchange.open(tmp_path / "venue.sqlite3")
    outcome = await exchange.submit(
        RecordDeposit(actor=OPERATOR_ID, key="d", party_id=TRADERS[0], amount=Fen(1))
    )
    assert outcome.sequence == 1
    assert outcome.refusal is not None
    assert exchange.epoch == "e1"
    await exchange.stop()
    assert verify(tmp_path / "venue.sqlite3").commands == 1
