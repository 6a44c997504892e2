"""Exceptions over HTTP: what comes too late or is nobody's, who sees it, and who ends it."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.api.bank import BankDesk, Entry, account
from tests.api.test_imports import CONFIRM, REJECT, filled_in, results, send
from tests.api.venue import SHORT_TERMS, Market, Member, Officer, TestVenue, code_of

NOTE = "已致电受让方，另行申报"


def exceptions(venue: TestVenue, member: Member, query: str = "") -> list[Any]:
    """What the member finds."""
    items: list[Any] = venue.ask("GET", f"/v1/exceptions?{query}", member).json()["items"]
    return items


def about(venue: TestVenue, transfer: Any, member: Member | None = None) -> list[Any]:
    """What the trust company, or somebody else, finds about a transfer."""
    found = exceptions(venue, member or venue.trust_company)
    return [each for each in found if each["subject_id"] == transfer["transfer_id"]]


def decide(
    market: Market, transfer: Any, verb: str, *, key: str | None = None, version: int | None = None
) -> httpx.Response:
    """The trust company's word."""
    body = {"json": {"reason": "OTHER"}} if verb == "reject" else {}
    return market.venue.ask(
        "POST",
        f"/v1/transfers/{transfer['transfer_id']}/{verb}",
        market.venue.trust_company,
        key=key or market.venue.unique(),
        headers={"If-Match": f'"{version or transfer["version"]}"'},
        **body,
    )


def resolve(venue: TestVenue, member: Member, exception_id: str, **body: str) -> httpx.Response:
    """Somebody says what has become of it."""
    path = f"/v1/exceptions/{exception_id}/resolve"
    said = {"code": "DEALT_WITH", "note": NOTE} | body
    return venue.ask("POST", path, member, key=venue.unique(), json=said)


def confirmed_late(market: Market) -> Any:
    """A transfer that the trust company confirms after it has rejected it."""
    transfer = market.match("100")
    assert decide(market, transfer, "reject").status_code == 200
    assert decide(market, transfer, "confirm").status_code == 409
    return transfer


def clerk(venue: TestVenue, trust_company: Member) -> Officer:
    """An officer of the trust company."""
    return venue.new_officer(venue.operator, party_id=trust_company.party_id)


def test_a_decision_after_the_end_is_refused_and_laid_before_somebody(market: Market) -> None:
    venue, transfer = market.venue, market.match("100")
    assert decide(market, transfer, "reject").status_code == 200
    assert about(venue, transfer) == []

    for version in (transfer["version"], transfer["version"] + 1, 99):
        late = decide(market, transfer, "confirm", version=version)
        assert (late.status_code, code_of(late)) == (409, "transfer_not_pending")

    (found,) = about(venue, transfer)
    assert found == {
        "exception_id": found["exception_id"],
        "kind": "LATE_DECISION",
        "subject_id": transfer["transfer_id"],
        "trust_company_id": venue.trust_company.party_id,
        "state": "OPEN",
        "raised_at": "2026-11-22T04:00:00.000000Z",
        "times_raised": 3,
        "resolved_at": None,
        "code": None,
        "note": None,
        "resolved_by": None,
        "officer_id": None,
        "late_decision": {
            "decision": "CONFIRM",
            "reason": None,
            "officer_id": None,
            "officer": transfer_of(venue, transfer)["officer"],
        },
        "rule_incident": None,
    }
    assert about(venue, transfer, venue.operator) == [found]
    path = f"/v1/transfers/{transfer['transfer_id']}"
    assert venue.ask("GET", path, market.buyer).json()["state"] == "REJECTED"


def test_the_last_decision_that_came_too_late_is_told_with_its_officer(market: Market) -> None:
    venue, transfer = market.venue, market.match("100")
    assert decide(market, transfer, "confirm").status_code == 200
    officer = clerk(venue, venue.trust_company)
    item = {"transfer_id": transfer["transfer_id"], "version": 2, "decision": "REJECT"}
    for reason in ("OTHER", "TITLE_DISPUTED"):
        batch = {"items": [item | {"reason": reason}]}
        venue.do("POST", "/v1/decisions", officer, json=batch)
    (found,) = about(venue, transfer)
    assert found["times_raised"] == 2
    late = found["late_decision"]
    told = [late[name] for name in ("decision", "reason", "officer_id")]
    assert told == ["REJECT", "TITLE_DISPUTED", officer.officer_id]
    assert late["officer"] != transfer_of(venue, transfer)["officer"]


def transfer_of(venue: TestVenue, transfer: Any) -> Any:
    """As the trust company sees it."""
    path = f"/v1/transfers/{transfer['transfer_id']}"
    return venue.ask("GET", path, venue.trust_company).json()


def test_the_same_decision_again_says_nothing_new(market: Market) -> None:
    venue, transfer = market.venue, market.match("100")
    decide(market, transfer, "confirm")
    first = decide(market, transfer, "reject", key="late-once")
    before = venue.sequence
    again = decide(market, transfer, "reject", key="late-once")

    assert first.status_code == again.status_code == 409
    assert again.headers["idempotency-replayed"] == "true"
    assert venue.sequence == before
    (found,) = about(venue, transfer)
    assert found["times_raised"] == 1


