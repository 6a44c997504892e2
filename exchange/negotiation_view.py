"""Deals between named parties as people may see them, and who may see what of them.

Folded from events like the rest of the market view. The opener sees every offer, the two parties of
a negotiated deal see all; anybody else who may hear of it sees his own offers, and not that others
have made any.
"""

from collections.abc import Iterable
from typing import TypeAlias

import msgspec

from exchange.modes.english import Bidding
from exchange.modes.negotiation import (
    BACKED,
    LED,
    OFFERED,
    OPEN,
    OPEN_STATES,
    REOPENED,
    STANDING_STATES,
    Acceptance,
    NegotiationState,
    OfferState,
)
from exchange.modes.types import MarketMode
from exchange.negotiation_events import (
    BiddingExtended,
    BiddingOpened,
    NegotiationAdvanced,
    NegotiationEvent,
    NegotiationOpened,
    OfferEnded,
    OfferMade,
    OfferPicked,
)
from exchange.types import NegotiationId, OfferId, PartyId
from matching import Price, Quantity, Side
from registry.types import ProductId, TimeNs, TransferId


class OfferView(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """What one party would trade at, or would have."""

    offer_id: OfferId
    party_id: PartyId
    price: Price
    quantity: Quantity
    lapses_ns: TimeNs
    made_at_ns: TimeNs
    changed_at_ns: TimeNs
    state: OfferState


class BiddingView(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """How the units of an auction are bid for, and how far it has come."""

    terms: Bidding
    """Who reads it and is not the opener sees no reserve price in it."""
    leader_id: OfferId | None
    """The highest bid, while bids are taken: its price and number are for all to see, and not
    whose it is."""
    leading_price: Price | None
    is_reached: bool | None
    """Whether the seller sells at that."""


class NegotiationView(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """One deal in the making, or what became of it."""

    negotiation_id: NegotiationId
    product_id: ProductId
    mode: MarketMode
    opener_id: PartyId
    side: Side
    """The opener's."""
    price: Price | None
    """None: quotes are asked for."""
    quantity: Quantity
    open_quantity: int
    parts: bool
    acceptance: Acceptance | None
    is_open_to_all: bool
    """Nobody is named: every party that may trade the product may hear of it."""
    named: tuple[PartyId, ...]
    lapses_ns: TimeNs
    opened_at_ns: TimeNs
    changed_at_ns: TimeNs | None
    """None: not for the reader to know."""
    state: NegotiationState
    version: int | None
    """None: not for the reader to know."""
    transfer_id: TransferId | None
    """Of the last deal."""
    offers: tuple[OfferView, ...]
    """Oldest first."""
    bidding: BiddingView | None
    """Of an auction."""

    def is_about(self, party_id: PartyId) -> bool:
        """Whether the party has opened it, is named in it, or has answered. Cost: O(offers)."""
        if party_id == self.opener_id or party_id in self.named:
            return True
        return any(each.party_id == party_id for each in self.offers)

    def shown_to(self, party_id: PartyId) -> "NegotiationView | None":
        """What of it a party may see; None: it may not hear of it. Cost: O(offers)."""
        if party_id == self.opener_id:
            return self
        if not self.is_open_to_all and party_id not in self.named:
            return None
        if self.mode is MarketMode.NEGOTIATED:
            return self
        own = tuple([each for each in self.offers if each.party_id == party_id])
        is_picked = any(each.state is OfferState.PICKED for each in own)
        is_hidden = self.state is OFFERED and not is_picked
        state = OPEN if is_hidden else self.state
        if self.state is REOPENED and not any(each.state in STANDING_STATES for each in own):
            state = BACKED  # that the deal has failed is for those who stand behind it
        left = 0 if state is BACKED else self.open_quantity
        return msgspec.structs.replace(
            self,
            named=(),
            changed_at_ns=None,
            open_quantity=left,
            state=state,
            version=None,
            transfer_id=None,
            offers=own,
            bidding=None if self.bidding is None else _without_reserve(self.bidding),
        )


def bidding_seen(
    terms: Bidding, state: NegotiationState, offers: Iterable[OfferView]
) -> BiddingView:
    """An auction's bidding with these bids. Cost: O(offers)."""
    standing = [each for each in offers if state is LED and each.state in STANDING_STATES]
    if not standing:
        return BiddingView(terms, leader_id=None, leading_price=None, is_reached=None)
    leader = max(standing, key=lambda each: (each.price, -each.offer_id))
    return BiddingView(
        terms,
        leader_id=leader.offer_id,
        leading_price=leader.price,
        is_reached=terms.is_reached(leader.price),
    )


NegotiationChange: TypeAlias = tuple[NegotiationView | None, NegotiationView]
"""A negotiation before a command, if it was open, and after it; what the command has ended is still
among the offers."""


class NegotiationsView:
    """The open negotiations, as committed, oldest first."""

    def __init__(self, negotiations: Iterable[NegotiationView] = ()) -> None:
        self.open = {each.negotiation_id: each for each in negotiations}
        self._touched: dict[NegotiationId, NegotiationView] = {}

    def fold(self, event: NegotiationEvent, at_ns: TimeNs) -> None:
        """Take what has happened. Cost: O(offers)."""
        if isinstance(event, NegotiationOpened):
            self._touched[event.negotiation_id] = _opened(event, at_ns)
            return
        key = event.negotiation_id
        view = self._touched.get(key) or self.open[key]
        match event:
            case BiddingOpened():
                view = _with(view, bidding=_bidding_opened(event))
            case BiddingExtended():
                assert view.bidding is not None, key
                terms = msgspec.structs.replace(view.bidding.terms, ends_ns=event.ends_ns)
                view = _with(view, bidding=msgspec.structs.replace(view.bidding, terms=terms))
            case OfferMade():
                view = _with(view, offers=(*view.offers, _made(event, at_ns)))
            case OfferPicked():
                changes = {"state": OfferState.PICKED, "lapses_ns": event.lapses_ns}
                view = _with(view, offers=_changed(view, event.offer_id, at_ns, **changes))
            case OfferEnded():
                offers = _changed(view, event.offer_id, at_ns, state=event.state)
                view = _with(view, offers=offers)
            case NegotiationAdvanced():
                view = _with(
                    view,
                    price=event.price,
                    quantity=event.quantity,
                    open_quantity=event.open_quantity,
                    lapses_ns=event.lapses_ns,
                    changed_at_ns=at_ns,
                    state=event.state,
                    version=event.version,
                    transfer_id=event.transfer_id,
                )
                if view.bidding is not None:  # what a command says last of it is its new state
                    seen = bidding_seen(view.bidding.terms, view.state, view.offers)
                    view = _with(view, bidding=seen)
        self._touched[key] = view

    def changes(self) -> tuple[NegotiationChange, ...]:
        """What the command under way has changed, which is then done. Cost: O(those × offers)."""
        if not self._touched:
            return ()
        changed = tuple([(self.open.get(key), view) for key, view in self._touched.items()])
        for key, view in self._touched.items():
            if view.state in OPEN_STATES:
                standing = [each for each in view.offers if each.state in STANDING_STATES]
                self.open[key] = _with(view, offers=tuple(standing))
            else:
                self.open.pop(key, None)
        self._touched.clear()
        return changed


def _with(view: NegotiationView, **changes: object) -> NegotiationView:
    return msgspec.structs.replace(view, **changes)


def _opened(event: NegotiationOpened, at_ns: TimeNs) -> NegotiationView:
    return NegotiationView(
        negotiation_id=event.negotiation_id,
        product_id=event.product_id,
        mode=event.mode,
        opener_id=event.opener_id,
        side=event.side,
        price=event.price,
        quantity=event.quantity,
        open_quantity=event.quantity,
        parts=event.parts,
        acceptance=event.acceptance,
        is_open_to_all=not event.named,
        named=tuple(sorted(event.named)),
        lapses_ns=event.lapses_ns,
        opened_at_ns=at_ns,
        changed_at_ns=at_ns,
        state=OPEN,
        version=1,
        transfer_id=None,
        offers=(),
        bidding=None,
    )


def _bidding_opened(event: BiddingOpened) -> BiddingView:
    terms = Bidding(
        increment=event.increment,
        reserve_price=event.reserve_price,
        starts_ns=event.starts_ns,
        ends_ns=event.ends_ns,
        latest_ns=event.latest_ns,
    )
    return bidding_seen(terms, OPEN, ())


def _without_reserve(bidding: BiddingView) -> BiddingView:
    terms = msgspec.structs.replace(bidding.terms, reserve_price=None)
    return msgspec.structs.replace(bidding, terms=terms)


def _made(event: OfferMade, at_ns: TimeNs) -> OfferView:
    return OfferView(
        offer_id=event.offer_id,
        party_id=event.party_id,
        price=event.price,
        quantity=event.quantity,
        lapses_ns=event.lapses_ns,
        made_at_ns=at_ns,
        changed_at_ns=at_ns,
        state=OfferState.STANDING,
    )


def _changed(
    view: NegotiationView, offer_id: OfferId, at_ns: TimeNs, **changes: object
) -> tuple[OfferView, ...]:
    return tuple(
        [
            msgspec.structs.replace(each, changed_at_ns=at_ns, **changes)
            if each.offer_id == offer_id
            else each
            for each in view.offers
        ]
    )
