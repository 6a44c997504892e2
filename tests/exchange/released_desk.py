"""Stored shapes and numbers of officers and their exceptions, for tests/exchange/test_codec.py."""

from __future__ import annotations

from enum import Enum
from typing import Final

from exchange.types import ExceptionCode, ExceptionKind, OfficerRole, ProposalOutcome

COMMANDS: Final = {
    5201: (
        "AppointOfficer",
        "actor key officer_id party_id person roles from_ns until_ns deputy_for",
    ),
    5301: ("DismissOfficer", "actor key officer_id dismissed_id"),
    5401: ("RaiseException", "actor key kind subject_id party_id late"),
    5501: ("ResolveException", "actor key officer_id exception_id code note"),
}
EVENTS: Final = {
    3501: ("ExceptionRaised", "exception_id kind subject_id trust_company_id times late"),
    3601: (
        "ExceptionResolved",
        "exception_id kind subject_id trust_company_id code officer_id",
    ),
}
NUMBERS: Final[dict[type[Enum], str]] = {
    OfficerRole: "MAKER=1 CHECKER=2 HEAD=4 COMPLIANCE=8",
    ProposalOutcome: "APPROVED=1 WITHDRAWN=2 LAPSED=3",
    ExceptionKind: "LATE_DECISION=1 PAYMENT=2 PAYOUT=3 REGISTRATION_LATE=4 MONEY_BREAK=5 "
    "MONEY_CLAIM=6 EVIDENCE=7 WEBHOOK=8 HOLDER_BREAK=9 RULE_INCIDENT=10 "
    "MARKET_CLAIM=14 CALENDAR_ENDS=15",
    ExceptionCode: "DEALT_WITH=1 NO_ACTION_NEEDED=2 OTHER=9",
}
