"""Deals between named parties on paper: who has said what to whom, and what stands of it.

Of every negotiation all offers are kept, with what became of each; the last word of two parties, or
everybody's one word, is what stands.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from exchange.commands import PlaceOrder, PlaceOrderFromLots
from exchange.negotiation_commands import (
    AcceptOffer,
    AuctionUnits,
    DeclineOffer,
    ListUnits,
    MakeOffer,
    NegotiationCommand,
    OfferDeal,
    WithdrawOffer,
)
from exchange.types import CloseReason, PartyId
from matching import Price, Quantity, Side, TimeInForce
from registry.types import TimeNs, TransferId
from tests.model.offices import Key

if TYPE_CHECKING:
    from tests.model.ledger import Ledger
    from tests.model.product import ModelProduct

HALF_AN_HOUR_NS = 30 * 60 * 10**9
DAY_NS = 24 * 60 * 60 * 10**9
MINUTE_NS = 60 * 10**9
OPEN = {"OPEN", "OFFERED", "LED", "BACKED", "REOPENED"}
CLOSED_FOR = {
    "WITHDRAWN": CloseReason.CANCELLED,
    "LAPSED": CloseReason.EXPIRED,
    "WITHDRAWN_BY_VENUE": CloseReason.WITHDRAWN_BY_VENUE,
}


@dataclass(kw_only=True, eq=False)
class ModelOffer:
    """What one party has said, and what became of it."""

    number: int
    party_id: PartyId
    price: Price
    quantity: Quantity
    lapses_ns: TimeNs
    made_at_ns: TimeNs
    changed_at_ns: TimeNs
    state: str = "STANDING"
    keys: list[Key] = field(default_factory=list)

    @property
    def stands(self) -> bool:
        return self.state in {"STANDING", "PICKED"}


@dataclass(kw_only=True, eq=False)
class ModelNegotiation:
    """Everything that was said about one deal."""

    number: int
    product: ModelProduct
    mode: str
    opener: PartyId
    side: Side
    price: Price | None
    quantity: Quantity
    parts: bool = False
    acceptance: str = ""
    named: tuple[PartyId, ...] = ()
    lapses_ns: TimeNs
    opened_at_ns: TimeNs
    changed_at_ns: TimeNs
    state: str = "OPEN"
    version: int = 1
    dealt: int = 0
    transfer_id: TransferId | None = None
    offers: list[ModelOffer] = field(default_factory=list)
    auctioned: AuctionUnits | None = None
    """How it is bid for, as its seller has said."""
    bids_end_ns: int = 0
    listed_by: int = 0
    """The order that has the units set aside, if it is not the first any more."""
    keys: list[Key] = field(default_factory=list)

    @property
    def left(self) -> int:
        return self.quantity - self.dealt

    @property
    def standing(self) -> list[ModelOffer]:
        return [offer for offer in self.offers if offer.stands]

    @property
    def to_ask_for(self) -> int:
        """What could be had, at best."""
        return self.quantity if self.state == "BACKED" else self.left

    @property
    def takes_bids(self) -> bool:
        return self.auctioned is not None and self.state in {"OPEN", "LED"}

    @property
    def highest(self) -> ModelOffer | None:
        """Of the highest bids the one that came first."""
        prices = [offer.price for offer in self.standing]
        return next((each for each in self.standing if each.price == max(prices)), None)

    @property
    def latest_ns(self) -> int:
        """Past which no bid moves the end."""
        assert self.auctioned is not None
        return self.auctioned.ends_ns + 60 * MINUTE_NS

    def is_enough(self, price: Price) -> bool:
        """Whether the seller sells at it."""
        assert self.auctioned is not None
        return price >= (self.auctioned.reserve_price or 0)

    @property
    def due_ns(self) -> int:
        if self.product.closed_at_ns is not None:
            return self.product.closed_at_ns
        if self.takes_bids:
            return self.bids_end_ns
        return min([self.lapses_ns, *(offer.lapses_ns for offer in self.standing)])

    def hears(self, party_id: PartyId) -> bool:
        """The opener, whoever is named, and where nobody is, everybody."""
        return party_id == self.opener or not self.named or party_id in self.named

    def has_the_word(self, party_id: PartyId) -> bool:
        """Whether what stands is this party's: its offer, listing or request."""
        if self.mode == "NEGOTIATED":
            return self.standing[-1].party_id == party_id
        return party_id == self.opener

    def side_of(self, party_id: PartyId) -> Side:
        return self.side if party_id == self.opener else self.side.opposite

    def other(self, party_id: PartyId) -> PartyId:
        """Whom somebody's offer is for: the opener, who has named the other in his own."""
        return self.opener if party_id != self.opener else self.named[0]

    def answered(self) -> int:
        return self.standing[-1].number if self.mode == "NEGOTIATED" else self.number

    def offer(self, number: int) -> ModelOffer | None:
        return next((offer for offer in self.standing if offer.number == number), None)

    def offer_of(self, party_id: PartyId) -> ModelOffer | None:
        return next((offer for offer in self.standing if offer.party_id == party_id), None)


