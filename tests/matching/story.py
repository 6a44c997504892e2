"""Reads the examples of docs/matching.md: a line a command, and after the arrow what happens.

    rules matrix 01/11 self-trade SKIP candidates 2     a new book, classes of buyers by rows
    a  sells 10 @ 101 class 1 DAY                       → rests 10
    b  buys  12 at market                               → fills a 10 @ 101, cancelled 2
    venue uncrosses, reference 100                      → at 100 trade 30, surplus -5, ...

Orders are called by their name, which is also their participant's unless `member N` says another.
What happens to the order of the line needs no name; anybody else's has it in front.
"""

from __future__ import annotations

from typing import Final

from matching import (
    BookEvent,
    BookRules,
    Cancelled,
    CancelReason,
    CounterpartyMatrix,
    Expired,
    Filled,
    OrderBook,
    OrderId,
    OwnerId,
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
    SelfTradePrevention,
    Side,
    SizeTerms,
    TimeInForce,
    Uncrossed,
    Vetoed,
)

ARROW: Final = "→"
SIDES: Final = {"buys": Side.BUY, "sells": Side.SELL}
VIEWERS: Final = {"buyer": Side.BUY, "seller": Side.SELL}
IN_FORCE: Final = {
    "IOC": TimeInForce.IMMEDIATE_OR_CANCEL,
    "FOK": TimeInForce.FILL_OR_KILL,
    "DAY": TimeInForce.DAY,
    "GTD": TimeInForce.GOOD_TILL_DATE,
}
FLAGS: Final = {"post-only", "all-or-none", "whole-only", "to-limit"}
EXPECTED_REASONS: Final = {CancelReason.BY_OWNER, CancelReason.IMMEDIATE_OR_CANCEL}


