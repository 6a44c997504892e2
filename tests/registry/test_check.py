"""Each invariant of the register, broken on purpose: the check sees it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from registry.check import check
from registry.register import Holding, Register
from registry.transfer import Transfer, TransferState
from registry.types import HolderId, ProductId, TimeNs, TransferId, Units

PLAN = ProductId(6)
SELLER, BUYER, THIRD = HolderId(3), HolderId(4), HolderId(5)


@pytest.fixture
def register() -> Register:
    """Some units free, some listed, some locked."""
    register = Register()
    register.open_product(PLAN)
    register.record_opening(PLAN, SELLER, Units(100))
    register.record_opening(PLAN, THIRD, Units(7))
    register.reserve(PLAN, SELLER, Units(60))
    register.open_transfer(
        Transfer(
            transfer_id=TransferId(1),
            product_id=PLAN,
            seller_id=SELLER,
            buyer_id=BUYER,
            units=Units(40),
            confirmation_deadline_ns=TimeNs(99),
        )
    )
    check(register)
    return register


def seller(register: Register) -> Holding:
    return register.holdings[PLAN, SELLER]


def units_out_of_nothing(register: Register) -> None:
    seller(register).available += 1


def units_outstanding_lost(register: Register) -> None:
    register.units_outstanding[PLAN] -= 1


def holding_lost(register: Register) -> None:
    del register.holdings[PLAN, THIRD]


def more_listed_than_held(register: Register) -> None:
    seller(register).available -= 50
    seller(register).reserved += 50


def less_than_nothing_listed(register: Register) -> None:
    seller(register).reserved -= 30
    seller(register).available += 30


def locked_behind_nothing(register: Register) -> None:
    seller(register).available -= 1
    seller(register).locked += 1


def unlocked_under_a_transfer(register: Register) -> None:
    seller(register).available += 40
    seller(register).locked -= 40


def transfer_of_units_that_nobody_holds(register: Register) -> None:
    transfer = register.transfers[TransferId(1)]
    transfer.seller_id = HolderId(99)
    seller(register).available += 40
    seller(register).locked = 0


def ended_transfer_still_open(register: Register) -> None:
    register.transfers[TransferId(1)].state = TransferState.SETTLED


def transfer_of_nothing(register: Register) -> None:
    register.transfers[TransferId(1)].units = Units(0)
    seller(register).available += 40
    seller(register).locked = 0


def deadline_lost(register: Register) -> None:
    register.deadlines.clear()


def deadline_of_another_time(register: Register) -> None:
    register.transfers[TransferId(1)].confirmation_deadline_ns = TimeNs(100)


def deadline_twice(register: Register) -> None:
    register.deadlines.add((TimeNs(99), TransferId(1)))


@pytest.mark.parametrize(
    ("number", "breaks"),
    [
        ("R1", units_out_of_nothing),
        ("R1", units_outstanding_lost),
        ("R1", holding_lost),
        ("R2", more_listed_than_held),
        ("R2", less_than_nothing_listed),
        ("R3", locked_behind_nothing),
        ("R3", unlocked_under_a_transfer),
        ("R3", transfer_of_units_that_nobody_holds),
        ("R4", ended_transfer_still_open),
        ("R4", transfer_of_nothing),
        ("R4", deadline_lost),
        ("R4", deadline_of_another_time),
        ("R4", deadline_twice),
    ],
)
def test_a_broken_register_is_seen(
    register: Register, number: str, breaks: Callable[[Register], None]
) -> None:
    breaks(register)
    with pytest.raises(AssertionError) as caught:
        check(register)
    assert violated(caught) == number


def violated(caught: pytest.ExceptionInfo[AssertionError]) -> str:
    """The number beside the assertion that failed."""
    line = str(caught.traceback[-1].statement)
    return line.rpartition("# ")[2].strip()
