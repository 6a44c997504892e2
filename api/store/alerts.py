"""Every statement about alerts and the watch that finds them, in `edge.sqlite3`.

Each works within a transaction of the caller's, whose connection it is given. Nothing here is ever
removed: records of the kind are kept for ten years at least (AML-04).
"""

from collections.abc import Sequence as Listed
from dataclasses import dataclass
from typing import Any, Final

import msgspec
from sqlalchemy import Connection, Row, func, insert, select, update
from sqlalchemy.dialects.sqlite import insert as insert_or_not

from api.store.tables import alert_steps, alerts, watch
from api.supervision.states import TRANSITIONS, AlertCode, AlertEvent, AlertState
from exchange.supervision.alerts import Alert, AlertKind
from exchange.types import OfficerId, PersonId, Sequence
from registry.types import TimeNs

ONLY: Final = 1
"""The number of the one watch."""

_encoder: Final = msgspec.msgpack.Encoder()
_alerts: Final = msgspec.msgpack.Decoder(Alert)


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertRecord:
    """An alert and how it stands."""

    alert_id: int
    alert: Alert
    due_ns: TimeNs | None
    state: AlertState


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertStep:
    """What an officer has said of an alert."""

    event: AlertEvent
    code: AlertCode | None
    """Of who has resolved it."""
    note: str
    officer_id: OfficerId
    person_id: PersonId
    at_ns: TimeNs


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchRecord:
    """Where the watch stood."""

    version: int
    sequence: Sequence
    memory: bytes


def insert_alerts(
    connection: Connection, found: Listed[Alert], due_ns: Listed[TimeNs | None]
) -> None:
    """Keep what was found, each with when its report is due. What is there already stays."""
    rows = [
        {
            "digest": alert.digest(),
            "kind": alert.kind.value,
            "at_ns": alert.at_ns,
            "due_ns": due,
            "state": AlertState.OPEN.value,
            "alert": _encoder.encode(alert),
        }
        for alert, due in zip(found, due_ns, strict=True)
    ]
    if rows:
        connection.execute(insert_or_not(alerts).on_conflict_do_nothing(), rows)


def alert_of(connection: Connection, alert_id: int) -> AlertRecord | None:
    """The alert of this id, or None if there is none."""
    wanted = select(alerts).where(alerts.c.alert_id == alert_id)
    row = connection.execute(wanted).one_or_none()
    return None if row is None else _record(row)


def alerts_after(
    connection: Connection,
    *,
    state: AlertState | None,
    kind: AlertKind | None,
    after: int,
    limit: int,
) -> list[AlertRecord]:
    """Alerts with larger ids than `after`, smallest first."""
    wanted = select(alerts).where(alerts.c.alert_id > after)
    if state is not None:
        wanted = wanted.where(alerts.c.state == state.value)
    if kind is not None:
        wanted = wanted.where(alerts.c.kind == kind.value)
    wanted = wanted.order_by(alerts.c.alert_id).limit(limit)
    return [_record(row) for row in connection.execute(wanted)]


def alerts_between(
    connection: Connection, kind: AlertKind, *, from_ns: TimeNs, until_ns: TimeNs, limit: int
) -> list[AlertRecord]:
    """Those of a kind that were completed from one moment on and before the other, oldest first."""
    wanted = select(alerts).where(
        alerts.c.kind == kind.value, alerts.c.at_ns >= from_ns, alerts.c.at_ns < until_ns
    )
    wanted = wanted.order_by(alerts.c.at_ns, alerts.c.alert_id).limit(limit)
    return [_record(row) for row in connection.execute(wanted)]


def steps_of(connection: Connection, alert_id: int) -> list[AlertStep]:
    """What was said of the alert, oldest first."""
    wanted = select(alert_steps).where(alert_steps.c.alert_id == alert_id)
    return [
        AlertStep(
            event=AlertEvent(row.event),
            code=None if row.code is None else AlertCode(row.code),
            note=row.note,
            officer_id=OfficerId(row.officer_id),
            person_id=PersonId(row.person_id),
            at_ns=TimeNs(row.at_ns),
        )
        for row in connection.execute(wanted.order_by(alert_steps.c.number))
    ]


def take_step(connection: Connection, record: AlertRecord, step: AlertStep) -> AlertRecord:
    """The alert after an officer has said this of it, which TRANSITIONS allows."""
    state = TRANSITIONS[record.state, step.event]
    mine = alerts.c.alert_id == record.alert_id
    connection.execute(update(alerts).where(mine).values(state=state.value))
    said = select(func.count()).where(alert_steps.c.alert_id == record.alert_id)
    connection.execute(
        insert(alert_steps).values(
            alert_id=record.alert_id,
            number=(connection.scalar(said) or 0) + 1,
            event=step.event.value,
            code=None if step.code is None else step.code.value,
            note=step.note,
            officer_id=step.officer_id,
            person_id=step.person_id,
            at_ns=step.at_ns,
        )
    )
    return AlertRecord(
        alert_id=record.alert_id, alert=record.alert, due_ns=record.due_ns, state=state
    )


def watch_record(connection: Connection) -> WatchRecord | None:
    """Where the watch stood when it was last kept; None: it has never been."""
    row = connection.execute(select(watch)).one_or_none()
    if row is None:
        return None
    return WatchRecord(version=row.version, sequence=Sequence(row.sequence), memory=row.memory)


def keep_watch(connection: Connection, record: WatchRecord) -> None:
    """Keep where the watch stands."""
    values = {
        "version": record.version,
        "sequence": record.sequence,
        "memory": record.memory,
    }
    if connection.execute(update(watch).values(values)).rowcount == 0:
        connection.execute(insert(watch).values(id=ONLY, **values))


def _record(row: Row[Any]) -> AlertRecord:
    return AlertRecord(
        alert_id=row.alert_id,
        alert=_alerts.decode(row.alert),
        due_ns=None if row.due_ns is None else TimeNs(row.due_ns),
        state=AlertState(row.state),
    )
