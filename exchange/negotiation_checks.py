"""Whether a party may open a deal in the making, or say its word in one: one check after the other.

Pure questions. Each gives the smallest refusal that it finds, so the smallest of several is the
first that applies. What orders are asked is in exchange/eligibility.py, and is asked here too.
"""

from typing import Final

from exchange.admission import licences_of_packs
from exchange.eligibility import check_means, check_new, reserve_needed
from exchange.judging import JUDGED, judge_order, judge_slots
from exchange.limits import (
    BID_EXTENSION_NS,
    BIDDING_EXTENDED_MAX_NS,
    NAMED_PER_REQUEST_MAX,
    NEGOTIATIONS_OPEN_PER_PARTY_MAX,
    NEGOTIATIONS_OPEN_PER_PRODUCT_MAX,
    OFFERS_PER_NEGOTIATION_MAX,
    ORDER_VALIDITY_MAX_NS,
    PRICE_MAX,
    QUANTITY_MAX,
)
from exchange.match_rule import OF_DEALS
from exchange.match_veto import REFUSALS
from exchange.means import take_missing
from exchange.modes.negotiation import BACKED, Acceptance, Act
from exchange.modes.types import MarketMode
from exchange.negotiation_commands import (
    AboutNegotiation,
    AuctionUnits,
    ListUnits,
    MakeOffer,
    RequestQuotes,
)
from exchange.negotiation_state import Negotiation
from exchange.negotiation_words import order_of_wish
from exchange.offer import Offer
from exchange.pair_judging import Meeting, judge_deal, judge_pair
from exchange.refusals import Refusal
from exchange.state import Order, State
from exchange.types import TRADING_KINDS, PartyId, VenueProfile
from matching import BUY, SELL, OrderId, Price, Quantity
from registry.product import LIVE
from registry.types import HolderId, ProductId, TimeNs

BARRED: Final = frozenset({Refusal.PARTY_SUSPENDED, Refusal.RULE_BLOCKS})
"""Why who has asked for units is not offered them: what he can do nothing about until tomorrow."""
ANSWERED: Final = frozenset({Refusal.RULE_HOLDS, Refusal.WARNING_NOT_ACKNOWLEDGED})
"""What a seller has dealt with when he listed, and is not asked again."""


def first_of(*refusals: Refusal | None) -> Refusal | None:
    """The refusal that applies first: the smallest."""
    return min((each for each in refusals if each is not None), default=None)


def is_trader(state: State, party_id: PartyId) -> bool:
    """Whether a party holds and buys. Cost: O(1)."""
    party = state.parties.get(party_id)
    return party is not None and party.kind in TRADING_KINDS


def find_open(state: State, command: AboutNegotiation) -> Negotiation | Refusal:
    """The open negotiation that a command is about. Refuses NOT_PERMITTED, and UNKNOWN_NEGOTIATION
    also where there is one of which the actor may not hear. Cost: O(named)."""
    if not is_trader(state, command.actor):
        return Refusal.NOT_PERMITTED
    negotiation = state.negotiations.by_id.get(command.negotiation_id)
    if negotiation is None or negotiation.role_of(command.actor) is None:
        return Refusal.UNKNOWN_NEGOTIATION
    return negotiation


def check_turn(negotiation: Negotiation, command: AboutNegotiation, act: Act) -> Refusal | None:
    """Whether this party may do this now. Cost: O(named)."""
    role = negotiation.role_of(command.actor)
    assert role is not None, command
    may = negotiation.machine.may(negotiation.state, act, role)
    return None if may else Refusal.NOT_YOUR_TURN


def check_counterparty(state: State, *, actor: PartyId, counterparty_id: PartyId) -> Refusal | None:
    """Whether a deal can be offered to whom it is offered. PTY-01. Cost: O(1)."""
    if not is_trader(state, counterparty_id):
        return Refusal.UNKNOWN_PARTY
    return Refusal.SELF_TRADE if counterparty_id == actor else None


