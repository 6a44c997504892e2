"""What stands in the deals in the making that a party could answer, as a view shows it: nothing of
rules or means is asked here (exchange/answerable.py)."""

from collections.abc import Iterable
from dataclasses import dataclass

from exchange.limits import QUOTE_VALIDITY_NS
from exchange.modes.english import BIDDING_STATES
from exchange.modes.negotiation import (
    BACKED,
    OPEN_STATES,
    Acceptance,
    OfferState,
)
from exchange.modes.types import MarketMode
from exchange.negotiation_view import NegotiationView, OfferView
from exchange.refusals import Refusal
from exchange.types import NegotiationId, OfferId, PartyId
from matching import Price, Quantity, Side
from registry.types import TimeNs


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """What a party could answer, and what comes of it."""

    negotiation_id: NegotiationId
    offer_id: OfferId | None
    """To which it would say yes; None: it answers what is listed, asked for or auctioned."""
    mode: MarketMode
    other_id: PartyId
    side: Side
    """On which the party would trade."""
    price: Price | None
    """None: it names its own."""
    quantity: Quantity
    """All that there is."""
    makes_deal: bool
    """With the answer the deal is made."""
    until_ns: TimeNs | None
    """How long the answer would stand; None: it is filled at once."""
    parts: bool = False
    """Whether less than all of it may be answered."""
    reserves: bool = True
    """Whether something is reserved behind the answer."""
    refusal: Refusal | None = None
    """What there is against any answer of the party's."""
    least_price: int = 1
    """Of its own prices."""
    price_step: int = 0
    """From which it goes up by as much each; 0: by the product's tick."""
    raises: OfferId | None = None
    """Its bid, in the place of which a higher one would come."""


def words_for(
    views: Iterable[NegotiationView],
    party_id: PartyId,
    side: Side,
    *,
    tick: int,
    has_got: frozenset[NegotiationId],
    at_ns: TimeNs,
) -> list[Word]:
    """What of these the party could answer on this side, best price first, of equal ones the
    oldest. Cost: O(n log n + offers).

    Args:
        views: of which it may hear.
        has_got: those whose units it has got, while its transfer is on the way.
    """
    words = [
        word
        for view in views
        for word in _words(view, party_id, tick=tick, has_got=has_got, at_ns=at_ns)
        if word.side is side
    ]
    sign = 1 if side is Side.BUY else -1
    return sorted(words, key=lambda word: sign * (word.price or 0))


def _words(
    view: NegotiationView,
    party_id: PartyId,
    *,
    tick: int,
    has_got: frozenset[NegotiationId],
    at_ns: TimeNs,
) -> Iterable[Word]:
    if view.state not in OPEN_STATES:
        return
    if view.mode is MarketMode.NEGOTIATED or view.opener_id == party_id:
        yield from (_yes(view, each, party_id) for each in _standing_for(view, party_id))
        return
    own = next((each for each in view.offers if each.party_id == party_id), None)
    if view.mode is MarketMode.LISTED_PRICE:
        if own is not None and own.state is OfferState.PICKED:
            yield _yes(view, own, party_id)
        else:
            is_done = own is not None or view.negotiation_id in has_got
            yield _listed(view, is_done=is_done)
    elif view.mode is MarketMode.RFQ:
        yield Word(
            negotiation_id=view.negotiation_id,
            offer_id=None,
            mode=view.mode,
            other_id=view.opener_id,
            side=view.side.opposite,
            price=None,
            quantity=view.quantity,
            makes_deal=False,
            until_ns=TimeNs(min(at_ns + QUOTE_VALIDITY_NS, view.lapses_ns)),
            refusal=None if own is None else Refusal.ALREADY_DONE,
            least_price=tick,
        )
    elif view.state in BIDDING_STATES:
        yield _auctioned(view, own, at_ns)


def _standing_for(view: NegotiationView, party_id: PartyId) -> Iterable[OfferView]:
    """To which the party may say yes: to the other's offer, or to quotes that it has asked for."""
    if view.mode is not MarketMode.NEGOTIATED and view.mode is not MarketMode.RFQ:
        return ()
    return [
        each
        for each in view.offers
        if each.state is OfferState.STANDING and each.party_id != party_id
    ]


def _yes(view: NegotiationView, offer: OfferView, party_id: PartyId) -> Word:
    is_opener = view.opener_id == party_id
    return Word(
        negotiation_id=view.negotiation_id,
        offer_id=offer.offer_id,
        mode=view.mode,
        other_id=offer.party_id if is_opener else view.opener_id,
        side=view.side if is_opener else view.side.opposite,
        price=offer.price,
        quantity=offer.quantity,
        makes_deal=True,
        until_ns=None,
    )


def _listed(view: NegotiationView, *, is_done: bool) -> Word:
    is_firm = view.acceptance is Acceptance.FIRST_PASSING
    # Behind a deal all that was listed may be asked for: it is seen later what comes back.
    quantity = view.quantity if view.state is BACKED else Quantity(view.open_quantity)
    return Word(
        negotiation_id=view.negotiation_id,
        offer_id=None,
        mode=view.mode,
        other_id=view.opener_id,
        side=Side.BUY,
        price=view.price,
        quantity=quantity,
        parts=view.parts,
        makes_deal=is_firm,
        reserves=is_firm,
        until_ns=None if is_firm else view.lapses_ns,
        refusal=Refusal.ALREADY_DONE if is_done else None,
    )


def _auctioned(view: NegotiationView, own: OfferView | None, at_ns: TimeNs) -> Word:
    assert view.bidding is not None, view.negotiation_id
    assert view.price is not None, view.negotiation_id
    terms = view.bidding.terms
    is_early = at_ns < terms.starts_ns
    return Word(
        negotiation_id=view.negotiation_id,
        offer_id=None,
        mode=view.mode,
        other_id=view.opener_id,
        side=Side.BUY,
        price=None,
        quantity=view.quantity,
        makes_deal=False,
        until_ns=view.lapses_ns,
        refusal=Refusal.BIDDING_NOT_BEGUN if is_early else None,
        least_price=view.price if own is None else own.price + terms.increment,
        price_step=terms.increment,
        raises=None if own is None else own.offer_id,
    )
