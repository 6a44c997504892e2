"""The tags and fields of what is said about transfers, for tests/exchange/test_codec.py."""

from typing import Final

TRANSFER: Final = "transfer_id product_id trade_number seller_id buyer_id trust_company_id units"
TRANSFER_COMMANDS: Final = {
    2301: (
        "ReverseTransfer",
        (
            "actor key transfer_id version product_id trade_number seller_id buyer_id units "
            "cost_moved payer_id amount authority confirmed_by released officer"
        ),
    ),
}
TRANSFER_EVENTS: Final = {
    2101: (
        "TransferReversed",
        f"{TRANSFER} lot_id payer_id amount authority confirmed_by officer version",
    ),
}
