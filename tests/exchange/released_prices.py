"""Stored shapes and numbers of disclosures and prices, for tests/exchange/test_codec.py."""

from __future__ import annotations

from enum import Enum
from typing import Final

from exchange.price_types import Disclaimer, QuoteBasis

COMMANDS: Final = {
    9301: (
        "PublishDisclosure",
        (
            "actor key product_id nav last_distribution_on next_income benchmark risk_level "
            "documents text_zh text_en distressed"
        ),
    ),
    9311: ("SetQuoteBasis", "actor key product_id quote_basis"),
    9401: ("SetFeeSchedule", "actor key product_id effective_on schedule"),
}
EVENTS: Final = {
    9301: (
        "FactsPublished",
        "product_id trust_company_id published_by facts documents text_zh text_en",
    ),
    9401: ("MeansMissing", "product_id available needed"),
    9411: ("ReserveChanged", "order_id party_id product_id reserved"),
    9431: ("FeeScheduleSet", "fees"),
    9421: ("BidUnfunded", "order_id party_id product_id available needed"),
}
NUMBERS: Final[dict[type[Enum], str]] = {
    QuoteBasis: "CLEAN=1 DIRTY=2 NAV=3 NAV_DISCOUNT=4 YIELD=5",
    Disclaimer: "PERFORMANCE_BENCHMARK=1 LEGACY_EXPECTED_YIELD=2",
}
