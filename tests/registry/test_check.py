"""Each invariant of the register, broken on purpose: the check sees it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from registry.check import check
from registry.holding import Holding
from registry.lots import Lot
from registry.register import Register
from registry.transfer import EITHER, Overlay, Transfer, TransferState
from registry.types import HolderId, LotId, TimeNs, TransferId, Units
from tests.registry.contracts import (
    BUYER,
    FIRST,
    PLAN,
    SECOND,
    SELLER,
    THIRD,
    THIRD_LOT,
    contract,
    opened,
    pending,
)


@pytest.fixture
def register() -> Register:
    """Some units free, some listed, some locked, some pledged; the second contract is untouched."""
    register = opened(
        contract(FIRST, 100, pledged=10),
        contract(SECOND, 40),
        contract(THIRD_LOT, 7, holder_id=THIRD),
    )
    pending(register, units=40)
    register.reserve(PLAN, SELLER, Units(20))
    check(register)
    return register


def seller(register: Register) -> Holding:
    return register.holdings[PLAN, SELLER]


def first(register: Register) -> Lot:
    return seller(register).lots[FIRST]


def transfer(register: Register) -> Transfer:
    return register.transfers[TransferId(20_000)]


def units_out_of_nothing(register: Register) -> None:
    first(register).units += 1
    seller(register).available += 1


def units_outstanding_lost(register: Register) -> None:
    register.units_outstanding[PLAN] -= 1


def holding_lost(register: Register) -> None:
    del register.holdings[PLAN, THIRD]


def lot_lost(register: Register) -> None:
    del seller(register).lots[SECOND]
    seller(register).free_lots.remove(SECOND)
    seller(register).available -= 40
    seller(register).principal -= 4_000


def lot_without_units(register: Register) -> None:
    seller(register).lots[SECOND].units = 0


def less_than_nothing_listed(register: Register) -> None:
    first(register).reserved = -1


def less_than_nothing_pledged(register: Register) -> None:
    first(register).pledged = -1


def principal_below_nothing(register: Register) -> None:
    first(register).principal = -1


def cost_below_nothing(register: Register) -> None:
    first(register).cost = -1


def locked_behind_nothing(register: Register) -> None:
    seller(register).lots[SECOND].locked = 1
    seller(register).available -= 1
    seller(register).locked += 1


def unlocked_under_a_transfer(register: Register) -> None:
    first(register).locked = 0
    seller(register).available += 40
    seller(register).locked -= 40


def transfer_of_units_that_nobody_holds(register: Register) -> None:
    transfer(register).seller_id = HolderId(99)
    unlocked_under_a_transfer(register)


def transfer_from_a_lot_that_is_not_there(register: Register) -> None:
    transfer(register).sources = ((LotId(1), 40),)
    unlocked_under_a_transfer(register)


def transfer_of_more_than_its_sources(register: Register) -> None:
    transfer(register).units = Units(41)


def sources_that_cancel_out(register: Register) -> None:
    transfer(register).sources = ((FIRST, 41), (SECOND, -1))


def ended_transfer_still_open(register: Register) -> None:
    transfer(register).state = TransferState.SETTLED


def unregistered(register: Register, **changes: object) -> None:
    """A settled transfer whose registration is waited for, with something wrong."""
    settled = Transfer(
        transfer_id=TransferId(10_000),
        product_id=PLAN,
        seller_id=BUYER,
        buyer_id=SELLER,
        units=Units(5),
        state=TransferState.SETTLED,
        due_ns=TimeNs(50),
        registration_due_ns=TimeNs(80),
    )
    register.restore_transfer(settled)
    check(register)
    register.stop_waiting(settled)
    for name, value in changes.items():
        setattr(settled, name, value)
    register.wait(settled)


def open_transfer_kept_as_settled(register: Register) -> None:
    unregistered(register, state=TransferState.SUBMITTED)


def settled_transfer_that_waits_for_nothing(register: Register) -> None:
    unregistered(register, registration_due_ns=None)


def settled_transfer_under_an_overlay(register: Register) -> None:
    unregistered(register, overlays=Overlay.HALTED)


def alarm_lost(register: Register) -> None:
    unregistered(register)
    register.deadlines.remove((TimeNs(50), TransferId(10_000)))


def transfer_of_nothing(register: Register) -> None:
    transfer(register).units = Units(0)


def deadline_lost(register: Register) -> None:
    register.deadlines.clear()


def deadline_of_another_time(register: Register) -> None:
    transfer(register).decision_ns = TimeNs(100)


def deadline_twice(register: Register) -> None:
    register.deadlines.add((TimeNs(99), TransferId(20_000)))


def overlay_that_stops_no_clock(register: Register) -> None:
    transfer(register).overlays = Overlay.HELD


def clocks_stopped_by_nothing(register: Register) -> None:
    transfer(register).paused_at_ns = TimeNs(5)


def right_to_rescind_without_an_overlay(register: Register) -> None:
    transfer(register).rescindable = True


def documents_awaited_though_all_is_agreed(register: Register) -> None:
    transfer(register).documents_overdue = True
    transfer(register).signed = EITHER


def documents_awaited_before_all_have_signed(register: Register) -> None:
    transfer(register).documents_overdue = True
    transfer(register).state = TransferState.AGREEMENT_PENDING


def principal_out_of_nothing(register: Register) -> None:
    first(register).principal += 1
    seller(register).principal += 1


def principal_outstanding_lost(register: Register) -> None:
    register.principal_outstanding[PLAN] -= 1


def frozen_under_a_transfer(register: Register) -> None:
    first(register).frozen = 60


def frozen_under_an_order(register: Register) -> None:
    first(register).frozen = 40


def units_in_another_bucket(register: Register) -> None:
    seller(register).available -= 50
    seller(register).reserved += 50


def principal_of_the_holding_differs(register: Register) -> None:
    seller(register).principal += 1


def free_lot_forgotten(register: Register) -> None:
    seller(register).free_lots.remove(SECOND)


def free_lots_out_of_order(register: Register) -> None:
    seller(register).free_lots.reverse()


def spent_lot_still_free(register: Register) -> None:
    register.reserve(PLAN, THIRD, Units(7))
    register.holdings[PLAN, THIRD].free_lots.append(THIRD_LOT)


def holding_of_nothing(register: Register) -> None:
    register.holdings[PLAN, BUYER] = Holding()


def lot_of_somebody_else(register: Register) -> None:
    seller(register).lots[SECOND].holder_id = THIRD


def lot_of_another_number(register: Register) -> None:
    seller(register).lots[SECOND].lot_id = LotId(8_001)


def purchase_not_counted(register: Register) -> None:
    register.purchases.clear()


def contract_not_to_be_found(register: Register) -> None:
    seller(register).lots[SECOND].contract = "JH-0002"


@pytest.mark.parametrize(
    ("number", "breaks"),
    [
        ("R1", units_out_of_nothing),
        ("R1", units_outstanding_lost),
        ("R1", holding_lost),
        ("R1", lot_lost),
        ("R2", lot_without_units),
        ("R2", less_than_nothing_listed),
        ("R2", less_than_nothing_pledged),
        ("R2", principal_below_nothing),
        ("R2", cost_below_nothing),
        ("R3", locked_behind_nothing),
        ("R3", unlocked_under_a_transfer),
        ("R3", transfer_of_units_that_nobody_holds),
        ("R3", transfer_from_a_lot_that_is_not_there),
        ("R3", transfer_of_more_than_its_sources),
        ("R3", sources_that_cancel_out),
        ("R4", ended_transfer_still_open),
        ("R4", open_transfer_kept_as_settled),
        ("R4", settled_transfer_that_waits_for_nothing),
        ("R4", settled_transfer_under_an_overlay),
        ("R4", alarm_lost),
        ("R4", transfer_of_nothing),
        ("R4", deadline_lost),
        ("R4", deadline_of_another_time),
        ("R4", deadline_twice),
        ("R4", overlay_that_stops_no_clock),
        ("R4", clocks_stopped_by_nothing),
        ("R4", right_to_rescind_without_an_overlay),
        ("R4", documents_awaited_though_all_is_agreed),
        ("R4", documents_awaited_before_all_have_signed),
        ("R5", principal_out_of_nothing),
        ("R5", principal_outstanding_lost),
        ("R6", frozen_under_a_transfer),
        ("R6", frozen_under_an_order),
        ("R7", units_in_another_bucket),
        ("R7", principal_of_the_holding_differs),
        ("R7", free_lot_forgotten),
        ("R7", free_lots_out_of_order),
        ("R7", spent_lot_still_free),
        ("R7", holding_of_nothing),
        ("R7", lot_of_somebody_else),
        ("R7", lot_of_another_number),
        ("R7", purchase_not_counted),
        ("R7", contract_not_to_be_found),
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
