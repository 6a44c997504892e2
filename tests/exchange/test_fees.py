"""What a fee line and a rounding say, in figures that can be checked by hand."""

from __future__ import annotations

import pytest

from exchange.fees import DEFAULT_FEE_SCHEDULE, FeeLine, whole_fen
from exchange.types import Fen


@pytest.mark.parametrize(
    ("amount", "fee"),
    [
        (0, 0),  # nothing costs nothing, not even the minimum
        (1, 200_00),
        (200_000_00, 200_00),  # 0.10 % of 200,000 yuan is just the minimum of 200
        (200_000_01, 200_01),  # one fen more of principal is rounded up to one fen more of fee
        (1_000_000_00, 1_000_00),
        (20_000_000_00, 20_000_00),  # the maximum
        (90_000_000_00, 20_000_00),
    ],
)
def test_a_fee_is_rounded_up_within_its_minimum_and_maximum(amount: int, fee: int) -> None:
    assert DEFAULT_FEE_SCHEDULE.trust_company_buyer.on(amount) == fee


def test_the_smallest_amount_costs_a_whole_fen() -> None:
    line = FeeLine(rate_bps=1, minimum=Fen(0), maximum=Fen(100))
    assert [line.on(amount) for amount in (1, 9_999, 10_000, 10_001)] == [1, 1, 1, 2]


def test_the_default_schedule_is_the_published_one() -> None:
    schedule = DEFAULT_FEE_SCHEDULE
    consideration = 1_000_000_00
    assert schedule.venue_buyer.on(consideration) == 500_00
    assert schedule.venue_seller.on(consideration) == 1_000_00
    assert schedule.trust_company_seller.on(consideration) == 1_000_00


@pytest.mark.parametrize(
    ("price", "quantity", "scale", "fen"),
    [
        (10_000, 1, 0, 100),  # one unit at one yuan
        (10_049, 1, 0, 100),  # 1.0049 yuan
        (10_050, 1, 0, 101),  # just half a fen goes up
        (9_949, 1, 0, 99),
        (10_000, 1, 4, 0),  # a ten-thousandth of a unit is worth a hundredth of a fen
        (10_000, 49, 4, 0),
        (10_000, 50, 4, 1),
        (1, 1, 0, 0),
        (1, 50, 0, 1),
        (123_456, 789, 2, 9_741),  # 12.3456 × 7.89 = 97.406784 yuan
    ],
)
def test_a_value_is_rounded_half_up_to_the_fen(
    price: int, quantity: int, scale: int, fen: int
) -> None:
    assert whole_fen(price * quantity, quantity_scale=scale) == fen
