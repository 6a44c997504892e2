"""What the state knows of deals in the making between named parties.

What has ended leaves; SQL keeps it.
"""

from typing import Final

import msgspec
from sortedcontainers import SortedList

from exchange.modes.english import BIDDING_STATES, ENGLISH, Bidding
from exchange.modes.listed import LISTED
from exchange.modes.negotiated import NEGOTIATED
from exchange.modes.negotiation import (
    BACKED,
    OPEN_STATES,
    Acceptance,
    Machine,
    Move,
    NegotiationState,
    Role,
)
from exchange.modes.rfq import RFQ
from exchange.modes.types import MarketMode
from exchange.offer import Offer
from exchange.types import NegotiationId, OfferId, PartyId
from matching import OrderId, Price, Quantity, Side
from registry.transfer import Transfer
from registry.types import ProductId, TimeNs, TransferId

MACHINES: Final = {
    MarketMode.NEGOTIATED: NEGOTIATED,
    MarketMode.RFQ: RFQ,
    MarketMode.ENGLISH_AUCTION: ENGLISH,
}
"""Of a listing it depends on how it is taken."""
MODES: Final = frozenset({*MACHINES, MarketMode.LISTED_PRICE})
"""In which parties deal by name."""


class Negotiation(msgspec.Struct, kw_only=True, array_like=True, eq=False, gc=False):
    """One deal in the making."""

    negotiation_id: NegotiationId
    product_id: ProductId
    mode: MarketMode
    opener_id: PartyId
    side: Side
    """The opener's."""
    price: Price | None
    quantity: Quantity
    open_quantity: int
    """What of it is not dealt."""
    parts: bool = False
    """Of a listing: whether less than all of it may be taken."""
    acceptance: Acceptance | None = None
    """Of a listing."""
    named: tuple[PartyId, ...]
    """Beside the opener, who may hear of it; none: every party that may trade the product."""
    lapses_ns: TimeNs
    opened_at_ns: TimeNs
    changed_at_ns: TimeNs
    state: NegotiationState = NegotiationState.OPEN
    version: int = 1
    transfer_id: TransferId | None = None
    """Of the last deal."""
    key: bytes = b""
    """The key that it was opened with, kept as long as it is open."""
    offers: dict[OfferId, Offer] = msgspec.field(default_factory=dict)
    """Those that stand, in the order in which they were made."""
    bidding: Bidding | None = None
    """Of an auction."""
    relisted_id: OrderId | None = None
    """Of a listing that stands again after a transfer has failed: the order that reserves now."""

    @property
    def machine(self) -> Machine:
        """What may happen to it. Cost: O(1)."""
        if self.acceptance is not None:
            return LISTED[self.acceptance]
        return MACHINES[self.mode]

    @property
    def listing_id(self) -> OrderId:
        """Of the order that reserves what is listed or auctioned. Cost: O(1)."""
        assert self.acceptance is not None or self.bidding is not None, self.negotiation_id
        return OrderId(self.negotiation_id) if self.relisted_id is None else self.relisted_id

    @property
    def standing(self) -> Offer:
        """The one offer of a negotiated deal. Cost: O(1)."""
        (offer,) = self.offers.values()
        return offer

    @property
    def answered_id(self) -> OfferId:
        """What an answer names: the offer that stands, or the negotiation itself. Cost: O(1)."""
        if self.mode is MarketMode.NEGOTIATED:
            return self.standing.offer_id
        return OfferId(self.negotiation_id)

    def role_of(self, party_id: PartyId) -> Role | None:
        """What a party is to the word that stands; None: it may not hear of it. Cost: O(named)."""
        if party_id != self.opener_id and self.named and party_id not in self.named:
            return None
        if self.mode is MarketMode.NEGOTIATED:
            return Role.MAKER if party_id == self.standing.party_id else Role.TAKER
        return Role.MAKER if party_id == self.opener_id else Role.TAKER

    def offer_of(self, party_id: PartyId) -> Offer | None:
        """The offer of this party that stands. Cost: O(offers)."""
        return next((each for each in self.offers.values() if each.party_id == party_id), None)

    @property
    def highest(self) -> Offer | None:
        """The highest of its offers, of equal ones the earliest. Cost: O(offers)."""
        return max(
            self.offers.values(), key=lambda each: (each.price, -each.offer_id), default=None
        )

    def made_to(self, party_id: PartyId) -> PartyId:
        """To whom an offer of this party is made. Cost: O(1)."""
        return self.named[0] if party_id == self.opener_id else self.opener_id

    def side_of(self, party_id: PartyId) -> Side:
        """On which side a party would trade. Cost: O(1)."""
        if party_id == self.opener_id:
            return self.side
        return Side.SELL if self.side is Side.BUY else Side.BUY

    def backing(self) -> list[OrderId]:
        """The orders that reserve for it. Cost: O(offers)."""
        if self.mode is MarketMode.LISTED_PRICE:
            return [] if self.state is BACKED else [self.listing_id]
        backing = [offer.order_id for offer in self.offers.values()]
        return [self.listing_id, *backing] if self.is_bid_for else backing

    @property
    def is_bid_for(self) -> bool:
        """Whether it is an auction in which nobody has got the units yet. Cost: O(1)."""
        return self.bidding is not None and self.state in BIDDING_STATES

    @property
    def has_line(self) -> bool:
        """Whether those who did not get the units can stand behind who did. Cost: O(1)."""
        return self.bidding is not None or self.acceptance is Acceptance.SELLER_CONFIRMS

    @property
    def quantity_to_ask_for(self) -> int:
        """Of a listing: how much may be asked for; behind a deal, as much as was listed, of which
        it is seen later what comes back. Cost: O(1)."""
        return self.quantity if self.state is BACKED else self.open_quantity

    def advance(self, move: Move, *, at_ns: TimeNs) -> None:
        """Let this happen: the one place where the state changes. Cost: O(1)."""
        self.state = self.machine.table[self.state, move]
        self.version += 1
        self.changed_at_ns = at_ns

    @property
    def is_open(self) -> bool:
        """Whether anything can still happen to it. Cost: O(1)."""
        return self.state in OPEN_STATES

    @property
    def next_lapse_ns(self) -> TimeNs:
        """When bidding ends; or when it, or the first of its offers, lapses. Cost: O(offers)."""
        if self.bidding is not None and self.state in BIDDING_STATES:
            return self.bidding.ends_ns
        lapses = (each.lapses_ns for each in self.offers.values())
        return TimeNs(min(self.lapses_ns, min(lapses, default=self.lapses_ns)))


