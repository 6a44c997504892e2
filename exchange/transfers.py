"""What becomes of a pending transfer: the trust company confirms or rejects it, or the clock lets
it lapse."""

from exchange.commands import ConfirmTransfer, RejectTransfer
from exchange.refusals import Refusal
from exchange.settlement import Emit, lapse, reject, settle
from exchange.state import State
from exchange.types import Sequence
from registry.register import STEPS
from registry.transfer import Transfer, TransferEvent
from registry.types import TimeNs, TransferId


def confirm_transfer(
    state: State, command: ConfirmTransfer, _sequence: Sequence, at_ns: TimeNs, emit: Emit
) -> Refusal | None:
    """Title is confirmed: the money is in escrow since the match, so the transfer settles in the
    same record."""
    transfer = _of_trust_company(state, command)
    if transfer is None:
        return Refusal.UNKNOWN_TRANSFER
    if transfer.version != command.version:
        return Refusal.TRANSFER_VERSION_STALE
    assert transfer.may(TransferEvent.CONFIRM, steps=STEPS), transfer.state
    settle(state, transfer, officer=command.officer, at_ns=at_ns, emit=emit)
    return None


def reject_transfer(
    state: State, command: RejectTransfer, _sequence: Sequence, at_ns: TimeNs, emit: Emit
) -> Refusal | None:
    """The trust company does not confirm: units and money go back, the fees too."""
    transfer = _of_trust_company(state, command)
    if transfer is None:
        return Refusal.UNKNOWN_TRANSFER
    if transfer.version != command.version:
        return Refusal.TRANSFER_VERSION_STALE
    reject(
        state,
        transfer,
        reason=command.reason,
        officer=command.officer,
        at_ns=at_ns,
        emit=emit,
    )
    return None


def lapse_transfer(state: State, transfer_id: TransferId, *, at_ns: TimeNs, emit: Emit) -> None:
    """The deadline of this open transfer has passed."""
    transfer = state.register.transfers[transfer_id]
    assert transfer.confirmation_deadline_ns <= at_ns, transfer_id
    lapse(state, transfer, at_ns=at_ns, emit=emit)


def _of_trust_company(state: State, command: ConfirmTransfer | RejectTransfer) -> Transfer | None:
    """The open transfer, if the actor is the trust company of its product: to anybody else it does
    not exist."""
    transfer = state.register.transfers.get(command.transfer_id)
    if transfer is None:
        return None
    leg = state.money_legs[command.transfer_id]
    return transfer if leg.trust_company_id == command.actor else None
