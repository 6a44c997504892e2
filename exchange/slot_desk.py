"""A product gets caps, who may take a buyer's place under them, and what is told of its slots."""

from collections.abc import Iterable

from exchange.judging import judge_slots
from exchange.match_veto import REFUSALS, MatchVeto, principal_of
from exchange.refusals import Refusal
from exchange.seats import Move
from exchange.settlement import Emit
from exchange.slot_events import HolderSlotsChanged
from exchange.slot_keeping import count_anew
from exchange.slot_rules import caps_of
from exchange.slots import NO_CAPS, NO_TRANSFER, Caps
from exchange.state import Product, State
from registry.transfer import Transfer
from registry.types import DayNumber, HolderId, ProductId, TimeNs


def follow_rules(
    state: State, product_ids: Iterable[ProductId], day: DayNumber, emit: Emit
) -> None:
    """The caps of these products, where they are others, are those of their rules of this day.
    Cost: O(packs loaded + rules) a product, as `set_caps` of one whose caps are others."""
    for product_id in product_ids:
        product, slots = state.products[product_id], state.slots.get(product_id)
        rules = state.rules.rules_on(product_id, day)
        caps = caps_of(rules, product.terms.product_type)
        if caps != (NO_CAPS if slots is None else slots.caps):
            set_caps(state, product, caps, emit)


def follow_all(state: State, day: DayNumber, emit: Emit) -> None:
    """Every product that has packs has the caps of its rules of this day. Cost: as `follow_rules`
    of these products."""
    follow_rules(state, sorted(state.rules.products), day, emit)


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
    state: State,
    transfer: Transfer,
    buyer_id: HolderId,
    *,
    before: Refusal | None,
    at_ns: TimeNs,
) -> Refusal | None:
    """Whether this party may take the buyer's place in an open transfer. Refuses HOLDER_SLOTS and
    TURNAROUND, with what the rules say of it.

    Args:
        before: what else there is against it; a smaller number is told first.

    Cost: O(open transfers of the parties).
    """
    slots = state.slots.get(transfer.product_id)
    if slots is None:
        return before
    key = transfer.product_id, transfer.seller_id
    move = Move(
        seller_id=transfer.seller_id,
        buyer_id=buyer_id,
        units=transfer.units,
        principal=principal_of(state.register, key, transfer.sources),
        day=slots.calendar.day_of(at_ns),
    )
    rule = slots.check_successor(move, replaced_id=transfer.transfer_id, transfer_id=NO_TRANSFER)
    if rule is None or (before is not None and before < REFUSALS[rule]):
        return before
    judge_slots(
        state,
        state.products[transfer.product_id],
        move,
        price=state.leg_of(transfer).price,
        replaced_id=transfer.transfer_id,
        at_ns=at_ns,
    )
    return REFUSALS[rule]


def tell(state: State, emit: Emit) -> None:
    """Say what has changed of the slots that the command has touched. Cost: O(those)."""
    for product_id in sorted(state.slots_touched):
        slots = state.slots_touched[product_id]
        counts = slots.counts
        if counts != slots.told:
            slots.told = counts
            emit(HolderSlotsChanged(product_id=product_id, caps=slots.caps, counts=counts))
    state.slots_touched.clear()
