"""A trust company's decisions, and its officers' work before them where the product has review: a
maker claims a transfer and proposes, a checker who is somebody else decides.

Every decision names what was read. Each command is looked at in this order: the transfer, the
officer, his signature, whether it names criteria, the version, the transfer's state, the criteria,
the claim, the persons, the decision.
Source: domain D4, maker and checker; REG-03 of D1.
"""

from collections.abc import Mapping
from typing import Final, TypeAlias

from exchange.cases import waits_for_checker
from exchange.commands import ConfirmTransfer, RejectTransfer
from exchange.criteria import criteria, criteria_parts
from exchange.desk_state import Case, Officer
from exchange.handler import Handler
from exchange.officers import ANY_ROLE, REVIEWER, officer_of, smallest
from exchange.refusals import Refusal
from exchange.review_commands import (
    ClaimTransfer,
    ProposeDecision,
    ReassignTransfer,
    ReleaseClaim,
    ReviewCommand,
)
from exchange.review_events import Concern
from exchange.settlement import Emit
from exchange.signed_decisions import keep_signature, reason_of, refuse_unsigned
from exchange.state import State
from exchange.transfer_commands import ReturnTransfer
from exchange.transfer_desk import advance, refusal_of
from exchange.types import OfficerId, OfficerRole, PersonId, RejectionReason, Sequence
from registry.transfer import Step, Transfer, TransferEvent, TransferState
from registry.types import TimeNs, TransferId

OF_A_CLAIM: Final = frozenset({TransferEvent.RELEASE, TransferEvent.MAKE})
"""What only who has claimed the transfer does: one that nobody has is refused as such."""

Decides: TypeAlias = ConfirmTransfer | RejectTransfer
"""A trust company's decision about a transfer."""


def confirm_transfer(
    state: State, command: ConfirmTransfer, sequence: Sequence, at_ns: TimeNs, emit: Emit
) -> Refusal | None:
    """Title is confirmed, of a product with review by a checker: where no step and no cut-off is in
    between, the transfer settles in the same record."""
    return _decide(state, command, TransferEvent.CONFIRM, sequence, at_ns=at_ns, emit=emit)


def reject_transfer(
    state: State, command: RejectTransfer, sequence: Sequence, at_ns: TimeNs, emit: Emit
) -> Refusal | None:
    """The trust company does not confirm: units and money go back, the fees too."""
    return _decide(state, command, TransferEvent.REJECT, sequence, at_ns=at_ns, emit=emit)


def claim_transfer(
    state: State, command: ClaimTransfer, _sequence: Sequence, at_ns: TimeNs, emit: Emit
) -> Refusal | None:
    """The transfer is the officer's for a time. What a maker has proposed stands."""
    read = _as_read(state, command, TransferEvent.CLAIM, role=REVIEWER, at_ns=at_ns)
    if isinstance(read, Refusal):
        return read
    transfer, officer = read
    refusal = refuse_claimed(state, transfer, officer.officer_id)
    if refusal is not None:
        return refusal
    return _give(state, transfer, officer, key=command.officer, at_ns=at_ns, emit=emit)


def release_claim(
    state: State, command: ReleaseClaim, _sequence: Sequence, at_ns: TimeNs, emit: Emit
) -> Refusal | None:
    """The transfer is nobody's again."""
    read = _as_read(state, command, TransferEvent.RELEASE, role=REVIEWER, at_ns=at_ns)
    if isinstance(read, Refusal):
        return read
    transfer, officer = read
    refusal = _refuse_not_his(state, transfer, officer)
    if refusal is not None:
        return refusal
    return advance(
        state, transfer, TransferEvent.RELEASE, officer=command.officer, at_ns=at_ns, emit=emit
    )


def reassign_transfer(
    state: State, command: ReassignTransfer, _sequence: Sequence, at_ns: TimeNs, emit: Emit
) -> Refusal | None:
    """The head gives the transfer to another officer, whoever had it."""
    transfer = _own_transfer(state, command)
    if isinstance(transfer, Refusal):
        return transfer
    actor = command.actor
    head = officer_of(state, actor, command.officer_id, role=OfficerRole.HEAD, at_ns=at_ns)
    assigned = officer_of(state, actor, command.assigned_id, role=REVIEWER, at_ns=at_ns)
    refusal = smallest(
        head if isinstance(head, Refusal) else None,
        assigned if isinstance(assigned, Refusal) else None,
        _refuse_as_read(state, transfer, command.version, TransferEvent.CLAIM),
    )
    if refusal is not None:
        return refusal
    assert isinstance(assigned, Officer), assigned
    return _give(state, transfer, assigned, key=command.officer, at_ns=at_ns, emit=emit)


