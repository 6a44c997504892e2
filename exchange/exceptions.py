"""Exceptions: what no rule ends and a person has to look at. Nothing to do with Python's.

An exception names what it is about and keeps no facts of it: how a payment or a transfer stands,
they say themselves. Only what was decided too late nobody else says. About one thing there is one
exception of a kind; a cause that comes again is counted. The engine raises what its own commands
and timers bring about, in the same command; what only the edge can see, such as a decision about a
transfer that has ended, comes by RaiseException.

A PAYMENT is open as long as its payment waits, whatever anybody says; a REGISTRATION_LATE ends with
the registration, or the reversal, at the latest. All others end by somebody's word.

Source: domain D4 (what comes late, what is owed) and D5 (breaks).
"""

from collections.abc import Mapping
from typing import Final

from exchange.claims import claims_of
from exchange.desk_commands import RaiseException, ResolveException
from exchange.desk_events import ExceptionRaised, ExceptionResolved
from exchange.desk_state import DeskException
from exchange.handler import Handler
from exchange.late_decision import LateDecision
from exchange.limits import EXCEPTIONS_OPEN_PER_PARTY_MAX
from exchange.notes import is_note
from exchange.officers import ANY_ROLE, officer_of, smallest
from exchange.refusals import Refusal
from exchange.rules.types import RuleIncident
from exchange.settlement import Emit
from exchange.state import MoneyLeg, State
from exchange.types import (
    OPERATOR_ID,
    ExceptionKind,
    PartyId,
    PartyKind,
    Sequence,
)
from registry.transfer import Transfer, TransferEvent
from registry.types import ProductId, TimeNs, TransferId

# Looking a member up on its Enum costs ten times the comparison.
ALARM: Final = TransferEvent.ALARM
SETTLING: Final = (TransferEvent.SETTLE, TransferEvent.REDEEM)
REGISTER: Final = TransferEvent.REGISTER
STANDS: Final = frozenset({ExceptionKind.PAYMENT})
"""These end with what they are about, and by nobody's word."""


def raise_about(
    state: State,
    kind: ExceptionKind,
    subject_id: int,
    *,
    party_id: PartyId | None,
    late: LateDecision | None = None,
    incident: RuleIncident | None = None,
    at_ns: TimeNs,
    emit: Emit,
) -> None:
    """A person has to look at this; if it is open already, it is counted. Cost: O(1).

    Args:
        party_id: whose matter it is: a trust company sees its own, the operator all.
        late, incident: of a LATE_DECISION or RULE_INCIDENT; it takes the place of the one before.
    """
    desk = state.desk
    exception = desk.exceptions_about.get((kind, subject_id))
    if exception is not None:
        exception.times += 1
    else:
        exception = DeskException(
            exception_id=desk.new_exception_id(state.register.sequence),
            kind=kind,
            subject_id=subject_id,
            trust_company_id=_trust_company(state, party_id),
            raised_at_ns=at_ns,
        )
        desk.add_exception(exception)
    exception.late, exception.incident = late, incident
    desk.touched_exceptions[exception.exception_id] = exception
    emit(
        ExceptionRaised(
            exception_id=exception.exception_id,
            kind=kind,
            subject_id=subject_id,
            trust_company_id=exception.trust_company_id,
            times=exception.times,
            late=late,
        )
    )


def end_about(
    state: State, kind: ExceptionKind, subject_id: int, *, at_ns: TimeNs, emit: Emit
) -> None:
    """What the exception was about is over; if none is open, nothing is. Cost: O(1)."""
    exception = state.desk.exceptions_about.get((kind, subject_id))
    if exception is not None:
        _end(state, exception, at_ns=at_ns, emit=emit)


def follow_transfer(
    state: State,
    transfer: Transfer,
    leg: MoneyLeg,
    event: TransferEvent,
    *,
    at_ns: TimeNs,
    emit: Emit,
) -> None:
    """Raise and end what this event of a transfer brings about. Cost: O(1)."""
    if event is ALARM:
        raise_about(
            state,
            ExceptionKind.REGISTRATION_LATE,
            transfer.transfer_id,
            party_id=leg.trust_company_id,
            at_ns=at_ns,
            emit=emit,
        )
    elif event is REGISTER:
        kind = ExceptionKind.REGISTRATION_LATE
        end_about(state, kind, transfer.transfer_id, at_ns=at_ns, emit=emit)
    elif event in SETTLING:
        product = state.products[transfer.product_id]
        for claim in claims_of(transfer, leg, product, at_ns=at_ns):
            state.touched.claims.append(claim)
            emit(claim)
            kind, owner = ExceptionKind.MARKET_CLAIM, leg.trust_company_id
            raise_about(state, kind, transfer.transfer_id, party_id=owner, at_ns=at_ns, emit=emit)
    elif leg.fault_fee_owed:
        kind = ExceptionKind.MONEY_CLAIM
        raise_about(state, kind, transfer.transfer_id, party_id=None, at_ns=at_ns, emit=emit)


