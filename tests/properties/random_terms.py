"""The parties, calendars and terms of the small venue that random commands are drawn for."""

from __future__ import annotations

from typing import Final

from msgspec import structs

from exchange.types import PartyId
from registry.terms import SANDBOX, ChecklistItem, DocumentKind, FaultFee
from registry.transfer import Who
from registry.types import DayNumber, HolderId
from tests.exchange.deadlines import calendar

SECOND_NS: Final = 10**9
DAY_NS: Final = 86_400 * SECOND_NS
UNKNOWN: Final = 999_999

TRUST_COMPANIES: Final = (PartyId(2), PartyId(3))
TRADERS: Final = tuple(PartyId(number) for number in range(4, 10))
MATURITY_DATE: Final = "2023-11-17"  # two days after the founding in Shanghai

EVERY_DAY: Final = calendar("EVERY-DAY", day_ns=10 * SECOND_NS)
WEEK: Final = structs.replace(
    calendar("WEEK", day_ns=7 * SECOND_NS),
    working_weekdays=0b0011111,
    exceptions={DayNumber(242_857_150): True, DayNumber(242_857_152): False},
)
CALENDARS: Final = (EVERY_DAY, WEEK)
ASKING_NOBODY: Final = {"preemption_days": 4, "right_holders": (HolderId(999_999),)}
TERMS: Final = (
    structs.replace(
        SANDBOX,
        calendar_id="EVERY-DAY",
        acknowledge_days=1,
        remind_days=1,
        escalate_days=3,
        decide_days=6,
        returns_max=1,
    ),
    structs.replace(SANDBOX, calendar_id="WEEK", cut_off_minute=720, decide_days=7),
    structs.replace(
        SANDBOX,
        calendar_id="WEEK",
        acknowledge_days=2,
        remind_days=3,
        escalate_days=3,
        decide_days=3,
        registration=True,
        registration_days=3,
        registration_alarm_days=1,
    ),
)
SIGNED: Final = structs.replace(
    TERMS[1],
    agreement=True,
    deposit_bps=777,
    funding_days=3,
    cooling_off_hours=36,
    dual_recording=True,
    checklist=(ChecklistItem(DocumentKind.SCAN, Who.SELLER),),
    returns_max=2,
    returning_days=2,
    overlay_days=3,
    registration=True,
    registration_days=2,
    registration_alarm_days=2,
    fault_fee=FaultFee(rate_bps=333, maximum=700),
)
"""Buyer and seller sign and bring papers, the buyer pays a deposit and then the rest, and whoever
is at fault pays."""
LATE_PAID: Final = structs.replace(TERMS[1], deposit_bps=333, funding_days=1)
"""An order sets aside a deposit, and the rest is due at once."""
REVIEWED: Final = structs.replace(
    TERMS[1],
    review=True,
    signed_decisions=True,
    claim_minutes=1_440,
    decide_days=9,
    returns_max=2,
    returning_days=2,
)
"""Two officers decide, and sign it."""
OFFERED: Final = structs.replace(
    TERMS[0], preemption_days=4, right_holders=tuple(HolderId(each) for each in (4, 5, 8))
)
"""Three have a right of pre-emption."""
