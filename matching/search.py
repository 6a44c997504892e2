"""The search of an order that not everybody may trade with: a plan of what would happen, no deed.

Candidates are asked in the order of price, then sequence, across all ladders that the order may
trade with. What each is asked, and what a refusal of it costs, is decision 0007.
"""

from __future__ import annotations

from enum import Enum
from typing import Final, final

from matching.ladder import Ladder, Order, Terms, smallest_fill
from matching.smallest_fills import SmallestFills
from matching.types import (
    BUY,
    FILL_OR_KILL,
    MARKET_TO_LIMIT,
    BookRules,
    OrderId,
    OwnerId,
    ParticipantId,
    Price,
    Quantity,
    RestingOrder,
    SelfTradePrevention,
    Side,
    SizeTerms,
    Veto,
)

ALLOW: Final = SelfTradePrevention.ALLOW


class Deed(Enum):
    """What a step of a plan does to its candidate."""

    FILL = 1  # it trades
    CANCEL = 2  # it is cancelled, because it is of the same owner
    VETO = 3  # nothing: the caller said no


class Ending(Enum):
    """Why a search ended."""

    FILLED = 1  # nothing is left of the incoming order
    NO_CANDIDATE = 2  # nobody is left to ask
    SEARCH_LIMIT = 3  # too many said no
    OWN_ORDER_REFUSES = 4  # it met an order of its owner: the command is refused
    OWN_ORDER_CANCELS = 5  # it met an order of its owner: both are cancelled


FILL: Final = Deed.FILL
CANCEL: Final = Deed.CANCEL
VETO: Final = Deed.VETO
FILLED: Final = Ending.FILLED
NO_CANDIDATE: Final = Ending.NO_CANDIDATE
SEARCH_LIMIT: Final = Ending.SEARCH_LIMIT
OWN_ORDER_REFUSES: Final = Ending.OWN_ORDER_REFUSES
OWN_ORDER_CANCELS: Final = Ending.OWN_ORDER_CANCELS


@final
class Incoming:
    """An order on its way into the book, or one that is tried again."""

    __slots__ = ("order_id", "participant_id", "price", "quantity", "side", "terms")

    def __init__(
        self,
        order_id: OrderId,
        participant_id: ParticipantId,
        side: Side,
        price: Price,
        quantity: Quantity,
        terms: Terms,
    ) -> None:
        self.order_id: Final = order_id
        self.participant_id: Final = participant_id
        self.side: Final = side
        self.price: Final = price
        self.quantity: Final = quantity
        self.terms: Final = terms

    @property
    def limit_key(self) -> int:
        """The key of the worst level of the other side that it trades at."""
        return self.price if self.side is BUY else -self.price

    @property
    def owner(self) -> OwnerId:
        """Who must not trade with himself."""
        return self.terms.owner_of(self.participant_id)

    @property
    def wants_all(self) -> bool:
        """Whether it trades whole or not at all."""
        size_terms = self.terms.size_terms
        if size_terms is not None and (size_terms.all_or_none or size_terms.whole_only):
            return True
        return self.terms.time_in_force is FILL_OR_KILL

    def view(self) -> RestingOrder:
        """What a veto sees of it: the order as it came."""
        return self.terms.view(
            self.order_id, self.participant_id, self.side, self.price, self.quantity
        )


@final
class Step:
    """One line of a plan."""

    __slots__ = ("candidate", "deed", "quantity")

    def __init__(self, deed: Deed, candidate: Order, quantity: Quantity) -> None:
        self.deed: Final = deed
        self.candidate: Final = candidate
        self.quantity: Final = quantity


@final
class Plan:
    """What would happen to the candidates, in order, and what would be left."""

    __slots__ = ("ending", "fill_count", "found_price", "left", "quantity", "steps")

    def __init__(self, quantity: Quantity) -> None:
        self.quantity: Final = quantity
        self.steps: list[Step] = []
        self.fill_count = 0
        self.left = quantity
        self.found_price: Price | None = None  # of the first fill
        self.ending = NO_CANDIDATE

    def annul(self) -> None:
        """Nothing of it happens: the order trades whole or not at all."""
        self.steps = []
        self.fill_count = 0
        self.left = self.quantity
        if self.ending is not SEARCH_LIMIT:
            self.ending = NO_CANDIDATE


