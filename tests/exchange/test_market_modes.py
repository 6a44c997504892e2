"""Which market modes a venue may run, and how a product goes from one to another."""

from __future__ import annotations

import msgspec
import pytest

from exchange.commands import AnyCommand, OpenLicensedVenue, OpenVenue
from exchange.engine import apply
from exchange.events import AnyEvent, CommandRefused, ProductCreated
from exchange.fees import DEFAULT_FEE_SCHEDULE
from exchange.market_commands import SetMarketMode
from exchange.market_events import MarketModeSet, VenueLicensed
from exchange.modes.matrix import MATRIX, may_run
from exchange.modes.types import CallAuctionTerms, MarketMode, ModeTerms
from exchange.refusals import Refusal
from exchange.register_commands import CloseProduct, SuspendProduct
from exchange.state import State
from exchange.types import OPERATOR_ID, PartyId, Sequence, VenueProfile
from matching import Side
from registry.types import ProductId
from tests.exchange.venue import CALENDAR, NOWHERE, START_NS, TERMS, Venue, the
from tests.model.market import permission

TWICE_A_DAY = CallAuctionTerms(uncross_minutes=(600, 870), window_minutes=5)
ROWS = {
    Refusal.LICENCE_OUT_OF_RANGE,
    Refusal.MODE_TERMS_OUT_OF_RANGE,
    Refusal.WRONG_MARKET_MODE,
    Refusal.MODE_NOT_LICENSED,
    Refusal.MARKET_NOT_EMPTY,
}
"""The refusals that are shown here."""


def opening(profile: VenueProfile, approval_ref: str | None = None) -> OpenVenue:
    """The first command of a venue of this licence."""
    plain = OpenVenue(
        actor=OPERATOR_ID,
        key="open",
        profile=profile,
        fee_schedule=DEFAULT_FEE_SCHEDULE,
        calendars=(CALENDAR,),
    )
    if approval_ref is None:
        return plain
    return OpenLicensedVenue(**msgspec.structs.asdict(plain), approval_ref=approval_ref)


def give(state: State, command: AnyCommand) -> tuple[AnyEvent, ...]:
    return apply(state, command, sequence=Sequence(state.sequence + 1), at_ns=START_NS)


def mode_of(
    venue: Venue, mode: MarketMode, terms: ModeTerms | None = None, *, by: PartyId = OPERATOR_ID
) -> SetMarketMode:
    """The operator's wish that deals are made in this mode."""
    return SetMarketMode(
        actor=by, key=venue.key(), product_id=venue.product_id, mode=mode, terms=terms
    )


@pytest.mark.parametrize("profile", VenueProfile)
@pytest.mark.parametrize("mode", MarketMode)
def test_the_licence_decides_and_what_it_allows_on_condition_needs_an_approval(
    profile: VenueProfile, mode: MarketMode
) -> None:
    says = permission(profile.name, mode.name)
    assert may_run(profile, mode, is_approved=False) is (says == "Y")
    assert may_run(profile, mode, is_approved=True) is (says != "N")
    assert MATRIX[profile].keys() == set(MarketMode)


def test_a_venue_names_its_approval_when_it_is_opened() -> None:
    state = State()
    _, licensed = give(state, opening(VenueProfile.JP_PTS, "関東財務局長(金商)第1号"))
    assert licensed == VenueLicensed(approval_ref="関東財務局長(金商)第1号")
    assert state.approval_ref == "関東財務局長(金商)第1号"


@pytest.mark.parametrize("name", ["", " ", " 1", "1 ", "a\nb", "x" * 121])
def test_what_is_no_name_of_an_approval_opens_no_venue(name: str) -> None:
    state = State()
    told = give(state, opening(VenueProfile.JP_PTS, name))
    assert told == (CommandRefused(refusal=Refusal.LICENCE_OUT_OF_RANGE),)
    assert state.profile is None


@pytest.mark.parametrize(
    ("profile", "approval_ref", "mode"),
    [
        (VenueProfile.SANDBOX, None, MarketMode.CONTINUOUS),
        (VenueProfile.JP_PTS, None, MarketMode.CONTINUOUS),
        (VenueProfile.CN_VENUE_LICENSED, "1", MarketMode.CONTINUOUS),
        (VenueProfile.CN_VENUE_LICENSED, None, MarketMode.NEGOTIATED),
        (VenueProfile.CN_VENUE_38, None, MarketMode.NEGOTIATED),
        (VenueProfile.CN_VENUE_38, "1", MarketMode.NEGOTIATED),
    ],
)
def test_a_product_begins_in_a_mode_that_its_venue_may_run(
    profile: VenueProfile, approval_ref: str | None, mode: MarketMode
) -> None:
    venue = Venue()
    venue.state.profile, venue.state.approval_ref = profile, approval_ref
    told = venue.does(msgspec.structs.replace(TERMS, symbol="NEW", key=venue.key()))
    product_id = the(ProductCreated, told).product_id
    assert venue.state.products[product_id].mode is mode
    said = [event for event in told if isinstance(event, MarketModeSet)]
    if mode is MarketMode.CONTINUOUS:
        assert said == []
    else:
        assert said == [MarketModeSet(product_id=product_id, mode=mode, terms=None, version=1)]
        order = venue.order(venue.buyer, Side.BUY, 10, product_id=product_id)
        assert venue.refuses(order) is Refusal.WRONG_MARKET_MODE