@pytest.mark.parametrize("verb", ["confirm", "reject"])
def test_who_says_the_same_twice_is_not_late(market: Market, verb: str) -> None:
    transfer = market.match("100")
    assert decide(market, transfer, verb).status_code == 200
    again = decide(market, transfer, verb)
    assert (again.status_code, code_of(again)) == (409, "transfer_not_pending")
    assert about(market.venue, transfer) == []


@pytest.mark.parametrize("verb", ["confirm", "reject"])
def test_whatever_is_said_after_a_lapse_is_late(tmp_path: Path, verb: str) -> None:
    with TestVenue(tmp_path / "venue") as venue:
        market = Market.make(venue)
        symbol = venue.new_product(transfer_terms=SHORT_TERMS)
        venue.give_units(symbol, market.seller, "1000")
        market = Market(venue, symbol, market.seller, market.buyer)
        transfer = market.match("100")
        venue.clock.advance(60)
        venue.new_party()
        assert decide(market, transfer, verb).status_code == 409
        (found,) = about(venue, transfer)
        venue.restart()
        assert about(venue, transfer) == [found]


def test_what_never_was_is_no_exception(market: Market) -> None:
    venue = market.venue
    rival = venue.new_party("TRUST_COMPANY")
    before = exceptions(venue, venue.operator)
    transfer = confirmed_late(market)
    strangers = venue.ask(
        "POST",
        f"/v1/transfers/{transfer['transfer_id']}/confirm",
        rival,
        key=venue.unique(),
        headers={"If-Match": '"2"'},
    )
    assert (strangers.status_code, code_of(strangers)) == (404, "unknown_transfer")
    assert exceptions(venue, rival) == []
    assert len(exceptions(venue, venue.operator)) == len(before) + 1


def test_late_decisions_of_a_batch_are_found_one_by_one(market: Market) -> None:
    venue = market.venue
    ended, twice, pending, ended_too = (market.match("100") for _ in range(4))
    for transfer in (ended, ended_too):
        decide(market, transfer, "reject")
    decide(market, twice, "confirm")
    items = [
        {"transfer_id": each["transfer_id"], "version": 2, "decision": "CONFIRM"}
        for each in (ended, twice, pending, ended_too)
    ]
    for _ in range(2):
        answer = venue.ask(
            "POST", "/v1/decisions", venue.trust_company, key="late-batch", json={"items": items}
        )
        told = [item["refusal"] for item in answer.json()["items"]]
        assert told == ["transfer_not_pending"] * 2 + [None, "transfer_not_pending"]
    assert [len(about(venue, each)) for each in (ended, twice, pending, ended_too)] == [1, 0, 0, 1]
    assert {each["times_raised"] for each in about(venue, ended)} == {1}


def test_late_decisions_of_a_file_are_found_too(market: Market) -> None:
    venue = market.venue
    first, second = market.match("100"), market.match("100")
    decided = {first["transfer_id"]: CONFIRM, second["transfer_id"]: REJECT}
    content = filled_in(market, lambda row: decided.get(row["转让编号"], {}), "csv")
    for transfer in (first, second):
        assert decide(market, transfer, "reject").status_code == 200
    for _ in range(2):
        assert [result for result, _ in results(send(venue, content))] == ["未办理", "未办理"]
    (found,) = about(venue, first)
    assert found["times_raised"] == 1
    assert about(venue, second) == []


def test_a_trust_companys_exceptions_are_its_own(market: Market) -> None:
    venue = market.venue
    transfer = confirmed_late(market)
    (found,) = about(venue, transfer)
    path = f"/v1/exceptions/{found['exception_id']}"
    assert venue.ask("GET", path, venue.trust_company).json() == found
    assert venue.ask("GET", path, venue.operator).json() == found

    rival = venue.new_party("TRUST_COMPANY")
    rivals = clerk(venue, rival)
    for answer in (venue.ask("GET", path, rival), resolve(venue, rivals, found["exception_id"])):
        assert (answer.status_code, code_of(answer)) == (404, "unknown_exception")
    missing = resolve(venue, rivals, "999999999")
    assert (missing.status_code, code_of(missing)) == (404, "unknown_exception")
    for member in (market.seller, market.buyer):
        answer = venue.ask("GET", path, member)
        assert (answer.status_code, code_of(answer)) == (403, "not_permitted")


