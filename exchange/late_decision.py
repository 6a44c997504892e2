"""What a trust company has decided about a transfer that had ended otherwise: who looks at it must
know what was believed, and by whom."""

import msgspec

from exchange.types import OfficerId, RejectionReason
from registry.transfer import TransferEvent


class LateDecision(
    msgspec.Struct, frozen=True, kw_only=True, array_like=True, forbid_unknown_fields=True, gc=False
):
    """A decision that came too late and changed nothing."""

    decision: TransferEvent
    """CONFIRM or REJECT."""
    reason: RejectionReason | None
    """Of a rejection."""
    officer_id: OfficerId | None
    """Whose it was; None: of a key that is nobody's in person."""
    officer: str
    """The key that it was given by."""
