"""Every route, four ways: anonymous, wrong role, somebody else's object, valid."""

import json
import re

import pytest
from fastapi.routing import APIRoute

from api.app import build_app
from api.dependencies import SignIn
from tests.api.alerts import OF_ALERTS
from tests.api.bank import BANK, PROOF
from tests.api.calendars import OF_CALENDARS
from tests.api.case import (
    BETWEEN_PARTIES,
    LOOKED_UP,
    OF_MARKET_MODES,
    OF_PRICES,
    OF_SIGNING_KEYS,
    STEPS_OF_TRANSFERS,
    UNDER_REVIEW,
    Case,
)
from tests.api.clearances import OF_CLEARANCES
from tests.api.clients import OF_CLIENTS
from tests.api.evidence.files import PDF
from tests.api.furniture import Furniture
from tests.api.halts import OF_HALTS
from tests.api.people import OF_PEOPLE, new_person
from tests.api.rules import OF_RULES
from tests.api.scene import Scene
from tests.api.slots import OF_SLOTS
from tests.api.venue import (
    NOBODYS_URL,
    REVIEWER_ROLES,
    Market,
    Member,
    TestVenue,
    code_of,
    order_body,
    product_body,
)

ACCOUNT_BODY = {"bank": BANK, "account_number": "62220011", "holder_name": "Party 某某"}
PLEDGE = {
    "symbol": "{symbol}",
    "holder_id": "{seller_id}",
    "kind": "PLEDGE",
    "units": "100",
    "authority_sha256": PROOF,
}
ORDER = order_body("free-1", "{symbol}", "SELL", "2.0000", "100")
PREVIEW = {name: value for name, value in ORDER.items() if name != "client_order_id"}
PROPOSALS = {
    "items": [{"transfer_id": "{transfer_id}", "decision": "CONFIRM", "criteria": "a" * 32}]
}
DECISIONS = {"items": [{"transfer_id": "{transfer_id}", "version": 2, "decision": "CONFIRM"}]}

FILE = {"content": "{file_content}", "signature": "{file_signature}"}
LATE_SCAN = {"evidence_id": "{scan_id}", "kind": "SCAN"}
DECISIONS_FILE = b"Transfer,Criteria,Decision\n1,2,Confirm\n"
REGISTRATION_FILE = (
    b"Transfer,Settled deal,Registration\n1,s0123456789abcdef0123456789abcdef,Registered\n"
)
HOLDERS_FILE = b"Product,As of,Holder,Units\n{symbol},2026-11-22,{seller_id},10000\n"

