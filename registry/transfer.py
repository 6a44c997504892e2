"""One transfer of title: from the match until the register changes or the transfer fails.

State       Event     Next        Who may cause it
MATCHED     SUBMIT    SUBMITTED   the exchange, at once: the pack goes to the trust company
SUBMITTED   CONFIRM   CONFIRMED   the product's trust company
SUBMITTED   REJECT    REJECTED    the product's trust company, with a reason
SUBMITTED   LAPSE     LAPSED      the clock, after confirmation_deadline_ns
CONFIRMED   SETTLE    SETTLED     the exchange, when money is finally in escrow

Only SETTLED changes the register of title. Before it the seller's units are locked and give the
buyer neither income nor vote. A pair without a row is a bug of the caller: the exchange refuses
such commands before it comes here.
"""

from enum import IntEnum
from typing import Final

import msgspec

from registry.types import Draw, HolderId, ProductId, TimeNs, TransferId, Units


class TransferState(IntEnum):
    """Where a transfer stands. The numbers are stored: never reuse one."""

    MATCHED = 1  # two orders met; seller's units locked, buyer's money in escrow
    SUBMITTED = 4  # the trust company has the pack and decides
    CONFIRMED = 7  # the trust company has confirmed title
    SETTLED = 8  # title and money have moved: the effective moment
    REJECTED = 12  # the trust company said no; everything is returned
    LAPSED = 13  # the deadline passed; everything is returned


class TransferEvent(IntEnum):
    """What can happen to a transfer."""

    SUBMIT = 1  # the pack goes to the trust company
    CONFIRM = 2  # the trust company confirms title
    REJECT = 3  # the trust company says no
    LAPSE = 4  # the deadline passes
    SETTLE = 5  # title and money move


TRANSITIONS: Final = {
    (TransferState.MATCHED, TransferEvent.SUBMIT): TransferState.SUBMITTED,
    (TransferState.SUBMITTED, TransferEvent.CONFIRM): TransferState.CONFIRMED,
    (TransferState.SUBMITTED, TransferEvent.REJECT): TransferState.REJECTED,
    (TransferState.SUBMITTED, TransferEvent.LAPSE): TransferState.LAPSED,
    (TransferState.CONFIRMED, TransferEvent.SETTLE): TransferState.SETTLED,
}

TERMINAL_STATES: Final = frozenset(
    {TransferState.SETTLED, TransferState.REJECTED, TransferState.LAPSED}
)


class Transfer(msgspec.Struct, kw_only=True, eq=False, gc=False):
    """The title leg of one matched pair. The money leg is the exchange's."""

    transfer_id: TransferId
    product_id: ProductId
    seller_id: HolderId
    buyer_id: HolderId
    units: Units
    confirmation_deadline_ns: TimeNs
    state: TransferState = TransferState.MATCHED
    version: int = 1
    sources: tuple[Draw, ...] = ()
    """The seller's lots from which the units come."""

    def advance(self, event: TransferEvent) -> None:
        """Move to the next state of the table; the version grows by one.

        Raises:
            AssertionError: the table has no row for this state and event.
        """
        following = TRANSITIONS.get((self.state, event))
        assert following is not None, (self.transfer_id, self.state, event)
        self.state = following
        self.version += 1

    def may(self, event: TransferEvent) -> bool:
        """Whether the table has a row for `event` in the present state."""
        return (self.state, event) in TRANSITIONS
