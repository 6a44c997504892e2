"""Commands of a trust company's officers about a transfer of a product with review.

`officer_id` is in each the officer who gives the command, and `officer` the key that he gave it by.
The checker's word is a decision as any other: ConfirmTransfer and RejectTransfer of
exchange/commands.py.
"""

from typing import TypeAlias

from exchange.command import Command
from exchange.decision_signature import DecisionSignature
from exchange.types import OfficerId, RejectionReason
from registry.types import TransferId


class ClaimTransfer(Command, frozen=True, kw_only=True, tag=3101):
    """Take a transfer to work on it for a time, or for as long anew. By a maker or a checker."""

    transfer_id: TransferId
    version: int
    officer: str
    officer_id: OfficerId


class ReleaseClaim(Command, frozen=True, kw_only=True, tag=3201):
    """Give back what was claimed. By who has claimed it."""

    transfer_id: TransferId
    version: int
    officer: str
    officer_id: OfficerId


class ReassignTransfer(Command, frozen=True, kw_only=True, tag=3301):
    """Let another officer have a transfer, whoever has claimed it. By a head."""

    transfer_id: TransferId
    version: int
    officer: str
    officer_id: OfficerId
    assigned_id: OfficerId
    """Who has it from now on."""


class ProposeDecision(Command, frozen=True, kw_only=True, tag=3501):
    """Propose to a checker what to decide. By a maker who has claimed the transfer, or who takes it
    with this where nobody has."""

    transfer_id: TransferId
    version: int | None
    """As read; None: the criteria alone say what was."""
    officer: str
    officer_id: OfficerId
    criteria: bytes
    """Of the transfer as he has read it (exchange/criteria.py)."""
    reason: RejectionReason | None
    """Of a rejection; None: to confirm."""
    signature: DecisionSignature | None = None
    """Over these; required where the product asks for it."""
    claims: bool = False
    """First take the transfer, if nobody has it."""


ReviewCommand: TypeAlias = ClaimTransfer | ReleaseClaim | ReassignTransfer | ProposeDecision
"""The family, for the union that the codec decodes."""