CASES = {
    "place_order": Case("POST", "/v1/orders", "trader", ORDER, 201),
    "preview_order": Case("POST", "/v1/orders/preview", "trader", PREVIEW),
    "get_feasible": Case("GET", "/v1/products/{symbol}/feasible", "trader"),
    "list_orders": Case("GET", "/v1/orders", "dealer"),
    "get_order": Case("GET", "/v1/orders/{order_id}", "dealer"),
    "replace_order": Case(
        "PATCH", "/v1/orders/{order_id}", "trader", {"price": "1.9000", "quantity": "100"}
    ),
    "cancel_order": Case("DELETE", "/v1/orders/{order_id}", "trader"),
    "list_holdings": Case("GET", "/v1/holdings", "trader"),
    "list_lots": Case("GET", "/v1/holdings/{symbol}/lots", "trader"),
    "get_register": Case("GET", "/v1/products/{symbol}/register", "registrar"),
    "get_register_of_holder": Case("GET", "/v1/products/{symbol}/register/{seller_id}", "anybody"),
    "encumber_units": Case("POST", "/v1/encumbrances", "registrar", PLEDGE, 201),
    "release_encumbrance": Case(
        "POST",
        "/v1/encumbrances/{encumbrance_id}/release",
        "registrar",
        {"authority_sha256": PROOF},
    ),
    "list_encumbrances": Case("GET", "/v1/encumbrances", "anybody"),
    "get_encumbrance": Case("GET", "/v1/encumbrances/{encumbrance_id}", "anybody"),
    "get_cash": Case("GET", "/v1/cash", "anybody"),
    "register_bank_account": Case("POST", "/v1/bank-accounts", "anybody", ACCOUNT_BODY, 201),
    "list_bank_accounts": Case("GET", "/v1/bank-accounts", "anybody"),
    "get_bank_account": Case("GET", "/v1/bank-accounts/{bank_account_id}", "anybody"),
    "verify_bank_account": Case(
        "POST", "/v1/bank-accounts/{unverified_id}/verify", "operator", {"proof_sha256": PROOF}
    ),
    "request_withdrawal": Case(
        "POST",
        "/v1/withdrawals",
        "anybody",
        {"bank_account_id": "{bank_account_id}", "amount": "1.00"},
        201,
    ),
    "list_withdrawals": Case("GET", "/v1/withdrawals", "anybody"),
    "get_withdrawal": Case("GET", "/v1/withdrawals/{withdrawal_id}", "anybody"),
    "approve_withdrawal": Case("POST", "/v1/withdrawals/{withdrawal_id}/approve", "operator"),
    "decline_withdrawal": Case("POST", "/v1/withdrawals/{withdrawal_id}/decline", "operator"),
    "record_payout": Case(
        "POST",
        "/v1/withdrawals/{approved_id}/payout",
        "operator",
        {"outcome": "REFUSED_BY_BANK", "bank_answer": "no"},
    ),
    "upload_statement": Case("POST", "/v1/statements", "operator", status=201, is_statement=True),
    "list_statements": Case("GET", "/v1/statements", "operator"),
    "list_payments": Case("GET", "/v1/payments", "operator"),
    "get_payment": Case("GET", "/v1/payments/{payment_id}", "operator"),
    "resolve_payment": Case(
        "POST", "/v1/payments/{payment_id}/resolve", "operator", {"resolution": "RETURN"}
    ),
    "reconcile_money": Case("POST", "/v1/reconciliations", "operator", status=201),
    "list_reconciliations": Case("GET", "/v1/reconciliations", "operator"),
    "get_custodian_statement": Case("GET", "/v1/custodian/statements/2026-11-21", "operator"),
    "simulate_payment": Case(
        "POST",
        "/v1/custodian/payments",
        "operator",
        ACCOUNT_BODY | {"amount": "1.00", "text": "TX-P{seller_id}"},
        201,
    ),
    "list_transfers": Case("GET", "/v1/transfers", "anybody"),
    "get_transfer": Case("GET", "/v1/transfers/{transfer_id}", "anybody"),
    "confirm_transfer": Case(
        "POST", "/v1/transfers/{transfer_id}/confirm", "officer", decides=True
    ),
    "reject_transfer": Case(
        "POST", "/v1/transfers/{transfer_id}/reject", "officer", {"reason": "OTHER"}, decides=True
    ),
    **UNDER_REVIEW,
    **LOOKED_UP,
    **OF_SIGNING_KEYS,
    **OF_CLIENTS,
    **OF_PRICES,
    **OF_HALTS,
    **OF_CLEARANCES,
    **OF_CALENDARS,
    **OF_ALERTS,
    "export_applications": Case("GET", "/v1/exports/applications", "officer"),
    "import_decisions": Case(
        "POST", "/v1/imports/decisions", "officer", content=DECISIONS_FILE, media_type="text/csv"
    ),
    "export_registration": Case("GET", "/v1/exports/registration", "officer"),
    "import_registration": Case(
        "POST",
        "/v1/imports/registration",
        "officer",
        content=REGISTRATION_FILE,
        media_type="text/csv",
    ),
    "reconcile_holders": Case(
        "POST", "/v1/imports/holders", "registrar", content=HOLDERS_FILE, media_type="text/csv"
    ),
    **STEPS_OF_TRANSFERS,
    "decide_transfers": Case("POST", "/v1/decisions", "officer", DECISIONS),
    "preview_decisions": Case("POST", "/v1/decisions/preview", "officer", DECISIONS),
    "propose_decisions": Case("POST", "/v1/decisions/propose", "reviewer", PROPOSALS),
    "get_file_headings": Case(
        "GET", "/v1/trust-companies/{trust_company_id}/file-headings", "registrar"
    ),
    "set_file_headings": Case(
        "PUT",
        "/v1/trust-companies/{trust_company_id}/file-headings/HOLDERS",
        "registrar",
        {"headings": {"units": "受益权份额"}},
    ),
    "get_service_level": Case("GET", "/v1/trust-companies/{trust_company_id}/sla", "registrar"),
    "create_product": Case(
        "POST", "/v1/products", "operator", product_body("FREE-1", "{trust_company_id}"), 201
    ),
    "sign_off_product": Case(
        "POST", "/v1/products/{draft}/sign-off", "officer", {"terms_digest": "{draft_digest}"}
    ),
    "open_product": Case(
        "POST", "/v1/products/{signed_off}/open", "operator", {"units_outstanding": "5000"}
    ),
    "suspend_product": Case("POST", "/v1/products/{symbol}/suspend", "operator"),
    "resume_product": Case("POST", "/v1/products/{suspended}/resume", "operator"),
    "close_product": Case("POST", "/v1/products/{suspended}/close", "operator"),
    **OF_MARKET_MODES,
    **BETWEEN_PARTIES,
    "import_register": Case("POST", "/v1/imports/register", "registrar", FILE, 201),
    "preview_register_import": Case("POST", "/v1/imports/register/preview", "registrar", FILE),
    "register_party": Case(
        "POST", "/v1/parties", "operator", {"kind": "INSTITUTION", "name": "Beihai 北海"}, 201
    ),
    "list_parties": Case("GET", "/v1/parties", "operator"),
    "mint_key": Case("POST", "/v1/parties/{party_id}/keys", "operator", {"label": "second"}, 201),
    "revoke_key": Case("DELETE", "/v1/parties/{party_id}/keys/{key_id}", "operator", status=204),
    "appoint_officer": Case(
        "POST", "/v1/officers", "operator", {"person": "{unique}", "roles": ["MAKER"]}, 201
    ),
    "list_officers": Case("GET", "/v1/officers", "registrar"),
    "dismiss_officer": Case("DELETE", "/v1/officers/{officer_id}", "operator", status=204),
    "list_proposals": Case("GET", "/v1/proposals", "operator"),
    "get_proposal": Case("GET", "/v1/proposals/{proposal_id}", "operator"),
    "approve_proposal": Case(
        "POST", "/v1/proposals/{proposal_id}/approve", "checker", {"digest": "{digest}"}
    ),
    "withdraw_proposal": Case("POST", "/v1/proposals/{proposal_id}/withdraw", "maker"),
    "list_exceptions": Case("GET", "/v1/exceptions", "registrar"),
    "get_exception": Case("GET", "/v1/exceptions/{exception_id}", "registrar"),
    # A trust company's is resolved by an officer of its own: test_exceptions.py.
    "resolve_exception": Case(
        "POST",
        "/v1/exceptions/{exception_id}/resolve",
        "operator",
        {"code": "DEALT_WITH", "note": "done"},
    ),
    "record_deposit": Case(
        "POST", "/v1/parties/{party_id}/deposits", "operator", {"amount": "10.00"}, 201
    ),
    "register_webhook": Case(
        "POST", "/v1/webhooks", "member", {"url": NOBODYS_URL, "label": "x"}, 201
    ),
    "list_webhooks": Case("GET", "/v1/webhooks", "member"),
    "get_webhook": Case("GET", "/v1/webhooks/{webhook_id}", "member"),
    "change_webhook": Case("PATCH", "/v1/webhooks/{webhook_id}", "member", {"label": "y"}),
    "delete_webhook": Case("DELETE", "/v1/webhooks/{webhook_id}", "member", status=204),
    "rotate_webhook_secret": Case("POST", "/v1/webhooks/{webhook_id}/rotate", "member", {}),
    "list_deliveries": Case("GET", "/v1/webhooks/{webhook_id}/deliveries", "member"),
    "get_delivery": Case("GET", "/v1/webhooks/{webhook_id}/deliveries/{message_id}", "member"),
    "replay_delivery": Case(
        "POST", "/v1/webhooks/{webhook_id}/deliveries/{message_id}/replay", "member"
    ),
    "list_notifications": Case("GET", "/v1/notifications", "member"),
    "read_notifications": Case(
        "PUT", "/v1/notifications/read-up-to", "member", {"notification_id": "1"}
    ),
    "get_notification_preferences": Case("GET", "/v1/notification-preferences", "member"),
    "set_notification_preferences": Case(
        "PUT",
        "/v1/notification-preferences",
        "member",
        {"muted": ["DEAL"], "by_email": ["HALT"], "email": "li@example.com"},
    ),
    "upload_evidence": Case(
        "POST", "/v1/evidence", "anybody", status=201, content=PDF, media_type="application/pdf"
    ),
    "get_evidence": Case("GET", "/v1/evidence/{evidence_id}", "anybody"),
    "attach_evidence": Case(
        "POST",
        "/v1/evidence-links",
        "anybody",
        {
            "subject": "PARTY",
            "subject_id": "{seller_id}",
            "evidence_id": "{evidence_id}",
            "kind": "SCAN",
        },
        201,
    ),
    "attach_late_evidence": Case(
        "POST", "/v1/transfers/{transfer_id}/late-evidence", "registrar", LATE_SCAN, 409
    ),
    "list_evidence_links": Case(
        "GET", "/v1/evidence-links?subject=TRANSFER&subject_id={transfer_id}", "anybody"
    ),
    "get_checklist": Case("GET", "/v1/transfers/{transfer_id}/checklist", "anybody"),
    **OF_RULES,
    **OF_SLOTS,
    **OF_PEOPLE,
    "accept_clock": Case("POST", "/v1/venue/clock", "operator"),
}
OPEN_TO_EVERYBODY = {
    "list_products": "/v1/products",
    "get_product": "/v1/products/{symbol}",
    "get_book": "/v1/products/{symbol}/book",
    "list_candles": "/v1/products/{symbol}/candles?interval=1m",
    "get_guidance": "/v1/products/{symbol}/guidance",
    "get_activity": "/v1/products/{symbol}/activity",
    "get_market_mode": "/v1/products/{symbol}/market-mode",
    "get_call_auction": "/v1/products/{gathering}/call-auction",
    "get_venue": "/v1/venue",
    "list_disclosures": "/v1/products/{symbol}/disclosures",
    "list_fee_schedules": "/v1/fee-schedules",
    "convert_price": "/v1/products/{symbol}/price?basis=DIRTY&value=1.02",
    "list_signing_keys": "/v1/signing-keys",
    "get_health": "/healthz",
    "get_readiness": "/readyz",
    "get_problems": "/docs/reference/problems.md",
    "get_feed_reference": "/docs/reference/feed.md",
}
OF_NEWCOMERS = {"sign_in", "enrol"}
"""By these one comes in: tests/api/test_sessions.py."""

