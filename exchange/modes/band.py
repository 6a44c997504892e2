"""The band of a call auction: how far its price may be from the reference by the product's own rule
(PRC-01), which leaves what is beyond it to a person."""

from typing import Final

from exchange.judging import ruling_of
from exchange.match_rule import RULE_IDS, MatchRule
from exchange.pair_judging import clearance_between
from exchange.state import Product, State
from matching import Clearing
from registry.types import TimeNs

PRICE_BAND_ID: Final = RULE_IDS[MatchRule.PRICE_BAND]


def is_beyond_band(state: State, product: Product, clearing: Clearing, *, at_ns: TimeNs) -> bool:
    """Whether an auction's price lies beyond the band, and not every pair that would trade at it
    has an order that a person has let pass there. A product without the rule has no band.

    Cost: one look-up; beyond the band O(fills × clearances of their parties).
    """
    if clearing.price is None or product.product_id not in state.rules.products:
        return False
    price, ruling = clearing.price, ruling_of(state, product, at_ns)
    for rule in ruling.held_at(price):
        if rule.rule_id == PRICE_BAND_ID:
            pairs = ((state.orders[buy], state.orders[sell]) for buy, sell, _ in clearing.fills)
            return any(
                clearance_between(state, ruling, rule, pair, price) is None for pair in pairs
            )
    return False
