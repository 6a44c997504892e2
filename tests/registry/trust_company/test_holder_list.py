"""A trust company's list of holders: what is read of it, and what differs from the register."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.transfer import TransferState
from registry.trust_company.cells import Fault, TextFault, Trouble
from registry.trust_company.holder_list import (
    PROFILE,
    ROUNDS_MAX,
    Break,
    Cause,
    HolderList,
    Move,
    Stated,
    What,
    find_breaks,
    move_of,
    read_holder_list,
)
from registry.trust_company.mapping import Columns, find_columns
from registry.trust_company.sheets import CellFault, Row
from registry.types import DayNumber, HolderId, TimeNs, TransferId

SCALES = {"JH-1": 0, "JH-2": 2}
DAY = DayNumber(20_777)  # 2026-11-20
TODAY = DayNumber(DAY + 1)
HEADINGS = "产品代码,截止日期,持有人,份额,质押份额,冻结份额"
A, B, C, D = (HolderId(number) for number in (11, 12, 13, 14))
T1, T2, T3 = (TransferId(number) for number in (1001, 1002, 1003))


def read(headings: str, *rows: str | Row) -> HolderList | list[Fault]:
    """What a list with these rows says."""
    given_rows = [
        row if isinstance(row, Row) else Row(number, tuple(row.split(",")))
        for number, row in enumerate((headings, *rows), start=1)
    ]
    columns = find_columns(PROFILE, given_rows)
    assert isinstance(columns, Columns), columns
    return read_holder_list(given_rows[1:], columns, scale_of=SCALES.get, today=TODAY)


def test_a_list_says_who_had_what_on_its_day() -> None:
    told = read(
        "Product,As of,Holder,Holder name,Contract,Units,Frozen",
        "JH-1,2026-11-20,11,某某,JH-0001,3000000,",
        "JH-1,2026-11-20,11,某某,JH-0002,500.00,200",
        "JH-1,2026-11-20,12,某某,,0,0",
        Row(5, ("JH-2", "2026-11-20", "11", "某某", "", "1,200.50")),
    )
    assert isinstance(told, HolderList), told
    assert told.as_of == DAY
    assert told.products == {
        "JH-1": {A: Stated(3_000_500, None, 200), B: Stated(0, None, 0)},
        "JH-2": {A: Stated(120_050, None, 0)},
    }


GOOD = "JH-1,2026-11-20,11,100,0,0"


@pytest.mark.parametrize(
    ("row", "column", "trouble"),
    [
        ("JH-9,2026-11-20,11,1", "symbol", TextFault.UNKNOWN_PRODUCT),
        (",2026-11-20,11,1", "symbol", TextFault.UNKNOWN_PRODUCT),
        ("JH-1,20.11.2026,11,1", "as_of", TextFault.MALFORMED),
        ("JH-1,2026-02-30,11,1", "as_of", TextFault.MALFORMED),
        ("JH-1,2026-11-22,11,1", "as_of", TextFault.IN_THE_FUTURE),
        ("JH-1,2026-11-19,11,1", "as_of", TextFault.DIFFERS),
        ("JH-1,2026-11-20,张三,1", "holder_id", TextFault.MALFORMED),
        ("JH-1,2026-11-20,,1", "holder_id", TextFault.MALFORMED),
        ("JH-1,2026-11-20,011,1", "holder_id", TextFault.MALFORMED),
        ("JH-1,2026-11-20,11,", "units", TextFault.MALFORMED),
        ("JH-1,2026-11-20,11,-5", "units", TextFault.MALFORMED),
        ("JH-1,2026-11-20,11,1.5", "units", TextFault.TOO_MANY_DECIMALS),
        ("JH-1,2026-11-20,11,1,1.5", "pledged", TextFault.TOO_MANY_DECIMALS),
        ("JH-1,2026-11-20,11,1,,x", "frozen", TextFault.MALFORMED),
    ],
)
def test_a_row_that_cannot_be_read_is_told(row: str, column: str, trouble: Trouble) -> None:
    assert read(HEADINGS, GOOD, row) == [Fault(trouble, 3, column)]


def test_everything_that_is_wrong_is_told_at_once() -> None:
    formula = Row(4, ("JH-1", "2026-11-20", "11", "=A1"), {3: CellFault.FORMULA})
    assert read(HEADINGS, GOOD, "JH-9,2026-11-20,x,1.5", formula, GOOD) == [
        Fault(TextFault.UNKNOWN_PRODUCT, 3, "symbol"),
        Fault(TextFault.MALFORMED, 3, "holder_id"),
        Fault(CellFault.FORMULA, 4, "units"),
    ]


def test_a_list_without_rows_is_of_no_day() -> None:
    assert read(HEADINGS) == [Fault(TextFault.MISSING, None, "as_of")]


@dataclass(frozen=True)
class Held:
    """What the register says of somebody."""

    units: int
    pledged: int = 0
    frozen: int = 0


def units_break(
    holder: HolderId, theirs: int, ours: int, cause: Cause, transfer: TransferId | None = None
) -> Break:
    """A break that is the holder's whole difference."""
    return Break(holder, What.UNITS, theirs, ours, theirs - ours, cause, transfer)


