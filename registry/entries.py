"""The history of title: an entry for every change of a lot, and why it was made.

Entries are inserted and never changed; what a holder had at any time is the last of them until then
(registry/store/as_of.py).
"""

from enum import IntEnum
from typing import Final, NamedTuple

from registry.encumbrance import EncumbranceKind
from registry.types import HolderId, LotId, ProductId


class Cause(IntEnum):
    """Why an entry was made. The numbers are stored: never reuse one."""

    OPENING = 1  # taken over from the trust company's register
    SUBSCRIPTION = 2  # new units, subscribed for at the trust company
    REDEMPTION = 3  # units that the trust company has redeemed
    TRANSFER = 4  # a transfer settled
    COUNTER_TRANSFER = 5  # a change of holder at the trust company's counter
    PLEDGE = 6  # a pledge took hold
    PLEDGE_RELEASE = 7  # a pledge let go
    FREEZE = 8  # a freeze took hold
    FREEZE_RELEASE = 9  # a freeze let go
    REVERSAL = 10  # a settled transfer was undone


# Looking a member up on its Enum costs ten times the comparison.
TRANSFER: Final = Cause.TRANSFER

ENCUMBRANCE_CAUSES: Final = {
    EncumbranceKind.PLEDGE: (Cause.PLEDGE, Cause.PLEDGE_RELEASE),
    EncumbranceKind.FREEZE: (Cause.FREEZE, Cause.FREEZE_RELEASE),
}


class Entry(NamedTuple):
    """One change of title: what a lot says after it, and what its holder has in all.

    The last entry of a command is the truth as of it. `pledged` and `frozen` are the claims on the
    lot, which may exceed its units; the holder's are units, each counted once.
    """

    product_id: ProductId
    holder_id: HolderId
    sequence: int
    ordinal: int
    """Among the entries of one command, from 0."""
    lot_id: LotId
    units: int
    principal: int
    cost: int
    pledged: int
    frozen: int
    holding_units: int
    holding_principal: int
    holding_pledged: int
    holding_frozen: int
    holding_lots: int
    """How many lots with units."""
    cause: int
    cause_id: int
    """The transfer's id, of its reversal too; of a counter transfer the new lot's, of a pledge or
    freeze its own; else the sequence of the command."""
