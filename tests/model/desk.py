"""Who works for the operator and the trust companies, and what only two of them do together.

In the words of the rulebook: an officer is a person in an office; who proposes does not approve; a
deputy has dates and the roles of whom he stands in for; a trust company's head says who is one.
"""

from __future__ import annotations

from collections.abc import Callable

from exchange import commands as given
from exchange.codec import body_digest, encode_command
from exchange.desk_commands import (
    AppointOfficer,
    Approve,
    DismissOfficer,
    RaiseException,
    ResolveException,
    WithdrawProposal,
)
from exchange.desk_events import ActProposed, OfficerAppointed, OfficerDismissed, ProposalClosed
from exchange.fee_commands import SetFeeSchedule
from exchange.halt_commands import LiftHalt
from exchange.market_commands import CallOffMarketMode, SetMarketMode
from exchange.money_commands import (
    DecideWithdrawal,
    ImportStatement,
    ResolvePayment,
    VerifyBankAccount,
)
from exchange.price_commands import PublishDisclosure, SetQuoteBasis
from exchange.refusals import Refusal
from exchange.register_commands import (
    CloseProduct,
    Encumber,
    OpenProduct,
    PostRegister,
    ReleaseEncumbrance,
    ResumeProduct,
    SuspendProduct,
)
from exchange.transfer_commands import CancelTrade, DeclareSellerDefault, ReverseTransfer
from exchange.types import (
    OfficerId,
    OfficerRole,
    PartyId,
    PartyKind,
    ProposalId,
    ProposalOutcome,
)
from tests.model.days import end_after
from tests.model.deals import Timer
from tests.model.ledger import OPERATOR, Ledger
from tests.model.matters import Matters, rules_for_raising, rules_for_resolving
from tests.model.offices import ModelOfficer, ModelProposal

InPairs = given.Propose | Approve | WithdrawProposal
AtDesk = AppointOfficer | DismissOfficer | InPairs | RaiseException | ResolveException
Applies = list[tuple[Refusal, bool]]
ROLES = {"MAKER": 1, "CHECKER": 2, "HEAD": 4, "COMPLIANCE": 8}
TEN_YEARS_NS = 3_653 * 86_400 * 10**9
WITH_OFFICERS = (PartyKind.OPERATOR, PartyKind.TRUST_COMPANY)
ACTS = (
    SetMarketMode,
    CallOffMarketMode,
    given.CreateProduct,
    PostRegister,
    Encumber,
    ReleaseEncumbrance,
    OpenProduct,
    SuspendProduct,
    ResumeProduct,
    CloseProduct,
    given.RecordDeposit,
    VerifyBankAccount,
    ImportStatement,
    ResolvePayment,
    DecideWithdrawal,
    CancelTrade,
    DeclareSellerDefault,
    ReverseTransfer,
    AppointOfficer,
    DismissOfficer,
    PublishDisclosure,
    SetQuoteBasis,
    SetFeeSchedule,
    LiftHalt,
)


def serving(ledger: Ledger, party_id: PartyId) -> list[ModelOfficer]:
    """The party's officers that were not dismissed."""
    return [
        each
        for each in ledger.officers.values()
        if each.appointed.party_id == party_id and each.dismissed_at_ns is None
    ]


def may(ledger: Ledger, officer: ModelOfficer, role: str) -> bool:
    """Whether the officer, or for a deputy whom he stands in for, has the role."""
    principal_id = officer.appointed.deputy_for
    who = officer if principal_id is None else ledger.officers[principal_id]
    return bool(int(who.appointed.roles) & ROLES[role])


def is_in_office(officer: ModelOfficer, at_ns: int) -> bool:
    until_ns = officer.appointed.until_ns
    return officer.from_ns <= at_ns and (until_ns is None or at_ns < until_ns)


def in_office_as(ledger: Ledger, party_id: PartyId, role: str) -> list[ModelOfficer]:
    return [
        each
        for each in serving(ledger, party_id)
        if is_in_office(each, ledger.at_ns) and may(ledger, each, role)
    ]


def wants_two_persons(ledger: Ledger, command: given.AnyCommand) -> bool:
    """The operator does alone what needs two. Who has not yet two persons may find them alone."""
    if ledger.opened is None or not ledger.opened.four_eyes or command.actor != OPERATOR:
        return False
    pairs = [
        (maker, checker)
        for maker in in_office_as(ledger, OPERATOR, "MAKER")
        for checker in in_office_as(ledger, OPERATOR, "CHECKER")
        if maker.appointed.person != checker.appointed.person
    ]
    staffs = isinstance(command, AppointOfficer | DismissOfficer)
    return isinstance(command, ACTS) and (bool(pairs) or not staffs)


WITHOUT = {
    ("MAKER",): Refusal.OFFICER_NOT_MAKER,
    ("CHECKER",): Refusal.OFFICER_NOT_CHECKER,
    ("HEAD",): Refusal.OFFICER_NOT_HEAD,
    ("COMPLIANCE",): Refusal.OFFICER_NOT_COMPLIANCE,
    ("MAKER", "CHECKER"): Refusal.OFFICER_NOT_REVIEWER,
}
"""What is said to who has none of these roles."""


