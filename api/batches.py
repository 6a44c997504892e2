"""Requests that give the exchange many commands: one batch of a party at a time, and of its
commands a bounded number."""

import asyncio
from collections.abc import Sequence
from functools import partial
from typing import Final

from api.errors import ApiProblem, Trouble
from exchange.commands import AnyCommand
from exchange.errors import Busy
from exchange.sequencer import Outcome
from exchange.service import Exchange
from exchange.types import PartyId

IN_FLIGHT_MAX: Final = 64
"""While 10,000 confirmations went through, in 3 s, an order took 19 ms; with 256 on their way they
took 2 s, and an order 54 ms."""
BUSY_WAITS_MAX: Final = 40
"""Each a quarter of a second: a venue that is full for longer is given back to the client."""


class BatchesUnderWay:
    """Whose batches are under way: one for each party, so that none takes its whole share of the
    queue, nor much memory."""

    __slots__ = ("_parties",)

    def __init__(self) -> None:
        self._parties: set[PartyId] = set()

    def begin(self, party_id: PartyId) -> None:
        """Begin a batch of this party; ends the request if one is under way."""
        if party_id in self._parties:
            raise ApiProblem(
                Trouble.BUSY,
                "A batch of yours is under way. Nothing was done by this request.",
                headers={"Retry-After": "1"},
            )
        self._parties.add(party_id)

    def end(self, party_id: PartyId) -> None:
        """The party's batch has come to its end."""
        self._parties.remove(party_id)


class Submission:
    """Commands on their way to the exchange, a bounded number of them at a time."""

    def __init__(self, exchange: Exchange, commands: Sequence[AnyCommand]) -> None:
        self._exchange = exchange
        self._commands = commands
        self._outcomes: dict[int, Outcome] = {}
        self._fault: BaseException | None = None
        self._in_flight = 0
        self._landed = asyncio.Event()

    async def run(self) -> list[Outcome]:
        """The outcome of each, in their order; only when none is under way any more."""
        try:
            for index, command in enumerate(self._commands):
                await self._wait_for_less_than(IN_FLIGHT_MAX)
                if self._fault is not None:
                    break
                await self._send(index, command)
        finally:
            await self._wait_for_less_than(1)
        if self._fault is not None:
            raise self._fault
        return [self._outcomes[index] for index in range(len(self._commands))]

    async def _send(self, index: int, command: AnyCommand) -> None:
        for _ in range(BUSY_WAITS_MAX):
            try:
                future = self._exchange.request(command)
            except Busy as busy:
                await asyncio.sleep(busy.retry_after_ms / 1_000)
                continue
            self._in_flight += 1
            future.add_done_callback(partial(self._land, index))
            return
        raise ApiProblem(
            Trouble.BUSY,
            "Not all was done. Ask again with the same key for the rest.",
            headers={"Retry-After": "1"},
        )

    def _land(self, index: int, done: asyncio.Future[Outcome]) -> None:
        self._in_flight -= 1
        fault = done.exception()
        if fault is None:
            self._outcomes[index] = done.result()
        else:
            self._fault = fault
        self._landed.set()

    async def _wait_for_less_than(self, count: int) -> None:
        while self._in_flight >= count:
            self._landed.clear()
            await self._landed.wait()
