"""The rows of market claims: column order of claim_tables.py."""

from exchange.claim_events import MarketClaimRaised
from exchange.ports import Row


def claim_row(claim: MarketClaimRaised) -> Row:
    """A claim as it was raised."""
    return (
        claim.transfer_id,
        claim.record_on,
        claim.product_id,
        claim.trade_number,
        claim.seller_id,
        claim.buyer_id,
        claim.trust_company_id,
        claim.units,
        claim.matched_on,
        claim.estimate,
    )
