"""Clients: a party asks to be taken, answers what risk it can bear, and compliance establishes who
it is; what was established ends by time.

    Application   Event                  Next        Who
    -             SubmitApplication      SUBMITTED   a party that may trade, one at a time
    SUBMITTED     ReviewApplication      APPROVED    an officer of compliance, with the facts
    SUBMITTED     ReviewApplication      REJECTED    an officer of compliance, with a coded reason

Here facts are kept, not judged: who may deal on them, rules say. That a client is listed is in one
event and one field; what reaches anybody else speaks of neither.
"""

from collections.abc import Mapping
from typing import Final

from msgspec.structs import replace

from exchange.cases import mark_changed
from exchange.client_commands import (
    AnswerQuestionnaire,
    RecordFacts,
    ReviewApplication,
    SetListing,
    SubmitApplication,
)
from exchange.client_events import (
    ApplicationAdvanced,
    ListingSet,
    ProfileChanged,
    ProfileEnding,
    ProfileLapsed,
)
from exchange.client_state import Application
from exchange.client_types import (
    NO_OWNER,
    ApplicationId,
    ApplicationState,
    EstablishedFacts,
    Ownership,
)
from exchange.desk_state import Officer
from exchange.evidence_state import EvidenceLink
from exchange.evidence_types import EvidenceLinkId, EvidenceSubject
from exchange.handler import Handler
from exchange.limits import (
    AFFILIATES_MAX,
    CERTIFICATION_MONTHS_MAX,
    LAYERS_MAX,
    LOOKTHROUGH_MAX,
)
from exchange.officers import officer_of, smallest
from exchange.profile import (
    REVIEW_MONTHS,
    CertificationBasis,
    Profile,
    RiskAssessment,
)
from exchange.questionnaire import (
    BANDS,
    SCORE_MAX,
    VALID_MONTHS,
    level_of,
    next_test_on,
    of_last_year,
)
from exchange.refusals import Refusal
from exchange.rejudging import note_party
from exchange.settlement import Emit
from exchange.slot_keeping import weigh_anew
from exchange.state import State
from exchange.types import (
    OPERATOR_ID,
    SHA256_BYTES,
    TRADING_KINDS,
    OfficerId,
    OfficerRole,
    PartyId,
    PartyKind,
    Sequence,
)
from registry.calendar import day_in_shanghai, months_after
from registry.types import DayNumber, HolderId, TimeNs

BASES: Final[Mapping[PartyKind, frozenset[CertificationBasis]]] = {
    PartyKind.NATURAL_PERSON: frozenset(
        {
            CertificationBasis.NET_ASSETS,
            CertificationBasis.FINANCIAL_ASSETS,
            CertificationBasis.INCOME,
        }
    ),
    PartyKind.INSTITUTION: frozenset({CertificationBasis.LEGAL_PERSON, CertificationBasis.DEEMED}),
}
"""On which basis who can be a qualified investor. Source: domain D1, QI-01."""


def submit_application(
    state: State, command: SubmitApplication, sequence: Sequence, at_ns: TimeNs, emit: Emit
) -> Refusal | None:
    """Keep the application until compliance has decided; its id is the command's sequence."""
    party = state.parties.get(command.actor)
    if party is None or party.kind not in TRADING_KINDS:
        return Refusal.NOT_PERMITTED
    clients = state.clients
    refusal = smallest(
        _refuse_owner(state, command.actor, command.owner_id),
        _refuse_documents(state, command),
        None if command.basis in BASES[party.kind] else Refusal.PROFILE_OUT_OF_RANGE,
        Refusal.APPLICATION_OPEN if command.actor in clients.applicants else None,
    )
    if refusal is not None:
        return refusal
    application = Application(
        application_id=ApplicationId(sequence),
        party_id=command.actor,
        basis=command.basis,
        professional=command.professional,
        owner_id=command.owner_id,
        evidence=command.evidence,
        submitted_at_ns=at_ns,
    )
    clients.open_application(application)
    emit(_advanced(application))
    return None


