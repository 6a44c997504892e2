"""What an officer signs who decides on a transfer, and what is kept of it.

The signature is over a text that says everything by itself: what is signed, of which transfer as it
was read, and what is decided. Whose key it is, the edge knows, and verifies before the exchange
hears of it. Source: domain D4, the trust company's signed confirmation.
"""

from enum import IntEnum

import msgspec

from exchange.types import OfficerId, RejectionReason, Sequence
from registry.types import TimeNs, TransferId


class DecisionAct(IntEnum):
    """What an officer has signed. The numbers are stored: never reuse one."""

    DECISION = 1  # a decision that counts: of a checker, or where there is no review
    PROPOSAL = 2  # what a maker proposes to decide


class DecisionSignature(
    msgspec.Struct, frozen=True, kw_only=True, array_like=True, forbid_unknown_fields=True, gc=False
):
    """An officer's signature, as a command carries it."""

    key_id: str
    """Of his registered key that made it."""
    signature: bytes
    """Ed25519, over `message_of`."""


class SignedDecision(msgspec.Struct, frozen=True, kw_only=True):
    """A signed decision or proposal that was taken. Written once, with the columns of
    `signed_decisions` (exchange/store/desk_tables.py)."""

    sequence: Sequence
    """Of the command that took it."""
    transfer_id: TransferId
    act: DecisionAct
    officer_id: OfficerId
    criteria: bytes
    reason: RejectionReason | None
    """Of a rejection; None: to confirm."""
    key_id: str
    signature: bytes
    signed_at_ns: TimeNs
    """When the exchange took it."""


def message_of(
    act: DecisionAct, transfer_id: TransferId, criteria: bytes, reason: RejectionReason | None
) -> bytes:
    """The bytes that are signed: six lines of ASCII, each ended by a line feed. No two different
    decisions have the same, and none is anything else that is signed at a venue."""
    lines = (
        "trustex signed decision 1",
        f"act: {act.name}",
        f"transfer: {transfer_id}",
        f"criteria: {criteria.hex()}",
        f"decision: {'CONFIRM' if reason is None else 'REJECT'}",
        f"reason: {'-' if reason is None else reason.name}",
    )
    return "".join(f"{line}\n" for line in lines).encode("ascii")
