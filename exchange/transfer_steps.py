"""What parties, trust company and operator do with a transfer besides deciding it: sign, cancel,
complete, hold, rescind, register.

A transfer exists only to its buyer, its seller, its product's trust company and the operator; to
any other it is unknown, and so is one that has settled to every command but a registration. Each
command is for some of these. Then the version is looked at, then the state, then what the command
alone asks. What follows is exchange/transfer_desk.py's.
"""

from collections.abc import Callable
from typing import Any, Final

from exchange.checklist import documents_complete
from exchange.limits import DEPOSIT_MAX
from exchange.means import check_money
from exchange.officers import REVIEWER, smallest
from exchange.redemption import refuse_redemption, settle_in_cash
from exchange.refusals import Refusal
from exchange.review import refuse_claimed, reviewer_of
from exchange.settlement import Emit
from exchange.state import State
from exchange.transfer_commands import (
    AcknowledgeRegistration,
    CancelTrade,
    CancelTransfer,
    DeclareSellerDefault,
    FundTransfer,
    LiftOverlay,
    RedeemTransfer,
    RescindTransfer,
    ResubmitTransfer,
    ReturnTransfer,
    SetOverlay,
    SignAgreement,
    TransferCommand,
)
from exchange.transfer_desk import (
    advance,
    cools_off,
    lift_overlay,
    nobody_could_act,
    refusal_of,
    set_overlay,
)
from exchange.types import OPERATOR_ID, PartyId, Sequence
from registry.transfer import (
    EITHER,
    OVERLAY_MOVERS,
    PARTIES_OR_OPERATOR,
    Overlay,
    Transfer,
    TransferEvent,
    TransferState,
    Who,
)
from registry.types import HolderId, TimeNs

NOBODY: Final = Who(0)
RETURNED_TO: Final = (Who.BUYER, Who.SELLER, EITHER)


def role_of(state: State, transfer: Transfer, party_id: PartyId) -> Who:
    """What the party is in a transfer; nobody: it does not exist to him. Cost: O(1)."""
    if HolderId(party_id) == transfer.buyer_id:
        return Who.BUYER
    if HolderId(party_id) == transfer.seller_id:
        return Who.SELLER
    if party_id == OPERATOR_ID:
        return Who.OPERATOR
    if party_id == state.leg_of(transfer).trust_company_id:
        return Who.TRUST_COMPANY
    return NOBODY


def sign_agreement(
    state: State, command: SignAgreement, _sequence: Sequence, at_ns: TimeNs, emit: Emit
) -> Refusal | None:
    """One side signs; with the second the cooling-off of a natural buyer begins, and for any other
    the agreement is made, unless documents are missing."""
    read = _as_read(state, command, by=EITHER)
    if isinstance(read, Refusal):
        return read
    transfer, role = read
    refusal = refusal_of(state, transfer, TransferEvent.SIGN)
    if refusal is None and role in transfer.signed:
        refusal = Refusal.ALREADY_DONE
    if refusal is not None:
        return refusal
    transfer.signed |= role
    transfer.consented = NOBODY
    return advance(state, transfer, TransferEvent.SIGN, at_ns=at_ns, emit=emit)


def cancel_transfer(
    state: State, command: CancelTransfer, _sequence: Sequence, at_ns: TimeNs, emit: Emit
) -> Refusal | None:
    """A natural buyer withdraws until his cooling-off is over; else one side agrees to cancel, and
    when the other does too, all goes back."""
    read = _as_read(state, command, by=EITHER)
    if isinstance(read, Refusal):
        return read
    transfer, role = read
    if role is Who.BUYER and _may_withdraw(state, transfer):
        return advance(state, transfer, TransferEvent.WITHDRAW, at_ns=at_ns, emit=emit)
    if transfer.consented == EITHER & ~role:
        return advance(state, transfer, TransferEvent.CANCEL, at_ns=at_ns, emit=emit)
    refusal = refusal_of(state, transfer, TransferEvent.CONSENT)
    if refusal is None and role in transfer.consented:
        refusal = Refusal.ALREADY_DONE
    if refusal is not None:
        return refusal
    transfer.consented |= role
    return advance(state, transfer, TransferEvent.CONSENT, at_ns=at_ns, emit=emit)


def fund_transfer(
    state: State, command: FundTransfer, _sequence: Sequence, at_ns: TimeNs, emit: Emit
) -> Refusal | None:
    """The buyer, who has paid a deposit, pays the rest from what he has available."""
    read = _as_read(state, command, by=Who.BUYER)
    if isinstance(read, Refusal):
        return read
    transfer, _ = read
    refusal = refusal_of(state, transfer, TransferEvent.FUND)
    if refusal is None:
        refusal = check_money(state, command.actor, state.leg_of(transfer).rest_due)
    if refusal is not None:
        return refusal
    transfer.consented = NOBODY
    return advance(state, transfer, TransferEvent.FUND, at_ns=at_ns, emit=emit)


