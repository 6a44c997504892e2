"""Many commands of one request: a bounded number at a time, answered in their order."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from api.batches import BUSY_WAITS_MAX, IN_FLIGHT_MAX, Submission
from api.errors import ApiProblem
from exchange.commands import ConfirmTransfer
from exchange.errors import Busy, OutcomeUnknown
from exchange.sequencer import Outcome
from exchange.types import PartyId, Sequence
from registry.types import TimeNs, TransferId


class FakeExchange:
    """An exchange that takes commands and lands them when it is told to."""

    def __init__(self) -> None:
        self.waiting: list[tuple[ConfirmTransfer, asyncio.Future[Outcome]]] = []
        self.most = 0
        self.busy = 0
        """How often it will say so."""

    def request(self, command: ConfirmTransfer) -> asyncio.Future[Outcome]:
        """As the exchange."""
        if self.busy:
            self.busy -= 1
            raise Busy(0)
        future: asyncio.Future[Outcome] = asyncio.get_running_loop().create_future()
        self.waiting.append((command, future))
        self.most = max(self.most, len(self.waiting))
        return future

    def land(self, count: int) -> None:
        """Land so many, the last one first."""
        for _ in range(min(count, len(self.waiting))):
            command, future = self.waiting.pop()
            outcome = Outcome(Sequence(command.transfer_id), TimeNs(0), (), replayed=False)
            future.set_result(outcome)


def commands(count: int) -> list[ConfirmTransfer]:
    """So many confirmations, of the transfers 1, 2, 3 …"""
    return [
        ConfirmTransfer(
            actor=PartyId(2), key="", transfer_id=TransferId(number + 1), version=2, officer="x"
        )
        for number in range(count)
    ]


def run_with(
    count: int, use: Callable[[FakeExchange, "asyncio.Task[list[Outcome]]"], Awaitable[None]]
) -> FakeExchange:
    """Submit so many commands to a fake exchange while `use` plays its part."""
    fake = FakeExchange()

    async def run() -> None:
        exchange: Any = fake
        submission = Submission(exchange, commands(count))
        await use(fake, asyncio.create_task(submission.run()))

    asyncio.run(run())
    return fake


async def _turns(count: int = 5) -> None:
    for _ in range(count):
        await asyncio.sleep(0)


def test_a_bounded_number_is_under_way_and_answers_keep_their_order() -> None:
    async def use(fake: FakeExchange, task: "asyncio.Task[list[Outcome]]") -> None:
        await _turns()
        while not task.done():
            fake.land(7)
            await _turns()
        assert [outcome.sequence for outcome in task.result()] == list(range(1, 1_001))

    assert run_with(1_000, use).most == IN_FLIGHT_MAX


def test_a_busy_exchange_is_asked_again() -> None:
    async def use(fake: FakeExchange, task: "asyncio.Task[list[Outcome]]") -> None:
        fake.busy = BUSY_WAITS_MAX - 1
        while not task.done():
            fake.land(1)
            await _turns()
        assert len(task.result()) == 3

    run_with(3, use)


def test_an_exchange_that_stays_busy_ends_the_batch_once_nothing_is_under_way() -> None:
    async def use(fake: FakeExchange, task: "asyncio.Task[list[Outcome]]") -> None:
        while len(fake.waiting) < IN_FLIGHT_MAX:
            await _turns()
        fake.busy = 10_000
        fake.land(1)
        for _ in range(BUSY_WAITS_MAX):
            await _turns()
        assert not task.done()
        fake.land(1_000)
        with pytest.raises(ApiProblem) as problem:
            await task
        assert (problem.value.kind.code, problem.value.kind.retryable) == ("busy", True)

    run_with(1_000, use)


def test_a_venue_that_stops_in_the_middle_leaves_the_outcome_unknown() -> None:
    async def use(fake: FakeExchange, task: "asyncio.Task[list[Outcome]]") -> None:
        await _turns()
        for _, future in fake.waiting:
            future.set_exception(OutcomeUnknown())
        with pytest.raises(OutcomeUnknown):
            await task

    assert run_with(1_000, use).most == IN_FLIGHT_MAX
