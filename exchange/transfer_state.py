"""What is kept of transfers besides their two legs."""

import msgspec

from exchange.types import Fen, OfficerId, PartyId, Sequence
from registry.types import LotId, TimeNs, TransferId


class Reversal(msgspec.Struct, frozen=True, kw_only=True):
    """The record that undoes a settled transfer, whose own record stays as it is. Written once,
    with the columns of `reversals` (registry/store/tables.py)."""

    transfer_id: TransferId
    version: int
    """Of the transfer, with the reversal."""
    lot_id: LotId
    """The seller's new one."""
    payer_id: PartyId
    amount: Fen
    authority: bytes
    """SHA-256 of the document that orders or proves it."""
    confirmed_by: OfficerId
    """The trust company's officer who stands for it."""
    officer: str
    """The key that gave the act."""
    reversed_at_ns: TimeNs
    sequence: Sequence
