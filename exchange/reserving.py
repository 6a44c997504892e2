"""What stands behind bids at a clean price, when something else is known of the income that accrues
until their last day.

More or less is reserved, and a bid keeps its place; where a party has not what more its bids take,
the venue withdraws the youngest. So at every moment what is reserved covers what a match costs.
"""

from exchange.eligibility import reserve_needed
from exchange.limits import ORDERS_WITHDRAWN_AT_ONCE_MAX
from exchange.orders import release_down_to, reserve_more, withdraw_order
from exchange.reserve_events import BidUnfunded, ReserveChanged
from exchange.rules_state import Disqualified
from exchange.settlement import Emit
from exchange.state import Order, Product, State
from registry.types import TimeNs


def reserve_anew(
    state: State, product: Product, bids: list[Order], *, at_ns: TimeNs, emit: Emit
) -> bool:
    """Reserve for a party's bids what they take now; its money is for the oldest first. Returns:
    whether nothing is left to do. Cost: O(bids), and that of ORDERS_WITHDRAWN_AT_ONCE_MAX
    withdrawals.

    Args:
        bids: all that the party has for the product, oldest first.
    """
    unfunded, kept = _shared(state, product, bids)
    for told in unfunded[:ORDERS_WITHDRAWN_AT_ONCE_MAX]:
        withdraw_order(state, state.orders[told.order_id], at_ns=at_ns, emit=emit)
        state.rules.disqualified.append(Disqualified(told.order_id, state.register.sequence))
        emit(told)
    if len(unfunded) > ORDERS_WITHDRAWN_AT_ONCE_MAX:
        return False
    for bid, needed in kept:
        _reserve(state, bid, needed, at_ns=at_ns, emit=emit)
    return True


def _shared(
    state: State, product: Product, bids: list[Order]
) -> tuple[list[BidUnfunded], list[tuple[Order, int]]]:
    """The bids for which the party's money does not suffice, and those that take another amount
    than before, the smallest difference first: what is freed may be needed."""
    party_id = bids[0].party_id
    free = state.cash.accounts[party_id].available + sum(bid.reserved for bid in bids)
    unfunded, kept = [], []
    for bid in bids:
        needed = reserve_needed(
            state, product, bid, price=bid.price, open_quantity=bid.open_quantity
        )
        if needed <= free:
            free -= needed
            kept.append((bid, needed))
        else:
            unfunded.append(
                BidUnfunded(
                    order_id=bid.order_id,
                    party_id=party_id,
                    product_id=product.product_id,
                    available=free,
                    needed=needed,
                )
            )
    changed = [(bid, needed) for bid, needed in kept if needed != bid.reserved]
    return unfunded, sorted(changed, key=lambda each: each[1] - each[0].reserved)


def _reserve(state: State, bid: Order, needed: int, *, at_ns: TimeNs, emit: Emit) -> None:
    if needed > bid.reserved:
        reserve_more(state, bid, needed - bid.reserved)
    else:
        release_down_to(state, bid, needed)
    bid.version += 1
    bid.changed_at_ns = at_ns
    state.touched.orders[bid.order_id] = bid
    emit(
        ReserveChanged(
            order_id=bid.order_id,
            party_id=bid.party_id,
            product_id=bid.product_id,
            reserved=needed,
        )
    )
