"""Clients at the venue, as a clerk would keep them: a card for each, on which every fact that was
ever stated stands below the one before. Nothing is crossed out; what counts is asked each time.

A test of what risk somebody can bear is taken at most twice a day and eight times within a year. A
fact has a last day in Shanghai; thirty, seven and one day before it ends the client is told, and
when it has ended too. Of what time had passed when the fact was stated, nobody speaks.

Source: domain D1 (QI-01, QI-02, SUI-01, SUI-02, PTY-01, PTY-04).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, timezone
from itertools import pairwise

from exchange.client_commands import (
    AnswerQuestionnaire,
    ClientCommand,
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
from exchange.client_types import (
    ApplicationId,
    ApplicationState,
    EstablishedFacts,
    ListingReason,
    Ownership,
    ProfileFact,
)
from exchange.profile import Certification, DueDiligence, Profile, RiskAssessment
from exchange.refusals import Refusal
from exchange.types import OfficerId, PartyId, PartyKind
from registry.types import DayNumber
from tests.model.deals import Timer
from tests.model.desk import Applies, rules_for_officer
from tests.model.evidence import Papers
from tests.model.ledger import OPERATOR
from tests.model.limits import Limits
from tests.model.offices import Key

SHANGHAI = timezone(timedelta(hours=8))
FIRST_DAY = date(1970, 1, 1)
PERSONS = ("NET_ASSETS", "FINANCIAL_ASSETS", "INCOME")
MONTHS_OF_RISK = {"LOW": 36, "MEDIUM": 24, "HIGH": 12}
LEVELS = ((80, 5), (60, 4), (40, 3), (20, 2), (0, 1))
DAYS_TOLD = (30, 7, 1, 0)
TRADERS = (PartyKind.NATURAL_PERSON, PartyKind.INSTITUTION)


@dataclass(kw_only=True, eq=False)
class Stated:
    """A fact with an end, and of which days of it the client was told."""

    last: date
    stated_at_ns: int
    told: list[int] = field(default_factory=list)


@dataclass(kw_only=True, eq=False)
class Card:
    """All that was ever written down of a client."""

    certified: list[tuple[Certification, date]] = field(default_factory=list)
    """Each with the day of it."""
    tests: list[tuple[date, int]] = field(default_factory=list)
    """Each with its score."""
    looked_at: list[tuple[DueDiligence, date]] = field(default_factory=list)
    """Likewise."""
    professional: list[bool] = field(default_factory=list)
    owned: list[Ownership] = field(default_factory=list)
    listings: list[tuple[ListingReason | None, int]] = field(default_factory=list)
    """Each with the person who has said it."""
    ends: dict[str, list[Stated]] = field(default_factory=dict)

    @property
    def listing(self) -> ListingReason | None:
        return self.listings[-1][0] if self.listings else None

    @property
    def owner_id(self) -> int:
        return self.owned[-1].owner_id if self.owned else 0

    def profile(self) -> Profile:
        """The facts that stand lowest on the card."""
        risk, days = None, []
        if self.tests:
            last_test, score = self.tests[-1]
            level = next(level for least, level in LEVELS if score >= least)
            ends = day_before(a_year_after(last_test))
            risk = RiskAssessment(level, number(last_test), number(ends))
            # Nobody leafs through the old tests before another one is taken.
            days = [number(day) for day, _ in self.tests if last_test < a_year_after(day)]
        owned = self.owned[-1] if self.owned else None
        certified, certified_on = self.certified[-1] if self.certified else (None, None)
        looked_at, looked_at_on = self.looked_at[-1] if self.looked_at else (None, None)
        return Profile(
            certification=certified,
            risk=risk,
            assessments=tuple(days),
            professional=bool(self.professional) and self.professional[-1],
            due_diligence=looked_at,
            listed=self.listing is not None,
            owner_id=self.owner_id,
            affiliate_of=() if owned is None else owned.affiliate_of,
            layers=0 if owned is None else owned.layers,
            lookthrough_count=1 if owned is None else owned.lookthrough_count,
            certified_on=None if certified_on is None else number(certified_on),
            reviewed_on=None if looked_at_on is None else number(looked_at_on),
        )


@dataclass(kw_only=True, eq=False)
class Asked:
    """An application, and what became of it."""

    number: int
    said: SubmitApplication
    at_ns: int
    decided: ReviewApplication | None = None
    decided_at_ns: int | None = None
    keys: list[Key] = field(default_factory=list)

    @property
    def state(self) -> ApplicationState:
        if self.decided is None:
            return ApplicationState.SUBMITTED
        if self.decided.rejection is None:
            return ApplicationState.APPROVED
        return ApplicationState.REJECTED


class Clients(Papers):
    """The papers, and the cards of the clients whose they are."""

    def __init__(self, limits: Limits) -> None:
        super().__init__(limits)
        self.cards: dict[PartyId, Card] = {}
        self.applications: list[Asked] = []

    def card(self, party_id: PartyId) -> Card:
        """The client's, a new one if there is none."""
        return self.cards.setdefault(party_id, Card())

    def waiting(self) -> list[Asked]:
        """The applications that nobody has decided."""
        return [each for each in self.applications if each.decided is None]

    def serve(self, command: ClientCommand) -> None:
        """What a client asks or answers, and what compliance says of him."""
        match command:
            case SubmitApplication():
                asked = Asked(number=self.sequence, said=command, at_ns=self.at_ns)
                self.applications.append(asked)
                self.tell_application(asked)
            case ReviewApplication():
                (asked,) = [
                    each for each in self.waiting() if each.number == command.application_id
                ]
                asked.decided, asked.decided_at_ns = command, self.at_ns
                self.retire(asked.keys)
                self.tell_application(asked)
                if command.facts is not None:
                    self.state_facts(asked.said.actor, command.facts, by=command.officer_id)
            case AnswerQuestionnaire():
                today = self.today()
                self.card(command.actor).tests.append((today, command.score))
                self.note_end(command.actor, "RISK_ASSESSMENT", day_before(a_year_after(today)))
                self.tell_profile(command.actor, by=None)
                self.disturb(command.actor)
            case RecordFacts():
                self.state_facts(command.party_id, command.facts, by=command.officer_id)
            case SetListing():
                person = self.officers[command.officer_id].appointed.person
                self.card(command.party_id).listings.append((command.reason, person))
                self.events.append(
                    ListingSet(
                        party_id=command.party_id,
                        reason=command.reason,
                        officer_id=command.officer_id,
                    )
                )

    def state_facts(self, party_id: PartyId, facts: EstablishedFacts, *, by: OfficerId) -> None:
        card = self.card(party_id)
        if facts.certification is not None:
            card.certified.append((facts.certification, self.today()))
            last = day_of(facts.certification.valid_until)
            self.note_end(party_id, "CERTIFICATION", last)
        if facts.due_diligence is not None:
            card.looked_at.append((facts.due_diligence, self.today()))
            self.note_end(party_id, "DUE_DILIGENCE", day_of(facts.due_diligence.review_by))
        if facts.professional is not None:
            card.professional.append(facts.professional)
        if facts.ownership is not None:
            card.owned.append(facts.ownership)
        self.tell_profile(party_id, by=by)
        self.disturb(party_id)

    def note_end(self, party_id: PartyId, fact: str, last: date) -> None:
        """Another end is told of anew; the same one is the same."""
        ends = self.card(party_id).ends.setdefault(fact, [])
        if not ends or ends[-1].last != last:
            ends.append(Stated(last=last, stated_at_ns=self.at_ns))

    def today(self) -> date:
        return datetime.fromtimestamp(self.at_ns // 10**9, tz=UTC).astimezone(SHANGHAI).date()

    def timers_of_clients(self) -> list[Timer]:
        """Before anything else that happens at that moment."""
        return [
            (at_ns, -2, int(party_id), ProfileFact[fact].value, "CLIENT")
            for party_id, card in self.cards.items()
            for fact, ends in card.ends.items()
            for at_ns, _ in still_to_tell(ends[-1])
        ]

    def tell_client(self, timer: Timer) -> None:
        """The client is told how long the fact still counts, or that it has ended."""
        party_id, fact = PartyId(timer[2]), ProfileFact(timer[3])
        stated = self.cards[party_id].ends[fact.name][-1]
        (days_left,) = [days for at_ns, days in still_to_tell(stated) if at_ns == timer[0]]
        stated.told.append(days_left)
        last = number(stated.last)
        if days_left == 0:
            self.disturb(party_id)
            self.events.append(ProfileLapsed(party_id=party_id, fact=fact, last_day=last))
            return
        self.events.append(
            ProfileEnding(party_id=party_id, fact=fact, last_day=last, days_left=days_left)
        )

    def tell_profile(self, party_id: PartyId, *, by: OfficerId | None) -> None:
        now = self.card(party_id).profile()
        self.events.append(
            ProfileChanged(
                party_id=party_id,
                certification=now.certification,
                risk=now.risk,
                assessments=now.assessments,
                professional=now.professional,
                due_diligence=now.due_diligence,
                owner_id=now.owner_id,
                affiliate_of=now.affiliate_of,
                layers=now.layers,
                officer_id=by,
                lookthrough_count=now.lookthrough_count,
            )
        )

    def tell_application(self, asked: Asked) -> None:
        said, decided = asked.said, asked.decided
        self.events.append(
            ApplicationAdvanced(
                application_id=ApplicationId(asked.number),
                party_id=said.actor,
                state=asked.state,
                basis=said.basis,
                professional=said.professional,
                owner_id=said.owner_id,
                evidence=said.evidence,
                officer_id=None if decided is None else decided.officer_id,
                rejection=None if decided is None else decided.rejection,
            )
        )


def rules_for_client(clients: Clients, command: ClientCommand) -> Applies:
    """Why nothing comes of it."""
    match command:
        case SubmitApplication():
            return _rules_for_asking(clients, command)
        case AnswerQuestionnaire():
            return _rules_for_test(clients, command)
        case ReviewApplication() | RecordFacts() | SetListing():
            rules = [(Refusal.NOT_PERMITTED, command.actor != OPERATOR)]
            if command.actor == OPERATOR:
                rules += rules_for_officer(clients, OPERATOR, command.officer_id, "COMPLIANCE")
            if isinstance(command, ReviewApplication):
                return rules + _rules_for_decision(clients, command)
            trades = clients.kinds.get(command.party_id) in TRADERS
            if not trades:
                return [*rules, (Refusal.UNKNOWN_PARTY, True)]
            if isinstance(command, RecordFacts):
                return rules + _rules_for_facts(clients, command.party_id, command.facts)
            return rules + _rules_for_list(clients, command)


def _rules_for_asking(clients: Clients, command: SubmitApplication) -> Applies:
    kind = clients.kinds.get(command.actor)
    if kind not in TRADERS:
        return [(Refusal.NOT_PERMITTED, True)]
    mine = _papers_of(clients, command.actor)
    waiting = [each for each in clients.waiting() if each.said.actor == command.actor]
    return [
        (Refusal.UNKNOWN_EVIDENCE, any(each not in mine for each in command.evidence)),
        (Refusal.UNKNOWN_EVIDENCE, len(set(command.evidence)) < len(command.evidence)),
        (Refusal.PROFILE_OUT_OF_RANGE, not _fits(command.basis.name, kind)),
        (Refusal.DOCUMENTS_MISSING, not command.evidence),
        (Refusal.APPLICATION_OPEN, bool(waiting)),
        *_rules_for_owner(clients, command.actor, command.owner_id),
    ]


def _rules_for_test(clients: Clients, command: AnswerQuestionnaire) -> Applies:
    if clients.kinds.get(command.actor) not in TRADERS:
        return [(Refusal.NOT_PERMITTED, True)]
    today = clients.today()
    taken = [day for day, _ in clients.cards.get(command.actor, Card()).tests]
    return [
        (Refusal.UNKNOWN_QUESTIONNAIRE, command.questionnaire != 1),
        (Refusal.ANSWERS_OUT_OF_RANGE, command.score not in range(101)),
        (Refusal.ANSWERS_OUT_OF_RANGE, len(command.answers_sha256) != 32),
        (Refusal.ASSESSMENTS_MAX, not may_be_tested(taken, today)),
    ]


def _rules_for_decision(clients: Clients, command: ReviewApplication) -> Applies:
    found = [each for each in clients.waiting() if each.number == command.application_id]
    if not found:
        return [(Refusal.UNKNOWN_APPLICATION, True)]
    (asked,) = found
    party_id, facts = asked.said.actor, command.facts
    if command.rejection is None:
        complete = facts is not None and None not in (facts.certification, facts.due_diligence)
    else:
        complete = facts is None
    gone = any(each not in _papers_of(clients, party_id) for each in asked.said.evidence)
    return [
        (Refusal.REVIEW_INCOMPLETE, not complete),
        (Refusal.DOCUMENTS_MISSING, command.rejection is None and gone),
        *([] if facts is None else _rules_for_facts(clients, party_id, facts)),
    ]


def _rules_for_facts(clients: Clients, party_id: PartyId, facts: EstablishedFacts) -> Applies:
    today, kind = clients.today(), clients.kinds[party_id]
    certified, looked_at, owned = facts.certification, facts.due_diligence, facts.ownership
    everything = (certified, looked_at, owned, facts.professional)
    rules = [(Refusal.PROFILE_OUT_OF_RANGE, everything == (None, None, None, None))]
    if certified is not None:
        ends = day_of(certified.valid_until)
        rules += [
            (Refusal.PROFILE_OUT_OF_RANGE, not _fits(certified.basis.name, kind)),
            (Refusal.PROFILE_OUT_OF_RANGE, not today <= ends < a_year_after(today)),
        ]
    if looked_at is not None:
        years = MONTHS_OF_RISK[looked_at.risk.name] // 12
        ends, limit = day_of(looked_at.review_by), today
        limit = _same_date(today, today.year + years)
        rules.append((Refusal.PROFILE_OUT_OF_RANGE, not today <= ends < limit))
    if owned is not None:
        companies = owned.affiliate_of
        is_person = clients.kinds.get(party_id) is PartyKind.NATURAL_PERSON
        most_behind = 1 if is_person else 10_000
        kinds = [clients.kinds.get(each) for each in companies]
        ordered = all(one < other for one, other in pairwise(companies))
        rules += [
            (
                Refusal.UNKNOWN_PARTY,
                any(each is not PartyKind.TRUST_COMPANY for each in kinds),
            ),
            (Refusal.PROFILE_OUT_OF_RANGE, not ordered or len(companies) > 16),
            (Refusal.PROFILE_OUT_OF_RANGE, owned.layers not in range(10)),
            (Refusal.PROFILE_OUT_OF_RANGE, not 1 <= owned.lookthrough_count <= most_behind),
            *_rules_for_owner(clients, party_id, owned.owner_id),
        ]
    return rules


def _rules_for_list(clients: Clients, command: SetListing) -> Applies:
    """Nobody takes off whom he has put on himself."""
    card = clients.cards.get(command.party_id, Card())
    officer = clients.officers.get(command.officer_id)
    person = None if officer is None else officer.appointed.person
    on_by = card.listings[-1][1] if card.listing is not None else None
    off = command.reason is None
    return [
        (Refusal.SAME_PERSON, off and on_by is not None and on_by == person),
        (Refusal.ALREADY_DONE, command.reason == card.listing),
    ]


def _rules_for_owner(clients: Clients, party_id: PartyId, owner_id: int) -> Applies:
    """Who stands for an owner stands for himself, so that nobody has to follow a chain."""
    if owner_id == 0:
        return []
    if clients.kinds.get(PartyId(owner_id)) not in TRADERS:
        return [(Refusal.UNKNOWN_PARTY, True)]
    owners = clients.cards.get(PartyId(owner_id), Card())
    stands_for_others = any(card.owner_id == party_id for card in clients.cards.values())
    return [
        (Refusal.OWNER_CONFLICT, owner_id == party_id or owners.owner_id != 0),
        (Refusal.OWNER_CONFLICT, stands_for_others),
    ]


def may_be_tested(taken: list[date], today: date, *, per_day: int = 2, per_year: int = 8) -> bool:
    """Whether one more test today is the second of the day and the eighth of a year at most, or
    what else is said."""
    of_today = [day for day in taken if day == today]
    of_a_year = [day for day in taken if today < a_year_after(day)]
    return len(of_today) < per_day and len(of_a_year) < per_year


def still_to_tell(stated: Stated) -> list[tuple[int, int]]:
    """When the client will be told of how many days that are left."""
    moments = [
        (midnight_ns(stated.last + timedelta(days=1) - timedelta(days=days)), days)
        for days in DAYS_TOLD
        if days not in stated.told
    ]
    return [(at_ns, days) for at_ns, days in moments if at_ns > stated.stated_at_ns]


def a_year_after(day: date) -> date:
    """The same date; of a leap day the day before it."""
    return _same_date(day, day.year + 1)


def day_before(day: date) -> date:
    return day - timedelta(days=1)


def midnight_ns(day: date) -> int:
    """When the day begins in Shanghai."""
    return int(datetime.combine(day, time(), tzinfo=SHANGHAI).timestamp()) * 10**9


def day_of(days: DayNumber) -> date:
    return FIRST_DAY + timedelta(days=days)


def number(day: date) -> DayNumber:
    return DayNumber((day - FIRST_DAY).days)


def _same_date(day: date, year: int) -> date:
    leap_day = (day.month, day.day) == (2, 29)
    is_leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    return date(year, day.month, 28 if leap_day and not is_leap else day.day)


def _fits(basis: str, kind: PartyKind | None) -> bool:
    return (basis in PERSONS) == (kind is PartyKind.NATURAL_PERSON)


def _papers_of(clients: Clients, party_id: PartyId) -> list[int]:
    return [each.number for each in clients.counting() if each.thing == ("PARTY", party_id)]