def resubmit_transfer(
    state: State, command: ResubmitTransfer, _sequence: Sequence, at_ns: TimeNs, emit: Emit
) -> Refusal | None:
    """The pack goes back to the trust company, whose time goes on."""
    read = _as_read(state, command, by=PARTIES_OR_OPERATOR)
    if isinstance(read, Refusal):
        return read
    transfer, role = read
    refusal = refusal_of(state, transfer, TransferEvent.RESUBMIT)
    if refusal is None and not documents_complete(state, transfer):
        refusal = Refusal.DOCUMENTS_MISSING
    if refusal is not None:
        return refusal
    if role in EITHER:
        transfer.consented = NOBODY
    return advance(state, transfer, TransferEvent.RESUBMIT, at_ns=at_ns, emit=emit)


def return_transfer(
    state: State, command: ReturnTransfer, _sequence: Sequence, at_ns: TimeNs, emit: Emit
) -> Refusal | None:
    """The trust company wants the pack completed, not more often than the product's terms say."""
    wrong = smallest(_refuse_reviewer(state, command, at_ns), _returned_to_nobody(command))
    read = _as_read(state, command, by=Who.TRUST_COMPANY, wrong=wrong)
    if isinstance(read, Refusal):
        return read
    transfer, _ = read
    terms = state.products[transfer.product_id].terms.transfer_terms
    refusal = refusal_of(state, transfer, TransferEvent.RETURN)
    if refusal is None:
        refusal = refuse_claimed(state, transfer, command.officer_id)
    if refusal is None and transfer.returns >= terms.returns_max:
        refusal = Refusal.RETURNS_MAX
    if refusal is not None:
        return refusal
    transfer.returns += 1
    transfer.returned_to = command.returned_to
    state.money_legs[transfer.transfer_id].return_reason = command.reason
    return advance(
        state,
        transfer,
        TransferEvent.RETURN,
        officer=command.officer,
        at_ns=at_ns,
        emit=emit,
    )


def request_overlay(
    state: State, command: SetOverlay, _sequence: Sequence, at_ns: TimeNs, emit: Emit
) -> Refusal | None:
    """Somebody who may stops the clocks."""
    read = _as_read(state, command, by=OVERLAY_MOVERS.get(command.overlay, NOBODY))
    if isinstance(read, Refusal):
        return read
    transfer, role = read
    refusal = set_overlay(
        state, transfer, command.overlay, officer=command.officer, at_ns=at_ns, emit=emit
    )
    if refusal is None and command.overlay is Overlay.DISPUTED:
        transfer.disputed_by = role
    return refusal


def request_lift(
    state: State, command: LiftOverlay, _sequence: Sequence, at_ns: TimeNs, emit: Emit
) -> Refusal | None:
    """Somebody who may says that what stopped the clocks is over; a dispute is not for the other
    side to end."""
    by = OVERLAY_MOVERS.get(command.overlay, NOBODY)
    transfer = state.register.transfers.get(command.transfer_id)
    if transfer is not None and command.overlay is Overlay.DISPUTED:
        by &= Who.TRUST_COMPANY | transfer.disputed_by
    read = _as_read(state, command, by=by)
    if isinstance(read, Refusal):
        return read
    transfer, _ = read
    return lift_overlay(
        state, transfer, command.overlay, officer=command.officer, at_ns=at_ns, emit=emit
    )


def rescind_transfer(
    state: State, command: RescindTransfer, _sequence: Sequence, at_ns: TimeNs, emit: Emit
) -> Refusal | None:
    """The buyer gets everything back; what is frozen of the units stays so."""
    read = _as_read(state, command, by=Who.BUYER)
    if isinstance(read, Refusal):
        return read
    transfer, _ = read
    refusal = refusal_of(state, transfer, TransferEvent.RESCIND)
    if refusal is None and not _may_rescind(state, transfer, at_ns):
        refusal = Refusal.NOT_RESCINDABLE
    if refusal is not None:
        return refusal
    return advance(state, transfer, TransferEvent.RESCIND, at_ns=at_ns, emit=emit)


def cancel_trade(
    state: State, command: CancelTrade, _sequence: Sequence, at_ns: TimeNs, emit: Emit
) -> Refusal | None:
    """The operator undoes an erroneous trade before it settles."""
    return _by_operator(state, command, TransferEvent.CANCEL, at_ns=at_ns, emit=emit)


def declare_seller_default(
    state: State, command: DeclareSellerDefault, _sequence: Sequence, at_ns: TimeNs, emit: Emit
) -> Refusal | None:
    """The operator finds that the units were not the seller's to sell."""
    return _by_operator(state, command, TransferEvent.SELLER_DEFAULT, at_ns=at_ns, emit=emit)


