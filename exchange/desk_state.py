"""What the state knows of officers, of what they have proposed, of the transfers that they work on,
and of what waits for a person.

Who is dismissed and what is closed or resolved leaves; SQL keeps it.
"""

from collections.abc import Iterable, Iterator

import msgspec

from exchange.approvals import Approvals, Look, parties_of
from exchange.commands import AnyAct
from exchange.criteria_parts import Parts
from exchange.decision_signature import SignedDecision
from exchange.late_decision import LateDecision
from exchange.limits import PROPOSAL_DAYS, TRANSFER_IDS_PER_COMMAND
from exchange.review_events import Concern, Review
from exchange.rules.types import RuleIncident
from exchange.types import (
    OPERATOR_ID,
    ExceptionCode,
    ExceptionId,
    ExceptionKind,
    OfficerId,
    OfficerRole,
    PartyId,
    PersonId,
    ProposalId,
    ProposalOutcome,
    RejectionReason,
    Sequence,
)
from registry.calendar import Calendar
from registry.transfer import Transfer, TransferEvent
from registry.types import TimeNs, TransferId


class Officer(msgspec.Struct, kw_only=True, array_like=True, eq=False, gc=False):
    """A person in an office of a party."""

    officer_id: OfficerId
    party_id: PartyId
    person: PersonId
    roles: OfficerRole
    """His own; none of a deputy's."""
    from_ns: TimeNs
    until_ns: TimeNs | None
    deputy_for: OfficerId | None
    dismissed_at_ns: TimeNs | None = None

    def is_in_office(self, at_ns: TimeNs) -> bool:
        """Whether he may act at this moment."""
        return self.from_ns <= at_ns and (self.until_ns is None or at_ns < self.until_ns)


class Proposal(msgspec.Struct, kw_only=True, array_like=True, eq=False, gc=False):
    """An act of the operator's that waits for a second person."""

    proposal_id: ProposalId
    officer_id: OfficerId
    """The maker."""
    person: PersonId
    """Who the maker is: he may be dismissed before the proposal is closed."""
    act: AnyAct
    digest: bytes
    proposed_at_ns: TimeNs
    lapses_ns: TimeNs
    key: bytes = b""
    """The key that it was proposed with, kept as long as it is open."""
    outcome: ProposalOutcome | None = None
    closed_by: OfficerId | None = None
    closed_at_ns: TimeNs | None = None
    closed_sequence: Sequence | None = None
    """Of the command that closed it; of what an approved act made, the ids are made of it."""


class Case(msgspec.Struct, kw_only=True, array_like=True, eq=False, gc=False):
    """What officers have done with a transfer of a product with review."""

    transfer_id: TransferId
    claimed_by: OfficerId | None = None
    claimant: PersonId | None = None
    """Who that is: two offices of one person are one person."""
    claimed_until_ns: TimeNs | None = None
    made_by: OfficerId | None = None
    """Whose proposal waits for a checker, or was approved."""
    maker: PersonId | None = None
    reason: RejectionReason | None = None
    """Of a proposed rejection; None: it is proposed to confirm."""
    criteria: bytes | None = None
    """Of the transfer as the maker has read it."""
    checked_by: OfficerId | None = None
    lapsed: TransferEvent | None = None
    """Why the last proposal lapsed, if none was made since."""
    own_evidence: dict[PartyId, int] = msgspec.field(default_factory=dict)
    """How often buyer or seller has handed in a document of its own since the case began, or since
    the pack was returned."""
    read: Parts | None = None
    """What the maker has read, part by part."""
    changed: Concern = Concern(0)
    """What had changed of it when the last proposal lapsed, if that was a RESET."""

    def review(self) -> Review:
        """The case as events tell it."""
        return Review(
            claimed_by=self.claimed_by,
            claimed_until_ns=self.claimed_until_ns,
            made_by=self.made_by,
            reason=self.reason,
            criteria=self.criteria,
            checked_by=self.checked_by,
            lapsed=self.lapsed,
            changed=self.changed,
        )


