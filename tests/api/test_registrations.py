"""Change registration by file: what waits goes out, and comes back acknowledged."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from registry.trust_company.registration import SENT_DEAL
from registry.trust_company.sheets import SheetFormat, write_sheet
from tests.api.test_decisions import state_of
from tests.api.test_holder_lists import confirm
from tests.api.test_imports import counts, rows_of
from tests.api.venue import Market, Member, TestVenue, code_of
from tests.registry.trust_company.workbooks import workbook

PATH = "/v1/imports/registration"
DAY_S = 86_400
REGISTERED = {"登记结果": "已登记"}


@pytest.fixture
def registered(venue: TestVenue) -> Market:
    """A market in a product whose changes are registered within ten days."""
    seller, buyer = venue.new_party(), venue.new_party(money="100000.00")
    symbol = venue.new_product(transfer_terms={"registration": True})
    venue.give_units(symbol, seller, "10000")
    return Market(venue, symbol, seller, buyer)


def settled(market: Market, quantity: str = "100") -> Any:
    """A transfer that waits for its registration."""
    transfer = market.match(quantity)
    confirm(market, transfer)
    return transfer


def exported(market: Market, query: str = "") -> list[dict[str, str]]:
    """The rows of what waits for registration in this market."""
    path = f"/v1/exports/registration?symbol={market.symbol}{query}"
    response = market.venue.ask("GET", path, market.venue.trust_company)
    assert response.status_code == 200, response.text
    return rows_of(response.content)


def send(venue: TestVenue, content: bytes, *, member: Member | None = None) -> httpx.Response:
    """A file of the venue's trust company, if nobody else is named."""
    headers = {"Content-Type": "application/octet-stream"}
    return venue.ask("POST", PATH, member or venue.trust_company, headers=headers, content=content)


def marked(rows: list[dict[str, str]], *marks: dict[str, str], form: str = "xlsx") -> bytes:
    """The sheet with what the office has written into its rows."""
    filled = [row | mark for row, mark in zip(rows, marks, strict=True)]
    table = [list(rows[0]), *(list(row.values()) for row in filled)]
    return workbook(table) if form == "xlsx" else write_sheet(table, SheetFormat.CSV)


def results(response: httpx.Response) -> list[tuple[str, str]]:
    """Result and error of each row that came back."""
    assert response.status_code == 200, response.text
    return [(row["结果"], row["错误"]) for row in rows_of(response.content)]


def test_what_waits_says_what_is_to_be_registered_and_until_when(registered: Market) -> None:
    transfer = settled(registered, "500")
    registered.match("100")  # not settled: nothing to register yet

    (row,) = exported(registered)

    assert list(row) == [
        "转让编号", "过户摘要", "产品代码", "产品名称", "转让方编号", "转让方", "信托合同",
        "受让方编号", "受让方", "转让份额", "转让价格", "转让价款", "应计收益", "转让价款合计",
        "过户时间（北京时间）",
        "登记期限（北京时间）", "剩余工作日", "登记结果",
    ]  # fmt: skip
    told = {name: row[name] for name in list(row)[9:]}
    assert row["转让编号"] == transfer["transfer_id"]
    assert SENT_DEAL.fullmatch(row["过户摘要"])
    assert (row["转让方编号"], row["受让方编号"]) == (
        registered.seller.party_id,
        registered.buyer.party_id,
    )
    assert told == {
        "转让份额": "500",
        "转让价格": "1.0200",
        "转让价款": "510.00",
        "应计收益": "0.00",
        "转让价款合计": "510.00",
        "过户时间（北京时间）": "2026-11-22 12:00:00",
        "登记期限（北京时间）": "2026-12-03 00:00:00",
        "剩余工作日": "10",
        "登记结果": "",
    }


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_what_is_marked_is_registered_and_no_longer_waits(registered: Market, form: str) -> None:
    first, second, third = (settled(registered) for _ in range(3))
    content = marked(exported(registered), REGISTERED, {}, REGISTERED, form=form)

    response = send(registered.venue, content)

    assert results(response) == [("已登记", ""), ("", ""), ("已登记", "")]
    assert counts(response) == ("2", "0")
    states = [state_of(registered.venue, transfer) for transfer in (first, second, third)]
    assert states == ["REGISTERED", "SETTLED", "REGISTERED"]
    (left,) = exported(registered)
    assert left["转让编号"] == second["transfer_id"]


