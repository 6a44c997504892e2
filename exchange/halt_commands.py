"""Commands that halt trade, and let it go on."""

from typing import TypeAlias

from exchange.command import Command
from exchange.halt_types import HaltId, HaltLevel, HaltReason
from registry.types import TimeNs


class HaltTrade(Command, frozen=True, kw_only=True, tag=9101):
    """Take and match no orders for now. By the operator or the regulator; of a product by its trust
    company, too."""

    level: HaltLevel
    subject_id: int
    """The product's or the party's id; 0 of the venue."""
    reason: HaltReason
    note: str
    review_ns: TimeNs
    """When it is to be looked at again."""
    officer: str
    """The id of the key by which it is given."""


class LiftHalt(Command, frozen=True, kw_only=True, tag=9111):
    """End a halt. By whoever gave it."""

    halt_id: HaltId
    note: str
    officer: str
    """The id of the key by which it is lifted."""


HaltCommand: TypeAlias = HaltTrade | LiftHalt
