"""Commands about rules."""

from typing import TypeAlias

from exchange.clearance_types import ClearanceId, ClearanceTerms
from exchange.command import Command
from exchange.rules.types import Override
from registry.types import DayNumber, ProductId


class LoadRulePack(Command, frozen=True, kw_only=True, tag=7001):
    """Load a pack of rules. By the operator."""

    text: str
    """The whole file, TOML: so a replay has the rules of its time."""
    applies_from: DayNumber | None
    """The day in Asia/Shanghai from which it takes the place of the pack of its id that was loaded
    before, never a past one; None: that on which this is done."""


class SetProductRules(Command, frozen=True, kw_only=True, tag=7101):
    """Say which packs a product has, and which parameters of their rules are its own. By the
    operator."""

    product_id: ProductId
    packs: tuple[str, ...]
    """By id: that of its jurisdiction, and that of the venue. None: it has SANDBOX's."""
    overrides: tuple[Override, ...]


class DecideClearance(Command, frozen=True, kw_only=True, tag=7211):
    """Decide what a rule leaves to a person. By the operator."""

    clearance_id: ClearanceId
    terms: ClearanceTerms | None
    """What is let pass, as much as was asked at most; None: nothing."""
    note: str
    """For the party."""


RulesCommand: TypeAlias = LoadRulePack | SetProductRules | DecideClearance