def review_application(
    state: State, command: ReviewApplication, _sequence: Sequence, at_ns: TimeNs, emit: Emit
) -> Refusal | None:
    """Decide it; what an approval establishes is in the profile from now on."""
    officer = _officer(state, command, at_ns)
    application = state.clients.applications.get(command.application_id)
    if isinstance(officer, Refusal) or application is None:
        return smallest(
            officer if isinstance(officer, Refusal) else None,
            None if application is not None else Refusal.UNKNOWN_APPLICATION,
        )
    facts, approved = command.facts, command.rejection is None
    refusal = smallest(
        None if _is_decision(command) else Refusal.REVIEW_INCOMPLETE,
        None if facts is None else _refuse_facts(state, application.party_id, facts, at_ns),
        Refusal.DOCUMENTS_MISSING if approved and not _are_there(state, application) else None,
    )
    if refusal is not None:
        return refusal
    application.state = ApplicationState.APPROVED if approved else ApplicationState.REJECTED
    application.rejection, application.officer_id = command.rejection, officer.officer_id
    application.decided_at_ns = at_ns
    state.clients.close_application(application)
    state.keys.retire(application.key, at_ns)
    emit(_advanced(application))
    if facts is not None:
        profile = _with_facts(state.parties[application.party_id].profile, facts, at_ns)
        _change(state, application.party_id, profile, by=officer.officer_id, at_ns=at_ns, emit=emit)
    return None


def answer_questionnaire(
    state: State, command: AnswerQuestionnaire, _sequence: Sequence, at_ns: TimeNs, emit: Emit
) -> Refusal | None:
    """The party's level is that of its score for a year. Cost: O(its tests of a year)."""
    party = state.parties.get(command.actor)
    if party is None or party.kind not in TRADING_KINDS:
        return Refusal.NOT_PERMITTED
    today = day_in_shanghai(at_ns)
    refusal = smallest(
        None if command.questionnaire in BANDS else Refusal.UNKNOWN_QUESTIONNAIRE,
        None
        if 0 <= command.score <= SCORE_MAX and len(command.answers_sha256) == SHA256_BYTES
        else Refusal.ANSWERS_OUT_OF_RANGE,
        Refusal.ASSESSMENTS_MAX if next_test_on(party.profile.assessments, today) > today else None,
    )
    if refusal is not None:
        return refusal
    risk = RiskAssessment(
        level=level_of(command.score, version=command.questionnaire),
        assessed_on=today,
        valid_until=DayNumber(months_after(today, VALID_MONTHS) - 1),
    )
    tests = (*of_last_year(party.profile.assessments, today), today)
    profile = replace(party.profile, risk=risk, assessments=tests)
    _change(state, command.actor, profile, by=None, at_ns=at_ns, emit=emit)
    return None


def record_facts(
    state: State, command: RecordFacts, _sequence: Sequence, at_ns: TimeNs, emit: Emit
) -> Refusal | None:
    """These facts take the place of those before."""
    officer = _officer(state, command, at_ns)
    refusal = smallest(
        officer if isinstance(officer, Refusal) else None,
        _refuse_client(state, command.party_id)
        or _refuse_facts(state, command.party_id, command.facts, at_ns),
    )
    if refusal is not None:
        return refusal
    profile = _with_facts(state.parties[command.party_id].profile, command.facts, at_ns)
    by = command.officer_id
    _change(state, command.party_id, profile, by=by, at_ns=at_ns, emit=emit)
    return None


def set_listing(
    state: State, command: SetListing, _sequence: Sequence, at_ns: TimeNs, emit: Emit
) -> Refusal | None:
    """The party is on the list for this reason, or off it."""
    officer = _officer(state, command, at_ns)
    refusal = smallest(
        officer if isinstance(officer, Refusal) else None,
        _refuse_client(state, command.party_id),
    )
    if refusal is not None:
        return refusal
    assert isinstance(officer, Officer), officer
    known = state.clients.clients.get(command.party_id)
    listing = None if known is None else known.listing
    if command.reason is None and known is not None and known.listed_by == officer.person:
        return Refusal.SAME_PERSON
    if command.reason == listing:
        return Refusal.ALREADY_DONE
    party = state.parties[command.party_id]
    client = state.clients.client(command.party_id)
    client.listing = command.reason
    client.listed_by = None if command.reason is None else officer.person
    profile = replace(client.profile, listed=command.reason is not None)
    state.clients.set_profile(client, profile, at_ns=at_ns)
    party.profile = profile
    note_party(state, command.party_id)
    emit(
        ListingSet(party_id=command.party_id, reason=command.reason, officer_id=officer.officer_id)
    )
    return None


