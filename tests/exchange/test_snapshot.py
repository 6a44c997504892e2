"""The whole state as bytes and back: equal states give equal bytes, and nothing is lost."""

from __future__ import annotations

from random import Random

import msgspec
import pytest

from exchange.check import check
from exchange.codec import decode_command, encode_events
from exchange.engine import apply
from exchange.snapshot import SNAPSHOT_VERSION, decode_state, digest, encode_state
from exchange.state import State
from exchange.store.rows import take_rows
from exchange.types import Sequence
from registry.types import TimeNs
from tests.exchange.desk import Desk
from tests.simulation.traffic import DAY_NS, SECOND_NS, START_NS, Traffic


def busy_desk(*, commands: int, seed: int = 1) -> Desk:
    """A desk after so many drawn commands."""
    desk = Desk()
    traffic = Traffic(Random(seed))
    for _ in range(commands):
        desk.clock.shows_ns += SECOND_NS
        desk.give(traffic.draw(desk.sequencer.state))
    return desk


@pytest.mark.parametrize("commands", [0, 1, 10, 100, 400])
def test_a_state_survives_its_bytes(commands: int) -> None:
    state = busy_desk(commands=commands).sequencer.state
    restored = decode_state(encode_state(state))
    check(restored)
    assert encode_state(restored) == encode_state(state)
    assert digest(restored) == digest(state)
    assert restored.next_due_ns() == state.next_due_ns()


def test_an_empty_state_survives_its_bytes() -> None:
    assert encode_state(decode_state(encode_state(State()))) == encode_state(State())


def test_a_restored_state_counts_as_written() -> None:
    state = busy_desk(commands=100).sequencer.state
    assert not any(take_rows(decode_state(encode_state(state))).values())


@pytest.mark.parametrize("seed", range(5))
def test_a_restored_state_goes_on_like_the_one_it_was_made_of(seed: int) -> None:
    desk = busy_desk(commands=120, seed=seed)
    restored = decode_state(encode_state(desk.sequencer.state))
    known = len(desk.journal)
    traffic = Traffic(Random(seed), key_prefix="later")
    for _ in range(120):
        desk.clock.shows_ns += SECOND_NS
        desk.give(traffic.draw(desk.sequencer.state))
    for row in desk.journal[known:]:
        command = decode_command(row.command)
        events = apply(restored, command, sequence=row.sequence, at_ns=row.at_ns)
        assert encode_events(events) == row.events, command
    check(restored)
    assert encode_state(restored) == encode_state(desk.sequencer.state)


def test_the_bytes_do_not_depend_on_how_the_state_came_to_be() -> None:
    desk = busy_desk(commands=150)
    replayed, restored_on_the_way = State(), State()
    for row in desk.journal:
        command = decode_command(row.command)
        apply(replayed, command, sequence=row.sequence, at_ns=row.at_ns)
        apply(restored_on_the_way, command, sequence=row.sequence, at_ns=row.at_ns)
        if row.sequence % 10 == 0:
            restored_on_the_way = decode_state(encode_state(restored_on_the_way))
    assert encode_state(replayed) == encode_state(desk.sequencer.state)
    assert encode_state(restored_on_the_way) == encode_state(desk.sequencer.state)


def test_states_that_differ_have_other_digests() -> None:
    desk = busy_desk(commands=60)
    digests = {digest(desk.sequencer.state)}
    state = decode_state(encode_state(desk.sequencer.state))
    state.at_ns = TimeNs(START_NS + DAY_NS)
    digests.add(digest(state))
    state.sequence = Sequence(state.sequence + 1)
    digests.add(digest(state))
    next(iter(state.cash.accounts.values())).available += 1
    digests.add(digest(state))
    assert len(digests) == 4


def test_a_snapshot_of_another_version_is_refused() -> None:
    image = msgspec.msgpack.decode(encode_state(State()))
    assert image[0] == SNAPSHOT_VERSION
    image[0] += 1
    with pytest.raises(ValueError, match="version"):
        decode_state(msgspec.msgpack.encode(image))


@pytest.mark.parametrize("data", [b"", b"\xc0", b"\x90", encode_state(State())[:-1], b"text"])
def test_bytes_that_are_no_snapshot_are_refused(data: bytes) -> None:
    with pytest.raises(msgspec.MsgspecError):
        decode_state(data)
