"""A market with rules, in which a test is written as lines: what is done | what must happen.

    a sells 10 @ 101 class 1 min 5     | rests 10
    b buys  12 @ 101 owner a IOC       | vetoed a 10, cancelled 2 IMMEDIATE_OR_CANCEL
    c cancels                          | refused UNKNOWN_ORDER

Commands of an order NAME:
    NAME buys | sells QUANTITY @ PRICE, with any of IOC, FOK, DAY, GTD, post-only, until NS,
        class N, owner NAME, trader N, min N, residual N, all-or-none, whole-only;
    NAME buys | sells QUANTITY market, with to-limit, protected PRICE, class N, owner NAME;
    NAME cancels, NAME reduces QUANTITY, NAME replaces QUANTITY @ PRICE.
Commands of the market: clock NS, day ends, phase PHASE, uncross REFERENCE [PERCENT], all cancelled,
    trader N cancelled.
Of another order than the line's the outcome says the name first, or `NAME trades OTHER`.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from matching import (
    BookEvent,
    BookRules,
    Cancelled,
    Expired,
    Filled,
    OrderBook,
    Phase,
    PhaseEntered,
    Reduced,
    Refused,
    Replaced,
    Rested,
    RestingOrder,
    Retried,
    Side,
    SizeTerms,
    TimeInForce,
    Uncrossed,
    Vetoed,
)
from matching.types import CounterpartyMatrix, OrderId, OwnerId, ParticipantId, Price, Quantity

IN_FORCE = {
    "IOC": TimeInForce.IMMEDIATE_OR_CANCEL,
    "FOK": TimeInForce.FILL_OR_KILL,
    "DAY": TimeInForce.DAY,
    "GTD": TimeInForce.GOOD_TILL_DATE,
}
NUMBERED = ("until", "class", "trader", "min", "residual", "protected")


def matrix(*rows: str) -> CounterpartyMatrix:
    """A word for each class of buyers, with a letter for each class of sellers: `x` is yes."""
    return CounterpartyMatrix(tuple(tuple(cell == "x" for cell in row) for row in rows))


@dataclass(slots=True, kw_only=True)
class Terms:
    """What a line says of a new order beyond quantity and price."""

    in_force: TimeInForce = TimeInForce.GOOD_TILL_CANCELLED
    flags: set[str] = field(default_factory=set)
    numbers: dict[str, int] = field(default_factory=dict)
    owner: str | None = None

    def size_terms(self) -> SizeTerms | None:
        terms = SizeTerms(
            minimum_quantity=self.numbers.get("min", 0),
            residual_minimum=self.numbers.get("residual", 0),
            all_or_none="all-or-none" in self.flags,
            whole_only="whole-only" in self.flags,
        )
        return None if terms == SizeTerms() else terms


class RuleMarket:
    """A book whose orders have names; the invariants are checked after every line."""

    def __init__(self, rules: BookRules | None = None, *, vetoed: str = "") -> None:
        self.names: list[str] = []
        self.vetoed = {tuple(pair.split("-")) for pair in vetoed.split()}
        self.asked: list[str] = []
        veto = self.veto if vetoed else None
        self.book = OrderBook(rules or BookRules(), veto=veto)

    def veto(self, candidate: RestingOrder, incoming: RestingOrder, quantity: int) -> bool:
        pair = (self.names[candidate.order_id], self.names[incoming.order_id])
        self.asked.append(f"{pair[0]}-{pair[1]} {quantity}")
        return pair in self.vetoed

    def run(self, script: str) -> None:
        for line in filter(None, (line.split("#")[0].strip() for line in script.splitlines())):
            command, _, expected = line.partition("|")
            words = command.split()
            subject = words[0]
            events = self.command(words)
            outcome = ", ".join(self.told(event, subject) for event in events) or "nothing"
            assert " ".join(expected.split()) == outcome
            self.book.check()

    def command(self, words: list[str]) -> list[BookEvent]:
        match words:
            case ["clock", now_ns]:
                return self.book.expire(int(now_ns))
            case ["day", "ends"]:
                return self.book.end_day()
            case ["phase", name]:
                return self.book.enter_phase(Phase[name])
            case ["uncross", reference, *percent]:
                return self.book.uncross(
                    reference_price=Price(int(reference)),
                    pressure_limit_percent=int(percent[0]) if percent else None,
                )
            case ["all", "cancelled"]:
                return self.book.cancel_all()
            case ["trader", number, "cancelled"]:
                return self.book.cancel_participant(ParticipantId(int(number)))
            case [name, verb, *rest]:
                return self.order_command(self.order_id(name), verb, rest)
            case _:
                raise AssertionError(words)

    def order_id(self, name: str) -> OrderId:
        if name not in self.names:
            self.names.append(name)
        return OrderId(self.names.index(name))

    def order_command(self, order_id: OrderId, verb: str, rest: list[str]) -> list[BookEvent]:
        match verb, rest:
            case "cancels", []:
                return self.book.cancel(order_id)
            case "reduces", [quantity]:
                return self.book.reduce(order_id, Quantity(int(quantity)))
            case "replaces", [quantity, "@", price]:
                return self.book.replace(order_id, Price(int(price)), Quantity(int(quantity)))
        side = {"buys": Side.BUY, "sells": Side.SELL}[verb]
        match rest:
            case [quantity, "@", price, *words]:
                return self.place(order_id, side, int(price), int(quantity), self.terms(words))
            case [quantity, "market", *words]:
                return self.place_market(order_id, side, int(quantity), self.terms(words))
            case _:
                raise AssertionError(rest)

    def terms(self, words: list[str]) -> Terms:
        terms = Terms()
        while words:
            word = words.pop(0)
            if word in IN_FORCE:
                terms.in_force = IN_FORCE[word]
            elif word in NUMBERED:
                terms.numbers[word] = int(words.pop(0))
            elif word == "owner":
                terms.owner = words.pop(0)
            else:
                assert word in {"post-only", "all-or-none", "whole-only", "to-limit"}, word
                terms.flags.add(word)
        return terms

    def owner_id(self, terms: Terms) -> OwnerId | None:
        return None if terms.owner is None else OwnerId(1_000 + sum(terms.owner.encode()))

    def place(
        self, order_id: OrderId, side: Side, price: int, quantity: int, terms: Terms
    ) -> list[BookEvent]:
        return self.book.place(
            order_id,
            ParticipantId(terms.numbers.get("trader", order_id)),
            side,
            Price(price),
            Quantity(quantity),
            terms.in_force,
            post_only="post-only" in terms.flags,
            expires_at_ns=terms.numbers.get("until"),
            owner_id=self.owner_id(terms),
            counterparty_class=terms.numbers.get("class", 0),
            size_terms=terms.size_terms(),
        )

    def place_market(
        self, order_id: OrderId, side: Side, quantity: int, terms: Terms
    ) -> list[BookEvent]:
        protection = terms.numbers.get("protected")
        return self.book.place_market(
            order_id,
            ParticipantId(terms.numbers.get("trader", order_id)),
            side,
            Quantity(quantity),
            protection_price=None if protection is None else Price(protection),
            to_limit="to-limit" in terms.flags,
            owner_id=self.owner_id(terms),
            counterparty_class=terms.numbers.get("class", 0),
        )

    def name_of(self, order_id: OrderId, subject: str) -> str:
        """The order's name and a blank, or nothing for the one that the line is about."""
        name = self.names[order_id]
        return "" if name == subject else f"{name} "

    def told(self, event: BookEvent, subject: str) -> str:
        match event:
            case Rested():
                at = f" @ {event.price}" if self.name_of(event.order_id, subject) else ""
                return f"{self.name_of(event.order_id, subject)}rests {event.quantity}{at}"
            case Filled():
                maker = self.names[event.maker_order_id]
                taker = self.name_of(event.taker_order_id, subject)
                return f"{taker}trades {maker} {event.quantity} @ {event.price}"
            case Cancelled():
                name = self.name_of(event.order_id, subject)
                return f"{name}cancelled {event.quantity} {event.reason.name}"
            case Vetoed():
                taker = self.name_of(event.taker_order_id, subject)
                return f"{taker}vetoed {self.names[event.maker_order_id]} {event.quantity}"
            case Reduced():
                return f"reduced to {event.quantity}"
            case Retried():
                return f"{self.name_of(event.order_id, subject)}tried again"
            case Replaced():
                return "replaced"
            case Expired():
                return f"{self.names[event.order_id]} expires"
            case PhaseEntered():
                return event.phase.name
            case Uncrossed():
                return f"uncrossed {event.volume} @ {event.price} surplus {event.surplus}"
            case Refused():
                return f"refused {event.reason.name}"
