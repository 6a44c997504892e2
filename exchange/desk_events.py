"""Events about officers and their proposals."""

from exchange.commands import AnyAct
from exchange.event import Event
from exchange.types import (
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