def test_an_officer_resolves_it_once(market: Market) -> None:
    venue = market.venue
    (found,) = about(venue, confirmed_late(market))
    machine = resolve(venue, venue.trust_company, found["exception_id"])
    assert (machine.status_code, code_of(machine)) == (403, "not_permitted")
    for wrong in ({"code": "GONE"}, {"note": "\u3000 "}, {"note": "a\nb"}, {"note": "x" * 201}):
        answer = resolve(venue, venue.operator, found["exception_id"], **wrong)
        assert (answer.status_code, code_of(answer)) == (422, "validation_failed"), wrong

    officer = clerk(venue, venue.trust_company)
    answer = resolve(venue, officer, found["exception_id"])
    assert (answer.status_code, answer.json()) == (
        200,
        found
        | {
            "state": "RESOLVED",
            "resolved_at": "2026-11-22T04:00:00.000000Z",
            "code": "DEALT_WITH",
            "note": NOTE,
            "resolved_by": venue.trust_company.party_id,
            "officer_id": officer.officer_id,
        },
    )
    for member in (officer, venue.operator):
        again = resolve(venue, member, found["exception_id"])
        assert (again.status_code, code_of(again)) == (409, "already_done")
    assert found["exception_id"] not in [
        each["exception_id"] for each in exceptions(venue, venue.trust_company, "state=OPEN")
    ]


def test_the_list_is_asked_for_by_kind_and_in_pages(market: Market) -> None:
    venue = market.venue
    late = [confirmed_late(market) for _ in range(3)]
    query = "kind=LATE_DECISION&state=OPEN&limit=500"
    found = exceptions(venue, venue.trust_company, query)
    assert [each["subject_id"] for each in found[-3:]] == [each["transfer_id"] for each in late]
    assert exceptions(venue, venue.trust_company, "kind=PAYMENT") == []
    paged, path = [], "/v1/exceptions?kind=LATE_DECISION&state=OPEN&limit=1"
    cursor: str | None = ""
    while cursor is not None:
        page = venue.ask("GET", f"{path}&cursor={cursor}" if cursor else path, venue.trust_company)
        paged += page.json()["items"]
        cursor = page.json()["next_cursor"]
    assert paged == found


def test_a_payment_ends_with_its_resolution_alone(tmp_path: Path) -> None:
    with TestVenue(tmp_path / "venue") as venue:
        bank = BankDesk(venue)
        bank.books(*(Entry(fen, account("62220019"), "no reference") for fen in (700, -700)))
        payments = sorted(each["payment_id"] for each in bank.unmatched())
        found, other = exceptions(venue, venue.operator, "kind=PAYMENT&state=OPEN")
        assert [each["subject_id"] for each in (found, other)] == payments
        assert {each["kind"] for each in (found, other)} == {"PAYMENT"}
        assert exceptions(venue, venue.trust_company) == []
        waved = resolve(venue, venue.operator, found["exception_id"])
        assert (waved.status_code, code_of(waved)) == (409, "exception_stands")
        bank.resolve(payments[0], resolution="OFFSET", against_payment_id=payments[1])
        assert exceptions(venue, venue.operator, "kind=PAYMENT&state=OPEN") == []
        for ended in exceptions(venue, venue.operator, "kind=PAYMENT"):
            assert (ended["state"], ended["code"], ended["resolved_by"]) == ("RESOLVED", None, None)


def test_a_seller_who_cannot_pay_for_his_fault_leaves_a_claim(market: Market) -> None:
    venue = market.venue
    symbol = venue.new_product(transfer_terms={"fault_fee": {"rate_bps": 100, "maximum": "5.00"}})
    venue.give_units(symbol, market.seller, "1000")
    transfer = Market(venue, symbol, market.seller, market.buyer).match("100")
    answer = venue.ask(
        "POST",
        f"/v1/transfers/{transfer['transfer_id']}/seller-default",
        venue.operator,
        key=venue.unique(),
        headers={"If-Match": f'"{transfer["version"]}"'},
    )
    assert (answer.status_code, answer.json()["state"]) == (200, "SELLER_DEFAULT")
    (found,) = about(venue, transfer, venue.operator)
    assert (found["kind"], found["trust_company_id"]) == ("MONEY_CLAIM", None)
    assert about(venue, transfer) == []


def test_a_trust_company_is_told_by_webhook(market: Market) -> None:
    venue = market.venue
    webhook_id = venue.register_webhook(venue.trust_company)["webhook_id"]
    transfer = confirmed_late(market)
    (found,) = about(venue, transfer)
    resolve(venue, venue.operator, found["exception_id"], code="NO_ACTION_NEEDED")
    told: dict[str, Any] = {}
    for _ in range(500):
        messages = venue.messages(venue.trust_company, webhook_id)
        told = {each["type"]: each for each in messages if "exception" in each["type"]}
        if len(told) == 2:
            break
        venue.runner.run(asyncio.sleep(0.02))
    assert told.keys() == {"exception.raised", "exception.resolved"}
    for message in told.values():
        path = f"/v1/webhooks/{webhook_id}/deliveries/{message['message_id']}"
        body = venue.ask("GET", path, venue.trust_company).json()["body"]
        assert json.loads(body)["data"] == {
            "exception_id": found["exception_id"],
            "kind": "LATE_DECISION",
            "subject_id": transfer["transfer_id"],
        }
