"""English auctions on paper: what becomes of bids, in the ledger of the naive exchange."""

from __future__ import annotations

from typing import TYPE_CHECKING

from exchange import negotiation_events as said
from exchange.commands import PlaceOrder
from exchange.negotiation_commands import AuctionUnits, MakeOffer
from exchange.types import NegotiationId
from matching import Filled, OrderId, ParticipantId, Quantity, Side
from registry.types import TimeNs
from tests.model.halt import is_halted
from tests.model.ledger import ModelTransfer
from tests.model.negotiation import MINUTE_NS, ModelNegotiation, ModelOffer, word_of

if TYPE_CHECKING:
    from tests.model.dealer import Dealer


def begin(dealer: Dealer, auction: ModelNegotiation, command: AuctionUnits) -> None:
    """It is said how the units are bid for."""
    auction.auctioned, auction.bids_end_ns = command, command.ends_ns
    dealer.exchange.events.append(
        said.BiddingOpened(
            negotiation_id=NegotiationId(auction.number),
            increment=command.increment,
            reserve_price=command.reserve_price,
            starts_ns=command.starts_ns,
            ends_ns=command.ends_ns,
            latest_ns=TimeNs(auction.latest_ns),
        )
    )


def bid(dealer: Dealer, auction: ModelNegotiation, command: MakeOffer) -> None:
    """It stands for what the party has bid before; where there is no room, for the lowest."""
    leads = all(command.price > offer.price for offer in auction.standing)
    own, limits = auction.offer_of(command.actor), dealer.exchange.limits
    word: PlaceOrder = word_of(dealer.exchange, command, auction)
    if own is not None:
        dealer.finish(auction, own, "RAISED")
    elif len(auction.standing) == limits.offers_per_negotiation_max:
        lowest = min(offer.price for offer in auction.standing)
        last = [offer for offer in auction.standing if offer.price == lowest][-1]
        dealer.finish(auction, last, "FREED")
    dealer.stand_behind(auction, word)
    dealer.say(auction, command.actor, command.price, command.quantity, auction.lapses_ns)
    if leads:
        in_three_minutes = dealer.at_ns + 3 * MINUTE_NS
        move_end(dealer, auction, min(in_three_minutes, auction.latest_ns))
    auction.state = "LED"
    dealer.moved(auction, "BID")


def move_end(dealer: Dealer, auction: ModelNegotiation, until_ns: int) -> None:
    """Bidding ends no earlier than this."""
    if until_ns > auction.bids_end_ns:
        auction.bids_end_ns = until_ns
        dealer.exchange.events.append(
            said.BiddingExtended(
                negotiation_id=NegotiationId(auction.number), ends_ns=TimeNs(until_ns)
            )
        )


def ring(dealer: Dealer, auction: ModelNegotiation) -> None:
    """Bidding is over, or the time of those behind is."""
    if not auction.takes_bids:
        nobody_left(dealer, auction)
        return
    until_ns, highest = dealer.at_ns + 3 * MINUTE_NS, auction.highest
    if dealer.exchange.was_down_at(auction.bids_end_ns) and until_ns <= auction.lapses_ns:
        move_end(dealer, auction, until_ns)
        dealer.moved(auction, "EXTEND")
    elif (
        highest is None
        or auction.product.standing != "LIVE"
        or is_halted(dealer.exchange, auction.product)
        or not auction.is_enough(highest.price)
    ):
        dealer.end(auction, "LAPSE", "LAPSED", "LAPSED")
    else:
        award(dealer, auction, highest)


def award(dealer: Dealer, auction: ModelNegotiation, highest: ModelOffer) -> None:
    """He has it at his price; who bid enough stands behind him."""
    exchange = dealer.exchange
    lot, taken = (exchange.orders[OrderId(each)] for each in (auction.number, highest.number))
    transfer_id = exchange.next_transfer_id()
    exchange.fill(
        Filled(
            lot.order_id,
            taken.order_id,
            highest.price,
            auction.quantity,
            Quantity(0),
            Quantity(0),
            Side.BUY,
            ParticipantId(lot.party_id),
            ParticipantId(taken.party_id),
        ),
        transfer_id,
    )
    auction.dealt, auction.transfer_id = auction.quantity, transfer_id
    dealer.finish(auction, highest, "ACCEPTED")
    for offer in auction.standing:
        if not auction.is_enough(offer.price):
            dealer.finish(auction, offer, "FREED")
    if auction.standing:
        auction.state = "BACKED"
        dealer.moved(auction, "AWARD")
    else:
        dealer.end(auction, "KNOCK_DOWN", "DEALT", "ACCEPTED")


def nobody_left(dealer: Dealer, auction: ModelNegotiation) -> None:
    """Nobody stands behind: what was dealt is dealt, or nobody has the units."""
    if auction.state == "BACKED":
        dealer.end(auction, "RELEASE", "DEALT", "ACCEPTED")
    else:
        dealer.end(auction, "LAPSE", "LAPSED", "LAPSED")


def take_away(dealer: Dealer, auction: ModelNegotiation, offer: ModelOffer) -> None:
    """The venue has withdrawn a bid."""
    dealer.finish(auction, offer, "WITHDRAWN_BY_VENUE")
    if auction.standing:
        dealer.moved(auction, "DROP")
    elif auction.state == "LED":
        auction.state = "OPEN"
        dealer.moved(auction, "FALL_BACK")
    else:
        nobody_left(dealer, auction)


def follow(dealer: Dealer, transfer: ModelTransfer) -> None:
    """A transfer is decided: of an auction, those behind are free, or may come after."""
    for auction in dealer.exchange.negotiations:
        is_its = auction.transfer_id == transfer.transfer_id
        if auction.auctioned is not None and auction.state == "BACKED" and is_its:
            if transfer.state.name in {"SETTLED", "PREEMPTED"}:
                dealer.end(auction, "RELEASE", "DEALT", "ACCEPTED")
            elif transfer.state.name == "SELLER_DEFAULT":
                dealer.end(auction, "CLOSE", "WITHDRAWN_BY_VENUE", "WITHDRAWN_BY_VENUE")
            else:
                auction.state, auction.dealt = "REOPENED", 0
                dealer.moved(auction, "REOPEN")
