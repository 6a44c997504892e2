"""Time for the journal: monotone, and not believed when it jumps."""

import pytest

from exchange.clock import SystemClock, Timekeeper
from exchange.limits import CLOCK_JUMP_MAX_NS, DOWNTIME_MAX_NS
from registry.types import TimeNs
from tests.exchange.desk import HandClock
from tests.simulation.traffic import DAY_NS, MINUTE_NS, SECOND_NS, START_NS


def keeper(clock: HandClock, journaled_ns: int = 0) -> Timekeeper:
    return Timekeeper(clock, journaled_ns=TimeNs(journaled_ns))


def test_time_goes_with_the_clock_and_never_back() -> None:
    clock = HandClock()
    time = keeper(clock)
    readings = []
    for shown in (0, 1, 5, 3, -MINUTE_NS, 4, 5, 6):
        clock.shows_ns = START_NS + shown
        readings.append(time.read() - START_NS)
    assert readings == [0, 1, 5, 5, 5, 5, 5, 5]  # the way back to 4 was a jump of a minute
    assert time.waits
    time.accept()
    assert time.read() == START_NS + 6


def test_a_clock_that_was_set_back_is_caught_up_with_in_small_steps() -> None:
    clock = HandClock()
    time = keeper(clock)
    clock.shows_ns -= MINUTE_NS
    for _ in range(59):
        clock.shows_ns += SECOND_NS
        assert time.read() == START_NS
    clock.shows_ns += 2 * SECOND_NS
    assert time.read() == START_NS + SECOND_NS
    assert not time.waits


@pytest.mark.parametrize(("jump_ns", "waits"), [(0, False), (1, True)])
def test_a_jump_of_more_than_a_minute_waits_for_the_operator(jump_ns: int, waits: bool) -> None:
    clock = HandClock()
    time = keeper(clock)
    clock.shows_ns += CLOCK_JUMP_MAX_NS + jump_ns
    read_ns = time.read()
    assert time.waits is waits
    assert read_ns == (START_NS if waits else START_NS + CLOCK_JUMP_MAX_NS)


def test_time_stands_still_until_the_jump_is_accepted() -> None:
    clock = HandClock()
    time = keeper(clock)
    clock.shows_ns += SECOND_NS
    time.read()
    clock.shows_ns += DAY_NS
    for _ in range(100):
        clock.shows_ns += SECOND_NS
        assert time.read() == START_NS + SECOND_NS
    assert time.take_gap() is None
    time.accept()
    assert not time.waits
    assert time.take_gap() == START_NS + SECOND_NS
    assert time.take_gap() is None
    assert time.read() == clock.shows_ns


def test_there_is_nothing_to_accept_when_the_clock_did_not_jump() -> None:
    time = keeper(HandClock())
    time.accept()
    assert time.take_gap() is None


def test_a_second_jump_after_the_first_was_accepted_waits_again() -> None:
    clock = HandClock()
    time = keeper(clock)
    clock.shows_ns += DAY_NS
    time.read()
    time.accept()
    clock.shows_ns += DAY_NS
    assert time.read() == START_NS
    assert time.waits
    time.accept()
    assert time.read() == START_NS + 2 * DAY_NS
    assert time.take_gap() == START_NS


def test_a_restart_states_its_downtime_once() -> None:
    clock = HandClock(START_NS + DAY_NS)
    time = keeper(clock, journaled_ns=START_NS)
    assert time.read() == START_NS + DAY_NS
    assert not time.waits
    assert time.take_gap() == START_NS
    assert time.take_gap() is None


def test_a_new_venue_was_never_down() -> None:
    assert keeper(HandClock()).take_gap() is None


def test_after_a_restart_time_is_not_before_what_is_journaled() -> None:
    clock = HandClock(START_NS - DAY_NS)
    time = keeper(clock, journaled_ns=START_NS)
    assert time.read() == START_NS
    clock.shows_ns += SECOND_NS
    assert time.read() == START_NS


def test_the_system_clock_shows_nanoseconds_since_1970() -> None:
    first, second = SystemClock().now_ns(), SystemClock().now_ns()
    assert 1_700_000_000 * SECOND_NS < first <= second < 10**10 * SECOND_NS


@pytest.mark.parametrize(("later_ns", "waits"), [(0, False), (1, True)])
def test_a_start_long_after_the_last_command_waits_for_the_operator(
    later_ns: int, waits: bool
) -> None:
    clock = HandClock(START_NS + DOWNTIME_MAX_NS + later_ns)
    time = keeper(clock, START_NS)
    assert time.waits is waits
    assert time.read() == (START_NS if waits else clock.shows_ns)
    assert time.take_gap() == (None if waits else START_NS)
    if waits:
        time.accept()
        assert time.take_gap() == START_NS
        assert time.read() == clock.shows_ns


def test_a_clock_that_is_behind_what_was_journaled_is_noticed() -> None:
    clock = HandClock()
    time = keeper(clock, START_NS + CLOCK_JUMP_MAX_NS + 1)
    assert time.is_behind
    clock.shows_ns += 1
    assert time.read() == START_NS + CLOCK_JUMP_MAX_NS + 1
    assert not time.is_behind