OF_EVERYBODY = {"trust_company_id", "signing_key_id", "halt_id", "rule_pack_id", "dealer_id"}
"""What all may know of: who keeps a register, keys, halts, packs, and whom to offer a deal."""
OF_THE_VENUE = {"operator", "halter", "maker", "checker", "compliance"}
"""Whose things are the venue's."""
NOBODY_ELSES = [
    (operation, name)
    for operation, case in CASES.items()
    for name in sorted(set(re.findall(r"{(\w+_id)}", f"{case.path}{case.body}")) - OF_EVERYBODY)
    # Whoever keeps a register may know that there is such a party.
    if case.who not in OF_THE_VENUE and (operation, name) != ("encumber_units", "seller_id")
]
"""What else is named by its id in paths and bodies."""


def test_every_route_is_in_one_of_the_tables() -> None:
    routes = [route for route in build_app().routes if isinstance(route, APIRoute)]
    guarded = {
        route.operation_id
        for route in routes
        if any(isinstance(part.call, SignIn) for part in route.dependant.dependencies)
    }

    assert guarded == set(CASES)
    unguarded = {route.operation_id for route in routes} - guarded
    assert unguarded == set(OPEN_TO_EVERYBODY) | OF_NEWCOMERS


READS = [name for name, case in CASES.items() if case.method == "GET"]
"""By which nothing happens."""


