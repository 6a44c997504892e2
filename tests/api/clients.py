"""Clients over HTTP: which refusals no request meets, for tests/api/test_errors.py."""

from __future__ import annotations

from typing import Final

from exchange.refusals import Refusal

NO_ROUTE: Final = "no route gives this command yet"
NOT_OVER_HTTP: Final = dict.fromkeys(
    (
        Refusal.UNKNOWN_APPLICATION,
        Refusal.UNKNOWN_QUESTIONNAIRE,
        Refusal.PROFILE_OUT_OF_RANGE,
        Refusal.ANSWERS_OUT_OF_RANGE,
        Refusal.REVIEW_INCOMPLETE,
        Refusal.APPLICATION_OPEN,
        Refusal.ASSESSMENTS_MAX,
        Refusal.OWNER_CONFLICT,
    ),
    NO_ROUTE,
)
