"""What comes to deals in the making from outside: their times are over, the venue withdraws orders
that reserve for them, and the transfers of what was dealt are decided."""

from exchange.bidding_steps import close_bidding, drop_bid, follow_award
from exchange.listing_steps import follow_deal
from exchange.modes.negotiation import Move, OfferState
from exchange.modes.types import MarketMode
from exchange.negotiation_state import Negotiation
from exchange.negotiation_steps import drop, end, run_out
from exchange.settlement import Emit
from exchange.state import State
from exchange.types import OfferId
from matching import OrderId
from registry.types import TimeNs


def lapse_next(state: State, *, at_ns: TimeNs, emit: Emit) -> None:
    """The timer of this negotiation was first: it ends with its product, bidding ends, or it or one
    of its offers lapses. Cost: O(offers + lots)."""
    due_ns, negotiation_id = state.negotiations.timers[0]
    assert due_ns <= at_ns, (negotiation_id, due_ns, at_ns)
    negotiation = state.negotiations.by_id[negotiation_id]
    if state.products[negotiation.product_id].closed_at_ns is not None:
        end(state, negotiation, Move.CLOSE, at_ns=at_ns, emit=emit)
    elif negotiation.is_bid_for:
        close_bidding(state, negotiation, at_ns=at_ns, emit=emit)
    elif negotiation.bidding is not None or negotiation.lapses_ns <= due_ns:
        run_out(state, negotiation, at_ns=at_ns, emit=emit)
    else:
        lapsed = next(each for each in negotiation.offers.values() if each.lapses_ns <= due_ns)
        drop(state, negotiation, lapsed, OfferState.LAPSED, at_ns=at_ns, emit=emit)


def follow(state: State, *, at_ns: TimeNs, emit: Emit) -> None:
    """Let what the command under way has done to orders and transfers of negotiations be seen in
    them. Cost: O(those × offers)."""
    negotiations = state.negotiations
    withdrawn, negotiations.withdrawn = negotiations.withdrawn, []
    # All first: what ends with one of them does not free what another of them has reserved.
    backed = [(order_id, negotiations.by_order.pop(order_id)) for order_id in withdrawn]
    for order_id, negotiation in backed:
        if negotiation.is_open:
            _follow_withdrawn(state, negotiation, order_id, at_ns=at_ns, emit=emit)
    decided, negotiations.decided = negotiations.decided, []
    for transfer in decided:
        backed_by = negotiations.awaited.get(transfer.transfer_id)
        if backed_by is None:  # it has ended in the same command
            continue
        follow_one = follow_deal if backed_by.bidding is None else follow_award
        follow_one(state, backed_by, transfer, at_ns=at_ns, emit=emit)


def _follow_withdrawn(
    state: State, negotiation: Negotiation, order_id: OrderId, *, at_ns: TimeNs, emit: Emit
) -> None:
    """What was offered or listed is withdrawn with its order; of quotes and bids the one."""
    offer = negotiation.offers.get(OfferId(order_id))
    if negotiation.bidding is not None and offer is not None:
        drop_bid(state, negotiation, offer, at_ns=at_ns, emit=emit)
    elif negotiation.mode is MarketMode.RFQ:
        assert offer is not None, order_id
        drop(state, negotiation, offer, OfferState.WITHDRAWN_BY_VENUE, at_ns=at_ns, emit=emit)
    else:
        end(state, negotiation, Move.CLOSE, at_ns=at_ns, emit=emit)
