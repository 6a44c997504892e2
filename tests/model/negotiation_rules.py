"""Why what a party would say to another is not said: every rule, whatever the others are."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from exchange.commands import PlaceOrder
from exchange.negotiation_commands import (
    AcceptOffer,
    AuctionUnits,
    DeclineOffer,
    ListUnits,
    MakeOffer,
    NegotiationCommand,
    OfferDeal,
    RequestQuotes,
)
from exchange.refusals import Refusal
from exchange.types import PartyId, PartyKind
from matching import OrderId
from registry.types import ProductId
from tests.model.desk import Applies
from tests.model.halt import is_halted, is_suspended
from tests.model.ledger import Ledger
from tests.model.negotiation import MINUTE_NS, ModelNegotiation, find, may, open_ones, word_of

TRADERS = (PartyKind.NATURAL_PERSON, PartyKind.INSTITUTION)
MONTH_NS = 30 * 24 * 60 * 60 * 10**9

AsOrder = Callable[[Ledger, PlaceOrder, str | None], Applies]
"""The rules that an order has to pass."""


def rules(ledger: Ledger, command: NegotiationCommand, as_order: AsOrder) -> Applies:
    """Why the command changes nothing."""
    match command:
        case OfferDeal():
            counterparty = command.counterparty_id
            return [
                *as_order(ledger, word_of(ledger, command, None), "NEGOTIATED"),
                (Refusal.UNKNOWN_PARTY, ledger.kinds.get(counterparty) not in TRADERS),
                (Refusal.SELF_TRADE, counterparty == command.actor),
                _crowded(ledger, command.actor, command.product_id),
            ]
        case ListUnits():
            assert ledger.opened is not None
            firm = command.acceptance.name == "FIRST_PASSING"
            ordinary = ledger.opened.profile.name == "CN_VENUE_38"
            return [
                *as_order(ledger, word_of(ledger, command, None), "LISTED_PRICE"),
                (Refusal.ACCEPTANCE_NOT_LICENSED, firm and ordinary),
                _crowded(ledger, command.actor, command.product_id),
            ]
        case RequestQuotes():
            return _rules_for_request(ledger, command)
        case AuctionUnits():
            return [
                *as_order(ledger, word_of(ledger, command, None), "ENGLISH_AUCTION"),
                (Refusal.BIDDING_OUT_OF_RANGE, not _can_be_bid_for(ledger, command)),
                _crowded(ledger, command.actor, command.product_id),
            ]
    if ledger.kinds.get(command.actor) not in TRADERS:
        return [(Refusal.NOT_PERMITTED, True)]
    negotiation = find(ledger, command.negotiation_id)
    if negotiation is None or not negotiation.hears(command.actor):
        return [(Refusal.UNKNOWN_NEGOTIATION, True)]
    not_his_turn = (Refusal.NOT_YOUR_TURN, not may(negotiation, command))
    match command:
        case MakeOffer():
            return [not_his_turn, *_rules_for_answer(ledger, command, negotiation, as_order)]
        case AcceptOffer():
            return [not_his_turn, *_rules_for_yes(ledger, command, negotiation, as_order)]
        case DeclineOffer():
            return [
                (Refusal.OFFER_NOT_STANDING, negotiation.offer(command.offer_id) is None),
                not_his_turn,
            ]
        case _:
            lacks_word = not negotiation.has_the_word(command.actor)
            has_said = negotiation.offer_of(command.actor) is not None
            says_nothing = may(negotiation, command) and lacks_word and not has_said
            return [not_his_turn, (Refusal.OFFER_NOT_STANDING, says_nothing)]


def _crowded(ledger: Ledger, party_id: PartyId, product_id: ProductId) -> tuple[Refusal, bool]:
    limits, open_now = ledger.limits, open_ones(ledger)
    of_party = sum(each.opener == party_id for each in open_now)
    of_product = sum(each.product.product_id == product_id for each in open_now)
    return (
        Refusal.NEGOTIATIONS_OPEN_MAX,
        of_party >= limits.negotiations_open_per_party_max
        or of_product >= limits.negotiations_open_per_product_max,
    )


def _can_be_bid_for(ledger: Ledger, command: AuctionUnits) -> bool:
    """Three minutes at least, a last end an hour later, and then those behind are still bound."""
    product, reserve = ledger.products.get(command.product_id), command.reserve_price
    tick = product.terms.tick if product is not None else 1
    return (
        1 <= command.increment <= 10**9
        and command.increment % tick == 0
        and (reserve is None or command.price <= reserve <= 10**9)
        and command.starts_ns >= 0
        and max(ledger.at_ns, command.starts_ns) + 3 * MINUTE_NS <= command.ends_ns
        and command.ends_ns + 60 * MINUTE_NS <= command.lapses_ns
    )


def _rules_for_request(ledger: Ledger, command: RequestQuotes) -> Applies:
    product = ledger.products.get(command.product_id)
    named = command.named
    known = all(ledger.kinds.get(each) in TRADERS for each in named)
    once = sorted(set(named)) == sorted(named)
    rules_so_far = [
        (Refusal.NOT_PERMITTED, ledger.kinds.get(command.actor) not in TRADERS),
        (Refusal.UNKNOWN_PARTY, not known),
        (Refusal.UNKNOWN_PRODUCT, product is None),
    ]
    if product is None:
        return rules_so_far
    return [
        *rules_so_far,
        (Refusal.QUANTITY_OUT_OF_RANGE, not 1 <= command.quantity <= 10**15),
        (Refusal.QUANTITY_OFF_LOT, command.quantity % product.terms.lot != 0),
        (Refusal.EXPIRY_OUT_OF_RANGE, not 1 <= command.lapses_ns - ledger.at_ns <= MONTH_NS),
        (
            Refusal.NAMED_OUT_OF_RANGE,
            not once or command.actor in named or len(named) > ledger.limits.named_max,
        ),
        (Refusal.PRODUCT_NOT_LIVE, product.standing != "LIVE"),
        (Refusal.WRONG_MARKET_MODE, product.mode != "RFQ"),
        (Refusal.TRADE_HALTED, is_halted(ledger, product)),
        (Refusal.PARTY_SUSPENDED, is_suspended(ledger, command.actor)),
        _crowded(ledger, command.actor, command.product_id),
    ]


def _rules_for_answer(
    ledger: Ledger, command: MakeOffer, negotiation: ModelNegotiation, as_order: AsOrder
) -> Applies:
    mode, lapses_ns = negotiation.mode, command.lapses_ns
    if negotiation.auctioned is not None:
        return _rules_for_bid(ledger, command, negotiation, as_order)
    asks = negotiation.acceptance == "SELLER_CONFIRMS"
    firm = negotiation.acceptance == "FIRST_PASSING"
    of_order = as_order(ledger, word_of(ledger, command, negotiation), mode)
    if asks:  # nothing is set aside, so nothing has to be there
        of_order = [rule for rule in of_order if rule[0] < Refusal.UNITS_NOT_AVAILABLE]
    if mode == "LISTED_PRICE":
        most = negotiation.to_ask_for
        some = command.quantity <= most if negotiation.parts else False
        fits = command.price == negotiation.price and (some or command.quantity == most)
    else:
        fits = mode == "NEGOTIATED" or command.quantity == negotiation.quantity
    said = len(negotiation.standing) if mode != "NEGOTIATED" else negotiation.version
    too_long = lapses_ns is not None and lapses_ns > negotiation.lapses_ns
    return [
        *of_order,
        (Refusal.TIME_IN_FORCE_CONFLICT, firm and lapses_ns is not None),
        (Refusal.EXPIRY_OUT_OF_RANGE, too_long and mode != "NEGOTIATED"),
        (Refusal.OFFER_OUT_OF_RANGE, not fits),
        (Refusal.OFFER_NOT_STANDING, command.offer_id != negotiation.answered()),
        (
            Refusal.ALREADY_DONE,
            mode != "NEGOTIATED" and negotiation.offer_of(command.actor) is not None,
        ),
        (Refusal.ALREADY_DONE, _has_it(ledger, negotiation, command.actor)),
        (Refusal.OFFERS_MAX, said >= ledger.limits.offers_per_negotiation_max),
    ]


def _has_it(ledger: Ledger, negotiation: ModelNegotiation, party_id: PartyId) -> bool:
    """Whether others stand behind a deal of this party's."""
    if negotiation.state != "BACKED":
        return False
    return any(
        transfer.transfer_id == negotiation.transfer_id and transfer.buy.party_id == party_id
        for transfer in ledger.transfers.values()
    )


