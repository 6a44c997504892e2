"""Lots: one trust contract of one holder each, what lies on it, and how a part of it is cut off.

A lot has one holder for ever. Units that change hands leave it and become one new lot of whoever
gets them. What lies on a lot are claims: amounts that may overlap, for a pledged unit can be
frozen too. Buckets are computed from them: every unit counts for the strongest claim on it,
frozen before pledged before locked before reserved, and what no claim reaches is available.
"""

from collections.abc import Iterable
from typing import NamedTuple

import msgspec

from registry.types import DayNumber, Draw, HolderId, LotId, ProductId


class Lot(msgspec.Struct, kw_only=True, eq=False, gc=False):
    """What a holder has under one trust contract. Principal and cost in fen."""

    lot_id: LotId
    product_id: ProductId
    holder_id: HolderId
    contract: str | None = None
    """The trust company's number of the contract; None: the lot's own number is it."""
    acquired_on: DayNumber
    units: int
    principal: int
    cost: int
    reserved: int = 0
    locked: int = 0
    pledged: int = 0
    frozen: int = 0

    @property
    def free(self) -> int:
        """Units on which nothing lies."""
        return max(0, self.unclaimed)

    @property
    def unclaimed(self) -> int:
        """Its units less all claims on it: below nothing by what claims overlap."""
        return self.units - self.frozen - self.pledged - self.locked - self.reserved


class Buckets(NamedTuple):
    """A number of units, each in exactly one bucket."""

    available: int
    reserved: int
    locked: int
    pledged: int
    frozen: int


def buckets(lot: Lot) -> Buckets:
    """The units of a lot, each by the strongest claim on it. Cost: O(1).

    The claims count as lying on different units as long as there are units: a pledge of 5 and a
    freeze of 5 on a lot of 10 leave nothing available.
    """
    left = lot.units
    frozen = min(lot.frozen, left)
    left -= frozen
    pledged = min(lot.pledged, left)
    left -= pledged
    locked = min(lot.locked, left)
    left -= locked
    reserved = min(lot.reserved, left)
    return Buckets(left - reserved, reserved, locked, pledged, frozen)


def part_of(amount: int, *, units: int, of_units: int) -> int:
    """What `units` of `of_units` take of an amount of fen: rounded down, and all of it with the
    last unit.

    What stays is the amount of the units that stay, so that however a lot is cut, its parts add up
    to it.
    """
    assert 0 < units <= of_units, (units, of_units)
    return amount * units // of_units


def cost_of(lots: Iterable[Lot], draws: Iterable[Draw]) -> int:
    """What the drawn units have cost their holder, in fen, were they to leave now. Cost: O(lots).

    Each lot is drawn from once.
    """
    by_id = {lot.lot_id: lot for lot in lots}
    return sum(
        part_of(by_id[lot_id].cost, units=units, of_units=by_id[lot_id].units)
        for lot_id, units in draws
    )


def split(draws: tuple[Draw, ...], units: int) -> tuple[tuple[Draw, ...], tuple[Draw, ...]]:
    """The draws of the first `units`, and those of the rest. Cost: O(draws)."""
    if units == 0:
        return (), draws
    left = units
    index = 0
    for _, drawn in draws:
        if left <= drawn:
            break
        left -= drawn
        index += 1
    lot_id, drawn = draws[index]
    first, rest = (*draws[:index], (lot_id, left)), draws[index + 1 :]
    return first, rest if left == drawn else ((lot_id, drawn - left), *rest)


def join(draws: tuple[Draw, ...], *, more: tuple[Draw, ...]) -> tuple[Draw, ...]:
    """The draws and then the others; what goes on with the last lot is one draw with it."""
    if not draws or not more or draws[-1][0] != more[0][0]:
        return draws + more
    lot_id, units = draws[-1]
    return (*draws[:-1], (lot_id, units + more[0][1]), *more[1:])
