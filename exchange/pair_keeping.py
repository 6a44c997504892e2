"""What is on its way follows open transfers, and orders that must be of a whole holding are judged
again where units arrive. A product without rules costs a look at whether it has any."""

from collections.abc import Iterable

from exchange.rules_state import AT_ONCE
from exchange.state import State
from exchange.types import PartyId
from registry.transfer import Row, Transfer, UnitsEffect
from registry.types import HolderId, ProductId


def open_way(state: State, transfer: Transfer) -> None:
    """A transfer is pending. Cost: O(1)."""
    veto = state.products[transfer.product_id].veto
    if veto is not None:
        veto.on_the_way.open(
            transfer.units, seller_id=transfer.seller_id, buyer_id=transfer.buyer_id
        )


def close_way(state: State, transfer: Transfer, row: Row) -> None:
    """A pending transfer has ended as the row says. Cost: O(1)."""
    veto = state.products[transfer.product_id].veto
    if veto is not None:
        veto.on_the_way.close(
            transfer.units, seller_id=transfer.seller_id, buyer_id=transfer.buyer_id
        )
        if row.units is UnitsEffect.MOVE:
            note_arrivals(state, transfer.product_id, (transfer.buyer_id,))


def note_arrivals(state: State, product_id: ProductId, holder_ids: Iterable[HolderId]) -> None:
    """These parties may have more of the product than before: what they offer is judged again
    before anything else happens. Cost: O(parties)."""
    if product_id not in state.rules.products:
        return
    for holder_id in holder_ids:
        if (PartyId(holder_id), product_id) in state.own_orders:
            state.rules.waiting.append((product_id, PartyId(holder_id)))
            state.note_due(AT_ONCE)
