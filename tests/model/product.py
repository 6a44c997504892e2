"""A product of the model, with what was said of it, and its book."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from hashlib import sha256
from math import ceil

import msgspec

from exchange.commands import CreateProduct
from exchange.modes.types import ModeTerms
from matching import BookRules
from registry.types import ProductId, TimeNs
from tests.model.book import ModelBook
from tests.model.call_auction import ModelAuction
from tests.model.known import Saying
from tests.model.tariff import half_up
from tests.model.transfer import STEPS

BOOK_RULES = BookRules(candidates_examined_max=2_000, retried_fills_max=100)


@dataclass(kw_only=True, eq=False)
class ModelProduct:
    """A product and its book."""

    product_id: ProductId
    terms: CreateProduct
    book: ModelBook = field(default_factory=lambda: ModelBook(BOOK_RULES))
    standing: str = "LIVE"
    version: int = 1
    closed_at_ns: TimeNs | None = None
    mode: str = "CONTINUOUS"
    mode_terms: ModeTerms | None = None
    mode_version: int = 0
    coming: tuple[int, str, ModeTerms | None] | None = None
    """When another mode is to come, which, and with what terms."""
    auction: ModelAuction | None = None
    sayings: list[Saying] = field(default_factory=list)
    """What was ever disclosed of it."""

    @property
    def digest(self) -> bytes:
        """Of the terms, as the journal has them."""
        return sha256(msgspec.msgpack.encode(self.terms)).digest()

    @property
    def uses(self) -> set[str]:
        """The steps of the rulebook that the terms ask for."""
        terms = self.terms.transfer_terms
        return {step for step, asked_by in STEPS.items() if getattr(terms, asked_by)}

    def fen(self, value: int) -> int:
        return half_up(Fraction(value, 100 * 10**self.terms.quantity_scale))

    def set_aside(self, cost: int) -> int:
        """What stands behind so much until it is due: all, or a deposit, of which a fen counts."""
        return ceil(Fraction(cost * (self.terms.transfer_terms.deposit_bps or 10_000), 10_000))

    def par(self, quantity: int) -> int:
        return self.fen(self.terms.par_value * quantity)
