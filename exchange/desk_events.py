"""Events about officers, their proposals, and what waits for a person."""

from typing import TypeAlias

from exchange.commands import AnyAct
from exchange.event import Event
from exchange.late_decision import LateDecision
from exchange.types import (
    ExceptionCode,
    ExceptionId,
    ExceptionKind,
    OfficerId,
    OfficerRole,
    PartyId,
    PersonId,
    ProposalId,
    ProposalOutcome,
)
from registry.types import TimeNs


class OfficerAppointed(Event, frozen=True, kw_only=True, tag=3201):
    """The person is an officer of the party for this time."""

    officer_id: OfficerId
    party_id: PartyId
    person: PersonId
    roles: OfficerRole
    from_ns: TimeNs
    until_ns: TimeNs | None
    deputy_for: OfficerId | None


class OfficerDismissed(Event, frozen=True, kw_only=True, tag=3301):
    """The office has ended; what the officer did in it stands."""

    officer_id: OfficerId
    party_id: PartyId


class ActProposed(Event, frozen=True, kw_only=True, tag=3001):
    """The act waits for a second person, and nothing of it is done."""

    proposal_id: ProposalId
    officer_id: OfficerId
    act: AnyAct
    digest: bytes
    """What who approves the act names."""
    lapses_ns: TimeNs


class ProposalClosed(Event, frozen=True, kw_only=True, tag=3101):
    """The proposal has ended. If it was approved, what its act did precedes this event."""

    proposal_id: ProposalId
    outcome: ProposalOutcome
    officer_id: OfficerId | None
    """Who approved or withdrew it; None: it lapsed."""


class ExceptionRaised(Event, frozen=True, kw_only=True, tag=3501):
    """Something waits for a person. What it is about says by itself how it stands."""

    exception_id: ExceptionId
    kind: ExceptionKind
    subject_id: int
    trust_company_id: PartyId | None
    """Who sees it beside the operator; None: nobody."""
    times: int
    """More than once: it was open, and its cause has come again."""
    late: LateDecision | None = None
    """Of a LATE_DECISION: the one that came now."""


class ExceptionResolved(Event, frozen=True, kw_only=True, tag=3601):
    """The exception waits for nobody any more."""

    exception_id: ExceptionId
    kind: ExceptionKind
    subject_id: int
    trust_company_id: PartyId | None
    code: ExceptionCode | None
    """None: it has ended with what it was about."""
    officer_id: OfficerId | None
    """Who has resolved it, if an officer has."""


DeskEvent: TypeAlias = (
    OfficerAppointed
    | OfficerDismissed
    | ActProposed
    | ProposalClosed
    | ExceptionRaised
    | ExceptionResolved
)
"""What the codec decodes of this family."""
