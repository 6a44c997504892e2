"""Whatever fails below or in the venue stops it: nobody is told what is not so, and a restart finds
everything that was acknowledged."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from exchange.errors import Fenced, OutcomeUnknown, StoreFault
from exchange.sequencer import BATCH_COMMANDS_MAX, Outcome
from exchange.service import Exchange
from exchange.verify import verify
from tests.exchange.desk import HandClock
from tests.exchange.watched import FIRST, WatchedStore, founded, on_loop, opened, resting


async def after_a_fault(
    exchange: Exchange, store: WatchedStore, answers: list[asyncio.Future[Outcome]]
) -> None:
    """Everybody is told that the outcome is unknown, and nothing goes on."""
    for answer in answers:
        with pytest.raises(OutcomeUnknown):
            await answer
    assert exchange.stopped.done()
    assert exchange.readiness == "stopped"
    with pytest.raises(OutcomeUnknown):
        await exchange.submit(resting("late"))
    eseq = exchange.view.eseq
    await exchange.stop()
    assert exchange.view.eseq == eseq
    assert store.read is not None


@pytest.mark.parametrize(
    ("fails_in", "survives"),
    [("write", False), ("commit", False), ("reply to commit", True)],
)
def test_a_fault_of_the_store_stops_the_venue_and_loses_nothing_acknowledged(
    tmp_path: Path, fails_in: str, survives: bool
) -> None:
    async def story() -> None:
        store = WatchedStore(founded(tmp_path))
        exchange = Exchange(store, HandClock())
        acknowledged = await exchange.submit(resting("a"))
        store.fails_in = fails_in
        answers = [exchange.request(resting(f"b{n}", n % 5)) for n in range(300)]
        await after_a_fault(exchange, store, answers)
        assert isinstance(exchange.stopped.exception(), StoreFault)
        async with opened(tmp_path) as restarted:
            again = await restarted.submit(resting("a"))
            assert again.replayed
            assert again.events == acknowledged.events
            unknown = [await restarted.submit(resting(f"b{n}", n % 5)) for n in range(300)]
            # The batch of the fault is there as a whole or not at all; what came after is not.
            replayed = {outcome.replayed for outcome in unknown[:BATCH_COMMANDS_MAX]}
            assert replayed == {survives}
            assert not any(outcome.replayed for outcome in unknown[BATCH_COMMANDS_MAX:])

    asyncio.run(story())
    verify(tmp_path / "venue.sqlite3")


@on_loop
async def test_a_fault_reaches_those_whose_batch_is_not_yet_written_too(tmp_path: Path) -> None:
    store = WatchedStore(founded(tmp_path))
    exchange = Exchange(store, HandClock())
    await exchange.submit(resting("a"))
    store.hold()
    answers = [exchange.request(resting("b"))]
    await store.committing.wait()
    answers += [exchange.request(resting(f"c{n}", n % 5)) for n in range(BATCH_COMMANDS_MAX + 5)]
    await asyncio.sleep(0)
    store.fails_in = "commit"
    store.may_commit.set()
    await after_a_fault(exchange, store, answers)


def test_a_bug_of_the_engine_stops_the_venue(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def story() -> None:
        store = WatchedStore(founded(tmp_path))
        exchange = Exchange(store, HandClock())
        acknowledged = await exchange.submit(resting("a"))

        def broken(*_arguments: object, **_named: object) -> None:
            raise AssertionError("a bug")

        with monkeypatch.context() as patch:
            patch.setattr("exchange.sequencer.apply", broken)
            await after_a_fault(exchange, store, [exchange.request(resting("b"))])
        assert str(exchange.stopped.exception()) == "a bug"
        async with opened(tmp_path) as restarted:
            assert (await restarted.submit(resting("a"))).sequence == acknowledged.sequence
            assert not (await restarted.submit(resting("b"))).replayed

    asyncio.run(story())


@on_loop
async def test_a_bug_of_a_listener_stops_the_venue(tmp_path: Path) -> None:
    async with opened(tmp_path) as exchange:
        await exchange.submit(resting("a"))

        def broken(_changes: object) -> None:
            raise ZeroDivisionError

        exchange.on_committed(broken)
        outcome = await exchange.submit(resting("b"))
        assert outcome.sequence == FIRST + 1  # it was committed, and said so
        with pytest.raises(ZeroDivisionError):
            await exchange.stopped


@on_loop
async def test_a_second_process_takes_over_and_the_first_stops(tmp_path: Path) -> None:
    first = Exchange.open(founded(tmp_path), clock=HandClock())
    acknowledged = await first.submit(resting("a"))
    async with opened(tmp_path) as second:
        with pytest.raises(OutcomeUnknown):
            await first.submit(resting("b"))
        assert isinstance(first.stopped.exception(), Fenced)
        await first.stop()
        assert (await second.submit(resting("a"))).sequence == acknowledged.sequence
        assert not (await second.submit(resting("b"))).replayed
    verify(tmp_path / "venue.sqlite3")


@on_loop
async def test_a_full_database_stops_the_venue_and_loses_nothing_acknowledged(
    tmp_path: Path,
) -> None:
    store = WatchedStore(founded(tmp_path))
    exchange = Exchange(store, HandClock())
    await exchange.submit(resting("a"))
    (pages,) = store._driver.execute("PRAGMA page_count").fetchone()
    store._driver.execute(f"PRAGMA max_page_count = {pages + 20}")
    acknowledged = 0
    try:
        while True:
            await exchange.submit(resting(f"b{acknowledged}", acknowledged % 5))
            acknowledged += 1
    except OutcomeUnknown:
        assert exchange.readiness == "stopped"
    assert "full" in str(exchange.stopped.exception())
    await exchange.stop()
    assert acknowledged > 0
    async with opened(tmp_path) as restarted:
        for number in range(acknowledged):
            assert (await restarted.submit(resting(f"b{number}", number % 5))).replayed
    verify(tmp_path / "venue.sqlite3")
