"""What happens in an English auction, step by step: bids are placed, the end moves, the highest has
the units, others stand behind him. The table is exchange/modes/english.py's.

Nothing is asked here: exchange/negotiations.py has asked before.
"""

from msgspec import structs

from exchange.limits import BID_EXTENSION_NS, OFFERS_PER_NEGOTIATION_MAX
from exchange.modes.negotiation import LED, Move, OfferState
from exchange.negotiation_checks import leads
from exchange.negotiation_events import BiddingExtended, BiddingOpened
from exchange.negotiation_state import Negotiation
from exchange.negotiation_steps import (
    advance,
    end,
    end_offer,
    fill,
    make,
    run_out,
    stand_for,
)
from exchange.negotiation_words import offer_for
from exchange.offer import Offer
from exchange.settlement import Emit
from exchange.state import Order, State
from exchange.transfer_desk import nobody_could_act
from registry.product import LIVE
from registry.transfer import Transfer, TransferState
from registry.types import TimeNs


def open_bidding(state: State, negotiation: Negotiation, order: Order, emit: Emit) -> None:
    """Say how the units of a new auction are bid for, and reserve them. Cost: O(lots)."""
    bidding = negotiation.bidding
    assert bidding is not None, negotiation.negotiation_id
    emit(
        BiddingOpened(
            negotiation_id=negotiation.negotiation_id,
            increment=bidding.increment,
            reserve_price=bidding.reserve_price,
            starts_ns=bidding.starts_ns,
            ends_ns=bidding.ends_ns,
            latest_ns=bidding.latest_ns,
        )
    )
    stand_for(state, negotiation, order, emit)


def place_bid(
    state: State, negotiation: Negotiation, order: Order, *, at_ns: TimeNs, emit: Emit
) -> None:
    """Let a bid stand, in the place of one that the party has made before. One that leads, shortly
    before the end, moves it. Cost: O(offers)."""
    bidding = negotiation.bidding
    assert bidding is not None, negotiation.negotiation_id
    is_leading, before = leads(negotiation, order.price), negotiation.offer_of(order.party_id)
    if before is not None:
        end_offer(state, negotiation, before, OfferState.RAISED, at_ns=at_ns, emit=emit)
    elif len(negotiation.offers) >= OFFERS_PER_NEGOTIATION_MAX:
        lowest = min(negotiation.offers.values(), key=lambda each: (each.price, -each.offer_id))
        end_offer(state, negotiation, lowest, OfferState.FREED, at_ns=at_ns, emit=emit)
    stand_for(state, negotiation, order, emit)
    offer = offer_for(order, negotiation, lapses_ns=negotiation.lapses_ns)
    make(state, negotiation, offer, emit)
    until_ns = min(at_ns + BID_EXTENSION_NS, bidding.latest_ns)
    if is_leading and until_ns > bidding.ends_ns:
        _extend(negotiation, TimeNs(until_ns), emit=emit)
    advance(state, negotiation, Move.BID, at_ns=at_ns, emit=emit)


def close_bidding(state: State, negotiation: Negotiation, *, at_ns: TimeNs, emit: Emit) -> None:
    """The time for bids is over: the highest has the units at his price, if it is one at which the
    seller sells, and the product is live and not halted. Where nobody could act, there is a little
    more time. Cost: O(offers)."""
    bidding = negotiation.bidding
    assert bidding is not None, negotiation.negotiation_id
    until_ns = TimeNs(at_ns + BID_EXTENSION_NS)
    if nobody_could_act(state, bidding.ends_ns) and until_ns <= negotiation.lapses_ns:
        _extend(negotiation, until_ns, emit=emit)
        advance(state, negotiation, Move.EXTEND, at_ns=at_ns, emit=emit)
        return
    product_id = negotiation.product_id
    is_live = state.products[product_id].standing.state is LIVE
    is_traded = is_live and state.halts.check(product_id) is None
    highest = _highest_admitted(state, negotiation, at_ns=at_ns, emit=emit) if is_traded else None
    if highest is None or not bidding.is_reached(highest.price):
        end(state, negotiation, Move.LAPSE, at_ns=at_ns, emit=emit)
    else:
        _award(state, negotiation, highest, at_ns=at_ns, emit=emit)


