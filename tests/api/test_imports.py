"""Decisions by file: what becomes of good and of bad ones, once."""

import asyncio
import re
from collections.abc import Callable, Mapping
from typing import Any

import httpx
import pytest

from api.files.decisions import REASONS
from api.middleware import BODY_BYTES_MAX_BY_PATH
from api.store.files import RETENTION_NS
from exchange.types import RejectionReason
from registry.trust_company.sheets import Sheet, SheetFormat, read_sheet, write_sheet
from tests.api.evidence.files import attach, upload
from tests.api.review import ReviewDesk
from tests.api.test_decisions import many_transfers, state_of
from tests.api.venue import SECOND_NS, Market, Member, TestVenue, code_of
from tests.registry.trust_company.workbooks import archive, parts, workbook

PATH = "/v1/imports/decisions"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def send(
    venue: TestVenue, content: bytes, *, query: str = "", member: Member | None = None
) -> httpx.Response:
    """A file of the venue's trust company, if nobody else is named."""
    headers = {"Content-Type": "application/octet-stream"}
    path = f"{PATH}?{query}" if query else PATH
    return venue.ask("POST", path, member or venue.trust_company, headers=headers, content=content)


def rows_of(content: bytes) -> list[dict[str, str]]:
    """The rows of a sheet by their headings."""
    sheet = read_sheet(content)
    assert isinstance(sheet, Sheet), sheet
    headings, *rows = sheet.rows
    return [
        dict(zip(headings.cells, row.cells + ("",) * len(headings.cells), strict=False))
        for row in rows
    ]


def filled_in(
    market: Market, decide: Callable[[dict[str, str]], Mapping[str, str]], form: str = "xlsx"
) -> bytes:
    """The applications of the market as they are exported, with what an office writes into them."""
    path = f"/v1/exports/applications?symbol={market.symbol}&format={form}"
    rows = rows_of(market.venue.ask("GET", path, market.venue.trust_company).content)
    table = [list(rows[0])] + [list((row | dict(decide(row))).values()) for row in rows]
    return workbook(table) if form == "xlsx" else write_sheet(table, SheetFormat.CSV)


def results(response: httpx.Response) -> list[tuple[str, str]]:
    """Result and error of each row that came back."""
    assert response.status_code == 200, response.text
    return [(row["结果"], row["错误"]) for row in rows_of(response.content)]


def counts(response: httpx.Response) -> tuple[str, str]:
    """How many rows were taken and refused."""
    return response.headers["rows-taken"], response.headers["rows-refused"]


CONFIRM = {"决定": "确认"}
CHANGED = "所依据的内容已发生变化"
REJECT = {"决定": "拒绝", "原因": "权属争议"}


@pytest.mark.parametrize("form", ["xlsx", "csv"])
def test_decisions_that_are_filled_in_are_taken_and_the_sheet_comes_back(
    market: Market, form: str
) -> None:
    first, second, third = (market.match("100") for _ in range(3))
    decided = {first["transfer_id"]: CONFIRM, second["transfer_id"]: REJECT}
    content = filled_in(market, lambda row: decided.get(row["转让编号"], {}), form)

    response = send(market.venue, content)

    assert results(response) == [("已确认", ""), ("已拒绝", ""), ("", "")]
    assert counts(response) == ("2", "0")
    states = [state_of(market.venue, transfer) for transfer in (first, second, third)]
    assert states == ["SETTLED", "REJECTED", "SUBMITTED"]
    returned = [
        {k: v for k, v in row.items() if k not in ("结果", "错误")}
        for row in rows_of(response.content)
    ]
    assert returned == rows_of(content)
    assert response.headers["content-disposition"].endswith(f'.{form}"')


