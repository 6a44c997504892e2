"""Officers and what they do in pairs, over HTTP."""

from typing import Any

import pytest
from sqlalchemy import func, select

from api.store.edge import KEYS_LIVE_MAX
from api.store.tables import bank_account_numbers
from tests.api.bank import PROOF, BankDesk, Entry, account
from tests.api.venue import Market, Member, TestVenue, code_of, product_body


def deposit(venue: TestVenue, member: Member, party_id: str, amount: str) -> Any:
    path = f"/v1/parties/{party_id}/deposits"
    return venue.ask("POST", path, member, key=venue.unique(), json={"amount": amount})


def approve(venue: TestVenue, member: Member, proposal: Any, **changes: str) -> Any:
    body = {"digest": proposal["digest"]} | changes
    path = f"/v1/proposals/{proposal['proposal_id']}/approve"
    return venue.ask("POST", path, member, key=venue.unique(), json=body)


def cash(venue: TestVenue, member: Member) -> str:
    total: str = venue.ask("GET", "/v1/cash", member).json()["total"]
    return total


def test_the_operators_own_key_does_nothing_that_needs_two(strict: TestVenue) -> None:
    buyer = strict.new_party()
    refused = deposit(strict, strict.operator, buyer.party_id, "10.00")
    assert (refused.status_code, code_of(refused)) == (403, "four_eyes_required")
    strict.pair()
    body = {"person": "third", "roles": ["MAKER"]}
    alone = strict.ask("POST", "/v1/officers", strict.operator, key="third", json=body)
    assert code_of(alone) == "four_eyes_required"


def test_an_officer_proposes_and_another_approves(strict: TestVenue) -> None:
    buyer, (maker, checker) = strict.new_party(), strict.pair()
    proposed = deposit(strict, maker, buyer.party_id, "10.00")
    assert proposed.status_code == 202
    proposal = proposed.json()
    path = f"/v1/proposals/{proposal['proposal_id']}"
    assert proposed.headers["location"] == path
    assert proposal["act"] == {
        "type": "RecordDeposit",
        "party_id": buyer.party_id,
        "amount": "10.00",
    }
    assert (proposal["state"], proposal["officer_id"]) == ("OPEN", maker.officer_id)
    assert cash(strict, buyer) == "0.00"
    listed = strict.ask("GET", "/v1/proposals?state=OPEN", strict.operator).json()["items"]
    assert listed == [proposal] == [strict.ask("GET", path, checker).json()]

    himself = approve(strict, maker, proposal)
    assert (himself.status_code, code_of(himself)) == (403, "same_person")
    other = approve(strict, checker, proposal, digest="0" * 32)
    assert (other.status_code, code_of(other)) == (412, "criteria_stale")
    assert code_of(approve(strict, strict.operator, proposal)) == "not_permitted"
    approved = approve(strict, checker, proposal)
    assert approved.status_code == 200
    assert approved.json()["state"] == "APPROVED"
    assert approved.json()["closed_by"] == checker.officer_id
    assert cash(strict, buyer) == "10.00"
    assert code_of(approve(strict, checker, proposal)) == "unknown_proposal"
    assert strict.ask("GET", "/v1/proposals?state=OPEN", checker).json()["items"] == []
    (past,) = strict.ask("GET", "/v1/proposals", checker).json()["items"]
    assert past == approved.json()


def test_a_proposal_shows_everything_that_will_be_done(strict: TestVenue) -> None:
    maker, checker = strict.pair()
    body = product_body("DEMO-1", strict.trust_company.party_id) | {
        "quantity_scale": 2,
        "transfer_terms": {"calendar_id": "CN_WORKING"},
    }
    proposed = strict.ask("POST", "/v1/products", maker, key="product", json=body)
    assert proposed.status_code == 202, proposed.text
    act = proposed.json()["act"]
    scaled = {"units_issued": "1000000.00", "lot": "100.00"}
    expected = {**body, **scaled, "type": "CreateProduct", "ctrc_code": None}
    assert {name: act[name] for name in act if name != "transfer_terms"} == {
        name: value for name, value in expected.items() if name != "transfer_terms"
    }
    assert act["transfer_terms"]["calendar_id"] == "CN_WORKING"
    approved = approve(strict, checker, proposed.json()).json()
    product = strict.ask("GET", "/v1/products/DEMO-1").json()
    assert approved["result_id"] == product["product_id"]

    suspend = strict.ask("POST", "/v1/products/DEMO-1/suspend", maker, key="suspend").json()
    assert suspend["act"] == {"type": "SuspendProduct", "product_id": product["product_id"]}
    approve(strict, checker, suspend)
    assert strict.ask("GET", "/v1/products/DEMO-1").json()["state"] == "SUSPENDED"


