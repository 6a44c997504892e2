"""What another version of the engine wrote is told as that, and what was altered as corrupt."""

from __future__ import annotations

import asyncio
import json
import re
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from api.cli.demo.folder import make_demo
from api.engines import FILE_NAME, UNNAMED, note_engine, this_version
from api.founding import DATABASE, create_venue
from api.main import open_venue
from exchange.types import Sequence
from tests.api.command_line import Here, trustex_here
from tests.exchange.test_recovery import rechain

OTHER = "0.0.9+0123456789ab"


def make(directory: Path) -> Path:
    """A venue in which nothing has happened, in the folder."""
    asyncio.run(create_venue(directory, demo=False, trust_company_name="A"))
    return directory


async def start_and_stop(directory: Path) -> None:
    venue = await open_venue(directory)
    await venue.close()


def noted(directory: Path) -> Any:
    return json.loads((directory / FILE_NAME).read_text())


def write_engines(directory: Path, *engines: tuple[str, int]) -> None:
    said = [{"version": version, "after": after} for version, after in engines]
    (directory / FILE_NAME).write_text(json.dumps(said))


def give_other_events(directory: Path, sequence: int = 2) -> None:
    """Let a command have caused other events, in a journal that is whole."""
    database = directory / DATABASE
    with sqlite3.connect(database) as connection:
        (events,) = connection.execute("SELECT events FROM journal WHERE sequence = 1").fetchone()
    connection.close()
    rechain(database, sequence, events=events)


def told(done: Here) -> str:
    """What the command said, on one line."""
    return " ".join((done.stdout + done.stderr).split())


def refusals(directory: Path) -> list[str]:
    """What is said by those that execute the journal again."""
    done = [
        trustex_here("serve", str(directory), "--port", "0"),
        trustex_here("verify", str(directory)),
        trustex_here("whatif", str(directory), "--pack", "CN-2007"),
    ]
    assert [each.returncode for each in done] == [1, 1, 1]
    return list(map(told, done))


def test_the_version_is_that_of_the_distribution_and_of_the_sources() -> None:
    assert re.fullmatch(r"[0-9]+\.[0-9]+\.[0-9]+\+[0-9a-f]{12}", this_version())


def test_a_venue_says_which_engine_wrote_it(tmp_path: Path) -> None:
    venue = make(tmp_path / "venue")
    ours = {"version": this_version(), "after": 0}
    assert noted(venue) == [ours]
    write_engines(venue, (OTHER, 0))
    asyncio.run(start_and_stop(venue))
    assert noted(venue) == [{"version": OTHER, "after": 0}, {"version": this_version(), "after": 2}]
    asyncio.run(start_and_stop(venue))
    assert len(noted(venue)) == 2


def test_a_venue_of_which_nobody_noted_who_wrote_it_says_so(tmp_path: Path) -> None:
    note_engine(tmp_path, after=Sequence(7))
    assert noted(tmp_path) == [
        {"version": UNNAMED, "after": 0},
        {"version": this_version(), "after": 7},
    ]


def test_other_events_of_another_version_are_told_as_that(tmp_path: Path) -> None:
    venue = make(tmp_path / "venue")
    give_other_events(venue)
    for engines, version in (
        (((OTHER, 0),), OTHER),
        (((OTHER, 0), (this_version(), 2)), OTHER),
        ((), UNNAMED),
    ):
        write_engines(venue, *engines)
        for said in refusals(venue):
            assert f"another version of trustex ({version}; this is {this_version()})" in said
            assert "at sequence 2" in said
            assert "corrupt" not in said


def test_other_events_of_this_version_are_corrupt(tmp_path: Path) -> None:
    venue = make(tmp_path / "venue")
    give_other_events(venue)
    for engines in ([(this_version(), 0)], [(this_version(), 0), (OTHER, 2)]):
        write_engines(venue, *engines)
        for said in refusals(venue):
            assert "sequence 2" in said
            assert "another version" not in said


def test_altered_bytes_are_corrupt_whoever_wrote_them(tmp_path: Path) -> None:
    venue = make(tmp_path / "venue")
    write_engines(venue, (OTHER, 0))
    with sqlite3.connect(venue / DATABASE) as connection:
        connection.execute(
            "UPDATE journal SET events = CAST(events || x'00' AS BLOB) WHERE sequence = 2"
        )
    connection.close()
    for said in refusals(venue):
        assert "its bytes do not give its hash" in said
        assert "another version" not in said


@pytest.mark.parametrize("version", [OTHER, this_version()])
def test_a_demo_that_cannot_go_on_names_the_remedy(tmp_path: Path, version: str) -> None:
    asyncio.run(make_demo(tmp_path, seed=1, speed=100.0))
    venue = tmp_path / "demo"
    give_other_events(venue)
    write_engines(venue, (version, 0))
    for command in (("demo", "--directory", str(tmp_path)), ("serve", str(venue))):
        done = trustex_here(*command, "--port", "0")
        assert done.returncode == 1
        assert "trustex demo --fresh" in told(done)
        assert "Traceback" not in told(done)
    assert trustex_here("verify", str(venue)).returncode == 1
