"""What supervision finds waits for compliance, is kept for ever, and survives a restart."""

from __future__ import annotations

import asyncio
import csv
import io
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from sqlalchemy import text

from api.workers.supervision import PARAMETERS, ParametersUnusable
from exchange.supervision import watch as watch_module
from exchange.supervision.alerts import AlertKind
from exchange.supervision.watch import Watch
from tests.api.alerts import (
    EXPLAINED,
    NOTE,
    REPORTED,
    deal,
    same_owner_deal,
    say,
    settle,
    watched,
)
from tests.api.clients import compliance
from tests.api.command_line import serving, trustex_here
from tests.api.venue import Member, TestVenue, code_of

HALF_A_MILLION = "500000"
EXPORT = "/v1/exports/large-amounts"
TODAY = {"first_day": "2026-11-22", "last_day": "2026-11-22"}


def of(venue: TestVenue, member: Member) -> list[dict[str, Any]]:
    """The alerts about a party."""
    return [each for each in watched(venue) if member.party_id in each["party_ids"]]


def large_deal(venue: TestVenue) -> tuple[Member, Member, Any]:
    """A natural person sells for half a million to an institution: settled."""
    seller = venue.new_party("NATURAL_PERSON", name="An Lan 安澜")
    buyer = venue.new_party(money="600000.00", name="Beihai 北海")
    _, transfer = deal(venue, seller, buyer, HALF_A_MILLION)
    settle(venue, transfer)
    return seller, buyer, transfer


def steps(venue: TestVenue, alert_id: str) -> list[tuple[str, str | None, str]]:
    told = venue.ask("GET", f"/v1/alerts/{alert_id}", venue.operator).json()["steps"]
    return [(each["event"], each["code"], each["note"]) for each in told]


def test_what_is_found_says_what_it_is_about(venue: TestVenue) -> None:
    fund, owner, transfer = same_owner_deal(venue)
    (alert,) = of(venue, fund)
    assert alert == {
        "alert_id": alert["alert_id"],
        "kind": "SAME_OWNER",
        "state": "OPEN",
        "at": transfer["matched_at"],
        "sequence": alert["sequence"],
        "report_due_at": None,
        "party_ids": [fund.party_id, owner.party_id],
        "direction": None,
        "symbol": transfer["symbol"],
        "transfer_ids": [transfer["transfer_id"]],
        "payment_id": None,
        "amount": "100.00",
        "measure": "FEN",
        "measured": "100.00",
        "limit": "0.00",
    }
    one = venue.ask("GET", f"/v1/alerts/{alert['alert_id']}", venue.operator).json()
    assert one == alert | {"steps": []}


def test_a_large_amount_is_to_be_reported_within_five_working_days(venue: TestVenue) -> None:
    seller, _, transfer = large_deal(venue)
    (alert,) = of(venue, seller)
    assert (alert["kind"], alert["direction"]) == ("LARGE_AMOUNT", "RECEIVED")
    assert (alert["measured"], alert["limit"]) == ("500000.00", "500000.00")
    assert alert["transfer_ids"] == [transfer["transfer_id"]]
    # A Sunday: the five are Monday the 23rd to Friday the 27th, whose end is in Beijing.
    assert alert["report_due_at"] == "2026-11-27T16:00:00.000000Z"


def test_alerts_are_listed_by_state_and_kind_page_by_page(venue: TestVenue) -> None:
    fund, _, _ = same_owner_deal(venue)
    large_deal(venue)
    (alert,) = of(venue, fund)
    assert say(venue, venue.compliance(), alert["alert_id"], "escalate", NOTE).status_code == 200
    escalated = watched(venue, state="ESCALATED")
    assert alert["alert_id"] in [each["alert_id"] for each in escalated]
    assert {each["state"] for each in escalated} == {"ESCALATED"}
    assert {each["kind"] for each in watched(venue, kind="LARGE_AMOUNT")} == {"LARGE_AMOUNT"}
    assert watched(venue, kind="CIRCLE") == []
    every = [each["alert_id"] for each in watched(venue)]
    first = venue.ask("GET", "/v1/alerts", venue.operator, params={"limit": "1"}).json()
    query = {"limit": "500", "cursor": first["next_cursor"]}
    rest = venue.ask("GET", "/v1/alerts", venue.operator, params=query).json()["items"]
    assert [each["alert_id"] for each in first["items"] + rest] == every
    assert every == sorted(every, key=int)


