"""Which fee schedule is in force for a product on a day. FEE-01.

The venue opens with one. Others come with the day from which they count, never one that has begun:
so what was in force on a day that is past or today never changes, and what an order was shown when
it came can be looked up by the day of its placing.
"""

from bisect import insort
from typing import NewType

import msgspec

from exchange.fees import FeeSchedule
from registry.types import DayNumber, ProductId

FeeScheduleId = NewType("FeeScheduleId", int)
"""The sequence of the command that set it."""


class DatedFees(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """A schedule with the day from which it counts."""

    schedule_id: FeeScheduleId
    product_id: ProductId | None
    """None: of every product that has none of its own."""
    effective_on: DayNumber
    schedule: FeeSchedule


class FeesImage(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """All of them as a snapshot keeps them."""

    opening: FeeSchedule
    dated: list[DatedFees]
    """In the order in which they were set."""


class FeeSchedules:
    """Every schedule that the venue has had, has, or will have."""

    __slots__ = ("_by_subject", "dated", "opening")

    def __init__(self, opening: FeeSchedule) -> None:
        self.opening = opening
        """With which the venue was opened."""
        self.dated: list[DatedFees] = []
        """In the order in which they were set."""
        self._by_subject: dict[ProductId | None, list[DatedFees]] = {}

    def add(self, dated: DatedFees) -> None:
        """Take one more. Of two for one day the later counts. Cost: O(log n)."""
        self.dated.append(dated)
        insort(self._by_subject.setdefault(dated.product_id, []), dated, key=_age)

    def image(self) -> FeesImage:
        """What a snapshot keeps. Cost: O(1)."""
        return FeesImage(self.opening, self.dated)

    def in_force(self, product_id: ProductId | None, day: DayNumber) -> FeeSchedule:
        """The product's own schedule, else the venue's; None: the venue's. Cost: O(1) where none
        was set but at the opening; else O(those to come)."""
        if not self.dated:
            return self.opening
        for subject in (product_id, None):
            for each in reversed(self._by_subject.get(subject, ())):
                if each.effective_on <= day:
                    return each.schedule
        return self.opening


def fees_of(image: FeesImage) -> FeeSchedules:
    """The schedules that an image is of. Cost: O(those)."""
    fees = FeeSchedules(image.opening)
    for dated in image.dated:
        fees.add(dated)
    return fees


def _age(dated: DatedFees) -> tuple[int, int]:
    return dated.effective_on, dated.schedule_id