def test_the_same_file_is_taken_once(registered: Market) -> None:
    settled(registered)
    content = marked(exported(registered), REGISTERED)
    first = send(registered.venue, content)
    before = registered.venue.sequence

    again = send(registered.venue, content)

    assert again.content == first.content
    assert again.headers["idempotency-replayed"] == "true"
    assert registered.venue.sequence == before
    # In another file they are refused: there is nothing more to acknowledge.
    anew = send(registered.venue, first.content)
    assert results(anew) == [("未办理", "转让已有结果")]


def test_one_bad_row_stops_no_other_one(registered: Market) -> None:
    for _ in range(4):
        settled(registered)
    registered.match("300")
    rows = exported(registered)
    wrong = (
        {"登记结果": "好的"},
        REGISTERED | {"转让份额": "101"},
        REGISTERED | {"过户摘要": rows[0]["过户摘要"]},
    )

    response = send(registered.venue, marked(rows, *wrong, REGISTERED))

    assert results(response) == [
        ("未办理", "登记结果：无此选项"),
        ("未办理", "转让份额：与申请不一致"),
        ("未办理", "过户摘要：与申请不一致"),
        ("已登记", ""),
    ]
    assert counts(response) == ("1", "3")


def test_what_has_not_settled_is_not_registered(registered: Market) -> None:
    transfer = registered.match("100")
    sent = f"s{'0' * 32}"
    text = f"Transfer,Settled deal,Registration\n{transfer['transfer_id']},{sent},Registered\n"

    response = send(registered.venue, text.encode())

    (row,) = rows_of(response.content)
    assert (row["Result"], row["Error"]) == (
        "Not taken",
        "Settled deal: differs from the application",
    )
    assert state_of(registered.venue, transfer) == "SUBMITTED"


def test_somebody_elses_transfer_is_as_if_it_did_not_exist(registered: Market) -> None:
    settled(registered)
    content = marked(exported(registered), REGISTERED)
    stranger = registered.venue.new_party("TRUST_COMPANY")

    assert results(send(registered.venue, content, member=stranger)) == [("未办理", "转让不存在")]
    path = f"/v1/exports/registration?format=csv&symbol={registered.symbol}"
    theirs = registered.venue.ask("GET", path, stranger)
    assert rows_of(theirs.content) == []


def test_other_headings_are_refused_by_name(venue: TestVenue) -> None:
    response = send(venue, "转让编号,过户摘要,决定\n1,2,确认\n".encode())

    assert (response.status_code, code_of(response)) == (422, "invalid_file")
    codes = [error["code"] for error in response.json()["errors"]]
    assert codes == ["column_unknown", "column_missing"]


@pytest.fixture
def own_venue(tmp_path: Any) -> Iterator[TestVenue]:
    """A venue whose clock a test moves by days."""
    with TestVenue(tmp_path / "venue") as venue:
        yield venue


def test_the_most_urgent_come_first_and_what_is_overdue_says_so(own_venue: TestVenue) -> None:
    venue = own_venue
    seller, buyer = venue.new_party(), venue.new_party(money="100000.00")
    symbols = [
        venue.new_product(transfer_terms={"registration": True, "registration_days": days})
        for days in (9, 7, 8)
    ]
    for symbol in symbols:
        venue.give_units(symbol, seller, "1000")
        settled(Market(venue, symbol, seller, buyer))
    venue.time_passes(8 * DAY_S, is_stopped=True)

    path = "/v1/exports/registration?language=en"
    rows = rows_of(venue.ask("GET", path, venue.trust_company).content)

    told = [(row["Product"], row["Working days left"]) for row in rows]
    assert told == [(symbols[1], "Overdue"), (symbols[2], "0"), (symbols[0], "1")]


def test_a_sheet_that_went_out_before_a_reminder_is_taken_after_it(own_venue: TestVenue) -> None:
    venue = own_venue
    seller, buyer = venue.new_party(), venue.new_party(money="100000.00")
    symbol = venue.new_product(transfer_terms={"registration": True})
    venue.give_units(symbol, seller, "1000")
    market = Market(venue, symbol, seller, buyer)
    transfer = settled(market)
    content = marked(exported(market), REGISTERED)
    path = f"/v1/transfers/{transfer['transfer_id']}"
    before = venue.ask("GET", path, seller).json()["version"]
    venue.time_passes(8 * DAY_S, is_stopped=True)
    assert venue.ask("GET", path, seller).json()["version"] == before + 1, "the alarm was told"

    assert results(send(venue, content)) == [("已登记", "")]
    assert state_of(venue, transfer) == "REGISTERED"
