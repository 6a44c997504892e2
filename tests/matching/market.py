"""A market in which a test is written as lines: who does what, and then what must happen.

    a  sells 10 @ 101            rests 10
    b  buys  12 @ 101 IOC        fills a 10 @ 101, cancelled 2

Commands: `buys`, `sells` QUANTITY @ PRICE with `IOC`, `FOK`, `post-only`, `until NS`; `cancels`;
`reduces QUANTITY`; `replaces QUANTITY @ PRICE`; and `clock NS` for the time.
"""

from __future__ import annotations

from matching import (
    BookEvent,
    Cancelled,
    Expired,
    Filled,
    OrderBook,
    Reduced,
    Refused,
    Replaced,
    Rested,
    Side,
    TimeInForce,
)
from matching.types import OrderId, ParticipantId, Price, Quantity

IN_FORCE = {"IOC": TimeInForce.IMMEDIATE_OR_CANCEL, "FOK": TimeInForce.FILL_OR_KILL}


class Market:
    """A book whose orders have names; the invariants are checked after every line."""

    def __init__(self) -> None:
        self.book = OrderBook()
        self.names: list[str] = []

    def run(self, script: str) -> None:
        for line in filter(None, (line.split("#")[0].split() for line in script.splitlines())):
            events = self.command(line)  # takes its words off the line and leaves the outcome
            outcome = ", ".join(map(self.told, events)) or "nothing"
            assert " ".join(line) == outcome
            self.book.check()

    def command(self, line: list[str]) -> list[BookEvent]:
        name, verb = line.pop(0), line.pop(0)
        if name == "clock":
            return self.book.expire(int(verb))
        if name not in self.names:
            self.names.append(name)
        order_id = OrderId(self.names.index(name))
        if verb == "cancels":
            return self.book.cancel(order_id)
        quantity = Quantity(int(line.pop(0)))
        if verb == "reduces":
            return self.book.reduce(order_id, quantity)
        assert line.pop(0) == "@"
        price = Price(int(line.pop(0)))
        if verb == "replaces":
            return self.book.replace(order_id, price, quantity)
        side = {"buys": Side.BUY, "sells": Side.SELL}[verb]
        in_force = TimeInForce.GOOD_TILL_CANCELLED
        post_only, until = False, None
        if line[0] in IN_FORCE:
            in_force = IN_FORCE[line.pop(0)]
        if line[0] == "post-only":
            post_only = bool(line.pop(0))
        if line[0] == "until":
            until = int(line.pop(1))
            line.pop(0)
        who = ParticipantId(order_id)
        return self.book.place(
            order_id, who, side, price, quantity, in_force, post_only=post_only, expires_at_ns=until
        )

    def told(self, event: BookEvent) -> str:
        match event:
            case Rested():
                return f"rests {event.quantity}"
            case Filled():
                maker = self.names[event.maker_order_id]
                return f"fills {maker} {event.quantity} @ {event.price}"
            case Cancelled():
                return f"cancelled {event.quantity}"
            case Reduced():
                return f"reduced to {event.quantity}"
            case Replaced():
                return "replaced"
            case Expired():
                return f"{self.names[event.order_id]} expires"
            case Refused():
                return f"refused {event.reason.name}"
            case _:
                return type(event).__name__  # no line of these stories makes such an event