def drop_bid(
    state: State, negotiation: Negotiation, bid: Offer, *, at_ns: TimeNs, emit: Emit
) -> None:
    """The venue has withdrawn a bid. Cost: O(offers)."""
    outcome = OfferState.WITHDRAWN_BY_VENUE
    end_offer(state, negotiation, bid, outcome, at_ns=at_ns, emit=emit)
    if negotiation.offers:
        advance(state, negotiation, Move.DROP, at_ns=at_ns, emit=emit)
    elif negotiation.state is LED:
        advance(state, negotiation, Move.FALL_BACK, at_ns=at_ns, emit=emit)
    else:
        run_out(state, negotiation, at_ns=at_ns, emit=emit)


def follow_award(
    state: State, negotiation: Negotiation, transfer: Transfer, *, at_ns: TimeNs, emit: Emit
) -> None:
    """The transfer of who got the units of an auction is decided. Where it has failed, and the
    units are still the seller's to sell, those who stand behind may come after him. Source: F4 of
    domain D4. Cost: O(offers)."""
    match transfer.state:
        case TransferState.SETTLED | TransferState.PREEMPTED:
            end(state, negotiation, Move.RELEASE, at_ns=at_ns, emit=emit)
        case TransferState.SELLER_DEFAULT:
            end(state, negotiation, Move.CLOSE, at_ns=at_ns, emit=emit)
        case _:
            del state.negotiations.awaited[transfer.transfer_id]
            negotiation.open_quantity = negotiation.quantity
            advance(state, negotiation, Move.REOPEN, at_ns=at_ns, emit=emit)


def _highest_admitted(
    state: State, negotiation: Negotiation, *, at_ns: TimeNs, emit: Emit
) -> Offer | None:
    """The highest bid whose party may have the units now; the venue withdraws those above it."""
    veto, listing = state.products[negotiation.product_id].veto, negotiation.listing_id
    while (highest := negotiation.highest) is not None and veto is not None:
        buy, sell = state.orders[highest.order_id], state.orders[listing]
        price, quantity = highest.price, buy.open_quantity
        if veto.rule_between(quantity, buy=buy, sell=sell, price=price, at_ns=at_ns) is None:
            break
        outcome = OfferState.WITHDRAWN_BY_VENUE
        end_offer(state, negotiation, highest, outcome, at_ns=at_ns, emit=emit)
    return highest


def _award(
    state: State, negotiation: Negotiation, highest: Offer, *, at_ns: TimeNs, emit: Emit
) -> None:
    bidding = negotiation.bidding
    assert bidding is not None, negotiation.negotiation_id
    fill(
        state,
        negotiation,
        (state.orders[negotiation.listing_id], state.orders[highest.order_id]),
        price=highest.price,
        transfer_id=state.take_transfer_id(),
        accepted=highest,
        at_ns=at_ns,
        emit=emit,
    )
    for bid in [*negotiation.offers.values()]:
        if not bidding.is_reached(bid.price):  # the seller would not take it
            end_offer(state, negotiation, bid, OfferState.FREED, at_ns=at_ns, emit=emit)
    if negotiation.offers:
        state.negotiations.stand_behind(negotiation)
        advance(state, negotiation, Move.AWARD, at_ns=at_ns, emit=emit)
    else:
        end(state, negotiation, Move.KNOCK_DOWN, at_ns=at_ns, emit=emit)


def _extend(negotiation: Negotiation, until_ns: TimeNs, *, emit: Emit) -> None:
    assert negotiation.bidding is not None, negotiation.negotiation_id
    negotiation.bidding = structs.replace(negotiation.bidding, ends_ns=until_ns)
    emit(BiddingExtended(negotiation_id=negotiation.negotiation_id, ends_ns=until_ns))
