"""Commands of deals between named parties, for tests of the engine."""

from __future__ import annotations

from collections.abc import Iterable

from exchange.commands import CreateProduct
from exchange.market_commands import SetMarketMode
from exchange.modes.negotiation import Acceptance
from exchange.modes.types import MarketMode
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
from exchange.types import OPERATOR_ID, NegotiationId, OfferId, PartyId
from matching import Price, Quantity, Side
from registry.calendar import Calendar
from registry.types import LotId, TimeNs
from tests.exchange.venue import HOUR_NS, TERMS, Venue


class Dealing(Venue):
    """A venue whose product is in a mode in which parties deal by name."""

    def __init__(
        self,
        mode: MarketMode,
        *,
        money: int = 100_000_000,
        terms: CreateProduct = TERMS,
        calendars: tuple[Calendar, ...] = (),
    ) -> None:
        super().__init__(money=money, terms=terms, calendars=calendars)
        self.set_mode(mode)

    def set_mode(self, mode: MarketMode) -> None:
        """Deals are made in this mode from now on."""
        self.does(
            SetMarketMode(
                actor=OPERATOR_ID,
                key=self.key(),
                product_id=self.product_id,
                mode=mode,
                terms=None,
            )
        )

    def in_hours(self, hours: float) -> TimeNs:
        """So many hours from now."""
        return TimeNs(self.at_ns + int(hours * HOUR_NS))

    def offer(
        self,
        quantity: int = 100,
        price: int = 10_000,
        *,
        side: Side = Side.SELL,
        by: PartyId | None = None,
        to: PartyId | None = None,
        hours: float = 1,
        lots: Iterable[int] = (),
    ) -> OfferDeal:
        """A deal that the seller offers to the buyer, or as it says."""
        sells = side is Side.SELL
        return OfferDeal(
            actor=by or (self.seller if sells else self.buyer),
            key=self.key(),
            product_id=self.product_id,
            side=side,
            price=Price(price),
            quantity=Quantity(quantity),
            counterparty_id=to or (self.buyer if sells else self.seller),
            lapses_ns=self.in_hours(hours),
            lots=tuple(map(LotId, lots)),
        )

    def listing(
        self,
        quantity: int = 100,
        price: int = 10_000,
        *,
        parts: bool = False,
        acceptance: Acceptance = Acceptance.SELLER_CONFIRMS,
        hours: float = 1,
        by: PartyId | None = None,
    ) -> ListUnits:
        """Units that the seller lists."""
        return ListUnits(
            actor=by or self.seller,
            key=self.key(),
            product_id=self.product_id,
            price=Price(price),
            quantity=Quantity(quantity),
            parts=parts,
            acceptance=acceptance,
            lapses_ns=self.in_hours(hours),
            lots=(),
        )

    def request(
        self,
        quantity: int = 100,
        *,
        side: Side = Side.BUY,
        by: PartyId | None = None,
        named: tuple[PartyId, ...] = (),
        hours: float = 1,
    ) -> RequestQuotes:
        """A wish of the buyer's for quotes."""
        return RequestQuotes(
            actor=by or self.buyer,
            key=self.key(),
            product_id=self.product_id,
            side=side,
            quantity=Quantity(quantity),
            named=named,
            lapses_ns=self.in_hours(hours),
        )

    def auction(
        self,
        quantity: int = 100,
        price: int = 10_000,
        *,
        increment: int = 100,
        reserve_price: int | None = None,
        starts_in: float = 0,
        ends_in: float = 1,
        lapses_in: float = 24,
        by: PartyId | None = None,
        lots: Iterable[int] = (),
    ) -> AuctionUnits:
        """Units that the seller auctions; times in hours."""
        return AuctionUnits(
            actor=by or self.seller,
            key=self.key(),
            product_id=self.product_id,
            price=Price(price),
            increment=increment,
            reserve_price=None if reserve_price is None else Price(reserve_price),
            quantity=Quantity(quantity),
            starts_ns=self.in_hours(starts_in),
            ends_ns=self.in_hours(ends_in),
            lapses_ns=self.in_hours(lapses_in),
            lots=tuple(map(LotId, lots)),
        )

    def answer(
        self,
        negotiation_id: NegotiationId,
        quantity: int = 100,
        price: int = 10_000,
        *,
        by: PartyId,
        to: int | None = None,
        hours: float | None = None,
        lots: Iterable[int] = (),
    ) -> MakeOffer:
        """A counter-offer, a wish for listed units, a quote, or a bid."""
        negotiation = self.state.negotiations.by_id.get(negotiation_id)
        standing = 0 if negotiation is None else negotiation.answered_id
        return MakeOffer(
            actor=by,
            key=self.key(),
            negotiation_id=negotiation_id,
            offer_id=OfferId(standing if to is None else to),
            price=Price(price),
            quantity=Quantity(quantity),
            lapses_ns=None if hours is None else self.in_hours(hours),
            lots=tuple(map(LotId, lots)),
        )

    def yes(
        self, negotiation_id: NegotiationId, offer_id: int, *, by: PartyId, lots: Iterable[int] = ()
    ) -> AcceptOffer:
        """An acceptance."""
        return AcceptOffer(
            actor=by,
            key=self.key(),
            negotiation_id=negotiation_id,
            offer_id=OfferId(offer_id),
            lots=tuple(map(LotId, lots)),
        )

    def no(self, negotiation_id: NegotiationId, offer_id: int, *, by: PartyId) -> DeclineOffer:
        """A refusal of another's offer."""
        return DeclineOffer(
            actor=by, key=self.key(), negotiation_id=negotiation_id, offer_id=OfferId(offer_id)
        )

    def back(self, negotiation_id: NegotiationId, *, by: PartyId) -> WithdrawOffer:
        """One's own word taken back."""
        return WithdrawOffer(actor=by, key=self.key(), negotiation_id=negotiation_id)

    def opens(self, command: OfferDeal | ListUnits | RequestQuotes | AuctionUnits) -> NegotiationId:
        """The negotiation that is opened."""
        self.does(command)
        return NegotiationId(self.state.sequence)

    def makes(self, command: MakeOffer) -> OfferId:
        """The offer that is made."""
        self.does(command)
        return OfferId(self.state.sequence)

    def standing(self, negotiation_id: NegotiationId) -> Negotiation:
        """The open negotiation."""
        return self.state.negotiations.by_id[negotiation_id]