def check_acceptance(state: State, command: ListUnits, at_ns: TimeNs) -> Refusal | None:
    """Whether the venue's licence, and those for which the product's packs speak, let a listing be
    taken in this way: VEN-04 wants the parties known to each other before they agree. Source:
    domain, head of D. Cost: O(1), of a firm listing O(rules)."""
    if command.acceptance is not Acceptance.FIRST_PASSING:
        return None
    licences = {state.profile}
    product = state.products.get(command.product_id)
    if product is not None:
        licences |= licences_of_packs(state, product, at_ns)
    return Refusal.ACCEPTANCE_NOT_LICENSED if VenueProfile.CN_VENUE_38 in licences else None


def check_bidding(state: State, command: AuctionUnits, at_ns: TimeNs) -> Refusal | None:
    """Whether units can be bid for so: late bids can move the end as far as they may before those
    who stand behind the highest are free, and there is as much time as one of them adds. Cost:
    O(1)."""
    product, reserve_price = state.products.get(command.product_id), command.reserve_price
    tick = 1 if product is None else product.terms.tick
    fits = (
        0 < command.increment <= PRICE_MAX
        and command.increment % tick == 0
        and (reserve_price is None or command.price <= reserve_price <= PRICE_MAX)
        and 0 <= command.starts_ns <= command.ends_ns - BID_EXTENSION_NS
        and at_ns <= command.ends_ns - BID_EXTENSION_NS
        and command.ends_ns + BIDDING_EXTENDED_MAX_NS <= command.lapses_ns
    )
    return None if fits else Refusal.BIDDING_OUT_OF_RANGE


def check_request(state: State, command: RequestQuotes, at_ns: TimeNs) -> Refusal | None:
    """As `check_new` asks an order, what has no price yet. Cost: O(named)."""
    if not is_trader(state, command.actor):
        return Refusal.NOT_PERMITTED
    if not all(is_trader(state, party_id) for party_id in command.named):
        return Refusal.UNKNOWN_PARTY
    product = state.products.get(command.product_id)
    if product is None:
        return Refusal.UNKNOWN_PRODUCT
    if not 0 < command.quantity <= QUANTITY_MAX:
        return Refusal.QUANTITY_OUT_OF_RANGE
    if command.quantity % product.terms.lot != 0:
        return Refusal.QUANTITY_OFF_LOT
    if not 0 < command.lapses_ns - at_ns <= ORDER_VALIDITY_MAX_NS:
        return Refusal.EXPIRY_OUT_OF_RANGE
    is_repeated = len(set(command.named)) < len(command.named)
    if is_repeated or command.actor in command.named or len(command.named) > NAMED_PER_REQUEST_MAX:
        return Refusal.NAMED_OUT_OF_RANGE
    if product.standing.state is not LIVE:
        return Refusal.PRODUCT_NOT_LIVE
    if product.mode is not MarketMode.RFQ:
        return Refusal.WRONG_MARKET_MODE
    return first_of(
        state.halts.check_party(command.product_id, command.actor),
        check_room(state, command.actor, command.product_id),
    )


def check_room(state: State, party_id: PartyId, product_id: ProductId) -> Refusal | None:
    """Whether party and product may have one more open negotiation. Cost: O(1)."""
    negotiations = state.negotiations
    of_product = negotiations.of_product.get(product_id, ())
    is_full = len(of_product) >= NEGOTIATIONS_OPEN_PER_PRODUCT_MAX
    if is_full or negotiations.of_party.get(party_id, 0) >= NEGOTIATIONS_OPEN_PER_PARTY_MAX:
        return Refusal.NEGOTIATIONS_OPEN_MAX
    return None


