"""Listings behind whose deals others stand, on paper: what becomes of them with the transfer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from exchange.commands import PlaceOrderFromLots
from exchange.types import RejectionReason
from matching import Quantity, Side, TimeInForce
from tests.model.halt import is_halted, is_suspended
from tests.model.ledger import ModelTransfer
from tests.model.negotiation import ModelNegotiation

if TYPE_CHECKING:
    from tests.model.dealer import Dealer


def free_larger(dealer: Dealer, listing: ModelNegotiation, left: int) -> None:
    """Who wants more than there is waits no longer."""
    for offer in listing.standing:
        if offer.quantity > left:
            dealer.finish(listing, offer, "FREED")


def pick_next(dealer: Dealer, listing: ModelNegotiation) -> bool:
    """Of those who wait the first who may trade is offered the units; those before him are out."""
    exchange, product = dealer.exchange, listing.product
    is_traded = product.standing == "LIVE" and not is_halted(exchange, product)
    while listing.standing:
        first = listing.standing[0]
        if not is_traded or not is_suspended(exchange, first.party_id):
            dealer.pick(listing, first)
            return True
        dealer.finish(listing, first, "WITHDRAWN_BY_VENUE")
    return False


def follow(dealer: Dealer, transfer: ModelTransfer) -> None:
    """The deal is decided: those behind are free, or the first of them is asked."""
    for listing in dealer.exchange.negotiations:
        is_its = listing.transfer_id == transfer.transfer_id
        if listing.mode != "LISTED_PRICE" or listing.state != "BACKED" or not is_its:
            continue
        if transfer.state.name in {"SETTLED", "PREEMPTED"}:
            dealer.end(listing, "RELEASE", "DEALT", "ACCEPTED")
        elif is_sellers(transfer):
            dealer.end(listing, "CLOSE", "WITHDRAWN_BY_VENUE", "WITHDRAWN_BY_VENUE")
        elif listing.lapses_ns <= dealer.at_ns:
            dealer.end(listing, "LAPSE", "LAPSED", "LAPSED")
        else:
            list_again(dealer, listing, transfer)


def is_sellers(transfer: ModelTransfer) -> bool:
    """Whether it has failed because of the seller."""
    disputed = transfer.reason is RejectionReason.TITLE_DISPUTED
    return (
        transfer.state.name == "SELLER_DEFAULT"
        or (transfer.state.name == "REJECTED" and disputed)
        or "SELLER" in transfer.fault
    )


def list_again(dealer: Dealer, listing: ModelNegotiation, transfer: ModelTransfer) -> None:
    """The units are set aside once more, if they are there, and the seller may trade."""
    exchange, product, seller = dealer.exchange, listing.product, listing.opener
    number = listing.standing[0].number
    lots = exchange.lots()
    free = 0
    for lot_id, _ in transfer.sources:
        units, _, _, *claims = lots[lot_id]
        free += max(0, units - sum(claims))
    under_way = [
        each
        for each in exchange.pending_transfers()
        if seller in (each.buy.party_id, each.sell.party_id)
    ]
    if (
        product.standing != "LIVE"
        or is_halted(exchange, product)
        or is_suspended(exchange, seller)
        or free < transfer.units
        or len(under_way) >= exchange.limits.transfers_open_per_party_max
    ):
        dealer.end(listing, "CLOSE", "WITHDRAWN_BY_VENUE", "WITHDRAWN_BY_VENUE")
        return
    assert listing.price is not None
    word = PlaceOrderFromLots(
        actor=seller,
        key="",
        product_id=product.product_id,
        side=Side.SELL,
        price=listing.price,
        quantity=Quantity(transfer.units),
        time_in_force=TimeInForce.GOOD_TILL_DATE,
        post_only=False,
        expires_at_ns=listing.lapses_ns,
        minimum_quantity=Quantity(0),
        all_or_none=False,
        whole_only=False,
        lots=tuple(lot for lot, _ in transfer.sources),
    )
    dealer.stand_behind(listing, word, number)
    listing.listed_by = number
    listing.dealt -= transfer.units
    free_larger(dealer, listing, transfer.units)
    is_offered = pick_next(dealer, listing)
    listing.state = "OFFERED" if is_offered else "OPEN"
    dealer.moved(listing, "REOPEN" if is_offered else "RELIST")