def acknowledge_registration(
    state: State, command: AcknowledgeRegistration, _sequence: Sequence, at_ns: TimeNs, emit: Emit
) -> Refusal | None:
    """The change registration is done, in time or late: nothing more is waited for."""
    read = _as_read(state, command, by=Who.TRUST_COMPANY, may_be_settled=True)
    if isinstance(read, Refusal):
        return read
    transfer, _ = read
    leg = state.leg_of(transfer)
    refusal = advance(
        state, transfer, TransferEvent.REGISTER, officer=command.officer, at_ns=at_ns, emit=emit
    )
    if refusal is None:
        leg.registered_at_ns = at_ns
    return refusal


def redeem_transfer(
    state: State, command: RedeemTransfer, _sequence: Sequence, at_ns: TimeNs, emit: Emit
) -> Refusal | None:
    """The confirmed transfer of a plan that has ended settles in cash."""
    in_range = 0 < command.proceeds <= DEPOSIT_MAX
    wrong = None if in_range else Refusal.AMOUNT_OUT_OF_RANGE
    read = _as_read(state, command, by=Who.TRUST_COMPANY, wrong=wrong)
    if isinstance(read, Refusal):
        return read
    transfer, _ = read
    refusal = refuse_redemption(state, transfer, proceeds=command.proceeds, at_ns=at_ns)
    if refusal is None:
        settle_in_cash(state, transfer, command, at_ns=at_ns, emit=emit)
    return refusal


def _by_operator(
    state: State,
    command: CancelTrade | DeclareSellerDefault,
    event: TransferEvent,
    *,
    at_ns: TimeNs,
    emit: Emit,
) -> Refusal | None:
    read = _as_read(state, command, by=Who.OPERATOR)
    if isinstance(read, Refusal):
        return read
    transfer, _ = read
    return advance(state, transfer, event, officer=command.officer, at_ns=at_ns, emit=emit)


def _as_read(
    state: State,
    command: TransferCommand,
    *,
    by: Who,
    wrong: Refusal | None = None,
    may_be_settled: bool = False,
) -> tuple[Transfer, Who] | Refusal:
    """The transfer and what the actor is in it, if he is one of those who may and has read it
    as it is.

    Args:
        wrong: what is wrong with the command's values.
        may_be_settled: whether it may be one whose registration is waited for; else that one has
            ended, as have those that the state has forgotten.
    """
    known = state.transfer if may_be_settled else state.register.transfers.get
    transfer = known(command.transfer_id)
    if transfer is None:
        return Refusal.UNKNOWN_TRANSFER
    role = role_of(state, transfer, command.actor)
    if not role:
        return Refusal.UNKNOWN_TRANSFER
    if role not in by:
        return Refusal.NOT_PERMITTED
    if wrong is not None:
        return wrong
    if command.version is not None and transfer.version != command.version:
        return Refusal.TRANSFER_VERSION_STALE
    return transfer, role


def _may_withdraw(state: State, transfer: Transfer) -> bool:
    if transfer.state is not TransferState.AGREEMENT_PENDING or transfer.documents_overdue:
        return False
    return cools_off(state, transfer)


def _may_rescind(state: State, transfer: Transfer, at_ns: TimeNs) -> bool:
    if transfer.rescindable:
        return True
    until_ns = transfer.rescind_until_ns
    if until_ns is None:
        return False
    if state.gap is not None and nobody_could_act(state, until_ns):
        # He could not make use of the end of his time: he has a working day after it.
        until_ns = state.clocks[transfer.product_id].after(state.gap[1], 1)
    return at_ns < until_ns


def _refuse_reviewer(state: State, command: ReturnTransfer, at_ns: TimeNs) -> Refusal | None:
    transfer = state.register.transfers.get(command.transfer_id)
    if transfer is None:
        return None
    reviewer = reviewer_of(state, transfer, command, role=REVIEWER, at_ns=at_ns)
    return reviewer if isinstance(reviewer, Refusal) else None


def _returned_to_nobody(command: ReturnTransfer) -> Refusal | None:
    if command.returned_to not in RETURNED_TO:
        return Refusal.RETURN_OUT_OF_RANGE
    return None


HANDLERS: Final[dict[type, Callable[[State, Any, Sequence, TimeNs, Emit], Refusal | None]]] = {
    SignAgreement: sign_agreement,
    CancelTransfer: cancel_transfer,
    FundTransfer: fund_transfer,
    ResubmitTransfer: resubmit_transfer,
    RescindTransfer: rescind_transfer,
    SetOverlay: request_overlay,
    LiftOverlay: request_lift,
    CancelTrade: cancel_trade,
    DeclareSellerDefault: declare_seller_default,
    ReturnTransfer: return_transfer,
    AcknowledgeRegistration: acknowledge_registration,
    RedeemTransfer: redeem_transfer,
}
"""One function a command of the family."""