def check_terms(negotiation: Negotiation, command: MakeOffer) -> Refusal | None:
    """Whether these can be the terms of an answer to what stands. Cost: O(1)."""
    answered = negotiation.answered_id
    lapses_ns, is_counter = command.lapses_ns, negotiation.mode is MarketMode.NEGOTIATED
    if lapses_ns is not None and lapses_ns > negotiation.lapses_ns and not is_counter:
        return Refusal.EXPIRY_OUT_OF_RANGE
    is_firm = negotiation.acceptance is Acceptance.FIRST_PASSING
    if (is_firm or negotiation.bidding is not None) and lapses_ns is not None:
        return Refusal.TIME_IN_FORCE_CONFLICT
    if negotiation.bidding is not None:
        assert negotiation.price is not None, command
        above = command.price - negotiation.price
        is_step = above >= 0 and above % negotiation.bidding.increment == 0
        fits = is_step and command.quantity == negotiation.quantity
    elif negotiation.acceptance is not None:
        in_block = command.quantity <= negotiation.quantity_to_ask_for
        is_block = command.quantity == negotiation.quantity_to_ask_for
        fits = command.price == negotiation.price and (in_block if negotiation.parts else is_block)
    else:
        fits = is_counter or command.quantity == negotiation.quantity
    if not fits:
        return Refusal.OFFER_OUT_OF_RANGE
    return None if command.offer_id == answered else Refusal.OFFER_NOT_STANDING


def check_once(state: State, negotiation: Negotiation, order: Order) -> Refusal | None:
    """Whether the party has no offer among several yet, or bids more than it has; nobody stands
    behind himself. Cost: O(offers)."""
    if negotiation.mode is MarketMode.NEGOTIATED:
        return None
    if negotiation.mode is MarketMode.LISTED_PRICE and negotiation.state is BACKED:
        assert negotiation.transfer_id is not None, negotiation.negotiation_id
        if state.register.transfers[negotiation.transfer_id].buyer_id == HolderId(order.party_id):
            return Refusal.ALREADY_DONE
    before = negotiation.offer_of(order.party_id)
    if before is None or (negotiation.bidding is not None and order.price > before.price):
        return None
    return Refusal.ALREADY_DONE


def check_begun(negotiation: Negotiation, at_ns: TimeNs) -> Refusal | None:
    """Whether bids are taken yet, of an auction. Cost: O(1)."""
    bidding = negotiation.bidding
    is_early = bidding is not None and at_ns < bidding.starts_ns
    return Refusal.BIDDING_NOT_BEGUN if is_early else None


def check_highest(negotiation: Negotiation, offer: Offer) -> Refusal | None:
    """Whether, of an auction, no bid comes before this one. Cost: O(offers)."""
    is_passed = negotiation.bidding is not None and offer is not negotiation.highest
    return Refusal.BID_NOT_HIGHEST if is_passed else None


def leads(negotiation: Negotiation, price: Price) -> bool:
    """Whether a bid at this price is above every other. Cost: O(offers)."""
    highest = negotiation.highest
    return highest is None or price > highest.price


def check_offers(negotiation: Negotiation, order: Order) -> Refusal | None:
    """Whether one more offer may be made. Cost: O(offers)."""
    # Each counter-offer is a version: nobody counters for ever.
    is_between_two = negotiation.mode is MarketMode.NEGOTIATED
    made = negotiation.version if is_between_two else len(negotiation.offers)
    if made < OFFERS_PER_NEGOTIATION_MAX:
        return None
    if negotiation.is_bid_for:  # who leads takes the place of the lowest, who raises his own
        is_raise = negotiation.offer_of(order.party_id) is not None
        return None if is_raise or leads(negotiation, order.price) else Refusal.OFFERS_MAX
    return Refusal.OFFERS_MAX


def check_word(
    state: State, order: Order, mode: MarketMode, at_ns: TimeNs, *others: Refusal | None
) -> Refusal | None:
    """As an order of the book is asked, before its means are. Cost: O(lots named).

    Args:
        others: what else there is against it.
    """
    refusal = first_of(check_new(state, order, at_ns, mode=mode), *others)
    if refusal is not None and refusal not in JUDGED:
        state.rules.judged = None  # what comes first is told, and it alone
    return refusal


