"""Opening the venue: what comes before everything else, and on which fees."""

from dataclasses import dataclass

import pytest
from msgspec import structs

from exchange.commands import AnyCommand, OpenVenue, RegisterParty
from exchange.engine import apply
from exchange.events import AnyEvent, CommandRefused, VenueOpened
from exchange.fees import DEFAULT_FEE_SCHEDULE, FeeLine, FeeSchedule
from exchange.limits import FEE_MAX
from exchange.refusals import Refusal
from exchange.state import State
from exchange.types import OPERATOR_ID, Fen, PartyKind, Sequence, VenueProfile
from registry.calendar import Calendar
from registry.types import TimeNs
from tests.exchange.deadlines import calendar

NOTHING = FeeLine(0, Fen(0), Fen(0))


@dataclass
class Unopened:
    """A state that commands are given to, one after the other."""

    state: State

    def gives(self, command: AnyCommand) -> AnyEvent:
        """The one event that the command causes."""
        sequence = Sequence(self.state.sequence + 1)
        (event,) = apply(self.state, command, sequence=sequence, at_ns=TimeNs(1))
        return event


def opening(
    schedule: FeeSchedule, key: str = "open", calendars: tuple[Calendar, ...] = ()
) -> OpenVenue:
    """The command that opens a venue on this schedule, with these calendars."""
    return OpenVenue(
        actor=OPERATOR_ID,
        key=key,
        profile=VenueProfile.SANDBOX,
        fee_schedule=schedule,
        calendars=calendars,
    )


def schedule_with(line: FeeLine) -> FeeSchedule:
    """A schedule on which everything is free but one line."""
    return FeeSchedule(
        venue_buyer=NOTHING,
        venue_seller=NOTHING,
        trust_company_buyer=NOTHING,
        trust_company_seller=line,
    )


def test_nobody_acts_before_the_venue_is_open_and_the_operator_stays_party_one() -> None:
    venue = Unopened(State())
    early = RegisterParty(actor=OPERATOR_ID, key="early", kind=PartyKind.INSTITUTION)
    assert venue.gives(early) == CommandRefused(refusal=Refusal.NOT_PERMITTED)
    opened = venue.gives(opening(DEFAULT_FEE_SCHEDULE))
    assert isinstance(opened, VenueOpened)
    assert opened.operator_id == OPERATOR_ID


@pytest.mark.parametrize(
    ("line", "accepted"),
    [
        (FeeLine(0, Fen(0), Fen(0)), True),
        (FeeLine(10_000, FEE_MAX, FEE_MAX), True),
        (FeeLine(-1, Fen(0), Fen(1)), False),
        (FeeLine(10_001, Fen(0), Fen(1)), False),
        (FeeLine(1, Fen(-1), Fen(1)), False),
        (FeeLine(1, Fen(2), Fen(1)), False),
        (FeeLine(1, Fen(0), Fen(FEE_MAX + 1)), False),
    ],
)
def test_a_fee_never_falls_with_the_amount_and_has_a_bound(line: FeeLine, accepted: bool) -> None:
    event = Unopened(State()).gives(opening(schedule_with(line)))
    assert isinstance(event, VenueOpened) is accepted
    if not accepted:
        assert event == CommandRefused(refusal=Refusal.TERMS_OUT_OF_RANGE)


DAYS = calendar("DAYS", day_ns=86_400 * 10**9)


@pytest.mark.parametrize(
    ("calendars", "accepted"),
    [
        ((), True),
        ((DAYS, calendar("SECONDS", day_ns=10**9)), True),
        (tuple(calendar(f"C{number}", day_ns=1) for number in range(16)), True),
        (tuple(calendar(f"C{number}", day_ns=1) for number in range(17)), False),
        ((DAYS, DAYS), False),
        ((structs.replace(DAYS, working_weekdays=0),), False),
    ],
)
def test_a_venue_opens_with_calendars_that_have_a_name_each_and_working_days(
    calendars: tuple[Calendar, ...], accepted: bool
) -> None:
    state = State()
    event = Unopened(state).gives(opening(DEFAULT_FEE_SCHEDULE, calendars=calendars))
    if accepted:
        assert isinstance(event, VenueOpened)
        assert tuple(state.calendars.values()) == event.calendars == calendars
    else:
        assert event == CommandRefused(refusal=Refusal.CALENDAR_OUT_OF_RANGE)
        assert not state.calendars
