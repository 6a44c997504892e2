"""Commands about how deals in a product are made: its market mode.

The tags of this family, of its events too, are kind × 10 + version.
"""

from typing import TypeAlias

from exchange.command import Command
from exchange.modes.types import MarketMode, ModeTerms
from registry.types import DayNumber, ProductId


class SetMarketMode(Command, frozen=True, kw_only=True, tag=8001):
    """Make deals in a product in another mode. By the operator."""

    product_id: ProductId
    mode: MarketMode
    terms: ModeTerms | None
    """What the mode needs to know; None for a mode that needs nothing."""
    effective_on: DayNumber | None = None
    """From the start of this day, by the product's calendar, where the venue's licence asks for
    notice; None, where it asks for none: at once."""


class CallOffMarketMode(Command, frozen=True, kw_only=True, tag=8011):
    """Let a product keep its mode: what was announced does not come. By the operator, who names
    what he has read; another announcement may have taken its place."""

    product_id: ProductId
    mode: MarketMode
    effective_on: DayNumber


MarketCommand: TypeAlias = SetMarketMode | CallOffMarketMode
