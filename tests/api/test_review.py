"""Maker and checker over HTTP: claims, proposals, decisions, and what the desk shows of them."""

from __future__ import annotations

import dataclasses
from typing import Any

import httpx
import pytest
from sqlalchemy import event

from registry.store.queries import open_transfers_after
from registry.transfer import TransferState
from tests.api.clients import CERTIFICATION, DUE_DILIGENCE, compliance
from tests.api.evidence.files import attach, upload
from tests.api.review import ReviewDesk
from tests.api.rules import ruled
from tests.api.transfers import without_states
from tests.api.venue import Market, Member, Officer, code_of, pointers_of


@pytest.fixture
def desk(market: Market) -> ReviewDesk:
    return ReviewDesk.make(market.venue)


UNTOLD = frozenset(
    {"submitted_at", "claimed_until", "criteria", "seller", "seller_name"}
    | {"buyer", "buyer_name", "packs"}
)


def told(desk: ReviewDesk) -> dict[str, Any]:
    """What the desk shows, but for the moments and what is to be read."""
    shown: dict[str, Any] = desk.transfer()["desk"]
    return {
        name: value
        for name, value in shown.items()
        if value not in (None, []) and name not in UNTOLD
    }


def test_what_a_maker_proposes_another_officer_confirms(desk: ReviewDesk) -> None:
    fresh = desk.transfer()["desk"]
    assert fresh["submitted_at"] == desk.transfer()["matched_at"]
    assert len(fresh["criteria"]) == 32
    assert (fresh["seller_name"], fresh["buyer_name"]) == ("Party 某某", "Party 某某")
    assert told(desk) == {}
    step = desk.do("claim", desk.ruan)
    assert (step["state"], step["version"]) == ("UNDER_REVIEW", 3)
    assert told(desk) == {"claimed_by": desk.ruan.officer_id}
    assert desk.transfer()["desk"]["claimed_until"] > fresh["submitted_at"]
    desk.propose(desk.ruan)
    assert told(desk) == {"made_by": desk.ruan.officer_id, "proposed": "CONFIRM"}
    settled = desk.confirm(desk.shen)
    assert (settled.status_code, settled.json()["state"]) == (200, "SETTLED")
    after = {"made_by": desk.ruan.officer_id, "proposed": "CONFIRM"}
    assert told(desk) == after | {"checked_by": desk.shen.officer_id}
    assert desk.transfer()["desk"]["criteria"] is None


def test_a_rejection_of_two_gives_everything_back(desk: ReviewDesk) -> None:
    desk.do("claim", desk.ruan)
    desk.propose(desk.ruan, decision="REJECT", reason="TITLE_DISPUTED")
    body = {"reason": "TITLE_DISPUTED", "criteria": desk.criteria()}
    assert desk.do("reject", desk.shen, **body)["state"] == "REJECTED"
    cash = desk.venue.ask("GET", "/v1/cash", desk.market.buyer).json()
    assert (cash["available"], cash["escrow"]) == ("1000000.00", "0.00")


def test_a_key_that_is_nobodys_reviews_nothing(desk: ReviewDesk) -> None:
    nobody = desk.office
    for step in ("claim", "release"):
        assert code_of(desk.ask(step, nobody)) == "not_permitted"
    desk.is_proposed()
    refused = desk.confirm(nobody)
    assert (refused.status_code, code_of(refused)) == (403, "not_permitted")


def test_the_same_person_does_not_check_what_he_made(desk: ReviewDesk) -> None:
    desk.is_proposed(desk.qian)
    refused = desk.confirm(desk.qian)
    assert (refused.status_code, code_of(refused)) == (403, "same_person")
    assert desk.confirm(desk.shen).status_code == 200


def test_of_two_officers_at_once_the_second_is_told_that_it_has_changed(desk: ReviewDesk) -> None:
    version = desk.transfer()["version"]
    answers = [
        desk.venue.ask(
            "POST",
            f"/v1/transfers/{desk.transfer_id}/claim",
            officer,
            key=desk.venue.unique(),
            headers={"If-Match": f'"{version}"'},
        )
        for officer in (desk.ruan, desk.qian)
    ]
    assert [answer.status_code for answer in answers] == [200, 412]
    assert code_of(answers[1]) == "transfer_version_stale"
    assert told(desk) == {"claimed_by": desk.ruan.officer_id}


def test_a_decision_without_criteria_or_on_others_is_refused(desk: ReviewDesk) -> None:
    desk.is_proposed()
    for read in ({}, {"criteria": None}):
        unread = desk.ask("confirm", desk.shen, **read)
        assert (unread.status_code, code_of(unread)) == (422, "criteria_missing")
    stale = desk.ask("confirm", desk.shen, criteria="0" * 32)
    assert (stale.status_code, code_of(stale)) == (412, "criteria_stale")
    malformed = desk.ask("confirm", desk.shen, criteria="xyz")
    assert malformed.status_code == 422
    with_reason = desk.ask("propose", desk.ruan, decision="CONFIRM", reason="OTHER", criteria="a")
    assert with_reason.status_code == 422