def test_a_register_file_of_the_operators_is_posted_by_two(market: Market) -> None:
    venue, (maker, checker) = market.venue, market.venue.pair()
    office = venue.office(venue.trust_company.party_id)
    file = office.holders_file(market.symbol, [(market.buyer.party_id, "100")])
    body = office.signed(file)
    proposed = venue.ask("POST", "/v1/imports/register", maker, key=venue.unique(), json=body)
    assert proposed.status_code == 202, proposed.text
    (row,) = proposed.json()["act"]["rows"]
    assert (row["type"], row["units"]) == ("Subscribe", "100")
    path = f"/v1/products/{market.symbol}/register/{market.buyer.party_id}"
    assert venue.ask("GET", path, market.buyer).json()["units"] == "0"
    assert approve(venue, checker, proposed.json()).json()["state"] == "APPROVED"
    assert venue.ask("GET", path, market.buyer).json()["units"] == "100"


def test_an_act_that_cannot_be_done_is_refused_at_the_approval(strict: TestVenue) -> None:
    maker, checker = strict.pair()
    path = "/v1/parties/999/deposits"
    body = {"amount": "10.00"}
    proposal = strict.ask("POST", path, maker, key="nobody", json=body).json()
    refused = approve(strict, checker, proposal)
    assert (refused.status_code, code_of(refused)) == (404, "unknown_party")
    withdrawn = strict.do("POST", f"/v1/proposals/{proposal['proposal_id']}/withdraw", maker)
    assert withdrawn["state"] == "WITHDRAWN"


def test_officers_of_the_operator_are_appointed_and_dismissed_by_two(strict: TestVenue) -> None:
    maker, checker = strict.pair()
    ends_at = "2027-11-22T04:00:00.000000Z"
    body = {"person": "Qian 钱", "deputy_for": checker.officer_id, "ends_at": ends_at}
    proposed = strict.ask("POST", "/v1/officers", maker, key="deputy", json=body).json()
    act = proposed["act"]
    assert (act["type"], act["roles"], act["until_ns"]) == ("AppointOfficer", [], ends_at)
    officer_id = approve(strict, checker, proposed).json()["result_id"]
    label = {"label": "deputy", "officer_id": officer_id}
    minted = strict.do("POST", "/v1/parties/1/keys", strict.operator, json=label)
    deputy = Member("1", minted["key"])
    assert strict.ask("GET", "/v1/officers", deputy).status_code == 200

    gone = strict.ask("DELETE", f"/v1/officers/{checker.officer_id}", maker, key="dismiss")
    assert gone.status_code == 202
    # The deputy approves that both of them go.
    approved = approve(strict, deputy, gone.json())
    assert approved.json()["state"] == "APPROVED"
    for past in (deputy, checker):
        assert strict.ask("GET", "/v1/officers", past).status_code == 401
    officers = strict.ask("GET", "/v1/officers", strict.operator).json()["items"]
    assert [each["dismissed_at"] is None for each in officers] == [True, False, False]
    assert officers[2]["person"] == "Qian 钱"
    strict.restart()
    assert strict.ask("GET", "/v1/officers", deputy).status_code == 401


def test_a_trust_company_is_staffed_by_its_head(venue: TestVenue) -> None:
    company = venue.new_party("TRUST_COMPANY")
    own = {"person": "Head 主管", "roles": ["HEAD"]}
    alone = venue.ask("POST", "/v1/officers", company, key=venue.unique(), json=own)
    assert (alone.status_code, code_of(alone)) == (403, "not_permitted")
    head = venue.new_officer(venue.operator, party_id=company.party_id, **own)
    clerk = venue.new_officer(head, person="Ruan 阮", roles=["MAKER"])
    late = {"person": "Other", "roles": ["MAKER"], "party_id": company.party_id}
    from_outside = venue.ask("POST", "/v1/officers", venue.operator, key="late", json=late)
    assert code_of(from_outside) == "not_permitted"
    listed = venue.ask("GET", "/v1/officers", company).json()["items"]
    assert [(each["officer_id"], each["person"]) for each in listed] == [
        (head.officer_id, "Head 主管"),
        (clerk.officer_id, "Ruan 阮"),
    ]
    stranger = venue.new_party("TRUST_COMPANY")
    assert venue.ask("GET", "/v1/officers", stranger).json()["items"] == []
    path = f"/v1/officers/{clerk.officer_id}"
    assert venue.ask("DELETE", path, head, key=venue.unique()).status_code == 204
    assert venue.ask("GET", "/v1/officers", clerk).status_code == 401


def test_the_same_reference_is_the_same_person(venue: TestVenue) -> None:
    first = venue.new_officer(venue.operator, person="staff 7")
    again = venue.new_officer(venue.operator, person="staff 7")
    party = venue.new_party()
    proposal = venue.propose_deposit(party.party_id, maker=first)
    refused = approve(venue, again, proposal)
    assert (refused.status_code, code_of(refused)) == (403, "same_person")


def test_a_trade_is_cancelled_by_two(market: Market) -> None:
    venue, transfer = market.venue, market.match()
    maker, checker = venue.pair()
    path = f"/v1/transfers/{transfer['transfer_id']}"
    etag = {"If-Match": f'"{transfer["version"]}"'}
    proposed = venue.ask("POST", f"{path}/cancel-trade", maker, key=venue.unique(), headers=etag)
    assert proposed.status_code == 202
    assert proposed.json()["act"]["transfer_id"] == transfer["transfer_id"]
    assert venue.ask("GET", path, maker).json()["state"] == "SUBMITTED"
    assert approve(venue, checker, proposed.json()).json()["state"] == "APPROVED"
    assert venue.ask("GET", path, maker).json()["state"] == "CANCELLED"


