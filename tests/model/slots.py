"""Holder slots as a list of who holds what and of what is agreed: every outcome is tried.

A cap is kept if it is kept whatever becomes of the open transfers. So all choices of those that
settle are made, one after the other, and in each the holders are counted.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations


@dataclass(frozen=True)
class Deal:
    """A transfer that is agreed and open."""

    seller: int
    buyer: int
    units: int


@dataclass(frozen=True)
class Counted:
    """How many hold."""

    small: int
    """Natural persons with less principal than the threshold."""
    all: int


@dataclass(frozen=True)
class Rules:
    """Who is counted as what."""

    natural: set[int]
    small_below_units: int
    """Less is little."""
    weights: dict[int, int]
    """As how many an institution counts; any other as one."""


def outcomes(deals: Sequence[Deal]) -> Iterator[tuple[Deal, ...]]:
    """Every choice of the deals that settle."""
    for number in range(len(deals) + 1):
        yield from combinations(deals, number)


def after(held: dict[int, int], settled: Iterable[Deal]) -> dict[int, int]:
    """Who holds how many units then."""
    held = dict(held)
    for deal in settled:
        held[deal.seller] -= deal.units
        held[deal.buyer] = held.get(deal.buyer, 0) + deal.units
    assert min(held.values(), default=0) >= 0, held
    return {holder: units for holder, units in held.items() if units}


def count(held: dict[int, int], rules: Rules) -> Counted:
    """The holders, each as those who stand behind it."""
    return Counted(
        small=sum(
            holder in rules.natural and held[holder] < rules.small_below_units for holder in held
        ),
        all=sum(rules.weights.get(holder, 1) for holder in held),
    )


def worst(held: dict[int, int], deals: Sequence[Deal], rules: Rules) -> Counted:
    """The most that there could be, of each sort."""
    counted = [count(after(held, settled), rules) for settled in outcomes(deals)]
    return Counted(max(each.small for each in counted), max(each.all for each in counted))
