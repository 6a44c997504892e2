"""A plan with a few contracts, for tests of the register."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from registry.entries import Cause
from registry.lots import Lot
from registry.register import Register
from registry.transfer import Transfer, TransferEvent
from registry.types import DayNumber, Draw, HolderId, LotId, ProductId, TimeNs, TransferId, Units

PLAN: Final = ProductId(6)
SELLER, BUYER, THIRD = HolderId(3), HolderId(4), HolderId(5)
FIRST, SECOND, THIRD_LOT = LotId(7_000), LotId(8_000), LotId(9_000)
OPENED: Final = DayNumber(20_000)
SETTLED: Final = DayNumber(20_100)


def contract(
    lot_id: LotId,
    units: int,
    *,
    holder_id: HolderId = SELLER,
    principal: int | None = None,
    cost: int | None = None,
    pledged: int = 0,
    frozen: int = 0,
) -> Lot:
    """A lot of so many units, at a principal and cost of 100 fen a unit unless said otherwise."""
    return Lot(
        lot_id=lot_id,
        product_id=PLAN,
        holder_id=holder_id,
        acquired_on=OPENED,
        units=units,
        principal=100 * units if principal is None else principal,
        cost=100 * units if cost is None else cost,
        pledged=pledged,
        frozen=frozen,
    )


def opened(*lots: Lot) -> Register:
    """A register that has taken over these lots, one command each, as if long ago."""
    register = Register()
    register.open_product(PLAN)
    for sequence, lot in enumerate(lots, start=1):
        register.sequence = sequence
        register.issue(lot, Cause.OPENING)
    register.sequence = len(lots) + 1
    register.touched_lots.clear()
    register.entries.clear()
    return register


def matched(
    sources: Iterable[Draw],
    *,
    number: int = 20_000,
    deadline_ns: int = 99,
    buyer_id: HolderId = BUYER,
) -> Transfer:
    """A transfer from these of the seller's lots."""
    drawn = tuple(sources)
    return Transfer(
        transfer_id=TransferId(number),
        product_id=PLAN,
        seller_id=SELLER,
        buyer_id=buyer_id,
        units=Units(sum(units for _, units in drawn)),
        decision_ns=TimeNs(deadline_ns),
        sources=drawn,
    )


def pending(
    register: Register, *, units: int = 60, number: int = 20_000, deadline_ns: int = 99
) -> Transfer:
    """An open transfer of so many of the seller's units."""
    draws = register.reserve(PLAN, SELLER, Units(units))
    transfer = matched(draws, number=number, deadline_ns=deadline_ns)
    begin(register, transfer)
    return transfer


def begin(register: Register, transfer: Transfer) -> None:
    """The transfer is open and its units are locked."""
    register.add_transfer(transfer)
    row = transfer.advance(TransferEvent.BEGIN, steps=frozenset())
    register.follow(transfer, row, acquired_on=SETTLED, cost=0)
    register.wait(transfer)


def settle(register: Register, transfer: Transfer, *, cost: int = 7_000) -> int:
    """It is confirmed and settled; what its units had cost."""
    register.stop_waiting(transfer)
    row = transfer.advance(TransferEvent.CONFIRM, steps=frozenset())
    assert register.follow(transfer, row, acquired_on=SETTLED, cost=cost) is None
    row = transfer.advance(TransferEvent.SETTLE, steps=frozenset())
    cost_moved = register.follow(transfer, row, acquired_on=SETTLED, cost=cost)
    assert cost_moved is not None
    return cost_moved


def fail(register: Register, transfer: Transfer, event: TransferEvent) -> None:
    """It has ended without effect."""
    register.stop_waiting(transfer)
    row = transfer.advance(event, steps=frozenset())
    assert register.follow(transfer, row, acquired_on=SETTLED, cost=0) is None
