"""Which licence asks for notice of a change of mode, and the modes that are announced. VEN-02."""

from collections.abc import Mapping
from typing import Final

import msgspec

from exchange.modes.types import MarketMode, ModeTerms
from exchange.types import VenueProfile
from registry.types import DayNumber, ProductId, TimeNs

NOTICE_WORKING_DAYS: Final[Mapping[VenueProfile, int]] = {
    VenueProfile.SANDBOX: 0,
    VenueProfile.CN_VENUE_38: 1,
    VenueProfile.CN_VENUE_LICENSED: 1,
    VenueProfile.JP_PTS: 0,
}
"""0: a mode is changed at once. Source: domain E, VEN-02."""


class ComingMode(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """The mode that was announced for a product."""

    product_id: ProductId
    mode: MarketMode
    terms: ModeTerms | None
    effective_on: DayNumber
    """By the product's calendar."""
    effective_ns: TimeNs
    """The first moment of that day."""


class ComingModes:
    """What is announced, at most one mode of a product."""

    __slots__ = ("by_product",)

    def __init__(self) -> None:
        self.by_product: dict[ProductId, ComingMode] = {}

    def announce(self, coming: ComingMode) -> None:
        """In place of what was announced for the product before. Cost: O(1)."""
        self.by_product[coming.product_id] = coming

    def next(self) -> ComingMode | None:
        """What comes first; of one moment the first product. Cost: O(announced)."""
        if not self.by_product:
            return None
        coming = self.by_product.values()
        return min(coming, key=lambda each: (each.effective_ns, each.product_id))

    def next_due_ns(self) -> TimeNs | None:
        """When the first of them comes. Cost: O(announced)."""
        coming = self.next()
        return None if coming is None else coming.effective_ns

    def image(self) -> list[ComingMode]:
        """For the snapshot. Cost: O(announced × log announced)."""
        return [self.by_product[key] for key in sorted(self.by_product)]