def test_compliance_says_what_an_alert_came_to(venue: TestVenue) -> None:
    officer = venue.compliance()
    fund, _, _ = same_owner_deal(venue)
    (alert,) = of(venue, fund)
    resolved = say(venue, officer, alert["alert_id"], "resolve", EXPLAINED).json()
    assert resolved["state"] == "RESOLVED"
    assert resolved["steps"][0]["officer_id"] == officer.officer_id
    assert steps(venue, alert["alert_id"]) == [("RESOLVE", "EXPLAINED", EXPLAINED["note"])]
    for word, body in (("resolve", REPORTED), ("escalate", NOTE)):
        late = say(venue, officer, alert["alert_id"], word, body)
        assert (late.status_code, code_of(late)) == (409, "alert_not_in_state")
    assert len(steps(venue, alert["alert_id"])) == 1


def test_what_one_wants_reported_he_reports_or_another_one_explains(venue: TestVenue) -> None:
    first, second = venue.compliance(), compliance(venue)
    for closing, by in ((EXPLAINED, second), (REPORTED, first)):
        fund, _, _ = same_owner_deal(venue)
        (number,) = (each["alert_id"] for each in of(venue, fund))
        assert say(venue, first, number, "escalate", NOTE).json()["state"] == "ESCALATED"
        twice = say(venue, second, number, "escalate", NOTE)
        assert (twice.status_code, code_of(twice)) == (409, "alert_not_in_state")
        himself = say(venue, first, number, "resolve", EXPLAINED)
        assert (himself.status_code, code_of(himself)) == (403, "same_person")
        assert say(venue, by, number, "resolve", closing).json()["state"] == "RESOLVED"
        assert [event for event, _, _ in steps(venue, number)] == ["ESCALATE", "RESOLVE"]


def test_a_word_is_taken_once(venue: TestVenue) -> None:
    fund, _, _ = same_owner_deal(venue)
    (alert,) = of(venue, fund)
    number, officer, key = alert["alert_id"], venue.compliance(), venue.unique()
    first = say(venue, officer, number, "escalate", NOTE, key=key)
    again = say(venue, officer, number, "escalate", NOTE, key=key)
    assert again.json() == first.json()
    assert again.headers["idempotency-replayed"] == "true"
    other = say(venue, officer, number, "escalate", {"note": "else"}, key=key)
    assert (other.status_code, code_of(other)) == (422, "idempotency_key_reused")
    assert len(steps(venue, number)) == 1


def test_only_compliance_says_it(venue: TestVenue) -> None:
    fund, _, _ = same_owner_deal(venue)
    (alert,) = of(venue, fund)
    examiner = venue.new_party("REGULATOR")
    dismissed = compliance(venue)
    path = f"/v1/officers/{dismissed.officer_id}"
    assert venue.ask("DELETE", path, venue.operator, key=venue.unique()).status_code == 204
    asked = {
        (venue.operator, 403, "not_permitted"),
        (examiner, 403, "not_permitted"),
        (venue.pair()[0], 403, "officer_not_compliance"),
        (dismissed, 401, "unauthenticated"),
    }
    for member, status, code in asked:
        answer = say(venue, member, alert["alert_id"], "resolve", EXPLAINED)
        assert (answer.status_code, code_of(answer)) == (status, code)
    unknown = say(venue, venue.compliance(), "999999999", "resolve", EXPLAINED)
    assert (unknown.status_code, code_of(unknown)) == (404, "unknown_alert")
    assert steps(venue, alert["alert_id"]) == []