def check_pair(
    state: State,
    order: Order,
    other_id: PartyId,
    at_ns: TimeNs,
    *,
    makes_deal: bool,
    before: Refusal | None,
) -> Refusal | None:
    """Whether the rules of the pair let the party deal with this other one. Cost: O(rules).

    Args:
        makes_deal: with what the party says the deal is made.
        before: what else there is against it; a smaller number is told first.
    """
    if before is not None and before <= Refusal.RULE_BLOCKS:
        return before
    sells = order.side is SELL
    meeting = Meeting(
        seller_id=order.party_id if sells else other_id,
        buyer_id=other_id if sells else order.party_id,
        units=Quantity(order.open_quantity),
        price=order.price,
    )
    product = state.products[order.product_id]
    refusal = judge_pair(state, product, meeting, makes_deal=makes_deal, at_ns=at_ns)
    return first_of(refusal, before)


def check_reserve(
    state: State,
    order: Order,
    at_ns: TimeNs,
    *,
    raises: Offer | None = None,
    stood_id: OrderId | None = None,
) -> Refusal | None:
    """Whether the party has what the order would reserve (OWN-01, ORD-03), and may trade it with
    the order that stood, if it would. Cost: O(lots).

    Args:
        raises: the party's bid in the place of which this one comes: what it has reserved counts.
    """
    product, price, quantity = state.products[order.product_id], order.price, order.open_quantity
    needed = reserve_needed(state, product, order, price=price, open_quantity=quantity)
    if raises is not None:
        needed -= state.orders[raises.order_id].reserved
    refusal = check_means(state, product, order, price=price, open_quantity=quantity, needed=needed)
    # What units it would be of is known only where they can be reserved; the pair was asked before.
    if stood_id is None or product.veto is None or refusal is Refusal.UNITS_NOT_AVAILABLE:
        return refusal
    stood = product.aside[stood_id]
    buy, sell = (order, stood) if order.side is BUY else (stood, order)
    rule = product.veto.rule_between(quantity, buy=buy, sell=sell, price=price, at_ns=at_ns)
    if rule is None:
        return refusal
    told = first_of(refusal, REFUSALS[rule])
    if told is not REFUSALS[rule]:
        return told
    if rule in OF_DEALS:
        judge_deal(state, product, price, at_ns=at_ns)
    else:
        move = product.veto.move_between(quantity, buy=buy, sell=sell)
        judge_slots(state, product, move, price=price, at_ns=at_ns)
    return told


def may_have(state: State, negotiation: Negotiation, offer: Offer, at_ns: TimeNs) -> bool:
    """Whether who has asked for listed units may have them now. What he can still bring, money
    above all, is asked at his yes, as is all else again. Cost: O(rules + draws of the listing)."""
    order = order_of_wish(negotiation, offer, at_ns)
    if _check_again(state, order, at_ns) in BARRED:
        return False
    veto = state.products[order.product_id].veto
    if veto is None:
        return True
    stood = state.orders[negotiation.listing_id]
    price, quantity = offer.price, offer.quantity
    return veto.rule_between(quantity, buy=order, sell=stood, price=price, at_ns=at_ns) is None


def check_again(state: State, order: Order, at_ns: TimeNs) -> Refusal | None:
    """Whether units can be listed again by this order, as they were by another: what its seller
    holds and what the rules say may be otherwise since. He had a place among the open orders, and
    for that is not asked. Cost: O(rules + lots named)."""
    refusal = _check_again(state, order, at_ns)
    if refusal is not None and refusal not in ANSWERED:
        return refusal
    product, price, quantity = state.products[order.product_id], order.price, order.open_quantity
    refusal = check_means(
        state, product, order, price=price, open_quantity=quantity, needed=quantity
    )
    take_missing(state)  # nobody is told: no command of the seller's is refused
    return refusal


def _check_again(state: State, order: Order, at_ns: TimeNs) -> Refusal | None:
    product = state.products[order.product_id]
    if product.standing.state is not LIVE:
        return Refusal.PRODUCT_NOT_LIVE
    refusal = state.halts.check_party(order.product_id, order.party_id)
    if refusal is not None or state.rules.waiting:
        return refusal  # while standing orders are judged, new ones wait: a yes is judged later
    price, quantity = order.price, order.open_quantity
    refusal = judge_order(state, product, order, price=price, open_quantity=quantity, at_ns=at_ns)
    state.rules.judged = None  # what they said is kept for a command that is refused
    return refusal
