"""What has happened to what a product's price depends on."""

from typing import TypeAlias

from exchange.event import Event
from exchange.evidence_types import EvidenceLinkId
from exchange.price_types import PriceFacts
from exchange.types import PartyId
from registry.types import ProductId


class FactsPublished(Event, frozen=True, kw_only=True, tag=9301):
    """These are the product's facts from now on, as somebody has disclosed or set."""

    product_id: ProductId
    trust_company_id: PartyId
    published_by: PartyId
    facts: PriceFacts
    documents: tuple[EvidenceLinkId, ...]
    text_zh: str
    text_en: str


PriceEvent: TypeAlias = FactsPublished