def give_notice(state: State, *, at_ns: TimeNs, emit: Emit) -> None:
    """The fact whose notice is due first ends soon, or has ended: then approvals that rest on it
    lapse."""
    _, party_id, fact = state.clients.dues[0]
    client = state.clients.clients[party_id]
    last_day = client.last_day(fact)
    assert last_day is not None, (party_id, fact)
    days_left = state.clients.give_notice(client, fact)
    if days_left:
        emit(ProfileEnding(party_id=party_id, fact=fact, last_day=last_day, days_left=days_left))
    else:
        mark_changed(state, party_id, at_ns=at_ns)
        emit(ProfileLapsed(party_id=party_id, fact=fact, last_day=last_day))


HANDLERS: Final[Mapping[type, Handler]] = {
    SubmitApplication: submit_application,
    ReviewApplication: review_application,
    AnswerQuestionnaire: answer_questionnaire,
    RecordFacts: record_facts,
    SetListing: set_listing,
}


def _officer(
    state: State, command: ReviewApplication | RecordFacts | SetListing, at_ns: TimeNs
) -> Officer | Refusal:
    if command.actor != OPERATOR_ID:
        return Refusal.NOT_PERMITTED
    role = OfficerRole.COMPLIANCE
    return officer_of(state, OPERATOR_ID, command.officer_id, role=role, at_ns=at_ns)


def _refuse_client(state: State, party_id: PartyId) -> Refusal | None:
    party = state.parties.get(party_id)
    return None if party is not None and party.kind in TRADING_KINDS else Refusal.UNKNOWN_PARTY


def _refuse_owner(state: State, party_id: PartyId, owner_id: int) -> Refusal | None:
    """Owners are named at one remove: who stands for an owner stands for himself."""
    if owner_id == NO_OWNER:
        return None
    owner = state.parties.get(PartyId(owner_id))
    if owner is None or owner.kind not in TRADING_KINDS:
        return Refusal.UNKNOWN_PARTY
    names_another = owner_id == party_id or owner.profile.owner_id != NO_OWNER
    return Refusal.OWNER_CONFLICT if names_another or party_id in state.clients.owned else None


def _refuse_documents(state: State, command: SubmitApplication) -> Refusal | None:
    if not command.evidence:
        return Refusal.DOCUMENTS_MISSING
    named = set(command.evidence)
    known = all(_document(state, command.actor, each) is not None for each in named)
    return None if known and len(named) == len(command.evidence) else Refusal.UNKNOWN_EVIDENCE


def _document(state: State, party_id: PartyId, link_id: EvidenceLinkId) -> EvidenceLink | None:
    """The party's document of this id, if it counts."""
    link = state.evidence.links.get(link_id)
    is_his = link is not None and link.of_what == (EvidenceSubject.PARTY, party_id)
    return link if is_his else None


def _are_there(state: State, application: Application) -> bool:
    """Whether the documents that it names still count."""
    party_id = application.party_id
    return all(_document(state, party_id, each) is not None for each in application.evidence)


def _is_decision(command: ReviewApplication) -> bool:
    """Whether it says one thing: a reason, or all that an approval needs."""
    facts = command.facts
    if command.rejection is not None:
        return facts is None
    return facts is not None and facts.certification is not None and facts.due_diligence is not None


