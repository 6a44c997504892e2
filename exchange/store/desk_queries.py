"""Every SELECT about officers, proposals and exceptions, for people to read: committed state."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Connection, Select, select
from sqlalchemy.engine.row import RowMapping

from exchange.codec import decode_command
from exchange.commands import AnyAct
from exchange.desk_state import DeskException, Officer
from exchange.late_decision import LateDecision
from exchange.rules.types import RuleIncident
from exchange.store.desk_tables import exceptions, officers, proposals
from exchange.types import (
    ExceptionCode,
    ExceptionId,
    ExceptionKind,
    OfficerId,
    OfficerRole,
    PartyId,
    ProposalId,
    ProposalOutcome,
    RejectionReason,
    Sequence,
)
from registry.transfer import TransferEvent
from registry.types import TimeNs


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposalRow:
    """A proposal, open or closed."""

    proposal_id: ProposalId
    officer_id: OfficerId
    act: AnyAct
    digest: bytes
    proposed_at_ns: TimeNs
    lapses_ns: TimeNs
    outcome: ProposalOutcome | None
    closed_by: OfficerId | None
    closed_at_ns: TimeNs | None
    closed_sequence: Sequence | None


def officer_of(connection: Connection, officer_id: OfficerId) -> Officer | None:
    """The officer of this id, or None if there never was one."""
    wanted = select(officers).where(officers.c.officer_id == officer_id)
    row = connection.execute(wanted).mappings().one_or_none()
    return None if row is None else _officer(row)


def roles_of(connection: Connection, officer: Officer) -> OfficerRole:
    """What an officer may do in office: a deputy's are the roles of whom he stands in for."""
    if officer.deputy_for is None:
        return officer.roles
    principal = officer_of(connection, officer.deputy_for)
    assert principal is not None, officer
    return principal.roles


def officers_after(
    connection: Connection, *, party_id: PartyId | None, after: int, limit: int
) -> list[Officer]:
    """Officers with larger ids than `after`, smallest first: of the party, or of all."""
    wanted = select(officers).where(officers.c.officer_id > after)
    if party_id is not None:
        wanted = wanted.where(officers.c.party_id == party_id)
    wanted = wanted.order_by(officers.c.officer_id).limit(limit)
    return [_officer(row) for row in connection.execute(wanted).mappings()]


def proposal_of(connection: Connection, proposal_id: ProposalId) -> ProposalRow | None:
    """The proposal of this id, or None if there never was one."""
    wanted = select(proposals).where(proposals.c.proposal_id == proposal_id)
    row = connection.execute(wanted).mappings().one_or_none()
    return None if row is None else _proposal(row)


def proposals_after(
    connection: Connection, *, open_only: bool, after: int, limit: int
) -> list[ProposalRow]:
    """Proposals with larger ids than `after`, smallest first."""
    wanted: Select[*tuple[object, ...]] = select(proposals).where(proposals.c.proposal_id > after)
    if open_only:
        wanted = wanted.where(proposals.c.outcome.is_(None))
    wanted = wanted.order_by(proposals.c.proposal_id).limit(limit)
    return [_proposal(row) for row in connection.execute(wanted).mappings()]


def exception_of(
    connection: Connection, exception_id: ExceptionId, *, trust_company_id: PartyId | None
) -> DeskException | None:
    """The exception of this id, if the trust company may see it; None asks for the operator."""
    wanted = select(exceptions).where(exceptions.c.exception_id == exception_id)
    if trust_company_id is not None:
        wanted = wanted.where(exceptions.c.trust_company_id == trust_company_id)
    row = connection.execute(wanted).mappings().one_or_none()
    return None if row is None else _exception(row)


def exceptions_after(
    connection: Connection,
    *,
    trust_company_id: PartyId | None,
    open_only: bool,
    kind: ExceptionKind | None,
    after: int,
    limit: int,
) -> list[DeskException]:
    """Exceptions with larger ids than `after`, smallest first: of a trust company, or of all."""
    wanted = select(exceptions).where(exceptions.c.exception_id > after)
    if trust_company_id is not None:
        wanted = wanted.where(exceptions.c.trust_company_id == trust_company_id)
    if open_only:
        wanted = wanted.where(exceptions.c.resolved_at_ns.is_(None))
    if kind is not None:
        wanted = wanted.where(exceptions.c.kind == kind.value)
    wanted = wanted.order_by(exceptions.c.exception_id).limit(limit)
    return [_exception(row) for row in connection.execute(wanted).mappings()]


def exceptions_about(
    connection: Connection,
    kinds: Iterable[ExceptionKind],
    subject_id: int,
    *,
    trust_company_id: PartyId | None,
) -> list[DeskException]:
    """Exceptions of these kinds about one thing, oldest first: a trust company's, or all. Cost:
    O(exceptions)."""
    wanted = select(exceptions).where(
        exceptions.c.kind.in_([kind.value for kind in kinds]),
        exceptions.c.subject_id == subject_id,
    )
    if trust_company_id is not None:
        wanted = wanted.where(exceptions.c.trust_company_id == trust_company_id)
    wanted = wanted.order_by(exceptions.c.exception_id)
    return [_exception(row) for row in connection.execute(wanted).mappings()]


def _officer(row: RowMapping) -> Officer:
    return Officer(**{**row, "roles": OfficerRole(row["roles"])})


def _proposal(row: RowMapping) -> ProposalRow:
    act = decode_command(row["act"])
    assert isinstance(act, AnyAct), act
    outcome = row["outcome"]
    return ProposalRow(
        proposal_id=row["proposal_id"],
        officer_id=row["officer_id"],
        act=act,
        digest=row["digest"],
        proposed_at_ns=row["proposed_at_ns"],
        lapses_ns=row["lapses_ns"],
        outcome=None if outcome is None else ProposalOutcome(outcome),
        closed_by=row["closed_by"],
        closed_at_ns=row["closed_at_ns"],
        closed_sequence=row["closed_sequence"],
    )


def _exception(row: RowMapping) -> DeskException:
    read = {name: row[name] for name in DeskException.__struct_fields__ if name in row}
    code = None if row["code"] is None else ExceptionCode(row["code"])
    read |= {"kind": ExceptionKind(row["kind"]), "code": code}
    rule_id, raised = row["incident_rule"], row["incident_raised"]
    incident = None if rule_id is None else RuleIncident(rule_id, raised)
    return DeskException(**read, late=_late_decision(row), incident=incident)


def _late_decision(row: RowMapping) -> LateDecision | None:
    decision, reason = row["late_decision"], row["late_reason"]
    if decision is None:
        return None
    return LateDecision(
        decision=TransferEvent(decision),
        reason=None if reason is None else RejectionReason(reason),
        officer_id=row["late_officer_id"],
        officer=row["late_officer"],
    )
