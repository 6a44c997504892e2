"""Commands about the title register of a product, and about the product's standing."""

from typing import TypeAlias

from exchange.command import Command
from registry.encumbrance import EncumbranceKind
from registry.posting import AnyRow, Posting
from registry.types import DayNumber, EncumbranceId, HolderId, LotId, ProductId, Units


class Encumber(Command, frozen=True, kw_only=True, tag=5601):
    """Enter a pledge or freeze of a holder's units. By the operator or the trust company."""

    product_id: ProductId
    holder_id: HolderId
    kind: EncumbranceKind
    lot_id: LotId | None
    """None: on whatever the holder has of the product, and of a freeze: will have."""
    units: Units
    authority: bytes
    """SHA-256 of the document that orders or agrees it."""
    until_on: DayNumber | None
    """The last day, of a freeze: at most three years on; a pledge has none."""


class ReleaseEncumbrance(Command, frozen=True, kw_only=True, tag=5701):
    """End a pledge or freeze. By the operator or the trust company."""

    encumbrance_id: EncumbranceId
    authority: bytes
    """SHA-256 of the document that orders or agrees it."""


class PostRegister(Command, frozen=True, kw_only=True, tag=5801):
    """Post a file of the trust company's register, all of it or nothing. By the operator or the
    trust company."""

    product_id: ProductId
    posting: Posting
    rows: tuple[AnyRow, ...]
    units_outstanding: Units
    """What the file says there will be when it is posted."""
    file_sha256: bytes
    """Of the file's bytes: no file is posted twice."""
    key_id: str
    """Of the trust company's key that signed the file."""
    signature: bytes
    """Ed25519, over the file's bytes; verified by the edge."""


class SignOffProduct(Command, frozen=True, kw_only=True, tag=5901):
    """Agree to a product's terms. By its trust company."""

    product_id: ProductId
    terms_digest: bytes
    """Of the terms that were read: exchange.codec.terms_digest."""


class OpenProduct(Command, frozen=True, kw_only=True, tag=6001):
    """Begin to trade a product that was signed off and whose register is posted. By the
    operator."""

    product_id: ProductId
    units_outstanding: Units
    """What the operator knows to be in the register: another number is refused."""


class SuspendProduct(Command, frozen=True, kw_only=True, tag=6101):
    """Take no order of a product for now. By the operator."""

    product_id: ProductId


class ResumeProduct(Command, frozen=True, kw_only=True, tag=6201):
    """Take orders of a suspended product again. By the operator."""

    product_id: ProductId


class CloseProduct(Command, frozen=True, kw_only=True, tag=6301):
    """End the trade of a suspended product for good: its orders are withdrawn. By the operator."""

    product_id: ProductId


RegisterCommand: TypeAlias = (
    PostRegister | SignOffProduct | OpenProduct | SuspendProduct | ResumeProduct | CloseProduct
)
EncumbranceCommand: TypeAlias = Encumber | ReleaseEncumbrance
