"""The venue under measurement: the real exchange on its loop, fed from the generator's socket.

What the edge would do is left out: no HTTP, no sign-in, no feed. What is here instead is decoding
the command's bytes and telling the generator the ids that it needs.
"""

import array
import asyncio
import time
from collections.abc import Iterator, Sequence
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import Final, cast

import msgspec

from api import calendars
from benchmarks.generator import HEADER, REPORT, Answers, Report, Said, framed
from benchmarks.workload import LISTING, LOT, MIDDLE, TICK, Answer, VenueFacts
from exchange.clock import SystemClock
from exchange.codec import decode_command
from exchange.commands import (
    AnyCommand,
    CreateProduct,
    OpenVenue,
    RecordDeposit,
    RegisterParty,
)
from exchange.events import TransferOpened
from exchange.fees import DEFAULT_FEE_SCHEDULE, whole_fen
from exchange.limits import DEPOSIT_MAX, QUANTITY_MAX, REGISTER_ROWS_MAX
from exchange.ports import Changes
from exchange.register_commands import PostRegister
from exchange.sequencer import Outcome
from exchange.service import Exchange
from exchange.snapshotter import make_snapshot_elsewhere
from exchange.store.process import WriterProcess
from exchange.types import OPERATOR_ID, Fen, PartyId, PartyKind, VenueProfile
from matching import Price, Quantity
from registry.posting import Hold, Posting, Subscribe
from registry.terms import SANDBOX
from registry.types import DayNumber, HolderId, ProductId, Units