def rules_for_officer(
    ledger: Ledger, party_id: PartyId, officer_id: OfficerId, *roles: str
) -> Applies:
    """Who acts is an officer of the party, in one of these roles if it needs one, and in
    office."""
    found = [each for each in serving(ledger, party_id) if each.officer_id == officer_id]
    return [
        (Refusal.UNKNOWN_OFFICER, not found),
        (Refusal.OUT_OF_OFFICE, any(not is_in_office(each, ledger.at_ns) for each in found)),
        *(
            (WITHOUT[roles], not any(may(ledger, each, role) for role in roles))
            for each in found
            if roles
        ),
    ]


def rules_for_staffing(ledger: Ledger, command: AppointOfficer | DismissOfficer) -> Applies:
    """Everybody staffs himself, a trust company through its head; the operator also a trust company
    that has no head in office."""
    actor = command.actor
    if isinstance(command, AppointOfficer):
        party_id = command.party_id
        rules = _rules_for_appointment(ledger, command)
    else:
        officer = ledger.officers.get(command.dismissed_id)
        is_gone = officer is None or officer.dismissed_at_ns is not None
        is_foreign = officer is not None and officer.appointed.party_id != actor != OPERATOR
        rules = [(Refusal.UNKNOWN_OFFICER, is_gone or is_foreign)]
        party_id = actor
        if officer is not None and not is_gone and not is_foreign:
            party_id = officer.appointed.party_id
    has_head = bool(in_office_as(ledger, party_id, "HEAD"))
    helps_out = actor == OPERATOR and not has_head
    rules += [
        (Refusal.NOT_PERMITTED, ledger.kinds.get(actor) not in WITH_OFFICERS),
        (Refusal.NOT_PERMITTED, actor != party_id and not helps_out),
        (Refusal.NOT_PERMITTED, actor != OPERATOR and command.officer_id is None),
    ]
    if command.officer_id is not None:
        rules += rules_for_officer(ledger, actor, command.officer_id, "HEAD")
    return rules


def _rules_for_appointment(ledger: Ledger, command: AppointOfficer) -> Applies:
    from_ns = ledger.at_ns if command.from_ns is None else command.from_ns
    until_ns = command.until_ns
    latest_ns = ledger.at_ns + TEN_YEARS_NS
    is_deputy = command.deputy_for is not None
    officers = serving(ledger, command.party_id)
    roles = int(command.roles)
    roles_end = 16 if command.party_id == OPERATOR else 8
    rules = [
        (Refusal.UNKNOWN_PARTY, ledger.kinds.get(command.party_id) not in WITH_OFFICERS),
        (Refusal.DATES_OUT_OF_RANGE, not ledger.at_ns <= from_ns <= latest_ns),
        (Refusal.DATES_OUT_OF_RANGE, until_ns is None and is_deputy),
        (
            Refusal.DATES_OUT_OF_RANGE,
            until_ns is not None and not from_ns < until_ns <= latest_ns,
        ),
        (Refusal.ROLES_CONFLICT, not is_deputy and roles not in range(1, roles_end)),
        (Refusal.OFFICERS_MAX, len(officers) >= ledger.limits.officers_per_party_max),
    ]
    if not is_deputy:
        return rules
    principals = [each for each in officers if each.officer_id == command.deputy_for]
    if not principals:
        return [*rules, (Refusal.UNKNOWN_OFFICER, True)]
    (principal,) = principals
    ends_ns = principal.appointed.until_ns
    too_long = ends_ns is not None and (until_ns is None or until_ns > ends_ns)
    return [
        *rules,
        (Refusal.DATES_OUT_OF_RANGE, from_ns < principal.from_ns or too_long),
        (Refusal.ROLES_CONFLICT, roles != 0 or principal.appointed.deputy_for is not None),
        (Refusal.SAME_PERSON, principal.appointed.person == command.person),
    ]


def rules_for_matters(matters: Matters, command: RaiseException | ResolveException) -> Applies:
    """What is laid before people, and what they say to it: in person, but for an operator that need
    not act in pairs."""
    if isinstance(command, RaiseException):
        return rules_for_raising(matters, command)
    actor = command.actor
    four_eyes = matters.opened is not None and matters.opened.four_eyes
    rules = [
        *rules_for_resolving(matters, command),
        (Refusal.NOT_PERMITTED, matters.kinds.get(actor) not in WITH_OFFICERS),
    ]
    if command.officer_id is None:
        return [*rules, (Refusal.NOT_PERMITTED, actor != OPERATOR or four_eyes)]
    return [*rules, *rules_for_officer(matters, actor, command.officer_id)]


