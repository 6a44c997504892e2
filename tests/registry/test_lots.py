"""Which bucket each unit of a lot is in, and how a lot and a row of draws are cut."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.lots import Buckets, buckets, cost_of, join, part_of, split
from registry.types import Draw, LotId, Units
from tests.model import register as model
from tests.model.register import cut
from tests.registry.contracts import FIRST, PLAN, SECOND, SELLER, contract, opened, pending, settle


@pytest.mark.parametrize(
    ("reserved", "locked", "pledged", "frozen", "expected"),
    [
        (0, 0, 0, 0, Buckets(10, 0, 0, 0, 0)),
        (4, 0, 0, 0, Buckets(6, 4, 0, 0, 0)),
        (4, 3, 2, 1, Buckets(0, 4, 3, 2, 1)),
        (0, 0, 5, 5, Buckets(0, 0, 0, 5, 5)),  # on different units as long as there are units
        (0, 0, 5, 8, Buckets(0, 0, 0, 2, 8)),  # then the freeze goes first
        (0, 0, 10, 10, Buckets(0, 0, 0, 0, 10)),
        (0, 0, 0, 25, Buckets(0, 0, 0, 0, 10)),  # what is frozen beyond the lot waits
        (0, 6, 7, 0, Buckets(0, 0, 3, 7, 0)),  # a pledge goes before a transfer
        (6, 6, 0, 0, Buckets(0, 4, 6, 0, 0)),  # and a transfer before an order
        (2, 2, 2, 9, Buckets(0, 0, 0, 1, 9)),
    ],
)
def test_a_unit_counts_for_the_strongest_claim(
    reserved: int, locked: int, pledged: int, frozen: int, expected: Buckets
) -> None:
    lot = contract(FIRST, 10, pledged=pledged, frozen=frozen)
    lot.reserved, lot.locked = reserved, locked
    assert buckets(lot) == expected
    assert sum(buckets(lot)) == 10
    assert lot.free == expected.available


@pytest.mark.parametrize(
    ("amount", "units", "of_units", "expected"),
    [
        (100, 1, 3, 33),
        (67, 1, 2, 33),
        (34, 1, 1, 34),  # the last unit takes all that is left
        (0, 2, 5, 0),
        (10**18, 10**15 - 1, 10**15, 10**18 - 1_000),
        (2, 1, 3, 0),
    ],
)
def test_a_part_of_an_amount_is_rounded_down(
    amount: int, units: int, of_units: int, expected: int
) -> None:
    assert part_of(amount, units=units, of_units=of_units) == expected


@pytest.mark.parametrize(("units", "of_units"), [(0, 3), (-1, 3), (4, 3), (1, 0)])
def test_there_is_no_part_of_nothing_and_none_larger_than_the_whole(
    units: int, of_units: int
) -> None:
    with pytest.raises(AssertionError):
        part_of(100, units=units, of_units=of_units)


@given(
    amount=st.integers(0, 10**18),
    cuts=st.lists(st.integers(1, 10**12), min_size=1, max_size=20),
)
def test_however_a_lot_is_cut_its_parts_add_up_to_it(amount: int, cuts: list[int]) -> None:
    left, units_left, parts = amount, sum(cuts), []
    for units in cuts:
        parts.append(part_of(left, units=units, of_units=units_left))
        # A part is never worth more than its share, and less by no more than a fen.
        assert 0 <= left * units - parts[-1] * units_left < units_left
        left, units_left = left - parts[-1], units_left - units
    assert (left, units_left) == (0, 0)
    assert sum(parts) == amount


@given(
    first=st.tuples(st.integers(1, 50), st.integers(0, 10_000)),
    second=st.tuples(st.integers(1, 50), st.integers(0, 10_000)),
    data=st.data(),
)
def test_the_cost_of_what_is_drawn_is_what_moves_when_it_settles(
    first: tuple[int, int], second: tuple[int, int], data: st.DataObject
) -> None:
    lots = [
        contract(lot_id, units, cost=cost)
        for lot_id, (units, cost) in ((FIRST, first), (SECOND, second))
    ]
    register = opened(*lots)
    units = data.draw(st.integers(1, first[0] + second[0]))
    draws = register.reserve(PLAN, SELLER, Units(units))
    expected = cost_of(lots, draws)
    register.release(PLAN, SELLER, draws)
    assert settle(register, pending(register, units=units)) == expected


A, B, C = LotId(1), LotId(2), LotId(3)


@pytest.mark.parametrize(
    ("units", "first", "rest"),
    [
        (0, (), ((A, 5), (B, 1), (A, 4))),
        (3, ((A, 3),), ((A, 2), (B, 1), (A, 4))),
        (5, ((A, 5),), ((B, 1), (A, 4))),
        (6, ((A, 5), (B, 1)), ((A, 4),)),
        (7, ((A, 5), (B, 1), (A, 1)), ((A, 3),)),
        (10, ((A, 5), (B, 1), (A, 4)), ()),
    ],
)
def test_draws_are_cut_where_the_units_end(
    units: int, first: tuple[Draw, ...], rest: tuple[Draw, ...]
) -> None:
    assert split(((A, 5), (B, 1), (A, 4)), units) == (first, rest)


def test_nothing_is_cut_from_nothing() -> None:
    assert split((), 0) == ((), ())
    with pytest.raises(IndexError):
        split(((A, 5),), 6)


@given(
    draws=st.lists(st.tuples(st.sampled_from((A, B, C)), st.integers(1, 9)), max_size=6),
    data=st.data(),
)
def test_draws_are_cut_as_the_model_cuts_them(draws: list[Draw], data: st.DataObject) -> None:
    units = data.draw(st.integers(0, sum(drawn for _, drawn in draws)))
    first, rest = split(tuple(draws), units)
    assert (list(first), list(rest)) == cut(draws, units)


@pytest.mark.parametrize(
    ("draws", "more", "joined"),
    [
        ((), (), ()),
        ((), ((A, 1),), ((A, 1),)),
        (((A, 1),), (), ((A, 1),)),
        (((A, 1), (B, 2)), ((B, 3), (C, 4)), ((A, 1), (B, 5), (C, 4))),
        (((A, 1), (B, 2)), ((A, 3),), ((A, 1), (B, 2), (A, 3))),
    ],
)
def test_what_goes_on_with_the_last_lot_is_one_draw(
    draws: tuple[Draw, ...], more: tuple[Draw, ...], joined: tuple[Draw, ...]
) -> None:
    assert join(draws, more=more) == joined
    assert model.join(list(draws), list(more)) == list(joined)
