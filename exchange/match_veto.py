"""What a product's book asks before two orders meet, if the product has rules: whether the rules of
the pair let them, and the caps of its holders.

A search of the book notes all its fills before anything happens, and what one finds may come to
nothing; so each pair that may meet is entered in what is on the way, and in the product's slots,
when it is asked about, and taken out again when the search has come to nothing or its transfers are
about to be opened. So two fills that are each allowed, and together are not, are never both found.
"""

from collections.abc import Iterable
from dataclasses import replace
from typing import Final, NamedTuple

from exchange.match_rule import MatchRule
from exchange.on_the_way import OnTheWay
from exchange.order_class import Classes
from exchange.pair_facts import is_whole
from exchange.pair_judging import rule_between
from exchange.refusals import Refusal
from exchange.seats import Move
from exchange.slot_events import MatchSkipped
from exchange.slots import NO_TRANSFER, Slots
from exchange.state import Order, Product, State
from exchange.types import PartyKind
from matching import (
    BUY,
    BookRules,
    OrderBook,
    OrderId,
    Phase,
    Price,
    Quantity,
    RestingOrder,
    Vetoed,
)
from registry.lots import part_of, split
from registry.register import Register
from registry.types import (
    Draw,
    HolderId,
    HoldingKey,
    TimeNs,
    TransferId,
    Units,
)

REFUSALS: Final = {
    MatchRule.NATURAL_HOLDERS: Refusal.HOLDER_SLOTS,
    MatchRule.ALL_HOLDERS: Refusal.HOLDER_SLOTS,
    MatchRule.TURNAROUND: Refusal.TURNAROUND,
    MatchRule.PRICE_BAND: Refusal.RULE_HOLDS,
    MatchRule.DISCLOSURE_OLD: Refusal.RULE_HOLDS,
}
"""The refusal of a deal by name that a cap forbids, or what a person would have to decide."""
NATURAL_PERSON: Final = PartyKind.NATURAL_PERSON
"""Looking a member up on its Enum costs ten times the comparison."""


class _Found(NamedTuple):
    """A pair that may meet."""

    transfer_id: TransferId
    """Under which number it is in the slots."""
    sell: Order
    buy: Order
    quantity: int


