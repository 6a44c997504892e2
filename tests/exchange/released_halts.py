"""Stored shapes and numbers of halts, for tests/exchange/test_codec.py."""

from __future__ import annotations

from enum import Enum
from typing import Final

from exchange.halt_types import HaltLevel, HaltReason

COMMANDS: Final = {
    9101: ("HaltTrade", "actor key level subject_id reason note review_ns officer"),
    9111: ("LiftHalt", "actor key halt_id note officer"),
}
EVENTS: Final = {
    9101: (
        "TradeHalted",
        "halt_id level subject_id given_by reason note review_ns officer",
    ),
    9111: ("HaltLifted", "halt_id level subject_id given_by note officer"),
}
NUMBERS: Final[dict[type[Enum], str]] = {
    HaltLevel: "VENUE=1 PRODUCT=2 PARTY=3",
    HaltReason: "MATERIAL_EVENT=1 NEWS_PENDING=2 DISORDERLY_TRADING=3 TECHNICAL_FAULT=4 "
    "OFFICIAL_ORDER=5 UNDER_REVIEW=6 PRICE_BAND=7 OTHER=9",
}