def test_what_is_the_same_is_no_break() -> None:
    theirs = {A: Stated(100, 5, 7), B: Stated(0)}
    ours = {A: Held(100, 5, 7)}
    moves = [Move(Cause.PENDING_TRANSFER, T1, 100, A, B)]
    assert find_breaks(theirs, ours, known={B}, moves=moves) == []


def test_every_break_has_its_cause() -> None:
    theirs = {A: Stated(90), C: Stated(40, 10, 0), D: Stated(0)}
    ours = {A: Held(100), B: Held(50, frozen=20), C: Held(40, 4, 30)}
    assert find_breaks(theirs, ours, known=(), moves=()) == [
        units_break(A, 90, 100, Cause.UNITS_DIFFER),
        units_break(B, 0, 50, Cause.MISSING),
        Break(C, What.PLEDGED, 10, 4, 6, Cause.CLAIM_DIFFERS),
        Break(C, What.FROZEN, 0, 30, -30, Cause.CLAIM_DIFFERS),
        units_break(D, 0, 0, Cause.UNKNOWN_HOLDER),
    ]


def test_a_transfer_is_the_cause_where_both_its_sides_say_so() -> None:
    move = Move(Cause.PENDING_TRANSFER, T1, 60, A, B)
    both = find_breaks({A: Stated(40), B: Stated(60)}, {A: Held(100)}, known={B}, moves=[move])
    assert both == [
        units_break(A, 40, 100, Cause.PENDING_TRANSFER, T1),
        units_break(B, 60, 0, Cause.PENDING_TRANSFER, T1),
    ]
    one = find_breaks({A: Stated(40)}, {A: Held(100)}, known={B}, moves=[move])
    assert one == [units_break(A, 40, 100, Cause.UNITS_DIFFER)]


def test_a_list_of_the_morning_lacks_all_transfers_of_its_day() -> None:
    # B has bought from A and sold on to C, D has sold to B.
    moves = [
        Move(Cause.SETTLED_AFTER, T1, 100, B, A),
        Move(Cause.SETTLED_AFTER, T2, 40, C, B),
        Move(Cause.SETTLED_AFTER, T3, 60, C, B),
    ]
    told = find_breaks({A: Stated(100)}, {C: Held(100)}, known={A}, moves=moves)
    assert told == [
        units_break(A, 100, 0, Cause.SETTLED_AFTER, T1),
        Break(B, What.UNITS, 0, 0, -100, Cause.SETTLED_AFTER, T1),
        Break(B, What.UNITS, 0, 0, 60, Cause.SETTLED_AFTER, T3),
        Break(B, What.UNITS, 0, 0, 40, Cause.SETTLED_AFTER, T2),
        Break(C, What.UNITS, 0, 100, -60, Cause.SETTLED_AFTER, T3),
        Break(C, What.UNITS, 0, 100, -40, Cause.SETTLED_AFTER, T2),
    ]


