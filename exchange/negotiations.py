"""Deals between named parties: what each command about one may do, and does.

Whoever's word stands has what it takes reserved, by an order of his own that stands beside the
book. Where both sides have said yes, the two orders are filled as any others are: what comes after
the match knows no mode. What may follow on what is a table in exchange/modes. All checks come
first, in the order of the refusals' numbers.

The rules of the pair are asked of a seller's word and of every yes. A buyer's wish to a named
seller is not asked before: its refusal would tell how much the other holds.
"""

from typing import Final

from exchange.bidding_steps import open_bidding, place_bid
from exchange.handler import Handler
from exchange.limits import BIDDING_EXTENDED_MAX_NS, QUOTE_VALIDITY_NS
from exchange.modes.english import Bidding
from exchange.modes.negotiation import BACKED, Acceptance, Act, Move, OfferState, Role
from exchange.modes.types import MarketMode
from exchange.negotiation_checks import (
    check_acceptance,
    check_begun,
    check_bidding,
    check_counterparty,
    check_highest,
    check_offers,
    check_once,
    check_pair,
    check_request,
    check_reserve,
    check_room,
    check_terms,
    check_turn,
    check_word,
    find_open,
    first_of,
)
from exchange.negotiation_commands import (
    AcceptOffer,
    AuctionUnits,
    DeclineOffer,
    ListUnits,
    MakeOffer,
    OfferDeal,
    RequestQuotes,
    WithdrawOffer,
)
from exchange.negotiation_state import Negotiation
from exchange.negotiation_steps import (
    advance,
    deal,
    drop,
    end,
    end_offer,
    make,
    open_negotiation,
    pick,
    stand_for,
)
from exchange.negotiation_words import negotiation_for, offer_for, order_for
from exchange.refusals import Refusal
from exchange.settlement import Emit
from exchange.state import Order, State
from exchange.types import NegotiationId, PartyId, Sequence
from matching import Side
from registry.product import LIVE
from registry.types import TimeNs


def offer_deal(
    state: State, command: OfferDeal, sequence: Sequence, at_ns: TimeNs, emit: Emit
) -> Refusal | None:
    """Offer a deal to a named party; what is offered is reserved."""
    order = order_for(
        command,
        sequence,
        at_ns,
        product_id=command.product_id,
        side=command.side,
        price=command.price,
        quantity=command.quantity,
        lapses_ns=command.lapses_ns,
        lots=command.lots,
    )
    counterparty_id = command.counterparty_id
    refusal = check_word(
        state,
        order,
        MarketMode.NEGOTIATED,
        at_ns,
        check_counterparty(state, actor=command.actor, counterparty_id=counterparty_id),
    )
    if order.side is Side.SELL:
        refusal = check_pair(state, order, counterparty_id, at_ns, makes_deal=False, before=refusal)
    refusal = refusal or _check_opening(state, order, at_ns)
    if refusal is not None:
        return refusal
    negotiation = negotiation_for(
        order, MarketMode.NEGOTIATED, lapses_ns=command.lapses_ns, named=(counterparty_id,)
    )
    open_negotiation(state, negotiation, emit)
    stand_for(state, negotiation, order, emit)
    make(state, negotiation, offer_for(order, negotiation, lapses_ns=command.lapses_ns), emit)
    return None


def list_units(
    state: State, command: ListUnits, sequence: Sequence, at_ns: TimeNs, emit: Emit
) -> Refusal | None:
    """List units at a price; they are reserved."""
    order = _sale(command, sequence, at_ns)
    refusal = check_word(
        state,
        order,
        MarketMode.LISTED_PRICE,
        at_ns,
        check_acceptance(state, command, at_ns),
    ) or _check_opening(state, order, at_ns)
    if refusal is not None:
        return refusal
    negotiation = negotiation_for(order, MarketMode.LISTED_PRICE, lapses_ns=command.lapses_ns)
    negotiation.parts, negotiation.acceptance = command.parts, command.acceptance
    open_negotiation(state, negotiation, emit)
    stand_for(state, negotiation, order, emit)
    return None


def request_quotes(
    state: State, command: RequestQuotes, sequence: Sequence, at_ns: TimeNs, emit: Emit
) -> Refusal | None:
    """Ask for quotes; nothing is reserved."""
    refusal = check_request(state, command, at_ns)
    if refusal is not None:
        return refusal
    negotiation = Negotiation(
        negotiation_id=NegotiationId(sequence),
        product_id=command.product_id,
        mode=MarketMode.RFQ,
        opener_id=command.actor,
        side=command.side,
        price=None,
        quantity=command.quantity,
        open_quantity=command.quantity,
        named=command.named,
        lapses_ns=command.lapses_ns,
        opened_at_ns=at_ns,
        changed_at_ns=at_ns,
    )
    open_negotiation(state, negotiation, emit)
    return None


