"""What the tags and numbers of holder slots and of classes of orders mean: rows of
tests/exchange/test_codec.py, which is full."""

from __future__ import annotations

from enum import Enum
from typing import Final

from exchange.class_events import ClassedOrder
from exchange.match_rule import MatchRule
from exchange.slots import CountBasis

EVENTS: Final = {
    9001: ("MatchSkipped", "product_id maker_order_id taker_order_id quantity rule"),
    9002: ("HolderSlotsChanged", "product_id caps counts"),
    9701: ("OrderClassed", "order_id product_id counterparty_class"),
    9711: ("BookClassed", "product_id matrix orders"),
}
PARTS: Final = {ClassedOrder: "order_id side price quantity counterparty_class"}
NUMBERS: Final[dict[type[Enum], str]] = {
    CountBasis: "NOW=1 EVER=2",
    MatchRule: "NATURAL_HOLDERS=1 ALL_HOLDERS=2 TURNAROUND=3 SPLIT_TO_NATURAL=4 "
    "INSTITUTION_TO_NATURAL=5 INSTITUTION_SPLIT=6 SAME_OWNER=7 "
    "BUYER_MINIMUM=8 SELLER_REMAINDER=9 "
    "PRICE_BAND=10 DISCLOSURE_OLD=11 LOOK_THROUGH=12",
}
