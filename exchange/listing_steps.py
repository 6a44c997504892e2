"""What becomes of a listing when the transfer of its last deal is decided, while others stand
behind the deal. The table is exchange/modes/listed.py's.

    the transfer has                               the listing
    settled, or a right-holder has taken it        ends: nobody stands behind it any more
    failed, and for the seller's part              ends
    failed, and the units are not free             ends
    failed for anybody else's                      stands again, with the units reserved anew, and
                                                   is offered to who has asked first
"""

from exchange.modes.negotiation import Move
from exchange.negotiation_checks import check_again
from exchange.negotiation_state import Negotiation
from exchange.negotiation_steps import advance, end, free_larger, pick_next, stand_for
from exchange.negotiation_words import order_again
from exchange.settlement import Emit
from exchange.state import State
from exchange.types import RejectionReason
from registry.transfer import Transfer, TransferState, Who
from registry.types import TimeNs


def follow_deal(
    state: State, negotiation: Negotiation, transfer: Transfer, *, at_ns: TimeNs, emit: Emit
) -> None:
    """The transfer of the last deal is decided. Source: F2 to F6 of domain D4. Cost:
    O(offers × rules + lots)."""
    if transfer.state in (TransferState.SETTLED, TransferState.PREEMPTED):
        end(state, negotiation, Move.RELEASE, at_ns=at_ns, emit=emit)
        return
    if _is_sellers(state, transfer):
        end(state, negotiation, Move.CLOSE, at_ns=at_ns, emit=emit)
        return
    if negotiation.lapses_ns <= at_ns:
        end(state, negotiation, Move.LAPSE, at_ns=at_ns, emit=emit)
        return
    order = order_again(negotiation, transfer, at_ns)
    if check_again(state, order, at_ns) is not None:
        end(state, negotiation, Move.CLOSE, at_ns=at_ns, emit=emit)
        return
    del state.negotiations.awaited[transfer.transfer_id]
    negotiation.open_quantity, negotiation.relisted_id = order.open_quantity, order.order_id
    stand_for(state, negotiation, order, emit)
    free_larger(state, negotiation, order.open_quantity, at_ns=at_ns, emit=emit)
    is_offered = pick_next(state, negotiation, at_ns=at_ns, emit=emit)
    move = Move.REOPEN if is_offered else Move.RELIST
    advance(state, negotiation, move, at_ns=at_ns, emit=emit)


def _is_sellers(state: State, transfer: Transfer) -> bool:
    # Of a transfer that was decided just now the money side is left with what is to be written.
    _, leg = state.touched.transfers[transfer.transfer_id]
    if transfer.state is TransferState.REJECTED:
        return leg.reason == RejectionReason.TITLE_DISPUTED
    return transfer.state is TransferState.SELLER_DEFAULT or Who.SELLER in leg.fault