def open_ones(ledger: Ledger) -> list[ModelNegotiation]:
    """Those in which something can still be said."""
    return [each for each in ledger.negotiations if each.state in OPEN]


def find(ledger: Ledger, number: int) -> ModelNegotiation | None:
    """The open negotiation of this number."""
    return next((each for each in open_ones(ledger) if each.number == number), None)


def may(negotiation: ModelNegotiation, command: NegotiationCommand) -> bool:
    """Whose turn it is, by the words of each mode."""
    own = negotiation.has_the_word(command.actor)
    if negotiation.auctioned is not None:
        return _may_in_auction(negotiation, command, is_seller=own)
    mode, offered = negotiation.mode, negotiation.state == "OFFERED"
    confirms = negotiation.acceptance == "SELLER_CONFIRMS"
    if isinstance(command, MakeOffer):
        return not own
    if isinstance(command, AcceptOffer):
        if mode == "LISTED_PRICE":
            asks = negotiation.state == "OPEN" if own else offered
            return confirms and asks
        return own is (mode == "RFQ")
    if isinstance(command, DeclineOffer):
        if mode == "LISTED_PRICE":
            return confirms and own
        return own is (mode == "RFQ")
    assert isinstance(command, WithdrawOffer)
    return own or confirms


def _may_in_auction(
    auction: ModelNegotiation, command: NegotiationCommand, *, is_seller: bool
) -> bool:
    if isinstance(command, MakeOffer):
        return auction.takes_bids and not is_seller
    if isinstance(command, AcceptOffer):
        return auction.state == "REOPENED" and is_seller
    if isinstance(command, WithdrawOffer):
        return auction.state in {"OPEN", "REOPENED"} and is_seller
    return False


def remember(ledger: Ledger, key: Key) -> bool:
    """Keep the key of the command under way as long as what it has opened or said stands."""
    for negotiation in open_ones(ledger):
        if negotiation.number == ledger.sequence:
            negotiation.keys.append(key)
            return True
        offer = negotiation.offer(ledger.sequence)
        if offer is not None:
            offer.keys.append(key)
            return True
    return False


def word_of(
    ledger: Ledger,
    command: OfferDeal | ListUnits | AuctionUnits | MakeOffer | AcceptOffer,
    negotiation: ModelNegotiation | None,
) -> PlaceOrder:
    """What the party would do if it were an order."""
    price: Price
    quantity: Quantity
    lapses_ns: TimeNs | None
    if negotiation is None:
        assert isinstance(command, OfferDeal | ListUnits | AuctionUnits)
        product_id = command.product_id
        side = command.side if isinstance(command, OfferDeal) else Side.SELL
        price, quantity, lapses_ns = command.price, command.quantity, command.lapses_ns
    else:
        product_id = negotiation.product.product_id
        side = negotiation.side_of(command.actor)
        if isinstance(command, MakeOffer):
            price, quantity = command.price, command.quantity
            lapses_ns = lapse_of(ledger, negotiation, command)
        else:
            assert isinstance(command, AcceptOffer)
            offer = negotiation.offer(command.offer_id)
            assert offer is not None
            price, quantity, lapses_ns = offer.price, offer.quantity, None
    at_once = lapses_ns is None
    return PlaceOrderFromLots(
        actor=command.actor,
        key=command.key,
        product_id=product_id,
        side=side,
        price=price,
        quantity=quantity,
        time_in_force=TimeInForce.FILL_OR_KILL if at_once else TimeInForce.GOOD_TILL_DATE,
        post_only=False,
        expires_at_ns=lapses_ns,
        minimum_quantity=Quantity(0),
        all_or_none=False,
        whole_only=False,
        lots=command.lots,
    )


def lapse_of(ledger: Ledger, negotiation: ModelNegotiation, command: MakeOffer) -> TimeNs | None:
    """Until when it stands; None: it is taken at once."""
    if negotiation.acceptance == "FIRST_PASSING":
        return None
    if command.lapses_ns is not None:
        return command.lapses_ns
    if negotiation.mode == "RFQ":
        return TimeNs(min(ledger.at_ns + HALF_AN_HOUR_NS, negotiation.lapses_ns))
    return negotiation.lapses_ns
