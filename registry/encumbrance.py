"""Encumbrances: pledges and freezes of a holder's units of a product, on one lot or on whatever he
has.

An encumbrance is a number of units, and takes hold of units of lots. A pledge holds all of its
units from the beginning. A freeze may be of more than there is: what it does not hold waits, and
takes hold of what becomes unfrozen and of lots that arrive, in the order in which the freezes came
(轮候冻结).
"""

from collections.abc import Iterable, Sequence
from enum import IntEnum

import msgspec
from sortedcontainers import SortedList

from registry.lots import Lot
from registry.types import (
    DayNumber,
    Draw,
    EncumbranceId,
    HolderId,
    HoldingKey,
    LotId,
    ProductId,
    TimeNs,
)


class EncumbranceKind(IntEnum):
    """What lies on the units. The numbers are stored: never reuse one."""

    PLEDGE = 1  # they secure a debt
    FREEZE = 2  # a court, or who may do as it does, forbids to dispose of them


class Encumbrance(msgspec.Struct, kw_only=True, eq=False, gc=False):
    """A pledge or freeze of units, and what it holds of them."""

    encumbrance_id: EncumbranceId
    kind: EncumbranceKind
    product_id: ProductId
    holder_id: HolderId
    lot_id: LotId | None
    """None: on whatever the holder has of the product."""
    units: int
    authority: bytes
    """SHA-256 of the document that orders or agrees it."""
    placed_at_ns: TimeNs
    until_on: DayNumber | None
    """The last day, of a freeze."""
    ends_ns: TimeNs | None
    """When that day is over."""
    draws: tuple[Draw, ...] = ()
    """The units held, by lot."""
    released_at_ns: TimeNs | None = None
    release_authority: bytes | None = None
    """None: its time is over, or it stands."""

    @property
    def held(self) -> int:
        """Units that it holds; the others wait."""
        return sum(units for _, units in self.draws)


class Encumbrances:
    """Those that stand, by holding in the order in which they came, and by the end of their time.

    `touched` collects what changed since the rows were last taken.
    """

    __slots__ = ("by_id", "due", "marking", "of", "touched")

    def __init__(self) -> None:
        self.by_id: dict[EncumbranceId, Encumbrance] = {}
        self.of: dict[HoldingKey, list[Encumbrance]] = {}
        self.due: SortedList[tuple[TimeNs, EncumbranceId]] = SortedList()
        self.marking: dict[HoldingKey, None] = {}
        """The holdings of which it is still to be seen which open transfers have their units, in
        the order in which they wait for that."""
        self.touched: dict[EncumbranceId, Encumbrance] = {}

    def add(self, encumbrance: Encumbrance) -> None:
        """One more stands, after the others of the holding. Cost: O(log encumbrances)."""
        encumbrance_id = encumbrance.encumbrance_id
        assert encumbrance_id not in self.by_id, encumbrance_id
        self.by_id[encumbrance_id] = encumbrance
        self.of.setdefault((encumbrance.product_id, encumbrance.holder_id), []).append(encumbrance)
        if encumbrance.ends_ns is not None:
            self.due.add((encumbrance.ends_ns, encumbrance_id))

    def discard(self, encumbrance: Encumbrance) -> None:
        """It stands no longer. Cost: O(log encumbrances + those of the holding)."""
        del self.by_id[encumbrance.encumbrance_id]
        key = encumbrance.product_id, encumbrance.holder_id
        self.of[key].remove(encumbrance)
        if not self.of[key]:
            del self.of[key]
        if encumbrance.ends_ns is not None:
            self.due.remove((encumbrance.ends_ns, encumbrance.encumbrance_id))

    def waiting(self, key: HoldingKey) -> list[Encumbrance]:
        """The freezes of a holding that do not hold all of their units, in their order. Cost:
        O(encumbrances of the holding)."""
        return [each for each in self.of.get(key, ()) if each.held < each.units]

    def next_due_ns(self) -> TimeNs | None:
        """When the first of them ends by itself, or None. Cost: O(1)."""
        return self.due[0][0] if self.due else None


def seize(kind: EncumbranceKind, units: int, lots: Sequence[Lot]) -> tuple[Draw, ...]:
    """Of which lots an encumbrance takes hold, of as many units as there are for it.

    Units on which nothing lies come first, of the smallest number on, so that it touches nobody
    else without need. For a freeze only, units behind sell orders follow, and then any that is not
    frozen: of the greatest number on, from which the newest are drawn. Cost: O(lots).
    """
    taken: dict[LotId, int] = {}
    left = _take_free(taken, lots, units)
    if kind is EncumbranceKind.FREEZE and left > 0:
        listed = ((lot, lot.units - lot.frozen - lot.pledged - lot.locked) for lot in lots[::-1])
        left = _take(taken, listed, left)
        _take(taken, ((lot, lot.units - lot.frozen) for lot in lots[::-1]), left)
    return tuple(taken.items())


def _take_free(taken: dict[LotId, int], lots: Iterable[Lot], left: int) -> int:
    """Take what is free of each lot; returns what is left to take."""
    for lot in lots:
        free = lot.unclaimed
        if free > 0:
            taken[lot.lot_id] = part = min(left, free)
            left -= part
            if left == 0:
                break
    return left


def _take(taken: dict[LotId, int], there: Iterable[tuple[Lot, int]], left: int) -> int:
    """Take what there is of each lot, with what was taken before; returns what is left to take."""
    for lot, units in there:
        if left == 0:
            break
        before = taken.get(lot.lot_id, 0)
        part = min(left, units - before)
        if part > 0:
            taken[lot.lot_id] = before + part
            left -= part
    return left