def test_a_new_document_sends_it_back_and_says_why(desk: ReviewDesk) -> None:
    desk.is_proposed()
    before = desk.criteria()
    file = upload(desk.venue, desk.office)["evidence_id"]
    attached = attach(desk.venue, desk.office, file, "TRANSFER", desk.transfer_id)
    assert attached.status_code == 201, attached.text
    transfer = desk.transfer()
    assert transfer["state"] == "SUBMITTED"
    assert transfer["desk"]["criteria"] not in (before, None)
    assert told(desk) == {"approvals_lapsed": "RESET", "changed": ["DOCUMENTS"]}
    assert code_of(desk.confirm(desk.shen)) == "transfer_not_in_state"
    desk.is_proposed()
    assert "approvals_lapsed" not in told(desk)
    assert desk.confirm(desk.shen).status_code == 200


def test_a_partys_own_document_lapses_what_was_approved_before_it_is_checked(
    desk: ReviewDesk,
) -> None:
    desk.is_proposed()
    read, buyer = desk.transfer(), desk.market.buyer
    file = upload(desk.venue, buyer)["evidence_id"]
    assert attach(desk.venue, buyer, file, "PARTY", buyer.party_id).status_code == 201
    late = desk.venue.ask(
        "POST",
        f"/v1/transfers/{desk.transfer_id}/confirm",
        desk.shen,
        key=desk.venue.unique(),
        headers={"If-Match": f'"{read["version"]}"'},
        json={"criteria": read["desk"]["criteria"]},
    )
    assert (late.status_code, code_of(late)) == (412, "transfer_version_stale")
    assert desk.transfer()["state"] == "SUBMITTED"
    assert told(desk) == {"approvals_lapsed": "RESET", "changed": ["DOCUMENTS"]}


def test_what_is_known_of_a_party_is_read_and_lapses_what_was_approved(desk: ReviewDesk) -> None:
    venue, buyer = desk.venue, desk.market.buyer
    desk.is_proposed()
    read = desk.criteria()
    facts = {"certification": CERTIFICATION, "due_diligence": DUE_DILIGENCE}
    path = f"/v1/compliance/parties/{buyer.party_id}/facts"
    venue.do("POST", path, compliance(venue), json=facts)
    venue.new_party()  # what has changed is looked at when the clock comes, with any command
    assert told(desk) == {"approvals_lapsed": "RESET", "changed": ["PARTIES"]}
    assert desk.transfer()["desk"]["buyer"] == {
        "party_id": buyer.party_id,
        "certification": CERTIFICATION["basis"],
        "certified_until": CERTIFICATION["valid_until"],
        "risk_level": None,
        "assessed_on": None,
        "assessed_until": None,
        "professional": False,
        "identity_until": DUE_DILIGENCE["review_by"],
        "ended": [],
    }
    assert desk.transfer(buyer)["desk"] is None
    desk.is_proposed()
    stale = desk.confirm(desk.shen, criteria=read)
    assert (stale.status_code, code_of(stale)) == (412, "criteria_stale")
    assert desk.confirm(desk.shen).status_code == 200


def test_the_products_rules_are_read_and_lapse_what_was_approved(desk: ReviewDesk) -> None:
    desk.is_proposed()
    read = desk.criteria()
    pack_id = ruled(desk.market)
    desk.venue.new_party()  # as above
    assert told(desk) == {"approvals_lapsed": "RESET", "changed": ["RULES"]}
    (pack,) = desk.transfer()["desk"]["packs"]
    assert pack["pack_id"] == pack_id
    desk.is_proposed()
    stale = desk.confirm(desk.shen, criteria=read)
    assert (stale.status_code, code_of(stale)) == (412, "criteria_stale")
    assert desk.confirm(desk.shen).status_code == 200


def test_who_is_on_the_list_is_in_nothing_that_an_officer_reads(desk: ReviewDesk) -> None:
    desk.is_proposed()
    before = desk.transfer()
    path = f"/v1/compliance/parties/{desk.market.buyer.party_id}/listing"
    desk.venue.do("PUT", path, compliance(desk.venue), json={"reason": "SUSPICION"})
    assert desk.transfer() == before
    assert desk.confirm(desk.shen).status_code == 200


