"""The title register of the venue's products: holdings by bucket, and the transfers that are still
open.

A holding's units are partitioned: available (free), reserved (behind an open sell order), locked
(behind an open transfer). Terminal transfers leave the register's memory; SQL keeps them.
"""

from sortedcontainers import SortedList

from registry.transfer import TERMINAL_STATES, Row, Transfer, TransferState, UnitsEffect
from registry.types import HolderId, ProductId, TimeNs, TransferId, Units


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

    def add_transfer(self, transfer: Transfer) -> None:
        """Take a new transfer among the open ones; nothing of it is locked yet."""
        assert transfer.state is TransferState.MATCHED, transfer.state
        assert transfer.transfer_id not in self.transfers, transfer.transfer_id
        assert transfer.seller_id != transfer.buyer_id, transfer.seller_id
        self.transfers[transfer.transfer_id] = transfer

    def restore_transfer(self, transfer: Transfer) -> None:
        """Put back an open transfer of a snapshot; its units are locked in the snapshot's
        holdings."""
        assert transfer.state not in TERMINAL_STATES, transfer.state
        self.transfers[transfer.transfer_id] = transfer
        self.wait(transfer)

    def follow(self, transfer: Transfer, row: Row) -> None:
        """Do with the transfer's units what the row says; one that has ended is forgotten.

        Its clocks must be stopped (`stop_waiting`) before the row is followed, and be waited for
        (`wait`) afterwards, if any still runs. Cost: O(1).
        """
        match row.units:
            case UnitsEffect.LOCK:
                holding = self._touch(transfer.product_id, transfer.seller_id)
                assert 0 < transfer.units <= holding.reserved, (transfer.units, holding.reserved)
                holding.reserved -= transfer.units
                holding.locked += transfer.units
            case UnitsEffect.KEEP:
                pass
            case UnitsEffect.UNLOCK:
                self._unlock(transfer)
                holding = self._touch(transfer.product_id, transfer.seller_id)
                holding.available += transfer.units
            case UnitsEffect.MOVE:
                self._unlock(transfer)
                holding = self._touch(transfer.product_id, transfer.buyer_id)
                holding.available += transfer.units
            case _:
                raise AssertionError(row)
        if transfer.state in TERMINAL_STATES:
            del self.transfers[transfer.transfer_id]

    def wait(self, transfer: Transfer) -> None:
        """Wait for the clock of the transfer that ends first, if one runs. Cost: O(log transfers)."""
        timer_ns = transfer.timer_ns
        if timer_ns is not None:
            self.deadlines.add((timer_ns, transfer.transfer_id))

    def stop_waiting(self, transfer: Transfer) -> None:
        """Wait no longer: its clocks are about to change. Cost: O(log transfers)."""
        timer_ns = transfer.timer_ns
        if timer_ns is not None:
            self.deadlines.remove((timer_ns, transfer.transfer_id))

    def next_deadline_ns(self) -> TimeNs | None:
        """When the first clock of an open transfer ends, or None. Cost: O(1)."""
        return self.deadlines[0][0] if self.deadlines else None

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
