"""The tags and fields of what is said about transfers, for tests/exchange/test_codec.py."""

from typing import Final

TRANSFER: Final = "transfer_id product_id trade_number seller_id buyer_id trust_company_id units"
TRANSFER_COMMANDS: Final = {
    1401: ("FundTransfer", "actor key transfer_id version"),
    1701: ("AnswerPreemption", "actor key transfer_id version answer"),
    2401: ("RedeemTransfer", "actor key transfer_id version proceeds officer"),
    2301: (
        "ReverseTransfer",
        (
            "actor key transfer_id version registered product_id trade_number seller_id buyer_id "
            "units cost_moved payer_id amount authority confirmed_by released officer"
        ),
    ),
}
TRANSFER_EVENTS: Final = {
    1302: (
        "TransferOpened",
        (
            f"{TRANSFER} price consideration buyer_fee_venue buyer_fee_trust_company "
            "seller_fee_venue seller_fee_trust_company paid state deadline_ns version preempts "
            "accrued"
        ),
    ),
    1402: (
        "TransferSettled",
        (
            f"{TRANSFER} seller_credit venue_credit trust_company_credit officer "
            "registration_due_ns version"
        ),
    ),
    1502: (
        "TransferFailed",
        (
            f"{TRANSFER} event state refund forfeited reason officer fault fault_fee "
            "fault_fee_owed version"
        ),
    ),
    2301: ("TransferRedeemed", f"{TRANSFER} proceeds officer version"),
    2101: (
        "TransferReversed",
        f"{TRANSFER} lot_id payer_id amount authority confirmed_by officer version",
    ),
}
