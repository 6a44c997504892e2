"""The invariants of deals between named parties, N1 to N4 of docs/invariants.md."""

from collections import Counter

from exchange.modes.negotiation import STANDING_STATES, NegotiationState, OfferState
from exchange.modes.types import MarketMode
from exchange.negotiation_state import MODES, Negotiation
from exchange.state import State
from exchange.types import PartyId
from matching import OrderId, Side


def check_negotiations(state: State) -> None:
    """Assert N1 to N4. Cost: O(negotiations × offers)."""
    negotiations = state.negotiations
    assert not negotiations.withdrawn, negotiations.withdrawn  # N2
    backing: dict[OrderId, Negotiation] = {}
    opened: Counter[PartyId] = Counter()
    timers = set()
    for negotiation_id, negotiation in negotiations.by_id.items():
        product = state.products[negotiation.product_id]
        assert product.mode is negotiation.mode, negotiation_id  # N1
        assert negotiation.is_open, negotiation_id  # N1
        assert 0 < negotiation.open_quantity <= negotiation.quantity, negotiation_id  # N1
        of_product = negotiations.of_product[product.product_id]
        assert of_product.get(negotiation_id) is negotiation, negotiation_id  # N1
        opened[negotiation.opener_id] += 1
        _check_offers(negotiation)
        _check_orders(state, negotiation, backing)
        closed_at_ns = product.closed_at_ns
        due_ns = negotiation.next_lapse_ns if closed_at_ns is None else closed_at_ns
        timers.add((due_ns, negotiation_id))
    assert negotiations.by_order == backing  # N2
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
        assert 0 < offer.quantity <= negotiation.open_quantity, offer_id  # N3
        assert offer.lapses_ns <= negotiation.lapses_ns, offer_id  # N3
        is_opener = offer.party_id == negotiation.opener_id
        assert is_opener or not negotiation.named or offer.party_id in negotiation.named  # N3
        assert not is_opener or negotiation.mode is MarketMode.NEGOTIATED, offer_id  # N3
    if negotiation.mode is MarketMode.NEGOTIATED:
        assert len(offers) == 1, key  # N3


def _check_orders(
    state: State, negotiation: Negotiation, backing: dict[OrderId, Negotiation]
) -> None:
    if negotiation.mode is MarketMode.LISTED_PRICE:
        order = state.orders[negotiation.listing_id]
        assert order.open_quantity == negotiation.open_quantity, order.order_id  # N2
        backing[order.order_id] = negotiation
        assert (order.party_id, order.side) == (negotiation.opener_id, Side.SELL)  # N2
        return
    for offer in negotiation.offers.values():
        order = state.orders[offer.order_id]
        terms = offer.party_id, offer.price, offer.quantity, negotiation.side_of(offer.party_id)
        assert (order.party_id, order.price, order.open_quantity, order.side) == terms  # N2
        backing[order.order_id] = negotiation
