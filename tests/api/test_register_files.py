"""Register files over HTTP: signed, previewed, posted whole or not at all."""

from __future__ import annotations

import base64
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from api.signing import DemoSigner
from exchange.limits import ENCUMBRANCES_PER_HOLDING_MAX, REGISTER_ROWS_MAX
from tests.api.register_files import Office, file_text
from tests.api.venue import Market, Member, TestVenue, code_of

IMPORT = "/v1/imports/register"
PREVIEW = "/v1/imports/register/preview"
TOO_MUCH = "rows_out_of_range"


def office_of(market: Market) -> Office:
    return market.venue.office(market.venue.trust_company.party_id)


def changes(market: Market, *rows: str, total: str) -> bytes:
    return file_text(market.symbol, "CHANGES", total, rows).encode()


def bring(market: Market, content: bytes, by: Member | None = None) -> httpx.Response:
    venue = market.venue
    body = office_of(market).signed(content)
    return venue.ask("POST", IMPORT, by or venue.operator, key=venue.unique(), json=body)


def preview(market: Market, body: dict[str, Any], by: Member | None = None) -> Any:
    venue = market.venue
    return venue.do("POST", PREVIEW, by or venue.operator, json=body)


def lots_of(market: Market, member: Member) -> list[tuple[str, str]]:
    path = f"/v1/holdings/{market.symbol}/lots"
    items = market.venue.ask("GET", path, member).json()["items"]
    return [(item["contract"], item["total"]) for item in items]


def test_a_signed_file_is_posted_by_the_operator_or_the_trust_company(market: Market) -> None:
    buyer = market.buyer.party_id
    for total, by in (("10100", market.venue.operator), ("10200", market.venue.trust_company)):
        row = f"SUBSCRIBE,S-{total},{buyer},100,100.00,,2025-03-31,,"
        response = bring(market, changes(market, row, total=total), by)

        assert response.status_code == 201, response.text
        posted = response.json()
        assert (posted["rows"], posted["units_outstanding"]) == (1, total)
        assert posted["signing_key_id"] == office_of(market).signer.key_id
    assert lots_of(market, market.buyer) == [("S-10100", "100"), ("S-10200", "100")]


def test_a_chinese_file_from_a_spreadsheet_is_taken(market: Market) -> None:
    text = (
        f"产品代码,{market.symbol},,,,,,\n文件类型,变动,,,,,,\n份额总数,9900,,,,,,\n"
        "类型,合同编号,持有人,份额,受让人,新合同编号,取得日期,本金\n"
        f"赎回,{lots_of(market, market.seller)[0][0]},{market.seller.party_id},100,,,,\n"
        f"过户,{lots_of(market, market.seller)[0][0]},{market.seller.party_id},400,"
        f"{market.buyer.party_id},继承-1,2026-11-20,\n"
    )
    response = bring(market, text.encode("gb18030"))

    assert response.status_code == 201, response.text
    assert lots_of(market, market.buyer) == [("继承-1", "400")]
    path = f"/v1/products/{market.symbol}/register/{market.seller.party_id}/changes"
    told = market.venue.ask("GET", path, market.seller).json()["items"]
    assert [item["cause"] for item in told] == ["OPENING", "REDEMPTION", "COUNTER_TRANSFER"]


def test_a_file_with_one_bad_row_is_refused_whole_with_the_row_marked(market: Market) -> None:
    buyer = market.buyer.party_id
    content = changes(
        market,
        f"SUBSCRIBE,S-1,{buyer},100,100.00,,2025-03-31,,",
        f"REDEEM,S-1,{buyer},101,,,,,",
        "SUBSCRIBE,S-2,999999,100,100.00,,2025-03-31,,",
        total="10100",
    )
    sequence = market.venue.sequence

    response = bring(market, content)

    assert (response.status_code, code_of(response)) == (422, "rows_out_of_range")
    assert [(error["code"], error["detail"]) for error in response.json()["errors"]] == [
        ("units_not_available", "Line 6: Not enough available units."),
        ("unknown_party", "Line 7: No such party."),
    ]
    told = preview(market, office_of(market).signed(content))
    assert [(fault["line"], fault["code"]) for fault in told["faults"]] == [
        (6, "units_not_available"),
        (7, "unknown_party"),
    ]
    assert not told["accepted"]
    assert market.venue.sequence == sequence  # nothing was journaled


def test_text_that_cannot_be_read_is_told_line_by_line(market: Market) -> None:
    content = changes(market, "SUBSCRIBE,=1+1,x,1,000,,,,", total="1e5")

    response = bring(market, content)

    assert (response.status_code, code_of(response)) == (422, "validation_failed")
    (error,) = response.json()["errors"]
    assert error == {
        "code": "malformed",
        "detail": "Line 3: units_outstanding: Is no plain number, day or id.",
        "pointer": "/content",
    }
    told = preview(market, {"content": base64.b64encode(content).decode("ascii")})
    assert (told["symbol"], told["accepted"], len(told["faults"])) == (None, False, 1)