def test_the_bank_day_of_a_venue_under_four_eyes(strict: TestVenue) -> None:
    """Whatever brings money in, says whose it is, or lets it out, needs a second person."""
    (maker, checker), bank = strict.pair(), BankDesk(strict)
    buyer = strict.new_party()
    path = "/v1/bank-accounts"
    account_id = bank.register(buyer, "62220001")["bank_account_id"]

    def by_two(path: str, body: object = None) -> Any:
        alone = strict.ask("POST", path, strict.operator, key=strict.unique(), json=body)
        assert code_of(alone) == "four_eyes_required"
        proposed = strict.ask("POST", path, maker, key=strict.unique(), json=body)
        assert proposed.status_code == 202, proposed.text
        approved = approve(strict, checker, proposed.json())
        assert approved.status_code == 200, approved.text

    by_two(f"{path}/{account_id}/verify", {"proof_sha256": PROOF})
    file = bank.file(
        Entry(10_000, account("62220001"), f"TX-P{buyer.party_id}"),
        Entry(500, account("9"), "no reference"),
    )
    headers = {"Content-Type": "application/xml"}
    alone = bank.upload(file)
    assert code_of(alone) == "four_eyes_required"
    upload = ("POST", "/v1/statements", maker)
    key = strict.unique()
    proposed = strict.ask(*upload, key=key, headers=headers, content=file)
    assert proposed.status_code == 202, proposed.text
    again = strict.ask(*upload, key=key, headers=headers, content=file)
    assert again.json() == proposed.json()
    assert again.headers["idempotency-replayed"] == "true"
    (page,) = proposed.json()["items"]
    assert [entry["amount"] for entry in page["act"]["entries"]] == ["100.00", "5.00"]
    with strict.venue.services.edge.transaction() as connection:
        proposed_only = connection.scalar(select(func.count()).select_from(bank_account_numbers))
    assert approve(strict, checker, page).json()["state"] == "APPROVED"
    payment_id = bank.unmatched()[0]["payment_id"]
    assert bank.unmatched()[0]["account_number"] == "9"
    assert proposed_only == 1, "the party's own; the stranger's is kept when the page is approved"
    by_two(f"/v1/payments/{payment_id}/resolve", {"resolution": "RETURN"})
    bank.receives(account("1"), "45.00", text="so that the bank can pay both")
    withdrawal_id = bank.wants(buyer, account_id, "40.00")["withdrawal_id"]
    by_two(f"/v1/withdrawals/{withdrawal_id}/approve")
    assert bank.withdrawal(withdrawal_id)["state"] == "INSTRUCTED"


def test_a_key_is_made_for_officers_of_the_party_alone(venue: TestVenue) -> None:
    officer = venue.new_officer(venue.operator)
    party = venue.new_party("TRUST_COMPANY")
    for path, officer_id in (
        (f"/v1/parties/{party.party_id}/keys", officer.officer_id),
        ("/v1/parties/1/keys", "999999"),
    ):
        body = {"label": "x", "officer_id": officer_id}
        refused = venue.ask("POST", path, venue.operator, key=venue.unique(), json=body)
        assert (refused.status_code, code_of(refused)) == (404, "unknown_officer")


def test_officers_have_keys_of_their_own_number(venue: TestVenue) -> None:
    company = venue.new_party("TRUST_COMPANY")
    one = venue.new_officer(venue.operator, party_id=company.party_id)
    path = f"/v1/parties/{company.party_id}/keys"
    body = {"label": "x", "officer_id": one.officer_id}
    for _ in range(KEYS_LIVE_MAX - 1):
        venue.do("POST", path, venue.operator, json=body)
    refused = venue.ask("POST", path, venue.operator, key=venue.unique(), json=body)
    assert (refused.status_code, code_of(refused)) == (409, "keys_max")
    venue.do("POST", path, venue.operator, json={"label": "x"})
    venue.new_officer(venue.operator, party_id=company.party_id)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"roles": []}, "roles_conflict"),
        ({"begins_at": "2020-01-01T00:00:00Z"}, "dates_out_of_range"),
        ({"ends_at": "2026-11-22T03:00:00Z"}, "dates_out_of_range"),
        ({"deputy_for": "999", "roles": []}, "unknown_officer"),
        ({"party_id": "999"}, "unknown_party"),
        ({"roles": ["BOSS"]}, "validation_failed"),
        ({"person": ""}, "validation_failed"),
    ],
)
def test_an_office_that_cannot_be_is_refused(
    venue: TestVenue, changes: dict[str, Any], code: str
) -> None:
    body = {"person": venue.unique("person"), "roles": ["MAKER"]} | changes
    refused = venue.ask("POST", "/v1/officers", venue.operator, key=venue.unique(), json=body)
    assert code_of(refused) == code
