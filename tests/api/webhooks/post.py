"""A small venue with a post office, step by step: real databases, a simulated clock, and receivers
that answer as a test says."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Coroutine, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pytest
from sqlalchemy import Connection, Table, func, select

from api.signing import DemoSigner
from api.store import webhooks as store
from api.store.edge import EdgeStore
from api.store.webhooks import AttemptRecord, DeliveryRecord, EndpointRecord
from api.webhooks.delivery import NS_PER_S, Answer, Fault
from api.workers import webhooks as worker_module
from api.workers.webhooks import WebhookWorker
from exchange.commands import AnyCommand, ConfirmTransfer, RejectTransfer
from exchange.errors import Busy
from exchange.events import TransferOpened
from exchange.sequencer import Outcome
from exchange.store.database import open_reader
from exchange.store.queries import OutboxRow, outbox_after
from exchange.types import PartyId, RejectionReason
from matching import Side
from registry.types import TransferId
from tests.exchange.desk import order
from tests.exchange.stored import StoredVenue
from tests.simulation.traffic import TRADERS, TRUST_COMPANY

SELLER: Final = PartyId(TRADERS[0])
BUYER: Final = PartyId(TRADERS[1])
BYSTANDER: Final = PartyId(TRADERS[2])
REGISTER: Final = "https://register.example.com/"
SELLERS: Final = "https://seller.example.com/"
BUYERS: Final = "https://buyer.example.com/"
HOUR_S: Final = 3_600
SIGNER: Final = DemoSigner(b"post")
GIVEN_UP: Final = Answer(None, Fault.TIMED_OUT, 15_000)


def status(code: int) -> Answer:
    """An answer of this status."""
    return Answer(code, None, 12)


@dataclass(frozen=True)
class Sent:
    """A message on its way."""

    at_s: int
    url: str
    headers: dict[str, str]
    body: bytes

    @property
    def said(self) -> Any:
        """The message."""
        return json.loads(self.body)


class Receivers:
    """All servers of the world: they answer 200 unless a test says otherwise."""

    def __init__(self, office: PostOffice) -> None:
        self._office = office
        self.sent: list[Sent] = []
        self.answers: dict[str, Answer] = {}
        self.held: dict[str, asyncio.Event] = {}
        self.under_way = 0
        self.under_way_most = 0
        self.before_answer: Callable[[Sent], Awaitable[None]] | None = None

    async def send(self, url: str, *, headers: dict[str, str], body: bytes) -> Answer:
        """Keep the message, and answer."""
        sent = Sent(self._office.venue.clock.shows_ns // NS_PER_S, url, headers, body)
        self.sent.append(sent)
        self.under_way += 1
        self.under_way_most = max(self.under_way_most, self.under_way)
        try:
            if url in self.held:
                await self.held[url].wait()
            await asyncio.sleep(0)  # as any answer, it takes a while
            if self.before_answer is not None:
                await self.before_answer(sent)
        finally:
            self.under_way -= 1
        return self.answers.get(url, status(200))

    async def close(self) -> None:
        """Nothing is open."""

    def types(self, url: str) -> list[str]:
        """What was told to one of them, in order."""
        return [each.said["type"] for each in self.sent if each.url == url]


class PostOffice:
    """A venue, its edge, and a worker that is driven turn by turn."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.keys = 0
        self.jitter = 0
        self.exchange_is_busy = False
        self.venue: StoredVenue
        self.edge: EdgeStore
        self.worker: WebhookWorker
        self.receivers = Receivers(self)
        self._open()

    def _open(self) -> None:
        self.venue = StoredVenue(self.folder / "venue.sqlite3", keeps_outbox=True)
        self.edge = EdgeStore.open(self.folder / "edge.sqlite3")
        self.worker = WebhookWorker(
            reader=open_reader(self.folder / "venue.sqlite3"),
            edge=self.edge,
            sender=self.receivers,
            signer=SIGNER,
            clock=self.venue.clock,
            outbox_taken=self.venue.sequencer.outbox_taken,
            submit=self.submit,
            jitter_permille=lambda: self.jitter,
        )

    async def close(self) -> None:
        """Let go of the files."""
        await self.worker.close()
        self.edge.close()
        self.venue.close()

    async def restart(self) -> None:
        """Close everything, and open it anew at the same moment."""
        now_ns = self.venue.clock.shows_ns
        await self.close()
        self._open()
        self.venue.clock.shows_ns = now_ns

    async def submit(self, command: AnyCommand) -> Outcome:
        """What the worker tells the exchange."""
        if self.exchange_is_busy:
            raise Busy(250)
        (outcome,) = self.venue.give(command)
        return outcome

    def advance(self, *, seconds: int = 0, ns: int = 0) -> None:
        """Let time go on."""
        self.venue.clock.shows_ns += seconds * NS_PER_S + ns

    def register(self, party_id: PartyId, url: str, secret: bytes = b"s" * 32) -> int:
        """An endpoint of the party: its id."""
        newest = max((row.outbox_id for row in self.outbox()), default=0)
        with self.edge.transaction() as connection:
            return store.insert_endpoint(
                connection,
                party_id=party_id,
                url=url,
                label="test",
                secret=secret,
                at_ns=self.venue.clock.shows_ns,
                after_outbox_id=newest,
            )

    def match(self) -> TransferOpened:
        """A transfer of one lot from the seller to the buyer."""
        self.keys += 1
        _, taken = self.venue.give(
            order(f"s-{self.keys}", side=Side.SELL), order(f"b-{self.keys}", trader=1)
        )
        (opened,) = [event for event in taken.events if isinstance(event, TransferOpened)]
        return opened

    def confirm(self, transfer_id: TransferId, version: int = 2) -> None:
        """The trust company's yes."""
        self.keys += 1
        (outcome,) = self.venue.give(
            ConfirmTransfer(
                actor=PartyId(TRUST_COMPANY),
                key=f"c-{self.keys}",
                transfer_id=transfer_id,
                version=version,
                officer="k_1",
            )
        )
        assert outcome.refusal is None, outcome

    def reject(self, transfer_id: TransferId, version: int = 2) -> None:
        """The trust company's no."""
        self.keys += 1
        (outcome,) = self.venue.give(
            RejectTransfer(
                actor=PartyId(TRUST_COMPANY),
                key=f"r-{self.keys}",
                transfer_id=transfer_id,
                version=version,
                reason=RejectionReason.OTHER,
                officer="k_1",
            )
        )
        assert outcome.refusal is None, outcome

    async def settle(self) -> None:
        """Turns until nothing is under way or to be done now."""
        while await self.worker.step() or self.worker._sending:
            if self.worker._sending:
                tasks = self.worker._sending.values()
                await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)

    def outbox(self) -> list[OutboxRow]:
        """What the venue keeps for the worker."""
        reader = open_reader(self.folder / "venue.sqlite3")
        try:
            with reader.connect() as connection:
                return outbox_after(connection, after=0, limit=10_000)
        finally:
            reader.dispose()

    def log(self, endpoint_id: int) -> list[DeliveryRecord]:
        """The deliveries of an endpoint, oldest first."""
        with self.edge.transaction() as connection:
            found = store.deliveries_before(
                connection, endpoint_id, before=None, state=None, limit=10_000
            )
        return found[::-1]

    def attempts(self, delivery: DeliveryRecord) -> list[AttemptRecord]:
        """The attempts of a delivery."""
        with self.edge.transaction() as connection:
            return store.attempts_of(
                connection, endpoint_id=delivery.endpoint_id, outbox_id=delivery.outbox_id
            )

    def endpoint(self, party_id: PartyId, endpoint_id: int) -> EndpointRecord:
        """An endpoint of the party."""
        with self.edge.transaction() as connection:
            found = store.endpoint_of(connection, party_id=party_id, endpoint_id=endpoint_id)
        assert found is not None
        return found


