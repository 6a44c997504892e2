"""The real book and the naive one under the same commands, compared in all that can be seen."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, TypeAlias, assert_never

from matching import (
    BookEvent,
    BookRules,
    Cancelled,
    CancelReason,
    Expired,
    Filled,
    OrderBook,
    OrderId,
    ParticipantId,
    Phase,
    PhaseEntered,
    Price,
    Quantity,
    Reduced,
    Refused,
    Replaced,
    Rested,
    RestingOrder,
    Retried,
    Side,
    TimeInForce,
    Uncrossed,
    Veto,
    Vetoed,
    Viewer,
)
from tests.model.book import ModelBook

LEVELS_ALL: Final = 1_000
Command: TypeAlias = Callable[[OrderBook | ModelBook], list[BookEvent]]
Level: TypeAlias = tuple[Price, int, int]


@dataclass(slots=True, kw_only=True)
class Standing:
    """Where an order stands, as far as events have told."""

    side: Side
    price: Price
    quantity: Quantity


class BookFold:
    """The resting orders and the depth of the book, kept from its events alone."""

    def __init__(self) -> None:
        self.standing: dict[OrderId, Standing] = {}

    def apply(self, event: BookEvent) -> None:
        match event:
            case Rested():
                # A market-to-limit order that an auction left over comes to rest at its price.
                old = self.standing.pop(event.order_id, None)
                assert old is None or (old.price, old.quantity) == (0, event.quantity)
                self.standing[event.order_id] = Standing(
                    side=event.side, price=event.price, quantity=event.quantity
                )
            case Filled():
                self.fill(event.maker_order_id, event.quantity, event.maker_remaining)
                if event.taker_order_id in self.standing:
                    self.fill(event.taker_order_id, event.quantity, event.taker_remaining)
            case Reduced():
                order = self.standing[event.order_id]
                assert order.quantity - event.quantity_removed == event.quantity
                order.quantity = event.quantity
            case Replaced():
                self.leave(event.order_id, event.old_price, event.old_quantity)
            case Retried():
                self.leave(event.order_id, event.price, event.quantity)
            case Cancelled():
                assert event.was_resting == (event.order_id in self.standing)
                if event.was_resting:
                    self.leave(event.order_id, event.price, event.quantity)
            case Expired():
                self.leave(event.order_id, event.price, event.quantity)
            case Refused() | Vetoed() | PhaseEntered() | Uncrossed():
                pass
            case _:
                assert_never(event)

    def fill(self, order_id: OrderId, quantity: int, remaining: Quantity) -> None:
        order = self.standing[order_id]
        assert order.quantity - quantity == remaining
        order.quantity = remaining
        if remaining == 0:
            del self.standing[order_id]

    def leave(self, order_id: OrderId, price: Price, quantity: int) -> None:
        order = self.standing.pop(order_id)
        assert (order.price, order.quantity) == (price, quantity)

    def depth(self, side: Side) -> list[Level]:
        levels: dict[Price, tuple[int, int]] = {}
        for order in self.standing.values():
            if order.side is side and order.price > 0:
                quantity, order_count = levels.get(order.price, (0, 0))
                levels[order.price] = (quantity + order.quantity, order_count + 1)
        return [(price, *levels[price]) for price in sorted(levels, reverse=side is Side.BUY)]


def is_told_in_bulk(event: BookEvent) -> bool:
    """Whether a bulk run tells it: not that an order rests, or goes as its command says."""
    if isinstance(event, Cancelled):
        return event.reason not in {CancelReason.BY_OWNER, CancelReason.IMMEDIATE_OR_CANCEL}
    return not isinstance(event, Rested)


class Witness:
    """A veto that remembers what it was asked since it was last looked at."""

    def __init__(self, veto: Veto) -> None:
        self.veto = veto
        self.asked: list[tuple[RestingOrder, RestingOrder, int]] = []

    def __call__(self, candidate: RestingOrder, incoming: RestingOrder, quantity: int) -> bool:
        self.asked.append((candidate, incoming, quantity))
        return self.veto(candidate, incoming, quantity)

    def take(self) -> list[tuple[RestingOrder, RestingOrder, int]]:
        asked, self.asked = self.asked, []
        return asked


class BookPair:
    """The real book and the model under the same commands."""

    def __init__(self, rules: BookRules | None = None, *, veto: Veto | None = None) -> None:
        self.rules = rules or BookRules()
        self.veto = None if veto is None else Witness(veto)
        self.model_veto = None if veto is None else Witness(veto)
        self.book = OrderBook(self.rules, veto=self.veto)
        self.model = ModelBook(self.rules, veto=self.model_veto)
        self.fold = BookFold()
        self.counts: dict[str, int] = {}
        self.has_changed = True

    def both(self, command: Command) -> None:
        """Give both the same command, and see that they do the same."""
        expected, actual = command(self.model), command(self.book)
        assert expected == actual
        self.check_veto()
        self.has_changed = bool(actual)
        for event in actual:
            self.count(event)
            self.fold.apply(event)
        if any(isinstance(event, Refused) for event in actual):
            assert len(actual) == 1
            self.has_changed = False

    def run(self, rows: list[tuple[int, ...]]) -> None:
        """Give the model one command after the other, and the book all in bulk."""
        expected = [event for row in rows for event in self.run_row(row)]
        assert [event for event in expected if is_told_in_bulk(event)] == self.book.run(rows)
        self.check_veto()
        self.has_changed = True
        for event in expected:
            self.count(event)
            self.fold.apply(event)

    def run_row(self, row: tuple[int, ...]) -> list[BookEvent]:
        model, order_id = self.model, OrderId(row[0])
        match row[1:]:
            case []:
                return model.cancel(order_id)
            case [quantity]:
                return model.reduce(order_id, Quantity(quantity))
            case [price, quantity]:
                return model.replace(order_id, Price(price), Quantity(quantity))
            case [participant, side, price, quantity, in_force, counterparty_class]:
                return model.place(
                    *(order_id, ParticipantId(participant), Side(side)),
                    *(Price(price), Quantity(quantity), TimeInForce(in_force)),
                    counterparty_class=counterparty_class,
                )
            case _:
                raise AssertionError(row)

    def count(self, event: BookEvent) -> None:
        names = [type(event).__name__]
        if isinstance(event, Refused | Cancelled):
            names.append(event.reason.name)
        if isinstance(event, PhaseEntered):
            names.append(event.phase.name)
        for name in names:
            self.counts[name] = self.counts.get(name, 0) + 1

    def restore(self) -> None:
        """Go on with a book made from what the old one shows."""
        by_age = list(self.book.orders_by_age())
        restored = OrderBook.restore(by_age, self.rules, veto=self.veto, phase=self.book.phase)
        assert by_age == list(restored.orders_by_age())
        self.book = restored
        # When an auction is to end, no order tells.
        self.model.next_uncross_ns = None

    def indicate(self, *, reference_price: Price, pressure_limit_percent: int | None) -> None:
        """Compare what the two say an uncross would come to."""
        model = self.model.clearing(
            reference_price=reference_price, pressure_limit_percent=pressure_limit_percent
        )
        book = self.book.indicative(
            reference_price=reference_price, pressure_limit_percent=pressure_limit_percent
        )
        if self.model.phase is not Phase.AUCTION or model is None:
            assert book is None or book.volume == 0
            return
        assert book is not None
        assert book.decided_by is not None
        told = (book.price, book.volume, book.surplus, book.decided_by.name, book.fills)
        expected = (model.price, model.volume, model.surplus, model.decided_by, model.fills)
        assert expected == told

    def check(self) -> None:
        """See that the two books, and the one told by events, look the same from everywhere."""
        self.book.check()
        for side in Side:
            expected = self.model.depth(side)
            assert expected == self.book.depth(side, LEVELS_ALL)
            assert expected[:3] == self.book.depth(side, 3)
            assert expected == self.fold.depth(side)
            assert self.best_of(expected) == self.book.best(side)
            assert self.model.orders(side) == list(self.book.orders(side))
        if self.has_changed:
            self.check_class_views()
        assert len(self.model.resting) == len(self.book)
        assert self.model.next_expiry_ns == self.book.next_expiry_ns
        assert self.model.next_uncross_ns == self.book.next_uncross_ns
        assert self.model.phase is self.book.phase

    def check_veto(self) -> None:
        """See that both asked the same of the same orders, and nothing twice."""
        if self.veto is not None and self.model_veto is not None:
            asked = self.veto.take()
            assert self.model_veto.take() == asked

    def check_class_views(self) -> None:
        rows = self.rules.matrix.rows
        viewers: list[Viewer] = [(Side.BUY, number) for number in range(len(rows))]
        viewers += [(Side.SELL, number) for number in range(len(rows[0]))]
        for viewer in viewers:
            seen = {side: self.model.depth(side, seen_by=viewer) for side in Side}
            for side in Side:
                assert seen[side] == self.book.depth(side, LEVELS_ALL, seen_by=viewer)
                assert self.best_of(seen[side]) == self.book.best(side, seen_by=viewer)
            assert seen[Side.BUY][:2] == self.book.depth(Side.BUY, 2, seen_by=viewer)
            if seen[Side.BUY] and seen[Side.SELL]:
                assert seen[Side.BUY][0][0] < seen[Side.SELL][0][0]

    def check_orders(self, order_ids: list[OrderId]) -> None:
        """See that the two know the same of each of these ids."""
        for order_id in order_ids:
            found = self.model.find(order_id)
            assert (found is not None) == (order_id in self.book)
            assert (found.view() if found else None) == self.book.order(order_id)

    @staticmethod
    def best_of(levels: list[Level]) -> tuple[Price, int] | None:
        return levels[0][:2] if levels else None
