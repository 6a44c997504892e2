"""Income that was paid to the wrong one, read off the events.

In the words of the rulebook: who trades on the record day or before trades with the income; the
trust company pays it to who holds at the end of the record day. Settled after it, the seller was
paid and owes it to the buyer. What that is the benchmark says, for the days since the distribution
before, where all of it is known.

Source: domain D6, INC-02.
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from math import floor

from exchange import events as said
from exchange.claim_events import MarketClaimRaised
from exchange.types import Fen
from registry.types import DayNumber
from tests.model.known import known
from tests.model.ledger import Ledger, ModelTransfer
from tests.model.register import day_in_shanghai


def with_claims(ledger: Ledger, events: Iterable[said.AnyEvent]) -> list[said.AnyEvent]:
    """The events, each settlement followed by the claims that it brings about."""
    told: list[said.AnyEvent] = []
    for event in events:
        told.append(event)
        if isinstance(event, said.TransferSettled):
            told += claims(ledger, ledger.transfers[event.transfer_id])
    return told


def claims(ledger: Ledger, transfer: ModelTransfer) -> list[MarketClaimRaised]:
    """By their record days."""
    facts, found = known(transfer.product), []
    coming = facts.next_income.record_on if facts.next_income else None
    past = facts.last_distribution_on
    matched, settled = day_in_shanghai(transfer.matched_at_ns), day_in_shanghai(ledger.at_ns)
    for record_on in sorted({each for each in (past, coming) if each is not None}):
        if record_on < matched or settled <= record_on:
            continue
        owed = None
        if record_on == coming and past is not None and facts.benchmark is not None:
            rate = Fraction(facts.benchmark.rate_bps, 10_000)
            par = transfer.product.par(transfer.units)
            owed = Fen(floor(par * rate * (record_on - past) / 365 + Fraction(1, 2)))
        found.append(
            MarketClaimRaised(
                transfer_id=transfer.transfer_id,
                product_id=transfer.product.product_id,
                trade_number=transfer.trade_number,
                seller_id=transfer.sell.party_id,
                buyer_id=transfer.buy.party_id,
                trust_company_id=transfer.product.terms.trust_company_id,
                units=transfer.units,
                matched_on=matched,
                record_on=DayNumber(record_on),
                estimate=owed,
            )
        )
    return found