def test_a_forged_signature_is_refused_and_nothing_is_said_about_the_rows(market: Market) -> None:
    venue, office = market.venue, office_of(market)
    content = changes(market, "SUBSCRIBE,S-1,999999,100,100.00,,2025-03-31,,", total="10100")
    honest = office.signed(content)
    altered = content.replace(b",100,", b",900,")
    rival = venue.new_party("TRUST_COMPANY")
    forged = {
        "over other bytes": honest | {"content": base64.b64encode(altered).decode("ascii")},
        "by a key that nobody registered": Office(DemoSigner(b"forger")).signed(content),
        "by another trust company's key": venue.office(rival.party_id).signed(content),
    }
    for why, body in forged.items():
        response = venue.ask("POST", IMPORT, venue.operator, key=venue.unique(), json=body)
        assert (response.status_code, code_of(response)) == (422, "signature_invalid"), why
        told = response.json()["errors"]
        assert [error["pointer"] for error in told] == ["/signature"], why
        assert preview(market, body)["signing_key_id"] is None, why


def test_a_revoked_key_signs_no_more(market: Market) -> None:
    venue, office = market.venue, office_of(market)
    company = venue.trust_company.party_id
    row = f"SUBSCRIBE,S-1,{market.buyer.party_id},100,100.00,,2025-03-31,,"
    content = changes(market, row, total="10100")
    second = Office(DemoSigner(venue.unique("second").encode()))
    path = f"/v1/parties/{company}/signing-keys"
    key = venue.do(
        "POST", path, venue.operator, json={"public_key": second.public_key, "label": "second"}
    )
    assert preview(market, second.signed(content))["signing_key_id"] == key["key_id"]

    gone = venue.ask("DELETE", f"{path}/{key['key_id']}", venue.operator, key=venue.unique())

    assert gone.status_code == 204
    assert preview(market, second.signed(content))["signing_key_id"] is None
    assert preview(market, office.signed(content))["accepted"]
    items = venue.ask("GET", path, venue.trust_company).json()["items"]
    (listed,) = [item for item in items if item["key_id"] == key["key_id"]]
    assert listed["revoked_at"] is not None
    again = venue.ask(
        "POST",
        path,
        venue.operator,
        key=venue.unique(),
        json={"public_key": second.public_key, "label": "once more"},
    )
    assert (again.status_code, code_of(again)) == (409, "key_known")


def test_signing_keys_are_the_trust_companys_own(venue: TestVenue) -> None:
    company = venue.trust_company.party_id
    trader, rival = venue.new_party(), venue.new_party("TRUST_COMPANY")
    path = f"/v1/parties/{company}/signing-keys"
    assert venue.ask("GET", path, venue.operator).status_code == 200
    assert code_of(venue.ask("GET", path, rival)) == "unknown_party"
    body = {"public_key": Office(DemoSigner(b"trader")).public_key, "label": "x"}
    of_trader = f"/v1/parties/{trader.party_id}/signing-keys"
    refused = venue.ask("POST", of_trader, venue.operator, key=venue.unique(), json=body)
    assert code_of(refused) == "unknown_party"


def test_a_file_of_somebody_elses_product_is_as_if_there_were_none(market: Market) -> None:
    venue = market.venue
    rival = venue.new_party("TRUST_COMPANY")
    row = f"SUBSCRIBE,S-1,{market.buyer.party_id},100,100.00,,2025-03-31,,"
    content = changes(market, row, total="10100")
    other = content.replace(market.symbol.encode(), b"NONE-1")

    theirs, missing = (
        venue.ask(
            "POST",
            IMPORT,
            rival,
            key=venue.unique(),
            json=venue.office(rival.party_id).signed(each),
        )
        for each in (content, other)
    )

    assert theirs.status_code == missing.status_code == 422
    assert theirs.json()["errors"] == missing.json()["errors"]
    assert theirs.json()["errors"][0]["code"] == "unknown_product"


def test_the_same_file_is_the_same_request_or_imported_already(market: Market) -> None:
    venue = market.venue
    row = f"SUBSCRIBE,S-1,{market.buyer.party_id},100,100.00,,2025-03-31,,"
    content = changes(market, row, total="10100")
    body = office_of(market).signed(content)
    key = venue.unique()

    first, again = (venue.ask("POST", IMPORT, venue.operator, key=key, json=body) for _ in "12")
    other_key = bring(market, content)

    assert first.status_code == again.status_code == 201
    assert again.json() == first.json()
    assert again.headers["idempotency-replayed"] == "true"
    assert code_of(other_key) == "file_already_imported"
    told = preview(market, body)
    assert [fault["code"] for fault in told["faults"]] == ["file_already_imported"]
    assert lots_of(market, market.buyer) == [("S-1", "100")]


