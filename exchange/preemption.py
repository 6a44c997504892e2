"""What becomes of a right of pre-emption that a transfer is offered to.

To those who are asked the transfer exists only while it is offered (PREEMPTION_OPEN). Who exercises
the right first takes the buyer's place: the buyer gets everything back, and a transfer of the
right-holder's begins on the same terms, which the trust company decides anew. The units are locked
for the one or the other throughout. Source: domain D4, and the decisions at the head of D.
"""

from typing import Final

import msgspec

from exchange.eligibility import check_purchase
from exchange.handler import Handler
from exchange.limits import TRANSFER_IDS_PER_COMMAND
from exchange.refusals import Refusal
from exchange.settlement import Emit
from exchange.slot_desk import check_successor
from exchange.state import MoneyLeg, State
from exchange.transfer_commands import AnswerPreemption
from exchange.transfer_desk import advance, begin, refusal_of
from exchange.transfer_steps import role_of
from exchange.types import PartyId, PreemptionAnswer, Sequence
from registry.preemption import those_asked
from registry.transfer import Transfer, TransferEvent, TransferState
from registry.types import HolderId, TimeNs, TransferId


def answer_preemption(
    state: State, command: AnswerPreemption, sequence: Sequence, at_ns: TimeNs, emit: Emit
) -> Refusal | None:
    """A right-holder lets the transfer go, or takes the buyer's place in it."""
    transfer = state.register.transfers.get(command.transfer_id)
    if transfer is None:
        return Refusal.UNKNOWN_TRANSFER
    refusal = _refuse_answer(state, transfer, command, at_ns)
    if refusal is not None:
        return refusal
    if command.answer is PreemptionAnswer.EXERCISE:
        transfer_id = TransferId(sequence * TRANSFER_IDS_PER_COMMAND)
        _exercise(state, transfer, HolderId(command.actor), transfer_id, at_ns=at_ns, emit=emit)
        return None
    transfer.waived = (*transfer.waived, HolderId(command.actor))
    return advance(state, transfer, TransferEvent.DECLINE, at_ns=at_ns, emit=emit)


def _refuse_answer(
    state: State, transfer: Transfer, command: AnswerPreemption, at_ns: TimeNs
) -> Refusal | None:
    holder_id = HolderId(command.actor)
    terms = state.products[transfer.product_id].terms.transfer_terms
    is_offered = transfer.state is TransferState.PREEMPTION_OPEN
    if not is_offered or holder_id not in those_asked(terms, transfer):
        known = role_of(state, transfer, command.actor)
        return Refusal.NOT_PERMITTED if known else Refusal.UNKNOWN_TRANSFER
    if transfer.version != command.version:
        return Refusal.TRANSFER_VERSION_STALE
    exercises = command.answer is PreemptionAnswer.EXERCISE
    event = TransferEvent.EXERCISE if exercises else TransferEvent.DECLINE
    refusal = refusal_of(state, transfer, event)
    if refusal is None and holder_id in transfer.waived:
        refusal = Refusal.ALREADY_DONE
    if refusal is None and exercises and state.halts.of_party(command.actor):
        refusal = Refusal.PARTY_SUSPENDED
    if refusal is None and exercises:
        key = transfer.product_id, holder_id
        means = check_purchase(state, key, state.leg_of(transfer).cost)
        refusal = check_successor(state, transfer, holder_id, before=means, at_ns=at_ns)
    return refusal


def _exercise(
    state: State,
    transfer: Transfer,
    holder_id: HolderId,
    transfer_id: TransferId,
    *,
    at_ns: TimeNs,
    emit: Emit,
) -> None:
    leg = _same_terms(state.leg_of(transfer))
    refusal = advance(state, transfer, TransferEvent.EXERCISE, at_ns=at_ns, emit=emit)
    assert refusal is None, (transfer.transfer_id, refusal)
    state.cash.reserve(PartyId(holder_id), leg.paid)
    successor = Transfer(
        transfer_id=transfer_id,
        product_id=transfer.product_id,
        seller_id=transfer.seller_id,
        buyer_id=holder_id,
        units=transfer.units,
        sources=transfer.sources,
        mature_ns=transfer.mature_ns,
        preempts=transfer.transfer_id,
    )
    begin(state, successor, leg, TransferEvent.SUCCEED, at_ns=at_ns, emit=emit)


def _same_terms(leg: MoneyLeg) -> MoneyLeg:
    """The money of the same trade, about which nobody has decided yet."""
    return msgspec.structs.replace(
        leg,
        buy_order_id=None,
        submitted_at_ns=None,
        answered_at_ns=None,
        officer=None,
        reason=None,
        return_reason=None,
    )


HANDLERS: Final[dict[type, Handler]] = {AnswerPreemption: answer_preemption}
"""One function a command."""