def test_a_mode_is_set_told_and_left_again() -> None:
    venue = Venue()
    told = venue.does(mode_of(venue, MarketMode.CALL_AUCTION, TWICE_A_DAY))
    assert the(MarketModeSet, told) == MarketModeSet(
        product_id=venue.product_id, mode=MarketMode.CALL_AUCTION, terms=TWICE_A_DAY, version=1
    )
    (back,) = venue.does(mode_of(venue, MarketMode.CONTINUOUS))
    assert isinstance(back, MarketModeSet)
    assert (back.terms, back.version) == (None, 2)
    venue.sells(10)


def test_a_product_whose_orders_rest_keeps_its_mode_until_they_have_gone() -> None:
    venue = Venue()
    order_id = venue.sells(10)
    change = mode_of(venue, MarketMode.NEGOTIATED)
    assert venue.refuses(change) is Refusal.MARKET_NOT_EMPTY
    venue.does(venue.cancellation(order_id, by=venue.seller))
    venue.does(msgspec.structs.replace(change, key=venue.key()))


@pytest.mark.parametrize(
    ("mode", "terms"),
    [
        (MarketMode.CALL_AUCTION, None),
        (MarketMode.RFQ, TWICE_A_DAY),
        (MarketMode.CALL_AUCTION, CallAuctionTerms(uncross_minutes=(), window_minutes=0)),
        (MarketMode.CALL_AUCTION, CallAuctionTerms(uncross_minutes=(1440,), window_minutes=0)),
        (MarketMode.CALL_AUCTION, CallAuctionTerms(uncross_minutes=(-1,), window_minutes=0)),
        (MarketMode.CALL_AUCTION, CallAuctionTerms(uncross_minutes=(9,), window_minutes=-1)),
        (MarketMode.CALL_AUCTION, CallAuctionTerms(uncross_minutes=(10, 9), window_minutes=0)),
        (MarketMode.CALL_AUCTION, CallAuctionTerms(uncross_minutes=(10, 20), window_minutes=10)),
        (MarketMode.CALL_AUCTION, CallAuctionTerms(uncross_minutes=(1430,), window_minutes=10)),
        (
            MarketMode.CALL_AUCTION,
            CallAuctionTerms(uncross_minutes=tuple(range(25)), window_minutes=0),
        ),
    ],
)
def test_a_call_auction_has_its_times_and_nothing_else_has_any(
    mode: MarketMode, terms: ModeTerms | None
) -> None:
    venue = Venue()
    assert venue.refuses(mode_of(venue, mode, terms)) is Refusal.MODE_TERMS_OUT_OF_RANGE


def test_the_refusals_come_in_order() -> None:
    venue = Venue()
    venue.state.profile = VenueProfile.CN_VENUE_38
    change = mode_of(venue, MarketMode.CALL_AUCTION, by=venue.buyer)
    assert venue.refuses(change) is Refusal.NOT_PERMITTED
    elsewhere = mode_of(venue, MarketMode.CALL_AUCTION)
    elsewhere = msgspec.structs.replace(elsewhere, product_id=ProductId(NOWHERE))
    assert venue.refuses(elsewhere) is Refusal.UNKNOWN_PRODUCT
    no_day = mode_of(venue, MarketMode.CALL_AUCTION, TWICE_A_DAY)
    assert venue.refuses(no_day) is Refusal.MODE_DAY_OUT_OF_RANGE
    venue.state.profile = VenueProfile.JP_PTS
    assert venue.refuses(mode_of(venue, MarketMode.CONTINUOUS)) is Refusal.ALREADY_DONE
    barred = mode_of(venue, MarketMode.NEGOTIATED)
    assert venue.refuses(barred) is Refusal.MODE_NOT_LICENSED
    for kind in (SuspendProduct, CloseProduct):
        venue.does(kind(actor=OPERATOR_ID, key=venue.key(), product_id=venue.product_id))
    closed = mode_of(venue, MarketMode.NEGOTIATED)
    assert venue.refuses(closed) is Refusal.PRODUCT_NOT_IN_STATE


def test_a_mode_is_changed_by_two_persons_where_the_operator_acts_under_four_eyes() -> None:
    venue = Venue(four_eyes=True)
    change = mode_of(venue, MarketMode.NEGOTIATED)
    assert venue.refuses(change) is Refusal.FOUR_EYES_REQUIRED
    told = venue.does(venue.approval(venue.proposes(change)))
    assert the(MarketModeSet, told).mode is MarketMode.NEGOTIATED
