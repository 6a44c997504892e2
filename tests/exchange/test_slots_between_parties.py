"""Deals between named parties keep to holder slots, whoever says yes last."""

from __future__ import annotations

import pytest

from exchange.events import TransferOpened
from exchange.modes.negotiation import Acceptance, NegotiationState, OfferState
from exchange.modes.types import MarketMode
from exchange.negotiation_events import NegotiationAdvanced, OfferEnded
from exchange.refusals import Refusal
from exchange.rules.types import CureKind
from exchange.slots import Caps
from matching import Side
from tests.exchange.caps import cap, kept_out
from tests.exchange.dealing import Dealing
from tests.exchange.venue import HOUR_NS, the


def capped(mode: MarketMode, caps: Caps) -> Dealing:
    """A product that the seller alone holds."""
    venue = Dealing(mode)
    cap(venue, caps)
    return venue


@pytest.mark.parametrize("side", [Side.SELL, Side.BUY])
def test_an_offer_that_would_make_a_holder_too_many_is_not_accepted(side: Side) -> None:
    venue = capped(MarketMode.NEGOTIATED, Caps(holders_max=1))
    deal = venue.opens(venue.offer(side=side))
    accepts = venue.buyer if side is Side.SELL else venue.seller
    told = kept_out(venue, venue.yes(deal, deal, by=accepts))
    assert told == (Refusal.HOLDER_SLOTS, ["HC-02"], [CureKind.TAKE_WHOLE_HOLDING])
    venue.does(venue.no(deal, deal, by=accepts))
    whole = venue.opens(venue.offer(100_000, side=side))
    opened = venue.does(venue.yes(whole, whole, by=accepts))
    assert the(TransferOpened, opened).units == 100_000, "one leaves, one comes"


def test_a_firm_listing_is_not_taken_by_one_too_many() -> None:
    venue = capped(MarketMode.LISTED_PRICE, Caps(holders_max=1))
    listed = venue.opens(venue.listing(100, 10_000, acceptance=Acceptance.FIRST_PASSING))
    answer = venue.answer(listed, 100, 10_000, by=venue.buyer)
    assert kept_out(venue, answer).refusal is Refusal.HOLDER_SLOTS


def test_nobody_accepts_too_soon_after_he_has_traded_the_other_way() -> None:
    venue = capped(MarketMode.NEGOTIATED, Caps(turnaround_days=5))
    first = venue.opens(venue.offer())
    venue.does(venue.yes(first, first, by=venue.buyer))
    venue.does(venue.confirmation(*venue.pending()))
    back = venue.opens(venue.offer(side=Side.BUY, by=venue.other, to=venue.buyer))
    against = Refusal.RULE_BLOCKS, ["VEN-03"], [CureKind.WAIT_UNTIL]
    assert kept_out(venue, venue.yes(back, back, by=venue.buyer)) == against
    assert kept_out(venue, venue.offer(by=venue.buyer, to=venue.other)) == against


def test_an_auction_goes_to_the_highest_who_may_hold_the_units() -> None:
    venue = capped(MarketMode.ENGLISH_AUCTION, Caps(holders_max=2))
    first = venue.opens(venue.auction())
    venue.makes(venue.answer(first, price=10_000, by=venue.buyer))
    assert the(TransferOpened, venue.waits(HOUR_NS)).buyer_id == venue.buyer

    second = venue.opens(venue.auction())
    venue.makes(venue.answer(second, price=10_000, by=venue.buyer))
    above = venue.makes(venue.answer(second, price=10_200, by=venue.other))
    told = venue.waits(HOUR_NS)
    ended = {event.offer_id: event.state for event in told if isinstance(event, OfferEnded)}
    assert ended[above] is OfferState.WITHDRAWN_BY_VENUE
    opened = the(TransferOpened, told)
    assert (opened.buyer_id, opened.price) == (venue.buyer, 10_000)

    third = venue.opens(venue.auction())
    venue.makes(venue.answer(third, price=10_000, by=venue.other))
    assert the(NegotiationAdvanced, venue.waits(HOUR_NS)).state is NegotiationState.LAPSED
    assert venue.account(venue.other)[1:] == (0, 0)


def test_who_stands_behind_a_deal_comes_after_it_only_if_he_may_hold_the_units() -> None:
    venue = capped(MarketMode.ENGLISH_AUCTION, Caps(holders_max=2))
    auction = venue.opens(venue.auction())
    behind = venue.makes(venue.answer(auction, price=10_000, by=venue.other))
    venue.makes(venue.answer(auction, price=10_200, by=venue.buyer))
    venue.waits(HOUR_NS)
    venue.does(venue.rejection(*venue.pending()))
    cap(venue, Caps(holders_max=1))
    accepts = venue.yes(auction, behind, by=venue.seller)
    assert kept_out(venue, accepts).refusal is Refusal.HOLDER_SLOTS
    cap(venue, Caps(holders_max=2))
    accepts = venue.yes(auction, behind, by=venue.seller)
    assert the(TransferOpened, venue.does(accepts)).buyer_id == venue.other
