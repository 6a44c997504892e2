"""The rows of officers, proposals, exceptions, cases and signed decisions."""

from exchange.codec import encode_command
from exchange.decision_signature import SignedDecision
from exchange.desk_state import Case, DeskException, DeskState, Officer, Proposal
from exchange.ports import Row


def take_desk_rows(desk: DeskState) -> dict[str, list[Row]]:
    """The changed rows by table; the desk then counts as written. Cost: O(objects touched)."""
    rows: dict[str, list[Row]] = {
        "officers": [_officer_row(officer) for officer in desk.touched_officers.values()],
        "proposals": [_proposal_row(proposal) for proposal in desk.touched_proposals.values()],
        "cases": [_case_row(case) for case in desk.touched_cases.values()],
        "exceptions": [_exception_row(each) for each in desk.touched_exceptions.values()],
        "signed_decisions": [_signed_row(each) for each in desk.signed_decisions],
    }
    desk.touched_cases.clear()
    desk.touched_officers.clear()
    desk.touched_proposals.clear()
    desk.touched_exceptions.clear()
    desk.signed_decisions.clear()
    return rows


def _officer_row(officer: Officer) -> Row:
    return (
        officer.officer_id,
        officer.party_id,
        officer.person,
        int(officer.roles),
        officer.from_ns,
        officer.until_ns,
        officer.deputy_for,
        officer.dismissed_at_ns,
    )


def _proposal_row(proposal: Proposal) -> Row:
    return (
        proposal.proposal_id,
        proposal.officer_id,
        proposal.person,
        encode_command(proposal.act),
        proposal.digest,
        proposal.proposed_at_ns,
        proposal.lapses_ns,
        None if proposal.outcome is None else int(proposal.outcome),
        proposal.closed_by,
        proposal.closed_at_ns,
        proposal.closed_sequence,
    )


def _case_row(case: Case) -> Row:
    return (
        case.transfer_id,
        case.claimed_by,
        case.claimant,
        case.claimed_until_ns,
        case.made_by,
        case.maker,
        None if case.reason is None else int(case.reason),
        case.criteria,
        case.checked_by,
        None if case.lapsed is None else int(case.lapsed),
        int(case.changed),
    )


def _exception_row(exception: DeskException) -> Row:
    late, incident = exception.late, exception.incident
    reason = None if late is None else late.reason
    return (
        exception.exception_id,
        int(exception.kind),
        exception.subject_id,
        exception.trust_company_id,
        exception.raised_at_ns,
        exception.times,
        exception.resolved_at_ns,
        exception.resolved_by,
        exception.officer_id,
        None if exception.code is None else int(exception.code),
        exception.note,
        None if late is None else late.decision._value_,
        None if reason is None else reason._value_,
        None if late is None else late.officer_id,
        None if late is None else late.officer,
        None if incident is None else incident.rule_id,
        None if incident is None else incident.raised,
    )


def _signed_row(signed: SignedDecision) -> Row:
    return (
        signed.sequence,
        signed.transfer_id,
        int(signed.act),
        signed.officer_id,
        signed.criteria,
        None if signed.reason is None else int(signed.reason),
        signed.key_id,
        signed.signature,
        signed.signed_at_ns,
    )
