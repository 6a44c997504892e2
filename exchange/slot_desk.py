"""A product gets caps, who may take a buyer's place under them, and what is told of its slots."""

from typing import Final

from exchange.match_veto import NO_TRANSFER, REFUSALS, MatchVeto, principal_of
from exchange.refusals import Refusal
from exchange.seats import Move
from exchange.settlement import Emit
from exchange.slot_events import HolderSlotsChanged
from exchange.slot_keeping import count_anew
from exchange.slots import Caps
from exchange.state import Product, State
from registry.transfer import Transfer
from registry.types import HolderId, TimeNs

NO_CAPS: Final = Caps()


def set_caps(state: State, product: Product, caps: Caps, emit: Emit) -> None:
    """The product has these caps from now on: orders keep their places, and nothing that is open is
    undone. Holders and trades are counted from now on, unless they were before. Cost: O(orders of
    the book × log orders, and holdings and open transfers of the venue)."""
    product_id = product.product_id
    before = state.slots.pop(product_id, None)
    product.veto = None
    if caps == NO_CAPS:
        if before is not None:
            emit(HolderSlotsChanged(product_id=product_id, caps=caps, counts=None))
    else:
        slots = state.slots[product_id] = count_anew(state, product_id, caps)
        if before is not None:
            slots.take_over(before)
        product.veto = MatchVeto(state, product_id, slots)
        state.slots_touched[product_id] = slots
    book = product.book
    product.restore_book(list(book.orders_by_age()), book.phase)


def check_successor(
    state: State, transfer: Transfer, buyer_id: HolderId, *, at_ns: TimeNs
) -> Refusal | None:
    """Whether this party may take the buyer's place in an open transfer. Refuses HOLDER_SLOTS and
    TURNAROUND. Cost: O(open transfers of the parties)."""
    slots = state.slots.get(transfer.product_id)
    if slots is None:
        return None
    key = transfer.product_id, transfer.seller_id
    move = Move(
        seller_id=transfer.seller_id,
        buyer_id=buyer_id,
        units=transfer.units,
        principal=principal_of(state.register, key, transfer.sources),
        day=slots.calendar.day_of(at_ns),
    )
    rule = slots.check_successor(move, replaced_id=transfer.transfer_id, transfer_id=NO_TRANSFER)
    return None if rule is None else REFUSALS[rule]


def tell(state: State, emit: Emit) -> None:
    """Say what has changed of the slots that the command has touched. Cost: O(those)."""
    for product_id in sorted(state.slots_touched):
        slots = state.slots_touched[product_id]
        counts = slots.counts
        if counts != slots.told:
            slots.told = counts
            emit(HolderSlotsChanged(product_id=product_id, caps=slots.caps, counts=counts))
    state.slots_touched.clear()
