"""Other order books that are written for Python, each driven as its own documentation shows.

What they are measured by is the same list of calls as ours; what a fill was, they are asked in a
run apart. A book that gives orders ids of its own gets them in the order of the stream's ids.

They are installed in an environment of their own (requirements-bench.lock), where this is imported.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterator
from typing import Any, Final, NamedTuple, Protocol

from benchmarks.matching_streams import Row

Call = tuple[Callable[..., Any], tuple[Any, ...]]


class Fill(NamedTuple):
    """What all order books must agree on."""

    maker_order_id: int
    taker_order_id: int
    price: int
    quantity: int


class Peer(Protocol):
    """One order book, of one product."""

    def call(self, row: Row) -> Call:
        """The call that carries out the row."""

    def fills(self, answer: object) -> Iterator[Fill]:
        """The fills that the last call made, `answer` being what it returned."""


class Akhil4n:
    """`akhil4n-orderbook`, and `cython-orderbook` by the same author."""

    def __init__(self, module: str) -> None:
        library = importlib.import_module(module)
        self.order = library.Order
        self.sides = (library.OrderSide.ASK, library.OrderSide.BID)
        self.book = library.OrderBook()

    def call(self, row: Row) -> Call:
        if row.quantity == 0:
            return self.book.cancel_order, (str(row.order_id),)
        return self.place, (self.sides[row.is_buy], row.price, row.quantity)

    def place(self, side: object, price: int, quantity: int) -> None:
        order = self.order(side=side, price=price, original_quantity=quantity)
        self.book.add_limit_order(order)

    def fills(self, _answer: object) -> Iterator[Fill]:
        for trade in self.book.trade_log:
            maker, taker = int(trade.filler_id), int(trade.aggressor_id)
            yield Fill(maker, taker, int(trade.price), trade.quantity_filled)
        self.book.trade_log.clear()


class LightMatchingEngine:
    """`lightmatchingengine`, which numbers orders from 1."""

    PRODUCT: Final = "product"

    def __init__(self) -> None:
        library = importlib.import_module("lightmatchingengine.lightmatchingengine")
        self.sides = (library.Side.SELL, library.Side.BUY)
        self.engine = library.LightMatchingEngine()

    def call(self, row: Row) -> Call:
        if row.quantity == 0:
            return self.engine.cancel_order, (row.order_id, self.PRODUCT)
        side = self.sides[row.is_buy]
        return self.engine.add_order, (self.PRODUCT, row.price, row.quantity, side)

    def fills(self, answer: object) -> Iterator[Fill]:
        if isinstance(answer, tuple):
            order, trades = answer
            for trade in trades:
                # The taker's own trade of a price comes before those of its makers.
                if trade.order_id != order.order_id:
                    maker = trade.order_id
                    yield Fill(maker, order.order_id, trade.trade_price, trade.trade_qty)


class _LiquibookOrder(Protocol):
    order_id_: int

    def fill(self, quantity: int, price: int, fill_id: int, /) -> None: ...


class Liquibook:
    """`liquibook`, the binding of the C++ library; its orders live as long as they are kept."""

    def __init__(self) -> None:
        library = importlib.import_module("liquibook")
        self.order = library.SimpleOrder
        self.book = library.DepthOrderBook()
        self.book.set_symbol("product")
        self.orders: dict[int, Any] = {}
        self.made: list[Fill] = []
        answers = {
            "on_accept": lambda _listener, _order: None,
            "on_cancel": lambda _listener, _order: None,
            "on_fill": lambda _listener, *fill: self.fill(*fill),
        }
        self.listener = type("Listener", (library.OrderListener,), answers)()
        self.book.set_order_listener(self.listener)

    def call(self, row: Row) -> Call:
        if row.quantity == 0:
            return self.cancel, (row.order_id,)
        return self.place, (row.order_id, row.is_buy, row.price, row.quantity)

    def place(self, order_id: int, is_buy: int, price: int, quantity: int) -> None:
        order = self.orders[order_id] = self.order(bool(is_buy), price, quantity)
        self.book.add(order)

    def cancel(self, order_id: int) -> None:
        self.book.cancel(self.orders.pop(order_id))

    def fill(
        self, taker: _LiquibookOrder, maker: _LiquibookOrder, quantity: int, price: int
    ) -> None:
        maker.fill(quantity, price, 0)
        taker.fill(quantity, price, 0)
        self.made.append(Fill(maker.order_id_, taker.order_id_, price, quantity))

    def fills(self, _answer: object) -> Iterator[Fill]:
        yield from self.made
        self.made.clear()


class OrderlyChaos:
    """`orderly-chaos`, a C++ book behind ctypes."""

    def __init__(self) -> None:
        library = importlib.import_module("orderly_chaos")
        self.sides = (library.Side.SELL, library.Side.BUY)
        self.trades: list[Any] = []
        self.book = library.LimitOrderBook(on_trade=self.trades.append)

    def call(self, row: Row) -> Call:
        if row.quantity == 0:
            return self.book.cancel, (row.order_id,)
        return self.book.limit, (self.sides[row.is_buy], row.order_id, row.quantity, row.price)

    def fills(self, _answer: object) -> Iterator[Fill]:
        for trade in self.trades:
            yield Fill(trade.maker_id, trade.taker_id, trade.price, trade.quantity)
        self.trades.clear()


class PyOrderBook:
    """`pyorderbook`, whose cancel wants the order itself."""

    def __init__(self) -> None:
        library = importlib.import_module("pyorderbook")
        self.makers = (library.ask, library.bid)
        self.book = library.Book()
        self.orders: dict[int, Any] = {}
        self.order_ids: dict[Any, int] = {}  # filled by `fills` alone

    def call(self, row: Row) -> Call:
        if row.quantity == 0:
            return self.cancel, (row.order_id,)
        return self.place, (row.order_id, self.makers[row.is_buy], row.price, row.quantity)

    def place(
        self, order_id: int, make: Callable[[str, int, int], Any], price: int, quantity: int
    ) -> tuple[int, Any]:
        order = self.orders[order_id] = make("product", price, quantity)
        return order_id, self.book.match(order)

    def cancel(self, order_id: int) -> None:
        self.book.cancel(self.orders.pop(order_id))

    def fills(self, answer: object) -> Iterator[Fill]:
        if isinstance(answer, tuple):
            order_id, blotter = answer
            self.order_ids[blotter.order.id] = order_id
            for trade in blotter.trades:
                maker = self.order_ids[trade.standing_order_id]
                yield Fill(maker, order_id, int(trade.fill_price), trade.fill_quantity)


PEERS: Final[dict[str, Callable[[], Peer]]] = {
    "akhil4n-orderbook": lambda: Akhil4n("orderbook"),
    "cython-orderbook": lambda: Akhil4n("cython_orderbook"),
    "lightmatchingengine": LightMatchingEngine,
    "liquibook": Liquibook,
    "orderly-chaos": OrderlyChaos,
    "pyorderbook": PyOrderBook,
}
