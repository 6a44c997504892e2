"""The worker that carries webhooks: from the venue's outbox to the edge's log, from there to the
receivers. What is taken over is kept as notifications, too.

    outbox (venue.sqlite3)  →  deliveries (edge.sqlite3)  →  attempts over HTTP
      in the transfer's          durable before the            recorded after each
      own transaction            outbox lets go

Whatever dies when: a message is in the outbox or among the deliveries, perhaps in both, never in
neither. One that was sent and not recorded is sent again; its id is the same.

It lives on the venue's loop and starts a bounded number of attempts a turn; SQL and the waiting for
the disk are in a thread of its own, HTTP and TLS in a process of their own. A receiver that is slow
keeps its own few places busy and nobody else's.
"""

import asyncio
import logging
import secrets
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from itertools import takewhile
from typing import Final, TypeVar

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import SQLAlchemyError

from api.notifications.kinds import is_notified, kind_of
from api.signing import Signer
from api.store import webhooks as store
from api.store.edge import EdgeStore
from api.store.notifications import NotificationRecord, insert_notifications
from api.store.unreported_webhooks import (
    UnreportedEndpoint,
    mark_reported,
    unreported_endpoints,
)
from api.store.webhooks import DueDelivery, NewDelivery
from api.waiting import is_set_within
from api.webhooks.delivery import (
    GONE,
    JITTER_PERMILLE,
    NS_PER_S,
    Answer,
    DisabledReason,
    Fault,
    retry_delay_ns,
)
from api.webhooks.message_data import Role
from api.webhooks.messages import (
    TermsOf,
    encode,
    message,
    product_halted,
    receivers,
    told,
    type_of,
)
from api.webhooks.sender import Sender
from api.webhooks.signature import signed_headers
from exchange.clock import Clock
from exchange.commands import CreateProduct
from exchange.desk_commands import RaiseException
from exchange.limits import DAY_NS
from exchange.sequencer import Outcome
from exchange.store.halt_queries import parties_in_product
from exchange.store.queries import OutboxRow, outbox_after, parties_of_kind, product_terms
from exchange.types import OPERATOR_ID, ExceptionKind, PartyId, PartyKind
from registry.types import ProductId

OUTBOX_ROWS_PER_TURN_MAX: Final = 500
"""Some 10 ms of the worker's thread."""
PARTIES_PER_TURN_MAX: Final = 250
"""Of those whom one halt is told. Some 30 ms of the worker's thread, in which nobody else writes to
the edge's database: a hundred thousand are told in half a minute."""
ATTEMPTS_PER_TURN_MAX: Final = 16
"""With TURN_S: 320 a second at most, which is a tenth of the loop's time."""
ATTEMPTS_AT_ONCE_MAX: Final = 64
ATTEMPTS_PER_ENDPOINT_MAX: Final = 8
"""At once; an endpoint whose last attempt failed is tried with one at a time."""
PENDING_PER_ENDPOINT_MAX: Final = 100_000
"""A hundred megabytes. An endpoint for which more waits is disabled."""
LOG_RETENTION_NS: Final = 14 * DAY_NS
SWEEP_INTERVAL_NS: Final = 60 * 60 * NS_PER_S
SWEPT_PER_TURN_MAX: Final = 1_000
TURN_S: Final = 0.05
"""Between two turns at least: what is committed meanwhile is handed over together."""
TICK_S: Final = 0.5
"""How late an attempt may be made when nothing else happens."""
AFTER_FAULT_S: Final = 5

Result = TypeVar("Result")
Key = tuple[int, int]
Submit = Callable[[RaiseException], Awaitable[Outcome]]

logger = logging.getLogger("trustex.webhooks")


@dataclass(frozen=True, slots=True, kw_only=True)
class Finished:
    """An attempt that was made."""

    delivery: DueDelivery
    answer: Answer
    at_ns: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Concerned:
    """A row of the outbox, and who is to be told of it."""

    row: OutboxRow
    roles: Mapping[PartyId, Role]


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """What the log says is to be sent."""

    deliveries: list[DueDelivery]
    next_ns: int | None
    """When to look again, though no attempt has ended and nothing was committed."""


def draw_jitter_permille() -> int:
    """Between -100 and 100, by chance."""
    return secrets.randbelow(2 * JITTER_PERMILLE + 1) - JITTER_PERMILLE


