"""Register files: which rows are right, and what they do to the register."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from msgspec import structs

from registry.check import check
from registry.entries import Cause, Entry
from registry.lots import Lot
from registry.posting import (
    AnyRow,
    Convey,
    Freeze,
    Hold,
    Pledge,
    Posting,
    Redeem,
    Release,
    Stamp,
    Subscribe,
    post,
)
from registry.posting_check import Bounds, RowFault, RowTrouble, check_rows
from registry.register import Register
from registry.types import DayNumber, EncumbranceId, HolderId, LotId, ProductId, TimeNs

PLAN = ProductId(7)
ALICE, BOB, STRANGER = HolderId(4), HolderId(5), HolderId(99)
TODAY = DayNumber(20_000)
BOUGHT = LotId(9_001)
BOUNDS = Bounds(
    is_holder=frozenset({ALICE, BOB}).__contains__,
    today=TODAY,
    units_issued=1_000,
    units_max=500,
    principal_max=100_000,
    lots_per_holding_max=3,
    encumbrances_per_holding_max=2,
    freeze_days_max=30,
)
STAMP = Stamp(TimeNs(77), b"\1" * 32)


@pytest.fixture
def register() -> Register:
    """Alice has 100 units under contract A-1, 30 of them reserved, and 50 that she bought."""
    register = Register()
    register.sequence = 9
    register.open_product(PLAN)
    register.issue(lot(LotId(1_000), 100, contract="A-1", reserved=30), Cause.OPENING)
    register.issue(lot(BOUGHT, 50), Cause.OPENING)
    register.entries.clear()
    register.sequence = 12
    return register


def lot(lot_id: LotId, units: int, *, contract: str | None = None, reserved: int = 0) -> Lot:
    return Lot(
        lot_id=lot_id,
        product_id=PLAN,
        holder_id=ALICE,
        contract=contract,
        acquired_on=DayNumber(19_000),
        units=units,
        principal=units * 100,
        cost=units * 90,
        reserved=reserved,
    )


def subscribe(**changes: Any) -> Subscribe:
    row = Subscribe(
        holder_id=BOB, contract="B-1", units=10, principal=999, cost=1_001, acquired_on=TODAY
    )
    return structs.replace(row, **changes)


def hold(**changes: Any) -> Hold:
    row = Hold(
        holder_id=BOB, contract="B-1", units=10, principal=999, cost=1_001, acquired_on=TODAY
    )
    return structs.replace(row, **changes)


def convey(**changes: Any) -> Convey:
    row = Convey(
        holder_id=ALICE,
        lot="A-1",
        units=7,
        to_holder_id=BOB,
        to_contract="B-2",
        cost=None,
        acquired_on=TODAY,
    )
    return structs.replace(row, **changes)


def redeem(**changes: Any) -> Redeem:
    return structs.replace(Redeem(holder_id=ALICE, lot="A-1", units=20), **changes)


def pledge(**changes: Any) -> Pledge:
    return structs.replace(Pledge(holder_id=ALICE, lot="A-1", units=40), **changes)


def freeze(**changes: Any) -> Freeze:
    row = Freeze(holder_id=ALICE, lot=None, units=60, until_on=TODAY)
    return structs.replace(row, **changes)


def release(encumbrance_id: EncumbranceId, holder_id: HolderId = ALICE) -> Release:
    return Release(holder_id=holder_id, encumbrance_id=encumbrance_id)


def faults(
    register: Register, rows: Sequence[AnyRow], total: int, *, posting: Posting = Posting.CHANGES
) -> list[RowFault]:
    return check_rows(register, PLAN, rows, posting=posting, units_outstanding=total, bounds=BOUNDS)


WRONG: list[tuple[AnyRow, RowTrouble]] = [
    (subscribe(holder_id=STRANGER), RowTrouble.UNKNOWN_HOLDER),
    (subscribe(units=0), RowTrouble.UNITS_OUT_OF_RANGE),
    (subscribe(units=-5), RowTrouble.UNITS_OUT_OF_RANGE),
    (subscribe(units=501), RowTrouble.UNITS_OUT_OF_RANGE),
    (subscribe(principal=-1), RowTrouble.AMOUNT_OUT_OF_RANGE),
    (subscribe(principal=85_001), RowTrouble.AMOUNT_OUT_OF_RANGE),  # with the 15,000 there are
    (subscribe(cost=-1), RowTrouble.AMOUNT_OUT_OF_RANGE),
    (subscribe(cost=100_001), RowTrouble.AMOUNT_OUT_OF_RANGE),
    (subscribe(contract="A-1"), RowTrouble.CONTRACT_TAKEN),
    (subscribe(contract=""), RowTrouble.ROW_OUT_OF_RANGE),
    (subscribe(contract=" B"), RowTrouble.ROW_OUT_OF_RANGE),
    (subscribe(contract="#9001"), RowTrouble.ROW_OUT_OF_RANGE),
    (subscribe(contract="B\u200b1"), RowTrouble.ROW_OUT_OF_RANGE),  # not to be seen
    (subscribe(contract="B" * 65), RowTrouble.ROW_OUT_OF_RANGE),
    (subscribe(acquired_on=TODAY + 1), RowTrouble.DATE_OUT_OF_RANGE),
    (hold(), RowTrouble.ROW_OUT_OF_RANGE),  # of an opening
    (redeem(lot="A-2"), RowTrouble.UNKNOWN_LOT),
    (redeem(lot=LotId(1_000)), RowTrouble.UNKNOWN_LOT),  # which goes by its contract's number
    (redeem(lot=BOUGHT, holder_id=BOB), RowTrouble.UNKNOWN_LOT),
    (redeem(units=0), RowTrouble.UNITS_OUT_OF_RANGE),
    (redeem(holder_id=BOB), RowTrouble.LOT_NOT_HELD),
    (redeem(units=71), RowTrouble.UNITS_NOT_FREE),
    (convey(to_holder_id=STRANGER), RowTrouble.UNKNOWN_HOLDER),
    (convey(to_holder_id=STRANGER, lot="A-2"), RowTrouble.UNKNOWN_HOLDER),
    (convey(to_contract="A-1"), RowTrouble.CONTRACT_TAKEN),
    (convey(units=71), RowTrouble.UNITS_NOT_FREE),
    (convey(units=71, cost=-1), RowTrouble.AMOUNT_OUT_OF_RANGE),
    (pledge(holder_id=STRANGER), RowTrouble.UNKNOWN_HOLDER),
    (pledge(lot="A-2"), RowTrouble.UNKNOWN_LOT),
    (pledge(units=0), RowTrouble.UNITS_OUT_OF_RANGE),
    (pledge(holder_id=BOB), RowTrouble.LOT_NOT_HELD),
    (pledge(units=71), RowTrouble.UNITS_NOT_FREE),
    (pledge(lot=None, units=121), RowTrouble.UNITS_NOT_FREE),
    (freeze(units=501), RowTrouble.UNITS_OUT_OF_RANGE),
    (freeze(until_on=TODAY - 1), RowTrouble.DATE_OUT_OF_RANGE),
    (freeze(until_on=TODAY + 31), RowTrouble.DATE_OUT_OF_RANGE),
    (freeze(lot="A-1", holder_id=BOB), RowTrouble.LOT_NOT_HELD),
    (release(EncumbranceId(99)), RowTrouble.UNKNOWN_ENCUMBRANCE),
]


@pytest.mark.parametrize(("row", "trouble"), WRONG)
def test_a_wrong_row_is_marked_with_the_first_thing_that_is_wrong(
    register: Register, row: AnyRow, trouble: RowTrouble
) -> None:
    assert faults(register, [subscribe(contract="B-0"), row], 999) == [RowFault(1, trouble)]


def test_all_wrong_rows_are_marked_and_none_counts(register: Register) -> None:
    rows: list[AnyRow] = [redeem(units=71), subscribe(), redeem(units=70), redeem(units=1)]

    assert faults(register, rows, 90) == [
        RowFault(0, RowTrouble.UNITS_NOT_FREE),
        RowFault(3, RowTrouble.UNITS_NOT_FREE),  # the third row took all that was free
    ]


def test_the_total_has_to_be_what_the_rows_give(register: Register) -> None:
    rows: list[AnyRow] = [subscribe(), redeem(), convey()]

    assert faults(register, rows, 140) == []
    for wrong in (139, 141, 150, 0, -1):
        assert faults(register, rows, wrong) == [RowFault(None, RowTrouble.TOTALS_DIFFER)]


def test_no_more_units_than_were_issued(register: Register) -> None:
    rows = [subscribe(units=425), subscribe(units=425, contract="B-2")]
    assert faults(register, rows, 1_000) == []
    rows[1] = structs.replace(rows[1], units=426)
    assert faults(register, rows, 1_001) == [RowFault(None, RowTrouble.UNITS_EXCEED_ISSUE)]


def test_lots_to_come_count_for_the_holder(register: Register) -> None:
    rows = [convey(to_contract=f"B-{number}") for number in range(4)]
    register.purchases[PLAN, BOB] = 1

    assert faults(register, rows, 150) == [
        RowFault(2, RowTrouble.LOTS_MAX),
        RowFault(3, RowTrouble.LOTS_MAX),
    ]


def test_a_row_may_speak_of_what_an_earlier_one_made(register: Register) -> None:
    rows: list[AnyRow] = [
        subscribe(),
        convey(holder_id=BOB, lot="B-1", units=4, to_holder_id=ALICE, to_contract="A-3"),
        redeem(holder_id=BOB, lot="B-1", units=6),
    ]
    assert faults(register, rows, 154) == []
    assert faults(register, [*rows, redeem(holder_id=BOB, lot="B-1", units=1)], 153) == [
        RowFault(3, RowTrouble.UNKNOWN_LOT)  # nothing is left of it
    ]

    posted = post(register, PLAN, rows, first_number=12_000, stamp=STAMP)
    assert posted == ((12_000, 12_001), ())

    check(register)
    assert register.units_outstanding[PLAN] == 154
    assert (PLAN, "B-1") not in register.contracts
    assert (PLAN, BOB) not in register.holdings
    assert register.contracts[PLAN, "A-3"].units == 4


def test_what_a_file_does_is_entered_row_by_row(register: Register) -> None:
    rows: list[AnyRow] = [
        subscribe(),
        redeem(),
        convey(cost=5),
        convey(lot=BOUGHT, to_contract="B-3", units=50),
    ]
    assert faults(register, rows, 140) == []

    made = post(register, PLAN, rows, first_number=12_000, stamp=STAMP)

    assert made == ((12_000, 12_002, 12_003), ())
    check(register)
    told = [
        (Cause(entry.cause).name, entry.cause_id, entry.lot_id, entry.units, entry.holding_units)
        for entry in register.entries
    ]
    assert told == [
        ("SUBSCRIPTION", 12, 12_000, 10, 10),
        ("REDEMPTION", 12, 1_000, 80, 130),
        ("COUNTER_TRANSFER", 12_002, 1_000, 73, 123),
        ("COUNTER_TRANSFER", 12_002, 12_002, 7, 17),
        ("COUNTER_TRANSFER", 12_003, BOUGHT, 0, 73),
        ("COUNTER_TRANSFER", 12_003, 12_003, 50, 67),
    ]
    assert [entry.ordinal for entry in register.entries] == list(range(6))
    assert last(register, 1_000).principal == 7_300
    assert (last(register, 12_000).principal, last(register, 12_000).cost) == (999, 1_001)
    assert (last(register, 12_002).principal, last(register, 12_002).cost) == (700, 5)
    # What he paid is not known: it counts as the principal.
    assert (last(register, 12_003).principal, last(register, 12_003).cost) == (5_000, 5_000)
    assert register.principal_outstanding[PLAN] == 15_000 + 999 - 2_000


def test_pledges_and_freezes_take_hold_of_what_the_rows_before_have_left(
    register: Register,
) -> None:
    rows: list[AnyRow] = [pledge(), freeze(units=90), redeem(lot=BOUGHT, units=1)]
    assert faults(register, rows, 149) == [RowFault(2, RowTrouble.UNITS_NOT_FREE)]
    rows = [redeem(lot=BOUGHT, units=10), *rows[:2], pledge(units=1)]
    assert faults(register, rows, 140) == [RowFault(3, RowTrouble.UNITS_NOT_FREE)]

    posted = post(register, PLAN, rows[:3], first_number=12_000, stamp=STAMP)

    register.release(PLAN, ALICE, ((LotId(1_000), 30),))  # the order has lost its units
    check(register)
    pledged, frozen = posted.encumbrances
    assert (pledged.encumbrance_id, pledged.lot_id, pledged.held) == (12_001, 1_000, 40)
    assert (frozen.encumbrance_id, frozen.lot_id, frozen.held) == (12_002, None, 90)
    assert (frozen.authority, frozen.placed_at_ns) == (STAMP.authority, STAMP.at_ns)
    assert (frozen.until_on, pledged.until_on, pledged.ends_ns) == (TODAY, None, None)
    # 70 were free and 30 behind orders; the freeze had to take 20 of these.
    assert (register.contracts[PLAN, "A-1"].frozen, register.holdings[PLAN, ALICE].frozen) == (
        50,
        90,
    )


def test_a_freeze_that_waits_takes_hold_of_what_a_row_brings(register: Register) -> None:
    waits = [freeze(holder_id=BOB, units=6)]
    assert faults(register, waits, 150) == []
    post(register, PLAN, waits, first_number=11_000, stamp=STAMP)
    rows: list[AnyRow] = [subscribe(), redeem(holder_id=BOB, lot="B-1", units=5)]

    assert faults(register, rows, 155) == [RowFault(1, RowTrouble.UNITS_NOT_FREE)]
    rows[1] = redeem(holder_id=BOB, lot="B-1", units=4)
    assert faults(register, rows, 156) == []

    post(register, PLAN, rows, first_number=12_000, stamp=STAMP)
    check(register)
    assert register.contracts[PLAN, "B-1"].frozen == 6


def test_what_a_row_releases_is_free_for_those_after_it(register: Register) -> None:
    entered = post(register, PLAN, [pledge(units=70)], first_number=11_000, stamp=STAMP)
    (standing,) = entered.encumbrances
    number = standing.encumbrance_id
    assert faults(register, [redeem()], 130) == [RowFault(0, RowTrouble.UNITS_NOT_FREE)]
    assert faults(register, [release(number, BOB)], 150) == [
        RowFault(0, RowTrouble.UNKNOWN_ENCUMBRANCE)
    ]
    rows: list[AnyRow] = [release(number), redeem()]
    assert faults(register, [*rows, release(number)], 130) == [
        RowFault(2, RowTrouble.UNKNOWN_ENCUMBRANCE)
    ]
    assert faults(register, rows, 130) == []
    assert number in register.encumbrances.by_id, "what is only tried changes nothing"

    posted = post(register, PLAN, rows, first_number=12_000, stamp=STAMP)

    check(register)
    assert posted.encumbrances == (standing,)
    assert (standing.released_at_ns, standing.release_authority) == tuple(STAMP)
    assert not register.encumbrances.by_id


def test_a_holding_has_so_many_pledges_and_freezes_at_most(register: Register) -> None:
    rows: list[AnyRow] = [pledge(units=1), freeze(units=1), pledge(units=1), freeze(units=1)]
    assert faults(register, rows, 150) == [
        RowFault(2, RowTrouble.ENCUMBRANCES_MAX),
        RowFault(3, RowTrouble.ENCUMBRANCES_MAX),
    ]


def test_only_an_opening_says_what_is_held(register: Register) -> None:
    assert faults(register, [hold()], 160, posting=Posting.OPENING) == []
    for row in (subscribe(), redeem(), convey(), release(EncumbranceId(1))):
        assert faults(register, [row], 160, posting=Posting.OPENING) == [
            RowFault(0, RowTrouble.ROW_OUT_OF_RANGE)
        ]


def last(register: Register, lot_id: int) -> Entry:
    return [entry for entry in register.entries if entry.lot_id == lot_id][-1]