@pytest.fixture(scope="module")
def untouched(venue: TestVenue) -> Scene:
    """One scene for all that are refused: it costs ten times what the requests do, and nothing
    happens in it."""
    scene = Scene(Market.make(venue))
    scene.find_message()
    return scene


@pytest.mark.parametrize("name", CASES)
def test_who_has_no_key_or_another_role_is_refused(untouched: Scene, name: str) -> None:
    scene, case = untouched, CASES[name]
    scene.furnish(case)
    before = scene.market.venue.sequence

    for member in (None, Member("0", "tx_" + "a" * 43), Member("0", "demo_" + "a" * 43)):
        response = scene.ask(case, member)

        assert (response.status_code, code_of(response)) == (401, "unauthenticated")
        assert response.headers["www-authenticate"].startswith('Bearer realm="trustex"')
    for role in roles_without(case):
        response = scene.ask(case, scene.who(role))

        assert (response.status_code, code_of(response)) == (403, "not_permitted"), role
    assert scene.market.venue.sequence == before


def roles_without(case: Case) -> set[str]:
    """Roles that may not ask for this."""
    several = {
        "anybody": {"trader", "officer", "operator"},
        "registrar": {"officer", "operator"},
        "halter": {"officer", "operator"},
        "member": {"trader", "officer"},
        "dealer": {"trader", "operator"},
        "buyer": {"trader"},
        "reviewer": {"officer"},
    }
    return {"trader", "officer", "operator"} - several.get(case.who, {case.who})


