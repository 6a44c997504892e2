"""Decimals and moments on the wire: exact both ways, and nothing else is taken."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.schemas.decimals import (
    format_decimal,
    format_moment,
    format_money,
    format_price,
    parse_decimal,
    parse_moment,
)


@given(value=st.integers(0, 10**18), scale=st.integers(0, 4))
def test_a_formatted_decimal_reads_back_as_itself(value: int, scale: int) -> None:
    text = format_decimal(value, scale=scale)

    assert parse_decimal(text, scale) == value
    assert text.isascii()
    assert len(text.partition(".")[2]) == scale


@pytest.mark.parametrize(
    ("value", "price", "money"),
    [(0, "0.0000", "0.00"), (5, "0.0005", "0.05"), (12_345, "1.2345", "123.45")],
)
def test_prices_have_four_decimals_and_money_two(value: int, price: str, money: str) -> None:
    assert format_price(value) == price
    assert format_money(value) == money


@pytest.mark.parametrize(
    ("text", "scale", "value"),
    [("1", 4, 10_000), ("1.02", 4, 10_200), ("1.02", 2, 102), ("1.020", 2, None), ("1.0", 0, None)],
)
def test_a_decimal_may_be_shorter_than_its_scale_and_not_longer(
    text: str, scale: int, value: int | None
) -> None:
    assert parse_decimal(text, scale) == value


@given(microseconds=st.integers(0, 3_000_000_000_000_000))
def test_a_formatted_moment_reads_back_as_itself(microseconds: int) -> None:
    moment = datetime(2000, 1, 1, tzinfo=UTC) + timedelta(microseconds=microseconds)
    text = f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond:06d}Z"

    at_ns = parse_moment(text)

    assert at_ns is not None
    assert format_moment(at_ns) == text


@pytest.mark.parametrize(
    ("text", "at_ns"),
    [
        ("2026-11-22T04:00:00Z", 1_795_320_000_000_000_000),
        ("2026-11-22T04:00:00.000000001Z", 1_795_320_000_000_000_001),
        ("2026-02-29T00:00:00Z", None),
        ("2026-01-01T24:00:00Z", None),
        ("2026-13-01T00:00:00Z", None),
    ],
)
def test_a_moment_is_read_to_the_nanosecond(text: str, at_ns: int | None) -> None:
    assert parse_moment(text) == at_ns
