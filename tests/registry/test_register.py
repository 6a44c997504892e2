"""Units between the claims on a lot, title from one holder to the next, and what is entered."""

from __future__ import annotations

from typing import cast

import pytest

from registry.check import check
from registry.entries import Cause, Entry
from registry.register import Register
from registry.transfer import TransferEvent, TransferState, UnitsEffect
from registry.types import Draw, HolderId, LotId, TimeNs, TransferId, Units
from tests.registry.contracts import (
    BUYER,
    FIRST,
    OPENED,
    PLAN,
    SECOND,
    SELLER,
    SETTLED,
    THIRD,
    THIRD_LOT,
    begin,
    contract,
    fail,
    matched,
    opened,
    pending,
)
from tests.registry.contracts import settle as settled


@pytest.fixture
def register() -> Register:
    """The seller has two contracts, of 100 units and of 40, all free."""
    return opened(contract(FIRST, 100), contract(SECOND, 40))


def buckets(register: Register, holder_id: HolderId) -> tuple[int, int, int]:
    holding = register.holdings[PLAN, holder_id]
    return holding.available, holding.reserved, holding.locked


def settle(register: Register, number: int = 20_000) -> int:
    return settled(register, register.transfers[TransferId(number)])


def test_what_is_taken_over_is_free_to_be_listed(register: Register) -> None:
    assert buckets(register, SELLER) == (140, 0, 0)
    assert register.units_outstanding == {PLAN: 140}
    assert register.principal_outstanding == {PLAN: 14_000}
    holding = register.holdings[PLAN, SELLER]
    assert (holding.total, holding.principal) == (140, 14_000)
    assert holding.free_lots == [FIRST, SECOND]
    check(register)


def test_a_lot_may_come_with_a_pledge_or_a_freeze(register: Register) -> None:
    register.issue(contract(THIRD_LOT, 10, pledged=4, frozen=3), Cause.OPENING)
    holding = register.holdings[PLAN, SELLER]
    assert (holding.available, holding.pledged, holding.frozen) == (143, 4, 3)
    assert holding.total == 150
    (entry,) = register.entries
    assert (entry.pledged, entry.frozen) == (4, 3)
    assert (entry.holding_pledged, entry.holding_frozen) == (4, 3)
    draws = register.reserve(PLAN, SELLER, Units(143))
    assert draws == ((FIRST, 100), (SECOND, 40), (THIRD_LOT, 3))
    check(register)
    register.release(PLAN, SELLER, draws)
    assert holding.free_lots == [FIRST, SECOND, THIRD_LOT]
    check(register)


def test_a_lot_of_which_no_unit_is_free_is_never_drawn_from(register: Register) -> None:
    register.issue(contract(LotId(1), 10, frozen=12), Cause.OPENING)
    assert register.holdings[PLAN, SELLER].available == 140
    assert register.reserve(PLAN, SELLER, Units(5)) == ((FIRST, 5),)
    check(register)


@pytest.mark.parametrize(
    ("units", "named", "expected"),
    [
        (60, (), [(FIRST, 60)]),
        (100, (), [(FIRST, 100)]),
        (101, (), [(FIRST, 100), (SECOND, 1)]),
        (140, (), [(FIRST, 100), (SECOND, 40)]),
        (40, (SECOND,), [(SECOND, 40)]),
        (41, (SECOND, FIRST), [(SECOND, 40), (FIRST, 1)]),
        (7, (SECOND, FIRST), [(SECOND, 7)]),
    ],
)
def test_an_order_draws_from_the_smallest_number_on_or_from_the_lots_it_names(
    register: Register, units: int, named: tuple[LotId, ...], expected: list[Draw]
) -> None:
    draws = register.reserve(PLAN, SELLER, Units(units), named)
    assert list(draws) == expected
    assert buckets(register, SELLER) == (140 - units, units, 0)
    assert set(register.touched_claims) == {lot_id for lot_id, _ in expected}
    assert not register.touched_lots, "an order is no title"
    assert not register.entries
    check(register)
    register.release(PLAN, SELLER, draws)
    assert buckets(register, SELLER) == (140, 0, 0)
    assert register.holdings[PLAN, SELLER].free_lots == [FIRST, SECOND]
    check(register)


def test_a_second_order_draws_what_the_first_left(register: Register) -> None:
    register.reserve(PLAN, SELLER, Units(90))
    assert register.reserve(PLAN, SELLER, Units(30)) == ((FIRST, 10), (SECOND, 20))
    register.release(PLAN, SELLER, ((FIRST, 5),))
    assert register.reserve(PLAN, SELLER, Units(10)) == ((FIRST, 5), (SECOND, 5))
    check(register)


