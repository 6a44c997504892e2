"""A change of market mode is announced where the venue's licence asks for notice. VEN-02."""

from __future__ import annotations

import msgspec
import pytest

from exchange.codec import encode_coming
from exchange.market_commands import CallOffMarketMode, SetMarketMode
from exchange.market_events import (
    MarketModeAnnounced,
    MarketModeCalledOff,
    MarketModeLapsed,
    MarketModeSet,
)
from exchange.modes.types import CallAuctionTerms, MarketMode
from exchange.refusals import Refusal
from exchange.register_commands import CloseProduct, SuspendProduct
from exchange.snapshot import decode_state, digest, encode_state
from exchange.store.rows import take_rows
from exchange.types import OPERATOR_ID, VenueProfile
from registry.calendar import day_of_date
from registry.types import DayNumber, ProductId
from tests.exchange.test_calendars import Days, moment
from tests.exchange.venue import the

NOON = CallAuctionTerms(uncross_minutes=(720,), window_minutes=0)
THURSDAY, FRIDAY, SATURDAY, MONDAY = "2023-11-16", "2023-11-17", "2023-11-18", "2023-11-20"
"""The venue begins on the Wednesday before."""


class China(Days):
    """An approved venue in China, with a product in CONTINUOUS."""

    def __init__(self, *, four_eyes: bool = False) -> None:
        super().__init__(four_eyes=four_eyes)
        self.state.profile = VenueProfile.CN_VENUE_LICENSED
        self.state.approval_ref = "金监 1"

    def change(self, date: str | None, mode: MarketMode = MarketMode.CALL_AUCTION) -> SetMarketMode:
        """The operator's wish that deals are made in this mode from the day on."""
        return SetMarketMode(
            actor=OPERATOR_ID,
            key=self.key(),
            product_id=self.product_id,
            mode=mode,
            terms=NOON if mode is MarketMode.CALL_AUCTION else None,
            effective_on=None if date is None else DayNumber(day_of_date(date)),
        )

    def calling_off(
        self, date: str, mode: MarketMode = MarketMode.CALL_AUCTION
    ) -> CallOffMarketMode:
        """The operator's wish that this does not come."""
        return CallOffMarketMode(
            actor=OPERATOR_ID,
            key=self.key(),
            product_id=self.product_id,
            mode=mode,
            effective_on=DayNumber(day_of_date(date)),
        )

    def mode(self) -> MarketMode:
        return self.state.products[self.product_id].mode


def test_a_mode_that_was_announced_comes_when_its_day_begins() -> None:
    venue = China()
    (told,) = venue.does(venue.change(THURSDAY))
    assert isinstance(told, MarketModeAnnounced)
    assert (told.coming.mode, told.coming.terms) == (MarketMode.CALL_AUCTION, NOON)
    assert told.coming.effective_ns == moment(THURSDAY, 0)

    venue.waits(moment(THURSDAY, 0) - venue.at_ns - 1)
    assert venue.mode() is MarketMode.CONTINUOUS
    came = the(MarketModeSet, venue.waits(1))
    assert (came.mode, came.terms, came.version) == (MarketMode.CALL_AUCTION, NOON, 1)
    assert venue.mode() is MarketMode.CALL_AUCTION
    assert venue.state.products[venue.product_id].auction is not None
    assert venue.state.coming_modes.next_due_ns() is None


def test_what_is_open_when_the_day_begins_stays_and_the_change_lapses() -> None:
    venue = China()
    venue.does(venue.change(THURSDAY))
    order_id = venue.sells(10)
    lapsed = the(MarketModeLapsed, venue.waits(moment(THURSDAY, 0) - venue.at_ns))
    assert lapsed == MarketModeLapsed(
        product_id=venue.product_id,
        mode=MarketMode.CALL_AUCTION,
        refusal=Refusal.MARKET_NOT_EMPTY,
    )
    assert venue.mode() is MarketMode.CONTINUOUS
    assert venue.state.orders[order_id].open_quantity == 10
    assert venue.state.coming_modes.next_due_ns() is None


def test_a_product_that_was_closed_meanwhile_keeps_its_mode() -> None:
    venue = China()
    venue.does(venue.change(THURSDAY))
    for kind in (SuspendProduct, CloseProduct):
        venue.does(kind(actor=OPERATOR_ID, key=venue.key(), product_id=venue.product_id))
    lapsed = the(MarketModeLapsed, venue.waits(moment(THURSDAY, 0) - venue.at_ns))
    assert lapsed.refusal is Refusal.PRODUCT_NOT_IN_STATE


def test_the_second_announcement_counts_and_the_first_does_not() -> None:
    venue = China()
    venue.does(venue.change(THURSDAY))
    venue.does(venue.change(FRIDAY, MarketMode.RFQ))
    venue.waits(moment(THURSDAY, 12) - venue.at_ns)
    assert venue.mode() is MarketMode.CONTINUOUS
    venue.waits(moment(FRIDAY, 0) - venue.at_ns)
    assert venue.mode() is MarketMode.RFQ