SUBMITTED_AT_ONCE_MAX: Final = 500  # less than one party's share of the queue
UNITS_PER_HOLDING: Final = Units(10_000 * LISTING)
DEPOSIT: Final = Fen(DEPOSIT_MAX // 10)


class TimedStore(WriterProcess):
    """The store, with a note of how long each commit took and how many commands it held."""

    def __init__(self, database: Path) -> None:
        self.commands_in_batches = array.array("q")
        self.commits = array.array("q")
        """Begin and end of each, in turn."""
        super().__init__(database)

    def write(self, changes: Changes) -> None:
        """As the store does."""
        self.commands_in_batches.append(len(changes.journal))
        super().write(changes)

    def commit(self) -> None:
        """As the store does."""
        begin_ns = time.monotonic_ns()
        super().commit()
        self.commits.append(begin_ns)
        self.commits.append(time.monotonic_ns())

    def forget(self) -> None:
        """Start the notes anew."""
        del self.commands_in_batches[:]
        del self.commits[:]


def open_exchange(database: Path, *, makes_snapshots: bool) -> tuple[Exchange, TimedStore]:
    """An exchange on a new database file, as Exchange.open makes it, over a store that is timed."""
    store = TimedStore(database)
    maker = partial(make_snapshot_elsewhere, database) if makes_snapshots else None
    return Exchange(store, SystemClock(), make_snapshot=maker), store


async def found_venue(
    exchange: Exchange, *, seed: int, traders: int, products: int, orders_open: int
) -> VenueFacts:
    """Open the venue, admit parties and products, and give everybody money and units to trade."""
    await exchange.submit(
        OpenVenue(
            actor=OPERATOR_ID,
            key="open",
            profile=VenueProfile.SANDBOX,
            fee_schedule=DEFAULT_FEE_SCHEDULE,
            calendars=(calendars.load(SANDBOX.calendar_id),),
        )
    )
    companies = await _register(exchange, [PartyKind.TRUST_COMPANY] * 3, word="company")
    return await furnish_venue(
        exchange,
        companies,
        seed=seed,
        traders=traders,
        products=products,
        orders_open=orders_open,
    )


async def furnish_venue(
    exchange: Exchange,
    companies: Sequence[PartyId],
    *,
    seed: int,
    traders: int,
    products: int,
    orders_open: int,
) -> VenueFacts:
    """Admit traders, and products of these trust companies in turn, to a venue that is open, and
    give everybody money and units to trade."""
    kinds = [PartyKind.NATURAL_PERSON, PartyKind.INSTITUTION] * (traders // 2)
    trader_ids = await _register(exchange, kinds, word="party")
    created = await _all(
        exchange,
        (product_terms(number, companies[number % len(companies)]) for number in range(products)),
    )
    product_ids = [ProductId(sequence) for sequence in created]
    await _all(
        exchange,
        (
            RecordDeposit(
                actor=OPERATOR_ID, key=f"deposit-{party_id}", party_id=party_id, amount=DEPOSIT
            )
            for party_id in trader_ids
        ),
    )
    await _all(exchange, register_files(product_ids, trader_ids))
    return VenueFacts(seed, trader_ids, product_ids, orders_open)


async def _register(exchange: Exchange, kinds: Sequence[PartyKind], *, word: str) -> list[PartyId]:
    commands = (
        RegisterParty(actor=OPERATOR_ID, key=f"{word}-{number}", kind=kind)
        for number, kind in enumerate(kinds)
    )
    return [PartyId(sequence) for sequence in await _all(exchange, commands)]


class Desk(asyncio.Protocol):
    """The venue's end of the generator's socket."""

    def __init__(self, exchange: Exchange) -> None:
        self._exchange = exchange
        self._loop = asyncio.get_running_loop()
        self._transport: asyncio.Transport | None = None
        self._received = b""
        self._answers: list[Answer] = []
        self._reported: asyncio.Future[Report] = self._loop.create_future()
        self.scheduled = array.array("q")
        self.resolved = array.array("q")
        """When each command was due and when its outcome was there, in nanoseconds."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """The generator is there."""
        # uvloop's transports are asyncio's in all but their class.
        self._transport = cast(asyncio.Transport, transport)

    def connection_lost(self, exc: Exception | None) -> None:
        """Without the generator, or after a command that the exchange would not take, no figure."""
        if not self._reported.done():
            self._reported.set_exception(exc or ConnectionError("the generator has gone"))

    def data_received(self, data: bytes) -> None:
        """Submit every whole command.

        Raises:
            Busy: the exchange's queue is full, which the number in flight is meant to prevent; the
                event loop then ends the connection.
        """
        received = self._received + data
        at, size = 0, len(received)
        while at + HEADER.size <= size:
            length, number, scheduled_ns = HEADER.unpack_from(received, at)
            begin = at + HEADER.size
            if begin + length > size:
                break
            at = begin + length
            body = received[begin:at]
            if number == REPORT:
                self._reported.set_result(msgspec.msgpack.decode(body, type=Report))
            else:
                outcome = self._exchange.request(decode_command(body))
                outcome.add_done_callback(partial(self._resolved, number, scheduled_ns))
        self._received = received[at:]

    def say(self, said: Said) -> None:
        """Tell the generator something."""
        assert self._transport is not None
        if self._transport.is_closing():
            raise ConnectionError("the generator has gone")
        self._transport.write(framed(said))

    async def do(self, task: Said) -> Report:
        """Have the generator do a task and get its report; the notes start anew."""
        del self.scheduled[:]
        del self.resolved[:]
        self._reported = self._loop.create_future()
        self.say(task)
        return await self._reported

    def _resolved(self, number: int, scheduled_ns: int, done: asyncio.Future[Outcome]) -> None:
        self.resolved.append(time.monotonic_ns())
        self.scheduled.append(scheduled_ns)
        fault = done.exception()
        if fault is not None:
            self.connection_lost(fault if isinstance(fault, Exception) else None)
            return
        outcome = done.result()
        opened = tuple(
            (event.transfer_id, event.version, event.trust_company_id)
            for event in outcome.events
            if isinstance(event, TransferOpened)
        )
        if not self._answers:
            self._loop.call_soon(self._answer)
        refusal = outcome.refusal
        self._answers.append(Answer(number, outcome.sequence or 0, int(refusal or 0), opened))

    def _answer(self) -> None:
        self.say(Answers(self._answers))
        self._answers = []


def product_terms(number: int, trust_company_id: PartyId) -> CreateProduct:
    """A product that every benchmark trades. Cost: O(1)."""
    return CreateProduct(
        actor=OPERATOR_ID,
        key=f"product-{number}",
        symbol=f"XT2026-{number:02}",
        trust_company_id=trust_company_id,
        name_zh=f"稳健{number}号",
        name_en=f"Steady {number}",
        product_type="FIXED_INCOME",
        risk_level=2,
        benchmark_bps=450,
        maturity_date="2028-06-30",
        units_issued=Units(QUANTITY_MAX),
        par_value=Price(MIDDLE),
        tick=Price(TICK),
        lot=Quantity(LOT),
        quantity_scale=0,
        transfer_terms=SANDBOX,
    )


def register_files(
    products: Sequence[ProductId], traders: Sequence[PartyId]
) -> Iterator[PostRegister]:
    """Each product's opening, and more files where it has more holders than a file has rows."""
    par = whole_fen(MIDDLE * UNITS_PER_HOLDING, quantity_scale=0)
    for product_id in products:
        for start in range(0, len(traders), REGISTER_ROWS_MAX):
            kind, posting = (Subscribe, Posting.CHANGES) if start else (Hold, Posting.OPENING)
            rows = tuple(
                kind(
                    holder_id=HolderId(party_id),
                    contract=f"C-{party_id}",
                    units=UNITS_PER_HOLDING,
                    principal=par,
                    cost=par,
                    acquired_on=DayNumber(0),
                )
                for party_id in traders[start : start + REGISTER_ROWS_MAX]
            )
            key = f"register-{product_id}-{start}"
            yield PostRegister(
                actor=OPERATOR_ID,
                key=key,
                product_id=product_id,
                posting=posting,
                rows=rows,
                units_outstanding=Units(UNITS_PER_HOLDING * (start + len(rows))),
                file_sha256=sha256(key.encode()).digest(),
                key_id="benchmark",
                signature=bytes(64),
            )


async def _all(exchange: Exchange, commands: Iterator[AnyCommand]) -> list[int]:
    """Submit all and return their sequences."""
    sequences: list[int] = []
    batch: list[AnyCommand] = []
    for command in commands:
        batch.append(command)
        if len(batch) == SUBMITTED_AT_ONCE_MAX:
            sequences += await _batch(exchange, batch)
            batch = []
    return sequences + await _batch(exchange, batch)


async def _batch(exchange: Exchange, commands: list[AnyCommand]) -> list[int]:
    outcomes = await asyncio.gather(*(exchange.request(command) for command in commands))
    assert all(outcome.refusal is None for outcome in outcomes)
    return [outcome.sequence for outcome in outcomes if outcome.sequence is not None]
