"""Every statement about webhooks in `edge.sqlite3`: endpoints, deliveries, attempts.

Each works within a transaction of the caller's, whose connection it is given.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, NamedTuple

from sqlalchemy import (
    ColumnElement,
    Connection,
    delete,
    exists,
    func,
    insert,
    or_,
    select,
    tuple_,
    update,
)
from sqlalchemy.dialects import sqlite
from sqlalchemy.engine.row import RowMapping

from api.store.tables import webhook_attempts as attempts
from api.store.tables import webhook_deliveries as deliveries
from api.store.tables import webhook_endpoints as endpoints
from api.webhooks.delivery import Answer, DeliveryState, DisabledReason, Fault
from exchange.types import PartyId

ATTEMPTS_KEPT_MAX: Final = 50
"""Of one delivery: each replay by hand may add ten."""

LIVE: Final = endpoints.c.deleted_at_ns.is_(None)
ENABLED: Final = (LIVE, endpoints.c.disabled_reason.is_(None))


@dataclass(frozen=True, slots=True, kw_only=True)
class EndpointRecord:
    """A server of a party that wants to be told."""

    endpoint_id: int
    party_id: PartyId
    url: str
    label: str
    disabled_reason: DisabledReason | None
    previous_secret_until_ns: int | None
    created_at_ns: int


class EnabledEndpoint(NamedTuple):
    """An endpoint that is sent what comes after this row of the outbox."""

    endpoint_id: int
    after_outbox_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class NewDelivery:
    """A message that an endpoint shall get."""

    endpoint_id: int
    outbox_id: int
    type: str
    body: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryRecord:
    """A message to an endpoint, and how far it has come."""

    endpoint_id: int
    outbox_id: int
    type: str
    body: bytes
    state: DeliveryState
    attempts: int
    tries: int
    due_ns: int | None
    created_at_ns: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DueDelivery:
    """What a worker needs for one attempt."""

    endpoint_id: int
    outbox_id: int
    url: str
    live_secrets: tuple[bytes, ...]
    """The newest first."""
    body: bytes
    tries: int
    """Before this one, of the schedule that is under way."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AttemptRecord:
    """An attempt that was made."""

    number: int
    at_ns: int
    answer: Answer


# Endpoints


def insert_endpoint(
    connection: Connection,
    *,
    party_id: PartyId,
    url: str,
    label: str,
    secret: bytes,
    at_ns: int,
    after_outbox_id: int,
) -> int:
    """Write the row of a new endpoint, sent what comes after that row of the outbox; its id."""
    row = {
        "party_id": party_id,
        "url": url,
        "label": label,
        "secret": secret,
        "created_at_ns": at_ns,
        "after_outbox_id": after_outbox_id,
    }
    return int(
        connection.scalar(insert(endpoints).values(row).returning(endpoints.c.endpoint_id)) or 0
    )


def count_endpoints(connection: Connection, party_id: PartyId) -> int:
    """How many endpoints the party has."""
    mine = select(func.count()).select_from(endpoints).where(LIVE, endpoints.c.party_id == party_id)
    return connection.scalar(mine) or 0


def endpoint_of(
    connection: Connection, *, party_id: PartyId, endpoint_id: int
) -> EndpointRecord | None:
    """The party's own endpoint of this id, or None: somebody else's is as good as none."""
    wanted = select(endpoints).where(
        LIVE, endpoints.c.endpoint_id == endpoint_id, endpoints.c.party_id == party_id
    )
    row = connection.execute(wanted).mappings().one_or_none()
    return None if row is None else _endpoint(row)


def endpoints_after(
    connection: Connection, *, party_id: PartyId, after: int, limit: int
) -> list[EndpointRecord]:
    """The party's endpoints with larger ids than `after`, oldest first."""
    wanted = (
        select(endpoints)
        .where(LIVE, endpoints.c.party_id == party_id, endpoints.c.endpoint_id > after)
        .order_by(endpoints.c.endpoint_id)
        .limit(limit)
    )
    return [_endpoint(row) for row in connection.execute(wanted).mappings()]


