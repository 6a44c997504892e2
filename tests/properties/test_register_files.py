"""Register files between orders, transfers, pledges and freezes: what each row does to those after
it, held against the naive exchange after every command."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from random import Random
from typing import get_args

import pytest

from exchange.codec import decode_events
from exchange.commands import AnyCommand
from exchange.events import CommandRefused
from exchange.refusals import Refusal
from exchange.register_commands import PostRegister
from registry.posting import AnyRow
from tests.properties.exchange_pair import ExchangePair
from tests.properties.random_commands import RandomCommands
from tests.properties.random_fees import FEE_SCHEDULES
from tests.properties.small_limits import SMALL_LIMITS, shrink_limits

STEPS = 300
RUNS = 2
EXTRA_RUNS_MAX = 6  # until every row was posted and refused
REFUSED = {
    Refusal.UNKNOWN_LOT,
    Refusal.UNKNOWN_ENCUMBRANCE,
    Refusal.LOT_NOT_HELD,
    Refusal.UNITS_NOT_AVAILABLE,
    Refusal.DATES_OUT_OF_RANGE,
}


def run(seed: int) -> Counter[type | Refusal]:
    """Which rows were posted, and why files were refused."""
    draw = Random(seed)
    pair = ExchangePair(SMALL_LIMITS)
    random = RandomCommands(pair)
    seen: Counter[type | Refusal] = Counter()
    for command in random.founding(FEE_SCHEDULES[seed % len(FEE_SCHEDULES)]):
        pair.submit(command)
    kinds: tuple[Callable[[Random], AnyCommand], ...] = (
        *(random.register.command, random.place, random.claims.command),
        *(random.decide, random.advance_time, random.cancel),
    )
    for _ in range(STEPS):
        command = draw.choices(kinds, (60, 20, 10, 6, 3, 3))[0](draw)
        pair.submit(command)
        if isinstance(command, PostRegister):
            told = decode_events(pair.journal[-1][2])
            refused = [event.refusal for event in told if isinstance(event, CommandRefused)]
            seen.update(refused)
            seen.update(type(row) for row in command.rows if not refused)
    pair.restart()
    pair.replay()
    pair.look_back()
    return seen


def test_every_row_is_posted_and_refused_as_on_paper(monkeypatch: pytest.MonkeyPatch) -> None:
    shrink_limits(monkeypatch, SMALL_LIMITS)
    wanted: set[type | Refusal] = {*get_args(AnyRow), *REFUSED}
    seen: Counter[type | Refusal] = Counter()
    for seed in range(RUNS + EXTRA_RUNS_MAX):
        if seed >= RUNS and wanted <= set(seen):
            break
        seen += run(seed)
    assert wanted - set(seen) == set()