@pytest.mark.parametrize(
    ("today", "date", "is_announced"),
    [
        ("2023-11-15", None, False),
        ("2023-11-15", "2023-11-14", False),
        ("2023-11-15", "2023-11-15", False),
        ("2023-11-15", THURSDAY, True),
        (FRIDAY, SATURDAY, False),
        (FRIDAY, "2023-11-19", False),
        (FRIDAY, MONDAY, True),
        ("2023-11-15", "2024-01-14", True),
        ("2023-11-15", "2024-01-15", False),
    ],
)
def test_a_working_day_lies_before_the_change_and_no_more_than_sixty_days(
    today: str, date: str | None, is_announced: bool
) -> None:
    venue = China()
    venue.comes(today, 14)
    change = venue.change(date)
    if is_announced:
        the(MarketModeAnnounced, venue.does(change))
    else:
        assert venue.refuses(change) is Refusal.MODE_DAY_OUT_OF_RANGE


@pytest.mark.parametrize("profile", [VenueProfile.SANDBOX, VenueProfile.JP_PTS])
def test_where_no_notice_is_asked_for_no_day_is_named(profile: VenueProfile) -> None:
    venue = China()
    venue.state.profile = profile
    assert venue.refuses(venue.change(THURSDAY)) is Refusal.MODE_DAY_OUT_OF_RANGE
    the(MarketModeSet, venue.does(venue.change(None)))


def test_what_two_persons_agree_to_too_late_is_not_announced() -> None:
    venue = China(four_eyes=True)
    proposal = venue.proposes(venue.change(THURSDAY))
    venue.comes(THURSDAY)
    assert venue.refuses(venue.approval(proposal)) is Refusal.MODE_DAY_OUT_OF_RANGE


def test_a_snapshot_and_the_product_s_row_keep_what_was_announced() -> None:
    venue = China()
    venue.does(venue.change(THURSDAY))
    coming = venue.state.coming_modes.by_product[venue.product_id]
    (row,) = take_rows(venue.state)["products"]
    assert row[-1] == encode_coming(coming)

    again = decode_state(encode_state(venue.state))
    assert digest(again) == digest(venue.state)
    assert again.coming_modes.by_product == {venue.product_id: coming}
    venue.state = again
    venue.waits(moment(THURSDAY, 0) - venue.at_ns)
    assert venue.mode() is MarketMode.CALL_AUCTION
    (row,) = take_rows(venue.state)["products"]
    assert row[-1] is None


def test_what_was_announced_is_called_off_before_its_day_and_does_not_come() -> None:
    venue = China()
    venue.does(venue.change(THURSDAY))
    (told,) = venue.does(venue.calling_off(THURSDAY))
    assert told == MarketModeCalledOff(
        product_id=venue.product_id,
        mode=MarketMode.CALL_AUCTION,
        effective_on=DayNumber(day_of_date(THURSDAY)),
    )
    (row,) = take_rows(venue.state)["products"]
    assert row[-1] is None
    assert venue.state.coming_modes.next_due_ns() is None
    assert digest(decode_state(encode_state(venue.state))) == digest(venue.state)
    told_later = venue.waits(moment(FRIDAY, 0) - venue.at_ns)
    assert not any(isinstance(each, MarketModeSet | MarketModeLapsed) for each in told_later)
    assert venue.mode() is MarketMode.CONTINUOUS


def test_only_what_is_announced_is_called_off_and_by_the_operator_alone() -> None:
    venue = China()
    nothing = Refusal.MODE_NOT_ANNOUNCED
    assert venue.refuses(venue.calling_off(THURSDAY)) is nothing
    venue.does(venue.change(THURSDAY))
    assert venue.refuses(venue.calling_off(FRIDAY)) is nothing
    assert venue.refuses(venue.calling_off(THURSDAY, MarketMode.RFQ)) is nothing
    by_another = msgspec.structs.replace(venue.calling_off(THURSDAY), actor=venue.seller)
    assert venue.refuses(by_another) is Refusal.NOT_PERMITTED
    elsewhere = msgspec.structs.replace(venue.calling_off(THURSDAY), product_id=ProductId(999))
    assert venue.refuses(elsewhere) is Refusal.UNKNOWN_PRODUCT
    venue.does(venue.calling_off(THURSDAY))
    assert venue.refuses(venue.calling_off(THURSDAY)) is nothing
    the(MarketModeAnnounced, venue.does(venue.change(FRIDAY)))  # another may be announced then


def test_once_its_day_has_begun_nothing_is_left_to_call_off() -> None:
    venue = China()
    venue.does(venue.change(THURSDAY))
    venue.waits(moment(THURSDAY, 0) - venue.at_ns)
    assert venue.refuses(venue.calling_off(THURSDAY)) is Refusal.MODE_NOT_ANNOUNCED
    assert venue.mode() is MarketMode.CALL_AUCTION


def test_two_persons_call_off_what_they_have_read() -> None:
    venue = China(four_eyes=True)
    venue.does(venue.change(THURSDAY))
    assert venue.refuses(venue.calling_off(THURSDAY)) is Refusal.FOUR_EYES_REQUIRED
    proposal = venue.proposes(venue.calling_off(THURSDAY))
    venue.does(venue.change(FRIDAY))  # meanwhile another takes its place
    assert venue.refuses(venue.approval(proposal)) is Refusal.MODE_NOT_ANNOUNCED
    the(MarketModeCalledOff, venue.does(venue.calling_off(FRIDAY)))


def test_a_command_of_an_old_journal_names_no_day() -> None:
    venue = China()
    old = msgspec.msgpack.decode(msgspec.msgpack.encode(venue.change(None)))
    again = msgspec.msgpack.decode(msgspec.msgpack.encode(old[:-1]), type=SetMarketMode)
    assert again.effective_on is None