@final
class Cursor:
    """A walk along one ladder, which stays at `order` until told to go on."""

    __slots__ = ("fills", "is_sized", "key", "level", "order")

    def __init__(self, ladder: Ladder) -> None:
        self.fills: Final = ladder.smallest_fills
        self.is_sized: Final = ladder.smallest_fills is not None
        self.level = ladder.best  # of a ladder that is not sized: the next to look at
        self.order: Order | None = None
        self.key = 0

    def is_hopeless(self, left: int) -> bool:
        """Whether the order where it stands accepts nothing as small as `left`."""
        order = self.order
        assert order is not None, self.key
        return smallest_fill(order.terms.size_terms, order.quantity) > left

    def advance(self, left: int, *, limit_key: int) -> None:
        """Go to the next order that is not hopeless with `left` to trade, or to None.

        Cost: O(1), O(log sized orders) past hopeless ones, however many.
        """
        if left == 0:
            self.order = None
            return
        if self.fills is not None:
            self._advance_sized(self.fills, left, limit_key=limit_key)
            return
        order = self.order
        if order is not None and order.next is not None:
            self.order = order.next
            return
        level = self.level
        self.order = None
        if level is not None and level.key <= limit_key:
            self.order = level.first
            self.key = level.key
            self.level = level.worse

    def _advance_sized(self, fills: SmallestFills, left: int, *, limit_key: int) -> None:
        order = self.order
        found = fills.first(left) if order is None else order.next
        if order is not None and (
            found is None or smallest_fill(found.terms.size_terms, found.quantity) > left
        ):
            found = fills.first_after(order, left)
        self.order = None
        if found is not None:
            level = found.level
            assert level is not None, found.order_id
            if level.key <= limit_key:
                self.order = found
                self.key = level.key


def cursors_at(ladders: list[Ladder], limit_key: int, quantity: Quantity) -> list[Cursor]:
    """A cursor for each of the `ladders` with a candidate for `quantity` up to `limit_key`."""
    cursors: list[Cursor] = []
    for ladder in ladders:
        best = ladder.best
        if best is None or best.key > limit_key:
            continue
        if ladder.least_fill > quantity:
            continue
        cursor = Cursor(ladder)
        cursor.advance(quantity, limit_key=limit_key)
        if cursor.order is not None:
            cursors.append(cursor)
    return cursors


def best_cursor(cursors: list[Cursor], limit_key: int) -> Cursor | None:
    """The one whose order trades first, up to `limit_key`, or None. O(cursors)."""
    found: Cursor | None = None
    sequence = 0
    for cursor in cursors:
        order = cursor.order
        if order is None or cursor.key > limit_key:
            continue
        if (
            found is None
            or cursor.key < found.key
            or (cursor.key == found.key and order.sequence < sequence)
        ):
            found, sequence = cursor, order.sequence
    return found


def fill_between(
    *,
    candidate_terms: SizeTerms | None,
    candidate_open: int,
    incoming_terms: SizeTerms | None,
    incoming_open: int,
) -> int:
    """The largest quantity that both accept, or 0 if there is none."""
    quantity = min(candidate_open, incoming_open)
    # What leaves one side too little is too much: what both sides leave after a smaller fill is
    # more, so that lowering for one and then the other never has to be done again.
    for terms, open_quantity in (
        (candidate_terms, candidate_open),
        (incoming_terms, incoming_open),
        (candidate_terms, candidate_open),
    ):
        if terms is not None and quantity != open_quantity:
            quantity = min(quantity, open_quantity - terms.residual_minimum)
    if quantity < smallest_fill(candidate_terms, candidate_open):
        return 0
    if incoming_terms is not None:
        if incoming_terms.whole_only and quantity != incoming_open:
            return 0
        if quantity < min(incoming_terms.minimum_quantity, incoming_open):
            return 0
    return max(quantity, 0)


