"""Who owes whom income that was paid to the wrong one. Tags are kind × 10 + version."""

from exchange.event import Event
from exchange.types import Fen, PartyId
from registry.types import DayNumber, ProductId, TransferId, Units


class MarketClaimRaised(Event, frozen=True, kw_only=True, tag=7461):
    """The units were bought with their income, and settled when the trust company paid it to who
    held then: the seller owes it to the buyer. Source: INC-02."""

    transfer_id: TransferId
    product_id: ProductId
    trade_number: int
    seller_id: PartyId
    """Who was paid, and owes it."""
    buyer_id: PartyId
    trust_company_id: PartyId
    units: Units
    matched_on: DayNumber
    record_on: DayNumber
    estimate: Fen | None
    """What the benchmark says of the units' income; None: not all that it takes was disclosed. What
    was paid the trust company knows."""