def test_the_search_ends_and_what_it_has_not_explained_is_told() -> None:
    # Each transfer explains something only when the one before it is taken, and is half as large.
    # Those of the first cause are tried first, so that two rounds take three of them; and one of
    # each cause is far too large, so that all of a cause together explain nothing.
    causes = sorted((Cause.PENDING_TRANSFER, Cause.SETTLED_AFTER, Cause.UNREGISTERED))
    taken = ROUNDS_MAX // 2 * 3 - 1
    count = taken + 1
    holders = [HolderId(100 + place) for place in range(count + 1)]
    ours = {holders[0]: Held(2**count)}
    theirs = {holders[place]: Stated(2 ** (count - place)) for place in range(1, count + 1)}
    moves = [
        Move(causes[-1 - place % 3], TransferId(place), 2 ** (count - place), source, target)
        for place, (source, target) in enumerate(pairwise(holders))
    ]
    moves += [
        Move(cause, TransferId(count + place), 10**6, A, B) for place, cause in enumerate(causes)
    ]

    told = find_breaks(theirs, ours, known=holders, moves=moves)

    explained = {each.transfer_id for each in told} - {None}
    assert explained == {TransferId(place) for place in range(taken)}
    for holder in holders:
        left = sum(each.difference for each in told if each.holder_id == holder)
        units_ours = ours[holder].units if holder in ours else 0
        units_theirs = theirs[holder].units if holder in theirs else 0
        assert left == units_theirs - units_ours


def test_what_a_transfer_does_not_explain_is_told_beside_it() -> None:
    theirs, ours = {A: Stated(30), B: Stated(65), C: Stated(5)}, {A: Held(100)}
    moves = [
        Move(Cause.PENDING_TRANSFER, T1, 5, A, C),
        Move(Cause.PENDING_TRANSFER, T2, 60, A, B),
        Move(Cause.SETTLED_AFTER, T3, 200, A, B),  # more than the list has of it
    ]
    assert find_breaks(theirs, ours, known={B, C}, moves=moves) == [
        Break(A, What.UNITS, 30, 100, -60, Cause.PENDING_TRANSFER, T2),
        Break(A, What.UNITS, 30, 100, -5, Cause.PENDING_TRANSFER, T1),
        Break(A, What.UNITS, 30, 100, -5, Cause.UNITS_DIFFER),
        Break(B, What.UNITS, 65, 0, 60, Cause.PENDING_TRANSFER, T2),
        Break(B, What.UNITS, 65, 0, 5, Cause.UNITS_DIFFER),
        Break(C, What.UNITS, 5, 0, 5, Cause.PENDING_TRANSFER, T1),
    ]


@dataclass(frozen=True)
class Known:
    """A transfer of 60 units from A to B."""

    state: TransferState
    matched_at_ns: TimeNs
    decided_at_ns: TimeNs | None = None
    registration_due_ns: TimeNs | None = None
    registered_at_ns: TimeNs | None = None
    transfer_id: TransferId = T1
    seller_id: HolderId = A
    buyer_id: HolderId = B
    units: int = 60


S = TransferState
BEFORE, BEGIN, WITHIN, END, LATER = (TimeNs(at_ns) for at_ns in (50, 100, 150, 200, 250))


