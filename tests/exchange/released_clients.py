"""Stored shapes and numbers of clients, for tests/exchange/test_codec.py."""

from __future__ import annotations

from enum import Enum
from typing import Any, Final

from exchange.client_types import (
    ApplicationRejection,
    ApplicationState,
    EstablishedFacts,
    ListingReason,
    Ownership,
    ProfileFact,
)
from exchange.profile import (
    CddRisk,
    Certification,
    CertificationBasis,
    DueDiligence,
    Profile,
    RiskAssessment,
)

COMMANDS: Final = {
    7501: ("SubmitApplication", "actor key basis professional owner_id evidence"),
    7601: ("ReviewApplication", "actor key officer_id application_id rejection facts"),
    7701: ("AnswerQuestionnaire", "actor key questionnaire score answers_sha256"),
    7801: ("RecordFacts", "actor key officer_id party_id facts"),
    7901: ("SetListing", "actor key officer_id party_id reason"),
}
EVENTS: Final = {
    7501: (
        "ApplicationAdvanced",
        ("application_id party_id state basis professional owner_id evidence officer_id rejection"),
    ),
    7601: (
        "ProfileChanged",
        (
            "party_id certification risk assessments professional due_diligence owner_id "
            "affiliate_of layers officer_id lookthrough_count"
        ),
    ),
    7701: ("ProfileEnding", "party_id fact last_day days_left"),
    7801: ("ProfileLapsed", "party_id fact last_day"),
    7901: ("ListingSet", "party_id reason officer_id"),
}
PARTS: Final[dict[Any, str]] = {
    EstablishedFacts: "certification due_diligence ownership professional",
    Ownership: "owner_id affiliate_of layers lookthrough_count",
    Certification: "basis valid_until",
    RiskAssessment: "level assessed_on valid_until",
    DueDiligence: "risk review_by",
    Profile: (
        "certification risk assessments professional due_diligence listed owner_id affiliate_of "
        "layers lookthrough_count certified_on reviewed_on"
    ),
}
"""Of commands, events and snapshots."""
NUMBERS: Final[dict[type[Enum], str]] = {
    CertificationBasis: "NET_ASSETS=1 FINANCIAL_ASSETS=2 INCOME=3 LEGAL_PERSON=4 DEEMED=5",
    CddRisk: "LOW=1 MEDIUM=2 HIGH=3",
    ApplicationState: "SUBMITTED=1 APPROVED=2 REJECTED=3",
    ApplicationRejection: "DOCUMENTS_INCOMPLETE=1 NOT_QUALIFIED=2 IDENTITY_NOT_ESTABLISHED=3 "
    "OTHER=9",
    ListingReason: "IDENTITY_CHECK=1 SUSPICION=2 SANCTIONS=3 AUTHORITY=4",
    ProfileFact: "CERTIFICATION=1 RISK_ASSESSMENT=2 DUE_DILIGENCE=3",
}
