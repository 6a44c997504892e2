"""How a route is asked in the table of tests/api/test_access.py."""

from typing import Any, Final, NamedTuple

from tests.api.bank import PROOF


class Case(NamedTuple):
    """How to ask a route validly, and who may not."""

    method: str
    path: str
    who: str
    """Who may ask: trader, a transfer's buyer, officer, officer by a key of his own (reviewer),
    trader or officer (member), operator, officer or operator (registrar), the same or the regulator
    (halter), or anybody signed in."""
    body: dict[str, Any] | None = None
    status: int = 200
    decides: bool = False
    content: bytes | None = None
    media_type: str = ""
    is_statement: bool = False
    """The body is the bank's next statement, without a booking."""


PROPOSAL: Final = {"decision": "CONFIRM", "criteria": "a" * 32}
UNDER_REVIEW: Final = {
    "list_queue": Case("GET", "/v1/desk/queue", "officer"),
    "claim_transfer": Case(
        "POST", "/v1/transfers/{transfer_id}/claim", "reviewer", status=409, decides=True
    ),
    "release_claim": Case(
        "POST", "/v1/transfers/{transfer_id}/release", "reviewer", status=409, decides=True
    ),
    "reassign_transfer": Case(
        "POST",
        "/v1/transfers/{transfer_id}/reassign",
        "reviewer",
        {"officer_id": "{officer_id}"},
        404,
        decides=True,
    ),
    "propose_decision": Case(
        "POST", "/v1/transfers/{transfer_id}/propose", "reviewer", PROPOSAL, 409, decides=True
    ),
}
"""What officers do with a transfer."""

STEPS_OF_TRANSFERS: Final = {
    "sign_agreement": Case(
        "POST", "/v1/transfers/{transfer_id}/sign", "trader", status=409, decides=True
    ),
    "fund_transfer": Case(
        "POST", "/v1/transfers/{transfer_id}/fund", "buyer", status=409, decides=True
    ),
    "cancel_transfer": Case("POST", "/v1/transfers/{transfer_id}/cancel", "trader", decides=True),
    "rescind_transfer": Case(
        "POST", "/v1/transfers/{transfer_id}/rescind", "buyer", status=409, decides=True
    ),
    "list_preemptions": Case("GET", "/v1/preemptions", "anybody"),
    # Offered to others; those who are asked have a test of their own: test_preemptions.py.
    "answer_preemption": Case(
        "POST",
        "/v1/transfers/{transfer_id}/preemption",
        "trader",
        {"answer": "WAIVE"},
        403,
        decides=True,
    ),
    "return_transfer": Case(
        "POST",
        "/v1/transfers/{transfer_id}/return",
        "officer",
        {"reason": "OTHER", "returned_to": ["BUYER"]},
        409,
        decides=True,
    ),
    "resubmit_transfer": Case(
        "POST", "/v1/transfers/{transfer_id}/resubmit", "anybody", status=409, decides=True
    ),
    "set_overlay": Case(
        "POST",
        "/v1/transfers/{transfer_id}/overlays",
        "anybody",
        {"overlay": "DISPUTED"},
        decides=True,
    ),
    "lift_overlay": Case(
        "DELETE",
        "/v1/transfers/{transfer_id}/overlays/DISPUTED",
        "anybody",
        status=403,
        decides=True,
    ),
    "cancel_trade": Case(
        "POST", "/v1/transfers/{transfer_id}/cancel-trade", "operator", decides=True
    ),
    "declare_seller_default": Case(
        "POST", "/v1/transfers/{transfer_id}/seller-default", "operator", decides=True
    ),
    "reverse_transfer": Case(
        "POST",
        "/v1/transfers/{transfer_id}/reverse",
        "operator",
        {
            "payer_id": "{seller_id}",
            "amount": "0.00",
            "authority_sha256": PROOF,
            "confirmed_by": "{trust_officer_id}",
        },
        409,
        decides=True,
    ),
    "acknowledge_registration": Case(
        "POST", "/v1/transfers/{transfer_id}/registration", "officer", status=409, decides=True
    ),
    "redeem_transfer": Case(
        "POST",
        "/v1/transfers/{transfer_id}/redemption",
        "officer",
        {"proceeds": "100.00"},
        409,
        decides=True,
    ),
}
"""What may be done with a transfer besides deciding it."""

OF_MARKET_MODES: Final = {
    "set_market_mode": Case(
        "POST", "/v1/products/{quiet}/market-mode", "operator", {"market_mode": "NEGOTIATED"}
    ),
    "call_off_market_mode": Case(
        "POST",
        "/v1/products/{quiet}/market-mode/call-off",
        "operator",
        {"market_mode": "NEGOTIATED", "effective_on": "2026-11-24"},
        status=409,
    ),
}
"""How deals in a product are made."""

