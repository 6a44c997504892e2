"""The index of the journal, in `index.sqlite3`: which events are about what.

All of it follows from the journal: a file that is missing, of another version, or of another
journal is made anew, and no back-up needs it. So its commits need not survive a power cut.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Engine,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    create_engine,
    event,
    insert,
    select,
    update,
)
from sqlalchemy.exc import SQLAlchemyError

from api.journal_subjects import Subject
from exchange.errors import StoreFault
from exchange.store.database import set_pragmas
from exchange.types import Sequence

INDEX_VERSION: Final = 1
"""Of what is written: with another one the file is made anew."""
EVENTS_OF_COMMAND_MAX: Final = 1 << 20
"""An event's place is its command's sequence times this, and its place among the command's."""
PLACE_MAX: Final = 10**18
BUSY_TIMEOUT_S: Final = 5
ONLY: Final = 1
PRAGMAS: Final[dict[str, str | int]] = {"journal_mode": "wal", "synchronous": 1}

metadata = MetaData()

stand = Table(
    "stand",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("version", Integer, nullable=False),
    Column("sequence", BigInteger, nullable=False),  # of the last command that is indexed
    Column("hash", LargeBinary, nullable=False),  # the chain's there
)

events = Table(
    "events",
    metadata,
    Column("place", Integer, primary_key=True, autoincrement=False),
    Column("tag", Integer, nullable=False),  # of the event's type
)

subjects = Table(
    "subjects",
    metadata,
    Column("kind", Integer, primary_key=True, autoincrement=False),
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("place", BigInteger, primary_key=True, autoincrement=False),
    sqlite_with_rowid=False,
)

Index("events_of_tag", events.c.tag, events.c.place)


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexStand:
    """How far the journal is indexed."""

    sequence: Sequence
    hash: bytes
    """The chain's there: the same journal has the same."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexedEvent:
    """An event, and what it is about."""

    place: int
    tag: int
    subjects: Collection[Subject]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sought:
    """Which events are looked for."""

    subjects: tuple[Subject, ...] = ()
    """About all of these."""
    tags: tuple[int, ...] = ()
    """Of one of these types; none: of any."""
    after: int = 0
    """Places behind this one,"""
    before: int = PLACE_MAX
    """and before this one."""
    newest_first: bool = False
    limit: int | None = None


def open_index(path: Path) -> Engine:
    """An engine on the index at `path`, which is empty if it was not there.

    Raises:
        StoreFault: it is no database, or cannot be written.
    """
    engine = create_engine(
        f"sqlite:///{path}", connect_args={"timeout": BUSY_TIMEOUT_S, "check_same_thread": False}
    )
    event.listen(engine, "connect", lambda driver, _record: set_pragmas(driver, PRAGMAS))
    try:
        with engine.begin() as connection:
            metadata.create_all(connection)
            if connection.execute(select(stand.c.version)).scalar() != INDEX_VERSION:
                begin_anew(connection)
    except SQLAlchemyError as error:
        engine.dispose()
        raise StoreFault(f"{path}: {getattr(error, 'orig', None) or error}") from error
    return engine


def begin_anew(connection: Connection) -> None:
    """Forget everything."""
    metadata.drop_all(connection)
    metadata.create_all(connection)
    connection.execute(insert(stand).values(id=ONLY, version=INDEX_VERSION, sequence=0, hash=b""))


def index_stand(connection: Connection) -> IndexStand:
    """How far the journal is indexed."""
    row = connection.execute(select(stand.c.sequence, stand.c.hash)).one()
    return IndexStand(sequence=Sequence(row.sequence), hash=row.hash)


def add_events(connection: Connection, found: Iterable[IndexedEvent], upto: IndexStand) -> None:
    """Index the events of the commands up to there. Cost: 2 µs a row."""
    listed = list(found)
    about = [
        {"kind": int(subject.kind), "number": subject.number, "place": each.place}
        for each in listed
        for subject in each.subjects
    ]
    if listed:
        connection.execute(
            insert(events), [{"place": each.place, "tag": each.tag} for each in listed]
        )
    if about:
        connection.execute(insert(subjects), about)
    connection.execute(update(stand).values(sequence=upto.sequence, hash=upto.hash))


def places_of(connection: Connection, sought: Sought) -> list[int]:
    """Where the events are, in order. Cost: O(events about the first subject), at most."""
    if sought.subjects:
        # The rarest first: an order has fewer events than its party.
        first, *others = sorted(sought.subjects, key=lambda each: each.kind, reverse=True)
        place = subjects.c.place
        wanted = select(place).where(
            subjects.c.kind == int(first.kind), subjects.c.number == first.number
        )
        for other in others:
            about = subjects.alias()
            wanted = wanted.where(
                select(about.c.place)
                .where(
                    about.c.kind == int(other.kind),
                    about.c.number == other.number,
                    about.c.place == place,
                )
                .exists()
            )
        if sought.tags:
            wanted = wanted.join(events, events.c.place == place)
    else:
        place = events.c.place
        wanted = select(place)
    if sought.tags:
        wanted = wanted.where(events.c.tag.in_(sought.tags))
    wanted = wanted.where(place > sought.after, place < sought.before)
    wanted = wanted.order_by(place.desc() if sought.newest_first else place).limit(sought.limit)
    return list(connection.scalars(wanted))


def place_of(sequence: int, *, ordinal: int = 0) -> int:
    """Where an event is: the `ordinal`th of those that this command has caused."""
    assert 0 <= ordinal < EVENTS_OF_COMMAND_MAX, ordinal
    return sequence * EVENTS_OF_COMMAND_MAX + ordinal


def found_at(place: int) -> tuple[Sequence, int]:
    """The command, and the event's place among those that it has caused."""
    sequence, ordinal = divmod(place, EVENTS_OF_COMMAND_MAX)
    return Sequence(sequence), ordinal
