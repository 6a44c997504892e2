"""Commands about the title register of a product, and about the product's standing."""

from typing import TypeAlias

from exchange.command import Command
from registry.posting import AnyRow, Posting
from registry.types import ProductId, Units


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
