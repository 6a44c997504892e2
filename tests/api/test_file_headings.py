"""A trust company's own headings: what goes out has them, what comes in may."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from registry.trust_company.sheets import Sheet, SheetFormat, read_sheet, write_sheet
from tests.api.test_decisions import state_of
from tests.api.test_imports import counts, filled_in, rows_of
from tests.api.test_imports import send as send_decisions
from tests.api.venue import Market, Member, TestVenue, code_of, pointers_of


@pytest.fixture
def own(tmp_path: Any) -> Iterator[Market]:
    """A market whose trust company is nobody else's in these tests."""
    with TestVenue(tmp_path / "venue") as venue:
        yield Market.make(venue)


def path_of(company: Member, file: str | None = None) -> str:
    """Where its headings are, all or those of one kind of file."""
    path = f"/v1/trust-companies/{company.party_id}/file-headings"
    return path if file is None else f"{path}/{file}"


def put(
    venue: TestVenue, file: str, headings: dict[str, Any], *, by: Member | None = None
) -> httpx.Response:
    """The venue's trust company sets its headings, if nobody else does."""
    path = path_of(venue.trust_company, file)
    return venue.ask("PUT", path, by or venue.trust_company, json={"headings": headings})


def own_headings(venue: TestVenue) -> dict[str, dict[str, str]]:
    """What is set, by kind of file and field."""
    items = venue.ask("GET", path_of(venue.trust_company), venue.trust_company).json()["items"]
    return {
        item["file"]: {
            column["field"]: column["own_heading"]
            for column in item["columns"]
            if column["own_heading"] is not None
        }
        for item in items
    }


def test_applications_go_out_and_decisions_come_in_under_the_offices_own_headings(
    own: Market,
) -> None:
    venue, transfer = own.venue, own.match("100")
    headings = {"transfer_id": "业务流水号", "units": "受益权份额", "decision": "确权意见"}
    assert put(venue, "DECISIONS", headings).status_code == 200

    content = filled_in(own, lambda _: {"确权意见": "确认"})

    sheet = read_sheet(content)
    assert isinstance(sheet, Sheet)
    assert set(headings.values()) < set(sheet.rows[0].cells)
    assert "转让编号" not in sheet.rows[0].cells
    answer = send_decisions(venue, content)
    assert counts(answer) == ("1", "0")
    assert list(rows_of(answer.content)[0])[:2] == ["业务流水号", "审查要件"]
    assert state_of(venue, transfer) == "SETTLED"
    # The common headings are read all the same.
    put(venue, "DECISIONS", {})
    own.match("100")
    content = filled_in(own, lambda _: {"决定": "确认"})
    put(venue, "DECISIONS", headings)
    assert counts(send_decisions(venue, content)) == ("1", "0")


def test_a_list_of_holders_has_the_headings_of_the_office(own: Market) -> None:
    venue, symbol, seller = own.venue, own.symbol, own.seller.party_id
    assert put(venue, "HOLDERS", {"holder_id": "客户号", "as_of": "数据日期"}).status_code == 200
    rows = [["客户号", "数据日期", "产品代码", "份额"], [seller, "2026-11-22", symbol, "10000"]]
    content = write_sheet(rows, SheetFormat.CSV)
    headers = {"Content-Type": "text/csv"}

    def send(member: Member) -> httpx.Response:
        return venue.ask("POST", "/v1/imports/holders", member, headers=headers, content=content)

    assert send(venue.trust_company).json()["breaks"] == []
    # They are nobody else's.
    refused = send(venue.operator)
    assert (refused.status_code, code_of(refused)) == (422, "invalid_file")


def test_headings_that_are_set_replace_those_before(own: Market) -> None:
    venue = own.venue
    assert own_headings(venue) == {"DECISIONS": {}, "REGISTRATIONS": {}, "HOLDERS": {}}
    put(venue, "REGISTRATIONS", {"transfer_id": "流水号", "due": "最迟日期"})
    told = put(venue, "REGISTRATIONS", {"due": "期限"}, by=venue.operator).json()
    assert told["file"] == "REGISTRATIONS"
    (due,) = [column for column in told["columns"] if column["field"] == "due"]
    assert (due["heading_en"], due["own_heading"]) == ("Registration due (UTC+8)", "期限")
    assert own_headings(venue)["REGISTRATIONS"] == {"due": "期限"}

    venue.restart()

    assert own_headings(venue)["REGISTRATIONS"] == {"due": "期限"}
    put(venue, "REGISTRATIONS", {})
    assert own_headings(venue)["REGISTRATIONS"] == {}


@pytest.mark.parametrize(
    ("headings", "faults"),
    [
        ({"price": "价"}, {"/headings/price": "heading_unknown_field"}),
        ({"a/b~": "价"}, {"/headings/a~1b~0": "heading_unknown_field"}),
        ({"units": ""}, {"/headings/units": "heading_malformed"}),
        ({"units": " x"}, {"/headings/units": "heading_malformed"}),
        ({"units": "=A1"}, {"/headings/units": "heading_malformed"}),
        ({"units": "'=A1"}, {"/headings/units": "heading_malformed"}),
        ({"units": "a\nb"}, {"/headings/units": "heading_malformed"}),
        ({"units": "x" * 65}, {"/headings/units": "heading_malformed"}),
        ({"units": "结 果"}, {"/headings/units": "heading_twice"}),
        ({"units": "Remark"}, {"/headings/units": "heading_twice"}),
        ({"units": "holder"}, {"/headings/units": "heading_twice"}),
        ({"units": "份数", "frozen": "份 数"}, {"/headings/frozen": "heading_twice"}),
        (
            {"price": "价", "units": ""},
            {"/headings/price": "heading_unknown_field", "/headings/units": "heading_malformed"},
        ),
    ],
)
def test_headings_that_cannot_be_used_are_not_set(
    venue: TestVenue, headings: dict[str, str], faults: dict[str, str]
) -> None:
    response = put(venue, "HOLDERS", headings)

    assert (response.status_code, code_of(response)) == (422, "validation_failed")
    assert pointers_of(response) == faults
    assert own_headings(venue)["HOLDERS"] == {}


def test_they_are_the_trust_companys_and_the_operators(venue: TestVenue) -> None:
    rival = venue.new_party("TRUST_COMPANY")
    responses = [
        put(venue, "HOLDERS", {}, by=rival),
        venue.ask("GET", path_of(venue.trust_company), rival),
        venue.ask("GET", path_of(venue.operator), venue.operator),
        venue.ask("GET", path_of(Member("999999", "")), venue.operator),
    ]
    for response in responses:
        assert (response.status_code, code_of(response)) == (404, "unknown_party")
    unknown = venue.ask(
        "PUT",
        path_of(venue.trust_company, "REGISTER"),
        venue.trust_company,
        json={"headings": {}},
    )
    assert (unknown.status_code, code_of(unknown)) == (422, "validation_failed")
