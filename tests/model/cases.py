"""What lies on the desk about one application: who works on it, and what somebody has suggested.

In the words of the rulebook: who has claimed an application has it for half an hour; what the maker
suggests waits for another person; it counts no more when what it is about changes, or when the
application goes back to be completed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from exchange.review_events import ApprovalsLapsed, Concern, Review
from exchange.types import OfficerId, PartyId, RejectionReason
from registry.transfer import TransferEvent, TransferState
from registry.types import ProductId, TimeNs, TransferId, Units

if TYPE_CHECKING:
    from tests.model.ledger import ModelTransfer


@dataclass(frozen=True, kw_only=True)
class Suggestion:
    """What the maker would do."""

    by: OfficerId
    reason: RejectionReason | None
    seen: bytes
    """A digest of all that he has read."""
    seen_of: dict[str, bytes]
    """The same, thing by thing."""


@dataclass(kw_only=True, eq=False)
class ModelCase:
    """The sheet on top of the application."""

    claimed_by: OfficerId | None = None
    suggestion: Suggestion | None = None
    checked_by: OfficerId | None = None
    lapsed: str = ""
    others: frozenset[str] = frozenset()
    """What was another than the maker had seen when it lapsed."""
    disturbing: list[PartyId] = field(default_factory=list)
    """Who has brought a paper of his own since it lies there, once for each."""


@dataclass(kw_only=True, eq=False)
class Disturbance:
    """A party's papers are others, or what is known of it: somebody looks what that means for all
    that is suggested about it, one application after the other."""

    party_id: PartyId
    since_ns: TimeNs
    looked_at: int = 0
    """The last application that somebody has looked at."""

    def still(self, waiting: list[ModelTransfer]) -> list[int]:
        """Which of those that wait are to be looked at, in their order."""
        return sorted(
            int(TransferId(each.transfer_id))
            for each in waiting
            if self.party_id in {each.buy.party_id, each.sell.party_id}
            and each.transfer_id > self.looked_at
        )


def turn(
    transfer: ModelTransfer, event: str, *, now: Callable[[ModelTransfer], dict[str, bytes]]
) -> list[ApprovalsLapsed]:
    """What becomes of the sheet when this has happened, and what is told of that."""
    case = transfer.case
    if case is None:
        return []
    if transfer.claim_ns is None:
        case.claimed_by = None
    if event == "RETURN":
        case.disturbing = []
    if event not in {"RESET", "RETURN"} or case.suggestion is None:
        return []
    lapsed, case.suggestion, case.lapsed = case.suggestion, None, event
    case.others = frozenset()
    if event == "RESET":
        seen = lapsed.seen_of.items()
        case.others = frozenset(thing for thing, was in seen if now(transfer)[thing] != was)
    return [
        ApprovalsLapsed(
            transfer_id=transfer.transfer_id,
            product_id=ProductId(transfer.product.product_id),
            trade_number=transfer.trade_number,
            seller_id=transfer.sell.party_id,
            buyer_id=transfer.buy.party_id,
            trust_company_id=transfer.product.terms.trust_company_id,
            units=Units(transfer.units),
            event=TransferEvent[event],
            made_by=lapsed.by,
            reason=lapsed.reason,
            state=TransferState[transfer.state.name],
            version=transfer.version,
            changed=_concern(case.others),
        )
    ]


def review_of(transfer: ModelTransfer) -> Review | None:
    """What the sheet says."""
    case = transfer.case
    if case is None:
        return None
    made = case.suggestion
    return Review(
        claimed_by=case.claimed_by,
        claimed_until_ns=transfer.claim_ns,
        made_by=None if made is None else made.by,
        reason=None if made is None else made.reason,
        criteria=None if made is None else made.seen,
        checked_by=case.checked_by,
        lapsed=TransferEvent[case.lapsed] if case.lapsed else None,
        changed=_concern(case.others),
    )


def _concern(things: frozenset[str]) -> Concern:
    return Concern(sum(Concern[thing] for thing in things))


def is_waiting(transfer: ModelTransfer) -> bool:
    """Whether something is suggested that nobody has checked."""
    under_review = transfer.state is TransferState.UNDER_REVIEW
    return under_review and transfer.case is not None and transfer.case.suggestion is not None
