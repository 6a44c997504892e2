"""Schedules of fees to draw from."""

from __future__ import annotations

from typing import Final

from exchange.fees import DEFAULT_FEE_SCHEDULE, FeeLine, FeeSchedule
from exchange.types import Fen

FEE_SCHEDULES: Final = (
    DEFAULT_FEE_SCHEDULE,
    FeeSchedule(
        venue_buyer=FeeLine(5, Fen(0), Fen(10**9)),
        venue_seller=FeeLine(333, Fen(7), Fen(50)),
        trust_company_buyer=FeeLine(10, Fen(3), Fen(11)),
        trust_company_seller=FeeLine(2_500, Fen(40), Fen(4_000)),
    ),
    FeeSchedule(
        venue_buyer=FeeLine(10_000, Fen(1), Fen(10**9)),
        venue_seller=FeeLine(10_000, Fen(0), Fen(10**9)),
        trust_company_buyer=FeeLine(0, Fen(0), Fen(0)),
        trust_company_seller=FeeLine(1, Fen(10), Fen(10**9)),
    ),
)
