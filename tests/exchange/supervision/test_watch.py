"""The watch says the same whether or not it was stopped, and what it remembers is bounded."""

from __future__ import annotations

from typing import Final

import msgspec
import pytest

from benchmarks.supervision import TUNING_SEEDS, watch
from benchmarks.watched_days import Plan, WatchedDays
from exchange.supervision.alerts import MEASURES, Alert, AlertKind
from exchange.supervision.known import Known, Moment
from exchange.supervision.watch import Memory, Watch
from exchange.types import Sequence
from registry.types import TimeNs
from tests.exchange.supervision.happenings import AN, BAI, CAO, WAN, Happenings

SHORT: Final = Plan(days=26, deals_per_day=12, plants=3)


@pytest.fixture(scope="module")
def days() -> WatchedDays:
    return WatchedDays(TUNING_SEEDS[0], SHORT)


def test_a_watch_that_was_stopped_goes_on_as_if_it_had_not_been(days: WatchedDays) -> None:
    past = days.market.past
    whole = watch(past)
    alerts: list[Alert] = []
    memory: bytes | None = None
    for begin in range(0, len(past), 97):
        part = Watch(memory=memory)
        for at, events in past[begin : begin + 97]:
            alerts += part.observe(events, at)
        memory = part.memory
    assert alerts == whole
    assert {alert.kind for alert in whole} == set(AlertKind)


def test_found_again_an_alert_has_the_same_digest_and_no_other_one_has(days: WatchedDays) -> None:
    first, again = watch(days.market.past), watch(days.market.past)
    digests = [alert.digest() for alert in first]
    assert digests == [alert.digest() for alert in again]
    assert len(set(digests)) == len(digests)


def test_an_alert_is_kept_as_bytes(days: WatchedDays) -> None:
    for alert in watch(days.market.past):
        assert msgspec.msgpack.decode(msgspec.msgpack.encode(alert), type=Alert) == alert
        assert alert.kind in MEASURES


def test_bytes_that_are_no_memory_are_refused() -> None:
    with pytest.raises(msgspec.MsgspecError):
        Watch(memory=b"\xc0")
    assert Watch(memory=msgspec.msgpack.encode(Memory())).observe((), _anywhere()) == []


def test_what_has_ended_is_forgotten() -> None:
    happenings = Happenings()
    opened, _ = happenings.opens(AN, BAI, WAN)
    happenings.settles(opened)
    rejected, _ = happenings.opens(AN, CAO, WAN)
    happenings.fails(rejected)
    known = msgspec.msgpack.decode(happenings.watch.memory, type=Memory).known
    assert known.considerations == {}
    assert known != Known()


def _anywhere() -> Moment:
    return Moment(Sequence(1), TimeNs(0))
