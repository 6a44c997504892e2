"""Every statement about files that came in, in `edge.sqlite3`: what was begun, and its answers.

Each works within a transaction of the caller's, whose connection it is given.
"""

from dataclasses import dataclass
from enum import IntEnum
from typing import Final

from sqlalchemy import Connection, delete, insert, select, update

from api.store.tables import files
from exchange.limits import DAY_NS
from exchange.types import PartyId
from registry.types import TimeNs

RETENTION_NS: Final = 30 * DAY_NS
FILES_KEPT_MAX: Final = 200
"""Of one party and kind; an answer has some megabytes at most. A file that is forgotten and comes
again finds its rows decided."""


class FileKind(IntEnum):
    """What a file is about. The numbers are stored: never reuse one."""

    DECISIONS = 1  # of a trust company, about its open applications
    REGISTRATIONS = 2  # of a trust company, about settled transfers
    HOLDERS = 3  # a trust company's list of holders, which begins nothing


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceivedFile:
    """A file by which something was begun."""

    file_id: int
    key_id: str
    """Of the key with which it came."""
    at_ns: TimeNs
    """When."""
    options: str
    """What was asked for with it."""
    answer: bytes | None
    """None: it was not done to its end."""


def received_file(
    connection: Connection, *, party_id: PartyId, kind: FileKind, sha256: bytes
) -> ReceivedFile | None:
    """The file of these bytes, if the party has sent it before and something was begun."""
    row = connection.execute(
        select(
            files.c.file_id, files.c.key_id, files.c.at_ns, files.c.options, files.c.answer
        ).where(files.c.party_id == party_id, files.c.kind == int(kind), files.c.sha256 == sha256)
    ).one_or_none()
    if row is None:
        return None
    return ReceivedFile(
        file_id=row.file_id,
        key_id=row.key_id,
        at_ns=TimeNs(row.at_ns),
        options=row.options,
        answer=row.answer,
    )


def begin_file(
    connection: Connection,
    *,
    party_id: PartyId,
    kind: FileKind,
    sha256: bytes,
    key_id: str,
    options: str,
    at_ns: int,
) -> int:
    """Say that something is begun by this file; its number. Old files are forgotten."""
    same = (files.c.party_id == party_id, files.c.kind == int(kind))
    newest = (
        select(files.c.file_id)
        .where(*same)
        .order_by(files.c.file_id.desc())
        .offset(FILES_KEPT_MAX - 1)
        .limit(1)
        .scalar_subquery()
    )
    connection.execute(delete(files).where(*same, files.c.file_id <= newest))
    connection.execute(delete(files).where(*same, files.c.at_ns < at_ns - RETENTION_NS))
    file_id: int = connection.execute(
        insert(files)
        .values(
            party_id=party_id,
            kind=int(kind),
            sha256=sha256,
            key_id=key_id,
            options=options,
            at_ns=at_ns,
        )
        .returning(files.c.file_id)
    ).scalar_one()
    return file_id


def finish_file(connection: Connection, file_id: int, answer: bytes) -> None:
    """Keep the answer to a file that was done to its end."""
    connection.execute(update(files).where(files.c.file_id == file_id).values(answer=answer))
