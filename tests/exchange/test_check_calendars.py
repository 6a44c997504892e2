"""What the invariant of calendars would notice."""

from __future__ import annotations

from collections.abc import Callable

import msgspec
import pytest

from exchange.calendar_check import check_calendars
from registry.calendar_change import CalendarChange
from registry.types import TransferId
from tests.exchange.test_calendars import WEEKS, Days
from tests.exchange.venue import NOWHERE


def _waits_for_no_amendment(venue: Days) -> None:
    venue.state.days.waiting.append(venue.sold().transfer_id)


def _waits_and_is_not_there(venue: Days) -> None:
    venue.state.days.change = CalendarChange(WEEKS, WEEKS, venue.at_ns)
    venue.state.days.waiting.append(TransferId(NOWHERE))


def _warned_of_nothing(venue: Days) -> None:
    venue.state.days.warned.add("NONE")


def _clocks_of_another_calendar(venue: Days) -> None:
    venue.state.clocks[venue.product_id].calendar = msgspec.structs.replace(WEEKS)


def _under_another_name(venue: Days) -> None:
    venue.state.calendars["OTHER"] = WEEKS


def _without_working_days(venue: Days) -> None:
    never = msgspec.structs.replace(WEEKS, calendar_id="NEVER", working_weekdays=0)
    venue.state.calendars["NEVER"] = never


@pytest.mark.parametrize(
    "breaks",
    [
        _waits_for_no_amendment,
        _waits_and_is_not_there,
        _warned_of_nothing,
        _clocks_of_another_calendar,
        _under_another_name,
        _without_working_days,
    ],
)
def test_calendars_that_are_not_what_is_reckoned_by(breaks: Callable[[Days], None]) -> None:
    venue = Days()
    check_calendars(venue.state)
    breaks(venue)
    with pytest.raises(AssertionError):
        check_calendars(venue.state)
