"""What the state knows of officers and of what they have proposed.

Who is dismissed and what is closed leaves; SQL keeps it.
"""

from collections.abc import Iterator

import msgspec

from exchange.commands import AnyAct
from exchange.types import (
    OPERATOR_ID,
    OfficerId,
    OfficerRole,
    PartyId,
    PersonId,
    ProposalId,
    ProposalOutcome,
    Sequence,
)
from registry.types import TimeNs


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
    """The digest of the key that it was proposed with, kept as long as it is open."""
    outcome: ProposalOutcome | None = None
    closed_by: OfficerId | None = None
    closed_at_ns: TimeNs | None = None
    closed_sequence: Sequence | None = None
    """Of the command that closed it; of what an approved act made, the ids are made of it."""


class DeskImage(msgspec.Struct, array_like=True, frozen=True, gc=False):
    """The desk as a snapshot keeps it."""

    officers: list[Officer]
    proposals: list[Proposal]


class DeskState:
    """Officers and open proposals, oldest first."""

    __slots__ = ("officers", "proposals", "touched_officers", "touched_proposals")

    def __init__(self) -> None:
        self.officers: dict[OfficerId, Officer] = {}
        self.proposals: dict[ProposalId, Proposal] = {}
        self.touched_officers: dict[OfficerId, Officer] = {}
        self.touched_proposals: dict[ProposalId, Proposal] = {}

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

    def next_due_ns(self) -> TimeNs | None:
        """When the first proposal lapses. Cost: O(open proposals)."""
        return min((each.lapses_ns for each in self.proposals.values()), default=None)

    def image(self) -> DeskImage:
        """What a snapshot keeps."""
        return DeskImage(
            officers=[self.officers[key] for key in sorted(self.officers)],
            proposals=[self.proposals[key] for key in sorted(self.proposals)],
        )

    def restore(self, image: DeskImage) -> None:
        """Take what a snapshot has kept."""
        self.officers = {officer.officer_id: officer for officer in image.officers}
        self.proposals = {proposal.proposal_id: proposal for proposal in image.proposals}

    def touch_all(self) -> None:
        """Mark everything that lives, so that its rows can be taken."""
        self.touched_officers.update(self.officers)
        self.touched_proposals.update(self.proposals)
