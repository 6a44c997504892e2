"""What officers have done with a transfer of a product with review, as events tell it."""

from enum import IntFlag

import msgspec

from exchange.event import Event
from exchange.types import OfficerId, PartyId, RejectionReason
from registry.transfer import TransferEvent, TransferState
from registry.types import ProductId, TimeNs, TransferId, Units


class Concern(IntFlag):
    """What has changed of what officers approve. The numbers are stored: never reuse one."""

    DOCUMENTS = 1  # the transfer's, or a party's own
    PARTIES = 2  # what is known of seller or buyer, or that a fact's last day is over
    RULES = 4  # those in force for the product, or its parameters


class Review(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True, gc=False):
    """Where the review of a transfer stands."""

    claimed_by: OfficerId | None
    """None: nobody has claimed it, or his time is over."""
    claimed_until_ns: TimeNs | None
    made_by: OfficerId | None
    """Whose proposal waits for a checker, or was approved; None: there is none."""
    reason: RejectionReason | None
    """Of a proposed rejection; None: it is proposed to confirm."""
    criteria: bytes | None
    """Of the transfer as the maker has read it."""
    checked_by: OfficerId | None
    """Who has approved it."""
    lapsed: TransferEvent | None
    """Why the last proposal lapsed, if none was made since: RESET or RETURN."""
    changed: Concern = Concern(0)
    """What had changed then, if it was RESET."""


class ApprovalsLapsed(Event, frozen=True, kw_only=True, tag=3401):
    """What a maker has proposed counts no more: what it was about has changed, or the pack was
    returned. The transfer's own event follows."""

    transfer_id: TransferId
    product_id: ProductId
    trade_number: int
    seller_id: PartyId
    buyer_id: PartyId
    trust_company_id: PartyId
    units: Units
    event: TransferEvent
    """RESET or RETURN."""
    made_by: OfficerId
    reason: RejectionReason | None
    """Of the rejection that was proposed; None: to confirm was."""
    state: TransferState
    version: int
    changed: Concern = Concern(0)
    """Of what was approved, if it is RESET."""
