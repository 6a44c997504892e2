"""Stored shapes and numbers of market modes, for tests/exchange/test_codec.py."""

from __future__ import annotations

from enum import Enum
from typing import Final

from exchange.modes.types import MarketMode

COMMANDS: Final = {
    103: ("OpenLicensedVenue", "actor key profile fee_schedule calendars four_eyes approval_ref"),
    8001: ("SetMarketMode", "actor key product_id mode terms effective_on"),
    8011: ("CallOffMarketMode", "actor key product_id mode effective_on"),
}
EVENTS: Final = {
    8001: ("VenueLicensed", "approval_ref"),
    8011: ("MarketModeSet", "product_id mode terms version"),
    8251: ("MarketModeAnnounced", "product_id coming"),
    8261: ("MarketModeLapsed", "product_id mode refusal"),
    8271: ("MarketModeCalledOff", "product_id mode effective_on"),
    8021: ("AuctionScheduled", "product_id opens_ns latest_ns"),
    8031: ("AuctionIndicated", "product_id price volume surplus"),
    8041: ("AuctionUncrossed", "product_id price volume surplus"),
    8061: ("AuctionExtended", "product_id price volume surplus opens_ns latest_ns"),
    8051: ("OrderTaken", "order_id product_id side price quantity remaining"),
}
TERMS: Final = {2: ("CallAuctionTerms", "uncross_minutes window_minutes")}
"""Of market modes."""
NUMBERS: Final[dict[type[Enum], str]] = {
    MarketMode: "CONTINUOUS=1 CALL_AUCTION=2 LISTED_PRICE=3 ENGLISH_AUCTION=4 NEGOTIATED=5 RFQ=6",
}
