"""Prices far from what units are worth: gifts, bribes and prices made to be seen look like this.

What a unit is worth is its last net asset value, as long as that is new enough; else the middle of
the last deals' prices. Where there is neither, nothing can be said. Source: AML-02, price off fair
value by more than 20 %.
"""

import msgspec

from exchange.events import AnyEvent, TransferOpened
from exchange.fees import BASIS_POINTS
from exchange.price_events import FactsPublished
from exchange.price_types import Nav
from exchange.supervision.alerts import Alert, AlertKind
from exchange.supervision.known import Moment
from exchange.supervision.parameters import ValueTerms
from matching import Price
from registry.types import DayNumber, ProductId


class Values(msgspec.Struct, array_like=True, forbid_unknown_fields=True):
    """Finds OFF_VALUE, at the match. Bounded by the products that there are."""

    navs: dict[ProductId, Nav] = msgspec.field(default_factory=dict)
    prices: dict[ProductId, list[Price]] = msgspec.field(default_factory=dict)
    """Of the last deals, oldest first."""

    def observe(self, event: AnyEvent, at: Moment, terms: ValueTerms) -> list[Alert]:
        """The deal, if its price is off. Cost: O(deals that stand in for a value)."""
        if isinstance(event, FactsPublished) and event.facts.nav is not None:
            self.navs[event.product_id] = event.facts.nav
        # A transfer by a right of pre-emption is the same deal with another buyer.
        if not isinstance(event, TransferOpened) or event.preempts is not None:
            return []
        reference = self._reference(event.product_id, at.day, terms)
        prices = self.prices.setdefault(event.product_id, [])
        prices.append(event.price)
        del prices[: -terms.deals]
        if reference is None:
            return []
        deviation_bps = abs(event.price - reference) * BASIS_POINTS // reference
        if deviation_bps <= terms.deviation_bps:
            return []
        return [
            Alert(
                kind=AlertKind.OFF_VALUE,
                sequence=at.sequence,
                at_ns=at.at_ns,
                party_ids=(event.seller_id, event.buyer_id),
                product_id=event.product_id,
                transfer_ids=(event.transfer_id,),
                amount=event.consideration,
                measured=deviation_bps,
                limit=terms.deviation_bps,
            )
        ]

    def _reference(self, product_id: ProductId, day: DayNumber, terms: ValueTerms) -> Price | None:
        nav = self.navs.get(product_id)
        if nav is not None and day - nav.on <= terms.nav_days:
            return nav.value
        prices = self.prices.get(product_id, [])
        if len(prices) < terms.deals:
            return None
        return sorted(prices)[len(prices) // 2]
