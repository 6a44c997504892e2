"""One refusal, one row, in order of precedence: why a party's word is not taken."""

from __future__ import annotations

from collections.abc import Callable

import msgspec
import pytest

from exchange.commands import AnyCommand
from exchange.limits import (
    NAMED_PER_REQUEST_MAX,
    NEGOTIATIONS_OPEN_PER_PARTY_MAX,
    OFFERS_PER_NEGOTIATION_MAX,
)
from exchange.modes.negotiation import Acceptance
from exchange.modes.types import MarketMode
from exchange.refusals import Refusal
from exchange.register_commands import SuspendProduct
from exchange.types import OPERATOR_ID, NegotiationId, PartyKind, VenueProfile
from tests.exchange.dealing import Dealing
from tests.exchange.venue import NOBODY, NOWHERE

NEGOTIATED, LISTED, RFQ = MarketMode.NEGOTIATED, MarketMode.LISTED_PRICE, MarketMode.RFQ
Row = tuple[MarketMode, Callable[[Dealing], AnyCommand]]


def _by_a_trust_company(venue: Dealing) -> AnyCommand:
    deal = venue.opens(venue.offer())
    return venue.yes(deal, deal, by=venue.trust_company)


def _to_a_stranger(venue: Dealing) -> AnyCommand:
    deal = venue.opens(venue.offer())
    return venue.yes(deal, deal, by=venue.other)


def _by_licence(venue: Dealing) -> AnyCommand:
    venue.state.profile = VenueProfile.CN_VENUE_38
    return venue.listing(acceptance=Acceptance.FIRST_PASSING)


def _named_in_crowds(venue: Dealing) -> AnyCommand:
    crowd = [venue.registers(PartyKind.INSTITUTION) for _ in range(NAMED_PER_REQUEST_MAX + 1)]
    return venue.request(named=tuple(crowd))


def _other_terms(venue: Dealing) -> AnyCommand:
    listed = venue.opens(venue.listing())
    return venue.answer(listed, price=9_990, by=venue.buyer)


def _twice(venue: Dealing) -> AnyCommand:
    listed = venue.opens(venue.listing())
    venue.makes(venue.answer(listed, by=venue.buyer))
    return venue.answer(listed, by=venue.buyer)


def _after_a_suspension(venue: Dealing) -> AnyCommand:
    listed = venue.opens(venue.listing())
    asked = venue.makes(venue.answer(listed, by=venue.buyer))
    suspend = SuspendProduct(actor=OPERATOR_ID, key=venue.key(), product_id=venue.product_id)
    venue.does(suspend)
    return venue.yes(listed, asked, by=venue.seller)


def _superseded(venue: Dealing) -> AnyCommand:
    deal = venue.opens(venue.offer())
    venue.makes(venue.answer(deal, by=venue.buyer))
    return venue.yes(deal, deal, by=venue.seller)


def _of_his_own(venue: Dealing) -> AnyCommand:
    deal = venue.opens(venue.offer())
    return venue.yes(deal, deal, by=venue.seller)


def _one_too_many(venue: Dealing) -> AnyCommand:
    count = NEGOTIATIONS_OPEN_PER_PARTY_MAX
    venue.does_all(venue.request(10) for _ in range(count))
    return venue.request(10)


def _countered_for_ever(venue: Dealing) -> AnyCommand:
    deal = venue.opens(venue.offer())
    parties = [venue.buyer, venue.seller]
    for turn in range(OFFERS_PER_NEGOTIATION_MAX - 1):
        venue.makes(venue.answer(deal, by=parties[turn % 2]))
    return venue.answer(deal, by=parties[(OFFERS_PER_NEGOTIATION_MAX - 1) % 2])


def _poor(venue: Dealing) -> AnyCommand:
    poor = venue.registers(PartyKind.INSTITUTION)
    deal = venue.opens(venue.offer(to=poor))
    return venue.yes(deal, deal, by=poor)


