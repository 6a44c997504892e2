"""What stands behind bids when something is said that changes what accrues until their last day.

In the words of the rulebook: a bid reserves its worst day; if that is another now, its party's
money is for its bids for the product by age, and the venue withdraws those that it does not cover.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from msgspec.structs import replace

from exchange.events import OrderClosed
from exchange.reserve_events import BidUnfunded, ReserveChanged
from matching import Side
from tests.model.accrual import is_clean
from tests.model.dealer import Dealer
from tests.model.ledger import ModelOrder
from tests.model.product import ModelProduct

if TYPE_CHECKING:
    from tests.model.exchange import ModelExchange

WITHDRAWN_AT_ONCE = 4
"""Of one party, before the negotiations follow of which some were withdrawn."""


def say_and_reserve(
    exchange: ModelExchange, product: ModelProduct, say: Callable[[], None]
) -> None:
    """It is said, and every bid for the product takes what it now has to."""
    bids = [
        order
        for order in exchange.open_orders()
        if order.product is product and order.side is Side.BUY
    ]
    had = {bid.order_id: exchange.reserved(bid) for bid in bids}
    available = {party_id: amounts[1] for party_id, amounts in exchange.accounts().items()}
    say()
    if not is_clean(product):
        return
    for party_id in sorted({bid.party_id for bid in bids}):
        own = [bid for bid in bids if bid.party_id == party_id]
        free, lost, kept = available[party_id] + sum(had[bid.order_id] for bid in own), 0, []
        for bid in own:
            takes = exchange.reserved(bid)
            if takes <= free:
                free -= takes
                kept.append((takes - had[bid.order_id], bid.order_id, takes))
                continue
            if lost and lost % WITHDRAWN_AT_ONCE == 0:
                Dealer(exchange).follow()
            lost += 1
            _withdraw(exchange, bid, has=had[bid.order_id], free=free, takes=takes)
        for more, order_id, takes in sorted(kept):
            if more != 0:
                _keep(exchange, exchange.orders[order_id], takes)
        Dealer(exchange).follow()


def _keep(exchange: ModelExchange, bid: ModelOrder, takes: int) -> None:
    bid.version += 1
    bid.changed_at_ns = exchange.at_ns
    exchange.events.append(
        ReserveChanged(
            order_id=bid.order_id,
            party_id=bid.party_id,
            product_id=bid.product.product_id,
            reserved=takes,
        )
    )


def _withdraw(exchange: ModelExchange, bid: ModelOrder, *, has: int, free: int, takes: int) -> None:
    exchange.withdraw(bid)
    told = exchange.events.pop()
    assert isinstance(told, OrderClosed), told
    exchange.events.append(replace(told, released=has))
    exchange.events.append(
        BidUnfunded(
            order_id=bid.order_id,
            party_id=bid.party_id,
            product_id=bid.product.product_id,
            available=free,
            needed=takes,
        )
    )
