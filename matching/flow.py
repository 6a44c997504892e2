"""How much classes of buyers can trade with classes of sellers, and who of a queue comes first.

Pure arithmetic on quantities of classes: no price, no order. A buyer's class may trade with some
classes of sellers, so what can be traded is a maximum flow:

    wanted           may trade           given
    class 0   50  ----+--------------- 30   class 0
                      +--------+
    class 1   20  -------------+------ 30   class 1        of 70 wanted and 60 given, 60 trade

By Ford and Fulkerson it is the least of all *cuts*: choose some classes of buyers; those not chosen
want so much, and the chosen ones can get no more than all sellers give that they may trade with.
With at most 8 classes a side there are at most 256 cuts, so the least is simply looked for, exact
and without a flow in hand. The quantities of buyers that can all be served at once form a
polymatroid (Edmonds 1970), which is why asking the queue in order, each for all that the earlier
ones leave possible, serves as much as any other way does.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import final


@final
class Cut:
    """Some classes of buyers, and the classes of sellers that any of them may trade with."""

    __slots__ = ("inside", "outside", "reached")

    def __init__(self, *, inside: list[int], outside: list[int], reached: list[int]) -> None:
        self.inside = inside  # the chosen classes of buyers
        self.outside = outside  # the other ones
        self.reached = reached  # the classes of sellers that a chosen one may trade with


def cuts(rows: Sequence[Sequence[bool]]) -> list[Cut]:
    """The cuts that can be the least one, given who may trade: a row a class of buyers.

    Of all choices that reach the same sellers only the largest is kept: it leaves the least out.
    Cost: O(2 ** rows).
    """
    masks = [sum(1 << column for column, may in enumerate(row) if may) for row in rows]
    reaches = {0}
    for mask in masks:
        reaches |= {reached | mask for reached in reaches}
    return [
        Cut(
            inside=[row for row, mask in enumerate(masks) if mask & ~reached == 0],
            outside=[row for row, mask in enumerate(masks) if mask & ~reached != 0],
            reached=[column for column in range(reached.bit_length()) if reached >> column & 1],
        )
        for reached in sorted(reaches)
    ]


def maximum_flow(among: list[Cut], *, wanted: list[int], given: list[int]) -> int:
    """How much can trade, with what each class of buyers wants and each class of sellers gives.

    Cost: O(cuts x classes).
    """
    return min(
        sum([wanted[row] for row in cut.outside]) + sum([given[column] for column in cut.reached])
        for cut in among
    )


def first_takes(
    among: list[Cut], *, classes: list[int], quantities: list[int], given: list[int]
) -> list[int]:
    """What each order of a queue of buyers takes, the first as much as it can, then the next.

    An order takes all that any way of trading as much as possible can give it, once the orders
    before it have theirs. For a queue of sellers, turn the matrix round.

    Args:
        classes, quantities: of the orders, the first one first.
        given: what each class of the other side gives.
    Cost: O(orders x classes + log(orders) x cuts x classes^2): it is tried with all orders at once
        and halved where that is too much, and a class that has got all it can is asked no more.
    """
    queue = _Queue(among, classes=classes, quantities=quantities, given=given)
    queue.serve(first=0, end=len(classes))
    return queue.takes


@final
class _Queue:
    __slots__ = ("among", "classes", "given", "is_open", "quantities", "served", "takes")

    def __init__(
        self, among: list[Cut], *, classes: list[int], quantities: list[int], given: list[int]
    ) -> None:
        self.among = among
        self.classes = classes
        self.quantities = quantities
        self.given = given
        class_count = len(among[-1].inside)  # the last cut reaches everybody
        self.served = [0] * class_count  # what the orders asked so far take, by class
        self.is_open = [True] * class_count  # whether the class can get any more
        self.takes = [0] * len(classes)

    def serve(self, *, first: int, end: int) -> None:
        """Let the orders `first` to `end`, exclusive, take what they can, in their order."""
        wanted = self.served.copy()
        for order in range(first, end):
            row = self.classes[order]
            if self.is_open[row]:
                wanted[row] += self.quantities[order]
        flow = maximum_flow(self.among, wanted=wanted, given=self.given)
        if flow == sum(wanted):
            for order in range(first, end):
                if self.is_open[self.classes[order]]:
                    self.takes[order] = self.quantities[order]
            self.served = wanted
        elif end - first == 1:
            # Less than the order wants is possible: it gets that, and its class nothing after it,
            # because what is left for a class never grows.
            take = flow - sum(self.served)
            self.takes[first] = take
            self.served[self.classes[first]] += take
            self.is_open[self.classes[first]] = False
        else:
            middle = first + (end - first) // 2
            self.serve(first=first, end=middle)
            self.serve(first=middle, end=end)


@final
class Room:
    """How much more of each pair of classes may trade, so that all the rest still can.

    To begin with everybody can be served: the same is wanted and given. A cut has slack when its
    sellers give more than its buyers want. A trade of a pair leaves the slack of a cut as it is,
    unless its seller is among those that the cut reaches and its buyer is not inside: such a trade
    takes goods away from buyers who may trade with fewer.
    """

    __slots__ = ("_endless", "_hindering", "_slacks")

    def __init__(
        self,
        among: list[Cut],
        rows: Sequence[Sequence[bool]],
        *,
        wanted: list[int],
        given: list[int],
    ) -> None:
        self._endless = sum(wanted)
        self._slacks = [
            sum([given[column] for column in cut.reached])
            - sum([wanted[row] for row in cut.inside])
            for cut in among
        ]
        assert min(self._slacks) >= 0, self._slacks
        self._hindering = [
            [
                [
                    number
                    for number, cut in enumerate(among)
                    if column in cut.reached and row not in cut.inside
                ]
                for column in range(len(rows[row]))
            ]
            for row in range(len(rows))
        ]

    def left(self, *, row: int, column: int) -> int:
        """How much the pair may still trade at once. Cost: O(cuts). It never grows."""
        least = self._endless
        for number in self._hindering[row][column]:
            least = min(least, self._slacks[number])
        return least

    def use(self, quantity: int, *, row: int, column: int) -> None:
        """The pair trades `quantity`, which is no more than is left. Cost: O(cuts)."""
        for number in self._hindering[row][column]:
            self._slacks[number] -= quantity
