"""Officers: who acts for a party, in which role and when, and by whom he is appointed.

An officer is a person in an office. Two offices of one person are one person: whoever may not be
the same, such as maker and checker, is compared by person. A deputy has the roles of whom he stands
in for, within his own dates. Source: domain D4, maker and checker.
"""

from collections.abc import Mapping
from typing import Final

from exchange.desk_commands import AppointOfficer, DismissOfficer
from exchange.desk_events import OfficerAppointed, OfficerDismissed
from exchange.desk_state import Officer
from exchange.handler import Handler
from exchange.limits import OFFICE_MAX_NS, OFFICERS_PER_PARTY_MAX
from exchange.refusals import Refusal
from exchange.settlement import Emit
from exchange.state import State
from exchange.types import OPERATOR_ID, OfficerId, OfficerRole, PartyId, PartyKind, Sequence
from registry.types import TimeNs

OFFICER_KINDS: Final = frozenset({PartyKind.OPERATOR, PartyKind.TRUST_COMPANY})
"""Parties that act by officers."""
ANY_ROLE: Final = OfficerRole(0)
"""What is for each officer of a party."""
REVIEWER: Final = OfficerRole.MAKER | OfficerRole.CHECKER
"""Who works on transfers."""
REFUSAL_OF_ROLE: Final[Mapping[OfficerRole, Refusal]] = {
    OfficerRole.MAKER: Refusal.OFFICER_NOT_MAKER,
    OfficerRole.CHECKER: Refusal.OFFICER_NOT_CHECKER,
    OfficerRole.HEAD: Refusal.OFFICER_NOT_HEAD,
    OfficerRole.COMPLIANCE: Refusal.OFFICER_NOT_COMPLIANCE,
    REVIEWER: Refusal.OFFICER_NOT_REVIEWER,
}
"""What is said to an officer who has none of the roles that are wanted."""
ROLES: Final = range(1, (OfficerRole.MAKER | OfficerRole.CHECKER | OfficerRole.HEAD) + 1)
"""Every set of roles that somebody may have."""
ROLES_OF_OPERATOR: Final = range(1, sum(OfficerRole) + 1)
"""The same of the operator's officers: compliance is the venue's."""


def officer_of(
    state: State, party_id: PartyId, officer_id: OfficerId, *, role: OfficerRole, at_ns: TimeNs
) -> Officer | Refusal:
    """The party's officer of this id, if he may act in one of these roles at this moment. Cost:
    O(1).

    Refuses: UNKNOWN_OFFICER, OUT_OF_OFFICE, as REFUSAL_OF_ROLE says (he has another role).
    """
    officer = state.desk.officers.get(officer_id)
    if officer is None or officer.party_id != party_id:
        return Refusal.UNKNOWN_OFFICER
    if not officer.is_in_office(at_ns):
        return Refusal.OUT_OF_OFFICE
    if role is not ANY_ROLE and not role & state.desk.roles_of(officer):
        return REFUSAL_OF_ROLE[role]
    return officer


def smallest(*found: Refusal | None) -> Refusal | None:
    """The refusal that is reported of those that apply: the smallest number."""
    return min((refusal for refusal in found if refusal is not None), default=None)


def appoint_officer(
    state: State, command: AppointOfficer, sequence: Sequence, at_ns: TimeNs, emit: Emit
) -> Refusal | None:
    """Make a person an officer; his id is the command's sequence. Cost: O(all officers)."""
    from_ns = at_ns if command.from_ns is None else command.from_ns
    officer = Officer(
        officer_id=OfficerId(sequence),
        party_id=command.party_id,
        person=command.person,
        roles=command.roles,
        from_ns=from_ns,
        until_ns=command.until_ns,
        deputy_for=command.deputy_for,
    )
    refusal = smallest(
        _refuse_appointer(state, command, of=command.party_id, at_ns=at_ns),
        _refuse_party(state, command.party_id),
        _refuse_dates(officer, at_ns),
        _refuse_deputy(state, officer),
        _refuse_number(state, command.party_id),
    )
    if refusal is not None:
        return refusal
    state.desk.officers[officer.officer_id] = officer
    state.desk.touched_officers[officer.officer_id] = officer
    emit(
        OfficerAppointed(
            officer_id=officer.officer_id,
            party_id=officer.party_id,
            person=officer.person,
            roles=officer.roles,
            from_ns=officer.from_ns,
            until_ns=officer.until_ns,
            deputy_for=officer.deputy_for,
        )
    )
    return None


