"""A change of what a journal gives is seen before it meets somebody's venue."""

from __future__ import annotations

import msgspec
import pytest

from exchange.codec import decode_command, decode_events
from exchange.commands import AnyCommand
from exchange.events import AnyEvent
from tests.golden.journal import FILE, FILE_BYTES_MAX, Golden, differing, executed, load


@pytest.fixture(scope="module")
def golden() -> Golden:
    return load()


def test_the_recorded_venue_gives_the_same_event_bytes_and_the_same_digest(golden: Golden) -> None:
    """Where it does not, every venue at work is refused at its next start. If that is meant, and
    said in the change, `python -m tests.golden` records it."""
    assert differing(golden, executed(golden.entries)) == []


def test_the_recorded_venue_has_some_of_what_a_market_does(golden: Golden) -> None:
    commands: set[type[AnyCommand]] = {
        type(decode_command(each.command)) for each in golden.entries
    }
    events: set[type[AnyEvent]] = {
        type(event) for each in golden.entries for event in decode_events(each.events)
    }
    assert len(commands) >= 35
    assert len(events) >= 50
    assert FILE.stat().st_size <= FILE_BYTES_MAX


def test_other_events_and_another_state_are_seen(golden: Golden) -> None:
    entries = golden.entries[:1_500]
    made = executed(entries)
    changed = [*entries]
    changed[1_200] = msgspec.structs.replace(entries[1_200], events=entries[1_201].events + b"\x00")
    recorded = Golden(entries=changed, digest=golden.digest)
    lines = differing(recorded, made)
    assert [line.partition(",")[0] for line in lines] == [
        "sequence 1201",
        "after the last command: another digest of the state",
    ]
