"""The operator amends a calendar: who may, from which day on, and what follows from it.

The measure of every deadline: a venue whose calendar was amended has the same deadlines as one that
was opened with the amended calendar.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import msgspec
from hypothesis import example, given, settings
from hypothesis import strategies as st

from exchange.calendar_commands import AmendCalendar
from exchange.calendar_events import CalendarAmended
from exchange.commands import AnyCommand
from exchange.desk_events import ExceptionRaised, ExceptionResolved
from exchange.events import TransferAdvanced
from exchange.limits import CALENDAR_DAYS_CHANGED_MAX, DEADLINES_MOVED_AT_ONCE_MAX
from exchange.market_commands import SetMarketMode
from exchange.market_events import AuctionScheduled
from exchange.modes.types import CallAuctionTerms, MarketMode
from exchange.refusals import Refusal
from exchange.snapshot import decode_state, encode_state
from exchange.types import OPERATOR_ID, ExceptionKind, PartyId
from matching import Side
from registry.calendar import DAY_NS, SHANGHAI_OFFSET_NS, Calendar, DayChange, day_of_date
from registry.calendar_change import Ends, ends_of
from registry.terms import SANDBOX, TransferTerms
from registry.transfer import Overlay, TransferState
from registry.types import DayNumber, TimeNs
from tests.exchange.steps import Steps, transfer_of
from tests.exchange.venue import TERMS, Venue, kinds, the

WEEKS: Final = Calendar(
    calendar_id="WEEKS",
    zone_offset_ns=SHANGHAI_OFFSET_NS,
    day_ns=DAY_NS,
    working_weekdays=0b0011111,
    exceptions={},
    covered_until=day_of_date("2026-12-31"),
)


def moment(date: str, hour: int = 0) -> TimeNs:
    """In Asia/Shanghai."""
    return TimeNs(day_of_date(date) * DAY_NS - SHANGHAI_OFFSET_NS + hour * DAY_NS // 24)


def changes(**dates: bool | None) -> tuple[DayChange, ...]:
    """d2023_11_20=False: that Monday is off."""
    days = [(day_of_date(date[1:].replace("_", "-")), worked) for date, worked in dates.items()]
    return tuple(DayChange(day, worked) for day, worked in sorted(days))


class Days(Venue):
    """A venue whose product is traded by weeks of five working days. It opens on Wednesday
    2023-11-15 in China."""

    def __init__(
        self,
        transfer_terms: TransferTerms = SANDBOX,
        *,
        calendar: Calendar = WEEKS,
        four_eyes: bool = False,
        maturity_date: str | None = None,
    ) -> None:
        terms = msgspec.structs.replace(
            TERMS,
            transfer_terms=msgspec.structs.replace(transfer_terms, calendar_id="WEEKS"),
            maturity_date=maturity_date,
        )
        super().__init__(terms=terms, calendars=(calendar,), four_eyes=four_eyes)

    def comes(self, date: str, hour: int = 9) -> None:
        """It is this hour of the day."""
        self.waits(moment(date, hour) - self.at_ns)

    def amendment(
        self,
        days: tuple[DayChange, ...] = (),
        *,
        covered_until: str | None = None,
        by: PartyId = OPERATOR_ID,
        calendar_id: str = "WEEKS",
    ) -> AmendCalendar:
        """As the operator gives it."""
        return AmendCalendar(
            actor=by,
            key=self.key(),
            calendar_id=calendar_id,
            days=days,
            covered_until=None if covered_until is None else day_of_date(covered_until),
        )

    def sold(self) -> Steps:
        """A transfer that was matched just now."""
        before = set(self.pending())
        self.sells(100)
        self.buys(100)
        (transfer_id,) = set(self.pending()) - before
        return Steps(self, transfer_id)


def test_a_day_that_is_off_gives_every_deadline_a_day_more() -> None:
    venue = Days()
    venue.comes("2023-11-16")  # a Thursday
    transfer = transfer_of(venue, venue.sold().transfer_id)
    assert transfer.decision_ns == moment("2023-12-01")  # ten working days
    assert transfer.notice_ns == moment("2023-11-18")
    events = venue.does(venue.amendment(changes(d2023_11_17=False, d2023_11_25=True)))
    assert the(CalendarAmended, events).days == changes(d2023_11_17=False, d2023_11_25=True)
    moved = the(TransferAdvanced, events)
    assert (moved.event, moved.deadline_ns) == (None, moment("2023-12-01"))  # one off, one more
    assert transfer.decision_ns == moment("2023-12-01")
    assert transfer.notice_ns == moment("2023-11-21")  # Monday, no longer Friday
    assert moved.version == transfer.version


def test_what_no_changed_day_touches_is_not_told() -> None:
    venue = Days()
    venue.sold()
    events = venue.does(venue.amendment(changes(d2024_02_09=False)))
    assert kinds(events) == ["CalendarAmended"]


def test_a_weekday_that_is_taken_out_of_the_list_is_a_weekday_again() -> None:
    venue = Days()
    venue.does(venue.amendment(changes(d2023_11_17=False, d2023_11_20=False)))
    venue.does(venue.amendment(changes(d2023_11_20=None)))
    assert venue.state.calendars["WEEKS"].exceptions == {day_of_date("2023-11-17"): False}


def test_who_amends_what_and_from_when_on() -> None:
    venue = Days()
    one = changes(d2023_11_17=False)
    venue.comes("2023-11-16")
    for by in (venue.trust_company, venue.seller):
        assert venue.refuses(venue.amendment(one, by=by)) is Refusal.NOT_PERMITTED
    assert venue.refuses(venue.amendment(one, calendar_id="NONE")) is Refusal.UNKNOWN_CALENDAR
    monday = day_of_date("2023-11-20")
    many = range(monday, monday + CALENDAR_DAYS_CHANGED_MAX + 1)
    for days in (
        (),
        one + one,
        changes(d2023_11_20=False)[::-1] + one,
        changes(d2027_01_01=False),  # past what is covered
        tuple(DayChange(DayNumber(day), is_worked=False) for day in many),
    ):
        assert venue.refuses(venue.amendment(days)) is Refusal.CALENDAR_OUT_OF_RANGE
    shorter = venue.amendment(covered_until="2026-12-30")
    assert venue.refuses(shorter) is Refusal.CALENDAR_OUT_OF_RANGE
    for today_or_before in (
        changes(d2023_11_16=False),
        changes(d2023_11_15=False, d2023_12_01=True),
    ):
        assert venue.refuses(venue.amendment(today_or_before)) is Refusal.CALENDAR_DAY_PAST
    venue.does(venue.amendment(one))
    venue.does(venue.amendment(changes(d2027_01_01=False), covered_until="2027-12-31"))


def test_under_four_eyes_an_amendment_is_an_act() -> None:
    venue = Days(four_eyes=True)
    alone = venue.amendment(changes(d2023_11_17=False))
    assert venue.refuses(alone) is Refusal.FOUR_EYES_REQUIRED
    proposal = venue.proposes(venue.amendment(changes(d2023_11_17=False)))
    open_one = venue.proposes(venue.amendment(changes(d2023_12_29=False)))
    lapses_ns = venue.state.desk.proposals[open_one].lapses_ns
    assert lapses_ns == moment("2023-11-23")  # five working days
    events = venue.does(venue.approval(proposal))
    assert the(CalendarAmended, events).calendar_id == "WEEKS"
    assert venue.state.desk.proposals[open_one].lapses_ns == moment("2023-11-24")
    # What was proposed of tomorrow is refused when tomorrow has come.
    stale = venue.proposes(venue.amendment(changes(d2023_11_16=False)))
    venue.comes("2023-11-16")
    assert venue.refuses(venue.approval(stale)) is Refusal.CALENDAR_DAY_PAST


def test_more_transfers_than_one_command_moves_are_moved_before_anything_else() -> None:
    venue = Days()
    count = DEADLINES_MOVED_AT_ONCE_MAX + 5
    venue.sells(100 * count)
    venue.does_all(venue.order(venue.buyer, Side.BUY, 100) for _ in range(count))
    events = venue.does(venue.amendment(changes(d2023_11_20=False)))
    assert kinds(events).count("TransferAdvanced") == DEADLINES_MOVED_AT_ONCE_MAX
    assert venue.state.next_due_ns() == 0
    again = decode_state(encode_state(venue.state))
    assert list(again.days.waiting) == list(venue.state.days.waiting)
    assert again.days.change == venue.state.days.change
    events = venue.waits(1)
    assert kinds(events).count("TransferAdvanced") == 5
    deadlines = {each.decision_ns for each in venue.state.register.transfers.values()}
    assert deadlines == {moment("2023-12-01")}
    assert not venue.state.days.waiting


def test_an_auction_comes_on_the_next_day_of_trade() -> None:
    venue = Days()
    terms = CallAuctionTerms(uncross_minutes=(570,), window_minutes=0)
    mode = MarketMode.CALL_AUCTION
    venue.does(
        SetMarketMode(
            actor=OPERATOR_ID, key=venue.key(), product_id=venue.product_id, mode=mode, terms=terms
        )
    )
    auction = venue.state.products[venue.product_id].auction
    assert auction is not None
    assert auction.opens_ns == moment("2023-11-15") + 570 * 60 * 10**9
    venue.comes("2023-11-16", 12)  # of which two have taken place
    assert auction.opens_ns == moment("2023-11-17") + 570 * 60 * 10**9
    events = venue.does(venue.amendment(changes(d2023_11_17=False, d2023_11_18=True)))
    # The Saturday that is worked for the Friday has no trade.
    assert the(AuctionScheduled, events).opens_ns == moment("2023-11-20") + 570 * 60 * 10**9
    assert auction.opens_ns == moment("2023-11-20") + 570 * 60 * 10**9


def test_the_plans_end_comes_sooner_but_never_today() -> None:
    venue = Days(maturity_date="2023-11-24")
    venue.comes("2023-11-16")
    transfer = transfer_of(venue, venue.sold().transfer_id)
    assert transfer.mature_ns == moment("2023-11-21")
    venue.does(venue.amendment(changes(d2023_11_22=False)))
    assert transfer.mature_ns == moment("2023-11-20")
    venue.does(venue.amendment(changes(d2023_11_17=False, d2023_11_20=False, d2023_11_21=False)))
    assert venue.state.clocks[venue.product_id].mature_ns == moment("2023-11-15")
    assert transfer.mature_ns == moment("2023-11-17")


def test_the_operator_is_warned_sixty_days_before_the_days_are_known_no_more() -> None:
    ends = msgspec.structs.replace(WEEKS, covered_until=day_of_date("2024-01-15"))
    venue = Days(calendar=ends)
    venue.comes("2023-11-16")
    assert not venue.state.desk.exceptions
    venue.comes("2023-11-17", 0)
    (exception,) = venue.state.desk.exceptions.values()
    assert (exception.kind, exception.trust_company_id) == (ExceptionKind.CALENDAR_ENDS, None)
    number = sorted(venue.state.calendars).index("WEEKS") + 1
    assert exception.subject_id == number
    assert "ExceptionRaised" not in kinds(venue.waits(DAY_NS))  # once
    events = venue.does(venue.amendment(covered_until="2024-01-16"))
    assert the(ExceptionResolved, events).subject_id == number
    assert the(ExceptionRaised, venue.waits(1)).times == 1  # still soon
    venue.does(venue.amendment(covered_until="2024-12-31"))
    assert "ExceptionRaised" not in kinds(venue.waits(1))
    assert not venue.state.desk.exceptions


# The measure of every deadline.

STEPPED: Final = msgspec.structs.replace(
    SANDBOX,
    agreement=True,
    deposit_bps=1_000,
    registration=True,
    cooling_off_hours=48,
    cut_off_minute=960,
)


def play(on: Steps, script: list[str]) -> None:
    """Let these things happen to the transfer while it is there; what may not be is left out."""
    venue = on.venue
    said: dict[str, Callable[[PartyId], AnyCommand]] = {
        "sign": on.sign,
        "fund": lambda _by: on.fund(),
        "return": lambda _by: on.send_back(),
        "resubmit": on.resubmit,
        "hold": lambda _by: on.hold(),
        "let go": lambda _by: on.let_go(),
        "a corporate event": lambda _by: on.hold(Overlay.CORPORATE_EVENT),
        "confirm": lambda _by: venue.confirmation(on.transfer_id, version=on.version),
    }
    for word in script:
        if word == "a day":
            venue.waits(DAY_NS)
        for by in (venue.seller, venue.buyer) if word in said else ():
            if venue.state.transfer(on.transfer_id) is not None:
                venue.submit(said[word](by))


WORDS: Final = ("sign", "fund", "return", "resubmit", "hold", "let go", "a corporate event")
SUBMITTED: Final = ["sign", "a day", "a day", "fund"]
"""On a Friday."""
WAYS: Final[tuple[list[str], ...]] = (
    [],
    ["sign"],
    SUBMITTED,
    [*SUBMITTED, "return", "a day"],
    [*SUBMITTED, "hold", "a day"],
    [*SUBMITTED, "a corporate event"],
    [*SUBMITTED, "confirm"],
    [*SUBMITTED, "a day", "confirm"],
)
"""To states of a transfer that a random script seldom reaches."""
scripts = st.lists(st.sampled_from(["a day"] * 4 + [*WORDS, "confirm"]), max_size=8)


@settings(deadline=None)
@given(
    way=st.sampled_from(WAYS),
    before=scripts,
    after=scripts,
    changed=st.dictionaries(st.integers(1, 30), st.booleans(), min_size=1, max_size=12),
    stepped=st.booleans(),
)
@example(way=["sign"], before=[], after=[], changed={1: False}, stepped=True)
@example(way=WAYS[3], before=[], after=["resubmit"], changed={3: False}, stepped=True)
@example(way=WAYS[4], before=["a day"] * 2, after=["let go"], changed={1: False}, stepped=True)
@example(way=WAYS[6], before=[], after=[], changed={3: False}, stepped=True)
@example(way=WAYS[7], before=[], after=["a day"] * 3, changed={2: False}, stepped=True)
@example(way=["confirm"], before=[], after=["a day"], changed={1: False}, stepped=False)
def test_deadlines_are_those_of_a_calendar_that_always_said_so(
    way: list[str], before: list[str], after: list[str], changed: dict[int, bool], *, stepped: bool
) -> None:
    terms = STEPPED if stepped else SANDBOX
    amended = Days(terms, maturity_date="2023-12-29")
    on = amended.sold()
    play(on, way + before)
    today = WEEKS.day_of(amended.at_ns)
    days = tuple(DayChange(DayNumber(today + day), changed[day]) for day in sorted(changed))
    amended.does(amended.amendment(days))
    always = WEEKS.amended(days, covered_until=None)
    knowing = Days(terms, calendar=always, maturity_date="2023-12-29")
    same = knowing.sold()
    assert same.transfer_id == on.transfer_id
    play(same, way + before)
    assert deadlines(amended) == deadlines(knowing)
    play(on, after)
    play(same, after)
    assert deadlines(amended) == deadlines(knowing)


def deadlines(venue: Venue) -> list[tuple[TransferState, Ends]]:
    """Of all transfers that are open or not registered."""
    register = venue.state.register
    known = {**register.transfers, **register.unregistered}
    return [(known[key].state, ends_of(known[key])) for key in sorted(known)]
