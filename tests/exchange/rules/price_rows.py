"""The rows of the rules of prices and of how old they are: PRC-01, PRD-05."""

from __future__ import annotations

from typing import Final

import msgspec

from exchange.modes.types import MarketMode
from exchange.price_types import Nav, QuoteBasis
from exchange.rules.facts import Deal, ProductFacts
from exchange.rules.types import Stage
from matching import Price
from registry.calendar import day_of_date, start_in_shanghai
from registry.types import DayNumber
from tests.exchange.rules.deals import bid, disclosed, listing, product
from tests.exchange.rules.row import HOLD, NOT_APPLICABLE, PASS, WARN, Row, Turn


def _valued(on: str, value: int = 10_000) -> ProductFacts:
    return disclosed(nav=Nav(Price(value), day_of_date(on)))


def _open_ended(on: str) -> ProductFacts:
    return msgspec.structs.replace(_valued(on), maturity_on=None)


def _distributed(on: str, basis: QuoteBasis = QuoteBasis.DIRTY) -> ProductFacts:
    return disclosed(last_distribution_on=DayNumber(day_of_date(on)), quote_basis=basis)


IN_CALL_AUCTION: Final = product(mode=MarketMode.CALL_AUCTION)
IN_ENGLISH_AUCTION: Final = product(mode=MarketMode.ENGLISH_AUCTION)
NEGOTIATED: Final = product(mode=MarketMode.NEGOTIATED)


def _met(of: ProductFacts, *, price: int = 10_000, on: str = "2026-11-23") -> Deal:
    """Two who would meet."""
    return msgspec.structs.replace(listing(of=of, price=price, on=on), stage=Stage.MATCH)


REPORTED: Final = disclosed(disclosed_at_ns=start_in_shanghai(day_of_date("2026-08-15")))

PRICE_ROWS: Final = (
    Row("PRC-01", "at par", bid(), PASS),
    Row("PRC-01", "20 % above par", bid(price=12_000), PASS),
    Row("PRC-01", "the first price beyond it", bid(price=12_010), WARN),
    Row("PRC-01", "the first price more than 20 % below", listing(price=7_990), WARN),
    Row("PRC-01", "50 % below par", listing(price=5_000), WARN),
    Row("PRC-01", "the first price beyond that", listing(price=4_990), HOLD),
    Row("PRC-01", "more than twice par", bid(price=20_010), HOLD),
    Row("PRC-01", "between two parties as in the book", bid(of=NEGOTIATED, price=12_010), WARN),
    Row("PRC-01", "10 % above par in a call auction", bid(of=IN_CALL_AUCTION, price=11_000), PASS),
    Row("PRC-01", "an auction warns nobody", bid(of=IN_CALL_AUCTION, price=11_010), HOLD),
    Row("PRC-01", "nor does one of one lot", listing(of=IN_ENGLISH_AUCTION, price=8_990), HOLD),
    Row(
        "PRC-01",
        "20 % above a net value of 1.5 yuan",
        bid(of=_valued("2026-11-20", 15_000), price=18_000),
        PASS,
    ),
    Row("PRC-01", "par, where that is the net value", bid(of=_valued("2026-11-20", 15_000)), WARN),
    Row(
        "PRC-01",
        "20 % above par and half a year's income at 6 %",
        bid(of=_distributed("2026-05-25"), price=12_350),
        PASS,
    ),
    Row(
        "PRC-01",
        "the same, where the buyer pays the income besides",
        bid(of=_distributed("2026-05-25", QuoteBasis.CLEAN), price=12_350),
        WARN,
    ),
    Row("PRC-01", "two meet at half of the net value", _met(_valued("2026-11-20", 20_000)), WARN),
    Row("PRC-01", "two would meet below it", _met(_valued("2026-11-20", 20_010)), HOLD),
    Row("PRD-05", "nothing was ever disclosed", listing(), NOT_APPLICABLE),
    Row("PRD-05", "two meet, valued 200 days ago", _met(_valued("2026-05-07")), WARN),
    Row("PRD-05", "two would meet, valued 201 days ago", _met(_valued("2026-05-06")), HOLD),
    Row("PRD-05", "valued 100 days ago", listing(of=_valued("2026-08-15")), PASS),
    Row("PRD-05", "valued 101 days ago", listing(of=_valued("2026-08-14")), WARN),
    Row("PRD-05", "valued 200 days ago", listing(of=_valued("2026-05-07")), WARN),
    Row("PRD-05", "valued 201 days ago", listing(of=_valued("2026-05-06")), HOLD),
    Row(
        "PRD-05",
        "open-ended, valued 36 days ago",
        listing(of=_open_ended("2026-10-18")),
        WARN,
    ),
    Row(
        "PRD-05",
        "open-ended, valued 71 days ago",
        listing(of=_open_ended("2026-09-13")),
        HOLD,
    ),
    Row("PRD-05", "never valued, and a report of 100 days ago", listing(of=REPORTED), PASS),
)

PRICE_TURNS: Final = (
    Turn(
        "PRC-01",
        "the net value falls",
        bid(of=_valued("2026-11-20", 10_000)),
        bid(of=_valued("2026-11-23", 6_000)),
        becomes=HOLD,
    ),
    Turn(
        "PRC-01",
        "an order rests, and the net value rises to more than twice its price",
        _met(_valued("2026-11-20", 10_000)),
        _met(_valued("2026-11-23", 21_000)),
        becomes=HOLD,
    ),
    Turn(
        "PRC-01",
        "the product is auctioned from now on",
        bid(price=12_000),
        bid(of=IN_CALL_AUCTION, price=12_000),
        becomes=HOLD,
    ),
    Turn(
        "PRD-05",
        "time: the last net value is of 101 days ago",
        listing(of=_valued("2026-08-15"), on="2026-11-23"),
        listing(of=_valued("2026-08-15"), on="2026-11-24"),
        becomes=WARN,
    ),
    Turn(
        "PRD-05",
        "time: it is twice as old as it may be",
        listing(of=_valued("2026-08-15"), on="2026-11-23"),
        listing(of=_valued("2026-08-15"), on="2027-03-04"),
        becomes=HOLD,
    ),
    Turn(
        "PRD-05",
        "a listing stands for longer than what is disclosed",
        _met(_valued("2026-08-15")),
        _met(_valued("2026-08-15"), on="2027-03-04"),
        becomes=HOLD,
    ),
)
