"""VEN-04: by the venue's licence, or by that for which a product's pack speaks, the seller of a
listing confirms who buys."""

from __future__ import annotations

import msgspec
import pytest

from exchange.commands import AnyCommand
from exchange.market_commands import SetMarketMode
from exchange.modes.negotiation import Acceptance
from exchange.modes.types import MarketMode
from exchange.refusals import Refusal
from exchange.types import OPERATOR_ID, VenueProfile
from tests.exchange.rules.market import RuledMarket
from tests.exchange.rules.packs import only
from tests.exchange.rules.test_rejudging import listed

CONFIRMS = Acceptance.SELLER_CONFIRMS
ORDINARY, LICENSED = "CN-VENUE-38", "CN-VENUE-LICENSED"


def listing_under(*packs: str) -> RuledMarket:
    """A product of a sandbox, whose units are listed at a price, with what these packs say of
    licences."""
    market = RuledMarket()
    market.does(
        SetMarketMode(
            actor=OPERATOR_ID,
            key=market.key(),
            product_id=market.product_id,
            mode=MarketMode.LISTED_PRICE,
            terms=None,
        )
    )
    for pack_id in packs:
        market.loads(only(pack_id, "VEN-01"))
    if packs:
        market.rules(*packs)
    return market


def accepts(market: RuledMarket, acceptance: Acceptance) -> AnyCommand:
    return msgspec.structs.replace(listed(market), acceptance=acceptance)


@pytest.mark.parametrize(
    ("packs", "refusal"),
    [
        ((), None),
        ((LICENSED,), None),
        ((ORDINARY,), Refusal.ACCEPTANCE_NOT_LICENSED),
        ((LICENSED, ORDINARY), Refusal.ACCEPTANCE_NOT_LICENSED),
    ],
    ids=lambda each: "+".join(each) if isinstance(each, tuple) else "",
)
def test_under_the_pack_of_an_ordinary_chinese_venue_the_seller_confirms(
    packs: tuple[str, ...], refusal: Refusal | None
) -> None:
    market = listing_under(*packs)
    firm = accepts(market, Acceptance.FIRST_PASSING)
    if refusal is None:
        market.does(firm)
    else:
        assert market.refuses(firm) is refusal
        market.does(accepts(market, CONFIRMS))


def test_at_an_ordinary_chinese_venue_no_pack_lets_anybody_take_a_listing() -> None:
    market = listing_under(LICENSED)
    market.state.profile = VenueProfile.CN_VENUE_38
    firm = accepts(market, Acceptance.FIRST_PASSING)
    assert market.refuses(firm) is Refusal.ACCEPTANCE_NOT_LICENSED


def test_a_listing_is_judged_by_the_packs_that_the_product_has_then() -> None:
    market = listing_under(LICENSED, ORDINARY)
    assert market.refuses(accepts(market, Acceptance.FIRST_PASSING)) is (
        Refusal.ACCEPTANCE_NOT_LICENSED
    )
    market.rules(LICENSED)
    market.does(accepts(market, Acceptance.FIRST_PASSING))
