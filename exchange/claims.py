"""Market claims: who bought with the income and was settled behind the record day.

    matched                 settled                the trust company pays   so
    on the record day       on it or before        the buyer                nothing
      or before (CUM)       after it               the seller               he owes it to the buyer
    after it (EX)           after it               the seller               nothing

Record days are those that are known when title moves: the next one, and the last one whose
distribution was made. A claim is a record that both, the trust company and the operator see; the
venue moves no money for it.

Source: INC-02, domain D6.
"""

from collections.abc import Iterator

from exchange.claim_events import MarketClaimRaised
from exchange.fees import whole_fen
from exchange.pricing import accrued_income
from exchange.state import MoneyLeg, Product
from exchange.types import Fen, PartyId
from registry.calendar import day_in_shanghai
from registry.transfer import Transfer
from registry.types import DayNumber, TimeNs, Units


def claims_of(
    transfer: Transfer, leg: MoneyLeg, product: Product, *, at_ns: TimeNs
) -> Iterator[MarketClaimRaised]:
    """The claims of a transfer that settles now, by their record days. Cost: O(1)."""
    facts = product.facts
    next_on = None if facts.next_income is None else facts.next_income.record_on
    matched_on, settled_on = day_in_shanghai(leg.matched_at_ns), day_in_shanghai(at_ns)
    for record_on in (facts.last_distribution_on, next_on):
        if record_on is not None and matched_on <= record_on < settled_on:
            is_next = record_on == next_on
            yield MarketClaimRaised(
                transfer_id=transfer.transfer_id,
                product_id=transfer.product_id,
                trade_number=leg.trade_number,
                seller_id=PartyId(transfer.seller_id),
                buyer_id=PartyId(transfer.buyer_id),
                trust_company_id=leg.trust_company_id,
                units=transfer.units,
                matched_on=matched_on,
                record_on=record_on,
                estimate=_estimate(product, transfer.units, record_on) if is_next else None,
            )


def _estimate(product: Product, units: Units, record_on: DayNumber) -> Fen | None:
    """The benchmark's income from the distribution before until the record day."""
    facts, terms = product.facts, product.terms
    since = facts.last_distribution_on
    if since is None or facts.benchmark is None:
        return None
    principal = whole_fen(terms.par_value * units, quantity_scale=terms.quantity_scale)
    days = record_on - since
    return Fen(accrued_income(principal, rate_bps=facts.benchmark.rate_bps, days=days))
