"""The title register of the venue's products: holdings by bucket, and the transfers that are still
open.

A holding's units are partitioned: available (free), reserved (behind an open sell order), locked
(behind an open transfer). Terminal transfers leave the register's memory; SQL keeps them.
"""

from typing import Final

from sortedcontainers import SortedList

from registry.terms import SANDBOX
from registry.transfer import TERMINAL_STATES, Transfer, TransferEvent, TransferState
from registry.types import HolderId, ProductId, TimeNs, TransferId, Units

# Every product of the venue is on these terms.
STEPS: Final = SANDBOX.steps()


class Holding:
    """What one holder has of one product, by bucket."""

    __slots__ = ("available", "locked", "reserved")

    def __init__(self, *, available: int = 0, reserved: int = 0, locked: int = 0) -> None:
        self.available = available
        self.reserved = reserved
        self.locked = locked

    @property
    def total(self) -> Units:
        """All units of which the holder has title."""
        return Units(self.available + self.reserved + self.locked)


class Register:
    """Holdings and open transfers of all products of the venue.

    `touched` collects the holdings that changed since the rows were last taken.
    """

    __slots__ = ("deadlines", "holdings", "touched", "transfers", "units_outstanding")

    def __init__(self) -> None:
        self.holdings: dict[tuple[ProductId, HolderId], Holding] = {}
        self.touched: dict[tuple[ProductId, HolderId], Holding] = {}
        self.units_outstanding: dict[ProductId, int] = {}
        self.transfers: dict[TransferId, Transfer] = {}
        self.deadlines: SortedList[tuple[TimeNs, TransferId]] = SortedList()

    def available(self, product_id: ProductId, holder_id: HolderId) -> Units:
        """Units that the holder may list for transfer now. Cost: O(1)."""
        holding = self.holdings.get((product_id, holder_id))
        return Units(0 if holding is None else holding.available)

    def open_product(self, product_id: ProductId) -> None:
        """Start the register of a product, with no unit outstanding."""
        assert product_id not in self.units_outstanding, product_id
        self.units_outstanding[product_id] = 0

    def record_opening(self, product_id: ProductId, holder_id: HolderId, units: Units) -> None:
        """Take over units that the holder already has in the trust company's register."""
        assert units > 0, units
        self.units_outstanding[product_id] += units
        self._touch(product_id, holder_id).available += units

    def reserve(self, product_id: ProductId, holder_id: HolderId, units: Units) -> None:
        """available → reserved: a sell order now stands behind these units."""
        holding = self._touch(product_id, holder_id)
        assert 0 < units <= holding.available, (units, holding.available)
        holding.available -= units
        holding.reserved += units

    def release(self, product_id: ProductId, holder_id: HolderId, units: Units) -> None:
        """reserved → available: the sell order no longer needs these units."""
        holding = self._touch(product_id, holder_id)
        assert 0 < units <= holding.reserved, (units, holding.reserved)
        holding.reserved -= units
        holding.available += units

    def open_transfer(self, transfer: Transfer) -> None:
        """reserved → locked, and the transfer waits for the trust company until its deadline."""
        assert transfer.state is TransferState.MATCHED, transfer.state
        assert transfer.transfer_id not in self.transfers, transfer.transfer_id
        assert transfer.seller_id != transfer.buyer_id, transfer.seller_id
        holding = self._touch(transfer.product_id, transfer.seller_id)
        assert 0 < transfer.units <= holding.reserved, (transfer.units, holding.reserved)
        holding.reserved -= transfer.units
        holding.locked += transfer.units
        transfer.advance(TransferEvent.BEGIN, steps=STEPS)
        self._wait(transfer)

    def restore_transfer(self, transfer: Transfer) -> None:
        """Put back an open transfer of a snapshot; its units are locked in the snapshot's
        holdings."""
        assert transfer.state not in TERMINAL_STATES, transfer.state
        self._wait(transfer)

    def settle(self, transfer: Transfer) -> None:
        """Confirm and settle: the units leave the seller and belong to the buyer, free to be
        listed."""
        transfer.advance(TransferEvent.CONFIRM, steps=STEPS)
        transfer.advance(TransferEvent.SETTLE, steps=STEPS)
        self._forget(transfer)
        self._unlock(transfer)
        self._touch(transfer.product_id, transfer.buyer_id).available += transfer.units

    def fail(self, transfer: Transfer, event: TransferEvent) -> None:
        """Reject or lapse: the locked units are the seller's to list again."""
        transfer.advance(event, steps=STEPS)
        assert transfer.state in TERMINAL_STATES, transfer.state
        self._forget(transfer)
        self._unlock(transfer)
        self._touch(transfer.product_id, transfer.seller_id).available += transfer.units

    def next_deadline_ns(self) -> TimeNs | None:
        """When the earliest open transfer lapses, or None. Cost: O(1)."""
        return self.deadlines[0][0] if self.deadlines else None

    def _wait(self, transfer: Transfer) -> None:
        self.transfers[transfer.transfer_id] = transfer
        self.deadlines.add((transfer.confirmation_deadline_ns, transfer.transfer_id))

    def _forget(self, transfer: Transfer) -> None:
        del self.transfers[transfer.transfer_id]
        self.deadlines.remove((transfer.confirmation_deadline_ns, transfer.transfer_id))

    def _unlock(self, transfer: Transfer) -> None:
        holding = self._touch(transfer.product_id, transfer.seller_id)
        assert transfer.units <= holding.locked, (transfer.units, holding.locked)
        holding.locked -= transfer.units

    def _touch(self, product_id: ProductId, holder_id: HolderId) -> Holding:
        key = (product_id, holder_id)
        holding = self.holdings.get(key)
        if holding is None:
            holding = self.holdings[key] = Holding()
        self.touched[key] = holding
        return holding