def _rules_for_bid(
    ledger: Ledger, command: MakeOffer, auction: ModelNegotiation, as_order: AsOrder
) -> Applies:
    said = auction.auctioned
    assert said is not None
    steps = range(said.price, 10**9 + 1, said.increment)
    own, highest = auction.offer_of(command.actor), auction.highest
    of_order = as_order(ledger, word_of(ledger, command, auction), auction.mode)
    if own is not None and auction.takes_bids:  # what he has set aside for less counts
        behind = ledger.orders[OrderId(own.number)]
        dearer = replace(behind, placed=word_of(ledger, command, auction), price=command.price)
        needed = ledger.reserve_for(dearer, command.price, open_quantity=command.quantity)
        money = ledger.money_available(command.actor) + ledger.reserved(behind)
        of_order = [each for each in of_order if each[0] is not Refusal.MONEY_NOT_AVAILABLE]
        of_order.append((Refusal.MONEY_NOT_AVAILABLE, needed > money))
    is_full = len(auction.standing) >= ledger.limits.offers_per_negotiation_max
    leads = highest is None or command.price > highest.price
    lapses_ns = command.lapses_ns
    return [
        *of_order,
        (Refusal.EXPIRY_OUT_OF_RANGE, (lapses_ns or 0) > auction.lapses_ns),
        (Refusal.TIME_IN_FORCE_CONFLICT, lapses_ns is not None),
        (
            Refusal.OFFER_OUT_OF_RANGE,
            command.price not in steps or command.quantity != auction.quantity,
        ),
        (Refusal.OFFER_NOT_STANDING, command.offer_id != auction.number),
        (Refusal.ALREADY_DONE, own is not None and command.price <= own.price),
        (Refusal.BIDDING_NOT_BEGUN, ledger.at_ns < said.starts_ns),
        (Refusal.OFFERS_MAX, is_full and own is None and not leads),
    ]


def _rules_for_yes(
    ledger: Ledger, command: AcceptOffer, negotiation: ModelNegotiation, as_order: AsOrder
) -> Applies:
    offer = negotiation.offer(command.offer_id)
    if offer is None:
        return [(Refusal.OFFER_NOT_STANDING, True)]
    is_listed = negotiation.mode == "LISTED_PRICE"
    if is_listed and negotiation.has_the_word(command.actor):
        return [
            (Refusal.LOTS_CONFLICT, bool(command.lots)),
            (Refusal.PRODUCT_NOT_LIVE, negotiation.product.standing != "LIVE"),
            (Refusal.TRADE_HALTED, is_halted(ledger, negotiation.product)),
        ]
    is_asked = offer.party_id == command.actor and offer.state == "PICKED"
    return [
        *as_order(ledger, word_of(ledger, command, negotiation), negotiation.mode),
        (Refusal.OFFER_NOT_STANDING, is_listed and not is_asked),
        (
            Refusal.BID_NOT_HIGHEST,
            negotiation.auctioned is not None and offer is not negotiation.highest,
        ),
    ]