def change_endpoint(
    connection: Connection,
    endpoint_id: int,
    *,
    url: str,
    label: str,
    disabled_reason: DisabledReason | None,
) -> None:
    """Give an endpoint these values."""
    connection.execute(
        update(endpoints)
        .where(endpoints.c.endpoint_id == endpoint_id)
        .values(
            url=url,
            label=label,
            disabled_reason=None if disabled_reason is None else int(disabled_reason),
        )
    )


def disable_endpoint(
    connection: Connection, endpoint_id: int, reason: DisabledReason, *, at_ns: int
) -> None:
    """From now on the endpoint is sent nothing; what waits for it goes on waiting."""
    connection.execute(
        update(endpoints)
        .where(endpoints.c.endpoint_id == endpoint_id, endpoints.c.disabled_reason.is_(None))
        .values(disabled_reason=int(reason), unreported_ns=at_ns)
    )


def rotate_secret(
    connection: Connection, endpoint_id: int, *, secret: bytes, previous_until_ns: int
) -> None:
    """Sign with a new secret, and until a moment with the last one too; an older one goes."""
    connection.execute(
        update(endpoints)
        .where(endpoints.c.endpoint_id == endpoint_id)
        .values(
            secret=secret,
            previous_secret=endpoints.c.secret,
            previous_secret_until_ns=previous_until_ns,
        )
    )


def delete_endpoint(connection: Connection, endpoint_id: int, *, at_ns: int) -> None:
    """The endpoint is gone for everybody; `sweep` removes its rows."""
    connection.execute(
        update(endpoints).where(endpoints.c.endpoint_id == endpoint_id).values(deleted_at_ns=at_ns)
    )


# The log of deliveries


def deliveries_before(
    connection: Connection,
    endpoint_id: int,
    *,
    before: int | None,
    state: DeliveryState | None,
    limit: int,
) -> list[DeliveryRecord]:
    """Deliveries of older messages than `before`, newest first."""
    wanted = select(deliveries).where(deliveries.c.endpoint_id == endpoint_id)
    if before is not None:
        wanted = wanted.where(deliveries.c.outbox_id < before)
    if state is not None:
        wanted = wanted.where(deliveries.c.state == int(state))
    wanted = wanted.order_by(deliveries.c.outbox_id.desc()).limit(limit)
    return [_delivery(row) for row in connection.execute(wanted).mappings()]


def delivery_of(
    connection: Connection, *, endpoint_id: int, outbox_id: int
) -> DeliveryRecord | None:
    """The delivery of this message to this endpoint, or None."""
    wanted = select(deliveries).where(*_same(endpoint_id=endpoint_id, outbox_id=outbox_id))
    row = connection.execute(wanted).mappings().one_or_none()
    return None if row is None else _delivery(row)


def attempts_of(connection: Connection, *, endpoint_id: int, outbox_id: int) -> list[AttemptRecord]:
    """The last attempts of a delivery, oldest first."""
    wanted = (
        select(attempts)
        .where(attempts.c.endpoint_id == endpoint_id, attempts.c.outbox_id == outbox_id)
        .order_by(attempts.c.number)
    )
    return [
        AttemptRecord(
            number=row.number,
            at_ns=row.at_ns,
            answer=Answer(
                row.status, None if row.fault is None else Fault(row.fault), row.duration_ms
            ),
        )
        for row in connection.execute(wanted)
    ]


def replay(connection: Connection, *, endpoint_id: int, outbox_id: int, at_ns: int) -> None:
    """Begin the schedule of a delivery anew, now."""
    connection.execute(
        update(deliveries)
        .where(*_same(endpoint_id=endpoint_id, outbox_id=outbox_id))
        .values(state=int(DeliveryState.PENDING), tries=0, due_ns=at_ns)
    )


# The worker's


def enabled_endpoints(
    connection: Connection, party_ids: Iterable[PartyId]
) -> dict[PartyId, list[EnabledEndpoint]]:
    """The endpoints of these parties that are sent messages, by party."""
    wanted = (
        select(endpoints.c.party_id, endpoints.c.endpoint_id, endpoints.c.after_outbox_id)
        .where(*ENABLED, endpoints.c.party_id.in_(sorted(party_ids)))
        .order_by(endpoints.c.endpoint_id)
    )
    found: dict[PartyId, list[EnabledEndpoint]] = {}
    for party_id, *endpoint in connection.execute(wanted):
        found.setdefault(PartyId(party_id), []).append(EnabledEndpoint(*endpoint))
    return found