def test_a_total_that_differs_refuses_the_file(market: Market) -> None:
    row = f"SUBSCRIBE,S-1,{market.buyer.party_id},100,100.00,,2025-03-31,,"
    content = changes(market, row, total="10101")

    response = bring(market, content)

    assert (response.status_code, code_of(response)) == (422, "totals_differ")
    told = preview(market, office_of(market).signed(content))
    assert [(fault["line"], fault["code"]) for fault in told["faults"]] == [(None, "totals_differ")]


def test_units_behind_a_pending_transfer_are_not_free(market: Market) -> None:
    market.match("1000")
    row = f"REDEEM,{lots_of(market, market.seller)[0][0]},{market.seller.party_id},9001,,,,,"

    refused = bring(market, changes(market, row, total="999"))

    assert [error["code"] for error in refused.json()["errors"]] == ["units_not_available"]


def test_a_product_is_signed_off_opened_suspended_resumed_and_closed(venue: TestVenue) -> None:
    symbol = venue.new_product(transfer_terms={"onboarding": True})
    path = f"/v1/products/{symbol}"
    seller = venue.new_party()

    def shown() -> tuple[str, str]:
        response = venue.ask("GET", path)
        return response.json()["state"], response.headers["etag"]

    assert shown() == ("DRAFT", '"1"')
    digest = venue.ask("GET", path).json()["terms_digest"]
    venue.do("POST", f"{path}/sign-off", venue.trust_company, json={"terms_digest": digest})
    venue.give_units(symbol, seller, "5000")
    venue.do("POST", f"{path}/open", venue.operator, json={"units_outstanding": "5000"})
    assert shown() == ("LIVE", '"3"')
    order = venue.place(seller, symbol, "SELL", "1.0000", "100")
    venue.do("POST", f"{path}/suspend", venue.operator)
    venue.do("POST", f"{path}/resume", venue.operator)
    venue.do("POST", f"{path}/suspend", venue.operator)
    answer = venue.do("POST", f"{path}/close", venue.operator)
    assert (answer["state"], answer["version"]) == ("CLOSED", 7)

    venue.restart()

    assert shown() == ("CLOSED", '"7"')
    order_path = f"/v1/orders/{order['order_id']}"
    statuses = (venue.ask("GET", order_path, seller).json()["status"] for _ in range(100))
    assert next(status for status in statuses if status != "OPEN") == "WITHDRAWN_BY_VENUE"


def test_what_a_file_encumbers_at_once_is_bounded_for_the_preview_too(
    market: Market, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("exchange.register_posting.ENCUMBERED_PER_FILE_MAX", 2)
    market.sell("1.0200", "1000")
    until = (datetime.now(UTC) + timedelta(days=300)).date().isoformat()
    head = f"product,{market.symbol}\nfile,CHANGES\nunits_outstanding,10000\n"
    rows = [f"FREEZE,,{party.party_id},10,{until}\n" for party in (market.seller, market.buyer)]

    def file(*freezes: str) -> bytes:
        return "".join((head, "type,contract,holder,units,until\n", *freezes)).encode()

    too_much = file(rows[0], rows[0])
    for content, faults in ((file(rows[0]), []), (file(*rows), []), (too_much, [TOO_MUCH])):
        shown = preview(market, office_of(market).signed(content))
        assert [fault["code"] for fault in shown["faults"]] == faults
    refused = bring(market, too_much)
    assert (refused.status_code, code_of(refused)) == (422, TOO_MUCH)


def test_a_file_may_have_nothing_but_pledges(tmp_path: Path) -> None:
    with TestVenue(tmp_path / "venue") as venue:
        market = Market.make(venue)
        holders = [
            venue.new_party("INSTITUTION")
            for _ in range(REGISTER_ROWS_MAX // ENCUMBRANCES_PER_HOLDING_MAX)
        ]
        for holder in holders:
            venue.give_units(market.symbol, holder, "100")
        rows = [
            f"PLEDGE,,{holder.party_id},2,,,,,"
            for holder in holders
            for _ in range(ENCUMBRANCES_PER_HOLDING_MAX)
        ]
        response = bring(market, changes(market, *rows, total="12000"))
        assert response.status_code == 201, response.text
        assert len(response.json()["encumbrances"]) == REGISTER_ROWS_MAX
        assert venue.ask("GET", "/readyz", venue.operator).status_code == 200
