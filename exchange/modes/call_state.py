"""The call auction of one product: when the next one is, what would trade now, and what is still to
be carried out of the last one."""

import msgspec

from matching import OrderId, Price, Quantity
from registry.types import TimeNs


class Indication(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """What an auction of what has gathered would do."""

    price: Price | None
    """None: nothing would trade."""
    volume: int
    surplus: int
    """What is left of the larger side at the price: of buyers above 0, of sellers below."""


NOTHING = Indication(None, 0, 0)


class CallAuction(msgspec.Struct, array_like=True, forbid_unknown_fields=True, eq=False):
    """A product's call auction; a product in another mode has none.

    waits until opens_ns → the moment is drawn → uncrosses at uncross_ns → fill by fill → waits
    its price is beyond the band → extended, waits until opens_ns; so again → waits, in a halt
    """

    opens_ns: TimeNs
    """From when on the next uncross may come."""
    uncross_ns: TimeNs | None = None
    """When it comes: drawn at `opens_ns`, and told to nobody before."""
    indicate_ns: TimeNs | None = None
    """When is told what would trade, because orders have come or gone."""
    told: Indication = NOTHING
    """What was told last."""
    price: Price | None = None
    """Of the uncross under way."""
    fills: list[tuple[OrderId, OrderId, Quantity]] = []
    """What of it is still to be carried out: buy order, sell order, quantity; the first one last.
    """
    kept_apart: bool = False
    """Whether two of this round may not trade with each other: another one would find them again.
    """
    extended: bool = False
    """Whether its price was beyond the band once: it was put off, and is to come at last."""

    @property
    def next_due_ns(self) -> TimeNs:
        """When something happens of itself. Cost: O(1)."""
        due_ns = self.opens_ns if self.uncross_ns is None else self.uncross_ns
        if self.fills or self.indicate_ns is None:
            return due_ns
        return min(due_ns, self.indicate_ns)