class Story:
    """A book whose orders have names; the invariants are checked after every line."""

    def __init__(self) -> None:
        self.book = OrderBook()
        self.names: list[str] = []
        self.vetoed: set[tuple[str, str]] = set()

    def tell(self, text: str) -> None:
        """Run every line; the outcome must be what stands after its arrow."""
        for line in text.splitlines():
            command, arrow, rest = line.partition(ARROW)
            if not command.strip():
                continue
            expected = rest.partition("#")[0].strip()
            actual = self.outcome(command.partition("#")[0].replace(",", " ").split())
            assert expected == actual if arrow else actual == "", line
            self.book.check()

    def outcome(self, words: list[str]) -> str:
        match words:
            case ["rules", *options]:
                self.book = self.new_book(options)
                return ""
            case ["veto", candidate, incoming]:
                self.vetoed.add((candidate, incoming))
                return ""
            case ["seen", "by", viewer, number]:
                return self.view(VIEWERS[viewer], int(number))
            case ["venue", "indicates", *options]:
                return self.indicative(options)
            case _:
                return ", ".join(self.told(words[0], event) for event in self.command(words))

    def new_book(self, options: list[str]) -> OrderBook:
        given = dict(zip(options[::2], options[1::2], strict=True))
        rows = tuple(
            tuple(mark == "1" for mark in row) for row in given.get("matrix", "1").split("/")
        )
        rules = BookRules(
            matrix=CounterpartyMatrix(rows),
            self_trade=SelfTradePrevention[given.get("self-trade", "ALLOW")],
            candidates_examined_max=int(given.get("candidates", "1000")),
        )
        self.names, self.vetoed = [], set()
        return OrderBook(rules, veto=self.veto)

    def veto(self, candidate: RestingOrder, incoming: RestingOrder, quantity: int) -> bool:
        assert quantity >= 1, quantity
        pair = (self.names[candidate.order_id], self.names[incoming.order_id])
        return pair in self.vetoed

    def command(self, words: list[str]) -> list[BookEvent]:
        match words:
            case ["clock", moment]:
                return self.book.expire(int(moment))
            case ["venue", "ends", "day"]:
                return self.book.end_day()
            case ["venue", "cancels", "all"]:
                return self.book.cancel_all()
            case ["venue", "cancels", "member", number]:
                return self.book.cancel_participant(ParticipantId(int(number)))
            case ["venue", "enters", phase]:
                return self.book.enter_phase(Phase[phase])
            case ["venue", "uncrosses", *options]:
                reference, percent = auction_options(options)
                return self.book.uncross(reference_price=reference, pressure_limit_percent=percent)
            case [name, verb, *arguments]:
                if name not in self.names:
                    self.names.append(name)
                return self.order(OrderId(self.names.index(name)), verb, arguments)
            case _:
                raise AssertionError(words)

    def order(self, order_id: OrderId, verb: str, arguments: list[str]) -> list[BookEvent]:
        match verb, arguments:
            case "cancels", []:
                return self.book.cancel(order_id)
            case "reduces", ["to", quantity]:
                return self.book.reduce(order_id, Quantity(int(quantity)))
            case "replaces", [quantity, "@", price]:
                return self.book.replace(order_id, Price(int(price)), Quantity(int(quantity)))
            case _, [quantity, "at", "market", *options]:
                return self.market_order(order_id, SIDES[verb], Quantity(int(quantity)), options)
            case _, [quantity, "@", price, *options]:
                return self.limit_order(
                    order_id, SIDES[verb], Price(int(price)), Quantity(int(quantity)), options
                )
            case _:
                raise AssertionError(arguments)

    def market_order(
        self, order_id: OrderId, side: Side, quantity: Quantity, options: list[str]
    ) -> list[BookEvent]:
        given = options_of(options)
        worst = given.get("worst")
        return self.book.place_market(
            order_id,
            ParticipantId(given.get("member", order_id)),
            side,
            quantity,
            protection_price=None if worst is None else Price(worst),
            to_limit="to-limit" in given,
            counterparty_class=given.get("class", 0),
        )

    def limit_order(
        self, order_id: OrderId, side: Side, price: Price, quantity: Quantity, options: list[str]
    ) -> list[BookEvent]:
        given = options_of(options)
        in_force = [IN_FORCE[word] for word in options if word in IN_FORCE]
        size_terms = SizeTerms(
            minimum_quantity=given.get("minimum", 0),
            all_or_none="all-or-none" in given,
            whole_only="whole-only" in given,
            residual_minimum=given.get("leaving", 0),
        )
        owner = given.get("owner")
        return self.book.place(
            order_id,
            ParticipantId(given.get("member", order_id)),
            side,
            price,
            quantity,
            in_force[0] if in_force else TimeInForce.GOOD_TILL_CANCELLED,
            post_only="post-only" in given,
            expires_at_ns=given.get("until"),
            owner_id=None if owner is None else OwnerId(owner),
            counterparty_class=given.get("class", 0),
            size_terms=None if size_terms == SizeTerms() else size_terms,
        )

    def view(self, side: Side, number: int) -> str:
        seen_by = (side, number)
        bids = self.book.depth(Side.BUY, seen_by=seen_by)
        asks = self.book.depth(Side.SELL, seen_by=seen_by)
        told = [f"bid {quantity} @ {price}" for price, quantity, _ in bids]
        told += [f"ask {quantity} @ {price}" for price, quantity, _ in asks]
        return ", ".join(told) or "nothing"

    def indicative(self, options: list[str]) -> str:
        reference, percent = auction_options(options)
        clearing = self.book.indicative(reference_price=reference, pressure_limit_percent=percent)
        if clearing is None or clearing.decided_by is None:
            return "nothing"
        price, rule = clearing.price, clearing.decided_by.name
        return f"at {price} trade {clearing.volume}, surplus {clearing.surplus}, by {rule}"

    def told(self, name: str, event: BookEvent) -> str:
        match event:
            case Refused():
                return f"refused {event.reason.name}"
            case PhaseEntered():
                return f"enters {event.phase.name}"
            case Uncrossed():
                return f"at {event.price} trade {event.volume}, surplus {event.surplus}"
            case Filled():
                maker = self.names[event.maker_order_id]
                told = f"fills {maker} {event.quantity} @ {event.price}"
                return self.whose(name, event.taker_order_id) + told
            case Vetoed():
                maker = self.names[event.maker_order_id]
                return self.whose(name, event.taker_order_id) + f"vetoed {maker} {event.quantity}"
            case _:
                return self.whose(name, event.order_id) + of_order(event)

    def whose(self, name: str, order_id: OrderId) -> str:
        other = self.names[order_id]
        return "" if other == name else f"{other} "


def of_order(event: Rested | Cancelled | Reduced | Replaced | Expired | Retried) -> str:
    match event:
        case Rested():
            return (
                f"rests {event.quantity} @ {event.price}"
                if event.price
                else f"rests {event.quantity}"
            )
        case Cancelled() if event.reason in EXPECTED_REASONS:
            return f"cancelled {event.quantity}"
        case Cancelled():
            return f"cancelled {event.quantity} {event.reason.name}"
        case Reduced():
            return f"reduced to {event.quantity}"
        case Replaced():
            return "replaced"
        case Expired():
            return "expires"
        case Retried():
            return "tried again"


def options_of(options: list[str]) -> dict[str, int]:
    """Flags as 1, and words with a number as that number."""
    given: dict[str, int] = {}
    words = iter(options)
    for word in words:
        if word in FLAGS:
            given[word] = 1
        elif word not in IN_FORCE:
            given[word] = int(next(words))
    return given


def auction_options(options: list[str]) -> tuple[Price, int | None]:
    given = options_of(options)
    return Price(given["reference"]), given.get("percent")