@final
class Search:
    """One walk of an incoming order past its candidates."""

    __slots__ = (
        "cursors",
        "examined_count",
        "examined_max",
        "incoming",
        "incoming_view",
        "limit_key",
        "plan",
        "self_trade",
        "veto",
    )

    def __init__(
        self,
        incoming: Incoming,
        cursors: list[Cursor],
        rules: BookRules,
        veto: Veto | None,
        *,
        is_retry: bool,
    ) -> None:
        self.incoming: Final = incoming
        self.examined_max: Final = rules.candidates_examined_max
        # An order that is tried again cannot be refused: nobody has asked for anything.
        is_mild = is_retry and rules.self_trade is SelfTradePrevention.REJECT_INCOMING
        self.self_trade: Final = SelfTradePrevention.SKIP if is_mild else rules.self_trade
        self.veto: Final = veto
        self.plan: Final = Plan(incoming.quantity)
        self.limit_key = incoming.limit_key
        self.examined_count = 0
        self.incoming_view: RestingOrder | None = None
        self.cursors: Final = cursors

    def run(self) -> Plan:
        """The plan, not yet annulled."""
        plan = self.plan
        while plan.left > 0:
            cursor = best_cursor(self.cursors, self.limit_key)
            if cursor is None:
                return plan
            candidate = cursor.order
            assert candidate is not None
            if not (cursor.is_sized and cursor.is_hopeless(plan.left)):
                if self.examined_count >= self.examined_max:
                    plan.ending = SEARCH_LIMIT
                    return plan
                if not self._ask(candidate, cursor.key):
                    return plan
            cursor.advance(plan.left, limit_key=self.limit_key)
        plan.ending = FILLED
        return plan

    def _ask(self, candidate: Order, key: int) -> bool:
        # Whether the search goes on after this candidate.
        plan, incoming = self.plan, self.incoming
        candidate_terms, incoming_terms = candidate.terms.size_terms, incoming.terms.size_terms
        quantity = min(plan.left, candidate.quantity)
        if candidate_terms is not None or incoming_terms is not None:
            quantity = Quantity(
                fill_between(
                    candidate_terms=candidate_terms,
                    candidate_open=candidate.quantity,
                    incoming_terms=incoming_terms,
                    incoming_open=plan.left,
                )
            )
            if quantity == 0:
                self.examined_count += 1
                return True
        if self.self_trade is not ALLOW and candidate.owner == incoming.owner:
            return self._meet_own(candidate)
        if self._is_vetoed(candidate, quantity):
            plan.steps.append(Step(VETO, candidate, quantity))
            self.examined_count += 1
            return True
        plan.steps.append(Step(FILL, candidate, quantity))
        plan.fill_count += 1
        plan.left = Quantity(plan.left - quantity)
        if plan.found_price is None:
            level = candidate.level
            assert level is not None, candidate.order_id
            plan.found_price = level.price
            if incoming.terms.kind is MARKET_TO_LIMIT:
                self.limit_key = key
        return True

    def _is_vetoed(self, candidate: Order, quantity: Quantity) -> bool:
        if self.veto is None:
            return False
        if self.incoming_view is None:
            self.incoming_view = self.incoming.view()
        return self.veto(candidate.view(), self.incoming_view, quantity)

    def _meet_own(self, candidate: Order) -> bool:
        prevention = self.self_trade
        if prevention is SelfTradePrevention.REJECT_INCOMING:
            self.plan.ending = OWN_ORDER_REFUSES
            return False
        if prevention is SelfTradePrevention.SKIP:
            self.examined_count += 1
            return True
        self.plan.steps.append(Step(CANCEL, candidate, candidate.quantity))
        if prevention is SelfTradePrevention.CANCEL_OLDEST:
            return True
        assert prevention is SelfTradePrevention.CANCEL_BOTH, prevention
        self.plan.ending = OWN_ORDER_CANCELS
        return False