def on_loop(
    story: Callable[[PostOffice], Coroutine[Any, Any, None]],
) -> Callable[[Path], None]:
    """Run an asynchronous test with a post office of its own."""

    async def run(folder: Path) -> None:
        office = PostOffice(folder)
        try:
            await story(office)
        finally:
            await office.close()

    def test(tmp_path: Path) -> None:
        asyncio.run(run(tmp_path))

    test.__name__ = story.__name__
    return test


def replay(office: PostOffice, endpoint_id: int) -> None:
    """Replay the one message of an endpoint by hand."""
    (delivery,) = office.log(endpoint_id)
    with office.edge.transaction() as connection:
        store.replay(
            connection,
            endpoint_id=endpoint_id,
            outbox_id=delivery.outbox_id,
            at_ns=office.venue.clock.shows_ns,
        )


def count(connection: Connection, table: Table) -> int:
    """How many rows a table has."""
    return connection.scalar(select(func.count()).select_from(table)) or 0


@contextmanager
def bound(name: str, value: float) -> Iterator[None]:
    """Another bound of the worker, for a while."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(worker_module, name, value)
        yield


async def until(is_so: Callable[[], bool]) -> None:
    """Wait for something that happens by itself."""
    for _ in range(2_000):
        if is_so():
            return
        await asyncio.sleep(0.01)
    raise TimeoutError
