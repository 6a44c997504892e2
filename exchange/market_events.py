"""Events about how deals in a product are made: the venue's approval, and market modes."""

from typing import TypeAlias

from exchange.event import Event
from exchange.modes.types import MarketMode, ModeTerms
from registry.types import ProductId


class VenueLicensed(Event, frozen=True, kw_only=True, tag=8001):
    """The venue that was just opened names this approval of its authority."""

    approval_ref: str


class MarketModeSet(Event, frozen=True, kw_only=True, tag=8101):
    """Deals in the product are made in this mode from now on; nothing of another mode is open."""

    product_id: ProductId
    mode: MarketMode
    terms: ModeTerms | None
    version: int
    """How often the mode was set, from 1; 0 is a product that began in CONTINUOUS."""


MarketEvent: TypeAlias = VenueLicensed | MarketModeSet