@pytest.mark.parametrize(
    ("transfer", "expected"),
    [
        # Who has the units in the register, and who in the list, if the transfer is the cause.
        (Known(S.SUBMITTED, BEFORE), (Cause.PENDING_TRANSFER, A, B)),
        (Known(S.CONFIRMED, WITHIN), (Cause.PENDING_TRANSFER, A, B)),
        (Known(S.SUBMITTED, END), None),  # matched when the list's day was over
        (Known(S.SETTLED, BEFORE, LATER), (Cause.SETTLED_AFTER, A, B)),
        (Known(S.SETTLED, BEFORE, END), (Cause.SETTLED_AFTER, A, B)),
        (Known(S.SETTLED, BEFORE, WITHIN), (Cause.SETTLED_AFTER, B, A)),
        (Known(S.REGISTERED, BEFORE, BEGIN, LATER, LATER), (Cause.SETTLED_AFTER, B, A)),
        (Known(S.SETTLED, LATER, LATER), None),
        (Known(S.SETTLED, BEFORE, BEFORE), None),  # nothing more was waited for
        (Known(S.SETTLED, BEFORE, BEFORE, LATER), (Cause.UNREGISTERED, B, A)),
        (Known(S.REGISTERED, BEFORE, BEFORE, LATER, BEGIN), (Cause.UNREGISTERED, B, A)),
        (Known(S.REGISTERED, BEFORE, BEFORE, LATER, BEFORE), None),
        (Known(S.REJECTED, BEFORE, WITHIN), None),
    ],
)
def test_which_transfers_may_explain_a_difference(
    transfer: Known, expected: tuple[Cause, HolderId, HolderId] | None
) -> None:
    move = move_of(transfer, begins_ns=BEGIN, ends_ns=END)
    if expected is None:
        assert move is None
    else:
        cause, source, target = expected
        assert move == Move(cause, T1, 60, source, target)


HOLDERS = st.sampled_from([A, B, C, D])
AMOUNTS = st.integers(0, 9)
MOVES = st.builds(
    lambda number, cause, units, pair: Move(cause, TransferId(number), units, *pair),
    st.integers(1, 9),
    st.sampled_from([Cause.SETTLED_AFTER, Cause.UNREGISTERED, Cause.PENDING_TRANSFER]),
    st.integers(1, 9),
    st.tuples(HOLDERS, HOLDERS).filter(lambda pair: pair[0] != pair[1]),
)


@given(
    ours=st.dictionaries(HOLDERS, AMOUNTS, min_size=4),
    moves=st.lists(MOVES, unique_by=lambda move: move.transfer_id),
    had=st.sets(st.sampled_from([Cause.SETTLED_AFTER, Cause.UNREGISTERED, Cause.PENDING_TRANSFER])),
)
def test_a_list_that_has_all_of_some_kinds_is_explained_by_transfers_alone(
    ours: dict[HolderId, int], moves: list[Move], had: set[Cause]
) -> None:
    theirs = Counter({holder: 100 + units for holder, units in ours.items()})
    for move in moves:
        if move.cause in had:
            theirs[move.source] -= move.units
            theirs[move.target] += move.units
    breaks = find_breaks(
        {holder: Stated(units) for holder, units in theirs.items()},
        {holder: Held(100 + units) for holder, units in ours.items()},
        known=(),
        moves=moves,
    )
    assert all(each.transfer_id is not None for each in breaks), breaks


@given(
    theirs=st.dictionaries(HOLDERS, AMOUNTS),
    ours=st.dictionaries(HOLDERS, AMOUNTS),
    moves=st.lists(MOVES, unique_by=lambda move: move.transfer_id),
)
def test_breaks_add_up_to_the_difference_and_a_transfer_has_two(
    theirs: dict[HolderId, int], ours: dict[HolderId, int], moves: list[Move]
) -> None:
    breaks = find_breaks(
        {holder: Stated(units) for holder, units in theirs.items()},
        {holder: Held(units) for holder, units in ours.items()},
        known={A, B, C, D},
        moves=moves,
    )
    told: Counter[HolderId] = Counter()
    by_transfer: dict[TransferId, list[int]] = {}
    for each in breaks:
        assert each.difference != 0
        told[each.holder_id] += each.difference
        if each.transfer_id is not None:
            by_transfer.setdefault(each.transfer_id, []).append(each.difference)
    for holder in (A, B, C, D):
        assert told[holder] == theirs.get(holder, 0) - ours.get(holder, 0)
    units = {move.transfer_id: move.units for move in moves}
    for transfer_id, parts in by_transfer.items():
        assert sorted(parts) == [-units[transfer_id], units[transfer_id]]