def test_a_named_lot_that_is_sold_out_is_passed_over(register: Register) -> None:
    register.reserve(PLAN, SELLER, Units(100), (FIRST,))
    assert register.reserve(PLAN, SELLER, Units(3), (FIRST, SECOND)) == ((SECOND, 3),)


def test_a_transfer_locks_its_sources_until_it_is_decided(register: Register) -> None:
    transfer = pending(register, units=110)
    assert transfer.state is TransferState.SUBMITTED
    assert transfer.sources == ((FIRST, 100), (SECOND, 10))
    assert buckets(register, SELLER) == (30, 0, 110)
    assert register.transfers == {20_000: transfer}
    assert register.purchases == {(PLAN, BUYER): 1}
    assert register.next_deadline_ns() == 99
    check(register)


def test_settling_moves_title_once_into_one_new_lot(register: Register) -> None:
    transfer = pending(register, units=110)
    register.sequence = 9
    assert settle(register) == 11_000
    assert (transfer.state, transfer.version) == (TransferState.SETTLED, 4)
    assert buckets(register, SELLER) == (30, 0, 0)
    assert buckets(register, BUYER) == (110, 0, 0)
    (bought,) = register.holdings[PLAN, BUYER].lots.values()
    assert (bought.lot_id, bought.units, bought.acquired_on) == (20_000, 110, SETTLED)
    assert (bought.principal, bought.cost) == (11_000, 7_000)
    (left,) = register.holdings[PLAN, SELLER].lots.values()
    assert (left.lot_id, left.units, left.principal, left.acquired_on) == (
        SECOND,
        30,
        3_000,
        OPENED,
    )
    assert register.transfers == {}
    assert register.purchases == {}
    assert register.next_deadline_ns() is None
    assert list(register.touched_lots) == [FIRST, SECOND, 20_000]
    with pytest.raises(ValueError, match="not in list"):  # it waits for nothing any more
        settled(register, transfer)
    assert buckets(register, BUYER) == (110, 0, 0)
    check(register)


def test_every_change_of_title_is_entered_with_what_is_then_true(register: Register) -> None:
    pending(register, units=110)
    register.sequence = 9
    settle(register)
    moved = (Cause.TRANSFER, 20_000)
    assert register.entries == [
        Entry(PLAN, SELLER, 9, 0, FIRST, 0, 0, 0, 0, 0, 40, 4_000, 0, 0, 1, *moved),
        Entry(PLAN, SELLER, 9, 1, SECOND, 30, 3_000, 3_000, 0, 0, 30, 3_000, 0, 0, 1, *moved),
        Entry(
            *(PLAN, BUYER, 9, 2, LotId(20_000), 110, 11_000, 7_000, 0, 0),
            *(110, 11_000, 0, 0, 1),
            *moved,
        ),
    ]
    register.sequence = 10
    register.issue(contract(THIRD_LOT, 5, holder_id=THIRD), Cause.OPENING)
    assert register.entries[-1] == Entry(
        *(PLAN, THIRD, 10, 0, THIRD_LOT, 5, 500, 500, 0, 0, 5, 500, 0, 0, 1, Cause.OPENING, 10)
    )


def test_a_holder_without_units_leaves_the_register(register: Register) -> None:
    pending(register, units=140)
    settle(register)
    assert (PLAN, SELLER) not in register.holdings
    assert register.entries[1].holding_units == register.entries[1].holding_lots == 0
    check(register)


def test_principal_is_moved_and_neither_made_nor_lost() -> None:
    register = opened(contract(FIRST, 3, principal=100, cost=50))
    for number in (20_000, 20_001):
        pending(register, units=1, number=number)
    assert settle(register, 20_000) == 16
    assert settle(register, 20_001) == 17
    check(register)
    lots = register.holdings[PLAN, BUYER].lots
    assert [lot.principal for lot in lots.values()] == [33, 33]
    assert register.holdings[PLAN, SELLER].lots[FIRST].principal == 34
    pending(register, units=1, number=20_002)
    assert settle(register, 20_002) == 17
    assert lots[LotId(20_002)].principal == 34
    check(register)


@pytest.mark.parametrize("event", [TransferEvent.REJECT, TransferEvent.LAPSE])
def test_a_failed_transfer_gives_the_units_back_to_their_lots(
    register: Register, event: TransferEvent
) -> None:
    transfer = pending(register, units=110)
    fail(register, transfer, event)
    assert buckets(register, SELLER) == (140, 0, 0)
    assert register.holdings[PLAN, SELLER].free_lots == [FIRST, SECOND]
    assert (PLAN, BUYER) not in register.holdings
    assert register.purchases == {}
    assert register.next_deadline_ns() is None
    assert not register.entries
    check(register)


