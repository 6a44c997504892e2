"""Events of the title register of a product, and of the product's standing."""

from typing import TypeAlias

from exchange.event import Event
from exchange.types import Fen, PartyId
from registry.encumbrance import EncumbranceKind
from registry.posting import Posting
from registry.product import ProductEvent, ProductState
from registry.types import DayNumber, EncumbranceId, LotId, ProductId, Units


class UnitsEncumbered(Event, frozen=True, kw_only=True, tag=5601):
    """A pledge or freeze stands. Orders that it leaves without units are closed by the same
    command, and transfers held."""

    encumbrance_id: EncumbranceId
    product_id: ProductId
    trust_company_id: PartyId
    holder_id: PartyId
    kind: EncumbranceKind
    lot_id: LotId | None
    units: Units
    held: Units
    """Of them, those that it took hold of at once; the others wait."""
    authority: bytes
    until_on: DayNumber | None


class EncumbranceReleased(Event, frozen=True, kw_only=True, tag=5701):
    """A pledge or freeze stands no longer. Transfers that have their units again go on by the same
    command."""

    encumbrance_id: EncumbranceId
    product_id: ProductId
    trust_company_id: PartyId
    holder_id: PartyId
    kind: EncumbranceKind
    units: Units
    authority: bytes | None
    """None: its time is over."""


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


RegisterEvent: TypeAlias = UnitsEncumbered | EncumbranceReleased | RegisterPosted | ProductAdvanced