def insert_deliveries(connection: Connection, new: list[NewDelivery], *, at_ns: int) -> None:
    """Keep messages to be sent now; one that is kept already stays as it is."""
    if not new:
        return
    statement = sqlite.insert(deliveries).on_conflict_do_nothing()
    rows = [
        {
            "endpoint_id": each.endpoint_id,
            "outbox_id": each.outbox_id,
            "type": each.type,
            "body": each.body,
            "state": int(DeliveryState.PENDING),
            "attempts": 0,
            "tries": 0,
            "due_ns": at_ns,
            "created_at_ns": at_ns,
        }
        for each in new
    ]
    connection.execute(statement, rows)


def count_pending(connection: Connection, endpoint_id: int) -> int:
    """How many messages wait for the endpoint. Cost: O(answer), some 10 µs a thousand."""
    wanted = select(func.count()).where(
        deliveries.c.endpoint_id == endpoint_id, deliveries.c.due_ns.is_not(None)
    )
    return connection.scalar(wanted) or 0


def due_endpoints(connection: Connection) -> list[tuple[int, int]]:
    """The endpoints for which messages wait, each with the moment of its next attempt, the
    earliest first. Cost: O(enabled endpoints), some 3 µs each."""
    earliest = (
        select(func.min(deliveries.c.due_ns))
        .where(
            deliveries.c.endpoint_id == endpoints.c.endpoint_id, deliveries.c.due_ns.is_not(None)
        )
        .correlate(endpoints)
        .scalar_subquery()
    )
    due = select(endpoints.c.endpoint_id, earliest.label("due_ns")).where(*ENABLED).subquery()
    wanted = select(due).where(due.c.due_ns.is_not(None)).order_by(due.c.due_ns, due.c.endpoint_id)
    return [(row.endpoint_id, row.due_ns) for row in connection.execute(wanted)]


def due_deliveries(
    connection: Connection, endpoint_id: int, *, at_ns: int, limit: int
) -> list[DueDelivery]:
    """What is to be sent to the endpoint by now, the longest due first. Cost: O(limit)."""
    endpoint = connection.execute(
        select(endpoints).where(endpoints.c.endpoint_id == endpoint_id)
    ).one()
    live_secrets: tuple[bytes, ...] = (endpoint.secret,)
    if endpoint.previous_secret is not None and endpoint.previous_secret_until_ns > at_ns:
        live_secrets = (endpoint.secret, endpoint.previous_secret)
    wanted = (
        select(deliveries.c.outbox_id, deliveries.c.body, deliveries.c.tries)
        .where(deliveries.c.endpoint_id == endpoint_id, deliveries.c.due_ns <= at_ns)
        .order_by(deliveries.c.due_ns, deliveries.c.outbox_id)
        .limit(limit)
    )
    return [
        DueDelivery(
            endpoint_id=endpoint_id,
            outbox_id=row.outbox_id,
            url=endpoint.url,
            live_secrets=live_secrets,
            body=row.body,
            tries=row.tries,
        )
        for row in connection.execute(wanted)
    ]


def record_delivered(connection: Connection, attempted: DueDelivery) -> int | None:
    """The receiver has the message, whatever else was wished meanwhile.

    Returns:
        The number of the attempt; None if the delivery was swept meanwhile, with its endpoint.
    """
    number: int | None = connection.scalar(
        update(deliveries)
        .where(*_of(attempted))
        .values(
            state=int(DeliveryState.DELIVERED),
            attempts=deliveries.c.attempts + 1,
            tries=attempted.tries + 1,
            due_ns=None,
        )
        .returning(deliveries.c.attempts)
    )
    return number


