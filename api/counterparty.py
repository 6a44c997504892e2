"""With whom a previewed deal would be made, and what is committed about that party."""

from collections import defaultdict
from collections.abc import Iterable

from api.auth.principal import Principal
from api.dependencies import Services
from api.errors import refused
from exchange.commands import PlaceOrder
from exchange.negotiation_view import NegotiationView
from exchange.pair_preview import Answered, Counterparty, Others, Sold, answered
from exchange.product_view import ProductView
from exchange.refusals import Refusal
from exchange.store.client_queries import clients_among
from exchange.store.negotiation_queries import negotiation_of
from exchange.store.queries import kinds_of
from exchange.types import NegotiationId, OfferId, PartyId
from registry.lots import Lot
from registry.store.queries import lots_among
from registry.types import HolderId


def answered_in(
    services: Services,
    product: ProductView,
    trader: Principal,
    command: PlaceOrder,
    negotiation_id: NegotiationId,
    offer_id: OfferId | None,
) -> Answered:
    """Whose word the party would answer, in a negotiation of which it may hear: call it in a
    thread. Ends the request with UNKNOWN_NEGOTIATION, OFFER_NOT_STANDING or OFFER_OUT_OF_RANGE.
    Cost: O(offers + products whose quotes are not for everybody)."""
    hidden = services.quotes.hidden_from(trader.party_id, trader.kind)
    with services.reader.connect() as connection:
        row = negotiation_of(connection, negotiation_id, reader_id=command.actor, hidden=hidden)
    view = _seen(row, product, command.actor)
    if view is None:
        raise refused(Refusal.UNKNOWN_NEGOTIATION)
    found = answered(view, command, offer_id)
    if isinstance(found, Refusal):
        raise refused(found)
    return found


def sold_by_any(
    services: Services, product: ProductView, party_ids: Iterable[PartyId]
) -> tuple[Sold, ...]:
    """What of the product is on its way from or to any of these: call it on the loop, which changes
    the view. Cost: O(their open transfers)."""
    view = services.exchange.view
    pending = {
        each.transfer_id: each
        for party_id in party_ids
        for each in view.transfers_of(party_id)
        if each.product_id == product.product_id
    }
    return tuple(
        Sold(each.seller_id, each.buyer_id, each.units) for _, each in sorted(pending.items())
    )


def others_of(
    services: Services,
    product: ProductView,
    other_ids: Iterable[PartyId],
    on_the_way: tuple[Sold, ...],
) -> Others:
    """The facts of the rows: call it in a thread. Cost: O(lots of the others)."""
    asked = sorted(set(other_ids))
    involved = {party_id for each in on_the_way for party_id in (each.seller_id, each.buyer_id)}
    with services.reader.connect() as connection:
        kinds = kinds_of(connection, sorted(involved.union(asked)))
        clients = clients_among(connection, asked)
        lots: defaultdict[PartyId, list[Lot]] = defaultdict(list)
        holder_ids = [HolderId(party_id) for party_id in asked]
        for lot in lots_among(connection, product_id=product.product_id, holder_ids=holder_ids):
            lots[PartyId(lot.holder_id)].append(lot)
    return Others(
        parties=tuple(
            Counterparty(each, kinds[each], clients[each].profile, tuple(lots[each]))
            for each in asked
        ),
        on_the_way=on_the_way,
        kinds=kinds,
    )


def _seen(
    row: NegotiationView | None, product: ProductView, party_id: PartyId
) -> NegotiationView | None:
    if row is None or row.product_id != product.product_id:
        return None
    return row.shown_to(party_id)
