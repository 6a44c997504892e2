"""Pledges and freezes over HTTP: by two under four eyes, and told to whom they concern."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.api.encumbrances import AUTHORITY, encumber, release
from tests.api.test_officers import approve
from tests.api.venue import Market, Member, TestVenue, code_of, product_body


@pytest.fixture
def held(strict: TestVenue) -> dict[str, Any]:
    """A pledge of 600 of the 1,000 units of a holder, at a venue under four eyes."""
    maker, checker = strict.pair()
    product = product_body("JIAHE-1", strict.trust_company.party_id)
    proposed = strict.ask("POST", "/v1/products", maker, key=strict.unique(), json=product)
    assert approve(strict, checker, proposed.json()).status_code == 200
    holder = strict.new_party()
    office = strict.office(strict.trust_company.party_id)
    file = office.signed(office.holders_file("JIAHE-1", [(holder.party_id, "1000")]))
    strict.do("POST", "/v1/imports/register", strict.trust_company, json=file)
    return {
        "symbol": "JIAHE-1",
        "holder_id": holder.party_id,
        "kind": "PLEDGE",
        "units": "600",
        "authority_sha256": AUTHORITY,
    }


def test_two_officers_of_the_operator_freeze_and_release(
    strict: TestVenue, held: dict[str, Any]
) -> None:
    maker, checker = strict.pair()

    def by_two(path: str, body: object) -> Any:
        alone = strict.ask("POST", path, strict.operator, key=strict.unique(), json=body)
        assert code_of(alone) == "four_eyes_required"
        proposed = strict.ask("POST", path, maker, key=strict.unique(), json=body)
        assert proposed.status_code == 202, proposed.text
        approved = approve(strict, checker, proposed.json())
        assert approved.status_code == 200, approved.text
        return approved.json()

    placed = by_two("/v1/encumbrances", held)
    act = placed["act"]
    assert (act["type"], act["kind"], act["units"]) == ("Encumber", "PLEDGE", "600")
    assert act["authority"] == AUTHORITY
    path = f"/v1/encumbrances/{placed['result_id']}"
    shown = strict.ask("GET", path, maker).json()
    assert (shown["state"], shown["held"]) == ("STANDS", "600")
    ended = by_two(f"{path}/release", {"authority_sha256": AUTHORITY})
    assert ended["act"]["encumbrance_id"] == placed["result_id"]
    assert strict.ask("GET", path, maker).json()["state"] == "ENDED"


def test_a_trust_company_keeps_its_register_by_itself(
    strict: TestVenue, held: dict[str, Any]
) -> None:
    placed = strict.do("POST", "/v1/encumbrances", strict.trust_company, json=held)
    assert release(strict, placed, by=strict.trust_company)["state"] == "ENDED"


@pytest.mark.parametrize("role", ["TRUST_COMPANY", "HOLDER"])
def test_whom_it_concerns_is_told_by_webhook(market: Market, role: str) -> None:
    """Though no order and no transfer moves."""
    venue = market.venue
    member: Member = venue.trust_company if role == "TRUST_COMPANY" else market.seller
    webhook_id = venue.register_webhook(member, "https://nobody.invalid/")["webhook_id"]
    placed = encumber(venue, market.symbol, market.seller, "PLEDGE", "600")
    (message,) = venue.messages(member, webhook_id)
    path = f"/v1/webhooks/{webhook_id}/deliveries/{message['message_id']}"
    said = json.loads(venue.ask("GET", path, member).json()["body"])
    assert said["type"] == message["type"] == "units.encumbered"
    assert said["data"] == {
        "encumbrance_id": placed["encumbrance_id"],
        "symbol": market.symbol,
        "role": role,
        "holder_id": market.seller.party_id,
        "trust_company_id": venue.trust_company.party_id,
        "kind": "PLEDGE",
        "units": "600",
        "state": "STANDS",
    }
    release(venue, placed)
