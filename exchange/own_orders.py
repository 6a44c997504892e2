"""Open orders of one party, or of one beneficial owner, that stand against a new one."""

from collections.abc import Iterable

from exchange.state import Order, Product, State
from exchange.types import PartyId
from matching import BUY, SELL


def meets_anybody(product: Product, order: Order, price: int) -> bool:
    """Whether the order would trade at `price`: most would not, and need not be asked further.
    Cost: O(1)."""
    if order.side is BUY:
        best = product.book.best(SELL)
        return best is not None and best[0] <= price
    else:
        best = product.book.best(BUY)
        return best is not None and best[0] >= price


def meets_own(state: State, order: Order, price: int) -> bool:
    """Whether the order at `price` would meet an open order of the same party. PTY-01,
    stp=REJECT_INCOMING. Cost: O(its orders for the product)."""
    own = state.own_orders.get((order.party_id, order.product_id))
    if own is None or not meets_anybody(state.products[order.product_id], order, price):
        return False
    return _meets_any(own.values(), order, price)


def meets_owner(state: State, order: Order, price: int) -> bool:
    """Likewise of the other parties of its beneficial owner. Cost: O(1) where there are none; else
    O(the owner's orders for the product)."""
    owner_id = owner_of(state, order.party_id)
    owned = state.clients.owned.get(owner_id)
    if not owned:
        return False
    product_id = order.product_id
    others = [each for each in (owner_id, *owned) if each != order.party_id]
    standing = [own for each in others if (own := state.own_orders.get((each, product_id)))]
    if not standing or not meets_anybody(state.products[product_id], order, price):
        return False
    return any(_meets_any(own.values(), order, price) for own in standing)


def is_two_way(state: State, order: Order) -> bool:
    """Whether the party has an open order on the other side. Cost: O(its orders for the
    product)."""
    own = state.own_orders.get((order.party_id, order.product_id), {})
    return any(other.side is not order.side for other in own.values())


def owner_of(state: State, party_id: PartyId) -> PartyId:
    """The party that stands for the beneficial owner: itself, where it names none. Cost: O(1)."""
    return PartyId(state.parties[party_id].profile.owner_id or party_id)


def _meets_any(standing: Iterable[Order], order: Order, price: int) -> bool:
    if order.side is BUY:
        return any(other.side is SELL and other.price <= price for other in standing)
    else:
        return any(other.side is BUY and other.price >= price for other in standing)