class DeskException(msgspec.Struct, kw_only=True, array_like=True, eq=False, gc=False):
    """Something that no rule ends: a person has to look at it. It names what it is about, and says
    nothing that this says by itself."""

    exception_id: ExceptionId
    kind: ExceptionKind
    subject_id: int
    trust_company_id: PartyId | None
    """Who sees it beside the operator."""
    raised_at_ns: TimeNs
    times: int = 1
    """How often it was raised while it was open."""
    resolved_at_ns: TimeNs | None = None
    resolved_by: PartyId | None = None
    """None: it is open, or has ended with what it was about."""
    officer_id: OfficerId | None = None
    code: ExceptionCode | None = None
    note: str | None = None
    late: LateDecision | None = None
    """Of a LATE_DECISION: the last one."""
    incident: RuleIncident | None = None
    """Of a RULE_INCIDENT: the last one."""


def lapses_ns(calendars: Iterable[Calendar], proposed_at_ns: TimeNs) -> TimeNs:
    """When a proposal lapses: five working days have passed when they have by every calendar of
    the venue, of which there is one. Cost: O(calendars)."""
    return max(calendar.after(proposed_at_ns, PROPOSAL_DAYS) for calendar in calendars)


class DeskImage(msgspec.Struct, array_like=True, frozen=True, gc=False):
    """The desk as a snapshot keeps it."""

    officers: list[Officer]
    proposals: list[Proposal]
    exceptions: list[DeskException]
    cases: list[Case]
    looks: list[Look]