def test_an_officer_whose_time_is_over_says_nothing_more(tmp_path: Path) -> None:
    with TestVenue(tmp_path / "venue") as venue:
        office = {"roles": ["COMPLIANCE"], "ends_at": "2026-11-22T05:00:00Z"}
        officer = venue.new_officer(venue.operator, **office)
        fund, _, _ = same_owner_deal(venue)
        (alert,) = of(venue, fund)
        venue.clock.advance(3_600)
        late = say(venue, officer, alert["alert_id"], "resolve", EXPLAINED)
        assert (late.status_code, code_of(late)) == (403, "out_of_office")


def test_the_regulator_reads_all_of_it(venue: TestVenue) -> None:
    examiner = venue.new_party("REGULATOR")
    same_owner_deal(venue)
    seen = watched(venue)
    query = {"limit": "500"}
    assert venue.ask("GET", "/v1/alerts", examiner, params=query).json()["items"] == seen


def test_the_worker_finds_it_by_itself(venue: TestVenue, tmp_path: Path) -> None:
    del venue
    with TestVenue(tmp_path / "venue") as own:
        same_owner_deal(own)
        own.restart()
        found: list[dict[str, Any]] = []
        for _ in range(2_000):
            found = own.ask("GET", "/v1/alerts", own.operator).json()["items"]
            if found:
                break
            own.runner.run(asyncio.sleep(0.01))
        assert [each["kind"] for each in found] == ["SAME_OWNER"]


def kept(venue: TestVenue) -> int:
    """How far the watch had come when it was last written down."""
    with venue.venue.services.edge.transaction() as connection:
        return int(connection.execute(text("SELECT sequence FROM watch")).scalar_one())


def forget(venue: TestVenue, statement: str) -> None:
    """Between a stop and a start of the venue something is lost."""
    with venue.venue.services.edge.transaction() as connection:
        connection.execute(text(statement))


def test_after_a_restart_it_goes_on_and_nothing_is_found_twice(tmp_path: Path) -> None:
    with TestVenue(tmp_path / "venue") as venue:
        same_owner_deal(venue)
        seller, _, transfer = _pending_large_deal(venue)
        before = watched(venue)
        venue.restart()
        assert kept(venue) > 1
        assert watched(venue) == before
        settle(venue, transfer)
        (alert,) = of(venue, seller)
        assert alert["kind"] == "LARGE_AMOUNT"
        found = watched(venue)
        # As after a crash: alerts are there, and where the watch stood is not, or is long past.
        forget(venue, "DELETE FROM watch")
        venue.restart()
        forget(venue, "DELETE FROM watch")
        assert watched(venue) == found


def _pending_large_deal(venue: TestVenue) -> tuple[Member, Member, Any]:
    seller, buyer = venue.new_party("NATURAL_PERSON"), venue.new_party(money="600000.00")
    _, transfer = deal(venue, seller, buyer, HALF_A_MILLION)
    return seller, buyer, transfer


def test_detectors_of_another_version_read_everything_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with TestVenue(tmp_path / "venue") as venue:
        _, _, transfer = _pending_large_deal(venue)
        same_owner_deal(venue)
        found = watched(venue)
        venue.stop()
        monkeypatch.setattr("api.workers.supervision.WATCH_VERSION", watch_module.WATCH_VERSION + 1)
        seen: list[int] = []
        observe = Watch.observe

        def counting(self: Watch, events: Any, at: Any) -> Any:
            seen.append(at.sequence)
            return observe(self, events, at)

        monkeypatch.setattr(Watch, "observe", counting)
        venue.start()
        assert watched(venue) == found
        assert seen[0] == 1
        settle(venue, transfer)
        assert len(watched(venue)) == len(found) + 1


def test_a_detector_that_raises_stops_the_watch_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with TestVenue(tmp_path / "venue") as venue:
        watched(venue)
        observe = Watch.observe

        def failing(self: Watch, events: Any, at: Any) -> Any:
            found = observe(self, events, at)
            assert not found, found
            return found

        monkeypatch.setattr(Watch, "observe", failing)
        fund, _, _ = same_owner_deal(venue)
        with pytest.raises(AssertionError):
            venue.runner.run(venue.venue.services.supervision.step())
        assert venue.ask("GET", "/v1/alerts", venue.operator).json()["items"] == []
        monkeypatch.setattr(Watch, "observe", observe)
        assert [each["kind"] for each in of(venue, fund)] == ["SAME_OWNER"]


