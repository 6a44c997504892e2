"""The golden journal: the first commands of a demo's venue, the events that they caused, and the
digest of the state after them, in one compressed file.

The commands stay; the events and the digest are those of the version that last said so by
`python -m tests.golden`.
"""

from __future__ import annotations

import lzma
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

import msgspec

from exchange.codec import decode_command, encode_events
from exchange.engine import apply
from exchange.snapshot import digest
from exchange.state import State
from exchange.types import Sequence
from registry.types import TimeNs

FILE: Final = Path(__file__).parent / "demo.journal.xz"
FILE_BYTES_MAX: Final = 300_000
COMMANDS_MAX: Final = 4_000
"""Of a demo's first minute: the set-up, and some of everything that its people do."""
PRESET: Final = 9 | lzma.PRESET_EXTREME


class Entry(msgspec.Struct, frozen=True, array_like=True):
    """A row of a journal; its sequence is its place, from 1 on."""

    at_ns: TimeNs
    command: bytes
    events: bytes


class Golden(msgspec.Struct, frozen=True, array_like=True):
    """What was recorded."""

    entries: list[Entry]
    digest: bytes
    """Of the state after the last."""


def load() -> Golden:
    """What the file says."""
    return msgspec.msgpack.decode(lzma.decompress(FILE.read_bytes()), type=Golden)


def save(golden: Golden) -> None:
    """Write the file anew. The same gives the same bytes."""
    content = lzma.compress(msgspec.msgpack.encode(golden), preset=PRESET)
    assert len(content) <= FILE_BYTES_MAX, len(content)
    FILE.write_bytes(content)


def executed(entries: Iterable[Entry]) -> Golden:
    """What this version makes of the commands."""
    state = State()
    made = list(_executed(state, entries))
    return Golden(entries=made, digest=digest(state))


def _executed(state: State, entries: Iterable[Entry]) -> Iterator[Entry]:
    for sequence, entry in enumerate(entries, start=1):
        events = apply(
            state, decode_command(entry.command), sequence=Sequence(sequence), at_ns=entry.at_ns
        )
        yield Entry(at_ns=entry.at_ns, command=entry.command, events=encode_events(events))


def differing(recorded: Golden, made: Golden) -> list[str]:
    """One line for each command whose events are others, and for the digest if it is."""
    lines = [
        f"sequence {sequence}, {type(decode_command(before.command)).__name__}: other events"
        for sequence, (before, after) in enumerate(
            zip(recorded.entries, made.entries, strict=True), start=1
        )
        if before.events != after.events
    ]
    if recorded.digest != made.digest:
        lines.append("after the last command: another digest of the state")
    return lines