class Negotiations:
    """The open negotiations, by product in the order in which they were opened."""

    __slots__ = (
        "_due",
        "awaited",
        "by_id",
        "by_order",
        "decided",
        "of_party",
        "of_product",
        "timers",
        "touched",
        "touched_named",
        "touched_offers",
        "withdrawn",
    )

    def __init__(self) -> None:
        self.by_id: dict[NegotiationId, Negotiation] = {}
        self.by_order: dict[OrderId, Negotiation] = {}
        """By the orders that reserve for them."""
        self.of_party: dict[PartyId, int] = {}
        """How many each has opened."""
        self.of_product: dict[ProductId, dict[NegotiationId, Negotiation]] = {}
        self.timers: SortedList[tuple[TimeNs, NegotiationId]] = SortedList()
        self._due: dict[NegotiationId, TimeNs] = {}
        self.withdrawn: list[OrderId] = []
        """Orders that the command under way has withdrawn from under a negotiation."""
        self.awaited: dict[TransferId, Negotiation] = {}
        """By the transfer of their deal, those in which others stand behind it."""
        self.decided: list[Transfer] = []
        """Of these transfers, those that the command under way has ended."""
        self.touched: dict[NegotiationId, Negotiation] = {}
        self.touched_named: dict[NegotiationId, Negotiation] = {}
        """Those whose named parties have no rows yet."""
        self.touched_offers: dict[OfferId, Offer] = {}

    def next_due_ns(self) -> TimeNs | None:
        """When the first negotiation or offer lapses. Cost: O(1)."""
        return self.timers[0][0] if self.timers else None

    def add(self, negotiation: Negotiation, *, due_ns: TimeNs) -> None:
        """Take a negotiation among the open ones. Cost: O(log n)."""
        key = negotiation.negotiation_id
        self.by_id[key] = negotiation
        self.of_product.setdefault(negotiation.product_id, {})[key] = negotiation
        self.of_party[negotiation.opener_id] = self.of_party.get(negotiation.opener_id, 0) + 1
        self.wait(negotiation, due_ns=due_ns)

    def restore(self, negotiation: Negotiation, *, closed_at_ns: TimeNs | None) -> None:
        """Take one that a snapshot has kept; its orders are there. Cost: O(offers + log n).

        Args:
            closed_at_ns: when its product was closed, if it was.
        """
        due_ns = negotiation.next_lapse_ns if closed_at_ns is None else closed_at_ns
        self.add(negotiation, due_ns=due_ns)
        for order_id in negotiation.backing():
            self.by_order[order_id] = negotiation
        if negotiation.state is BACKED:
            self.stand_behind(negotiation)

    def stand_behind(self, negotiation: Negotiation) -> None:
        """Others stand behind its last deal until its transfer is decided. Cost: O(1)."""
        assert negotiation.transfer_id is not None, negotiation.negotiation_id
        self.awaited[negotiation.transfer_id] = negotiation

    def remove(self, negotiation: Negotiation) -> None:
        """It has ended: only its rows remain. Cost: O(log n)."""
        key, opener_id = negotiation.negotiation_id, negotiation.opener_id
        del self.by_id[key]
        of_product = self.of_product[negotiation.product_id]
        del of_product[key]
        if not of_product:
            del self.of_product[negotiation.product_id]
        self.of_party[opener_id] -= 1
        if self.of_party[opener_id] == 0:
            del self.of_party[opener_id]
        self.timers.remove((self._due.pop(key), key))
        if negotiation.transfer_id is not None:
            self.awaited.pop(negotiation.transfer_id, None)

    def wait(self, negotiation: Negotiation, *, due_ns: TimeNs) -> None:
        """Set its timer, in the place of one that was set. Cost: O(log n)."""
        key = negotiation.negotiation_id
        before = self._due.get(key)
        if before != due_ns:
            if before is not None:
                self.timers.remove((before, key))
            self._due[key] = due_ns
            self.timers.add((due_ns, key))

    def offer(self, negotiation_id: NegotiationId, offer_id: OfferId) -> Offer | None:
        """The offer, if it stands. Cost: O(1)."""
        negotiation = self.by_id.get(negotiation_id)
        return None if negotiation is None else negotiation.offers.get(offer_id)

    def keys(self) -> set[bytes]:
        """The keys that are kept as long as what they have made stands. Cost: O(offers)."""
        of_offers = {
            offer.key for each in self.by_id.values() for offer in each.offers.values() if offer.key
        }
        return of_offers | {negotiation.key for negotiation in self.by_id.values()}

    def touch_all(self) -> None:
        """Mark everything that lives, so that its rows can be taken."""
        self.touched.update(self.by_id)
        self.touched_named.update(self.by_id)
        for negotiation in self.by_id.values():
            self.touched_offers.update(negotiation.offers)