class DeskState:
    """Officers, open proposals, open exceptions and the cases of open transfers, oldest first."""

    __slots__ = (
        "approvals",
        "cases",
        "cases_of",
        "exceptions",
        "exceptions_about",
        "exceptions_of",
        "last_exception_id",
        "officers",
        "proposals",
        "signed_decisions",
        "touched_cases",
        "touched_exceptions",
        "touched_officers",
        "touched_proposals",
    )

    def __init__(self) -> None:
        self.officers: dict[OfficerId, Officer] = {}
        self.proposals: dict[ProposalId, Proposal] = {}
        self.exceptions: dict[ExceptionId, DeskException] = {}
        self.exceptions_about: dict[tuple[ExceptionKind, int], DeskException] = {}
        """By kind and subject: one of a kind about one thing."""
        self.exceptions_of: dict[PartyId, int] = {}
        """How many each trust company has."""
        self.last_exception_id = ExceptionId(0)
        """Of the command under way, or of one before."""
        self.touched_exceptions: dict[ExceptionId, DeskException] = {}
        self.signed_decisions: list[SignedDecision] = []
        """Those that have no row yet."""
        self.touched_officers: dict[OfficerId, Officer] = {}
        self.touched_proposals: dict[ProposalId, Proposal] = {}
        self.cases: dict[TransferId, Case] = {}
        self.cases_of: dict[PartyId, dict[TransferId, tuple[Transfer, Case]]] = {}
        """By the transfers' sellers and buyers."""
        self.touched_cases: dict[TransferId, Case] = {}
        self.approvals = Approvals()

    def officers_of(self, party_id: PartyId) -> Iterator[Officer]:
        """The party's officers, deputies and those to come included. Cost: O(all officers)."""
        return (each for each in self.officers.values() if each.party_id == party_id)

    def roles_of(self, officer: Officer) -> OfficerRole:
        """What he may do in office: his own roles, or those of whom he stands in for. Cost: O(1)"""
        if officer.deputy_for is None:
            return officer.roles
        else:
            return self.officers[officer.deputy_for].roles

    def persons(self, party_id: PartyId, role: OfficerRole, at_ns: TimeNs) -> set[PersonId]:
        """Who may do this for the party at this moment. Cost: O(all officers)."""
        return {
            officer.person
            for officer in self.officers_of(party_id)
            if officer.is_in_office(at_ns) and role in self.roles_of(officer)
        }

    def two_may_act(self, at_ns: TimeNs) -> bool:
        """Whether somebody may propose for the operator and somebody else approve. Cost: O(all
        officers)."""
        makers = self.persons(OPERATOR_ID, OfficerRole.MAKER, at_ns)
        checkers = self.persons(OPERATOR_ID, OfficerRole.CHECKER, at_ns)
        return bool(makers) and bool(checkers) and len(makers | checkers) > 1

    def new_exception_id(self, sequence: int) -> ExceptionId:
        """Of the next exception that the command of this sequence raises. Cost: O(1)."""
        first = sequence * TRANSFER_IDS_PER_COMMAND
        self.last_exception_id = ExceptionId(max(first, self.last_exception_id + 1))
        assert self.last_exception_id < first + TRANSFER_IDS_PER_COMMAND, sequence
        return self.last_exception_id

    def add_exception(self, exception: DeskException) -> None:
        """Take an exception among the open ones. Cost: O(1)."""
        about = exception.kind, exception.subject_id
        assert about not in self.exceptions_about, about
        self.exceptions[exception.exception_id] = exception
        self.exceptions_about[about] = exception
        company = exception.trust_company_id
        if company is not None:
            self.exceptions_of[company] = self.exceptions_of.get(company, 0) + 1

    def remove_exception(self, exception: DeskException) -> None:
        """The exception is resolved: only its row remains. Cost: O(1)."""
        del self.exceptions[exception.exception_id]
        del self.exceptions_about[exception.kind, exception.subject_id]
        company = exception.trust_company_id
        if company is not None:
            self.exceptions_of[company] -= 1
            if self.exceptions_of[company] == 0:
                del self.exceptions_of[company]

    def next_due_ns(self) -> TimeNs | None:
        """When the first proposal of an act lapses. Cost: O(open proposals)."""
        return min((each.lapses_ns for each in self.proposals.values()), default=None)

    def open_case(self, transfer: Transfer) -> Case:
        """The transfer's case, a new one if it has none. Cost: O(1)."""
        case = self.cases.get(transfer.transfer_id)
        if case is None:
            case = Case(transfer_id=transfer.transfer_id)
            self.add_case(transfer, case)
        return case

    def add_case(self, transfer: Transfer, case: Case) -> None:
        """Take the case of an open transfer. Cost: O(1)."""
        self.cases[transfer.transfer_id] = case
        for party_id in parties_of(transfer):
            self.cases_of.setdefault(party_id, {})[transfer.transfer_id] = transfer, case

    def close_case(self, transfer: Transfer) -> None:
        """The transfer has ended: what was done stays in the case's row. Cost: O(1)."""
        del self.cases[transfer.transfer_id]
        for party_id in parties_of(transfer):
            of_party = self.cases_of[party_id]
            del of_party[transfer.transfer_id]
            if not of_party:
                del self.cases_of[party_id]

    def forget_proposal(self, case: Case) -> None:
        """What was proposed is not any more. Cost: O(1)."""
        case.made_by = case.maker = case.reason = case.criteria = case.read = None

    def image(self) -> DeskImage:
        """What a snapshot keeps."""
        return DeskImage(
            officers=[self.officers[key] for key in sorted(self.officers)],
            proposals=[self.proposals[key] for key in sorted(self.proposals)],
            exceptions=list(self.exceptions.values()),
            cases=[self.cases[key] for key in sorted(self.cases)],
            looks=list(self.approvals.looks.values()),
        )

    def restore(self, image: DeskImage) -> None:
        """Take what a snapshot has kept; which proposals wait is for `exchange/cases.py` to say."""
        self.officers = {officer.officer_id: officer for officer in image.officers}
        self.proposals = {proposal.proposal_id: proposal for proposal in image.proposals}
        self.cases = {case.transfer_id: case for case in image.cases}
        self.approvals.looks = {look.subject: look for look in image.looks}
        for exception in image.exceptions:
            self.add_exception(exception)

    def touch_all(self) -> None:
        """Mark everything that lives, so that its rows can be taken."""
        self.touched_officers.update(self.officers)
        self.touched_proposals.update(self.proposals)
        self.touched_cases.update(self.cases)
        self.touched_exceptions.update(self.exceptions)