def auction_units(
    state: State, command: AuctionUnits, sequence: Sequence, at_ns: TimeNs, emit: Emit
) -> Refusal | None:
    """Auction units in one block; they are reserved."""
    order = _sale(command, sequence, at_ns)
    refusal = check_word(
        state,
        order,
        MarketMode.ENGLISH_AUCTION,
        at_ns,
        check_bidding(state, command, at_ns),
    ) or _check_opening(state, order, at_ns)
    if refusal is not None:
        return refusal
    negotiation = negotiation_for(order, MarketMode.ENGLISH_AUCTION, lapses_ns=command.lapses_ns)
    negotiation.bidding = Bidding(
        increment=command.increment,
        reserve_price=command.reserve_price,
        starts_ns=command.starts_ns,
        ends_ns=command.ends_ns,
        latest_ns=TimeNs(command.ends_ns + BIDDING_EXTENDED_MAX_NS),
    )
    open_negotiation(state, negotiation, emit)
    open_bidding(state, negotiation, order, emit)
    return None


def make_offer(
    state: State, command: MakeOffer, sequence: Sequence, at_ns: TimeNs, emit: Emit
) -> Refusal | None:
    """Answer with terms: a counter-offer, a wish to take listed units, a quote, a bid; of a firm
    listing, its acceptance."""
    negotiation = find_open(state, command)
    if isinstance(negotiation, Refusal):
        return negotiation
    lapses_ns = _lapse_of(negotiation, command, at_ns)
    is_deal = negotiation.acceptance is Acceptance.FIRST_PASSING
    is_between_two = negotiation.mode is MarketMode.NEGOTIATED
    is_opener = is_between_two and command.actor == negotiation.opener_id
    other_id = negotiation.named[0] if is_opener else negotiation.opener_id
    order = order_for(
        command,
        sequence,
        at_ns,
        product_id=negotiation.product_id,
        side=negotiation.side_of(command.actor),
        price=command.price,
        quantity=command.quantity,
        lapses_ns=None if is_deal else lapses_ns,
        lots=command.lots,
    )
    refusal = check_word(
        state,
        order,
        negotiation.mode,
        at_ns,
        check_terms(negotiation, command),
        check_turn(negotiation, command, Act.OFFER),
        check_once(state, negotiation, order),
        check_begun(negotiation, at_ns),
    )
    if order.side is Side.SELL or not is_between_two:
        refusal = check_pair(state, order, other_id, at_ns, makes_deal=is_deal, before=refusal)
    if refusal is None and not _is_wish(negotiation):
        before = negotiation.offer_of(command.actor) if negotiation.is_bid_for else None
        stood_id = negotiation.listing_id if is_deal else None
        refusal = check_reserve(state, order, at_ns, raises=before, stood_id=stood_id)
    refusal = refusal or check_offers(negotiation, order)
    if refusal is not None:
        return refusal
    if negotiation.is_bid_for:
        place_bid(state, negotiation, order, at_ns=at_ns, emit=emit)
        return None
    if is_deal:
        maker_id = negotiation.listing_id
        deal(
            state,
            negotiation,
            maker_id=maker_id,
            taker=order,
            accepted=None,
            at_ns=at_ns,
            emit=emit,
        )
        return None
    _answer(state, negotiation, order, lapses_ns=lapses_ns, at_ns=at_ns, emit=emit)
    return None


def accept_offer(
    state: State, command: AcceptOffer, sequence: Sequence, at_ns: TimeNs, emit: Emit
) -> Refusal | None:
    """Say yes. A seller's yes to who has asked offers him the units; any other makes the deal."""
    negotiation = find_open(state, command)
    if isinstance(negotiation, Refusal):
        return negotiation
    offer = negotiation.offers.get(command.offer_id)
    if offer is None:
        return Refusal.OFFER_NOT_STANDING
    if _is_picking(negotiation, command.actor):
        refusal = _refuse_pick(state, negotiation, command)
        if refusal is None:
            pick(state, negotiation, offer, at_ns=at_ns, emit=emit)
            advance(state, negotiation, Move.PICK, at_ns=at_ns, emit=emit)
        return refusal
    order = order_for(
        command,
        sequence,
        at_ns,
        product_id=negotiation.product_id,
        side=negotiation.side_of(command.actor),
        price=offer.price,
        quantity=offer.quantity,
        lapses_ns=None,
        lots=command.lots,
    )
    is_listed = negotiation.acceptance is not None
    is_his = offer.party_id == command.actor and offer.state is OfferState.PICKED
    refusal = check_word(
        state,
        order,
        negotiation.mode,
        at_ns,
        Refusal.OFFER_NOT_STANDING if is_listed and not is_his else None,
        check_turn(negotiation, command, Act.ACCEPT),
        check_highest(negotiation, offer),
    )
    is_opener = command.actor == negotiation.opener_id
    other_id = offer.party_id if is_opener else negotiation.opener_id
    refusal = check_pair(state, order, other_id, at_ns, makes_deal=True, before=refusal)
    maker_id = negotiation.listing_id if is_listed else offer.order_id
    if refusal is None:
        refusal = check_reserve(state, order, at_ns, stood_id=maker_id)
    if refusal is not None:
        return refusal
    deal(state, negotiation, maker_id=maker_id, taker=order, accepted=offer, at_ns=at_ns, emit=emit)
    return None