@pytest.mark.parametrize(("operation", "name"), NOBODY_ELSES)
def test_somebody_elses_object_is_as_if_it_did_not_exist(
    untouched: Scene, operation: str, name: str
) -> None:
    scene, case, venue = untouched, CASES[operation], untouched.market.venue
    scene.furnish(case)
    stranger = _stranger(venue, case)

    theirs_id = scene.names[name]
    theirs = scene.ask(case, stranger, key=venue.unique())
    scene.names[name] = missing_id = "9" * 9 if theirs_id.isdigit() else "f" * len(theirs_id)
    missing = scene.ask(case, stranger, key=venue.unique())
    scene.names[name] = theirs_id

    theirs_told, missing_told = theirs.json(), missing.json()
    for occurrence in ("instance", "request_id"):
        theirs_told.pop(occurrence, None), missing_told.pop(occurrence, None)
    # A batch says of which item it speaks.
    of_theirs = json.dumps(theirs_told).replace(f'"{theirs_id}"', f'"{missing_id}"')
    assert of_theirs == json.dumps(missing_told)
    in_batch = "decisions" in case.path
    assert theirs.status_code == missing.status_code == (200 if in_batch else 404), of_theirs
    assert in_batch is ("refusal" in of_theirs)
    assert theirs.headers.keys() == missing.headers.keys()


def test_a_transfer_is_seen_by_its_parties_and_nobody_else(market: Market) -> None:
    venue, transfer_id = market.venue, market.match()["transfer_id"]
    insiders = {
        "SELLER": market.seller,
        "BUYER": market.buyer,
        "TRUST_COMPANY": venue.trust_company,
        "OPERATOR": venue.operator,
    }

    for role, member in insiders.items():
        response = venue.ask("GET", f"/v1/transfers/{transfer_id}", member)
        assert (response.status_code, response.json()["role"]) == (200, role)
        listed = venue.ask("GET", f"/v1/transfers?symbol={market.symbol}", member).json()["items"]
        assert [item["transfer_id"] for item in listed] == [transfer_id]
    for outsider in (venue.new_party(), venue.new_party("TRUST_COMPANY")):
        response = venue.ask("GET", f"/v1/transfers/{transfer_id}", outsider)
        assert (response.status_code, code_of(response)) == (404, "unknown_transfer")
        assert venue.ask("GET", "/v1/transfers", outsider).json()["items"] == []


@pytest.mark.parametrize("name", READS)
def test_who_may_read_is_answered(untouched: Scene, name: str) -> None:
    scene, case = untouched, CASES[name]
    scene.furnish(case)

    response = scene.ask(case, scene.who(case.who))

    assert response.status_code == case.status, response.text


@pytest.mark.parametrize("name", [name for name in CASES if name not in READS])
def test_who_may_ask_is_answered(market: Market, name: str) -> None:
    scene, case = Scene(market, CASES[name]), CASES[name]
    if case.body and name in ("place_order", "create_product"):
        member = "client_order_id" if name == "place_order" else "symbol"
        case = case._replace(body=case.body | {member: market.venue.unique("FREE")})

    response = scene.ask(case, scene.who(case.who), key=market.venue.unique())

    assert response.status_code == case.status, response.text


@pytest.mark.parametrize("name", OPEN_TO_EVERYBODY)
def test_facts_and_quotes_are_open_to_everybody(market: Market, name: str) -> None:
    names = Furniture(market.venue, {"symbol": market.symbol})
    path = OPEN_TO_EVERYBODY[name].format_map(names)

    assert market.venue.ask("GET", path).status_code == 200


def _stranger(venue: TestVenue, case: Case) -> Member:
    if case.who in ("officer", "registrar"):
        return venue.new_party("TRUST_COMPANY")
    elif case.who == "person":
        return new_person(venue, venue.new_party())
    elif case.who == "reviewer":
        of = venue.new_party("TRUST_COMPANY").party_id
        return venue.new_officer(venue.operator, party_id=of, roles=REVIEWER_ROLES)
    else:
        return venue.new_party("NATURAL_PERSON")