def test_a_head_gives_the_work_to_another(desk: ReviewDesk) -> None:
    of = {"party_id": desk.office.party_id}
    head = desk.venue.new_officer(desk.venue.operator, roles=["HEAD"], **of)
    desk.do("claim", desk.ruan)
    desk.do("reassign", head, officer_id=desk.qian.officer_id)
    assert told(desk) == {"claimed_by": desk.qian.officer_id}
    body = {"officer_id": desk.ruan.officer_id}
    assert code_of(desk.ask("reassign", desk.shen, **body)) == "officer_not_head"
    assert code_of(desk.ask("reassign", head, officer_id="999")) == "unknown_officer"


def test_an_officer_returns_what_is_not_complete(desk: ReviewDesk) -> None:
    desk.is_proposed()
    body = {"reason": "DOCUMENT_MISSING", "returned_to": ["BUYER"]}
    assert desk.do("return", desk.shen, **body)["state"] == "RETURNED"
    assert told(desk) == {"approvals_lapsed": "RETURN"}
    assert desk.transfer()["desk"]["criteria"] is None
    desk.do("resubmit", desk.market.buyer)
    assert desk.transfer()["state"] == "SUBMITTED"


def test_buyer_and_seller_see_nothing_of_the_desk(desk: ReviewDesk) -> None:
    desk.is_proposed()
    for party in (desk.market.buyer, desk.market.seller):
        assert desk.transfer(party)["desk"] is None
        listed = desk.venue.ask("GET", "/v1/transfers", party).json()["items"]
        assert [item["desk"] for item in listed] == [None]
    assert desk.transfer(desk.venue.operator)["desk"] == desk.transfer()["desk"]


def test_the_queue_shows_what_waits_oldest_first(desk: ReviewDesk) -> None:
    desk.market.sell("1.0200", "1000")
    second = desk.market.buy("1.0200", "1000")["fills"][0]["transfer_id"]
    desk.is_proposed()
    path = f"/v1/desk/queue?symbol={desk.market.symbol}"
    queue = desk.venue.ask("GET", path, desk.shen).json()["items"]
    assert queue[0] == without_states(desk.transfer())
    assert [item["transfer_id"] for item in queue] == [desk.transfer_id, second]
    assert queue[0]["desk"]["made_by"] == desk.ruan.officer_id
    assert queue[1]["desk"]["made_by"] is None
    first = desk.venue.ask("GET", f"{path}&limit=1", desk.shen).json()
    rest = desk.venue.ask("GET", f"{path}&limit=1&cursor={first['next_cursor']}", desk.shen).json()
    assert first["items"] + rest["items"] == queue
    assert rest["next_cursor"] is None
    desk.confirm(desk.shen)
    left = desk.venue.ask("GET", path, desk.shen).json()["items"]
    assert [item["transfer_id"] for item in left] == [second]
    state = f"/v1/transfers?symbol={desk.market.symbol}&state=SUBMITTED"
    assert desk.venue.ask("GET", state, desk.shen).json()["items"] == left


def test_a_claim_given_twice_with_one_key_is_given_once(desk: ReviewDesk) -> None:
    path, headers = f"/v1/transfers/{desk.transfer_id}/claim", {"If-Match": '"2"'}
    first, again = (
        desk.venue.ask("POST", path, desk.ruan, key="claim", headers=headers) for _ in range(2)
    )
    assert first.json() == again.json()
    assert again.headers["idempotency-replayed"] == "true"


def test_what_is_proposed_outlasts_a_restart(desk: ReviewDesk) -> None:
    desk.is_proposed()
    before = desk.transfer()
    desk.venue.restart()
    assert desk.transfer() == before
    assert desk.confirm(desk.shen).status_code == 200


def test_a_checkers_batch_confirms_what_others_have_proposed(desk: ReviewDesk) -> None:
    desk.market.sell("1.0200", "1000")
    second = desk.market.buy("1.0200", "1000")["fills"][0]["transfer_id"]
    others = dataclasses.replace(desk, transfer_id=second)
    desk.is_proposed(desk.ruan)
    others.is_proposed(desk.qian)
    items = [
        {"transfer_id": each.transfer_id, "criteria": each.criteria(), "decision": "CONFIRM"}
        for each in (desk, others)
    ]
    body = {"items": items}

    def foretold(officer: Officer | Member) -> list[str]:
        answer = desk.venue.ask("POST", "/v1/decisions/preview", officer, json=body).json()
        return [item["refusal"] for item in answer["refused"]]

    assert foretold(desk.shen) == []
    assert foretold(desk.qian) == ["same_person"]
    assert foretold(desk.ruan) == ["officer_not_checker"] * 2
    assert foretold(desk.office) == ["not_permitted"] * 2
    taken = desk.venue.do("POST", "/v1/decisions", desk.qian, json=body)
    assert [item["refusal"] for item in taken["items"]] == [None, "same_person"]
    assert others.confirm(desk.shen).status_code == 200


