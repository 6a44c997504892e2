"""Holdings: what one holder has of one product, by bucket and lot by lot."""

from bisect import bisect_left, insort

from registry.lots import Lot, buckets
from registry.types import LotId, Units


class Holding:
    """What one holder has of one product: by bucket, and lot by lot."""

    __slots__ = (
        "available",
        "free_lots",
        "frozen",
        "locked",
        "lots",
        "pledged",
        "principal",
        "reserved",
    )

    def __init__(self) -> None:
        self.available = 0
        self.reserved = 0
        self.locked = 0
        self.pledged = 0
        self.frozen = 0
        self.principal = 0
        """Fen, of all lots."""
        self.lots: dict[LotId, Lot] = {}
        self.free_lots: list[LotId] = []
        """The lots with units on which nothing lies, smallest number first."""

    @property
    def total(self) -> Units:
        """All units of which the holder has title."""
        return Units(self.available + self.reserved + self.locked + self.pledged + self.frozen)

    def add(self, lot: Lot) -> None:
        """A lot more. Cost: O(log lots)."""
        assert lot.lot_id not in self.lots, lot.lot_id
        assert lot.units > 0, lot.lot_id
        self.principal += lot.principal
        self.lots[lot.lot_id] = lot
        self.count(lot)

    def count(self, lot: Lot) -> None:
        """The lot's units count, each in its bucket. Cost: O(log lots)."""
        free = lot.free
        if free == lot.units:
            self.available += free
        else:
            available, reserved, locked, pledged, frozen = buckets(lot)
            self.available += available
            self.reserved += reserved
            self.locked += locked
            self.pledged += pledged
            self.frozen += frozen
        if free > 0:
            insort(self.free_lots, lot.lot_id)

    def discount(self, lot: Lot) -> None:
        """The lot's units do not count until its claims have changed. Cost: O(log lots)."""
        available, reserved, locked, pledged, frozen = buckets(lot)
        self.available -= available
        self.reserved -= reserved
        self.locked -= locked
        self.pledged -= pledged
        self.frozen -= frozen
        if available > 0:
            self.spend(lot.lot_id)

    def spend(self, lot_id: LotId) -> None:
        """The lot's last free units are taken. Cost: O(log lots)."""
        index = bisect_left(self.free_lots, lot_id)
        assert self.free_lots[index] == lot_id, lot_id
        del self.free_lots[index]
