"""The invariants of market modes, A1 of docs/invariants.md."""

from collections import Counter

from exchange.modes.types import TERMS_OF, MarketMode
from exchange.state import Product, State
from matching import OrderId, Phase


def check_modes(state: State) -> None:
    """Assert that every product is wholly in its mode. Cost: O(fills to be carried out)."""
    for product in state.products.values():
        gathers = product.mode is MarketMode.CALL_AUCTION
        assert (product.auction is not None) is gathers, product.product_id  # A1
        assert (product.book.phase is Phase.AUCTION) is gathers, product.product_id  # A1
        wanted = TERMS_OF.get(product.mode, type(None))
        assert type(product.mode_terms) is wanted, product.product_id  # A1
        if product.auction is not None and product.auction.fills:
            _check_fills(state, product)


def _check_fills(state: State, product: Product) -> None:
    auction = product.auction
    assert auction is not None, product.product_id  # A1
    assert auction.price is not None, product.product_id  # A1
    assert auction.uncross_ns is not None, product.product_id  # A1
    to_trade: Counter[OrderId] = Counter()
    for buy_id, sell_id, quantity in auction.fills:
        assert quantity > 0, (buy_id, sell_id)  # A1
        to_trade[buy_id] += quantity
        to_trade[sell_id] += quantity
        buy, sell = state.orders.get(buy_id), state.orders.get(sell_id)
        assert buy is None or buy.price >= auction.price, buy_id  # A1
        assert sell is None or sell.price <= auction.price, sell_id  # A1
    for order_id, in_all in to_trade.items():
        order = state.orders.get(order_id)  # None: withdrawn since, and its fills are passed over
        assert order is None or in_all <= order.open_quantity, order_id  # A1
