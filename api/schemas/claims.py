"""Market claims on the wire."""

from typing import Annotated

from pydantic import Field

from api.schemas.base import Answer
from api.schemas.decimals import Day, Decimal, format_day, format_decimal, format_money
from exchange.claim_events import MarketClaimRaised


class MarketClaim(Answer):
    """Income that the trust company paid to the seller of units, who owes it to the buyer: they
    were bought with it, and settled behind the record day. The venue moves no money for it."""

    transfer_id: str
    symbol: str
    trade_number: str
    seller_id: str
    """Who was paid, and owes it."""
    buyer_id: str
    trust_company_id: str
    units: Decimal
    matched_on: Annotated[Day, Field(description="On the record day or before: cum.")]
    record_on: Day
    estimate: Annotated[
        Decimal | None,
        Field(
            description="What the benchmark says, an estimate and not what was paid; null: not all "
            "that it takes was disclosed."
        ),
    ]


def claim_of(claim: MarketClaimRaised, *, symbol: str, scale: int) -> MarketClaim:
    """A claim of a product with this scale."""
    return MarketClaim(
        transfer_id=str(claim.transfer_id),
        symbol=symbol,
        trade_number=str(claim.trade_number),
        seller_id=str(claim.seller_id),
        buyer_id=str(claim.buyer_id),
        trust_company_id=str(claim.trust_company_id),
        units=format_decimal(claim.units, scale=scale),
        matched_on=format_day(claim.matched_on),
        record_on=format_day(claim.record_on),
        estimate=None if claim.estimate is None else format_money(claim.estimate),
    )