def propose_decision(
    state: State, command: ProposeDecision, sequence: Sequence, at_ns: TimeNs, emit: Emit
) -> Refusal | None:
    """The maker proposes what to decide, in place of what was proposed before, and lets the
    transfer go. If he claims with it what nobody has, both happen in this order."""
    takes = command.claims and _is_nobodys(state, command.transfer_id)
    event = TransferEvent.CLAIM if takes else TransferEvent.MAKE
    read = _as_read(state, command, event, role=OfficerRole.MAKER, at_ns=at_ns)
    if isinstance(read, Refusal):
        return read
    transfer, maker = read
    parts = criteria_parts(state, transfer)
    is_stale = command.criteria != parts.criteria
    refusal = smallest(
        Refusal.CRITERIA_STALE if is_stale else None,
        None if takes else _refuse_not_his(state, transfer, maker),
    )
    if refusal is not None:
        return refusal
    if takes:
        refusal = _give(state, transfer, maker, key=command.officer, at_ns=at_ns, emit=emit)
        assert refusal is None, (transfer.transfer_id, refusal)
    case = state.desk.cases[transfer.transfer_id]
    state.desk.forget_proposal(case)
    case.made_by, case.maker = maker.officer_id, maker.person
    case.reason, case.criteria = command.reason, command.criteria
    case.read, case.lapsed, case.changed = parts, None, Concern(0)
    keep_signature(state, command, sequence, at_ns)
    return advance(
        state, transfer, TransferEvent.MAKE, officer=command.officer, at_ns=at_ns, emit=emit
    )


def lapse_next_approval(state: State, *, at_ns: TimeNs, emit: Emit) -> None:
    """The first proposal about the party or product that changed first lapses, if what it is about
    is not again what it was."""
    transfer_id = state.desk.approvals.take_look()
    case, transfer = state.desk.cases[transfer_id], state.register.transfers[transfer_id]
    assert waits_for_checker(transfer, case), transfer_id
    if case.criteria != criteria(state, transfer):
        refusal = advance(state, transfer, TransferEvent.RESET, at_ns=at_ns, emit=emit)
        assert refusal is None, (transfer_id, refusal)


def reviewer_of(
    state: State,
    transfer: Transfer,
    command: Decides | ReturnTransfer,
    *,
    role: OfficerRole,
    at_ns: TimeNs,
) -> Officer | Refusal | None:
    """Who decides on a transfer for its trust company: where the product has review an officer in
    this role, in office. Without it None for a key that is nobody's, or whoever is in office.

    Refuses: NOT_PERMITTED (a key that is nobody's), and as `officer_of` does.
    """
    reviewed = Step.REVIEW in state.products[transfer.product_id].steps
    if command.officer_id is None:
        return Refusal.NOT_PERMITTED if reviewed else None
    role = role if reviewed else ANY_ROLE
    return officer_of(state, command.actor, command.officer_id, role=role, at_ns=at_ns)


def version_read(decision: Decides | ProposeDecision, version: int) -> int | None:
    """What has to be the transfer's version for the decision to be taken or proposed: this one,
    where it names criteria alone, which say what was read."""
    by_criteria = decision.version is None and decision.criteria is not None
    return version if by_criteria else decision.version


def refuse_unread(decision: Decides, *, reviewed: bool) -> Refusal | None:
    """Refuse CRITERIA_MISSING a decision that does not say what was read, where the product has
    review. Cost: O(1)."""
    return Refusal.CRITERIA_MISSING if reviewed and decision.criteria is None else None


def refuse_decision(
    case: Case | None,
    *,
    read: bytes | None,
    now: bytes | None,
    person: PersonId | None,
    reason: RejectionReason | None,
) -> Refusal | None:
    """Why a decision on a transfer that is open for it is not taken, or None. Cost: O(1).

    Args:
        case: of a transfer under review.
        read: the criteria that are named, if any are.
        now: those that there are; may be left out where none are named and there is no case.
        person: who decides; under review somebody.
        reason: of a rejection.
    """
    if case is None:
        return None if read in {None, now} else Refusal.CRITERIA_STALE
    assert person is not None, case.transfer_id
    is_so = read == now and case.criteria in {None, now}
    is_made = case.made_by is not None and case.reason is reason
    return smallest(
        None if is_so else Refusal.CRITERIA_STALE,
        None if case.claimant in {None, person} else Refusal.CLAIMED_BY_ANOTHER,
        Refusal.SAME_PERSON if case.maker == person else None,
        None if is_made else Refusal.DECISION_DIFFERS,
    )


def refuse_claimed(
    state: State, transfer: Transfer, officer_id: OfficerId | None
) -> Refusal | None:
    """Refuse an officer in office, or a key that is nobody's, to work on what another person has
    claimed. Cost: O(1)."""
    case = state.desk.cases.get(transfer.transfer_id)
    if case is None or case.claimant is None:
        return None
    is_his = officer_id is not None and case.claimant == state.desk.officers[officer_id].person
    return None if is_his else Refusal.CLAIMED_BY_ANOTHER


