"""What a party may do in a product now: the quantities and prices at which an order of his would be
taken, what ends each range, and what of the book he could take.

Solved and not tried: each rule and each check of means gives the ranges that it leaves, in the
order in which the engine asks them, and these are intersected. What is not about size or price (a
product's state, its mode, how many orders he has) is asked of the engine's own checks, for one
order. Like the preview it is asked of committed facts, and promises nothing.
"""

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice

from msgspec.structs import replace

from exchange.book_view import BookLevel
from exchange.commands import PlaceOrder
from exchange.fees import VALUE_UNITS_PER_FEN
from exchange.judging import REFUSED_FOR, findings_of_order, rules_of_order
from exchange.limits import LOTS_PER_ORDER_MAX, ORDER_VALUE_MAX, PRICE_MAX, QUANTITY_MAX
from exchange.modes.types import BOOK_MODES
from exchange.order_words import order_of
from exchange.preview import Facts, first_refusal, small_state
from exchange.refusals import Refusal
from exchange.rules.evaluate import explain
from exchange.rules.facts import Deal, OfferFacts
from exchange.rules.solve import Range, prices_of, quantities_of
from exchange.rules.types import Finding, Rule, Severity
from exchange.settlement import cost_to_reserve
from exchange.state import Order
from exchange.types import PartyId, Sequence
from matching import Price, Quantity, Side, TimeInForce
from registry.types import HolderId, TimeNs

Source = Refusal | Rule
"""What ends a range: a check of the engine's, or a rule of the product's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """What ends a range."""

    refusal: Refusal
    """What the next order beyond it would hear."""
    finding: Finding | None = None
    """Where that is a rule's: what it would say of that order, and what would cure it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Interval:
    """All multiples of a step from the one to the other, both included."""

    least: int
    most: int
    step: int
    least_by: Limit
    most_by: Limit


@dataclass(frozen=True, slots=True, kw_only=True)
class Feasible:
    """What one side of the market has for a party, at one price."""

    side: Side
    price: Price
    refusal: Refusal | None
    """Why no quantity would be taken at this price; None: one would."""
    quantities: tuple[Interval, ...]
    """Those that would be taken at this price, smallest first."""
    prices: Interval | None
    """Those at which some quantity would be taken; None: there is none."""
    findings: tuple[Finding, ...]
    """What each rule says of the smallest order that would be taken; where none would, of the
    smallest that came furthest."""
    takes: tuple[BookLevel, ...]
    """What of the other side of the book a plain order could take, best first."""


def feasible(
    facts: Facts,
    party_id: PartyId,
    side: Side,
    *,
    price: Price,
    opposite: Iterable[BookLevel],
    at_ns: TimeNs,
) -> Feasible:
    """What the party may do on one side.

    Args:
        price: at which the quantities are told.
        opposite: the other side of the book as the party's class sees it (exchange/class_view.py),
            best first.

    Cost: O(rules + lots + levels).
    """
    market = Market(facts, party_id, side, at_ns)
    prices = market.prices()
    ranges, smallest = market.quantities(price)
    order = market.order(price=price, quantity=smallest)
    refusal = market.refusal(order)
    assert ranges or refusal is not None, (side, price, smallest)
    shown = ranges if refusal is None else []
    return Feasible(
        side=side,
        price=price,
        refusal=refusal,
        quantities=tuple(market.shown(each) for each in shown),
        prices=prices,
        findings=findings_of_order(market.state, market.product, order, at_ns=at_ns),
        takes=tuple(
            level
            for level in opposite
            if prices is not None and prices.least <= level.price <= prices.most
        ),
    )


@dataclass(frozen=True, slots=True)
class Piece:
    """A range that is left, and what has ended it."""

    least: int
    most: int
    least_by: Source
    most_by: Source


