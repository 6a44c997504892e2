"""Rings: units that come back to whom they came from, at once or by way of others.

Parties of one beneficial owner count as one: A sells to B and B to A's sister company is a round
trip too. What is looked for is a chain of settled deals in one product, one after the other within
some days and of about the same units, which the new deal closes. Source: AML-02, rapid A→B→A.
"""

from typing import Final, NamedTuple

import msgspec

from exchange.events import AnyEvent, TransferSettled
from exchange.fees import BASIS_POINTS
from exchange.supervision.alerts import Alert, AlertKind
from exchange.supervision.known import Known, Moment
from exchange.supervision.parameters import RingTerms
from exchange.types import PartyId
from registry.calendar import DAY_NS
from registry.types import ProductId, TimeNs, TransferId, Units

DEALS_PER_PRODUCT_MAX: Final = 2_000
"""Looked through at each deal, some 0.2 µs each, and kept as bytes in one go; the oldest are
forgotten first."""


class Deal(NamedTuple):
    """A settled deal, between owners."""

    at_ns: TimeNs
    transfer_id: TransferId
    seller: PartyId
    buyer: PartyId
    units: Units


class Rings(msgspec.Struct, array_like=True, forbid_unknown_fields=True):
    """Finds ROUND_TRIP and CIRCLE. Bounded by DEALS_PER_PRODUCT_MAX."""

    deals: dict[ProductId, list[Deal]] = msgspec.field(default_factory=dict)
    """Oldest first."""

    def observe(self, event: AnyEvent, at: Moment, known: Known, terms: RingTerms) -> list[Alert]:
        """The ring that the event closes, if it does: the shortest, of those the latest. Cost:
        O(deals of the product in these days)."""
        if not isinstance(event, TransferSettled):
            return []
        amount = known.considerations[event.transfer_id]
        deal = Deal(
            at.at_ns,
            event.transfer_id,
            known.owner_of(event.seller_id),
            known.owner_of(event.buyer_id),
            event.units,
        )
        # What an owner does with himself is no ring: find_same_owner finds it.
        if amount < terms.amount_min_fen or deal.seller == deal.buyer:
            return []
        deals = self._recent(event.product_id, at.at_ns, terms)
        ring = _ring(deals, deal, terms)
        deals.append(deal)
        if not ring:
            return []
        passed_ns = at.at_ns - ring[0].at_ns
        return [
            Alert(
                kind=AlertKind.ROUND_TRIP if len(ring) == 2 else AlertKind.CIRCLE,
                sequence=at.sequence,
                at_ns=at.at_ns,
                party_ids=tuple(each.seller for each in ring),
                product_id=event.product_id,
                transfer_ids=tuple(each.transfer_id for each in ring),
                amount=amount,
                measured=passed_ns // DAY_NS + 1,
                limit=terms.days,
            )
        ]

    def _recent(self, product_id: ProductId, at_ns: TimeNs, terms: RingTerms) -> list[Deal]:
        """The product's deals of these days, the others forgotten."""
        deals = self.deals.setdefault(product_id, [])
        since_ns = at_ns - terms.days * DAY_NS
        kept = next((n for n, each in enumerate(deals) if each.at_ns > since_ns), len(deals))
        del deals[: max(kept, len(deals) + 1 - DEALS_PER_PRODUCT_MAX)]
        return deals


def _ring(deals: list[Deal], last: Deal, terms: RingTerms) -> list[Deal]:
    """The deals of the ring that `last` closes, itself included; none if it closes none."""
    differ_max = last.units * terms.units_differ_bps // BASIS_POINTS
    bought: dict[PartyId, list[Deal]] = {}
    for each in deals:
        if abs(each.units - last.units) <= differ_max:
            bought.setdefault(each.buyer, []).append(each)
    # Backwards in time, an owner further in each round; of the ways to an owner the one that is
    # left the latest, which leaves most time for those before it.
    chains = {last.seller: [last]}
    passed = {last.seller}
    for _ in range(terms.deals_max - 1):
        longer: dict[PartyId, list[Deal]] = {}
        for buyer, chain in chains.items():
            for each in bought.get(buyer, ()):
                if each.at_ns > chain[0].at_ns or each.seller in passed:
                    continue
                known = longer.get(each.seller)
                if known is None or known[0].at_ns <= each.at_ns:
                    longer[each.seller] = [each, *chain]
        if last.buyer in longer:
            return longer[last.buyer]
        passed |= longer.keys()
        chains = longer
    return []
