"""Random work of a trust company's officers: mostly the next step of an application, often by the
wrong one, on something old, or in two hands at once."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Final

from exchange.commands import AnyCommand, ConfirmTransfer, RejectTransfer
from exchange.decision_signature import DecisionSignature
from exchange.desk_commands import AppointOfficer
from exchange.review_commands import (
    ClaimTransfer,
    ProposeDecision,
    ReassignTransfer,
    ReleaseClaim,
)
from exchange.transfer_commands import ReturnTransfer
from exchange.types import (
    OPERATOR_ID,
    OfficerId,
    OfficerRole,
    PartyId,
    PersonId,
    RejectionReason,
    ReturnReason,
)
from registry.transfer import Who
from registry.types import TransferId
from tests.model.cases import ModelCase
from tests.model.ledger import ModelTransfer
from tests.model.review import all_that_is_read
from tests.properties.exchange_pair import ExchangePair

UNKNOWN: Final = 999_999
MAKER, CHECKER, HEAD = OfficerRole.MAKER, OfficerRole.CHECKER, OfficerRole.HEAD
STAFF: Final = (
    (PersonId(1), MAKER | CHECKER),
    (PersonId(2), MAKER | CHECKER),
    (PersonId(1), MAKER | CHECKER),
    (PersonId(3), CHECKER | HEAD),
)
"""Of the trust company whose product has review; the third is the first in another office."""


def signature(draw: Random, chance: float) -> DecisionSignature | None:
    """Somebody's, with this chance. Whose it is, the exchange does not ask."""
    if draw.random() >= chance:
        return None
    return DecisionSignature(key_id=draw.choice(("k1", "k2")), signature=draw.randbytes(64))


