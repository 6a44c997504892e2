"""A transfer under review and the officers who work on it: commands, to be given or altered."""

from __future__ import annotations

from typing import Final

from exchange.commands import ConfirmTransfer, RejectTransfer
from exchange.criteria import criteria
from exchange.desk_state import Case
from exchange.review_commands import (
    ClaimTransfer,
    ProposeDecision,
    ReassignTransfer,
    ReleaseClaim,
)
from exchange.types import OfficerId, OfficerRole, RejectionReason
from tests.exchange.offices import LUO, QIAN, RUAN, SHEN
from tests.exchange.steps import Steps, matched, terms, trading, transfer_of

MAKER, CHECKER, HEAD = OfficerRole.MAKER, OfficerRole.CHECKER, OfficerRole.HEAD
MINUTE_NS: Final = 1_000_000_000 // 1_440
"""Of the short days of these venues."""
CLAIM_NS: Final = 30 * 1_000_000_000 // 1_440


class Reviewing(Steps):
    """One transfer of a product with review; the version and the criteria are those that are true.

    Ruan makes, Shen checks, Qian does both, Luo is the head.
    """

    def __init__(self, **changes: object) -> None:
        venue = trading(terms(**{"review": True, "returns_max": 2, **changes}))
        super().__init__(venue, matched(venue))
        of = venue.trust_company
        self.ruan = venue.appoints(RUAN, MAKER, of=of)
        self.shen = venue.appoints(SHEN, CHECKER, of=of)
        self.qian = venue.appoints(QIAN, MAKER | CHECKER, of=of)
        self.luo = venue.appoints(LUO, HEAD, of=of)

    @property
    def case(self) -> Case:
        """The transfer's."""
        return self.venue.state.desk.cases[self.transfer_id]

    @property
    def criteria(self) -> bytes:
        """What there is to be read of the transfer; once it has ended, nothing."""
        transfer = self.venue.state.register.transfers.get(self.transfer_id)
        return bytes(16) if transfer is None else criteria(self.venue.state, transfer)

    def claim(self, officer_id: OfficerId) -> ClaimTransfer:
        """An officer takes it."""
        return ClaimTransfer(
            actor=self.venue.trust_company,
            key=self.venue.key(),
            transfer_id=self.transfer_id,
            version=self.version,
            officer="key",
            officer_id=officer_id,
        )

    def release(self, officer_id: OfficerId) -> ReleaseClaim:
        """An officer gives it back."""
        return ReleaseClaim(
            actor=self.venue.trust_company,
            key=self.venue.key(),
            transfer_id=self.transfer_id,
            version=self.version,
            officer="key",
            officer_id=officer_id,
        )

    def reassign(self, assigned_id: OfficerId, *, by: OfficerId | None = None) -> ReassignTransfer:
        """The head, or somebody else, gives it to an officer."""
        return ReassignTransfer(
            actor=self.venue.trust_company,
            key=self.venue.key(),
            transfer_id=self.transfer_id,
            version=self.version,
            officer="key",
            officer_id=by or self.luo,
            assigned_id=assigned_id,
        )

    def propose(
        self, officer_id: OfficerId, reason: RejectionReason | None = None
    ) -> ProposeDecision:
        """An officer proposes to reject it for this reason, or to confirm it."""
        return ProposeDecision(
            actor=self.venue.trust_company,
            key=self.venue.key(),
            transfer_id=self.transfer_id,
            version=self.version,
            officer="key",
            officer_id=officer_id,
            criteria=self.criteria,
            reason=reason,
        )

    def confirm(self, officer_id: OfficerId | None) -> ConfirmTransfer:
        """An officer confirms it."""
        return ConfirmTransfer(
            actor=self.venue.trust_company,
            key=self.venue.key(),
            transfer_id=self.transfer_id,
            version=self.version,
            officer="key",
            officer_id=officer_id,
            criteria=self.criteria,
        )

    def reject(
        self, officer_id: OfficerId | None, reason: RejectionReason = RejectionReason.OTHER
    ) -> RejectTransfer:
        """An officer rejects it."""
        return RejectTransfer(
            actor=self.venue.trust_company,
            key=self.venue.key(),
            transfer_id=self.transfer_id,
            version=self.version,
            officer="key",
            officer_id=officer_id,
            criteria=self.criteria,
            reason=reason,
        )

    def is_claimed(self, officer_id: OfficerId | None = None) -> None:
        """An officer has taken it: Ruan, or another."""
        self.venue.does(self.claim(officer_id or self.ruan))

    def is_proposed(self, reason: RejectionReason | None = None) -> None:
        """Ruan has proposed what to decide."""
        self.is_claimed()
        self.venue.does(self.propose(self.ruan, reason))

    @property
    def state_name(self) -> str:
        """Of the open transfer."""
        return transfer_of(self.venue, self.transfer_id).state.name