def test_the_watch_is_written_down_now_and_then(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.workers.supervision.KEPT_EVERY_ROWS", 5)
    monkeypatch.setattr("api.workers.supervision.ROWS_PER_TURN_MAX", 4)
    with TestVenue(tmp_path / "venue") as venue:
        same_owner_deal(venue)
        watched(venue)
        assert venue.sequence - 8 <= kept(venue) <= venue.sequence


def test_what_detectors_go_by_is_in_the_venues_folder(tmp_path: Path) -> None:
    with TestVenue(tmp_path / "venue") as venue:
        seller, buyer = venue.new_party("NATURAL_PERSON"), venue.new_party(money="1000.00")
        venue.stop()
        (venue.directory / PARAMETERS).write_text("[large_amounts]\nnatural_person_fen = 5000\n")
        venue.start()
        _, transfer = deal(venue, seller, buyer, "100")
        settle(venue, transfer)
        (alert,) = of(venue, seller)
        assert (alert["measured"], alert["limit"]) == ("100.00", "50.00")


@pytest.mark.parametrize("content", [b"[rings]\ndays = 0\n", b"[rings\n", b"\xff"])
def test_parameters_that_cannot_be_are_refused_at_the_start(tmp_path: Path, content: bytes) -> None:
    venue = TestVenue(tmp_path / "venue")
    venue.stop()
    (venue.directory / PARAMETERS).write_bytes(content)
    with pytest.raises(ParametersUnusable, match=PARAMETERS):
        venue.start()
    (venue.directory / PARAMETERS).unlink()
    venue.start()
    venue.close()


def exported(venue: TestVenue, **query: str) -> list[dict[str, str]]:
    answer = venue.ask(
        "GET",
        EXPORT,
        venue.compliance(),
        params=TODAY | {"format": "csv", "language": "en"} | query,
    )
    assert answer.status_code == 200, answer.text
    return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))


def test_large_amounts_go_out_as_a_file_deal_by_deal(venue: TestVenue) -> None:
    seller, buyer, transfer = large_deal(venue)
    (alert,) = of(venue, seller)
    (row,) = (each for each in exported(venue) if each["Client"] == seller.party_id)
    assert row == {
        "Alert": alert["alert_id"],
        "Client": seller.party_id,
        "Client name": "An Lan 安澜",
        "Kind of client": "Natural person",
        "Direction": "Received",
        "Transfer": transfer["transfer_id"],
        "Settled at (UTC+8)": "2026-11-22 12:00:00",
        "Product": transfer["symbol"],
        "Counterparty": buyer.party_id,
        "Counterparty name": "Beihai 北海",
        "Amount (yuan)": "500000.00",
        "Total of the day (yuan)": "500000.00",
        "Report due (UTC+8)": "2026-11-28 00:00:00",
        "State": "Open",
    }
    assert say(venue, venue.compliance(), alert["alert_id"], "resolve", REPORTED).is_success
    (row,) = (each for each in exported(venue) if each["Client"] == seller.party_id)
    assert row["State"] == "Resolved"


def test_the_file_is_a_workbook_in_chinese_if_nothing_else_is_said(venue: TestVenue) -> None:
    seller, _, _ = large_deal(venue)
    watched(venue)
    answer = venue.ask("GET", EXPORT, venue.operator, params=TODAY)
    assert f"large-amounts-{venue.operator.party_id}.xlsx" in answer.headers["content-disposition"]
    sheet = openpyxl.load_workbook(io.BytesIO(answer.content)).worksheets[0]
    headings, *rows = sheet.iter_rows(values_only=True)
    assert headings[:5] == ("预警编号", "客户编号", "客户名称", "客户类型", "资金方向")
    (row,) = (each for each in rows if each[1] == seller.party_id)
    assert row[2:5] == ("An Lan 安澜", "自然人", "收")


