"""Officers sign what they decide: only what they have signed counts, and anybody can verify it."""

from __future__ import annotations

import base64
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any, Final

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from exchange.errors import JournalCorrupt
from exchange.verify import verify as verify_venue
from tests.api.review import ReviewDesk
from tests.api.signed import (
    SIGNED,
    SignedDesk,
    new_key,
    register_key,
    signature_of,
    text_of,
)
from tests.api.venue import Market, Member, TestVenue, code_of, pointers_of

Wrong = Callable[[SignedDesk], str]


@pytest.fixture
def signed(market: Market) -> SignedDesk:
    return SignedDesk.make(market.venue)


def verify(desk: ReviewDesk, reader: Member, shown: Any) -> None:
    """What a reader does who trusts nobody but the registered key."""
    path = f"/v1/parties/{desk.office.party_id}/signing-keys/{shown['signing_key_id']}"
    told = desk.venue.ask("GET", path, reader).json()
    assert set(told) == {"key_id", "party_id", "public_key", "created_at", "revoked_at"}
    key = Ed25519PublicKey.from_public_bytes(base64.b64decode(told["public_key"]))
    signature = base64.b64decode(shown["signature"])
    key.verify(signature, shown["message"].encode("ascii"))
    with pytest.raises(InvalidSignature):
        key.verify(signature, shown["message"].replace("CONFIRM", "REJECT").encode("ascii"))


def test_what_two_officers_have_signed_stays_with_the_transfer(signed: SignedDesk) -> None:
    desk = signed.desk
    texts = [signed.text("PROPOSAL"), signed.text("DECISION")]
    criteria = desk.criteria()
    signed.is_proposed()
    settled = signed.confirm(desk.shen)
    assert (settled.status_code, settled.json()["state"]) == (200, "SETTLED")
    shown = signed.shown()
    assert [each["message"] for each in shown] == texts
    assert [each["act"] for each in shown] == ["PROPOSAL", "DECISION"]
    officers = [desk.ruan.officer_id, desk.shen.officer_id]
    assert [each["officer_id"] for each in shown] == officers
    assert [each["signing_key_id"] for each in shown] == [signed.key_ids[who] for who in officers]
    for each in shown:
        assert (each["decision"], each["reason"], each["criteria"]) == ("CONFIRM", None, criteria)
        verify(desk, desk.office, each)


def test_buyer_and_seller_see_and_verify_the_decision_alone(signed: SignedDesk) -> None:
    desk = signed.desk
    signed.is_proposed()
    assert signed.shown(desk.market.buyer) == []
    signed.confirm(desk.shen)
    for party in (desk.market.seller, desk.market.buyer):
        (decision,) = signed.shown(party)
        assert (decision["act"], decision["officer_id"]) == ("DECISION", None)
        verify(desk, party, decision)


def test_a_signed_rejection_names_its_reason(signed: SignedDesk) -> None:
    desk, reason = signed.desk, "TITLE_DISPUTED"
    signed.is_proposed(reason)
    body = {"reason": reason, "criteria": desk.criteria()}
    other = signed.sign(desk.shen, "DECISION", "OTHER")
    assert code_of(desk.ask("reject", desk.shen, **body, signature=other)) == "signature_invalid"
    signature = signed.sign(desk.shen, "DECISION", reason)
    assert desk.do("reject", desk.shen, **body, signature=signature)["state"] == "REJECTED"
    proposal, decision = signed.shown()
    for each in (proposal, decision):
        assert (each["decision"], each["reason"]) == ("REJECT", reason)


def test_nothing_unsigned_is_taken_wherever_it_comes_in(signed: SignedDesk) -> None:
    desk, venue = signed.desk, signed.desk.venue
    desk.do("claim", desk.ruan)
    assert code_of(desk.propose(desk.ruan)) == "signature_missing"
    desk.do("release", desk.ruan)
    signed.is_proposed()
    alone = desk.confirm(desk.shen)
    assert (alone.status_code, code_of(alone)) == (422, "signature_missing")
    item = {"transfer_id": desk.transfer_id, "criteria": desk.criteria(), "decision": "CONFIRM"}
    body = {"items": [item]}
    many = venue.do("POST", "/v1/decisions", desk.shen, json=body)
    assert [each["refusal"] for each in many["items"]] == ["signature_missing"]
    preview = venue.ask("POST", "/v1/decisions/preview", desk.shen, json=body).json()
    assert [each["refusal"] for each in preview["refused"]] == ["signature_missing"]
    assert desk.transfer()["state"] == "UNDER_REVIEW"
    assert len(signed.shown()) == 1


