"""A product gets caps, who may take a buyer's place, and what is told of its slots."""

from collections.abc import Iterable

from exchange.judging import judge_slots
from exchange.match_veto import REFUSALS, principal_of
from exchange.pair_judging import Meeting, judge_pair
from exchange.refusals import Refusal
from exchange.rules.types import Rule
from exchange.seats import Move
from exchange.settlement import Emit
from exchange.slot_events import HolderSlotsChanged
from exchange.slot_keeping import count_anew
from exchange.slot_rules import caps_of
from exchange.slots import NO_CAPS, NO_TRANSFER
from exchange.state import Product, State
from exchange.types import PartyId
from matching import Quantity
from registry.transfer import Transfer
from registry.types import HolderId, TimeNs


def follow_caps(state: State, product: Product, rules: Iterable[Rule], emit: Emit) -> None:
    """The caps of the product are those of these rules: orders keep their places, and nothing that
    is open is undone. Holders and trades are counted from now on, unless they were before. Cost:
    O(rules); of others than before O(holdings and open transfers of the venue)."""
    product_id = product.product_id
    before, caps = state.slots.get(product_id), caps_of(rules, product.terms.product_type)
    if caps == (NO_CAPS if before is None else before.caps):
        return
    if caps == NO_CAPS:
        del state.slots[product_id]
        emit(HolderSlotsChanged(product_id=product_id, caps=caps, counts=None))
        return
    slots = state.slots[product_id] = count_anew(state, product_id, caps)
    if before is not None:
        slots.take_over(before)
    state.slots_touched[product_id] = slots


def check_successor(
    state: State,
    transfer: Transfer,
    buyer_id: HolderId,
    *,
    before: Refusal | None,
    at_ns: TimeNs,
) -> Refusal | None:
    """Whether this party may take the buyer's place in an open transfer. Refuses RULE_BLOCKS,
    RULE_HOLDS, HOLDER_SLOTS and TURNAROUND, with what the rules say of it.

    Args:
        before: what else there is against it; a smaller number is told first.

    Cost: O(open transfers of the parties).
    """
    if before is not None and before < Refusal.RULE_BLOCKS:
        return before
    product, price = state.products[transfer.product_id], state.leg_of(transfer).price
    meeting = Meeting(
        PartyId(transfer.seller_id), PartyId(buyer_id), Quantity(transfer.units), price
    )
    refusal = judge_pair(
        state, product, meeting, makes_deal=True, replaced=transfer.units, at_ns=at_ns
    )
    if refusal is not None:
        return refusal
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
        product,
        move,
        price=price,
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