class Market:
    """One side of a product, for one party: what it may say there, by itself."""

    def __init__(self, facts: Facts, party_id: PartyId, side: Side, at_ns: TimeNs) -> None:
        terms = facts.terms
        self.mode = None if facts.mode in BOOK_MODES else facts.mode
        self.command = PlaceOrder(
            actor=party_id,
            key="",
            product_id=facts.product_id,
            side=side,
            price=terms.tick,
            quantity=terms.lot,
            time_in_force=TimeInForce.GOOD_TILL_CANCELLED,
            post_only=False,
            expires_at_ns=None,
        )
        self.state, self.product = small_state(facts, self.command, at_ns)
        self.at_ns = at_ns
        self.side = side
        self.lot, self.tick = int(terms.lot), int(terms.tick)
        self.money = int(facts.money_available)
        self.own_prices: list[int] = []
        """Of his orders that another of his would meet: in the book."""
        if self.mode is None:
            self.own_prices = [own for own_side, own in facts.own_orders if own_side is not side]
        rules, self.deal = rules_of_order(
            self.state, self.product, self.order(price=terms.tick, quantity=terms.lot), at_ns=at_ns
        )
        self.rules = [rule for rule in rules if rule.severity > Severity.WARN]
        # Whoever reads a warning may go on: the findings tell of it.
        self.state.rules.acknowledged = tuple(rule.rule_id for rule in rules)
        # The most that price × quantity may be, whose fen are rounded half-up.
        fen = VALUE_UNITS_PER_FEN[terms.quantity_scale]
        self.value_max = (ORDER_VALUE_MAX + 1) * fen - fen // 2 - 1

    def order(self, *, price: int, quantity: int) -> Order:
        """A plain order of the party's."""
        command = replace(self.command, price=Price(price), quantity=Quantity(quantity))
        return order_of(command, Sequence(1), self.at_ns, product=self.product)

    def refusal(self, order: Order) -> Refusal | None:
        """What the engine would say."""
        return first_refusal(self.state, self.product, order, self.at_ns, mode=self.mode)

    def quantities(self, price: int) -> tuple[list[Piece], int]:
        """What may be ordered at a price, and the least quantity that passed most of what is asked:
        the least of those, if there are any. At a higher price it is the same or less."""
        left = Left(self.lot, QUANTITY_MAX, Refusal.QUANTITY_OUT_OF_RANGE)
        dearest = max(price, self.product.terms.par_value)
        left.keep([Range(0, self.value_max // dearest)], Refusal.ORDER_VALUE_OUT_OF_RANGE)
        for rule in self.rules:
            left.keep(quantities_of(rule, self.deal), rule)
        if self.side is Side.BUY:
            left.keep([Range(0, self.affordable(price))], Refusal.MONEY_NOT_AVAILABLE)
        else:
            available, drawable = self.units()
            left.keep([Range(0, available)], Refusal.UNITS_NOT_AVAILABLE)
            left.keep([Range(0, drawable)], Refusal.LOTS_MAX)
        return left.pieces, left.smallest

    def prices(self) -> Interval | None:
        """The prices at which something may be ordered. The smallest quantity that may be ordered
        at the lowest price is the smallest at any."""
        ranges, smallest = self.quantities(self.tick)
        if not ranges:
            return None
        left = Left(self.tick, PRICE_MAX, Refusal.PRICE_OUT_OF_RANGE)
        left.keep([Range(0, self.value_max // smallest)], Refusal.ORDER_VALUE_OUT_OF_RANGE)
        # An order that would meet the party's own is refused, not matched.
        if self.own_prices and self.side is Side.BUY:
            left.keep([Range(0, min(self.own_prices) - 1)], Refusal.SELF_TRADE)
        elif self.own_prices:
            left.keep([Range(max(self.own_prices) + 1, PRICE_MAX)], Refusal.SELF_TRADE)
        for rule in self.rules:
            left.keep([prices_of(rule, self.deal)], rule)
        if self.side is Side.BUY:
            highest = self.highest_affordable(smallest)
            left.keep([Range(0, highest)], Refusal.MONEY_NOT_AVAILABLE)
        if not left.pieces:
            return None
        (piece,) = left.pieces
        if self.refusal(self.order(price=piece.least, quantity=smallest)) is not None:
            return None
        return Interval(
            least=piece.least,
            most=piece.most,
            step=self.tick,
            least_by=self.limit(piece.least_by, smallest, price=piece.least - self.tick),
            most_by=self.limit(piece.most_by, smallest, price=piece.most + self.tick),
        )

    def cost(self, *, price: int, quantity: int) -> int:
        order = self.order(price=price, quantity=quantity)
        return cost_to_reserve(self.state, self.product, order, price=price, open_quantity=quantity)

    def affordable(self, price: int) -> int:
        """The largest quantity that the party's money pays. What an order costs only grows with its
        quantity, and so is inverted by halves."""
        lots = range(1, QUANTITY_MAX // self.lot + 1)
        return self.lot * bisect_right(
            lots, self.money, key=lambda count: self.cost(price=price, quantity=count * self.lot)
        )

    def highest_affordable(self, quantity: int) -> int:
        """The highest price at which his money pays so much, likewise."""
        ticks = range(1, PRICE_MAX // self.tick + 1)
        return self.tick * bisect_right(
            ticks,
            self.money,
            key=lambda count: self.cost(price=count * self.tick, quantity=quantity),
        )

    def units(self) -> tuple[int, int]:
        """How many units the party may offer, and how many of them one order may draw."""
        key = self.product.product_id, HolderId(self.command.actor)
        holding = self.state.register.holdings.get(key)
        if holding is None:
            return 0, 0
        if len(holding.lots) <= LOTS_PER_ORDER_MAX:
            return holding.available, holding.available
        first = islice(holding.free_lots, LOTS_PER_ORDER_MAX)
        return holding.available, sum(holding.lots[lot_id].free for lot_id in first)

    def shown(self, piece: Piece) -> Interval:
        """A range of quantities with what ends it."""
        return Interval(
            least=piece.least,
            most=piece.most,
            step=self.lot,
            least_by=self.limit(piece.least_by, piece.least - self.lot, price=self.command.price),
            most_by=self.limit(piece.most_by, piece.most + self.lot, price=self.command.price),
        )

    def limit(self, source: Source, quantity: int, *, price: int) -> Limit:
        """What is told of the end of a range, by what it says of the next order beyond it."""
        if isinstance(source, Refusal):
            return Limit(refusal=source)
        offer = OfferFacts(Quantity(quantity), Price(price), None)
        pair = self.deal.pair
        if pair is not None:  # what he does not offer he keeps
            pair = replace(pair, kept=pair.kept + self.lot - quantity)
        deal: Deal = replace(self.deal, offer=offer, pair=pair)
        (finding,) = explain([source], deal)
        return Limit(refusal=REFUSED_FOR[finding.verdict], finding=finding)


class Left:
    """The multiples of a step that are left, as more and more is asked."""

    def __init__(self, step: int, most: int, source: Source) -> None:
        self.step = step
        self.pieces = [Piece(step, most // step * step, source, source)]
        self.smallest = step
        """Of the last that were left."""

    def keep(self, ranges: Iterable[Range], source: Source) -> None:
        """Leave only what is in these ranges. What was asked before names an end that both have: it
        is what an order beyond would hear. Cost: O(ranges)."""
        whole: list[Range] = []
        for each in ranges:
            least, most = (
                -(-each.least // self.step) * self.step,
                each.most // self.step * self.step,
            )
            if whole and least <= whole[-1].most + self.step:  # nothing lies between them
                whole[-1] = Range(whole[-1].least, max(most, whole[-1].most))
            else:
                whole.append(Range(least, most))
        self.pieces = [
            Piece(
                max(piece.least, each.least),
                min(piece.most, each.most),
                piece.least_by if piece.least >= each.least else source,
                piece.most_by if piece.most <= each.most else source,
            )
            for piece in self.pieces
            for each in whole
            if max(piece.least, each.least) <= min(piece.most, each.most)
        ]
        if self.pieces:
            self.smallest = self.pieces[0].least
