"""Numbers and moments on the wire: fixed-scale decimal strings, ids of digits, RFC 3339 in UTC.

Every pattern is ASCII and bounded, so that no number is large enough to hurt before it is compared.
"""

import re
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Annotated, Final

from pydantic import BeforeValidator, Field
from pydantic_core import PydanticCustomError

PRICE_SCALE: Final = 4
MONEY_SCALE: Final = 2
NS_PER_US: Final = 1_000
NS_PER_MS: Final = 1_000_000
NS_PER_S: Final = 1_000_000_000

DECIMAL_PATTERN: Final = r"^(0|[1-9][0-9]{0,14})(\.[0-9]{1,4})?$"
ID_PATTERN: Final = r"^[1-9][0-9]{0,17}$"
MOMENT_PATTERN: Final = (
    r"^20[0-9]{2}-[01][0-9]-[0-3][0-9]T[0-2][0-9]:[0-5][0-9]:[0-5][0-9](\.[0-9]{1,9})?Z$"
)
_DECIMAL: Final = re.compile(DECIMAL_PATTERN.removesuffix("$"), re.ASCII)
_ID: Final = re.compile(ID_PATTERN.removesuffix("$"), re.ASCII)
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


def _check_decimal(value: object) -> object:
    if not isinstance(value, str):
        raise PydanticCustomError(
            "decimal_must_be_string", "A decimal is a JSON string, never a number."
        )
    if len(value) > 20 or _DECIMAL.fullmatch(value) is None:
        raise PydanticCustomError(
            "malformed_decimal",
            "Must be plain ASCII digits with at most four decimals: no sign, no exponent.",
        )
    return value


DecimalText = Annotated[
    str,
    BeforeValidator(_check_decimal),
    Field(
        max_length=20,
        json_schema_extra={"format": "decimal", "pattern": DECIMAL_PATTERN},
        examples=["1.0200"],
    ),
]
"""A decimal that a client sends."""

Decimal = Annotated[str, Field(json_schema_extra={"format": "decimal"}, examples=["1.0200"])]
"""A decimal that we send, with exactly the digits of its scale."""

SignedDecimal = Annotated[str, Field(json_schema_extra={"format": "decimal"}, examples=["-10.00"])]
"""A decimal that we send, with its sign."""

IdText = Annotated[str, Field(pattern=ID_PATTERN, max_length=18, examples=["1042"])]
"""An id, in digits: larger than a JavaScript number may be."""

MomentText = Annotated[
    str,
    Field(
        pattern=MOMENT_PATTERN,
        max_length=30,
        json_schema_extra={"format": "date-time"},
        examples=["2026-11-22T04:00:00.123456Z"],
    ),
]
"""A moment that a client sends."""

Moment = Annotated[
    str,
    Field(json_schema_extra={"format": "date-time"}, examples=["2026-11-22T04:00:00.123456Z"]),
]
"""A moment that we send, in microseconds."""

Day = Annotated[str, Field(json_schema_extra={"format": "date"}, examples=["2026-11-22"])]
"""A day that we send."""


def is_id(text: str) -> bool:
    """Whether a text has the form of an `IdText`."""
    return _ID.fullmatch(text) is not None


def parse_day(text: str) -> int | None:
    """Days since 1970-01-01 of a text of the form YYYY-MM-DD; None: no such date."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return (day - _EPOCH.date()).days


def parse_decimal(text: str, scale: int) -> int | None:
    """The number of 10**-scale in a text that has the form of a `DecimalText`.

    Returns:
        None if it has more decimals than `scale`, were they zeros.
    """
    whole, _, fraction = text.partition(".")
    if len(fraction) > scale:
        return None
    return int(whole + fraction.ljust(scale, "0"))


def format_decimal(value: int, *, scale: int) -> str:
    """`value` × 10**-scale with exactly `scale` decimals."""
    assert value >= 0, value
    if scale == 0:
        return str(value)
    digits = str(value).rjust(scale + 1, "0")
    return f"{digits[:-scale]}.{digits[-scale:]}"


def format_signed(value: int, *, scale: int) -> str:
    """As `format_decimal`, of a value that may be below zero."""
    sign = "-" if value < 0 else ""
    return f"{sign}{format_decimal(abs(value), scale=scale)}"


def format_price(price: int) -> str:
    """A price in 1/10000 yuan, with four decimals."""
    return format_decimal(price, scale=PRICE_SCALE)


def format_money(amount: int) -> str:
    """An amount of fen in yuan, with two decimals."""
    return format_decimal(amount, scale=MONEY_SCALE)


def format_moment(at_ns: int) -> str:
    """A moment in RFC 3339, UTC, with six decimals; what is finer is cut off."""
    seconds, remainder_ns = divmod(at_ns, NS_PER_S)
    return f"{_format_second(seconds)}.{remainder_ns // NS_PER_US:06d}Z"


def format_day(day: int) -> str:
    """A day, counted from 1970-01-01, in ISO 8601."""
    return (_EPOCH.date() + timedelta(days=day)).isoformat()


def format_seconds(time_ns: int) -> str:
    """A length of time in seconds, `14400.000`: down to the millisecond, what is finer cut off."""
    return format_decimal(time_ns // NS_PER_MS, scale=3)


@lru_cache(maxsize=256)
def _format_second(seconds: int) -> str:
    # Cached, because most of what is told at one time happened at one time.
    return f"{_EPOCH + timedelta(seconds=seconds):%Y-%m-%dT%H:%M:%S}"


def parse_moment(text: str) -> int | None:
    """Nanoseconds since 1970 of a text in the form of a `MomentText`; None: no such date."""
    seconds, _, fraction = text.removesuffix("Z").partition(".")
    try:
        moment = datetime.strptime(seconds, "%Y-%m-%dT%H:%M:%S").replace(tzinfo=UTC)
    except ValueError:
        return None
    whole_s = (moment - _EPOCH) // timedelta(seconds=1)
    return whole_s * NS_PER_S + int((fraction or "0").ljust(9, "0"))
