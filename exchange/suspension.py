"""What becomes of all that a halted party has open: its orders are withdrawn, and its transfers
wait under the overlay PARTY_HALT until no halt of it stands.

What is to follow is noted when the first halt of a party is given, and when the last is lifted. A
bounded part of it follows in the same command; what is left comes first of all timers, and until it
is done no other command is applied (exchange/sequencer.py): so nothing that a halted party has open
trades, and nobody else's transfer with it settles in between.
"""

from itertools import islice

from exchange.limits import FOLLOWED_AT_ONCE_MAX
from exchange.orders import withdraw_order
from exchange.settlement import Emit
from exchange.state import State
from exchange.transfer_desk import lift_overlay, set_overlay
from exchange.types import PartyId
from registry.transfer import Overlay, Transfer
from registry.types import HolderId, TimeNs


def follow_party(state: State, party_id: PartyId, *, at_ns: TimeNs, emit: Emit) -> None:
    """The party is halted, or no longer: what it has open follows. Cost: O(products + open
    transfers of the venue), some 50 ns each, and FOLLOWED_AT_ONCE_MAX steps."""
    halts = state.halts
    own = (state.own_orders.get((party_id, product_id), {}) for product_id in state.products)
    holder_id = HolderId(party_id)
    halts.orders.extend(sorted(order_id for orders in own for order_id in orders))
    its = (
        transfer_id
        for transfer_id, transfer in state.register.transfers.items()
        if holder_id in (transfer.seller_id, transfer.buyer_id)
    )
    # When as many are found as it has, the others need not be looked at.
    halts.transfers.extend(sorted(islice(its, state.parties[party_id].transfers_open)))
    for _ in range(FOLLOWED_AT_ONCE_MAX):
        if halts.is_followed:
            return
        follow_next(state, at_ns=at_ns, emit=emit)
    due_ns = halts.next_due_ns()
    if due_ns is not None:
        state.note_due(due_ns)


def follow_next(state: State, *, at_ns: TimeNs, emit: Emit) -> None:
    """Withdraw the next order, or set or lift the overlay over the next transfer, unless it has
    ended before. Cost: some 30 µs."""
    if state.halts.orders:
        order = state.orders.get(state.halts.orders.popleft())
        if order is not None:
            withdraw_order(state, order, at_ns=at_ns, emit=emit)
        return
    transfer = state.register.transfers.get(state.halts.transfers.popleft())
    if transfer is None:
        return
    waits = is_of_halted(state, transfer)
    if waits is not (Overlay.PARTY_HALT in transfer.overlays):
        move = set_overlay if waits else lift_overlay
        refusal = move(state, transfer, Overlay.PARTY_HALT, at_ns=at_ns, emit=emit)
        assert refusal is None, (transfer.transfer_id, refusal)


def is_of_halted(state: State, transfer: Transfer) -> bool:
    """Whether seller or buyer is halted. Cost: O(1)."""
    halts, seller_id, buyer_id = state.halts, transfer.seller_id, transfer.buyer_id
    return halts.of_party(PartyId(seller_id)) or halts.of_party(PartyId(buyer_id))
