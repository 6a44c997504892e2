"""Clearances for tests: asked for by an order that a rule holds, and decided."""

from __future__ import annotations

from exchange.clearance_types import ClearanceId, ClearanceTerms
from exchange.events import AnyEvent
from exchange.rules_commands import DecideClearance
from exchange.rules_events import ClearanceAsked
from exchange.types import OPERATOR_ID, PartyId
from matching import Price, Quantity, Side
from registry.types import DayNumber
from tests.exchange.rules.market import RuledMarket
from tests.exchange.venue import the

FAR = 16_000
"""60 % above par: PRC-01 holds it."""


def asked(
    market: RuledMarket, quantity: int = 400_000, *, price: int = FAR, by: PartyId | None = None
) -> ClearanceId:
    """The clearance that a bid asks for which a rule holds."""
    bid = market.order(by or market.buyer, Side.BUY, quantity, price)
    return the(ClearanceAsked, market.submit(bid)).clearance_id


def terms(
    market: RuledMarket,
    quantity: int = 400_000,
    *,
    least: int = FAR,
    most: int = FAR,
    days: int = 10,
) -> ClearanceTerms:
    """What is let pass, for so many days more."""
    return ClearanceTerms(
        quantity=Quantity(quantity),
        price_least=Price(least),
        price_most=Price(most),
        until=DayNumber(market.today + days),
    )


def deciding(
    market: RuledMarket,
    clearance_id: ClearanceId,
    granted: ClearanceTerms | None,
    note: str = "as the appraisal says",
) -> DecideClearance:
    """The decision of a person."""
    return DecideClearance(
        actor=OPERATOR_ID,
        key=market.key(),
        clearance_id=clearance_id,
        terms=granted,
        note=note,
    )


def clears(market: RuledMarket, clearance_id: ClearanceId) -> tuple[AnyEvent, ...]:
    """What was asked is let pass."""
    about = market.state.rules.clearances.by_id[clearance_id]
    granted = terms(market, about.quantity, least=about.price, most=about.price)
    return market.does(deciding(market, clearance_id, granted))
