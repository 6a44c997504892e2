"""Processes under load that are killed, or may not write any more: what they acknowledged is found
again.

SIGKILL says nothing of the disk, for the system's page cache survives the process: that is for
test_crashes.py. It says that nothing lives only in the process.
"""

import asyncio
import select
import subprocess
import sys
from pathlib import Path
from random import Random
from typing import Final

import pytest

from exchange.check import check
from exchange.codec import decode_command
from exchange.service import Exchange
from exchange.verify import verify
from tests.simulation.story import founded_venue
from tests.simulation.victim import STOPPED_BY_FAULT, UP, acknowledgement

ROOT: Final = Path(__file__).resolve().parents[2]
KILLS: Final = 24
ACKNOWLEDGED_MAX: Final = 300
"""Before the kill: it comes at a drawn one of them."""
KILLED_WHILE_STARTING_RATE: Final = 0.25
STARTING_S: Final = 0.4


def test_every_acknowledged_command_is_found_again_after_sigkill(tmp_path: Path) -> None:
    database = tmp_path / "venue.sqlite3"
    random = Random(20)
    acknowledged: list[bytes] = []
    for life in range(KILLS):
        new = killed_at_work(database, life, random)
        if new and life % 3 == 0:
            verify(database)  # what lies there may be verified before anybody starts it again
        older = random.sample(acknowledged, min(20, len(acknowledged)))
        asyncio.run(find_again(database, new + older))
        acknowledged += new
    report = verify(database)
    assert report.commands >= len(acknowledged) > KILLS


@pytest.mark.parametrize("file_bytes_max", [100_000, 400_000, 1_500_000])
def test_a_process_that_may_not_write_any_more_stops_and_lost_nothing(
    tmp_path: Path, file_bytes_max: int
) -> None:
    # The limit of the system on the size of a file makes a write fail where a full disk would.
    database = tmp_path / "venue.sqlite3"
    database.write_bytes(founded_venue())
    with start(database, 1, file_bytes_max) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == UP
        acknowledged = process.stdout.read().splitlines(keepends=True)
    assert process.returncode == STOPPED_BY_FAULT
    assert acknowledged
    asyncio.run(find_again(database, acknowledged))


def start(database: Path, *arguments: object) -> subprocess.Popen[bytes]:
    """A process to be killed."""
    command = [sys.executable, "-m", "tests.simulation.victim"]
    command += map(str, (database, *arguments))
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, bufsize=0)


def killed_at_work(database: Path, life: int, random: Random) -> list[bytes]:
    """Let a process run for a drawn while, kill it, and return what it has acknowledged."""
    with start(database, life) as process:
        assert process.stdout is not None
        lines: list[bytes] = []
        assert process.stdout.readline() == UP
        if random.random() < KILLED_WHILE_STARTING_RATE:
            select.select([process.stdout], [], [], random.random() * STARTING_S)
        else:
            for _ in range(random.randint(1, ACKNOWLEDGED_MAX)):
                lines.append(process.stdout.readline())
                assert lines[-1]
        process.kill()
        lines += process.stdout.read().splitlines(keepends=True)
    # Only the last line can be cut.
    return [line for line in lines if line.endswith(b"\n")]


async def find_again(database: Path, acknowledged: list[bytes]) -> None:
    """Open the venue: the same keys get the same answers, and every invariant holds."""
    exchange = Exchange.open(database, accepts_clock_jumps=True)
    try:
        for line in acknowledged:
            command = decode_command(bytes.fromhex(line.split()[2].decode()))
            outcome = await exchange.submit(command)
            assert outcome.replayed, line
            assert acknowledgement(command, outcome) == line
        check(exchange._sequencer.state)
    finally:
        await exchange.stop()
    verify(database)
