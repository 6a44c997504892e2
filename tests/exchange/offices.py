"""Officers of a small venue, for tests of the engine: who appoints, proposes and approves."""

from __future__ import annotations

from typing import Any, Final

from exchange.commands import AnyAct, AnyCommand, Propose
from exchange.desk_commands import AppointOfficer, Approve, DismissOfficer, WithdrawProposal
from exchange.events import AnyEvent
from exchange.state import State
from exchange.types import (
    OPERATOR_ID,
    OfficerId,
    OfficerRole,
    PartyId,
    PersonId,
    ProposalId,
)
from registry.types import TimeNs

RUAN, SHEN, QIAN, LUO = PersonId(101), PersonId(102), PersonId(103), PersonId(104)
NO_ROLE: Final = OfficerRole(0)


class Offices:
    """What Venue can do with officers."""

    state: State
    maker: OfficerId
    checker: OfficerId

    def key(self) -> str:
        """A key that was not used before."""
        raise NotImplementedError

    def does(self, command: AnyCommand) -> tuple[AnyEvent, ...]:
        """The events of a command that is not refused."""
        raise NotImplementedError

    # Commands, to be given or altered.

    def appointment(
        self,
        person: PersonId,
        roles: OfficerRole = NO_ROLE,
        *,
        of: PartyId = OPERATOR_ID,
        by: PartyId = OPERATOR_ID,
        officer_id: OfficerId | None = None,
        from_ns: int | None = None,
        until_ns: int | None = None,
        deputy_for: OfficerId | None = None,
    ) -> AppointOfficer:
        """An office for a person."""
        return AppointOfficer(
            actor=by,
            key=self.key(),
            officer_id=officer_id,
            party_id=of,
            person=person,
            roles=roles,
            from_ns=None if from_ns is None else TimeNs(from_ns),
            until_ns=None if until_ns is None else TimeNs(until_ns),
            deputy_for=deputy_for,
        )

    def dismissal(
        self,
        dismissed_id: OfficerId,
        *,
        by: PartyId = OPERATOR_ID,
        officer_id: OfficerId | None = None,
    ) -> DismissOfficer:
        """The end of an office."""
        return DismissOfficer(
            actor=by, key=self.key(), officer_id=officer_id, dismissed_id=dismissed_id
        )

    def proposal(
        self, act: AnyAct, *, officer_id: OfficerId | None = None, by: PartyId = OPERATOR_ID
    ) -> Propose:
        """The maker's wish that this be done."""
        return Propose(actor=by, key=self.key(), officer_id=officer_id or self.maker, act=act)

    def approval(
        self,
        proposal_id: ProposalId,
        *,
        officer_id: OfficerId | None = None,
        by: PartyId = OPERATOR_ID,
        digest: bytes | None = None,
    ) -> Approve:
        """The checker's yes to what is proposed, or to something else that he has seen."""
        proposal = self.state.desk.proposals.get(proposal_id)
        seen = bytes(16) if proposal is None else proposal.digest
        return Approve(
            actor=by,
            key=self.key(),
            officer_id=officer_id or self.checker,
            proposal_id=proposal_id,
            digest=seen if digest is None else digest,
        )

    def withdrawal(
        self,
        proposal_id: ProposalId,
        *,
        officer_id: OfficerId | None = None,
        by: PartyId = OPERATOR_ID,
    ) -> WithdrawProposal:
        """The maker, or another officer, takes a proposal back."""
        return WithdrawProposal(
            actor=by,
            key=self.key(),
            officer_id=officer_id or self.maker,
            proposal_id=proposal_id,
        )

    # What somebody does, without being refused.

    def appoints(self, person: PersonId, roles: OfficerRole = NO_ROLE, **more: Any) -> OfficerId:
        """A new officer; further arguments as of `appointment`."""
        self.does(self.appointment(person, roles, **more))
        return OfficerId(self.state.sequence)

    def proposes(self, act: AnyAct, *, officer_id: OfficerId | None = None) -> ProposalId:
        """A new proposal."""
        self.does(self.proposal(act, officer_id=officer_id))
        return ProposalId(self.state.sequence)
