"""A halt on paper, and whether any stops trade."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from exchange.halt_commands import HaltTrade, LiftHalt
from registry.types import TimeNs

if TYPE_CHECKING:
    from tests.model.ledger import Ledger
    from tests.model.product import ModelProduct


@dataclass(kw_only=True, eq=False)
class ModelHalt:
    """A halt as it was given, and how it was lifted."""

    number: int
    at_ns: TimeNs
    given: HaltTrade
    lifted: LiftHalt | None = None
    lifted_at_ns: TimeNs | None = None

    def concerns(self, product: ModelProduct) -> bool:
        """Whether it stops trade in the product now."""
        everywhere = self.given.level.name == "VENUE"
        return self.lifted is None and (everywhere or self.given.subject_id == product.product_id)


def is_halted(ledger: Ledger, product: ModelProduct) -> bool:
    """Whether trade in the product is stopped."""
    return any(halt.concerns(product) for halt in ledger.halts)
