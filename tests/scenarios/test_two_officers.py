"""Two officers of a trust company decide on one transfer: nobody alone, nobody twice, and nobody on
papers that he has not read."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

import httpx
import pytest

from tests.api.clients import compliance
from tests.api.evidence.files import attach, upload
from tests.api.review import ReviewDesk
from tests.api.venue import Officer, TestVenue, code_of

SHANGHAI: Final = ZoneInfo("Asia/Shanghai")


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[ReviewDesk]:
    with TestVenue(tmp_path / "venue") as venue:
        yield ReviewDesk.make(venue)


def second_key(desk: ReviewDesk, officer: Officer) -> Officer:
    """Another key of the same person."""
    path = f"/v1/parties/{officer.party_id}/keys"
    body = {"label": "at home", "officer_id": officer.officer_id}
    key = desk.venue.do("POST", path, desk.venue.operator, json=body)["key"]
    return Officer(officer.party_id, key, officer.officer_id)


def refused(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, code_of(answer)


def test_the_buyers_certification_ends_between_the_maker_and_the_checker(desk: ReviewDesk) -> None:
    venue, buyer = desk.venue, desk.market.buyer

    # Compliance has certified him, until tonight.
    tonight = datetime.fromtimestamp(venue.clock.now_ns() / 10**9, SHANGHAI)
    certified = {"basis": "LEGAL_PERSON", "valid_until": tonight.date().isoformat()}
    path = f"/v1/compliance/parties/{buyer.party_id}/facts"
    venue.do("POST", path, compliance(venue), json={"certification": certified})

    # Qian reads so, and proposes to confirm. Shen reads the same, and goes home.
    desk.is_proposed(desk.qian)
    read = desk.transfer()["desk"]
    assert read["buyer"]["certified_until"] == certified["valid_until"]
    assert read["buyer"]["ended"] == []

    # At midnight it ends, and what Qian has proposed lapses with it.
    begins = datetime.combine(tonight.date() + timedelta(days=1), time(), SHANGHAI)
    venue.time_passes(round((begins - tonight).total_seconds()) + 1)
    shown = desk.transfer()
    assert (shown["state"], shown["desk"]["approvals_lapsed"]) == ("SUBMITTED", "RESET")
    assert shown["desk"]["changed"] == ["PARTIES"]
    assert shown["desk"]["buyer"]["ended"] == ["CERTIFICATION"]

    # In the morning Shen confirms nothing that he read the day before, whoever proposes it again.
    desk.is_proposed(desk.ruan)
    assert refused(desk.confirm(desk.shen, criteria=read["criteria"])) == (412, "criteria_stale")

    # Ruan, who reads it as it is, proposes to reject it; and that is what they decide.
    desk.do("claim", desk.ruan)
    words = {"decision": "REJECT", "reason": "BUYER_NOT_QUALIFIED"}
    assert desk.propose(desk.ruan, **words).status_code == 200
    now = desk.criteria()
    assert desk.do("reject", desk.shen, reason=words["reason"], criteria=now)["state"] == "REJECTED"


def test_two_officers_decide_on_what_both_have_read(desk: ReviewDesk) -> None:
    venue, office = desk.venue, desk.office
    webhook_id = venue.register_webhook(office)["webhook_id"]

    # In the morning it lies in the queue, and nobody can decide it alone.
    (waiting,) = venue.ask("GET", "/v1/desk/queue", office).json()["items"]
    assert (waiting["state"], waiting["desk"]["claimed_by"]) == ("SUBMITTED", None)
    assert refused(desk.confirm(desk.shen)) == (409, "transfer_not_in_state")

    # Qian takes it. Ruan, who wanted it too, is told so; a second key does not make Qian two.
    desk.do("claim", desk.qian)
    assert refused(desk.ask("claim", desk.ruan)) == (409, "claimed_by_another")
    desk.do("claim", second_key(desk, desk.qian))

    # He reads it and proposes to confirm it. Neither of his keys checks that.
    assert desk.propose(desk.qian).status_code == 200
    for himself in (desk.qian, second_key(desk, desk.qian)):
        assert refused(desk.confirm(himself)) == (403, "same_person")
    # Nor does Ruan, who is no checker; nor the office's machine, which is nobody.
    assert refused(desk.confirm(desk.ruan)) == (403, "officer_not_checker")
    assert refused(desk.confirm(office)) == (403, "not_permitted")
    # And Shen does not reject what was proposed to be confirmed.
    read = desk.criteria()
    other_way = desk.ask("reject", desk.shen, reason="OTHER", criteria=read)
    assert refused(other_way) == (409, "decision_differs")

    # While Shen reads, a paper comes: what was approved is told to have lapsed.
    paper = upload(venue, office)["evidence_id"]
    assert attach(venue, office, paper, "TRANSFER", desk.transfer_id).status_code == 201
    shown = desk.transfer()
    assert (shown["state"], shown["desk"]["approvals_lapsed"]) == ("SUBMITTED", "RESET")
    assert (shown["desk"]["made_by"], shown["desk"]["claimed_by"]) == (None, None)
    messages = venue.messages(office, webhook_id, least=5, of="transfer.a")  # since it was opened
    told = [message["type"].removeprefix("transfer.") for message in reversed(messages)]
    assert told == ["advanced", "advanced", "advanced", "approvals_lapsed", "advanced"]

    # What Shen has read before counts no more, though somebody else proposes the same again.
    desk.is_proposed(desk.ruan)
    assert refused(desk.confirm(desk.shen, criteria=read)) == (412, "criteria_stale")

    # He reads it anew and confirms it: once, whoever else was about to.
    version, criteria = desk.transfer()["version"], desk.criteria()
    answers = [
        venue.ask(
            "POST",
            f"/v1/transfers/{desk.transfer_id}/confirm",
            checker,
            key=venue.unique(),
            headers={"If-Match": f'"{version}"'},
            json={"criteria": criteria},
        )
        for checker in (desk.shen, desk.qian)
    ]
    assert answers[0].status_code == 200
    assert refused(answers[1]) == (409, "transfer_not_pending")
    assert answers[0].json()["state"] == "SETTLED"

    # Title and money have moved together, and the record names both.
    record = desk.transfer()["desk"]
    assert record["made_by"] == desk.ruan.officer_id
    assert record["checked_by"] == desk.shen.officer_id
    (holding,) = venue.ask("GET", "/v1/holdings", desk.market.buyer).json()["items"]
    assert holding["available"] == "1000"
    cash = venue.ask("GET", "/v1/cash", desk.market.buyer).json()
    assert cash["escrow"] == "0.00"
    assert venue.ask("GET", "/v1/desk/queue", office).json()["items"] == []
