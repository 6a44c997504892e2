"""The invariants of deals between named parties, N1 to N6 of docs/invariants.md."""

from collections import Counter

from exchange.modes.english import BIDDING_STATES
from exchange.modes.negotiation import (
    BACKED,
    REOPENED,
    STANDING_STATES,
    NegotiationState,
    OfferState,
)
from exchange.modes.types import MarketMode
from exchange.negotiation_state import MODES, Negotiation
from exchange.state import State
from exchange.types import PartyId
from matching import OrderId, Side
from registry.types import HolderId, Units


def check_negotiations(state: State) -> None:
    """Assert N1 to N6. Cost: O(negotiations × offers)."""
    negotiations = state.negotiations
    assert not negotiations.withdrawn, negotiations.withdrawn  # N2
    backing: dict[OrderId, Negotiation] = {}
    opened: Counter[PartyId] = Counter()
    timers = set()
    for negotiation_id, negotiation in negotiations.by_id.items():
        product = state.products[negotiation.product_id]
        assert product.mode is negotiation.mode, negotiation_id  # N1
        assert negotiation.is_open, negotiation_id  # N1
        least = 0 if negotiation.state is BACKED else 1
        assert least <= negotiation.open_quantity <= negotiation.quantity, negotiation_id  # N1
        of_product = negotiations.of_product[product.product_id]
        assert of_product.get(negotiation_id) is negotiation, negotiation_id  # N1
        opened[negotiation.opener_id] += 1
        _check_offers(negotiation)
        _check_bids(negotiation)
        _check_orders(state, negotiation, backing)
        closed_at_ns = product.closed_at_ns
        due_ns = negotiation.next_lapse_ns if closed_at_ns is None else closed_at_ns
        timers.add((due_ns, negotiation_id))
    assert negotiations.by_order == backing  # N2
    _check_awaited(state)
    aside = {
        order_id
        for product in state.products.values()
        if product.mode in MODES
        for order_id in product.aside
    }
    assert aside == backing.keys(), aside ^ backing.keys()  # N2
    assert negotiations.of_party == opened  # N1
    assert sum(map(len, negotiations.of_product.values())) == len(negotiations.by_id)  # N1
    assert set(negotiations.timers) == timers  # N4
    assert len(negotiations.timers) == len(timers)  # N4


def _check_offers(negotiation: Negotiation) -> None:
    key, offers = negotiation.negotiation_id, negotiation.offers
    makers = [offer.party_id for offer in offers.values()]
    assert len(set(makers)) == len(makers), key  # N3
    picked = [offer for offer in offers.values() if offer.state is OfferState.PICKED]
    assert len(picked) == (negotiation.state is NegotiationState.OFFERED), key  # N3
    for offer_id, offer in offers.items():
        assert offer.state in STANDING_STATES, offer_id  # N3
        assert offer.negotiation_id == key, offer_id  # N3
        is_behind = negotiation.state is BACKED
        left = negotiation.quantity if is_behind else negotiation.open_quantity
        assert 0 < offer.quantity <= left, offer_id  # N3
        assert offer.lapses_ns <= negotiation.lapses_ns, offer_id  # N3
        is_opener = offer.party_id == negotiation.opener_id
        assert is_opener or not negotiation.named or offer.party_id in negotiation.named  # N3
        assert not is_opener or negotiation.mode is MarketMode.NEGOTIATED, offer_id  # N3
    if negotiation.mode is MarketMode.NEGOTIATED:
        assert len(offers) == 1, key  # N3


def _check_bids(negotiation: Negotiation) -> None:
    key, bidding = negotiation.negotiation_id, negotiation.bidding
    is_auction = negotiation.mode is MarketMode.ENGLISH_AUCTION
    assert (bidding is not None) is is_auction, key  # N5
    if bidding is None:
        assert negotiation.state not in (NegotiationState.LED, REOPENED), key  # N5
        is_backed = negotiation.state is BACKED
        assert not is_backed or (negotiation.has_line and negotiation.offers), key  # N6
        assert negotiation.relisted_id is None or negotiation.has_line, key  # N2
        return
    assert negotiation.price is not None, key  # N5
    assert bidding.starts_ns < bidding.ends_ns <= negotiation.lapses_ns, key  # N5
    is_empty = negotiation.state is NegotiationState.OPEN
    assert (not negotiation.offers) is is_empty, key  # N5
    for offer_id, offer in negotiation.offers.items():
        above = offer.price - negotiation.price
        assert above >= 0, offer_id  # N5
        assert above % bidding.increment == 0, offer_id  # N5
        assert offer.quantity == negotiation.quantity, offer_id  # N5
        in_time = negotiation.state in BIDDING_STATES
        assert in_time or bidding.is_reached(offer.price), offer_id  # N5


def _check_awaited(state: State) -> None:
    negotiations = state.negotiations
    assert not negotiations.decided, negotiations.decided  # N6
    awaited = {
        negotiation.transfer_id: negotiation
        for negotiation in negotiations.by_id.values()
        if negotiation.state is BACKED
    }
    assert negotiations.awaited == awaited  # N6
    for transfer_id, negotiation in negotiations.awaited.items():
        transfer = state.register.transfers[transfer_id]
        assert transfer.seller_id == HolderId(negotiation.opener_id), transfer_id  # N6
        if negotiation.parts:
            assert transfer.units <= Units(negotiation.quantity), transfer_id  # N6
        else:
            assert transfer.units == Units(negotiation.quantity), transfer_id  # N6


def _check_orders(
    state: State, negotiation: Negotiation, backing: dict[OrderId, Negotiation]
) -> None:
    is_listed = negotiation.mode is MarketMode.LISTED_PRICE and negotiation.state is not BACKED
    if is_listed or negotiation.is_bid_for:
        order = state.orders[negotiation.listing_id]
        assert order.open_quantity == negotiation.open_quantity, order.order_id  # N2
        backing[order.order_id] = negotiation
        assert (order.party_id, order.side) == (negotiation.opener_id, Side.SELL)  # N2
    if negotiation.mode is MarketMode.LISTED_PRICE:
        return  # who asks reserves nothing
    for offer in negotiation.offers.values():
        order = state.orders[offer.order_id]
        terms = offer.party_id, offer.price, offer.quantity, negotiation.side_of(offer.party_id)
        assert (order.party_id, order.price, order.open_quantity, order.side) == terms  # N2
        backing[order.order_id] = negotiation
