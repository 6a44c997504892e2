"""The slots of capped products follow what happens to their holdings and transfers.

What the counts mean, and what may not be, is in exchange/slots.py. A product without caps has no
slots, and what happens to it costs a look at whether there are any.
"""

from collections.abc import Iterable
from functools import partial

import msgspec

from exchange.match_veto import principal_of
from exchange.seats import Holder, Move
from exchange.slots import Caps, Slots
from exchange.state import State
from exchange.types import PartyId, PartyKind
from registry.transfer import Row, Transfer, UnitsEffect
from registry.types import DayNumber, HolderId, ProductId, TimeNs, TransferId


class SlotsImage(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """What a snapshot keeps of a product's slots; the rest follows from holdings and transfers."""

    caps: Caps
    ever: list[HolderId]
    bought: list[tuple[HolderId, DayNumber]]
    """The oldest first."""
    sold: list[tuple[HolderId, DayNumber]]
    principals: list[tuple[TransferId, int]]
    """Of the open transfers, as they were opened."""


def count_anew(state: State, product_id: ProductId, caps: Caps) -> Slots:
    """Slots of a product under these caps, from its holdings and open transfers. Cost: O(holdings
    and open transfers of the venue)."""
    slots = _empty(state, product_id, caps)
    _count_holdings(state, product_id, slots)
    for transfer_id, transfer in state.register.transfers.items():
        if transfer.product_id == product_id:
            slots.open(transfer_id, move_of(state, slots, transfer))
    return slots


def open_slots(state: State, transfer: Transfer) -> None:
    """A transfer is pending, of units that are still in the lots that it draws from. Cost:
    O(sources)."""
    slots = state.slots.get(transfer.product_id)
    if slots is not None:
        slots.open(transfer.transfer_id, move_of(state, slots, transfer))
        state.slots_touched[transfer.product_id] = slots


def move_of(state: State, slots: Slots, transfer: Transfer) -> Move:
    """What an open transfer is to slots; its units are still in the lots that it draws from. Cost:
    O(sources)."""
    return _move(state, slots, transfer, _principal(state, transfer))


def may_settle(state: State, transfer: Transfer) -> bool:
    """Whether the product's caps, which may have become less since the match, let a pending
    transfer settle now. Cost: O(1)."""
    slots = state.slots.get(transfer.product_id)
    return slots is None or slots.check_settling(slots.moves[transfer.transfer_id]) is None


def close_slots(state: State, transfer: Transfer, row: Row, *, at_ns: TimeNs) -> None:
    """A pending transfer has ended as the row says, and its units are where they stay. Cost: O(1),
    as `Slots.settled` of one that settled."""
    slots = state.slots.get(transfer.product_id)
    if slots is None:
        return
    move = slots.close(transfer.transfer_id)
    if row.units is UnitsEffect.MOVE:
        slots.settled(move, slots.calendar.day_of(at_ns))
    recount(state, transfer.product_id, (transfer.seller_id, transfer.buyer_id))


def recount(state: State, product_id: ProductId, holder_ids: Iterable[HolderId]) -> None:
    """What these parties hold of a product may have changed. Cost: O(parties)."""
    slots = state.slots.get(product_id)
    if slots is None:
        return
    for holder_id in holder_ids:
        count_holding(state, product_id, slots, holder_id)
    state.slots_touched[product_id] = slots


def count_holding(state: State, product_id: ProductId, slots: Slots, holder_id: HolderId) -> None:
    """The party has in these slots what it holds of the product. Cost: O(1)."""
    holding = state.register.holdings.get((product_id, holder_id))
    if holding is None:
        slots.hold(holder_id, units=0, principal=0)
    else:
        slots.hold(holder_id, units=holding.total, principal=holding.principal)


def weigh_anew(state: State, holder_id: HolderId) -> None:
    """The party counts as another number of holders from now on. Cost: O(capped products)."""
    for product_id, slots in sorted(state.slots.items()):
        slots.weigh(holder_id)
        state.slots_touched[product_id] = slots


def image_of(slots: Slots) -> SlotsImage:
    """What the slots' product has of them in a snapshot. Cost: O(holders ever)."""
    return SlotsImage(
        caps=slots.caps,
        ever=sorted(slots.ever),
        bought=list(slots.bought.items()),
        sold=list(slots.sold.items()),
        principals=[(key, slots.moves[key].principal) for key in sorted(slots.moves)],
    )


def restore_holders(state: State, product_id: ProductId, image: SlotsImage) -> Slots:
    """The slots of a snapshot, as yet without what open transfers hold. Cost: O(holdings of the
    venue)."""
    slots = _empty(state, product_id, image.caps)
    for holder_id in image.ever:
        slots.note_held(holder_id)
    slots.bought.update(image.bought)
    slots.sold.update(image.sold)
    _count_holdings(state, product_id, slots)
    return slots


def restore_moves(state: State, slots: Slots, image: SlotsImage) -> None:
    """The open transfers of a snapshot hold their slots. Cost: O(those)."""
    for transfer_id, principal in image.principals:
        transfer = state.register.transfers[transfer_id]
        slots.open(transfer_id, _move(state, slots, transfer, principal))
    slots.told = slots.counts


def _empty(state: State, product_id: ProductId, caps: Caps) -> Slots:
    calendar_id = state.products[product_id].terms.transfer_terms.calendar_id
    return Slots(caps, state.calendars[calendar_id], partial(_holder, state))


def _holder(state: State, holder_id: HolderId) -> Holder:
    party = state.parties[PartyId(holder_id)]
    return Holder(party.kind is PartyKind.NATURAL_PERSON, party.profile.lookthrough_count)


def _count_holdings(state: State, product_id: ProductId, slots: Slots) -> None:
    for of_product, holder_id in state.register.holdings:
        if of_product == product_id:
            count_holding(state, product_id, slots, holder_id)


def _principal(state: State, transfer: Transfer) -> int:
    key = transfer.product_id, transfer.seller_id
    return principal_of(state.register, key, transfer.sources)


def _move(state: State, slots: Slots, transfer: Transfer, principal: int) -> Move:
    leg = state.money_legs[transfer.transfer_id]
    return Move(
        seller_id=transfer.seller_id,
        buyer_id=transfer.buyer_id,
        units=transfer.units,
        principal=principal,
        day=slots.calendar.day_of(leg.matched_at_ns),
    )
