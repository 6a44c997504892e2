"""Events of the title register of a product, and of the product's standing."""

from typing import TypeAlias

from exchange.event import Event
from exchange.types import Fen, PartyId
from registry.posting import Posting
from registry.product import ProductEvent, ProductState
from registry.types import LotId, ProductId, Units


class RegisterPosted(Event, frozen=True, kw_only=True, tag=5801):
    """All rows of a file of the trust company's register are in ours."""

    product_id: ProductId
    trust_company_id: PartyId
    posting: Posting
    file_sha256: bytes
    key_id: str
    rows: int
    lots: tuple[LotId, ...]
    """The new ones, in the order of the rows that made them."""
    units_outstanding: Units
    principal_outstanding: Fen


class ProductAdvanced(Event, frozen=True, kw_only=True, tag=5901):
    """Something has happened to the product as a whole."""

    product_id: ProductId
    trust_company_id: PartyId
    event: ProductEvent
    state: ProductState
    version: int


RegisterEvent: TypeAlias = RegisterPosted | ProductAdvanced
