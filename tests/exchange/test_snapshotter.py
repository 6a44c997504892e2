"""Snapshots made beside the running venue, in a process of their own."""

import asyncio
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from exchange.commands import OpenVenue, RegisterParty
from exchange.errors import JournalCorrupt
from exchange.fees import DEFAULT_FEE_SCHEDULE
from exchange.service import Exchange
from exchange.snapshotter import make_snapshot, make_snapshot_elsewhere
from exchange.types import OPERATOR_ID, PartyKind, VenueProfile
from exchange.verify import verify

COMMANDS = 30


async def open_and_register(database: Path, *, snapshot_commands: int, until_kept: bool) -> None:
    """A venue that registers parties one after the other, until a snapshot has been kept."""
    exchange = Exchange.open(database, snapshot_commands=snapshot_commands)
    await exchange.submit(
        OpenVenue(
            actor=OPERATOR_ID,
            key="open",
            profile=VenueProfile.SANDBOX,
            fee_schedule=DEFAULT_FEE_SCHEDULE,
            calendars=(),
        )
    )
    registered = 0
    while registered < COMMANDS or (until_kept and not snapshot_sequences(database)):
        await exchange.submit(
            RegisterParty(actor=OPERATOR_ID, key=f"{registered}", kind=PartyKind.INSTITUTION)
        )
        registered += 1
    await exchange.stop()


def snapshot_sequences(database: Path) -> list[int]:
    """The sequences of the snapshots that are kept."""
    engine = create_engine(f"sqlite:///{database}")
    with engine.connect() as connection:
        found = connection.execute(text("SELECT sequence FROM snapshots ORDER BY sequence"))
        sequences = [row[0] for row in found]
    engine.dispose()
    return sequences


def test_a_running_venue_has_its_snapshots_made_elsewhere(tmp_path: Path) -> None:
    database = tmp_path / "venue.sqlite3"
    asyncio.run(open_and_register(database, snapshot_commands=10, until_kept=True))
    (sequence, *_) = snapshot_sequences(database)
    assert sequence >= 10
    assert verify(database).snapshots >= 1  # each is what the journal gives


def test_a_snapshot_made_elsewhere_is_the_one_made_here(tmp_path: Path) -> None:
    database = tmp_path / "venue.sqlite3"
    asyncio.run(open_and_register(database, snapshot_commands=10**9, until_kept=False))
    assert asyncio.run(make_snapshot_elsewhere(database)) == make_snapshot(database)


def test_the_process_beside_the_venue_finds_an_altered_journal(tmp_path: Path) -> None:
    database = tmp_path / "venue.sqlite3"
    asyncio.run(open_and_register(database, snapshot_commands=10**9, until_kept=False))
    engine = create_engine(f"sqlite:///{database}")
    with engine.begin() as connection:
        connection.execute(text("UPDATE journal SET events = x'90' WHERE sequence = 7"))
    engine.dispose()
    with pytest.raises(JournalCorrupt, match="sequence 7"):
        asyncio.run(make_snapshot_elsewhere(database))


def test_a_venue_that_is_contradicted_by_its_journal_stops(tmp_path: Path) -> None:
    database = tmp_path / "venue.sqlite3"

    async def contradicted() -> str:
        exchange = Exchange.open(database, snapshot_commands=10**9)
        await exchange.submit(
            OpenVenue(
                actor=OPERATOR_ID,
                key="open",
                profile=VenueProfile.SANDBOX,
                fee_schedule=DEFAULT_FEE_SCHEDULE,
                calendars=(),
            )
        )
        await exchange.stop()
        engine = create_engine(f"sqlite:///{database}")
        exchange = Exchange.open(database, snapshot_commands=1)
        with engine.begin() as connection:
            connection.execute(text("UPDATE journal SET events = x'90' WHERE sequence = 1"))
        engine.dispose()
        registered = 0
        while exchange.readiness is None:
            command = RegisterParty(
                actor=OPERATOR_ID, key=f"{registered}", kind=PartyKind.INSTITUTION
            )
            await asyncio.wait([exchange.request(command)])
            registered += 1
        fault = exchange.stopped.exception()
        await exchange.stop()
        return str(fault)

    assert asyncio.run(contradicted()).startswith("journal corrupt at sequence 1")


def test_without_a_database_there_is_no_snapshot_this_time(tmp_path: Path) -> None:
    assert asyncio.run(make_snapshot_elsewhere(tmp_path / "nowhere.sqlite3")) is None