FOUND: dict[Refusal, Row] = {
    Refusal.NOT_PERMITTED: (NEGOTIATED, _by_a_trust_company),
    Refusal.UNKNOWN_PARTY: (NEGOTIATED, lambda venue: venue.offer(to=NOBODY)),
    Refusal.UNKNOWN_NEGOTIATION: (NEGOTIATED, _to_a_stranger),
    Refusal.PRICE_OFF_TICK: (NEGOTIATED, lambda venue: venue.offer(price=9_999)),
    Refusal.QUANTITY_OUT_OF_RANGE: (RFQ, lambda venue: venue.request(0)),
    Refusal.QUANTITY_OFF_LOT: (RFQ, lambda venue: venue.request(15)),
    Refusal.EXPIRY_OUT_OF_RANGE: (RFQ, lambda venue: venue.request(hours=24 * 30 + 1)),
    Refusal.LOTS_CONFLICT: (NEGOTIATED, lambda venue: venue.offer(lots=(NOWHERE,))),
    Refusal.ACCEPTANCE_NOT_LICENSED: (LISTED, _by_licence),
    Refusal.NAMED_OUT_OF_RANGE: (RFQ, _named_in_crowds),
    Refusal.OFFER_OUT_OF_RANGE: (LISTED, _other_terms),
    Refusal.ALREADY_DONE: (LISTED, _twice),
    Refusal.PRODUCT_NOT_LIVE: (LISTED, _after_a_suspension),
    Refusal.WRONG_MARKET_MODE: (LISTED, lambda venue: venue.offer()),
    Refusal.OFFER_NOT_STANDING: (NEGOTIATED, _superseded),
    Refusal.NOT_YOUR_TURN: (NEGOTIATED, _of_his_own),
    Refusal.SELF_TRADE: (NEGOTIATED, lambda venue: venue.offer(to=venue.seller)),
    Refusal.UNITS_NOT_AVAILABLE: (NEGOTIATED, lambda venue: venue.offer(200_000)),
    Refusal.MONEY_NOT_AVAILABLE: (NEGOTIATED, _poor),
    Refusal.NEGOTIATIONS_OPEN_MAX: (RFQ, _one_too_many),
    Refusal.OFFERS_MAX: (NEGOTIATED, _countered_for_ever),
}
ROWS = {
    *(Refusal.UNKNOWN_NEGOTIATION, Refusal.ACCEPTANCE_NOT_LICENSED, Refusal.NAMED_OUT_OF_RANGE),
    *(Refusal.OFFER_OUT_OF_RANGE, Refusal.OFFER_NOT_STANDING, Refusal.NOT_YOUR_TURN),
    *(Refusal.NEGOTIATIONS_OPEN_MAX, Refusal.OFFERS_MAX),
}
"""The refusals that are shown here alone."""


def test_the_rows_are_in_the_order_of_precedence() -> None:
    assert list(FOUND) == sorted(FOUND)
    assert set(FOUND) >= ROWS


@pytest.mark.parametrize("refusal", FOUND)
def test_a_refusal_has_its_row(refusal: Refusal) -> None:
    mode, ask = FOUND[refusal]
    venue = Dealing(mode)
    assert venue.refuses(ask(venue)) is refusal


@pytest.mark.parametrize("named", [1, 2])
def test_nobody_names_himself_nor_anybody_twice(named: int) -> None:
    venue = Dealing(RFQ)
    names = (venue.buyer,) if named == 1 else (venue.seller, venue.seller)
    assert venue.refuses(venue.request(named=names)) is Refusal.NAMED_OUT_OF_RANGE
    unknown = venue.request(named=(venue.seller, NOBODY))
    assert venue.refuses(unknown) is Refusal.UNKNOWN_PARTY


def test_what_does_not_exist_is_refused_like_what_is_not_for_the_party() -> None:
    venue = Dealing(NEGOTIATED)
    missing = venue.yes(NegotiationId(NOWHERE), 1, by=venue.buyer)
    assert venue.refuses(missing) is Refusal.UNKNOWN_NEGOTIATION
    elsewhere = msgspec.structs.replace(venue.offer(), product_id=NOWHERE)
    assert venue.refuses(elsewhere) is Refusal.UNKNOWN_PRODUCT