def test_a_file_in_english_and_in_gb18030_is_answered_in_kind(market: Market) -> None:
    transfer = market.match("100")
    read = f"c{transfer['desk']['criteria']}"
    table = [
        ["Remark", "Decision", "Reason", "Criteria", "Transfer"],
        ["客户来电", "Reject", "Other", read, transfer["transfer_id"]],
        ["", "Confirm", "", read, "999999999"],
    ]
    response = send(market.venue, write_sheet(table, SheetFormat.CSV, encoding="gb18030"))

    assert "客户来电".encode("gb18030") in response.content
    assert response.headers["content-type"] == "text/csv; charset=gb18030"
    assert "客户来电" in response.text
    rows = [(row["Result"], row["Error"]) for row in rows_of(response.content)]
    assert rows == [("Rejected", ""), ("Not taken", "No such transfer")]


def three(market: Market) -> tuple[list[Any], bytes]:
    """Three applications and a file that confirms them, the second of which has since changed."""
    transfers = [market.match("100") for _ in range(3)]
    stale = {transfers[1]["transfer_id"]: CONFIRM | {"审查要件": f"c{bytes(16).hex()}"}}
    return transfers, filled_in(market, lambda row: stale.get(row["转让编号"], CONFIRM))


def test_one_bad_row_stops_no_other_one(market: Market) -> None:
    transfers, content = three(market)

    response = send(market.venue, content)

    assert results(response) == [
        ("已确认", ""),
        ("未办理", CHANGED),
        ("已确认", ""),
    ]
    assert counts(response) == ("2", "1")
    states = [state_of(market.venue, transfer) for transfer in transfers]
    assert states == ["SETTLED", "SUBMITTED", "SETTLED"]


def test_all_or_nothing_submits_nothing_if_one_row_would_be_refused(market: Market) -> None:
    transfers, content = three(market)
    before = market.venue.sequence

    response = send(market.venue, content, query="all_or_nothing=true")

    assert results(response) == [
        ("未提交", ""),
        ("未办理", CHANGED),
        ("未提交", ""),
    ]
    assert counts(response) == ("0", "1")
    assert market.venue.sequence == before
    # Nothing was begun by the file: it may come again, to do what it can.
    assert counts(send(market.venue, content)) == ("2", "1")
    assert state_of(market.venue, transfers[0]) == "SETTLED"


def test_all_or_nothing_takes_all_that_are_good(market: Market) -> None:
    market.match("100")
    market.match("100")
    content = filled_in(market, lambda _: CONFIRM)

    response = send(market.venue, content, query="all_or_nothing=true")

    assert counts(response) == ("2", "0")


def test_a_file_that_comes_twice_is_done_once(market: Market) -> None:
    _, content = three(market)
    first = send(market.venue, content)
    before = market.venue.sequence

    again = send(market.venue, content)

    assert again.content == first.content
    assert counts(again) == counts(first)
    assert "idempotency-replayed" not in first.headers
    assert again.headers["idempotency-replayed"] == "true"
    assert market.venue.sequence == before
    otherwise = send(market.venue, content, query="all_or_nothing=true")
    assert (otherwise.status_code, code_of(otherwise)) == (409, "file_already_imported")


def test_a_file_that_another_officer_has_imported_is_not_his(market: Market) -> None:
    venue = market.venue
    ruan, shen = (
        venue.new_officer(venue.operator, party_id=venue.trust_company.party_id) for _ in range(2)
    )
    market.match("100")
    content = filled_in(market, lambda _: CONFIRM)
    assert counts(send(venue, content, member=ruan)) == ("1", "0")
    before = venue.sequence

    again = send(venue, content, member=shen)

    assert (again.status_code, code_of(again)) == (409, "file_already_imported")
    detail = again.json()["detail"]
    assert re.search(r"with the key \w+ at 20[-\d]+T[\d:.]+Z, each by itself", detail), detail
    assert venue.sequence == before
    assert send(venue, content, member=ruan).headers["idempotency-replayed"] == "true"


def test_the_same_decisions_in_another_file_are_refused_row_by_row(market: Market) -> None:
    market.match("100")
    content = filled_in(market, lambda _: CONFIRM)
    first = send(market.venue, content)
    assert counts(first) == ("1", "0")

    marked = send(market.venue, first.content)

    assert results(marked) == [("未办理", "转让已有结果")]


