"""Files for a trust company's office."""

from typing import Any

import pytest

from registry.trust_company.sheets import Sheet, read_sheet
from tests.api.venue import Market, TestVenue, code_of

CHINESE = [
    "转让编号", "审查要件", "产品代码", "产品名称", "转让方编号", "转让方", "信托合同",
    "受让方编号", "受让方", "转让份额", "转让价格", "转让价款", "应计收益", "转让价款合计",
    "转让方费用", "受让方费用",
    "成交时间（北京时间）", "办理期限（北京时间）", "经办人编号", "经办意见",
    "决定", "原因",
]  # fmt: skip


def export(venue: TestVenue, query: str) -> tuple[list[str], list[dict[str, str]]]:
    """The headings and the rows of the applications."""
    response = venue.ask("GET", f"/v1/exports/applications?{query}", venue.trust_company)
    assert response.status_code == 200, response.text
    sheet = read_sheet(response.content)
    assert isinstance(sheet, Sheet), sheet
    headings, *rows = sheet.rows
    padded = [row.cells + ("",) * (len(headings.cells) - len(row.cells)) for row in rows]
    return list(headings.cells), [dict(zip(headings.cells, row, strict=True)) for row in padded]


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_an_application_says_what_an_office_decides_on(market: Market, form: str) -> None:
    transfer = market.match("500")
    headings, (row,) = export(market.venue, f"format={form}&symbol={market.symbol}")
    (lot,) = market.venue.ask("GET", f"/v1/holdings/{market.symbol}/lots", market.seller).json()[
        "items"
    ]
    fees = {side: transfer[f"{side}_fees"] for side in ("seller", "buyer")}
    assert headings == CHINESE
    assert row == {
        "转让编号": transfer["transfer_id"],
        "审查要件": f"c{transfer['desk']['criteria']}",
        "产品代码": market.symbol,
        "产品名称": "嘉禾稳健一号集合资金信托计划",
        "转让方编号": market.seller.party_id,
        "转让方": "Party 某某",
        "信托合同": f"{lot['contract']} (500)",
        "受让方编号": market.buyer.party_id,
        "受让方": "Party 某某",
        "转让份额": "500",
        "转让价格": "1.0200",
        "转让价款": "510.00",
        "应计收益": "0.00",
        "转让价款合计": "510.00",
        "转让方费用": total(fees["seller"]),
        "受让方费用": total(fees["buyer"]),
        "成交时间（北京时间）": "2026-11-22 12:00:00",
        "办理期限（北京时间）": "2026-12-03 00:00:00",  # the end of the tenth day
        "经办人编号": "",
        "经办意见": "",
        "决定": "",
        "原因": "",
    }


def total(fees: dict[str, Any]) -> str:
    """Two amounts of yuan as one."""
    fen = sum(int(fees[name].replace(".", "")) for name in ("venue", "trust_company"))
    return f"{fen // 100}.{fen % 100:02d}"


def test_units_of_several_contracts_name_each(market: Market) -> None:
    market.venue.give_units(market.symbol, market.seller, "300")
    market.match("10300")
    _, (row,) = export(market.venue, f"language=en&symbol={market.symbol}")
    contracts = row["Contracts"].split("; ")
    assert [contract.partition(" ")[2] for contract in contracts] == ["(10000)", "(300)"]
    assert row["Product name"] == "Jiahe Steady No. 1"


def test_only_what_waits_for_the_office_goes_out_and_only_its_own(market: Market) -> None:
    venue = market.venue
    first, second = (market.match("100")["transfer_id"] for _ in range(2))
    _, rows = export(venue, f"symbol={market.symbol}")
    if_match = {"If-Match": '"2"'}
    assert [row["转让编号"] for row in rows] == [first, second]
    path = f"/v1/transfers/{first}/confirm"
    decided = venue.ask("POST", path, venue.trust_company, key=venue.unique(), headers=if_match)
    assert decided.status_code == 200, decided.text
    _, rows = export(venue, f"symbol={market.symbol}")
    assert [row["转让编号"] for row in rows] == [second]
    everywhere = export(venue, "format=csv")[1]
    assert second in {row["转让编号"] for row in everywhere}
    other = venue.new_party("TRUST_COMPANY")
    sheet = read_sheet(venue.ask("GET", "/v1/exports/applications", other).content)
    assert isinstance(sheet, Sheet)
    assert len(sheet.rows) == 1  # the headings


def test_a_file_is_the_same_when_nothing_has_changed(market: Market) -> None:
    market.match("100")
    path = f"/v1/exports/applications?symbol={market.symbol}"
    first, second = (market.venue.ask("GET", path, market.venue.trust_company) for _ in range(2))
    assert first.content == second.content
    assert first.headers["content-disposition"] == (
        f'attachment; filename="applications-{market.venue.trust_company.party_id}.xlsx"'
    )


@pytest.mark.parametrize("query", ["format=xls", "language=fr", "symbol=x", "kind=all"])
def test_what_is_asked_otherwise_is_refused(market: Market, query: str) -> None:
    path = f"/v1/exports/applications?{query}"
    response = market.venue.ask("GET", path, market.venue.trust_company)
    assert (response.status_code, code_of(response)) == (422, "validation_failed")
