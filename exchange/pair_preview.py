"""What the rules of two would say of a deal by name before anybody says yes, asked of committed
facts like the preview (exchange/preview.py).

Only what the engine would ask is asked, of terms that stand: whoever could vary them, or ask for
more than his next word would hear, could find out what anybody holds. Of a buyer's wish to a named
seller nothing is told before the seller has answered (docs/decisions/0033). Holder slots are known
when the deal is made.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

import msgspec

from exchange.commands import PlaceOrder
from exchange.modes.negotiation import OPEN_STATES, STANDING_STATES, Acceptance, OfferState
from exchange.modes.types import MarketMode
from exchange.negotiation_view import NegotiationView, OfferView
from exchange.on_the_way import OnTheWay
from exchange.pair_judging import Meeting, findings_between
from exchange.preview import Facts, small_state
from exchange.profile import Profile
from exchange.refusals import Refusal
from exchange.rules.types import Finding
from exchange.state import Party, Product, State
from exchange.types import OfferId, PartyId, PartyKind
from matching import SELL
from registry.lots import Lot
from registry.types import HolderId, TimeNs, Units


class Answered(NamedTuple):
    """Whose word a party would answer, and what comes of it."""

    other_id: PartyId
    makes_deal: bool
    """With the answer the deal is made."""


class Sold(NamedTuple):
    """An open transfer of the product, of either."""

    seller_id: PartyId
    buyer_id: PartyId
    units: Units


class Counterparty(NamedTuple):
    """What is committed about another one."""

    party_id: PartyId
    kind: PartyKind
    profile: Profile
    lots: tuple[Lot, ...]
    """Those that it has of the product."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Others:
    """Those with whom a party would deal, and what is on its way from or to any of them or it."""

    parties: tuple[Counterparty, ...]
    on_the_way: tuple[Sold, ...]
    """The oldest first."""
    kinds: Mapping[PartyId, PartyKind]
    """Of those who are in it."""

    def join(self, state: State, product: Product) -> None:
        """Let a small state (exchange/preview.py) know of them. Cost: O(lots + transfers)."""
        for party_id, kind in self.kinds.items():
            state.parties.setdefault(party_id, Party(party_id, kind))
        for each in self.parties:
            party = state.parties[each.party_id] = Party(each.party_id, each.kind)
            party.profile = each.profile
            for lot in each.lots:
                state.register.restore_lot(msgspec.structs.replace(lot))
        assert product.veto is not None, product.product_id
        on_the_way = product.veto.on_the_way = OnTheWay()
        for sold in self.on_the_way:
            on_the_way.open(
                sold.units, seller_id=HolderId(sold.seller_id), buyer_id=HolderId(sold.buyer_id)
            )


def answered(
    view: NegotiationView, command: PlaceOrder, offer_id: OfferId | None
) -> Answered | Refusal:
    """With whom the party would deal on these terms. Refuses OFFER_NOT_STANDING where no word of
    another's stands that the party could answer so, OFFER_OUT_OF_RANGE where it stands on other
    terms. Cost: O(offers).

    Args:
        view: as the party sees it.
        command: its side and terms.
        offer_id: of the offer to which it would say yes; None: it answers what is listed, asked for
            or auctioned.
    """
    is_opener = command.actor == view.opener_id
    offer: OfferView | None = None
    if offer_id is not None:
        offer = next((each for each in view.offers if each.offer_id == offer_id), None)
    if view.state not in OPEN_STATES or not _may_be_answered(view, command.actor, offer):
        return Refusal.OFFER_NOT_STANDING
    if (command.side is view.side) is not is_opener or not _fits(view, command, offer):
        return Refusal.OFFER_OUT_OF_RANGE
    if offer is None:
        return Answered(view.opener_id, view.acceptance is Acceptance.FIRST_PASSING)
    # The seller's yes to who has asked offers him the units; the buyer is asked all at his own.
    is_pick = is_opener and view.acceptance is not None
    return Answered(offer.party_id if is_opener else view.opener_id, not is_pick)


def findings_with(
    facts: Facts, command: PlaceOrder, others: Others, at_ns: TimeNs, *, makes_deal: bool
) -> tuple[Finding, ...]:
    """What each rule of two says of the deal with the only one of these; nothing of a product
    without rules. Cost: O(rules + lots of both + transfers of either)."""
    if facts.product_id not in facts.rules.products:
        return ()
    state, product = small_state(facts, command, at_ns)
    (other,) = others.parties
    others.join(state, product)
    sells = command.side is SELL
    meeting = Meeting(
        seller_id=command.actor if sells else other.party_id,
        buyer_id=other.party_id if sells else command.actor,
        units=command.quantity,
        price=command.price,
    )
    return findings_between(state, product, meeting, makes_deal=makes_deal, at_ns=at_ns)


def _may_be_answered(view: NegotiationView, actor: PartyId, offer: OfferView | None) -> bool:
    if offer is None:
        return actor != view.opener_id and view.mode is not MarketMode.NEGOTIATED
    if offer.party_id == actor:  # the seller has said yes to it
        return offer.state is OfferState.PICKED
    is_openers = offer.party_id == view.opener_id
    return offer.state in STANDING_STATES and is_openers is not (actor == view.opener_id)


def _fits(view: NegotiationView, command: PlaceOrder, offer: OfferView | None) -> bool:
    if offer is not None:
        return (command.price, command.quantity) == (offer.price, offer.quantity)
    in_block = command.quantity == view.open_quantity
    if view.acceptance is None:  # a quote and a bid are at the party's own price
        return in_block
    in_part = view.parts and command.quantity <= view.open_quantity
    return command.price == view.price and (in_block or in_part)
