"""What stands in the deals by name of a product that a party may answer, of what is committed."""

from typing import NamedTuple

from api.auth.principal import Principal
from api.counterparty import others_of, sold_by_any
from api.dependencies import Services
from api.schemas.feasible import LISTINGS_MAX, Listings
from exchange.answerable import answerable, slots_decide
from exchange.answerable_words import Word, words_for
from exchange.modes.negotiation import BACKED
from exchange.modes.types import BOOK_MODES
from exchange.negotiation_view import NegotiationView
from exchange.pair_preview import Sold
from exchange.preview import Facts
from exchange.product_view import ProductView, SlotsView
from exchange.store.queries import order_of
from exchange.types import NegotiationId, OfferId, PartyId
from matching import Side
from registry.types import TimeNs


class Standing(NamedTuple):
    """What of the view it takes to say how a party may answer."""

    words: dict[Side, list[Word]]
    """Of the side that the party would be on: one more than are told, if there are more."""
    sold: dict[Side, tuple[Sold, ...]]
    slots: SlotsView | None


def standing_for(services: Services, product: ProductView, trader: Principal) -> Standing | None:
    """The words of others that the party may hear of and could answer; None where nobody deals by
    name. Call it on the loop, which changes the view. Cost: O(open negotiations of the venue +
    transfers of those that are told)."""
    if product.mode in BOOK_MODES:
        return None
    view, party_id = services.exchange.view, trader.party_id
    is_hidden = services.quotes.hides(product, party_id, trader.kind)
    heard: list[NegotiationView] = []
    has_got: set[NegotiationId] = set()
    for each in view.negotiations.open.values():
        is_other = each.product_id != product.product_id
        if is_other or (is_hidden and not each.is_about(party_id)):
            continue
        shown = each.shown_to(party_id)
        if shown is None:
            continue
        heard.append(shown)
        if each.state is BACKED and each.transfer_id is not None:
            transfer = view.transfers.get(each.transfer_id)
            if transfer is not None and transfer.buyer_id == party_id:
                has_got.add(each.negotiation_id)
    now_ns = TimeNs(services.clock.now_ns())
    tick, words, sold = product.terms.tick, {}, {}
    for side in Side:
        found = words_for(
            heard, party_id, side, tick=tick, has_got=frozenset(has_got), at_ns=now_ns
        )
        words[side] = found[: LISTINGS_MAX + 1]
        sold[side] = sold_by_any(services, product, {party_id, *_others(words[side])})
    return Standing(words, sold, product.slots)


def listings_of(
    services: Services,
    product: ProductView,
    facts: Facts,
    party_id: PartyId,
    side: Side,
    standing: Standing | None,
    *,
    at_ns: TimeNs,
) -> Listings:
    """What the party may answer on this side: call it in a thread. Cost: O(lots of those whose
    words these are), and as `answerable`."""
    if standing is None or not standing.words[side]:
        return Listings((), are_more=False, are_capped=False)
    words = standing.words[side][:LISTINGS_MAX]
    others = others_of(services, product, _others(words), standing.sold[side])
    told = answerable(
        facts,
        party_id,
        side,
        words,
        others,
        reserved=_reserved(services, party_id, words),
        at_ns=at_ns,
    )
    return Listings(
        told,
        are_more=len(standing.words[side]) > len(words),
        are_capped=slots_decide(standing.slots, facts, party_id, side, others),
    )


def _others(words: list[Word]) -> set[PartyId]:
    return {word.other_id for word in words}


def _reserved(services: Services, party_id: PartyId, words: list[Word]) -> dict[OfferId, int]:
    raised = [word.raises for word in words if word.raises is not None]
    reserved = dict.fromkeys(raised, 0)  # nothing of what has gone meanwhile
    with services.reader.connect() as connection:
        for offer_id in raised:
            order = order_of(connection, party_id=party_id, order_id=offer_id)
            reserved[offer_id] = 0 if order is None else order.reserved
    return reserved
