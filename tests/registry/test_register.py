"""Units between the buckets of a holding, and title from one holder to the next."""

from __future__ import annotations

import pytest

from registry.check import check
from registry.register import Register
from registry.transfer import Transfer, TransferEvent, TransferState
from registry.types import HolderId, ProductId, TimeNs, TransferId, Units

PLAN = ProductId(6)
SELLER, BUYER = HolderId(3), HolderId(4)


@pytest.fixture
def register() -> Register:
    """The seller has 100 units, all free."""
    register = Register()
    register.open_product(PLAN)
    register.record_opening(PLAN, SELLER, Units(100))
    register.touched.clear()
    return register


def pending(
    register: Register, *, units: int = 60, number: int = 1, deadline_ns: int = 99
) -> Transfer:
    """A transfer of so many of the seller's units to the buyer."""
    register.reserve(PLAN, SELLER, Units(units))
    transfer = matched(units=units, number=number, deadline_ns=deadline_ns)
    register.open_transfer(transfer)
    check(register)
    return transfer


def matched(*, units: int = 60, number: int = 1, deadline_ns: int = 99) -> Transfer:
    return Transfer(
        transfer_id=TransferId(number),
        product_id=PLAN,
        seller_id=SELLER,
        buyer_id=BUYER,
        units=Units(units),
        confirmation_deadline_ns=TimeNs(deadline_ns),
    )


def buckets(register: Register, holder_id: HolderId) -> tuple[int, int, int]:
    holding = register.holdings[PLAN, holder_id]
    return holding.available, holding.reserved, holding.locked


def test_an_opening_holding_is_free_to_be_listed(register: Register) -> None:
    assert buckets(register, SELLER) == (100, 0, 0)
    assert register.units_outstanding == {PLAN: 100}
    assert register.available(PLAN, SELLER) == 100
    register.record_opening(PLAN, SELLER, Units(5))
    assert register.holdings[PLAN, SELLER].total == 105
    check(register)


def test_who_holds_nothing_has_nothing_to_list(register: Register) -> None:
    assert register.available(PLAN, BUYER) == 0
    assert (PLAN, BUYER) not in register.holdings


def test_a_sell_order_reserves_units_and_gives_them_back(register: Register) -> None:
    register.reserve(PLAN, SELLER, Units(60))
    assert buckets(register, SELLER) == (40, 60, 0)
    register.release(PLAN, SELLER, Units(20))
    assert buckets(register, SELLER) == (60, 40, 0)
    check(register)


def test_a_transfer_locks_units_until_it_is_decided(register: Register) -> None:
    transfer = pending(register)
    assert transfer.state is TransferState.SUBMITTED
    assert buckets(register, SELLER) == (40, 0, 60)
    assert register.transfers == {1: transfer}
    assert register.next_deadline_ns() == 99


def test_settling_moves_title_once(register: Register) -> None:
    transfer = pending(register)
    register.settle(transfer)
    assert (transfer.state, transfer.version) == (TransferState.SETTLED, 4)
    assert buckets(register, SELLER) == (40, 0, 0)
    assert buckets(register, BUYER) == (60, 0, 0)
    assert register.transfers == {}
    assert register.next_deadline_ns() is None
    assert list(register.touched) == [(PLAN, SELLER), (PLAN, BUYER)]
    with pytest.raises(AssertionError):
        register.settle(transfer)
    assert buckets(register, BUYER) == (60, 0, 0)
    check(register)


@pytest.mark.parametrize("event", [TransferEvent.REJECT, TransferEvent.LAPSE])
def test_a_failed_transfer_gives_the_units_back(register: Register, event: TransferEvent) -> None:
    transfer = pending(register)
    register.fail(transfer, event)
    assert buckets(register, SELLER) == (100, 0, 0)
    assert (PLAN, BUYER) not in register.holdings
    assert register.next_deadline_ns() is None
    check(register)


@pytest.mark.parametrize(
    "event", [TransferEvent.BEGIN, TransferEvent.CONFIRM, TransferEvent.SETTLE]
)
def test_nothing_else_is_a_failure(register: Register, event: TransferEvent) -> None:
    transfer = pending(register)
    with pytest.raises(AssertionError):
        register.fail(transfer, event)


def test_the_earliest_deadline_is_the_next(register: Register) -> None:
    late, early = pending(register, units=10, number=1, deadline_ns=50), None
    early = pending(register, units=10, number=2, deadline_ns=40)
    assert register.next_deadline_ns() == 40
    register.settle(early)
    assert register.next_deadline_ns() == 50
    register.fail(late, TransferEvent.LAPSE)
    assert register.next_deadline_ns() is None


def test_a_bucket_never_gives_more_than_it_has(register: Register) -> None:
    register.reserve(PLAN, SELLER, Units(60))
    for move, units in (
        (register.reserve, 41),
        (register.reserve, 0),
        (register.release, 61),
        (register.release, 0),
        (register.record_opening, 0),
    ):
        with pytest.raises(AssertionError):
            move(PLAN, SELLER, Units(units))
    assert buckets(register, SELLER) == (40, 60, 0)


def test_a_transfer_takes_no_more_than_is_reserved_and_comes_once(register: Register) -> None:
    register.reserve(PLAN, SELLER, Units(60))
    for transfer in (matched(units=61), matched(units=0)):
        with pytest.raises(AssertionError):
            register.open_transfer(transfer)
    register.open_transfer(matched(units=30))
    with pytest.raises(AssertionError):
        register.open_transfer(matched(units=30))
    with pytest.raises(AssertionError):
        register.open_transfer(register.transfers[TransferId(1)])


def test_nobody_transfers_to_himself(register: Register) -> None:
    register.reserve(PLAN, SELLER, Units(60))
    transfer = matched()
    transfer.buyer_id = SELLER
    with pytest.raises(AssertionError):
        register.open_transfer(transfer)


def test_a_product_is_opened_once(register: Register) -> None:
    with pytest.raises(AssertionError):
        register.open_product(PLAN)


def test_an_open_transfer_comes_back_from_a_snapshot_and_an_ended_one_does_not(
    register: Register,
) -> None:
    transfer = pending(register)
    copy = Register()
    copy.units_outstanding, copy.holdings = register.units_outstanding, register.holdings
    copy.restore_transfer(transfer)
    check(copy)
    assert copy.next_deadline_ns() == 99
    register.settle(transfer)
    with pytest.raises(AssertionError):
        Register().restore_transfer(transfer)
