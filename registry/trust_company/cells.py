"""What stands in a cell: a number, a day, an id, read plainly; and what can be wrong with a file,
cell by cell."""

import re
from datetime import date
from enum import Enum
from typing import Final, NamedTuple, TypeAlias

from registry.trust_company.sheets import CellFault, FileFault
from registry.trust_company.words import Words
from registry.types import DayNumber

NUMBER_MAX: Final = 10**18
"""So that it fits 64 bits; whether it is too much for what it says, the register knows."""
EPOCH: Final = date(1970, 1, 1)

_NUMBER: Final = re.compile(r"([0-9]{1,16})(?:\.([0-9]{1,4}))?", re.ASCII)
_ID: Final = re.compile(r"[1-9][0-9]{0,17}", re.ASCII)
_DATE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)


class TextFault(Enum):
    """What else can be wrong with the text of a file: in Chinese and in English."""

    # More bytes than a file of its kind has.
    TOO_LARGE = Words("文件过大", "is too large a file")
    # A heading or a cell that has to be there.
    MISSING = Words("缺失", "is missing")
    # One that is not known, or comes twice.
    UNKNOWN_HEADING = Words("不是有效的列名，或列名重复", "is no heading, or comes twice")
    # No product has this symbol.
    UNKNOWN_PRODUCT = Words("产品不存在", "is no product")
    # A type of row or of file that does not exist.
    UNKNOWN_WORD = Words("不是此处可用的词", "is none of the words that stand here")
    # No plain number, no date, no id.
    MALFORMED = Words("不是有效的数字、日期或编号", "is no plain number, day or id")
    # More than the product's units, or yuan, have.
    TOO_MANY_DECIMALS = Words("小数位数过多", "has too many decimals")
    # A cell that a row of this type does not have.
    NOT_EMPTY = Words("此行不应填写", "has no place in this row")
    # A day after today.
    IN_THE_FUTURE = Words("日期尚未到来", "is a day that has not come")
    # Not what the first row says, where all have to say the same.
    DIFFERS = Words("与第一行不一致", "differs from the first row")


Trouble: TypeAlias = TextFault | FileFault | CellFault


class Fault(NamedTuple):
    """One thing that is wrong with the text of a file."""

    trouble: Trouble
    line: int | None = None
    """The row, as a spreadsheet counts; None: the whole file."""
    column: str | None = None
    """The name of the field."""


def read_number(text: str, *, decimals: int) -> int | TextFault:
    """A number of 10**-decimals that is not negative, or what is wrong with it."""
    found = _NUMBER.fullmatch(text)
    if found is None:
        return TextFault.MALFORMED
    whole, fraction = found[1], found[2] or ""
    if len(fraction) > decimals:
        return TextFault.TOO_MANY_DECIMALS
    number = int(whole + fraction.ljust(decimals, "0"))
    return number if number <= NUMBER_MAX else TextFault.MALFORMED


def read_id(text: str) -> int | None:
    """A number that the venue has given, or None: it is none."""
    return int(text) if _ID.fullmatch(text) else None


def read_day(text: str) -> DayNumber | None:
    """A day of the form YYYY-MM-DD, or None: it is none."""
    try:
        day = date.fromisoformat(text) if _DATE.fullmatch(text) else None
    except ValueError:
        return None
    return None if day is None else DayNumber((day - EPOCH).days)
