"""Commands about what a product's price depends on, and how it is quoted."""

from typing import TypeAlias

from exchange.command import Command
from exchange.evidence_types import EvidenceLinkId
from exchange.price_types import Benchmark, IncomeDays, Nav, QuoteBasis
from registry.types import DayNumber, ProductId


class PublishDisclosure(Command, frozen=True, kw_only=True, tag=9301):
    """Say what has changed about a product; what is None stays as it was. By its trust company, or
    the operator."""

    product_id: ProductId
    nav: Nav | None
    last_distribution_on: DayNumber | None
    """A next distribution whose record day is not after it has been made."""
    next_income: IncomeDays | None
    benchmark: Benchmark | None
    risk_level: int | None
    documents: tuple[EvidenceLinkId, ...]
    """Documents of the product that count."""
    text_zh: str
    text_en: str
    """Empty where there is nothing to add."""
    distressed: bool | None = None
    """Whether the product is in trouble (PriceFacts)."""


class SetQuoteBasis(Command, frozen=True, kw_only=True, tag=9311):
    """Say how a product's price is quoted, while no order rests. By the operator."""

    product_id: ProductId
    quote_basis: QuoteBasis


PriceCommand: TypeAlias = PublishDisclosure | SetQuoteBasis
"""The operator does each of them by a proposal."""
