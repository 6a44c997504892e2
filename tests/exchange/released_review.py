"""What the tags of a trust company's decisions and of its officers' work mean: rows of
tests/exchange/test_codec.py, which is full."""

from __future__ import annotations

from typing import Final

COMMANDS: Final = {
    902: (
        "ConfirmTransfer",
        "actor key transfer_id version officer officer_id criteria signature",
    ),
    1002: (
        "RejectTransfer",
        "actor key transfer_id version officer reason officer_id criteria signature",
    ),
    3101: ("ClaimTransfer", "actor key transfer_id version officer officer_id"),
    3201: ("ReleaseClaim", "actor key transfer_id version officer officer_id"),
    3301: ("ReassignTransfer", "actor key transfer_id version officer officer_id assigned_id"),
    3401: (
        "ReturnTransfer",
        "actor key transfer_id version officer officer_id reason returned_to",
    ),
    3501: (
        "ProposeDecision",
        "actor key transfer_id version officer officer_id criteria reason signature claims",
    ),
}
EVENTS: Final = {
    3401: (
        "ApprovalsLapsed",
        (
            "transfer_id product_id trade_number seller_id buyer_id trust_company_id units event "
            "made_by reason state version changed"
        ),
    ),
}