def test_a_page_of_the_queue_is_one_stretch_of_an_index(desk: ReviewDesk) -> None:
    desk.do("claim", desk.ruan)
    desk.market.sell("1.0200", "1000")
    second = desk.market.buy("1.0200", "1000")["fills"][0]["transfer_id"]
    asked: list[str] = []

    def remember(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        asked.append(statement)

    engine = desk.venue.venue.services.reader
    event.listen(engine, "before_cursor_execute", remember)
    with engine.connect() as connection:
        found = open_transfers_after(
            connection,
            trust_company_ids=[int(desk.office.party_id)],
            states=(TransferState.UNDER_REVIEW, TransferState.SUBMITTED),
            after=0,
            product_id=None,
            limit=5,
        )
        event.remove(engine, "before_cursor_execute", remember)
        driver = connection.connection.driver_connection
        assert driver is not None
        plans = [
            driver.execute(f"EXPLAIN QUERY PLAN {each}", (1,) * each.count("?")).fetchall()
            for each in asked
        ]
    assert [str(row.transfer_id) for row in found] == [desk.transfer_id, second]
    assert len(plans) == 2
    for plan in plans:
        first, second_step = [row[3] for row in plan]
        assert first.startswith("SEARCH transfers USING INDEX transfers_open ("), first
        assert "trust_company_id=? AND state=? AND transfer_id>?" in first
        assert second_step.startswith("SEARCH reversals USING INTEGER PRIMARY KEY"), second_step


def propose_all(
    desk: ReviewDesk, who: Member, items: list[Any], *, key: str = ""
) -> httpx.Response:
    return desk.venue.ask(
        "POST",
        "/v1/decisions/propose",
        who,
        key=key or desk.venue.unique("batch"),
        json={"items": items},
    )


def test_a_makers_batch_claims_and_proposes_each_by_itself(desk: ReviewDesk) -> None:
    desk.market.sell("1.0200", "3000")
    fills = [desk.market.buy("1.0200", "1000")["fills"][0] for _ in range(3)]
    first, second, third = (
        dataclasses.replace(desk, transfer_id=fill["transfer_id"]) for fill in fills
    )
    second.do("claim", desk.qian)
    items = [
        {"transfer_id": each.transfer_id, "criteria": each.criteria(), "decision": "CONFIRM"}
        for each in (first, second)
    ]
    read = {"version": third.transfer()["version"], "criteria": third.criteria()}
    rejection = {"transfer_id": third.transfer_id, "decision": "REJECT", "reason": "OTHER"} | read
    items.append(rejection)

    answer = propose_all(desk, desk.ruan, items, key="made-once")

    made = answer.json()
    assert (made["taken"], made["refused"]) == (2, 1)
    assert [each["refusal"] for each in made["items"]] == [None, "claimed_by_another", None]
    versions = [each["version"] for each in made["items"]]
    assert versions == [first.transfer()["version"], None, third.transfer()["version"]]
    assert told(first) == {"made_by": desk.ruan.officer_id, "proposed": "CONFIRM"}
    assert told(third)["proposed_reason"] == "OTHER"
    before = desk.venue.sequence
    again = propose_all(desk, desk.ruan, items, key="made-once")
    assert again.headers["idempotency-replayed"] == "true"
    assert (again.json(), desk.venue.sequence) == (made, before)
    assert code_of(propose_all(desk, desk.ruan, items[:1], key="made-once")) == (
        "idempotency_key_reused"
    )
    taken = desk.venue.do("POST", "/v1/decisions", desk.shen, json={"items": items[::2]})
    assert [each["refusal"] for each in taken["items"]] == [None, "transfer_version_stale"]


def test_a_batch_of_proposals_is_a_persons_and_says_what_was_read(desk: ReviewDesk) -> None:
    item = {"transfer_id": desk.transfer_id, "decision": "CONFIRM", "criteria": desk.criteria()}
    nobody = propose_all(desk, desk.office, [item])
    assert (nobody.status_code, code_of(nobody)) == (403, "not_permitted")
    (refused,) = propose_all(desk, desk.shen, [item]).json()["items"]
    assert refused["refusal"] == "officer_not_maker"
    unread = propose_all(desk, desk.ruan, [item | {"criteria": None, "version": 2}])
    assert unread.status_code == 422
    assert list(pointers_of(unread)) == ["/items/0/criteria"]
    assert desk.transfer()["state"] == "SUBMITTED"


def test_an_item_of_a_batch_says_what_was_read(desk: ReviewDesk) -> None:
    item = {"transfer_id": desk.transfer_id, "decision": "CONFIRM"}
    body = {"items": [item]}
    answer = desk.venue.ask("POST", "/v1/decisions/preview", desk.shen, json=body)
    assert (answer.status_code, pointers_of(answer)) == (422, {"/items/0/criteria": "required"})