def decline_offer(
    state: State, command: DeclineOffer, _sequence: Sequence, at_ns: TimeNs, emit: Emit
) -> Refusal | None:
    """Say no to an offer of another's: a negotiated deal ends, of several offers the one."""
    negotiation = find_open(state, command)
    if isinstance(negotiation, Refusal):
        return negotiation
    offer = negotiation.offers.get(command.offer_id)
    if offer is None:
        return Refusal.OFFER_NOT_STANDING
    refusal = check_turn(negotiation, command, Act.DECLINE)
    if refusal is not None:
        return refusal
    if negotiation.mode is MarketMode.NEGOTIATED:
        end(state, negotiation, Move.DECLINE, at_ns=at_ns, emit=emit)
    else:
        drop(state, negotiation, offer, OfferState.DECLINED, at_ns=at_ns, emit=emit)
    return None


def withdraw_offer(
    state: State, command: WithdrawOffer, _sequence: Sequence, at_ns: TimeNs, emit: Emit
) -> Refusal | None:
    """Take one's own word back: what stands, or one's wish to take listed units."""
    negotiation = find_open(state, command)
    if isinstance(negotiation, Refusal):
        return negotiation
    refusal = check_turn(negotiation, command, Act.WITHDRAW)
    if refusal is not None:
        return refusal
    if negotiation.role_of(command.actor) is Role.MAKER:
        # Behind a deal no units are listed that could be withdrawn: those who stand there are free.
        move = Move.RELEASE if negotiation.state is BACKED else Move.WITHDRAW
        end(state, negotiation, move, at_ns=at_ns, emit=emit)
        return None
    offer = negotiation.offer_of(command.actor)
    if offer is None:
        return Refusal.OFFER_NOT_STANDING
    drop(state, negotiation, offer, OfferState.WITHDRAWN, at_ns=at_ns, emit=emit)
    return None


HANDLERS: Final[dict[type, Handler]] = {
    OfferDeal: offer_deal,
    ListUnits: list_units,
    RequestQuotes: request_quotes,
    AuctionUnits: auction_units,
    MakeOffer: make_offer,
    AcceptOffer: accept_offer,
    DeclineOffer: decline_offer,
    WithdrawOffer: withdraw_offer,
}
"""One function a command."""


def _sale(command: ListUnits | AuctionUnits, sequence: Sequence, at_ns: TimeNs) -> Order:
    return order_for(
        command,
        sequence,
        at_ns,
        product_id=command.product_id,
        side=Side.SELL,
        price=command.price,
        quantity=command.quantity,
        lapses_ns=command.lapses_ns,
        lots=command.lots,
    )


def _check_opening(state: State, order: Order, at_ns: TimeNs) -> Refusal | None:
    return first_of(
        check_reserve(state, order, at_ns),
        check_room(state, order.party_id, order.product_id),
    )


def _is_wish(negotiation: Negotiation) -> bool:
    # Who asks for listed units reserves nothing.
    return negotiation.acceptance is Acceptance.SELLER_CONFIRMS


def _is_picking(negotiation: Negotiation, actor: PartyId) -> bool:
    return _is_wish(negotiation) and actor == negotiation.opener_id


def _refuse_pick(state: State, negotiation: Negotiation, command: AcceptOffer) -> Refusal | None:
    if command.lots:  # he has named them when he listed
        return Refusal.LOTS_CONFLICT
    if state.products[negotiation.product_id].standing.state is not LIVE:
        return Refusal.PRODUCT_NOT_LIVE
    return first_of(
        check_turn(negotiation, command, Act.ACCEPT), state.halts.check(negotiation.product_id)
    )


def _answer(
    state: State,
    negotiation: Negotiation,
    order: Order,
    *,
    lapses_ns: TimeNs,
    at_ns: TimeNs,
    emit: Emit,
) -> None:
    """Let the answer to what stands be one of the negotiation's offers: to a negotiated one it is
    the only one."""
    move = Move.QUOTE
    if negotiation.mode is MarketMode.NEGOTIATED:
        move, countered = Move.COUNTER, negotiation.standing
        end_offer(state, negotiation, countered, OfferState.COUNTERED, at_ns=at_ns, emit=emit)
        negotiation.price, negotiation.quantity = order.price, order.quantity
        negotiation.open_quantity, negotiation.lapses_ns = order.quantity, lapses_ns
    elif negotiation.mode is MarketMode.LISTED_PRICE:
        move = Move.ASK
    if move is not Move.ASK:
        stand_for(state, negotiation, order, emit)
    make(state, negotiation, offer_for(order, negotiation, lapses_ns=lapses_ns), emit)
    advance(state, negotiation, move, at_ns=at_ns, emit=emit)


def _lapse_of(negotiation: Negotiation, command: MakeOffer, at_ns: TimeNs) -> TimeNs:
    if command.lapses_ns is not None:
        return command.lapses_ns
    if negotiation.mode is MarketMode.RFQ:
        return TimeNs(min(at_ns + QUOTE_VALIDITY_NS, negotiation.lapses_ns))
    return negotiation.lapses_ns
