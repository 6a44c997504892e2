"""Random commands of officers: often the right one, as often the same person or the wrong one."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Final

from exchange.commands import AnyAct, AnyCommand, Propose
from exchange.desk_commands import AppointOfficer, Approve, DismissOfficer, WithdrawProposal
from exchange.four_eyes import digest_of
from exchange.types import OPERATOR_ID, OfficerId, OfficerRole, PartyId, PersonId, ProposalId
from registry.types import TimeNs
from tests.model.desk import wants_two_persons
from tests.properties.exchange_pair import ExchangePair

SECOND_NS: Final = 10**9
UNKNOWN: Final = 999_999
TRUST_COMPANY: Final = PartyId(2)
PARTIES: Final = (OPERATOR_ID, TRUST_COMPANY, PartyId(3), PartyId(4), PartyId(UNKNOWN))
MAKER, CHECKER, HEAD = OfficerRole.MAKER, OfficerRole.CHECKER, OfficerRole.HEAD
COMPLIANCE: Final = OfficerRole.COMPLIANCE
ROLES: Final = (
    *(MAKER, CHECKER, MAKER | CHECKER, MAKER | HEAD, MAKER | CHECKER | HEAD),
    *(OfficerRole(0), COMPLIANCE | CHECKER, OfficerRole(16)),
)
OPERATORS_OFFICERS: Final = (
    (PersonId(1), MAKER | CHECKER | COMPLIANCE, None),
    (PersonId(2), CHECKER | HEAD | COMPLIANCE, None),
    (PersonId(3), MAKER | CHECKER, 40 * SECOND_NS),
)
"""Person, roles and how long: the first two found the venue, the third is soon out of office."""


class RandomDesk:
    """Draws what officers do next, knowing what the pair of exchanges has come to."""

    def __init__(
        self,
        pair: ExchangePair,
        key: Callable[[], str],
        acts: list[Callable[[Random], AnyCommand]],
    ) -> None:
        self.pair = pair
        self.key = key
        self.acts = [*acts, self.staff]
        """What draws the acts that are proposed, among other commands."""
        self.maker, self.checker = OfficerId(0), OfficerId(0)

    def founding(self, *, after: int) -> list[AnyCommand]:
        """The operator's first officers, as the next commands after so many."""
        self.maker, self.checker = OfficerId(after + 1), OfficerId(after + 2)
        return [
            AppointOfficer(
                actor=OPERATOR_ID,
                key=self.key(),
                officer_id=None,
                party_id=OPERATOR_ID,
                person=person,
                roles=roles,
                from_ns=None,
                until_ns=None if lasts_ns is None else TimeNs(self.pair.at_ns + lasts_ns),
                deputy_for=None,
            )
            for person, roles, lasts_ns in OPERATORS_OFFICERS
        ]

    def add(self, commands: list[AnyCommand], act: AnyAct, *, by_two: bool) -> None:
        """Put the act, or what two officers make of it, behind the commands of a founding."""
        if not by_two:
            commands.append(act)
            return
        commands.append(Propose(actor=OPERATOR_ID, key=self.key(), officer_id=self.maker, act=act))
        commands.append(
            Approve(
                actor=OPERATOR_ID,
                key=self.key(),
                officer_id=self.checker,
                proposal_id=ProposalId(len(commands)),
                digest=digest_of(act),
            )
        )

    def officer(self, draw: Random, party_id: PartyId) -> OfficerId:
        """Mostly one of the party's, now and then a past one, another's or none."""
        serving = [
            each.officer_id
            for each in self.pair.model.officers.values()
            if each.appointed.party_id == party_id and each.dismissed_at_ns is None
        ]
        if serving and draw.random() < 0.9:
            return draw.choice(serving)
        return draw.choice([*self.pair.model.officers, OfficerId(UNKNOWN)])

    def staff(self, draw: Random) -> AppointOfficer | DismissOfficer:
        """Somebody is appointed, as an officer or a deputy, or dismissed."""
        actor = draw.choice((OPERATOR_ID, OPERATOR_ID, TRUST_COMPANY, *PARTIES))
        party_id = actor if draw.random() < 0.6 else draw.choice(PARTIES)
        by_officer = draw.random() < (0.4 if actor == OPERATOR_ID else 0.9)
        officer_id = self.officer(draw, actor) if by_officer else None
        if draw.random() < 0.3:
            return DismissOfficer(
                actor=actor,
                key=self.key(),
                officer_id=officer_id,
                dismissed_id=self.officer(draw, party_id),
            )
        is_deputy = draw.random() < 0.3
        from_ns = draw.choice((None, None, None, 0, -1, 3 * SECOND_NS, 30 * SECOND_NS, 10**18))
        ends = draw.choice((None, None, 0, 20 * SECOND_NS, 50 * SECOND_NS, 10**18))
        now = self.pair.at_ns
        return AppointOfficer(
            actor=actor,
            key=self.key(),
            officer_id=officer_id,
            party_id=party_id,
            person=PersonId(draw.randint(1, 4)),
            roles=OfficerRole(0) if is_deputy and draw.random() < 0.9 else draw.choice(ROLES),
            from_ns=None if from_ns is None else TimeNs(now + from_ns),
            until_ns=None if ends is None else TimeNs(now + ends),
            deputy_for=self.officer(draw, party_id) if is_deputy else None,
        )

    def work_in_pairs(self, draw: Random) -> Propose | Approve | WithdrawProposal:
        """The operator's officers propose, approve and take back."""
        model = self.pair.model
        actor = OPERATOR_ID if draw.random() < 0.95 else draw.choice(PARTIES)
        officer_id = self.officer(draw, OPERATOR_ID)
        still_open = [each for each in model.proposals.values() if each.is_open]
        if not still_open or draw.random() < 0.45:
            return Propose(actor=actor, key=self.key(), officer_id=officer_id, act=self.act(draw))
        chosen = draw.choice(still_open)
        if draw.random() < 0.1:
            chosen = draw.choice(list(model.proposals.values()))
        proposal_id = chosen.proposal_id if draw.random() < 0.95 else ProposalId(UNKNOWN)
        if draw.random() < 0.2:
            return WithdrawProposal(
                actor=actor, key=self.key(), officer_id=officer_id, proposal_id=proposal_id
            )
        digest = digest_of(chosen.proposed.act)
        return Approve(
            actor=actor,
            key=self.key(),
            officer_id=officer_id,
            proposal_id=proposal_id,
            digest=digest if draw.random() < 0.95 else bytes(16),
        )

    def by_two(self, draw: Random, command: AnyCommand) -> AnyCommand:
        """The command; mostly as a proposal, where the operator needs two for it. Where many
        proposals wait, the approval of one."""
        model = self.pair.model
        if not wants_two_persons(model, command) or draw.random() < 0.1:
            return command
        waiting = [each for each in model.proposals.values() if each.is_open]
        if waiting and draw.random() < 0.25 * len(waiting):
            seen = draw.choice(waiting)
            return Approve(
                actor=OPERATOR_ID,
                key=self.key(),
                officer_id=draw.choice((self.checker, self.officer(draw, OPERATOR_ID))),
                proposal_id=seen.proposal_id,
                digest=digest_of(seen.proposed.act),
            )
        assert isinstance(command, AnyAct)
        return Propose(actor=OPERATOR_ID, key=self.key(), officer_id=self.maker, act=command)

    def act(self, draw: Random) -> AnyAct:
        """What is to be approved, now and then what nobody will be able to carry out."""
        while True:
            command = draw.choice(self.acts)(draw)
            if isinstance(command, AnyAct):
                return command
