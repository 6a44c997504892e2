"""The order book: commands in, events out, price first and then time.

Each command is checked to the end before anything changes: a refusal is one `Refused` event and an
untouched book. The book is not safe for threads, asks no clock (expiry is a time given from
outside), and keeps nothing of an order that has left it: an id may not be used again while its
order rests, and remembering ids for longer is the caller's business.

A command on the way through the book:

    check  ->  match against the other side, best price first, oldest first  ->  rest or cancel

Which orders may trade with which, and every other rule, is written in decision 0007; the structure
is drawn in docs/matching.md. Here are the commands; what they do to the book is in the modules
beside this one.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, final

from matching import changes
from matching.bulk import Command, run
from matching.continuous import BY_IMMEDIATE_OR_CANCEL, take
from matching.entry import DAY, place_any
from matching.events import (
    BookEvent,
    Cancelled,
    CancelReason,
    PhaseEntered,
    RefusalReason,
    Refused,
    Rested,
)
from matching.gathering import has_trade_undone, settle_gathered, uncross
from matching.ladder import Terms
from matching.readable import ReadableBook
from matching.retry import retry_all_or_none
from matching.search import Incoming
from matching.state import BookState
from matching.types import (
    AUCTION,
    BUY,
    CONTINUOUS,
    EXPIRES_AT_NS_MAX,
    GOOD_TILL_CANCELLED,
    IMMEDIATE_OR_CANCEL,
    LIMIT,
    PHASES_AFTER,
    PRICE_MAX,
    QUANTITY_MAX,
    SELL,
    BookRules,
    OrderId,
    OrderKind,
    OwnerId,
    ParticipantId,
    Phase,
    Price,
    Quantity,
    RestingOrder,
    Side,
    SizeTerms,
    TimeInForce,
    Told,
    Veto,
)

# Some 3 ms of work: an expiry of a whole market must not hold up the commands behind it.
EXPIRED_MAX: Final = 1_000

PLAIN_RULES: Final = BookRules()
BY_OWNER: Final = CancelReason.BY_OWNER
UNKNOWN_ORDER: Final = RefusalReason.UNKNOWN_ORDER


@final
class OrderBook(ReadableBook):
    """The resting orders of one product, and the one place where orders meet.

    >>> book = OrderBook()
    >>> book.place(1, 7, Side.SELL, 101, 10)
    [Rested(order_id=1, participant_id=7, side=SELL, price=101, quantity=10)]
    """

    __slots__ = ()

    def __init__(
        self,
        rules: BookRules = PLAIN_RULES,
        *,
        veto: Veto | None = None,
        told: Told | None = None,
    ) -> None:
        super().__init__(BookState(rules, veto, told))

    @classmethod
    def restore(
        cls,
        orders: Iterable[RestingOrder],
        rules: BookRules = PLAIN_RULES,
        *,
        veto: Veto | None = None,
        told: Told | None = None,
        phase: Phase = CONTINUOUS,
    ) -> OrderBook:
        """A book that behaves exactly as the one whose orders are given, both sides.

        Args:
            orders: what `orders_by_age` yields. (Given as `orders` yields them, one side and then
                the other, the book differs only in the order in which a mass cancel and the end of
                the day name orders, and in which of two is the taker in an auction.)
        Raises:
            AssertionError: no book can hold these orders.
        Cost: O(orders x log orders).

        >>> book = OrderBook()
        >>> events = book.place(1, 7, Side.SELL, 101, 10)
        >>> OrderBook.restore(book.orders_by_age()).depth(Side.SELL)
        [(101, 10, 1)]
        """
        book = cls(rules, veto=veto, told=told)
        state = book._state
        state.enter(phase)
        for view in orders:
            assert view.order_id not in state.orders, view
            assert 1 <= view.price <= PRICE_MAX or view.kind is not LIMIT, view
            assert 1 <= view.quantity <= QUANTITY_MAX, view
            assert view.expires_at_ns is None or 1 <= view.expires_at_ns <= EXPIRES_AT_NS_MAX, view
            state.rest(state.order_of(view), view.side, view.price)
        book.check()
        return book

    def place(
        self,
        order_id: OrderId,
        participant_id: ParticipantId,
        side: Side,
        price: Price,
        quantity: Quantity,
        time_in_force: TimeInForce = GOOD_TILL_CANCELLED,
        *,
        post_only: bool = False,
        expires_at_ns: int | None = None,
        owner_id: OwnerId | None = None,
        counterparty_class: int = 0,
        size_terms: SizeTerms | None = None,
    ) -> list[BookEvent]:
        """What a new order does: its fills, then that the rest of it rests or is cancelled.

        Args:
            price: the worst price that the order accepts, 1..PRICE_MAX.
            quantity: 1..QUANTITY_MAX.
            post_only: refuse the order rather than let it trade at once.
            expires_at_ns: `expire` takes the order out from this time on, 1..EXPIRES_AT_NS_MAX.
            owner_id: who must not trade with himself, if it is not the participant.
            counterparty_class: the row (of a buyer) or column (of a seller) of the matrix.
            size_terms: which fills the order accepts.
        Refuses: INVALID_PRICE, INVALID_QUANTITY, INVALID_EXPIRY, INVALID_CLASS, INVALID_SIZE_TERMS,
            CONTRADICTS_TIME_IN_FORCE, NOT_IN_THIS_PHASE, AUCTION_PLAIN_ONLY, DUPLICATE_ORDER_ID,
            SELF_TRADE, POST_ONLY_WOULD_CROSS, FILL_OR_KILL_UNFILLABLE.
        Cost: O(fills), O(log levels) for a price that is new, and for an order that expires
            O(log expiring orders); where not everything may trade with everything also
            O(candidates passed over), `candidates_examined_max` at most, and with size terms
            O(log sized orders) each. Those that accept no fill so small cost nothing.

        >>> book = OrderBook()
        >>> events = book.place(1, 7, Side.SELL, 101, 10)
        >>> for event in book.place(2, 8, Side.BUY, 102, 10 + 5, TimeInForce.IMMEDIATE_OR_CANCEL):
        ...     print(type(event).__name__, event.price, event.quantity)
        Filled 101 10
        Cancelled 102 5
        """
        state = self._state
        # The keys of its price: up to where it may trade, and where it would rest.
        limit_key: int = price
        key = -limit_key
        routes = state.buy_routes
        if side is SELL:
            limit_key, key = key, limit_key
            routes = state.sell_routes
        may_rest = time_in_force is GOOD_TILL_CANCELLED
        # The short way is for an order that asks for nothing. It leaves out no check: what does not
        # pass goes the long way, where each reason has its place.
        if not (
            (may_rest or time_in_force is IMMEDIATE_OR_CANCEL)
            and expires_at_ns is None
            and size_terms is None
            and owner_id is None
            and not post_only
            and 1 <= price <= PRICE_MAX
            and 1 <= quantity <= QUANTITY_MAX
            and (counterparty_class == 0 or 0 <= counterparty_class < len(routes))
            and order_id not in state.orders
            and (state.is_unhindered or state.meets_nobody(routes[counterparty_class], limit_key))
        ):
            terms = Terms(
                time_in_force=time_in_force,
                post_only=post_only,
                expires_at_ns=expires_at_ns,
                owner_id=owner_id,
                counterparty_class=counterparty_class,
                size_terms=None if size_terms is None or size_terms.is_plain else size_terms,
            )
            incoming = Incoming(order_id, participant_id, side, price, quantity, terms)
            return place_any(state, incoming)
        route = routes[counterparty_class]
        events: list[BookEvent] = []
        left = quantity
        ladder = route.only
        best = None if ladder is None else ladder.best
        if (
            (ladder is None and state.is_unhindered)  # else nobody is there, as was seen
            or (best is not None and best.key <= limit_key)
            or (state.sized_count and route.reaches_sized(limit_key, left))
        ):
            left = take(state, route, limit_key, order_id, participant_id, left, events)
            if left == 0:
                return events
        if may_rest:
            state.rest_plain(order_id, participant_id, route, key, price, left)
            events.append(Rested(order_id, participant_id, side, price, left))
            if state.all_or_none_count:
                retry_all_or_none(state, side, events)
        else:
            reason = BY_IMMEDIATE_OR_CANCEL
            events.append(Cancelled(order_id, side, price, left, reason, was_resting=False))
        return events

    def place_market(
        self,
        order_id: OrderId,
        participant_id: ParticipantId,
        side: Side,
        quantity: Quantity,
        *,
        protection_price: Price | None = None,
        to_limit: bool = False,
        owner_id: OwnerId | None = None,
        counterparty_class: int = 0,
    ) -> list[BookEvent]:
        """What a new order at any price does; while an auction gathers it waits for its price.

        Args:
            protection_price: the worst price that it accepts after all; not in an auction.
            to_limit: trade at the first price found only, and let what is left rest there.
        Refuses: as `place`.
        Cost: as `place`.

        >>> book = OrderBook()
        >>> events = book.place(1, 7, Side.SELL, 101, 10)
        >>> [type(event).__name__ for event in book.place_market(2, 8, Side.BUY, 15, to_limit=True)]
        ['Filled', 'Rested']
        """
        state = self._state
        if protection_price is not None and not 1 <= protection_price <= PRICE_MAX:
            return [Refused(order_id, RefusalReason.INVALID_PRICE)]
        gathers = state.phase is AUCTION
        price = protection_price
        if price is None:
            price = Price(0 if gathers else PRICE_MAX if side is BUY else 1)
        terms = Terms(
            time_in_force=GOOD_TILL_CANCELLED if gathers or to_limit else IMMEDIATE_OR_CANCEL,
            owner_id=owner_id,
            counterparty_class=counterparty_class,
            kind=OrderKind.MARKET_TO_LIMIT if to_limit else OrderKind.MARKET,
        )
        return place_any(state, Incoming(order_id, participant_id, side, price, quantity, terms))

    def cancel(self, order_id: OrderId) -> list[BookEvent]:
        """The order leaves the book.

        Refuses: UNKNOWN_ORDER.
        Cost: O(1), levels that are given up apart; O(log expiring orders) for one of them, and
            O(log sized orders) for one of them.

        >>> book = OrderBook()
        >>> events = book.place(1, 7, Side.BUY, 99, 10)
        >>> book.cancel(1)
        [Cancelled(order_id=1, side=BUY, price=99, quantity=10, reason=BY_OWNER)]
        """
        state = self._state
        order = state.orders.pop(order_id, None)
        if order is None:
            return [Refused(order_id, UNKNOWN_ORDER)]
        level = order.level
        assert level is not None, order_id
        ladder = level.ladder
        if order.terms.is_noted:
            ladder.remove(order)
            state.forget(order)
        else:
            # As Ladder.remove, which costs a call more: a third of all commands come here.
            before, after = order.previous, order.next
            if before is None:
                level.first = after
            else:
                before.next = after
                order.previous = None
            if after is None:
                level.last = before
            else:
                after.previous = before
                order.next = None
            order.level = None
            level.quantity -= order.quantity
            level.order_count -= 1
            if level.first is None:
                ladder.note_empty(level)
        return [Cancelled(order_id, ladder.side, level.price, order.quantity, BY_OWNER)]

    def cancel_participant(self, participant_id: ParticipantId) -> list[BookEvent]:
        """All orders of one participant leave the book, the oldest first. O(orders).

        >>> book = OrderBook()
        >>> events = book.place(1, 7, Side.BUY, 99, 10), book.place(2, 8, Side.BUY, 98, 5)
        >>> book.cancel_participant(8)
        [Cancelled(order_id=2, side=BUY, price=98, quantity=5, reason=MASS_CANCEL)]
        """
        state = self._state
        own = [each for each in state.orders.values() if each.participant_id == participant_id]
        return changes.cancel_all(state, own)

    def cancel_all(self) -> list[BookEvent]:
        """All orders leave the book, the oldest first. O(orders).

        >>> OrderBook().cancel_all()
        []
        """
        return changes.cancel_all(self._state, list(self._state.orders.values()))

    def reduce(self, order_id: OrderId, quantity: Quantity) -> list[BookEvent]:
        """The order keeps its place with the smaller open quantity `quantity`.

        Args:
            quantity: what is to stay open, at least 1: to take all of it away is to cancel.
        Refuses: INVALID_QUANTITY, UNKNOWN_ORDER, NOT_A_REDUCTION.
        Cost: O(1), O(log sized orders) for one of them.

        >>> book = OrderBook()
        >>> events = book.place(1, 7, Side.BUY, 99, 10)
        >>> book.reduce(1, 4)
        [Reduced(order_id=1, side=BUY, price=99, quantity_removed=6, quantity=4)]
        """
        return changes.reduce(self._state, order_id, quantity)

    def replace(self, order_id: OrderId, price: Price, quantity: Quantity) -> list[BookEvent]:
        """The order stands at `price` with `quantity` still open, whatever was filled before.

        At the same price a smaller quantity keeps its place (`Reduced`) and the same quantity
        changes nothing (no event). A new price or a larger quantity loses the place: the order
        comes in anew (`Replaced`), trades as a taker if it crosses, and what is left rests last in
        the queue. Everything else that it says stays as it was.

        Refuses: INVALID_PRICE, INVALID_QUANTITY, NOT_IN_THIS_PHASE, AUCTION_PLAIN_ONLY,
            UNKNOWN_ORDER, SELF_TRADE, POST_ONLY_WOULD_CROSS.
        Cost: as `reduce`, or as `cancel` and then `place`.

        >>> book = OrderBook()
        >>> events = book.place(1, 7, Side.BUY, 99, 10)
        >>> [type(event).__name__ for event in book.replace(1, 100, 10)]
        ['Replaced', 'Rested']
        """
        return changes.replace(self._state, order_id, price=price, quantity=quantity)

    def expire(self, now_ns: int, *, expired_max: int = EXPIRED_MAX) -> list[BookEvent]:
        """The orders whose time has come leave the book, the earliest first.

        Of orders with the same time the lower id goes first, which is the older order where ids
        are given in sequence. An order past its time trades until this is called; after
        `expired_max` orders the rest waits for the next call, and `next_expiry_ns` says so.

        Cost: O(expired x log expiring orders).

        >>> book = OrderBook()
        >>> events = book.place(1, 7, Side.BUY, 99, 10, expires_at_ns=5_000)
        >>> book.expire(5_000)
        [Expired(order_id=1, side=BUY, price=99, quantity=10)]
        """
        assert expired_max >= 1, expired_max
        state, timers = self._state, self._state.timers
        events: list[BookEvent] = []
        while timers and timers[0][0] <= now_ns and len(events) < expired_max:
            events.append(changes.expire(state, state.orders[timers[0][1]]))
        return events

    def end_day(self) -> list[BookEvent]:
        """The orders that were for the day leave the book, the oldest first. O(orders).

        >>> book = OrderBook()
        >>> events = book.place(1, 7, Side.BUY, 99, 10, TimeInForce.DAY)
        >>> book.end_day()
        [Expired(order_id=1, side=BUY, price=99, quantity=10)]
        """
        state = self._state
        ended = [each for each in state.orders.values() if each.terms.time_in_force is DAY]
        return [changes.expire(state, order) for order in ended]

    def run(self, commands: Iterable[Command]) -> list[BookEvent]:
        """Do many commands, and say only what they set off: for recovery, simulation, what-if.

        The book ends as if each command had been called. What is told is every event but that an
        order rested, was cancelled by its owner, or was cancelled because it may not rest.

        Args:
            commands: rows of integers, told apart by their length. A side and a time in force are
                given by their values.
                (order_id,)                                                  cancel
                (order_id, quantity)                                         reduce
                (order_id, price, quantity)                                  replace
                (order_id, participant_id, side, price, quantity,
                    time_in_force, counterparty_class)                       place
        Cost: that of the commands, less the events that are not told.

        >>> OrderBook().run([(1, 7, 2, 101, 10, 1, 0), (2, 8, 1, 102, 15, 2, 0), (3,)])[1:]
        [Refused(order_id=3, reason=UNKNOWN_ORDER)]
        """
        return run(self._state, commands)

    def enter_phase(self, phase: Phase) -> list[BookEvent]:
        """The book is in another phase; orders keep their places.

        An auction that ends in this way trades nothing, and cancels the orders without a price.

        Refuses: PHASE_MAY_NOT_FOLLOW; ORDERS_CROSS, for the way to CONTINUOUS past a trade undone.
        Cost: O(orders without a price), and that of `matching.gathering.has_trade_undone`.

        >>> OrderBook().enter_phase(Phase.HALTED)
        [PhaseEntered(phase=HALTED)]
        """
        state = self._state
        if phase not in PHASES_AFTER[state.phase]:
            return [Refused(None, RefusalReason.PHASE_MAY_NOT_FOLLOW)]
        if phase is CONTINUOUS and has_trade_undone(state):
            return [Refused(None, RefusalReason.ORDERS_CROSS)]
        events: list[BookEvent] = []
        settle_gathered(state, None, events)
        state.enter(phase)
        return [*events, PhaseEntered(phase)]

    def uncross(
        self, *, reference_price: Price, pressure_limit_percent: int | None = None
    ) -> list[BookEvent]:
        """Everything that can trade at one price does, and the book goes on continuously.

        Args:
            reference_price: what the price should be near to, if nothing else decides.
            pressure_limit_percent: how far from it a surplus on one side may move the price.
        Refuses: NOT_IN_THIS_PHASE.
        Cost: that of `matching.auction.clear`.

        >>> book = OrderBook()
        >>> events = book.enter_phase(Phase.AUCTION)
        >>> events = book.place(1, 7, Side.SELL, 99, 10), book.place(2, 8, Side.BUY, 101, 10)
        >>> book.uncross(reference_price=100)[0]
        Uncrossed(price=100, volume=10, surplus=0)
        """
        state = self._state
        if state.phase is not AUCTION:
            return [Refused(None, RefusalReason.NOT_IN_THIS_PHASE)]
        events: list[BookEvent] = []
        uncross(
            state,
            reference_price=reference_price,
            pressure_limit_percent=pressure_limit_percent,
            events=events,
        )
        state.enter(CONTINUOUS)
        events.append(PhaseEntered(CONTINUOUS))
        return events

    def schedule_uncross(self, *, earliest_ns: int, latest_ns: int, draw: int) -> list[BookEvent]:
        """Fix the moment of the uncross inside the window; whoever has the clock calls `uncross`.

        Args:
            draw: any number from 0; the moment is as random as it is.
        Refuses: NOT_IN_THIS_PHASE.

        >>> book = OrderBook()
        >>> events = book.enter_phase(Phase.AUCTION)
        >>> book.schedule_uncross(earliest_ns=100, latest_ns=109, draw=25)
        []
        >>> book.next_uncross_ns
        105
        """
        assert 0 <= earliest_ns <= latest_ns, (earliest_ns, latest_ns)
        assert draw >= 0, draw
        if self._state.phase is not AUCTION:
            return [Refused(None, RefusalReason.NOT_IN_THIS_PHASE)]
        self._state.next_uncross_ns = earliest_ns + draw % (latest_ns - earliest_ns + 1)
        return []
