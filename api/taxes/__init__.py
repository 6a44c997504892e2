"""The rates of the taxes of which sellers are told, from the CSV file beside this one.

Each line is `kind,value,note`: `effective_on` begins the rates from a day on, and each rate follows
on a line of its own; `source` says where they are from. When the law changes, the file gets the new
rates with their day, and those before them stay: what a sale of the past is told does not change.
"""

import csv
from functools import cache
from importlib.resources import files
from typing import Final

from api.calendars import day_number
from exchange.taxes import TaxRates

FILE: Final = "CN.csv"


@cache
def load() -> tuple[TaxRates, ...]:
    """All rates, in the order of the file.

    Raises:
        ValueError: a line of the file is malformed.
    """
    return read_rates(files(__name__).joinpath(FILE).read_text(encoding="utf-8"))


def read_rates(text: str) -> tuple[TaxRates, ...]:
    """The rates that such a text has.

    Raises:
        ValueError: a day or rate is malformed.
        TypeError: rates are missing after a day, or there is one of no such name.
    """
    days: list[str] = []
    rates: list[dict[str, int]] = []
    for kind, value, _note in csv.reader(text.splitlines()[1:]):
        if kind == "effective_on":
            days.append(value)
            rates.append({})
        elif kind != "source":
            rates[-1][kind] = int(value)
    return tuple(
        TaxRates(effective_on=day_number(day), **each)
        for day, each in zip(days, rates, strict=True)
    )
