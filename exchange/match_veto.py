"""What the book asks before two orders meet, of a product whose holders are capped.

A search of the book notes all its fills before anything happens, and what one finds may come to
nothing; so each pair that may meet is entered in the product's slots when it is asked about, and
taken out again when the search has come to nothing or its transfers are about to be opened. So two
fills that are each allowed, and together are not, are never both found.
"""

from typing import Final

from exchange.refusals import Refusal
from exchange.seats import Move
from exchange.slot_events import MatchSkipped
from exchange.slots import NO_TRANSFER, SlotRule, Slots
from exchange.state import Order, State
from matching import BUY, BookRules, OrderBook, OrderId, Phase, RestingOrder, Vetoed
from registry.lots import part_of, split
from registry.register import Register
from registry.types import (
    Draw,
    HolderId,
    HoldingKey,
    ProductId,
    TimeNs,
    TransferId,
    Units,
)

REFUSALS: Final = {
    SlotRule.NATURAL_HOLDERS: Refusal.HOLDER_SLOTS,
    SlotRule.ALL_HOLDERS: Refusal.HOLDER_SLOTS,
    SlotRule.TURNAROUND: Refusal.TURNAROUND,
}
"""The refusal of a transfer that a rule forbids."""


class MatchVeto:
    """The veto of one product's book. Between `begin` and `end` the book carries out a command."""

    __slots__ = (
        "_at_ns",
        "_drawn",
        "_found",
        "_incoming",
        "_noted",
        "_orders",
        "_product_id",
        "_register",
        "_rules",
        "slots",
    )

    def __init__(self, state: State, product_id: ProductId, slots: Slots) -> None:
        self.slots = slots
        self._rules: dict[tuple[OrderId, OrderId], SlotRule] = {}
        """Why a candidate and an incoming order of the last command may not meet."""
        self._product_id = product_id
        self._orders = state.orders
        self._register = state.register
        self._at_ns = TimeNs(0)
        self._incoming: RestingOrder | None = None
        self._noted: dict[tuple[OrderId, OrderId], tuple[TransferId, OrderId]] = {}
        """What the search under way has found: under which number, and whose the units are."""
        self._found: list[tuple[TransferId, OrderId]] = []
        """What earlier searches of the command have found and the book has carried out."""
        self._drawn: dict[OrderId, int] = {}
        """How many units of a sell order are in these."""

    def begin(self, at_ns: TimeNs) -> None:
        """The book is about to carry out a command."""
        assert not self._noted, self._noted
        assert not self._found, self._found
        self._at_ns = at_ns
        self._rules.clear()

    def end(self) -> None:
        """It has: what it found is opened, one transfer after the other."""
        if self._incoming is None:
            return  # nobody met anybody
        self._give_up_search()
        for transfer_id, sell_id in self._found:
            self._take_out(transfer_id, sell_id)
        self._found.clear()
        self._incoming = None

    def refuses(self, quantity: int, *, candidate: RestingOrder, incoming: RestingOrder) -> bool:
        """Whether these two may not trade this quantity, after all that this search and the others
        of the command have found. Cost: O(draws of the sell order)."""
        if incoming is not self._incoming:
            self._give_up_search()
            self._incoming = incoming
        pair = candidate.order_id, incoming.order_id
        maker, taker = self._orders[candidate.order_id], self._orders[incoming.order_id]
        buy, sell = (maker, taker) if maker.side is BUY else (taker, maker)
        transfer_id = TransferId(NO_TRANSFER - len(self._noted) - len(self._found))
        _, draws = split(sell.draws, self._drawn.get(sell.order_id, 0))
        rule = self.slots.try_open(transfer_id, self._move(quantity, draws, buy=buy, sell=sell))
        if rule is not None:
            self._rules[pair] = rule
            return True
        self._noted[pair] = transfer_id, sell.order_id
        self._drawn[sell.order_id] = self._drawn.get(sell.order_id, 0) + quantity
        return False

    def told(self, *, candidate_id: OrderId, incoming_id: OrderId) -> None:
        """The book has carried out what it noted of these two."""
        self._found.append(self._noted.pop((candidate_id, incoming_id)))

    def skipped(self, vetoed: Vetoed) -> MatchSkipped:
        """What is told of a pair that was refused in the last command. Cost: O(1)."""
        maker_id, taker_id = vetoed.maker_order_id, vetoed.taker_order_id
        return MatchSkipped(
            product_id=self._product_id,
            maker_order_id=maker_id,
            taker_order_id=taker_id,
            quantity=vetoed.quantity,
            rule=self._rules[maker_id, taker_id],
        )

    def book_of(self, orders: list[RestingOrder], rules: BookRules, phase: Phase) -> OrderBook:
        """A book in which these orders rest and that asks this veto. Cost: O(orders × log
        orders)."""
        return OrderBook.restore(
            orders,
            rules,
            phase=phase,
            veto=lambda candidate, incoming, quantity: self.refuses(
                quantity, candidate=candidate, incoming=incoming
            ),
            told=lambda candidate_id, incoming_id: self.told(
                candidate_id=candidate_id, incoming_id=incoming_id
            ),
        )

    def rule_between(
        self, quantity: int, *, buy: Order, sell: Order, at_ns: TimeNs
    ) -> SlotRule | None:
        """Which rule keeps these two from trading this quantity outside the book now, or None.

        Args:
            sell: with its units reserved, or free to be.

        Cost: O(draws of the sell order).
        """
        self.begin(at_ns)
        move = self.move_between(quantity, buy=buy, sell=sell)
        rule = self.slots.try_open(NO_TRANSFER, move)
        if rule is None:
            self.slots.close(NO_TRANSFER)
        return rule

    def move_between(self, quantity: int, *, buy: Order, sell: Order) -> Move:
        """What `rule_between` asked about. Cost: O(draws of the sell order)."""
        draws = sell.draws or self._register.drawable(self._key(sell), Units(quantity), sell.lots)
        return self._move(quantity, draws, buy=buy, sell=sell)

    def _key(self, order: Order) -> HoldingKey:
        return self._product_id, HolderId(order.party_id)

    def _move(self, quantity: int, draws: tuple[Draw, ...], *, buy: Order, sell: Order) -> Move:
        sources, _ = split(draws, quantity)
        return Move(
            seller_id=HolderId(sell.party_id),
            buyer_id=HolderId(buy.party_id),
            units=quantity,
            principal=principal_of(self._register, self._key(sell), sources),
            day=self.slots.calendar.day_of(self._at_ns),
        )

    def _give_up_search(self) -> None:
        for transfer_id, sell_id in self._noted.values():
            self._take_out(transfer_id, sell_id)
        self._noted.clear()

    def _take_out(self, transfer_id: TransferId, sell_id: OrderId) -> None:
        self._drawn[sell_id] -= self.slots.close(transfer_id).units
        if self._drawn[sell_id] == 0:
            del self._drawn[sell_id]


def principal_of(register: Register, key: HoldingKey, sources: tuple[Draw, ...]) -> int:
    """What principal, in fen, these units take with them if they leave the holder's lots now. Cost:
    O(sources)."""
    lots = register.holdings[key].lots
    return sum(
        part_of(lots[lot_id].principal, units=units, of_units=lots[lot_id].units)
        for lot_id, units in sources
    )
