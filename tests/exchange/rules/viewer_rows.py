"""Rows of whom quotes are shown to."""

from __future__ import annotations

from typing import Final

from exchange.rules.types import Cure, CureKind
from exchange.types import PartyKind
from tests.exchange.rules.deals import bid, viewing
from tests.exchange.rules.row import BLOCK, NO_PARAMS, NOT_APPLICABLE, PASS, Row, Turn

GET_CERTIFIED: Final = (Cure(CureKind.GET_CERTIFIED),)

VIEWER_ROWS: Final = (
    Row("VIS-01", "a certified person", viewing(), PASS),
    Row("VIS-01", "a certified institution", viewing(PartyKind.INSTITUTION), PASS),
    Row(
        "VIS-01",
        "on the last day of the certification",
        viewing(certified_until="2026-11-23"),
        PASS,
    ),
    Row(
        "VIS-01",
        "who has not signed in",
        viewing(None),
        BLOCK,
        NO_PARAMS,
        GET_CERTIFIED,
    ),
    Row(
        "VIS-01",
        "who was never certified",
        viewing(certified_until=None),
        BLOCK,
        NO_PARAMS,
        GET_CERTIFIED,
    ),
    Row("VIS-01", "a trust company", viewing(PartyKind.TRUST_COMPANY), NOT_APPLICABLE),
    Row("VIS-01", "the operator", viewing(PartyKind.OPERATOR), NOT_APPLICABLE),
    Row("VIS-01", "a regulator", viewing(PartyKind.REGULATOR), NOT_APPLICABLE),
    Row("VIS-01", "a bid is no look", bid(), NOT_APPLICABLE),
)
VIEWER_TURNS: Final = (
    Turn(
        "VIS-01",
        "time: the certification ends",
        viewing(certified_until="2026-11-23"),
        viewing(certified_until="2026-11-23", on="2026-11-24"),
    ),
    Turn("VIS-01", "the certification is withdrawn", viewing(), viewing(certified_until=None)),
)