def test_a_row_of_a_file_is_not_signed_and_refused_by_name(market: Market) -> None:
    desk = SignedDesk.make(market.venue, SIGNED).desk
    row = f"{desk.transfer_id},c{desk.criteria()},Confirm"
    sheet = f"Transfer,Criteria,Decision\n{row}\n".encode()
    headers = {"Content-Type": "application/octet-stream"}
    for whole in ("true", "false"):
        path = f"/v1/imports/decisions?all_or_nothing={whole}"
        back = desk.venue.ask("POST", path, desk.shen, content=sheet, headers=headers)
        assert back.status_code == 200, back.text
        assert "An officer signs this" in back.text
    assert desk.transfer()["state"] == "SUBMITTED"


def _of_another_transfer(signed: SignedDesk) -> str:
    text = text_of("DECISION", "1", signed.desk.criteria())
    return signature_of(signed.keys[signed.desk.shen.officer_id], text)


def _over_other_criteria(signed: SignedDesk) -> str:
    text = text_of("DECISION", signed.desk.transfer_id, "0" * 32)
    return signature_of(signed.keys[signed.desk.shen.officer_id], text)


def _by_the_company(signed: SignedDesk) -> str:
    key, desk = new_key(), signed.desk
    assert register_key(desk.venue, key, desk.office.party_id, None).status_code == 201
    return signature_of(key, signed.text("DECISION"))


def _by_a_revoked_key(signed: SignedDesk) -> str:
    desk = signed.desk
    key_id = signed.key_ids[desk.shen.officer_id]
    path = f"/v1/parties/{desk.office.party_id}/signing-keys/{key_id}"
    answer = desk.venue.ask("DELETE", path, desk.venue.operator, key=desk.venue.unique())
    assert answer.status_code == 204
    return signed.sign(desk.shen, "DECISION")


WRONG: Final[dict[str, Wrong]] = {
    "another officer's": lambda each: each.sign(each.desk.qian, "DECISION"),
    "the maker's": lambda each: each.sign(each.desk.ruan, "DECISION"),
    "an unknown key's": lambda each: signature_of(new_key(), each.text("DECISION")),
    "the trust company's": _by_the_company,
    "a revoked key's": _by_a_revoked_key,
    "over a proposal": lambda each: each.sign(each.desk.shen, "PROPOSAL"),
    "over a rejection": lambda each: each.sign(each.desk.shen, "DECISION", "OTHER"),
    "over another transfer": _of_another_transfer,
    "over other criteria": _over_other_criteria,
    "over nothing": lambda _: base64.b64encode(bytes(64)).decode(),
}


@pytest.mark.parametrize("why", WRONG)
def test_a_signature_that_is_not_the_officers_over_this_is_refused(
    signed: SignedDesk, why: str
) -> None:
    desk = signed.desk
    signed.is_proposed()
    refused = desk.confirm(desk.shen, signature=WRONG[why](signed))
    assert (refused.status_code, code_of(refused)) == (422, "signature_invalid")
    assert list(pointers_of(refused)) == ["/signature"]
    assert desk.transfer()["state"] == "UNDER_REVIEW"
    assert len(signed.shown()) == 1


def test_a_key_that_is_nobodys_in_person_signs_nothing(market: Market) -> None:
    signed = SignedDesk.make(market.venue, SIGNED)
    desk = signed.desk
    refused = desk.confirm(desk.office, signature=signed.sign(desk.shen, "DECISION"))
    assert code_of(refused) == "signature_invalid"
    assert code_of(desk.confirm(desk.office)) == "signature_missing"
    assert signed.confirm(desk.shen).json()["state"] == "SETTLED"


def test_what_is_signed_names_what_was_read(signed: SignedDesk) -> None:
    desk = signed.desk
    signed.is_proposed()
    signature = signed.sign(desk.shen, "DECISION")
    without = desk.ask("confirm", desk.shen, signature=signature)
    assert (without.status_code, list(pointers_of(without))) == (422, ["/signature"])
    malformed = desk.confirm(desk.shen, signature="c2hvcnQ=")
    assert (malformed.status_code, list(pointers_of(malformed))) == (422, ["/signature"])