def record_failed_try(
    connection: Connection, attempted: DueDelivery, *, due_ns: int | None
) -> int | None:
    """The try was in vain: another one at `due_ns`, or none. A replay by hand that began while it
    was made stands.

    Returns:
        As `record_delivered`.
    """
    state = DeliveryState.FAILED if due_ns is None else DeliveryState.PENDING
    same = _of(attempted)
    connection.execute(
        update(deliveries)
        .where(*same, deliveries.c.tries == attempted.tries, deliveries.c.due_ns.is_not(None))
        .values(state=int(state), tries=attempted.tries + 1, due_ns=due_ns)
    )
    number: int | None = connection.scalar(
        update(deliveries)
        .where(*same)
        .values(attempts=deliveries.c.attempts + 1)
        .returning(deliveries.c.attempts)
    )
    return number


def insert_attempt(
    connection: Connection, attempted: DueDelivery, answer: Answer, *, number: int, at_ns: int
) -> None:
    """Keep what came of an attempt in the log, and no more than the last of them."""
    connection.execute(
        insert(attempts).values(
            endpoint_id=attempted.endpoint_id,
            outbox_id=attempted.outbox_id,
            number=number,
            at_ns=at_ns,
            duration_ms=answer.duration_ms,
            status=answer.status,
            fault=None if answer.fault is None else int(answer.fault),
        )
    )
    if number > ATTEMPTS_KEPT_MAX:
        connection.execute(
            delete(attempts).where(
                attempts.c.endpoint_id == attempted.endpoint_id,
                attempts.c.outbox_id == attempted.outbox_id,
                attempts.c.number <= number - ATTEMPTS_KEPT_MAX,
            )
        )


def sweep(connection: Connection, *, before_ns: int, limit: int) -> int:
    """Remove old deliveries and those of deleted endpoints with their attempts, and endpoints of
    which nothing is left; how many deliveries went.

    What an enabled endpoint is still to get stays, however old it is.
    """
    of_disabled = deliveries.c.endpoint_id.in_(
        select(endpoints.c.endpoint_id).where(~(LIVE & endpoints.c.disabled_reason.is_(None)))
    )
    of_deleted = deliveries.c.endpoint_id.in_(select(endpoints.c.endpoint_id).where(~LIVE))
    key = (deliveries.c.endpoint_id, deliveries.c.outbox_id)
    old = (
        select(*key)
        .where(
            deliveries.c.created_at_ns < before_ns, or_(deliveries.c.due_ns.is_(None), of_disabled)
        )
        .limit(limit)
    )
    removed = 0
    for wanted in (old, select(*key).where(of_deleted).limit(limit)):
        found = [tuple(row) for row in connection.execute(wanted)]
        if found:
            these = tuple_(attempts.c.endpoint_id, attempts.c.outbox_id).in_(found)
            connection.execute(delete(attempts).where(these))
            connection.execute(delete(deliveries).where(tuple_(*key).in_(found)))
            removed += len(found)
    left = exists().where(deliveries.c.endpoint_id == endpoints.c.endpoint_id)
    connection.execute(delete(endpoints).where(~LIVE, ~left))
    return removed


def _same(*, endpoint_id: int, outbox_id: int) -> tuple[ColumnElement[bool], ...]:
    return (deliveries.c.endpoint_id == endpoint_id, deliveries.c.outbox_id == outbox_id)


def _of(attempted: DueDelivery) -> tuple[ColumnElement[bool], ...]:
    return _same(endpoint_id=attempted.endpoint_id, outbox_id=attempted.outbox_id)


def _endpoint(row: RowMapping) -> EndpointRecord:
    reason = row["disabled_reason"]
    return EndpointRecord(
        endpoint_id=row["endpoint_id"],
        party_id=PartyId(row["party_id"]),
        url=row["url"],
        label=row["label"],
        disabled_reason=None if reason is None else DisabledReason(reason),
        previous_secret_until_ns=row["previous_secret_until_ns"],
        created_at_ns=row["created_at_ns"],
    )


def _delivery(row: RowMapping) -> DeliveryRecord:
    return DeliveryRecord(
        endpoint_id=row["endpoint_id"],
        outbox_id=row["outbox_id"],
        type=row["type"],
        body=row["body"],
        state=DeliveryState(row["state"]),
        attempts=row["attempts"],
        tries=row["tries"],
        due_ns=row["due_ns"],
        created_at_ns=row["created_at_ns"],
    )
