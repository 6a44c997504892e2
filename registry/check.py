"""The register's invariants, R1 to R4 of docs/invariants.md."""

from collections import Counter

from registry.register import Register
from registry.transfer import OPEN_STATES, TransferState
from registry.types import HolderId, ProductId


def check(register: Register) -> None:
    """Assert every invariant of the register. Cost: O(holdings + open transfers)."""
    outstanding: Counter[ProductId] = Counter()
    locked: Counter[tuple[ProductId, HolderId]] = Counter()
    for transfer in register.transfers.values():
        assert transfer.state in OPEN_STATES, transfer.state  # R4
        assert transfer.state is not TransferState.MATCHED, transfer.transfer_id  # R4
        assert transfer.units > 0, transfer.units  # R4
        locked[transfer.product_id, transfer.seller_id] += transfer.units
    for (product_id, holder_id), holding in register.holdings.items():
        assert holding.available >= 0, (product_id, holder_id)  # R2
        assert holding.reserved >= 0, (product_id, holder_id)  # R2
        assert holding.locked == locked.pop((product_id, holder_id), 0), (
            product_id,
            holder_id,
        )  # R3
        outstanding[product_id] += holding.total
    assert not locked, locked  # R3
    for product_id, units in register.units_outstanding.items():
        assert outstanding[product_id] == units, (product_id, outstanding[product_id], units)  # R1
    deadlines = {
        (transfer.timer_ns, transfer.transfer_id)
        for transfer in register.transfers.values()
        if transfer.timer_ns is not None
    }
    assert deadlines == set(register.deadlines), "deadline index"  # R4
    assert len(deadlines) == len(register.deadlines), "deadline index"  # R4
