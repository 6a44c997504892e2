"""Stored shapes and numbers of deals between named parties, for tests/exchange/test_codec.py."""

from __future__ import annotations

from enum import Enum
from typing import Final

from exchange.modes.negotiation import Acceptance, Move, NegotiationState, OfferState

ABOUT: Final = "actor key negotiation_id"
COMMANDS: Final = {
    8301: (
        "OfferDeal",
        "actor key product_id side price quantity counterparty_id lapses_ns lots",
    ),
    8401: (
        "ListUnits",
        "actor key product_id price quantity parts acceptance lapses_ns lots",
    ),
    8501: ("RequestQuotes", "actor key product_id side quantity named lapses_ns"),
    8602: (
        "AuctionUnits",
        (
            "actor key product_id price increment reserve_price quantity starts_ns ends_ns "
            "lapses_ns lots"
        ),
    ),
    8601: ("MakeOffer", f"{ABOUT} offer_id price quantity lapses_ns lots"),
    8701: ("AcceptOffer", f"{ABOUT} offer_id lots"),
    8801: ("DeclineOffer", f"{ABOUT} offer_id"),
    8901: ("WithdrawOffer", ABOUT),
}
EVENTS: Final = {
    8301: (
        "NegotiationOpened",
        (
            "negotiation_id product_id mode opener_id side price quantity parts acceptance named "
            "lapses_ns"
        ),
    ),
    8602: (
        "BiddingOpened",
        "negotiation_id increment reserve_price starts_ns ends_ns latest_ns",
    ),
    8603: ("BiddingExtended", "negotiation_id ends_ns"),
    8401: ("OfferMade", "negotiation_id offer_id party_id made_to price quantity lapses_ns"),
    8501: ("OfferPicked", "negotiation_id offer_id party_id lapses_ns"),
    8601: ("OfferEnded", "negotiation_id offer_id party_id made_to state"),
    8701: (
        "NegotiationAdvanced",
        ("negotiation_id move state price quantity open_quantity lapses_ns version transfer_id"),
    ),
}
NUMBERS: Final[dict[type[Enum], str]] = {
    NegotiationState: "OPEN=1 OFFERED=2 DEALT=3 DECLINED=4 WITHDRAWN=5 LAPSED=6 "
    "WITHDRAWN_BY_VENUE=7 LED=8 BACKED=9 REOPENED=10",
    OfferState: "STANDING=1 PICKED=2 ACCEPTED=3 COUNTERED=4 DECLINED=5 WITHDRAWN=6 LAPSED=7 "
    "FREED=8 WITHDRAWN_BY_VENUE=9 RAISED=10",
    Acceptance: "FIRST_PASSING=1 SELLER_CONFIRMS=2",
    Move: "COUNTER=1 ASK=2 QUOTE=3 PICK=4 PASS_ON=5 FALL_BACK=6 DROP=7 DEAL_PART=8 DEAL=9 "
    "DECLINE=10 WITHDRAW=11 LAPSE=12 CLOSE=13 BID=14 EXTEND=15 AWARD=16 KNOCK_DOWN=17 REOPEN=18 "
    "MOVE_UP=19 RELEASE=20 RELIST=21",
}