class MatchVeto:
    """The veto of one product's book. Between `begin` and `end` the book carries out a command."""

    __slots__ = (
        "_at_ns",
        "_drawn",
        "_found",
        "_incoming",
        "_noted",
        "_product",
        "_rules",
        "_state",
        "classes",
        "on_the_way",
        "slots",
    )

    def __init__(
        self,
        state: State,
        product: Product,
        *,
        slots: Slots | None,
        classes: Classes | None,
        on_the_way: OnTheWay,
    ) -> None:
        self.slots = slots
        """None: nothing is capped."""
        self.classes = classes
        """Which orders may meet at all; None: each may meet every other."""
        self.on_the_way = on_the_way
        self._rules: dict[tuple[OrderId, OrderId], MatchRule] = {}
        """Why a candidate and an incoming order of the last command may not meet."""
        self._product = product
        self._state = state
        self._at_ns = TimeNs(0)
        self._incoming: RestingOrder | None = None
        self._noted: dict[tuple[OrderId, OrderId], _Found] = {}
        """What the search under way has found."""
        self._found: list[_Found] = []
        """What earlier searches of the command have found and the book has carried out."""
        self._drawn: dict[OrderId, int] = {}
        """How many units of a sell order are in these."""

    def class_of(self, order: Order) -> int:
        """With whom a new order may trade; one that stands keeps its class. Cost: O(1)."""
        if self.classes is None:
            return 0
        is_natural = self._state.parties[order.party_id].kind is NATURAL_PERSON
        if order.side is BUY:
            return self.classes.of_buyer(is_natural=is_natural)
        is_whole_only = order.size_terms is not None and order.size_terms.whole_only
        matters = self.classes.all_matters(is_natural=is_natural, is_whole_only=is_whole_only)
        return self.classes.of_seller(
            is_natural=is_natural,
            is_whole=matters and is_whole(self._state, self._product, order),
            is_whole_only=is_whole_only,
        )

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
        self._take_out(self._found)
        self._found.clear()
        self._incoming = None

    def refuses(self, quantity: int, *, candidate: RestingOrder, incoming: RestingOrder) -> bool:
        """Whether these two may not trade this quantity, after all that this search and the others
        of the command have found. Cost: O(rules of the pair + draws of the sell order)."""
        if incoming is not self._incoming:
            self._give_up_search()
            self._incoming = incoming
        pair = candidate.order_id, incoming.order_id
        orders = self._state.orders
        maker, taker = orders[candidate.order_id], orders[incoming.order_id]
        buy, sell = (maker, taker) if maker.side is BUY else (taker, maker)
        transfer_id = TransferId(NO_TRANSFER - len(self._noted) - len(self._found))
        found = _Found(transfer_id, sell, buy, quantity)
        rule = self._rule_against(found, maker.price)
        if rule is not None:
            self._rules[pair] = rule
            return True
        self.on_the_way.open(
            quantity, seller_id=HolderId(sell.party_id), buyer_id=HolderId(buy.party_id)
        )
        self._noted[pair] = found
        self._drawn[sell.order_id] = self._drawn.get(sell.order_id, 0) + quantity
        return False

    def told(self, *, candidate_id: OrderId, incoming_id: OrderId) -> None:
        """The book has carried out what it noted of these two."""
        self._found.append(self._noted.pop((candidate_id, incoming_id)))

    def skipped(self, vetoed: Vetoed) -> MatchSkipped:
        """What is told of a pair that was refused in the last command. Cost: O(1)."""
        maker_id, taker_id = vetoed.maker_order_id, vetoed.taker_order_id
        return MatchSkipped(
            product_id=self._product.product_id,
            maker_order_id=maker_id,
            taker_order_id=taker_id,
            quantity=vetoed.quantity,
            rule=self._rules[maker_id, taker_id],
        )

    def book_of(self, orders: list[RestingOrder], rules: BookRules, phase: Phase) -> OrderBook:
        """A book in which these orders rest and that asks this veto. Cost: O(orders × log
        orders)."""
        if self.classes is not None:
            rules = replace(rules, matrix=self.classes.matrix)
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
        self, quantity: int, *, buy: Order, sell: Order, price: Price, at_ns: TimeNs
    ) -> MatchRule | None:
        """Which rule keeps these two from trading this quantity at this price outside the book now,
        or None.

        Args:
            sell: with its units reserved, or free to be.

        Cost: O(rules of the pair + draws of the sell order).
        """
        self.begin(at_ns)
        rule = self._rule_against(_Found(NO_TRANSFER, sell, buy, quantity), price)
        if rule is None and self.slots is not None:
            self.slots.close(NO_TRANSFER)
        return rule

    def move_between(self, quantity: int, *, buy: Order, sell: Order) -> Move:
        """What `rule_between` asked the slots about. Cost: O(draws of the sell order)."""
        assert self.slots is not None, self._product.product_id
        register, drawn = self._state.register, self._drawn.get(sell.order_id, 0)
        draws = sell.draws or register.drawable(_key(sell), Units(quantity), sell.lots)
        sources, _ = split(split(draws, drawn)[1], quantity)
        return Move(
            seller_id=HolderId(sell.party_id),
            buyer_id=HolderId(buy.party_id),
            units=quantity,
            principal=principal_of(register, _key(sell), sources),
            day=self.slots.calendar.day_of(self._at_ns),
        )

    def _rule_against(self, found: _Found, price: Price) -> MatchRule | None:
        """If there is none, the pair is in the slots."""
        sell, buy = found.sell, found.buy
        rule = rule_between(
            self._state,
            self._product,
            Quantity(found.quantity),
            buy=buy,
            sell=sell,
            price=price,
            at_ns=self._at_ns,
        )
        if rule is not None or self.slots is None:
            return rule
        move = self.move_between(found.quantity, buy=buy, sell=sell)
        return self.slots.try_open(found.transfer_id, move)

    def _give_up_search(self) -> None:
        self._take_out(self._noted.values())
        self._noted.clear()

    def _take_out(self, found: Iterable[_Found]) -> None:
        for transfer_id, sell, buy, quantity in found:
            seller_id, buyer_id = HolderId(sell.party_id), HolderId(buy.party_id)
            self.on_the_way.close(quantity, seller_id=seller_id, buyer_id=buyer_id)
            if self.slots is not None:
                self.slots.close(transfer_id)
            self._drawn[sell.order_id] -= quantity
            if self._drawn[sell.order_id] == 0:
                del self._drawn[sell.order_id]


def _key(order: Order) -> HoldingKey:
    return order.product_id, HolderId(order.party_id)


def principal_of(register: Register, key: HoldingKey, sources: tuple[Draw, ...]) -> int:
    """What principal, in fen, these units take with them if they leave the holder's lots now. Cost:
    O(sources)."""
    lots = register.holdings[key].lots
    return sum(
        part_of(lots[lot_id].principal, units=units, of_units=lots[lot_id].units)
        for lot_id, units in sources
    )