class WebhookWorker:
    """Delivers webhooks until it is closed."""

    def __init__(
        self,
        *,
        reader: Engine,
        edge: EdgeStore,
        sender: Sender,
        signer: Signer,
        clock: Clock,
        outbox_taken: Callable[[int], None],
        submit: Submit,
        jitter_permille: Callable[[], int] = draw_jitter_permille,
    ) -> None:
        """A worker of the running loop that has not begun.

        Args:
            reader: of the venue's database; the worker's own, and disposed of by it.
            outbox_taken: told how far the outbox has been made durable here.
            submit: gives a command to the exchange.
        """
        self._reader = reader
        self._edge = edge
        self._sender = sender
        self._signer = signer
        self._clock = clock
        self._outbox_taken = outbox_taken
        self._submit = submit
        self._jitter_permille = jitter_permille
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="webhooks")
        self._outbox_id = 0
        self._terms: dict[ProductId, CreateProduct] = {}
        self._audience: list[tuple[PartyId, Role]] = []
        """Those still to be told of the row after `_outbox_id`."""
        self._sending: dict[Key, asyncio.Task[None]] = {}
        self._finished: list[Finished] = []
        self._failing: set[int] = set()
        self._next_ns: int | None = 0
        self._has_disabled = True
        """Perhaps: the process before this one may not have come to tell."""
        self._sweep_ns = 0
        self._loop = asyncio.get_running_loop()
        self._wake = asyncio.Event()
        self._stopping = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Go to work on the running loop."""
        self._task = asyncio.create_task(self._run())

    def hear(self) -> None:
        """Something was committed to the outbox: look into it."""
        self._wake.set()

    def wake(self) -> None:
        """Something in the log was changed by hand. May be called in any thread."""
        self._loop.call_soon_threadsafe(self._wake.set)

    async def close(self) -> None:
        """Let go of everything. Attempts under way are given up and made again another time."""
        self._stopping.set()
        self._wake.set()
        if self._task is not None:
            await self._task
        for task in self._sending.values():
            task.cancel()
        await asyncio.gather(*self._sending.values(), return_exceptions=True)
        try:
            await self._record()
        except SQLAlchemyError:
            logger.exception("what came of attempts is not recorded: they will be made again")
        await self._sender.close()
        self._thread.shutdown()
        self._reader.dispose()

    async def step(self) -> bool:
        """One turn: record what came of attempts, take over the outbox, begin what is due.

        Returns:
            Whether more is to be done at once.
        """
        self._wake.clear()
        await self._record()
        is_more = await self._hand_over()
        is_more |= await self._sweep()
        await self._begin()
        await self._report()
        return is_more

    async def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                is_more = await self.step()
            except Exception:
                # Whatever it is: the venue goes on, and so does the worker when it is over. What is
                # not handed over stays in the outbox.
                logger.exception("webhooks wait")
                await is_set_within(self._stopping, AFTER_FAULT_S)
            else:
                await is_set_within(self._stopping, TURN_S)
                while not (is_more or self._is_due() or self._stopping.is_set()):
                    is_more = await is_set_within(self._wake, TICK_S)

    def _is_due(self) -> bool:
        return self._next_ns is not None and self._next_ns <= self._clock.now_ns()

    async def _in_thread(self, do: Callable[[], Result]) -> Result:
        return await self._loop.run_in_executor(self._thread, do)

    # Recording

    async def _record(self) -> None:
        finished = self._finished[:]
        if not finished:
            return
        await self._in_thread(lambda: self._write_down(finished))
        del self._finished[: len(finished)]
        for each in finished:
            del self._sending[each.delivery.endpoint_id, each.delivery.outbox_id]

    def _write_down(self, finished: list[Finished]) -> None:
        with self._edge.transaction() as connection:
            for each in finished:
                self._write_one(connection, each)

    def _write_one(self, connection: Connection, each: Finished) -> None:
        delivery, answer = each.delivery, each.answer
        if answer.is_delivered:
            self._failing.discard(delivery.endpoint_id)
            number = store.record_delivered(connection, delivery)
        else:
            self._failing.add(delivery.endpoint_id)
            if answer.status == GONE:
                self._disable(connection, delivery.endpoint_id, DisabledReason.GONE)
            delay_ns = retry_delay_ns(delivery.tries + 1, jitter_permille=self._jitter_permille())
            due_ns = None if delay_ns is None else each.at_ns + delay_ns
            number = store.record_failed_try(connection, delivery, due_ns=due_ns)
        if number is not None:
            store.insert_attempt(connection, delivery, answer, number=number, at_ns=each.at_ns)

    # The outbox

    async def _hand_over(self) -> bool:
        taken, is_more = await self._in_thread(self._take_over_page)
        if taken > self._outbox_id:
            self._outbox_id = taken
            self._outbox_taken(taken)
        return is_more

    def _take_over_page(self) -> tuple[int, bool]:
        limit = 1 if self._audience else OUTBOX_ROWS_PER_TURN_MAX
        with self._reader.connect() as venue:
            rows = outbox_after(venue, after=self._outbox_id, limit=limit)
            if not rows:
                return self._outbox_id, False
            halted = product_halted(told(rows[0].event))
            if halted is not None:
                return self._tell_all_in(halted, rows[0], venue=venue)
            few = list(takewhile(lambda row: product_halted(told(row.event)) is None, rows))
            concerned = [Concerned(row=row, roles=self._receivers(row, venue)) for row in few]
            with self._edge.transaction() as connection:
                self._keep(connection, concerned, venue=venue)
        is_more = len(few) < len(rows) or len(rows) == OUTBOX_ROWS_PER_TURN_MAX
        return few[-1].outbox_id, is_more

    def _tell_all_in(
        self, product_id: ProductId, row: OutboxRow, *, venue: Connection
    ) -> tuple[int, bool]:
        """Tell a part of those who have something in the product. The row is taken over when all
        are told: whoever begins anew tells again what is kept already, and that changes nothing."""
        if not self._audience:
            roles: dict[PartyId, Role] = dict.fromkeys(
                parties_in_product(venue, product_id), "CLIENT"
            )
            roles |= self._receivers(row, venue)
            self._audience = list(roles.items())
        part = self._audience[:PARTIES_PER_TURN_MAX]
        with self._edge.transaction() as connection:
            self._keep(connection, [Concerned(row=row, roles=dict(part))], venue=venue)
        del self._audience[:PARTIES_PER_TURN_MAX]
        return (self._outbox_id if self._audience else row.outbox_id), True

    def _product_terms(self, venue: Connection, product_id: ProductId) -> CreateProduct:
        if product_id not in self._terms:
            self._terms[product_id] = product_terms(venue, product_id)
        return self._terms[product_id]

    def _receivers(self, row: OutboxRow, venue: Connection) -> dict[PartyId, Role]:
        return receivers(
            told(row.event),
            partial(self._product_terms, venue),
            partial(parties_of_kind, venue, PartyKind.TRUST_COMPANY),
        )

    def _keep(
        self, connection: Connection, concerned: list[Concerned], *, venue: Connection
    ) -> None:
        terms_of: TermsOf = partial(self._product_terms, venue)
        endpoints = store.enabled_endpoints(
            connection, {party_id for each in concerned for party_id in each.roles}
        )
        new: list[NewDelivery] = []
        notified: list[NotificationRecord] = []
        for each in concerned:
            row = each.row
            for party_id, role in each.roles.items():
                is_shown = is_notified(type_of(told(row.event), role), role)
                if not is_shown and party_id not in endpoints:
                    continue
                said = message(row, role, terms_of)
                body = encode(said)
                if is_shown:
                    notified.append(
                        NotificationRecord(
                            party_id=party_id,
                            outbox_id=row.outbox_id,
                            kind=kind_of(said.type),
                            body=body,
                        )
                    )
                new += [
                    NewDelivery(
                        endpoint_id=endpoint.endpoint_id,
                        outbox_id=row.outbox_id,
                        type=said.type,
                        body=body,
                    )
                    for endpoint in endpoints.get(party_id, ())
                    if endpoint.after_outbox_id < row.outbox_id
                ]
        insert_notifications(connection, notified)
        store.insert_deliveries(connection, new, at_ns=self._clock.now_ns())
        for endpoint_id in sorted({delivery.endpoint_id for delivery in new}):
            if store.count_pending(connection, endpoint_id) > PENDING_PER_ENDPOINT_MAX:
                self._disable(connection, endpoint_id, DisabledReason.BACKLOG)

    # What the exchange is told

    def _disable(self, connection: Connection, endpoint_id: int, why: DisabledReason) -> None:
        store.disable_endpoint(connection, endpoint_id, why, at_ns=self._clock.now_ns())
        self._has_disabled = True

    async def _report(self) -> None:
        """Raise an exception for each endpoint that was disabled: its party would wait for
        messages."""
        if not self._has_disabled:
            return
        for endpoint in await self._in_thread(self._find_unreported):
            await self._report_one(endpoint)
        self._has_disabled = False

    async def _report_one(self, endpoint: UnreportedEndpoint) -> None:
        outcome = await self._submit(
            RaiseException(
                actor=OPERATOR_ID,
                key=f"webhook-{endpoint.endpoint_id}-{endpoint.disabled_at_ns}",
                kind=ExceptionKind.WEBHOOK,
                subject_id=endpoint.endpoint_id,
                party_id=endpoint.party_id,
            )
        )
        if outcome.refusal is not None:
            logger.warning("endpoint %s: %s", endpoint.endpoint_id, outcome.refusal.name)
        await self._in_thread(lambda: self._mark_reported(endpoint))

    def _find_unreported(self) -> list[UnreportedEndpoint]:
        with self._edge.transaction() as connection:
            return unreported_endpoints(connection)

    def _mark_reported(self, endpoint: UnreportedEndpoint) -> None:
        with self._edge.transaction() as connection:
            mark_reported(connection, endpoint)

    async def _sweep(self) -> bool:
        at_ns = self._clock.now_ns()
        if at_ns < self._sweep_ns:
            return False
        swept = await self._in_thread(lambda: self._sweep_page(at_ns))
        is_more = swept >= SWEPT_PER_TURN_MAX
        if not is_more:
            self._sweep_ns = at_ns + SWEEP_INTERVAL_NS
        return is_more

    def _sweep_page(self, at_ns: int) -> int:
        with self._edge.transaction() as connection:
            return store.sweep(
                connection, before_ns=at_ns - LOG_RETENTION_NS, limit=SWEPT_PER_TURN_MAX
            )

    # Attempts

    async def _begin(self) -> None:
        busy = frozenset(self._sending)
        at_ns = self._clock.now_ns()
        due = await self._in_thread(lambda: self._find_due(busy, at_ns))
        self._next_ns = due.next_ns
        for delivery in due.deliveries:
            key = (delivery.endpoint_id, delivery.outbox_id)
            self._sending[key] = asyncio.create_task(self._attempt(delivery))

    def _find_due(self, busy: frozenset[Key], at_ns: int) -> Due:
        under_way = Counter(endpoint_id for endpoint_id, _ in busy)
        room = min(ATTEMPTS_PER_TURN_MAX, ATTEMPTS_AT_ONCE_MAX - len(busy))
        found: list[DueDelivery] = []
        next_ns: int | None = None
        with self._edge.transaction() as connection:
            for endpoint_id, due_ns in store.due_endpoints(connection):
                if due_ns > at_ns:
                    next_ns = due_ns
                    break
                places = 1 if endpoint_id in self._failing else ATTEMPTS_PER_ENDPOINT_MAX
                free = min(places - under_way[endpoint_id], room - len(found))
                if free <= 0:
                    continue  # an attempt that ends wakes the worker
                candidates = store.due_deliveries(
                    connection, endpoint_id, at_ns=at_ns, limit=free + under_way[endpoint_id]
                )
                waiting = [each for each in candidates if (endpoint_id, each.outbox_id) not in busy]
                found += waiting[:free]
        if len(found) == ATTEMPTS_PER_TURN_MAX:
            next_ns = at_ns
        return Due(deliveries=found, next_ns=next_ns)

    async def _attempt(self, delivery: DueDelivery) -> None:
        headers = signed_headers(
            str(delivery.outbox_id),
            delivery.body,
            timestamp_s=self._clock.now_ns() // NS_PER_S,
            live_secrets=delivery.live_secrets,
            signer=self._signer,
        )
        try:
            answer = await self._sender.send(delivery.url, headers=headers, body=delivery.body)
        except Exception:
            logger.exception("attempt of message %s failed", delivery.outbox_id)
            answer = Answer(None, Fault.PROTOCOL_ERROR, 0)
        self._finished.append(
            Finished(delivery=delivery, answer=answer, at_ns=self._clock.now_ns())
        )
        self._wake.set()