def test_a_batch_is_signed_item_by_item_and_refused_where_one_is_not_his(market: Market) -> None:
    signed = SignedDesk.make(market.venue, SIGNED)
    desk, venue = signed.desk, market.venue
    desk.market.sell("1.0200", "1000")
    second = desk.market.buy("1.0200", "1000")["fills"][0]["transfer_id"]
    items = []
    for transfer_id in (desk.transfer_id, second):
        read = venue.ask("GET", f"/v1/transfers/{transfer_id}", desk.shen).json()
        criteria = read["desk"]["criteria"]
        text = text_of("DECISION", transfer_id, criteria)
        signature = signature_of(signed.keys[desk.shen.officer_id], text)
        decided = {"transfer_id": transfer_id, "criteria": criteria, "decision": "CONFIRM"}
        items.append(decided | {"signature": signature})
    swapped = [items[0], items[1] | {"signature": items[0]["signature"]}]
    refused = venue.ask(
        "POST", "/v1/decisions", desk.shen, key=venue.unique(), json={"items": swapped}
    )
    assert (refused.status_code, code_of(refused)) == (422, "signature_invalid")
    assert list(pointers_of(refused)) == ["/items/1/signature"]
    assert desk.transfer()["state"] == "SUBMITTED"
    key = venue.unique()
    answers = [
        venue.ask("POST", "/v1/decisions", desk.shen, key=key, json={"items": items})
        for _ in range(2)
    ]
    assert [answer.json()["taken"] for answer in answers] == [2, 2]
    assert answers[1].headers["Idempotency-Replayed"] == "true"
    assert len(signed.shown()) == 1


def test_a_signature_that_nobody_asked_for_is_verified_and_kept_too(market: Market) -> None:
    signed = SignedDesk.make(market.venue, {"transfer_terms": {}})
    desk = signed.desk
    wrong = desk.confirm(desk.shen, signature=signed.sign(desk.qian, "DECISION"))
    assert code_of(wrong) == "signature_invalid"
    assert signed.confirm(desk.shen).json()["state"] == "SETTLED"
    (decision,) = signed.shown()
    verify(desk, desk.office, decision)


def test_an_officers_key_signs_no_register_file(signed: SignedDesk) -> None:
    desk, venue = signed.desk, signed.desk.venue
    office = venue.office(desk.office.party_id)
    content = office.holders_file(desk.market.symbol, [(desk.market.buyer.party_id, "100")])
    signature = signed.keys[desk.shen.officer_id].sign(content)
    body = {
        "content": base64.b64encode(content).decode(),
        "signature": base64.b64encode(signature).decode(),
    }
    refused = venue.ask(
        "POST", "/v1/imports/register", venue.operator, key=venue.unique(), json=body
    )
    assert code_of(refused) == "signature_invalid"


def test_an_officer_has_three_keys_at_most_and_none_of_anothers_party(signed: SignedDesk) -> None:
    desk, venue = signed.desk, signed.desk.venue
    party_id, officer_id = desk.office.party_id, desk.shen.officer_id
    for _ in range(2):
        assert register_key(venue, new_key(), party_id, officer_id).status_code == 201
    assert code_of(register_key(venue, new_key(), party_id, officer_id)) == "keys_max"
    assert register_key(venue, new_key(), party_id, None).status_code == 201
    other = venue.new_party("TRUST_COMPANY").party_id
    refused = register_key(venue, new_key(), other, officer_id)
    assert (code_of(refused), list(pointers_of(refused))) == ("unknown_officer", ["/officer_id"])
    listed = venue.ask("GET", f"/v1/parties/{party_id}/signing-keys", desk.office).json()["items"]
    assert [each["officer_id"] for each in listed].count(officer_id) == 3


def test_a_key_is_shown_to_all_as_its_partys_and_no_others(signed: SignedDesk) -> None:
    desk, venue = signed.desk, signed.desk.venue
    key_id = signed.key_ids[desk.shen.officer_id]
    other = venue.new_party("TRUST_COMPANY").party_id
    for path in (f"{other}/signing-keys/{key_id}", f"{desk.office.party_id}/signing-keys/none"):
        answer = venue.ask("GET", f"/v1/parties/{path}", desk.market.buyer)
        assert (answer.status_code, code_of(answer)) == (404, "unknown_key")


def test_what_was_signed_is_what_the_journal_says(tmp_path: Path) -> None:
    venue = TestVenue(tmp_path / "venue")
    signed = SignedDesk.make(venue)
    signed.is_proposed()
    assert signed.confirm(signed.desk.shen).status_code == 200
    venue.close()
    database = tmp_path / "venue" / "venue.sqlite3"
    verify_venue(database)
    with closing(sqlite3.connect(database)) as connection, connection:
        connection.execute("UPDATE signed_decisions SET reason = 3 WHERE act = 1")
    with pytest.raises(JournalCorrupt, match="signed_decisions differs"):
        verify_venue(database)