def test_a_row_that_says_nothing_of_the_units_is_a_bug(register: Register) -> None:
    transfer = pending(register)
    row = transfer.advance(TransferEvent.REJECT, steps=frozenset())
    of_no_effect = row._replace(units=cast(UnitsEffect, None))
    with pytest.raises(AssertionError):
        register.follow(transfer, of_no_effect, acquired_on=SETTLED, cost=0)


def test_the_earliest_deadline_is_the_next(register: Register) -> None:
    late = pending(register, units=10, number=1, deadline_ns=50)
    pending(register, units=10, number=2, deadline_ns=40)
    assert register.next_deadline_ns() == 40
    assert register.purchases == {(PLAN, BUYER): 2}
    settle(register, 2)
    assert register.next_deadline_ns() == 50
    assert register.purchases == {(PLAN, BUYER): 1}
    fail(register, late, TransferEvent.LAPSE)
    assert register.next_deadline_ns() is None


def test_a_holding_never_gives_more_than_it_has(register: Register) -> None:
    register.reserve(PLAN, SELLER, Units(60))
    for units, named in ((81, ()), (0, ()), (41, (FIRST,)), (1, (THIRD_LOT,))):
        another = register_like(register)
        with pytest.raises(AssertionError):
            another.reserve(PLAN, SELLER, Units(units), named)
    for draws in ((FIRST, 61), (FIRST, 0), (SECOND, 1)):
        with pytest.raises(AssertionError):
            register.release(PLAN, SELLER, (draws,))
    assert buckets(register, SELLER) == (80, 60, 0)
    with pytest.raises(AssertionError):
        register.issue(contract(THIRD_LOT, 0), Cause.OPENING)
    with pytest.raises(AssertionError):
        register.issue(contract(FIRST, 1), Cause.OPENING)


def register_like(register: Register) -> Register:
    """The same claims on the same lots."""
    copy = opened(contract(FIRST, 100), contract(SECOND, 40))
    copy.reserve(PLAN, SELLER, Units(register.holdings[PLAN, SELLER].reserved))
    return copy


@pytest.mark.parametrize(
    ("sources", "units"),
    [([(FIRST, 61)], 61), ([], 0), ([(FIRST, 0)], 0), ([(FIRST, 30)], 31), ([(FIRST, 30)], 29)],
)
def test_a_transfer_takes_what_is_reserved_and_all_that_it_is_for(
    register: Register, sources: list[Draw], units: int
) -> None:
    register.reserve(PLAN, SELLER, Units(60))
    transfer = matched(sources)
    transfer.units = Units(units)
    with pytest.raises(AssertionError):
        begin(register, transfer)


def test_a_transfer_comes_once(register: Register) -> None:
    register.reserve(PLAN, SELLER, Units(60))
    begin(register, matched([(FIRST, 30)]))
    with pytest.raises(AssertionError):
        begin(register, matched([(FIRST, 30)]))
    with pytest.raises(AssertionError):
        begin(register, register.transfers[matched([]).transfer_id])


def test_nobody_transfers_to_himself(register: Register) -> None:
    draws = register.reserve(PLAN, SELLER, Units(60))
    with pytest.raises(AssertionError):
        begin(register, matched(draws, buyer_id=SELLER))


def test_a_product_is_opened_once(register: Register) -> None:
    with pytest.raises(AssertionError):
        register.open_product(PLAN)


def test_lots_and_open_transfers_come_back_from_a_snapshot_and_ended_ones_do_not(
    register: Register,
) -> None:
    register.reserve(PLAN, SELLER, Units(20))
    transfer = pending(register)
    copy = Register()
    copy.units_outstanding = register.units_outstanding
    copy.principal_outstanding = register.principal_outstanding
    for lot in register.holdings[PLAN, SELLER].lots.values():
        copy.restore_lot(lot)
    copy.restore_transfer(transfer)
    check(copy)
    assert buckets(copy, SELLER) == buckets(register, SELLER) == (60, 20, 60)
    assert (copy.next_deadline_ns(), copy.purchases) == (TimeNs(99), register.purchases)
    assert not copy.touched_lots, "nothing of it is new to the rows"
    assert not copy.entries
    settle(register)
    with pytest.raises(AssertionError):
        Register().restore_transfer(transfer)