def dismiss_officer(
    state: State, command: DismissOfficer, _sequence: Sequence, at_ns: TimeNs, emit: Emit
) -> Refusal | None:
    """End an office and those of his deputies. Cost: O(all officers)."""
    dismissed = state.desk.officers.get(command.dismissed_id)
    is_known = dismissed is not None and command.actor in (OPERATOR_ID, dismissed.party_id)
    party_id = dismissed.party_id if dismissed is not None and is_known else command.actor
    refusal = smallest(
        _refuse_appointer(state, command, of=party_id, at_ns=at_ns),
        None if is_known else Refusal.UNKNOWN_OFFICER,
    )
    if refusal is not None:
        return refusal
    ended = [
        officer
        for officer in state.desk.officers_of(party_id)
        if command.dismissed_id in (officer.officer_id, officer.deputy_for)
    ]
    for officer in ended:
        del state.desk.officers[officer.officer_id]
        officer.dismissed_at_ns = at_ns
        state.desk.touched_officers[officer.officer_id] = officer
        emit(OfficerDismissed(officer_id=officer.officer_id, party_id=officer.party_id))
    return None


def _refuse_appointer(
    state: State, command: AppointOfficer | DismissOfficer, *, of: PartyId, at_ns: TimeNs
) -> Refusal | None:
    """A trust company is staffed by its head; by the operator as long as it has none in office."""
    actor, officer_id = command.actor, command.officer_id
    appointer = state.parties.get(actor)
    if appointer is None or appointer.kind not in OFFICER_KINDS:
        return Refusal.NOT_PERMITTED
    if actor != of and (actor != OPERATOR_ID or state.desk.persons(of, OfficerRole.HEAD, at_ns)):
        return Refusal.NOT_PERMITTED
    if officer_id is None:
        return None if actor == OPERATOR_ID else Refusal.NOT_PERMITTED
    head = officer_of(state, actor, officer_id, role=OfficerRole.HEAD, at_ns=at_ns)
    return head if isinstance(head, Refusal) else None


def _refuse_party(state: State, party_id: PartyId) -> Refusal | None:
    party = state.parties.get(party_id)
    return None if party is not None and party.kind in OFFICER_KINDS else Refusal.UNKNOWN_PARTY


def _refuse_dates(officer: Officer, at_ns: TimeNs) -> Refusal | None:
    latest_ns = at_ns + OFFICE_MAX_NS
    until_ns = officer.until_ns
    in_range = at_ns <= officer.from_ns <= latest_ns and (
        officer.deputy_for is None if until_ns is None else officer.from_ns < until_ns <= latest_ns
    )
    return None if in_range else Refusal.DATES_OUT_OF_RANGE


def _refuse_deputy(state: State, officer: Officer) -> Refusal | None:
    """Who has roles of his own stands in for nobody, and nobody stands in for a deputy."""
    if officer.deputy_for is None:
        roles = ROLES_OF_OPERATOR if officer.party_id == OPERATOR_ID else ROLES
        return None if officer.roles in roles else Refusal.ROLES_CONFLICT
    principal = state.desk.officers.get(officer.deputy_for)
    if principal is None or principal.party_id != officer.party_id:
        return Refusal.UNKNOWN_OFFICER
    outlasts = principal.until_ns is not None and (
        officer.until_ns is None or officer.until_ns > principal.until_ns
    )
    if officer.from_ns < principal.from_ns or outlasts:
        return Refusal.DATES_OUT_OF_RANGE
    if officer.roles or principal.deputy_for is not None:
        return Refusal.ROLES_CONFLICT
    return Refusal.SAME_PERSON if officer.person == principal.person else None


def _refuse_number(state: State, party_id: PartyId) -> Refusal | None:
    officers = sum(1 for _ in state.desk.officers_of(party_id))
    return None if officers < OFFICERS_PER_PARTY_MAX else Refusal.OFFICERS_MAX


HANDLERS: Final[Mapping[type, Handler]] = {
    AppointOfficer: appoint_officer,
    DismissOfficer: dismiss_officer,
}