def _refuse_facts(
    state: State, party_id: PartyId, facts: EstablishedFacts, at_ns: TimeNs
) -> Refusal | None:
    today = day_in_shanghai(at_ns)
    certification, diligence = facts.certification, facts.due_diligence
    nothing = facts == EstablishedFacts(
        certification=None, due_diligence=None, ownership=None, professional=None
    )
    certified = certification is None or (
        certification.basis in BASES[state.parties[party_id].kind]
        and _is_within(certification.valid_until, months=CERTIFICATION_MONTHS_MAX, today=today)
    )
    looked_at = diligence is None or _is_within(
        diligence.review_by, months=REVIEW_MONTHS[diligence.risk], today=today
    )
    in_range = not nothing and certified and looked_at
    return smallest(
        None if in_range else Refusal.PROFILE_OUT_OF_RANGE,
        None if facts.ownership is None else _refuse_ownership(state, party_id, facts.ownership),
    )


def _refuse_ownership(state: State, party_id: PartyId, ownership: Ownership) -> Refusal | None:
    companies = [state.parties.get(each) for each in ownership.affiliate_of]
    known = all(each is not None and each.kind is PartyKind.TRUST_COMPANY for each in companies)
    in_order = list(ownership.affiliate_of) == sorted(set(ownership.affiliate_of))
    is_natural = state.parties[party_id].kind is PartyKind.NATURAL_PERSON
    behind_max = 1 if is_natural else LOOKTHROUGH_MAX
    in_range = (
        in_order
        and len(companies) <= AFFILIATES_MAX
        and 0 <= ownership.layers <= LAYERS_MAX
        and 1 <= ownership.lookthrough_count <= behind_max
    )
    return smallest(
        _refuse_owner(state, party_id, ownership.owner_id),
        None if known else Refusal.UNKNOWN_PARTY,
        None if in_range else Refusal.PROFILE_OUT_OF_RANGE,
    )


def _is_within(day: DayNumber, *, months: int, today: DayNumber) -> bool:
    return today <= day < months_after(today, months)


def _with_facts(profile: Profile, facts: EstablishedFacts, at_ns: TimeNs) -> Profile:
    """The profile with what was established anew, today."""
    ownership, today = facts.ownership, day_in_shanghai(at_ns)
    return replace(
        profile,
        certification=facts.certification or profile.certification,
        due_diligence=facts.due_diligence or profile.due_diligence,
        professional=profile.professional if facts.professional is None else facts.professional,
        owner_id=profile.owner_id if ownership is None else ownership.owner_id,
        affiliate_of=profile.affiliate_of if ownership is None else ownership.affiliate_of,
        layers=profile.layers if ownership is None else ownership.layers,
        lookthrough_count=(
            profile.lookthrough_count if ownership is None else ownership.lookthrough_count
        ),
        certified_on=profile.certified_on if facts.certification is None else today,
        reviewed_on=profile.reviewed_on if facts.due_diligence is None else today,
    )


def _change(
    state: State,
    party_id: PartyId,
    profile: Profile,
    *,
    by: OfficerId | None,
    at_ns: TimeNs,
    emit: Emit,
) -> None:
    client = state.clients.client(party_id)
    is_weighed_anew = client.profile.lookthrough_count != profile.lookthrough_count
    state.clients.set_profile(client, profile, at_ns=at_ns)
    state.parties[party_id].profile = profile
    if is_weighed_anew:
        weigh_anew(state, HolderId(party_id))
    note_party(state, party_id)
    mark_changed(state, party_id, at_ns=at_ns)
    due_ns = state.clients.next_due_ns()
    if due_ns is not None:
        state.note_due(due_ns)
    emit(
        ProfileChanged(
            party_id=party_id,
            certification=profile.certification,
            risk=profile.risk,
            assessments=profile.assessments,
            professional=profile.professional,
            due_diligence=profile.due_diligence,
            owner_id=profile.owner_id,
            affiliate_of=profile.affiliate_of,
            layers=profile.layers,
            officer_id=by,
            lookthrough_count=profile.lookthrough_count,
        )
    )


def _advanced(application: Application) -> ApplicationAdvanced:
    return ApplicationAdvanced(
        application_id=application.application_id,
        party_id=application.party_id,
        state=application.state,
        basis=application.basis,
        professional=application.professional,
        owner_id=application.owner_id,
        evidence=application.evidence,
        officer_id=application.officer_id,
        rejection=application.rejection,
    )
