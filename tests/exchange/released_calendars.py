"""Stored shapes of calendars and of market claims, for tests/exchange/test_codec.py."""

from __future__ import annotations

from typing import Final

COMMANDS: Final = {7451: ("AmendCalendar", "actor key calendar_id days covered_until")}
EVENTS: Final = {
    7451: ("CalendarAmended", "calendar_id days covered_until"),
    7461: (
        "MarketClaimRaised",
        (
            "transfer_id product_id trade_number seller_id buyer_id trust_company_id units "
            "matched_on record_on estimate"
        ),
    ),
}