LAPSES: Final = "2026-11-23T04:00:00Z"
BETWEEN_PARTIES: Final = {
    "offer_deal": Case(
        "POST",
        "/v1/negotiations",
        "trader",
        {
            "symbol": "{negotiated}",
            "side": "SELL",
            "price": "1.0000",
            "quantity": "100",
            "counterparty_id": "{dealer_id}",
            "lapses_at": LAPSES,
        },
        201,
    ),
    "list_units": Case(
        "POST",
        "/v1/listings",
        "trader",
        {
            "symbol": "{listed}",
            "price": "1.0000",
            "quantity": "100",
            "acceptance": "SELLER_CONFIRMS",
            "lapses_at": LAPSES,
        },
        201,
    ),
    "request_quotes": Case(
        "POST",
        "/v1/quote-requests",
        "trader",
        {"symbol": "{quoted}", "side": "BUY", "quantity": "100", "lapses_at": LAPSES},
        201,
    ),
    "auction_units": Case(
        "POST",
        "/v1/english-auctions",
        "trader",
        {
            "symbol": "{auctioned}",
            "price": "1.0000",
            "increment": "0.0100",
            "quantity": "100",
            "starts_at": "2026-11-22T05:00:00Z",
            "ends_at": "2026-11-22T06:00:00Z",
            "lapses_at": LAPSES,
        },
        201,
    ),
    "list_negotiations": Case("GET", "/v1/negotiations", "dealer"),
    "get_negotiation": Case("GET", "/v1/negotiations/{negotiation_id}", "dealer"),
    "make_offer": Case(
        "POST",
        "/v1/negotiations/{negotiation_id}/offers",
        "trader",
        {"answers": "{negotiation_id}", "price": "1.0000", "quantity": "100"},
        201,
    ),
    "accept_offer": Case(
        "POST", "/v1/negotiations/{negotiation_id}/offers/{negotiation_id}/accept", "trader", {}
    ),
    "decline_offer": Case(
        "POST", "/v1/negotiations/{negotiation_id}/offers/{negotiation_id}/decline", "trader"
    ),
    "withdraw_offer": Case("DELETE", "/v1/negotiations/{own_negotiation_id}", "trader"),
}
"""Deals between named parties."""

OF_SIGNING_KEYS: Final = {
    "register_party_signing_key": Case(
        "POST",
        "/v1/parties/{trust_company_id}/signing-keys",
        "operator",
        {"public_key": "{public_key}", "label": "second"},
        201,
    ),
    "list_party_signing_keys": Case(
        "GET", "/v1/parties/{trust_company_id}/signing-keys", "registrar"
    ),
    "get_party_signing_key": Case(
        "GET", "/v1/parties/{trust_company_id}/signing-keys/{signing_key_id}", "anybody"
    ),
    "revoke_party_signing_key": Case(
        "DELETE",
        "/v1/parties/{trust_company_id}/signing-keys/{signing_key_id}",
        "operator",
        status=204,
    ),
}
"""The keys with which trust companies and their officers sign."""

_LINE: Final = {"rate_bps": 5, "minimum": "0.00", "maximum": "1000.00"}
FEES_OF_2030: Final[dict[str, Any]] = {
    "effective_on": "2030-01-01",
    "lines": {
        "venue_buyer": _LINE,
        "venue_seller": _LINE,
        "trust_company_buyer": _LINE,
        "trust_company_seller": _LINE,
    },
}
OF_PRICES: Final = {
    "publish_disclosure": Case(
        "POST", "/v1/products/{symbol}/disclosures", "registrar", {"risk_level": 3}, 201
    ),
    "set_quote_basis": Case(
        "POST", "/v1/products/{other_symbol}/quote-basis", "operator", {"quote_basis": "DIRTY"}
    ),
    "set_fee_schedule": Case("POST", "/v1/fee-schedules", "operator", FEES_OF_2030, 201),
}
"""What is said of products."""
LOOKED_UP: Final = {
    "list_register_changes": Case(
        "GET", "/v1/products/{symbol}/register/{seller_id}/changes", "anybody"
    ),
    "list_cash_entries": Case("GET", "/v1/cash/entries", "anybody"),
    "get_case": Case("GET", "/v1/transfers/{transfer_id}/case", "registrar"),
    "get_transfer_rulings": Case("GET", "/v1/transfers/{transfer_id}/rulings", "operator"),
    "list_events": Case("GET", "/v1/events?transfer={transfer_id}", "operator"),
    "list_reads": Case("GET", "/v1/reads", "operator"),
}
"""What has happened."""