def raise_exception(
    state: State, command: RaiseException, _sequence: Sequence, at_ns: TimeNs, emit: Emit
) -> Refusal | None:
    """The edge has seen something that a person has to look at."""
    refusal = _refuse_raising(state, command)
    if refusal is not None:
        return refusal
    raise_about(
        state,
        command.kind,
        command.subject_id,
        party_id=command.party_id,
        late=command.late,
        at_ns=at_ns,
        emit=emit,
    )
    return None


def resolve_exception(
    state: State, command: ResolveException, _sequence: Sequence, at_ns: TimeNs, emit: Emit
) -> Refusal | None:
    """Somebody has looked at it, and says what has become of it."""
    exception = state.desk.exceptions.get(command.exception_id)
    if exception is not None and command.actor not in (OPERATOR_ID, exception.trust_company_id):
        exception = None
    refusal = smallest(
        _refuse_resolver(state, command, at_ns),
        Refusal.UNKNOWN_EXCEPTION if exception is None else None,
        None if is_note(command.note) else Refusal.NOTE_OUT_OF_RANGE,
        Refusal.EXCEPTION_STANDS if exception is not None and exception.kind in STANDS else None,
    )
    if refusal is not None:
        return refusal
    assert exception is not None, command.exception_id
    exception.resolved_by, exception.officer_id = command.actor, command.officer_id
    exception.code, exception.note = command.code, command.note
    _end(state, exception, at_ns=at_ns, emit=emit)
    return None


HANDLERS: Final[Mapping[type, Handler]] = {
    RaiseException: raise_exception,
    ResolveException: resolve_exception,
}


def _refuse_raising(state: State, command: RaiseException) -> Refusal | None:
    party_id = command.party_id
    match command.kind:
        case ExceptionKind.LATE_DECISION:
            may = command.actor == party_id == _trust_company(state, party_id)
        case ExceptionKind.WEBHOOK:
            may = command.actor == OPERATOR_ID
        case ExceptionKind.HOLDER_BREAK:
            product = state.products.get(ProductId(command.subject_id))
            company = None if product is None else product.terms.trust_company_id
            may = party_id == company and command.actor in (OPERATOR_ID, company)
        case _:
            may = False
    is_late = command.kind is ExceptionKind.LATE_DECISION
    if not may or is_late is not (command.late is not None):
        return Refusal.NOT_PERMITTED
    if party_id not in state.parties:
        return Refusal.UNKNOWN_PARTY
    if is_late and TransferId(command.subject_id) in state.register.transfers:
        return Refusal.TRANSFER_NOT_IN_STATE
    is_new = (command.kind, command.subject_id) not in state.desk.exceptions_about
    if is_new and state.desk.exceptions_of.get(party_id, 0) >= EXCEPTIONS_OPEN_PER_PARTY_MAX:
        return Refusal.EXCEPTIONS_OPEN_MAX
    return None


def _refuse_resolver(state: State, command: ResolveException, at_ns: TimeNs) -> Refusal | None:
    """Everybody by an officer; the operator also by its own key, but where its acts need two."""
    actor, officer_id = command.actor, command.officer_id
    if actor != OPERATOR_ID and _trust_company(state, actor) is None:
        return Refusal.NOT_PERMITTED
    if officer_id is None:
        alone = actor == OPERATOR_ID and not state.four_eyes
        return None if alone else Refusal.NOT_PERMITTED
    officer = officer_of(state, actor, officer_id, role=ANY_ROLE, at_ns=at_ns)
    return officer if isinstance(officer, Refusal) else None


def _trust_company(state: State, party_id: PartyId | None) -> PartyId | None:
    party = None if party_id is None else state.parties.get(party_id)
    return party_id if party is not None and party.kind is PartyKind.TRUST_COMPANY else None


def _end(state: State, exception: DeskException, *, at_ns: TimeNs, emit: Emit) -> None:
    exception.resolved_at_ns = at_ns
    state.desk.remove_exception(exception)
    state.desk.touched_exceptions[exception.exception_id] = exception
    emit(
        ExceptionResolved(
            exception_id=exception.exception_id,
            kind=exception.kind,
            subject_id=exception.subject_id,
            trust_company_id=exception.trust_company_id,
            code=exception.code,
            officer_id=exception.officer_id,
        )
    )