def rules_for_two(ledger: Ledger, command: InPairs) -> Applies:
    """One proposes, another approves what he has seen; who takes back is the first, or a head."""
    if command.actor != OPERATOR or ledger.opened is None:
        return [(Refusal.NOT_PERMITTED, True)]
    officer = ledger.officers.get(command.officer_id)
    person = None if officer is None else officer.appointed.person
    if isinstance(command, given.Propose):
        still_open = [each for each in ledger.proposals.values() if each.is_open]
        return [
            *rules_for_officer(ledger, OPERATOR, command.officer_id, "MAKER"),
            (Refusal.NOT_PERMITTED, command.act.actor != OPERATOR),
            (Refusal.UNKNOWN_CALENDAR, not ledger.opened.calendars),
            (Refusal.PROPOSALS_OPEN_MAX, len(still_open) >= ledger.limits.proposals_open_max),
        ]
    proposal = ledger.proposals.get(command.proposal_id)
    if proposal is not None and not proposal.is_open:
        proposal = None
    unknown = (Refusal.UNKNOWN_PROPOSAL, proposal is None)
    if isinstance(command, Approve):
        rules = [*rules_for_officer(ledger, OPERATOR, command.officer_id, "CHECKER"), unknown]
        if proposal is not None:
            seen = body_digest(encode_command(proposal.proposed.act))
            rules += [
                (Refusal.CRITERIA_STALE, command.digest != seen),
                (Refusal.SAME_PERSON, proposal.person == person),
            ]
        return rules
    is_his = proposal is None or proposal.person == person
    roles = () if is_his else ("HEAD",)
    return [*rules_for_officer(ledger, OPERATOR, command.officer_id, *roles), unknown]


class Desk(Matters):
    """The deals with those who decide on them."""

    def staff(self, command: AppointOfficer | DismissOfficer) -> None:
        """Somebody gets an office, or loses it with all who stand in for him."""
        if isinstance(command, DismissOfficer):
            party_id = self.officers[command.dismissed_id].appointed.party_id
            for officer in serving(self, party_id):
                if command.dismissed_id in (officer.officer_id, officer.appointed.deputy_for):
                    officer.dismissed_at_ns = self.at_ns
                    self.events.append(
                        OfficerDismissed(officer_id=officer.officer_id, party_id=party_id)
                    )
            return
        from_ns = self.at_ns if command.from_ns is None else command.from_ns
        officer_id = OfficerId(self.sequence)
        self.officers[officer_id] = ModelOfficer(
            officer_id=officer_id, appointed=command, from_ns=from_ns
        )
        self.events.append(
            OfficerAppointed(
                officer_id=officer_id,
                party_id=command.party_id,
                person=command.person,
                roles=OfficerRole(command.roles),
                from_ns=from_ns,
                until_ns=command.until_ns,
                deputy_for=command.deputy_for,
            )
        )

    def work(self, command: AtDesk, carry_out: Callable[[given.AnyCommand], None]) -> None:
        """What officers do; what is approved is carried out, and then the proposal has ended."""
        match command:
            case AppointOfficer() | DismissOfficer():
                self.staff(command)
            case RaiseException() | ResolveException():
                self.attend(command)
            case given.Propose():
                self.propose(command)
            case Approve():
                proposal = self.proposals[command.proposal_id]
                carry_out(proposal.proposed.act)
                self.end(proposal, ProposalOutcome.APPROVED, by=command.officer_id)
            case WithdrawProposal():
                proposal = self.proposals[command.proposal_id]
                self.end(proposal, ProposalOutcome.WITHDRAWN, by=command.officer_id)

    def propose(self, command: given.Propose) -> None:
        assert self.opened is not None
        proposal = ModelProposal(
            proposal_id=ProposalId(self.sequence),
            proposed=command,
            person=self.officers[command.officer_id].appointed.person,
            proposed_at_ns=self.at_ns,
            lapses_ns=max(end_after(each, self.at_ns, 5) for each in self.opened.calendars),
        )
        self.proposals[proposal.proposal_id] = proposal
        self.events.append(
            ActProposed(
                proposal_id=proposal.proposal_id,
                officer_id=command.officer_id,
                act=command.act,
                digest=body_digest(encode_command(command.act)),
                lapses_ns=proposal.lapses_ns,
            )
        )

    def timers_of_proposals(self) -> list[Timer]:
        return [
            (each.lapses_ns, 4, int(each.proposal_id), 0, "PROPOSAL")
            for each in self.proposals.values()
            if each.is_open
        ]

    def lapse(self, timer: Timer) -> None:
        """Nobody approved it in time."""
        self.end(self.proposals[ProposalId(timer[2])], ProposalOutcome.LAPSED, by=None)

    def end(
        self, proposal: ModelProposal, outcome: ProposalOutcome, *, by: OfficerId | None
    ) -> None:
        proposal.outcome, proposal.closed_by = outcome, by
        proposal.closed_at_ns, proposal.closed_sequence = self.at_ns, self.sequence
        self.retire(proposal.keys)
        self.events.append(
            ProposalClosed(proposal_id=proposal.proposal_id, outcome=outcome, officer_id=by)
        )
