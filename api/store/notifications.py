"""The rows of notifications, and of who reads them.

A party keeps its newest; that is what bounds the table. How far a reader has read, and how far he
was told by e-mail, is one number each: the outbox is in order.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection, RowMapping, bindparam, delete, func, insert, select
from sqlalchemy.dialects import sqlite

from api.auth.principal import Principal
from api.notifications.kinds import NotificationKind
from api.notifications.mail import Language
from api.store.tables import notification_readers, notifications
from exchange.types import PartyId

KEPT_PER_PARTY_MAX: Final = 1_000
"""Some 400 bytes each."""
NOBODY: Final = 0
"""The officer of a key or login that is nobody's in person."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NotificationRecord:
    """Something that a party is told."""

    party_id: PartyId
    outbox_id: int
    kind: NotificationKind
    body: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """Who reads a party's notifications, how far he has come, and what he wishes to hear."""

    party_id: PartyId
    officer_id: int
    read_up_to: int = 0
    muted: frozenset[NotificationKind] = frozenset()
    mailed: frozenset[NotificationKind] = frozenset()
    address: str | None = None
    language: Language = "zh"
    mailed_up_to: int = 0

    @property
    def shown(self) -> list[int]:
        """The kinds that he is shown."""
        return [int(kind) for kind in NotificationKind if kind not in self.muted]


def insert_notifications(connection: Connection, new: Sequence[NotificationRecord]) -> None:
    """Keep them, and of each party the newest; one that is kept already stays as it is."""
    if not new:
        return
    rows = [
        {
            "party_id": each.party_id,
            "outbox_id": each.outbox_id,
            "kind": int(each.kind),
            "body": each.body,
        }
        for each in new
    ]
    connection.execute(sqlite.insert(notifications).on_conflict_do_nothing(), rows)
    oldest_kept = (
        select(notifications.c.outbox_id)
        .where(notifications.c.party_id == bindparam("whose"))
        .order_by(notifications.c.outbox_id.desc())
        .offset(KEPT_PER_PARTY_MAX - 1)
        .limit(1)
        .scalar_subquery()
    )
    older = delete(notifications).where(
        notifications.c.party_id == bindparam("whose"), notifications.c.outbox_id < oldest_kept
    )
    connection.execute(
        older, [{"whose": party_id} for party_id in sorted({each.party_id for each in new})]
    )


def notifications_before(
    connection: Connection, reader: Reader, *, before: int | None, unread: bool, limit: int
) -> list[NotificationRecord]:
    """What the reader is shown, older than `before`, newest first."""
    wanted = select(notifications).where(
        notifications.c.party_id == reader.party_id, notifications.c.kind.in_(reader.shown)
    )
    if before is not None:
        wanted = wanted.where(notifications.c.outbox_id < before)
    if unread:
        wanted = wanted.where(notifications.c.outbox_id > reader.read_up_to)
    wanted = wanted.order_by(notifications.c.outbox_id.desc()).limit(limit)
    return [_notification(row) for row in connection.execute(wanted).mappings()]


def count_unread(connection: Connection, reader: Reader) -> int:
    """How many of those that the reader is shown he has not read."""
    wanted = select(func.count()).where(
        notifications.c.party_id == reader.party_id,
        notifications.c.outbox_id > reader.read_up_to,
        notifications.c.kind.in_(reader.shown),
    )
    return connection.scalar(wanted) or 0


def newest_of(connection: Connection, party_id: PartyId) -> int:
    """The number of the party's newest notification; 0: it has none."""
    wanted = select(func.max(notifications.c.outbox_id)).where(notifications.c.party_id == party_id)
    return connection.scalar(wanted) or 0


def reader_of(connection: Connection, principal: Principal) -> Reader:
    """The reader that this principal is; one who has never said anything is shown everything."""
    officer_id = NOBODY if principal.officer_id is None else int(principal.officer_id)
    wanted = select(notification_readers).where(
        notification_readers.c.party_id == principal.party_id,
        notification_readers.c.officer_id == officer_id,
    )
    row = connection.execute(wanted).mappings().one_or_none()
    if row is None:
        return Reader(party_id=principal.party_id, officer_id=officer_id)
    return _reader(row)


def keep_reader(connection: Connection, reader: Reader) -> None:
    """Write the reader's row, anew if there is one."""
    same = (
        notification_readers.c.party_id == reader.party_id,
        notification_readers.c.officer_id == reader.officer_id,
    )
    connection.execute(delete(notification_readers).where(*same))
    connection.execute(
        insert(notification_readers).values(
            party_id=reader.party_id,
            officer_id=reader.officer_id,
            read_up_to=reader.read_up_to,
            muted=_bits(reader.muted),
            mailed=_bits(reader.mailed),
            address=reader.address,
            language=reader.language,
            mailed_up_to=reader.mailed_up_to,
        )
    )


def readers_by_mail(connection: Connection) -> list[Reader]:
    """All who wish to be told by e-mail."""
    wanted = (
        select(notification_readers)
        .where(notification_readers.c.address.is_not(None), notification_readers.c.mailed != 0)
        .order_by(notification_readers.c.party_id, notification_readers.c.officer_id)
    )
    return [_reader(row) for row in connection.execute(wanted).mappings()]


def count_unmailed(connection: Connection, reader: Reader) -> tuple[Counter[NotificationKind], int]:
    """How many of each kind are to be told by e-mail, and how far they go; 0: none."""
    wanted = (
        select(notifications.c.kind, func.count(), func.max(notifications.c.outbox_id))
        .where(
            notifications.c.party_id == reader.party_id,
            notifications.c.outbox_id > reader.mailed_up_to,
            notifications.c.kind.in_([int(kind) for kind in reader.mailed]),
        )
        .group_by(notifications.c.kind)
    )
    found = [tuple(row) for row in connection.execute(wanted)]
    counts = Counter({NotificationKind(kind): count for kind, count, _ in found})
    return counts, max((last for _, _, last in found), default=0)


def mark_mailed(connection: Connection, reader: Reader, *, up_to: int) -> None:
    """The reader was told so far; what he wished meanwhile stands."""
    connection.execute(
        notification_readers.update()
        .where(
            notification_readers.c.party_id == reader.party_id,
            notification_readers.c.officer_id == reader.officer_id,
        )
        .values(mailed_up_to=up_to)
    )


def _notification(row: RowMapping) -> NotificationRecord:
    return NotificationRecord(
        party_id=PartyId(row["party_id"]),
        outbox_id=row["outbox_id"],
        kind=NotificationKind(row["kind"]),
        body=row["body"],
    )


def _reader(row: RowMapping) -> Reader:
    return Reader(
        party_id=PartyId(row["party_id"]),
        officer_id=row["officer_id"],
        read_up_to=row["read_up_to"],
        muted=_kinds(row["muted"]),
        mailed=_kinds(row["mailed"]),
        address=row["address"],
        language=row["language"],
        mailed_up_to=row["mailed_up_to"],
    )


def _bits(kinds: Iterable[NotificationKind]) -> int:
    return sum(1 << kind for kind in kinds)


def _kinds(bits: int) -> frozenset[NotificationKind]:
    return frozenset(kind for kind in NotificationKind if bits & 1 << kind)