def _refuse_not_his(state: State, transfer: Transfer, officer: Officer) -> Refusal | None:
    if _is_nobodys(state, transfer.transfer_id):
        return Refusal.NOT_CLAIMED
    return refuse_claimed(state, transfer, officer.officer_id)


def _is_nobodys(state: State, transfer_id: TransferId) -> bool:
    case = state.desk.cases.get(transfer_id)
    return case is None or case.claimant is None


def _decide(
    state: State,
    command: Decides,
    event: TransferEvent,
    sequence: Sequence,
    *,
    at_ns: TimeNs,
    emit: Emit,
) -> Refusal | None:
    reason = reason_of(command)
    transfer = _own_transfer(state, command)
    if isinstance(transfer, Refusal):
        return transfer
    decider = reviewer_of(state, transfer, command, role=OfficerRole.CHECKER, at_ns=at_ns)
    if isinstance(decider, Refusal):
        return decider
    reviewed = Step.REVIEW in state.products[transfer.product_id].steps
    refusal = smallest(
        refuse_unsigned(state, transfer, command),
        refuse_unread(command, reviewed=reviewed),
        _refuse_as_read(state, transfer, version_read(command, transfer.version), event),
    )
    if refusal is not None:
        return refusal
    case = state.desk.cases.get(transfer.transfer_id)
    is_compared = case is not None or command.criteria is not None
    refusal = refuse_decision(
        case,
        read=command.criteria,
        now=criteria(state, transfer) if is_compared else None,
        person=None if decider is None else decider.person,
        reason=reason,
    )
    if refusal is not None:
        return refusal
    if case is not None and decider is not None:
        case.checked_by = decider.officer_id
    keep_signature(state, command, sequence, at_ns)
    return advance(
        state, transfer, event, officer=command.officer, reason=reason, at_ns=at_ns, emit=emit
    )


def _as_read(
    state: State,
    command: ClaimTransfer | ReleaseClaim | ProposeDecision,
    event: TransferEvent,
    *,
    role: OfficerRole,
    at_ns: TimeNs,
) -> tuple[Transfer, Officer] | Refusal:
    """The transfer and the officer, if he may work on it and it is as he has read it."""
    transfer = _own_transfer(state, command)
    if isinstance(transfer, Refusal):
        return transfer
    officer = officer_of(state, command.actor, command.officer_id, role=role, at_ns=at_ns)
    if isinstance(officer, Refusal):
        return officer
    version, unsigned = command.version, None
    if isinstance(command, ProposeDecision):
        version = version_read(command, transfer.version)
        unsigned = refuse_unsigned(state, transfer, command)
    refusal = smallest(unsigned, _refuse_as_read(state, transfer, version, event))
    return (transfer, officer) if refusal is None else refusal


def _refuse_as_read(
    state: State, transfer: Transfer, version: int | None, event: TransferEvent
) -> Refusal | None:
    if transfer.version != version:
        return Refusal.TRANSFER_VERSION_STALE
    if event in OF_A_CLAIM and _waits_for_claim(state, transfer):
        return Refusal.TRANSFER_HELD if transfer.overlays else None
    return refusal_of(state, transfer, event)


def _waits_for_claim(state: State, transfer: Transfer) -> bool:
    has_review = Step.REVIEW in state.products[transfer.product_id].steps
    return has_review and transfer.state is TransferState.SUBMITTED


def _own_transfer(state: State, command: Decides | ReviewCommand) -> Transfer | Refusal:
    """The open transfer, if the actor is the trust company of its product, as which it exists to
    him."""
    transfer = state.register.transfers.get(command.transfer_id)
    if transfer is None:
        return Refusal.UNKNOWN_TRANSFER
    if state.money_legs[command.transfer_id].trust_company_id != command.actor:
        return Refusal.UNKNOWN_TRANSFER
    return transfer


def _give(
    state: State, transfer: Transfer, officer: Officer, *, key: str, at_ns: TimeNs, emit: Emit
) -> Refusal | None:
    case = state.desk.open_case(transfer)
    case.claimed_by, case.claimant = officer.officer_id, officer.person
    return advance(state, transfer, TransferEvent.CLAIM, officer=key, at_ns=at_ns, emit=emit)


HANDLERS: Final[Mapping[type, Handler]] = {
    ConfirmTransfer: confirm_transfer,
    RejectTransfer: reject_transfer,
    ClaimTransfer: claim_transfer,
    ReleaseClaim: release_claim,
    ReassignTransfer: reassign_transfer,
    ProposeDecision: propose_decision,
}
"""One function a command."""
