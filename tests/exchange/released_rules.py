"""Stored shapes and numbers of rules, for tests/exchange/test_codec.py."""

from __future__ import annotations

from enum import Enum
from typing import Final

from exchange.clearance_types import ClearanceState, ClearanceTerms
from exchange.rules.types import (
    Cure,
    CureKind,
    Finding,
    Override,
    Queue,
    RuleIncident,
    Severity,
    Stage,
    Verdict,
)
from exchange.rules_state import LoadedPack, ProductRulesImage

COMMANDS: Final = {
    7001: ("LoadRulePack", "actor key text applies_from"),
    7101: ("SetProductRules", "actor key product_id packs overrides"),
    7201: ("Acknowledge", "actor key rules offer"),
    7211: ("DecideClearance", "actor key clearance_id terms note"),
}
EVENTS: Final = {
    7001: ("RulePackLoaded", "pack_id version applies_from sha256"),
    7101: ("ProductRulesSet", "product_id packs overrides version"),
    7201: ("OrderJudged", "product_id findings"),
    7202: ("OrdersDisqualified", "party_id product_id side order_ids findings"),
    7203: ("TransferJudged", "transfer_id product_id party_id stage findings"),
    7211: ("WarningsAcknowledged", "order_id party_id product_id findings"),
    7221: (
        "ClearanceAsked",
        "clearance_id party_id product_id side rule_id queue transfer_id quantity price times",
    ),
    7222: ("ClearanceDecided", "clearance_id party_id product_id rule_id terms note"),
    7223: ("ClearanceUsed", "clearance_id party_id rule_id order_id"),
    7224: ("ClearanceEnded", "clearance_id party_id product_id rule_id"),
    7401: ("ProductJudged", "product_id findings"),
}
PARTS: Final = {
    Override: "rule_id parameter value",
    Cure: "kind value",
    Finding: "rule_id version pack pack_version verdict reason_code inputs cures source is_own",
    LoadedPack: "sequence loaded_at_ns applies_from text",
    ProductRulesImage: "product_id packs overrides version",
    ClearanceTerms: "quantity price_least price_most until",
    RuleIncident: "rule_id raised",
}
"""What these are made of."""
NUMBERS: Final[dict[type[Enum], str]] = {
    Stage: "PRODUCT=1 LIST=2 BID=3 MATCH=4 SUBMIT=5 CONFIRM=6 SETTLE=7 CONTINUOUS=8 VIEW=9",
    Severity: "WARN=1 HOLD=2 BLOCK=3",
    Queue: "COMPLIANCE=1 OPERATIONS=2",
    ClearanceState: "ASKED=1 CLEARED=2 USED=3 REFUSED=4 ENDED=5",
    Verdict: "NOT_APPLICABLE=0 PASS=1 WARN=2 HOLD=3 BLOCK=4",
    CureKind: "GET_CERTIFIED=1 TAKE_RISK_TEST=2 ASK_THE_VENUE=3 BUY_AT_LEAST=4 SELL_AT_MOST=5 "
    "SELL_EXACTLY=6 WAIT_UNTIL=7 USE_TICK=8 END_BY=9 TAKE_WHOLE_HOLDING=10 HAND_IN=21 "
    "VERIFY_ACCOUNT=22",
}