def test_a_file_of_long_ago_is_looked_at_anew(tmp_path: Any) -> None:
    with TestVenue(tmp_path / "venue") as venue:
        market = Market.make(venue)
        market.match("100")
        old = filled_in(market, lambda _: CONFIRM)
        assert counts(send(venue, old)) == ("1", "0")
        venue.time_passes(RETENTION_NS // SECOND_NS + 1, is_stopped=True)
        market.match("100")
        assert counts(send(venue, filled_in(market, lambda _: CONFIRM))) == ("1", "0")

        again = send(venue, old)

        assert results(again) == [("未办理", "转让已有结果")]


def test_a_file_that_was_cut_off_goes_on_where_it_ended(market: Market) -> None:
    venue = market.venue
    transfers = many_transfers(market, 100)
    content = filled_in(market, lambda _: CONFIRM)
    before = venue.sequence

    async def cut_off() -> None:
        some_are_decided = asyncio.Event()
        venue.venue.exchange.on_committed(lambda _: some_are_decided.set())
        sent = asyncio.ensure_future(
            venue.client.post(
                f"{PATH}?all_or_nothing=true",
                content=content,
                headers={
                    "Authorization": f"Bearer {venue.trust_company.key}",
                    "Content-Type": XLSX,
                },
            )
        )
        await some_are_decided.wait()
        sent.cancel()
        with pytest.raises(asyncio.CancelledError):
            await sent

    venue.runner.run(cut_off())
    assert 0 < venue.sequence - before < len(transfers)
    colleague = second_key(venue)
    others = send(venue, content, query="all_or_nothing=true", member=colleague)
    assert (others.status_code, code_of(others)) == (409, "file_already_imported")

    response = send(venue, content, query="all_or_nothing=true")

    assert counts(response) == ("100", "0")
    assert venue.sequence - before == len(transfers)
    theirs = send(venue, content, query="all_or_nothing=true", member=colleague)
    assert (theirs.status_code, code_of(theirs)) == (409, "file_already_imported")


def second_key(venue: TestVenue) -> Member:
    """Another officer of the trust company."""
    company = venue.trust_company.party_id
    path = f"/v1/parties/{company}/keys"
    return Member(company, venue.do("POST", path, venue.operator, json={"label": "b"})["key"])


def test_columns_that_changed_places_decide_nothing(market: Market) -> None:
    market.match("100")
    swapped = filled_in(
        market,
        lambda row: CONFIRM | {"转让方编号": row["受让方编号"], "受让方编号": row["转让方编号"]},
    )
    before = market.venue.sequence

    response = send(market.venue, swapped)

    error = "转让方编号：与申请不一致；受让方编号：与申请不一致"
    assert results(response) == [("未办理", error)]
    assert market.venue.sequence == before


def test_a_formula_is_an_error_of_its_cell(market: Market) -> None:
    market.match("100")
    content = filled_in(market, lambda _: {"决定": '=IF(1=1,"确认","")'})

    response = send(market.venue, content)

    ((result, error),) = results(response)
    assert (result, error) == ("未办理", "决定：是公式：请填写数值或文字")


def test_somebody_elses_application_is_as_if_it_did_not_exist(market: Market) -> None:
    market.match("100")
    content = filled_in(market, lambda _: CONFIRM)

    response = send(market.venue, content, member=market.venue.new_party("TRUST_COMPANY"))

    assert results(response) == [("未办理", "转让不存在")]


BAD_FILES = {
    "nothing": (b"", ["empty"]),
    "UTF-16": ("转让编号,审查要件,决定\n1,2,确认\n".encode("utf-16"), ["encoding"]),
    "neither UTF-8 nor GB18030": (b"Transfer,Criteria,Decision\n1,2,\xff\xff\n", ["encoding"]),
    "an unknown column and a missing one": (
        "转让编号,审查要件,意见\n1,2,确认\n".encode(),
        ["column_unknown", "column_missing"],
    ),
    "a column that comes twice": (
        "转让编号,审查要件,决定,Decision\n1,2,确认,拒绝\n".encode(),
        ["column_twice"],
    ),
    "a zip bomb": (archive(parts(b" " * 20_000_000)), ["unpacks_too_large"]),
    "a ZIP archive": (archive({"a.txt": "a"}), ["not_xlsx"]),
    "an .xls": (b"\xd0\xcf\x11\xe0" + b"\0" * 512, ["old_excel"]),
}


@pytest.mark.parametrize("name", BAD_FILES)
def test_a_file_that_cannot_be_read_is_refused_and_says_why(venue: TestVenue, name: str) -> None:
    content, codes = BAD_FILES[name]
    before = venue.sequence

    response = send(venue, content)

    assert (response.status_code, code_of(response)) == (422, "invalid_file")
    assert [error["code"] for error in response.json()["errors"]] == codes
    assert venue.sequence == before


def test_a_file_has_a_bound(venue: TestVenue) -> None:
    response = send(venue, b"a" * (BODY_BYTES_MAX_BY_PATH[PATH] + 1))

    assert (response.status_code, code_of(response)) == (413, "body_too_large")


@pytest.mark.parametrize("media_type", ["application/json", "application/x-www-form-urlencoded"])
def test_what_is_no_file_is_not_taken_for_one(venue: TestVenue, media_type: str) -> None:
    headers = {"Content-Type": media_type}

    response = venue.ask("POST", PATH, venue.trust_company, headers=headers, content=b"{}")

    assert (response.status_code, code_of(response)) == (415, "unsupported_media_type")
    assert "text/csv" in response.headers["accept"]


@pytest.mark.parametrize("query", ["all_or_nothing=yes", "all=true"])
def test_what_is_asked_otherwise_is_refused(venue: TestVenue, query: str) -> None:
    response = send(venue, b"a", query=query)

    assert (response.status_code, code_of(response)) == (422, "validation_failed")


def test_every_reason_has_its_words() -> None:
    assert REASONS.keys() == {reason.name for reason in RejectionReason}


def test_a_reminder_in_the_night_does_not_refuse_what_was_written_in_the_evening(
    market: Market,
) -> None:
    transfer = market.match("100")
    content = filled_in(market, lambda _: CONFIRM)
    overlay = {"overlay": "HALTED"}
    path, venue = f"/v1/transfers/{transfer['transfer_id']}/overlays", market.venue
    office, headers = venue.trust_company, {"If-Match": '"2"'}
    venue.ask("POST", path, office, key=venue.unique(), headers=headers, json=overlay)
    headers = {"If-Match": '"3"'}
    lifted = venue.ask("DELETE", f"{path}/HALTED", office, key=venue.unique(), headers=headers)
    assert lifted.json()["version"] == 4

    assert results(send(venue, content)) == [("已确认", "")]


def test_a_document_that_has_come_refuses_what_was_written_before(market: Market) -> None:
    transfer = market.match("100")
    content = filled_in(market, lambda _: CONFIRM)
    office = market.venue.trust_company
    file = upload(market.venue, office)["evidence_id"]
    attach(market.venue, office, file, "TRANSFER", transfer["transfer_id"])

    assert results(send(market.venue, content)) == [("未办理", CHANGED)]


def test_a_checkers_file_confirms_what_another_officer_has_proposed(market: Market) -> None:
    desk = ReviewDesk.make(market.venue)
    desk.is_proposed(desk.qian)
    sheet = read_sheet(market.venue.ask("GET", "/v1/exports/applications", desk.shen).content)
    assert isinstance(sheet, Sheet), sheet
    headings, row = (list(each.cells) for each in sheet.rows)
    said = dict(zip(headings, row, strict=False))
    assert (said["经办人编号"], said["经办意见"]) == (desk.qian.officer_id, "确认")
    row += [""] * (len(headings) - len(row))
    row[headings.index("决定")] = "确认"
    content = write_sheet([headings, row], SheetFormat.CSV)

    himself = send(market.venue, write_sheet([headings, row], SheetFormat.XLSX), member=desk.qian)
    assert results(himself) == [("未办理", "经办与复核不得为同一人")]
    assert results(send(market.venue, content, member=desk.shen)) == [("已确认", "")]
    assert desk.transfer()["state"] == "SETTLED"