def test_only_the_days_asked_for_are_in_it(venue: TestVenue) -> None:
    large_deal(venue)
    watched(venue)
    assert exported(venue, first_day="2026-11-20", last_day="2026-11-21") == []
    assert exported(venue, first_day="2026-11-23", last_day="2026-11-30") == []
    assert exported(venue, first_day="2026-11-01", last_day="2027-10-31") != []


@pytest.mark.parametrize(
    "days",
    [
        {"first_day": "2026-11-22", "last_day": "2026-11-21"},
        {"first_day": "2025-11-21", "last_day": "2026-11-22"},
        {"first_day": "2026-02-30", "last_day": "2026-11-22"},
        {"first_day": "2026-11-22", "last_day": "yesterday"},
        {"first_day": "2026-11-22"},
    ],
)
def test_days_that_cannot_be_are_refused(venue: TestVenue, days: dict[str, str]) -> None:
    answer = venue.ask("GET", EXPORT, venue.operator, params=days)
    assert (answer.status_code, code_of(answer)) == (422, "validation_failed")


def test_more_rows_than_a_sheet_has_are_refused(
    venue: TestVenue, monkeypatch: pytest.MonkeyPatch
) -> None:
    large_deal(venue)
    watched(venue)
    monkeypatch.setattr("api.routes.large_amounts.ROWS_MAX", 1)
    answer = venue.ask("GET", EXPORT, venue.operator, params=TODAY)
    assert (answer.status_code, code_of(answer)) == (422, "validation_failed")


def test_the_command_line_lists_shows_decides_and_exports(tmp_path: Path) -> None:
    with TestVenue(tmp_path / "venue") as venue:
        officer = venue.compliance()
        fund, owner, _ = same_owner_deal(venue)
        large_deal(venue)
        (alert,) = of(venue, fund)
    key_file, file = tmp_path / "key", tmp_path / "large.csv"
    key_file.write_text(officer.key)
    with serving(tmp_path / "venue") as (_, url):
        at = ("--key-file", str(key_file), "--url", url)
        listed = trustex_here("alerts", "list", *at, "--kind", "SAME_OWNER", "--state", "OPEN")
        assert listed.returncode == 0, listed.stderr
        assert f"{fund.party_id} {owner.party_id}" in listed.stdout
        assert "LARGE_AMOUNT" not in listed.stdout
        number = alert["alert_id"]
        escalated = trustex_here("alerts", "escalate", number, *at, "--note", "询问客户")
        assert escalated.stdout == f"alert {number}: ESCALATED\n"
        shown = trustex_here("alerts", "show", number, *at)
        assert f"party_ids: {fund.party_id} {owner.party_id}\n" in shown.stdout
        assert f"officer {officer.officer_id}: ESCALATE: 询问客户\n" in shown.stdout
        resolve = ("alerts", "resolve", number, *at, "--note", "report 17", "--code")
        assert trustex_here(*resolve, "GUILTY").returncode == 2
        assert trustex_here(*resolve, "REPORTED").stdout == f"alert {number}: RESOLVED\n"
        again = trustex_here(*resolve, "REPORTED")
        assert (again.returncode, again.stderr.split(":")[0]) == (1, "alert_not_in_state")
        assert trustex_here("alerts", "show", "all", *at).returncode == 2
        days = ("--first-day", "2026-11-22", "--last-day", "2026-11-22")
        words = ("--output", str(file), "--format", "csv", "--language", "en")
        exporting = trustex_here("export", "large-amounts", *at, *days, *words)
        assert exporting.returncode == 0, exporting.stderr
    rows = list(csv.DictReader(io.StringIO(file.read_text(encoding="utf-8-sig"))))
    assert [row["Amount (yuan)"] for row in rows] == ["500000.00"]


def test_every_kind_of_alert_is_a_name_on_the_wire(venue: TestVenue) -> None:
    for kind in AlertKind:
        query = {"kind": kind.name}
        assert venue.ask("GET", "/v1/alerts", venue.operator, params=query).status_code == 200