class RandomReview:
    """Draws what officers do with applications, knowing what the pair of exchanges has come to."""

    def __init__(self, pair: ExchangePair, key: Callable[[], str]) -> None:
        self.pair = pair
        self.key = key

    def founding(self, trust_company: PartyId) -> list[AppointOfficer]:
        """The trust company's officers."""
        return [
            AppointOfficer(
                actor=OPERATOR_ID,
                key=self.key(),
                officer_id=None,
                party_id=trust_company,
                person=person,
                roles=roles,
                from_ns=None,
                until_ns=None,
                deputy_for=None,
            )
            for person, roles in STAFF
        ]

    def is_there_work(self) -> bool:
        """Whether an application waits for officers."""
        return any(self.waits(each) for each in self.pair.model.pending_transfers())

    def waits(self, transfer: ModelTransfer) -> bool:
        """Whether officers are to do something about it."""
        with_them = transfer.state.name in {"SUBMITTED", "UNDER_REVIEW"}
        return with_them and transfer.product.terms.transfer_terms.review

    def command(self, draw: Random) -> AnyCommand:
        """The next step of an application; now and then of one that has none."""
        model = self.pair.model
        waiting = [each for each in model.pending_transfers() if self.waits(each)]
        if waiting and draw.random() < 0.95:
            transfer = draw.choice(waiting)
        elif model.transfers:
            transfer = draw.choice(list(model.transfers.values()))
        else:
            return self.claim(draw, PartyId(3), TransferId(UNKNOWN), 1)
        actor = transfer.product.terms.trust_company_id
        if draw.random() < 0.03:
            actor = draw.choice(list(model.kinds))
        version = transfer.version if draw.random() < 0.96 else transfer.version - 1
        case = transfer.case
        if draw.random() < 0.1:
            return self.propose(draw, actor, transfer, version)
        if case is None or transfer.state.name == "SUBMITTED" or draw.random() < 0.12:
            return self.claim(draw, actor, transfer.transfer_id, version)
        if case.suggestion is not None and draw.random() < 0.8:
            return self.check(draw, actor, transfer, version)
        if draw.random() < 0.7:
            return self.propose(draw, actor, transfer, version)
        return self.aside(draw, actor, transfer, version)

    def officer(self, draw: Random, actor: PartyId) -> OfficerId:
        """One of the party's, mostly one who serves."""
        serving = [
            each.officer_id
            for each in self.pair.model.officers.values()
            if each.appointed.party_id == actor and each.dismissed_at_ns is None
        ]
        if serving and draw.random() < 0.97:
            return draw.choice(serving)
        return draw.choice([*self.pair.model.officers, OfficerId(UNKNOWN)])

    def worker(self, draw: Random, actor: PartyId, case: ModelCase) -> OfficerId:
        """Mostly who has claimed it."""
        if case.claimed_by is not None and draw.random() < 0.85:
            return case.claimed_by
        return self.officer(draw, actor)

    def claim(
        self, draw: Random, actor: PartyId, transfer_id: TransferId, version: int
    ) -> AnyCommand:
        """Somebody takes it, or is given it."""
        officer_id = self.officer(draw, actor)
        if draw.random() < 0.75:
            return ClaimTransfer(
                actor=actor,
                key=self.key(),
                transfer_id=transfer_id,
                version=version,
                officer="ruan",
                officer_id=officer_id,
            )
        return ReassignTransfer(
            actor=actor,
            key=self.key(),
            transfer_id=transfer_id,
            version=version,
            officer="shen",
            officer_id=officer_id,
            assigned_id=self.officer(draw, actor),
        )

    def propose(
        self, draw: Random, actor: PartyId, transfer: ModelTransfer, version: int
    ) -> AnyCommand:
        """The maker says what he would do."""
        case = transfer.case
        reason = draw.choice((*[None] * 6, *RejectionReason))
        return ProposeDecision(
            actor=actor,
            key=self.key(),
            transfer_id=transfer.transfer_id,
            version=version if draw.random() < 0.8 else None,
            officer="ruan",
            officer_id=(
                self.officer(draw, actor) if case is None else self.worker(draw, actor, case)
            ),
            criteria=self.read(draw, transfer),
            reason=reason,
            signature=signature(draw, 0.95),
            claims=draw.random() < 0.5,
        )

    def check(
        self, draw: Random, actor: PartyId, transfer: ModelTransfer, version: int
    ) -> AnyCommand:
        """Mostly another one says the same."""
        case = transfer.case
        assert case is not None
        assert case.suggestion is not None
        agrees = draw.random() < 0.7
        reason = case.suggestion.reason if agrees else draw.choice((None, *RejectionReason))
        officer_id = self.officer(draw, actor) if draw.random() < 0.97 else None
        read = self.read(draw, transfer) if draw.random() < 0.97 else None
        stated = version if draw.random() < 0.8 else None
        if reason is None:
            return ConfirmTransfer(
                actor=actor,
                key=self.key(),
                transfer_id=transfer.transfer_id,
                version=stated,
                officer="shen",
                officer_id=officer_id,
                criteria=read,
                signature=signature(draw, 0.95),
            )
        return RejectTransfer(
            actor=actor,
            key=self.key(),
            transfer_id=transfer.transfer_id,
            version=stated,
            officer="shen",
            officer_id=officer_id,
            criteria=read,
            reason=reason,
            signature=signature(draw, 0.95),
        )

    def aside(
        self, draw: Random, actor: PartyId, transfer: ModelTransfer, version: int
    ) -> AnyCommand:
        """Somebody gives it back, or wants it completed."""
        assert transfer.case is not None
        officer_id = self.worker(draw, actor, transfer.case)
        if draw.random() < 0.5:
            return ReleaseClaim(
                actor=actor,
                key=self.key(),
                transfer_id=transfer.transfer_id,
                version=version,
                officer="ruan",
                officer_id=officer_id,
            )
        return ReturnTransfer(
            actor=actor,
            key=self.key(),
            transfer_id=transfer.transfer_id,
            version=version,
            officer="ruan",
            officer_id=officer_id,
            reason=draw.choice(list(ReturnReason)),
            returned_to=draw.choice((Who.BUYER, Who.SELLER)),
        )

    def read(self, draw: Random, transfer: ModelTransfer) -> bytes:
        """What the application says, or said."""
        if draw.random() < 0.95:
            return all_that_is_read(self.pair.model, transfer)
        return bytes(16)
