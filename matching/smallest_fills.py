"""The orders of a sized ladder in the order in which they trade, found by what they accept.

The question is: which is the next order that accepts a fill as small as this? However many there
are that do not, the answer costs the height of a tree: a balanced one (Adelson-Velsky and Landis,
1962) whose every node knows the least fill that any order below it accepts.

    node       of one order; `better` trades before it, `worse` after it
    fill       the smallest fill that the order accepts
    least      the smallest of these in the node's subtree
    height     of the subtree; that of the two sides differs by 1 at most

The tree compares nothing: an order is put in behind another one.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final, final

from matching.types import OrderId

if TYPE_CHECKING:
    from matching.ladder import Order  # which keeps one of these


@final
class Node:
    """One order's place in the tree."""

    __slots__ = ("better", "fill", "height", "least", "order", "parent", "worse")

    def __init__(self, order: Order, fill: int) -> None:
        self.order = order
        self.fill = fill
        self.least = fill
        self.height = 1
        self.parent: Node | None = None
        self.better: Node | None = None
        self.worse: Node | None = None

    def sum_up(self) -> int:
        """Look at both sides anew: by how much the better one is higher than the worse."""
        better, worse, least = self.better, self.worse, self.fill
        better_height = worse_height = 0
        if better is not None:
            better_height = better.height
            least = min(least, better.least)
        if worse is not None:
            worse_height = worse.height
            least = min(least, worse.least)
        self.least = least
        self.height = 1 + max(better_height, worse_height)
        return better_height - worse_height


@final
class SmallestFills:
    """Which order is the next to accept a fill of some size; `least` is what any of them accepts.

    Cost of each command and question: O(log orders).
    """

    __slots__ = ("nodes", "root")

    def __init__(self) -> None:
        self.nodes: Final[dict[OrderId, Node]] = {}
        self.root: Node | None = None

    @property
    def least(self) -> int:
        """No order accepts a smaller fill; 0 if there is no order."""
        return 0 if self.root is None else self.root.least

    def add(self, order: Order, fill: int, *, after: Order | None) -> None:
        """Put in `order`, which accepts `fill`, right behind `after`, or before all."""
        node = Node(order, fill)
        self.nodes[order.order_id] = node
        parent = self.root if after is None else self.nodes[after.order_id]
        if parent is None:
            self.root = node
            return
        below = parent if after is None else parent.worse
        if below is None:
            parent.worse = node
        else:
            while below is not None:
                parent, below = below, below.better
            parent.better = node
        node.parent = parent
        self._mend(parent)

    def discard(self, order: Order) -> None:
        """Take `order` out."""
        node = self.nodes.pop(order.order_id)
        changed: Node | None = None
        if node.better is not None and node.worse is not None:
            # The next order moves here, and its own node goes: there is nothing better below that.
            changed, node = node, node.worse
            while node.better is not None:
                node = node.better
            changed.order, changed.fill = node.order, node.fill
            self.nodes[node.order.order_id] = changed
        parent, child = node.parent, node.worse if node.better is None else node.better
        self._hang(child, parent=parent, instead_of=node)
        # Nothing leads from here to a living node: the garbage collector has nothing to find.
        node.parent = node.better = node.worse = None
        self._mend(parent)
        self._mend(changed)

    def change(self, order: Order, fill: int) -> None:
        """Let `order` accept `fill` from now on, in its place."""
        node = self.nodes[order.order_id]
        node.fill = fill
        self._mend(node)

    def first(self, quantity: int) -> Order | None:
        """The order that trades first of those that accept a fill of `quantity`, or None."""
        root = self.root
        return None if root is None or root.least > quantity else _first_below(root, quantity)

    def first_after(self, order: Order, quantity: int) -> Order | None:
        """The next of them behind `order`, or None."""
        node: Node | None = self.nodes[order.order_id]
        while node is not None:
            worse = node.worse
            if worse is not None and worse.least <= quantity:
                return _first_below(worse, quantity)
            # Up, until a node is reached from its better side: that one trades next.
            came_from = node
            node = node.parent
            while node is not None and node.worse is came_from:
                came_from = node
                node = node.parent
            if node is not None and node.fill <= quantity:
                return node.order
        return None

    def nodes_in_order(self) -> Iterator[Node]:
        """All nodes, the first to trade first."""
        path: list[Node] = []
        node = self.root
        while path or node is not None:
            while node is not None:
                path.append(node)
                node = node.better
            node = path.pop()
            yield node
            node = node.worse

    def _mend(self, node: Node | None) -> None:
        # From a node below which something has changed up to the first to which it does not matter.
        while node is not None:
            height, least = node.height, node.least
            tilt = node.sum_up()
            if not -1 <= tilt <= 1:
                node = self._rotate(node, tilt)
            elif height == node.height and least == node.least:
                return
            node = node.parent

    def _rotate(self, node: Node, tilt: int) -> Node:
        # What now stands where `node` stood, which was higher on one side by 2.
        higher = node.better if tilt > 0 else node.worse
        assert higher is not None, tilt
        if tilt * higher.sum_up() < 0:
            inner = higher.worse if tilt > 0 else higher.better
            assert inner is not None, tilt
            self._lift(inner, over=higher)
            higher = inner
        self._lift(higher, over=node)
        return higher

    def _lift(self, node: Node, *, over: Node) -> None:
        # `node` takes the place of its parent, which comes below it: the order stays.
        if over.better is node:
            inner = node.worse
            over.better, node.worse = inner, over
        else:
            inner = node.better
            over.worse, node.better = inner, over
        if inner is not None:
            inner.parent = over
        self._hang(node, parent=over.parent, instead_of=over)
        over.parent = node
        over.sum_up()
        node.sum_up()

    def _hang(self, node: Node | None, *, parent: Node | None, instead_of: Node) -> None:
        if parent is None:
            self.root = node
        elif parent.better is instead_of:
            parent.better = node
        else:
            parent.worse = node
        if node is not None:
            node.parent = parent


def _first_below(node: Node, quantity: int) -> Order:
    # There is one: the least fill of this subtree is not too large.
    while True:
        better = node.better
        if better is not None and better.least <= quantity:
            node = better
        elif node.fill <= quantity:
            return node.order
        else:
            worse = node.worse
            assert worse is not None, node.order.order_id
            node = worse
