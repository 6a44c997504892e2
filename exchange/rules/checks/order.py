"""What an order itself has to keep: PRC-02, ORD-01, ORD-04.

The engine refuses by itself what these block with the parameters of SANDBOX (PRICE_OFF_TICK,
EXPIRY_OUT_OF_RANGE); a pack may be stricter. Of how many orders stand it has a bound of its own
(ORDERS_OPEN_MAX).
"""

from typing import Annotated

import msgspec

from exchange.limits import ORDER_VALIDITY_MAX_NS, ORDERS_OPEN_PER_PARTY_MAX
from exchange.rules.check import NOT_APPLICABLE, Answer, NoParams, check
from exchange.rules.facts import Deal
from exchange.rules.types import Cure, CureKind
from registry.calendar import DAY_NS, day_in_shanghai
from registry.types import TimeNs

VALIDITY_DAYS_MAX = ORDER_VALIDITY_MAX_NS // DAY_NS


@check("PRC-02", NoParams, "limit_price", "tick_price")
def price_is_on_tick(deal: Deal, _params: NoParams) -> Answer:
    """The price is a multiple of the product's tick."""
    if deal.offer is None:
        return NOT_APPLICABLE
    tick = deal.product.tick
    return Answer(
        deal.offer.price % tick == 0,
        {"limit_price": deal.offer.price, "tick_price": tick},
        (Cure(CureKind.USE_TICK, tick),),
    )


class Validity(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How long an order that names its end may stand."""

    validity_days_max: Annotated[int, msgspec.Meta(ge=1, le=VALIDITY_DAYS_MAX)] = 30


@check("ORD-01", Validity, "expires_on")
def order_ends_in_time(deal: Deal, params: Validity) -> Answer:
    """An order that names its end ends within N days."""
    if deal.offer is None or deal.offer.expires_at_ns is None:
        return NOT_APPLICABLE
    expires_at_ns = deal.offer.expires_at_ns
    latest_ns = TimeNs(deal.at_ns + params.validity_days_max * DAY_NS)
    return Answer(
        expires_at_ns <= latest_ns,
        {"expires_on": day_in_shanghai(expires_at_ns)},
        (Cure(CureKind.END_BY, day_in_shanghai(latest_ns)),),
    )


class OpenOrders(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How many orders of a party may stand at once."""

    orders_open_max: Annotated[int, msgspec.Meta(ge=1, le=ORDERS_OPEN_PER_PARTY_MAX)] = 200
    """In all products of the venue."""


@check("ORD-04", OpenOrders, "orders_open")
def orders_are_few(deal: Deal, params: OpenOrders) -> Answer:
    """With this one, no more of a party's orders stand than so many, in all products. One that
    takes its own place adds none."""
    party = deal.seller or deal.buyer
    if party is None or deal.offer is None:
        return NOT_APPLICABLE
    return Answer(party.orders_open < params.orders_open_max, {"orders_open": party.orders_open})
