"""Holdings: what one holder has of one product, by bucket and lot by lot."""

from bisect import bisect_left, insort
from collections.abc import Collection

from registry.lots import Buckets, Lot, buckets
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
            self._add(buckets(lot), 1)
        if free > 0:
            insort(self.free_lots, lot.lot_id)

    def discount(self, lot: Lot) -> None:
        """The lot's units do not count until its claims have changed. Cost: O(log lots)."""
        units = buckets(lot)
        self._add(units, -1)
        if units.available > 0:
            self.spend(lot.lot_id)

    def claim(self, lot: Lot, *, pledged: int, frozen: int) -> None:
        """So many units more, or fewer, of the lot are pledged or frozen. Whether it still has free
        units is to be looked for. Cost: O(1)."""
        units, free = pledged + frozen, lot.unclaimed
        if free >= 0 and free >= units:  # before and after no claims overlap
            self.available -= units
            self.pledged += pledged
            self.frozen += frozen
            lot.pledged += pledged
            lot.frozen += frozen
            return
        self._add(buckets(lot), -1)
        lot.pledged += pledged
        lot.frozen += frozen
        self._add(buckets(lot), 1)

    def look_for_free(self, lots: Collection[Lot]) -> None:
        """Claims on these lots have changed: have those in `free_lots` that have free units. Cost:
        O(lots of the holding), or for a single one O(log lots)."""
        if len(lots) == 1:
            (lot,) = lots
            index = bisect_left(self.free_lots, lot.lot_id)
            was_free = self.free_lots[index : index + 1] == [lot.lot_id]
            if was_free and lot.free == 0:
                del self.free_lots[index]
            elif lot.free > 0 and not was_free:
                self.free_lots.insert(index, lot.lot_id)
            return
        of_these = {lot.lot_id for lot in lots}
        free = [lot_id for lot_id in self.free_lots if lot_id not in of_these]
        free += [lot.lot_id for lot in lots if lot.free > 0]
        self.free_lots = sorted(free)

    def spend(self, lot_id: LotId) -> None:
        """The lot's last free units are taken. Cost: O(log lots)."""
        index = bisect_left(self.free_lots, lot_id)
        assert self.free_lots[index] == lot_id, lot_id
        del self.free_lots[index]

    def _add(self, units: Buckets, times: int) -> None:
        self.available += times * units.available
        self.reserved += times * units.reserved
        self.locked += times * units.locked
        self.pledged += times * units.pledged
        self.frozen += times * units.frozen
