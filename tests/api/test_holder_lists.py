"""A trust company's list of holders beside the register."""

from typing import Any

import httpx
import pytest

from registry.trust_company.sheets import SheetFormat, write_sheet
from tests.api.bank import PROOF
from tests.api.venue import Market, Member, TestVenue, code_of

PATH = "/v1/imports/holders"
TODAY, YESTERDAY = "2026-11-22", "2026-11-21"
DAY_S = 86_400
HEADINGS = ["产品代码", "截止日期", "持有人", "份额", "质押份额", "冻结份额"]


def send(
    venue: TestVenue, *rows: tuple[str, ...], form: str = "xlsx", member: Member | None = None
) -> httpx.Response:
    """A list of these rows, from the venue's trust company if nobody else is named."""
    content = write_sheet([HEADINGS, *map(list, rows)], SheetFormat(form))
    headers = {"Content-Type": "application/octet-stream"}
    return venue.ask("POST", PATH, member or venue.trust_company, headers=headers, content=content)


def told(response: httpx.Response) -> list[tuple[str, ...]]:
    """The breaks, in short."""
    assert response.status_code == 200, response.text
    names = ("holder_id", "what", "theirs", "ours", "difference", "cause", "transfer_id")
    return [
        tuple(str(each[name]) for name in names if each[name] is not None)
        for each in response.json()["breaks"]
    ]


def confirm(market: Market, transfer: Any) -> None:
    """The trust company's confirmation."""
    response = market.venue.ask(
        "POST",
        f"/v1/transfers/{transfer['transfer_id']}/confirm",
        market.venue.trust_company,
        key=market.venue.unique(),
        headers={"If-Match": f'"{transfer["version"]}"'},
    )
    assert response.status_code == 200, response.text


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_a_list_that_agrees_has_no_breaks(market: Market, form: str) -> None:
    venue, symbol, seller = market.venue, market.symbol, market.seller.party_id
    other = venue.new_party()
    venue.give_units(symbol, other, "500")
    before = venue.sequence

    response = send(
        venue,
        (symbol, TODAY, seller, "4000"),
        (symbol, TODAY, other.party_id, "500"),
        (symbol, TODAY, seller, "6000"),  # a second contract of his
        form=form,
    )

    assert told(response) == []
    assert response.json()["products"] == [
        {
            "symbol": symbol,
            "holders_theirs": 2,
            "holders_ours": 2,
            "units_theirs": "10500",
            "units_ours": "10500",
            "breaks": 0,
        }
    ]
    assert response.json()["as_of_sequence"] == str(before)
    assert venue.sequence == before


def test_every_difference_has_a_cause(market: Market) -> None:
    venue, symbol = market.venue, market.symbol
    seller, buyer = market.seller.party_id, market.buyer.party_id
    settled = market.match("300")
    confirm(market, settled)
    pending = market.match("200")
    missing, frozen = venue.new_party(), venue.new_party()
    for holder in missing, frozen:
        venue.give_units(symbol, holder, "50")
    body = {"symbol": symbol, "holder_id": frozen.party_id, "kind": "FREEZE", "units": "40"}
    body |= {"authority_sha256": PROOF, "until": "2027-11-22"}
    venue.do("POST", "/v1/encumbrances", venue.operator, json=body)

    response = send(
        venue,
        (symbol, TODAY, seller, "9790"),  # without the 300 that he sold today, and less 210
        (symbol, TODAY, buyer, "200"),
        (symbol, TODAY, frozen.party_id, "50", "", "25"),
        (symbol, TODAY, "99999999", "10"),
    )

    number, other = settled["transfer_id"], pending["transfer_id"]
    assert sorted(told(response)) == sorted(
        [
            (seller, "UNITS", "9790", "9700", "300", "SETTLED_AFTER", number),
            (seller, "UNITS", "9790", "9700", "-200", "PENDING_TRANSFER", other),
            (seller, "UNITS", "9790", "9700", "-10", "UNITS_DIFFER"),
            (buyer, "UNITS", "200", "300", "-300", "SETTLED_AFTER", number),
            (buyer, "UNITS", "200", "300", "200", "PENDING_TRANSFER", other),
            (missing.party_id, "UNITS", "0", "50", "-50", "MISSING"),
            (frozen.party_id, "FROZEN", "25", "40", "-15", "CLAIM_DIFFERS"),
            ("99999999", "UNITS", "10", "0", "10", "UNKNOWN_HOLDER"),
        ]
    )


def next_day(venue: TestVenue) -> None:
    """The operator opens the venue again on the day after."""
    venue.time_passes(DAY_S, is_stopped=True)


def test_a_list_is_compared_as_of_its_own_day(tmp_path: Any) -> None:
    with TestVenue(tmp_path / "venue") as venue:
        market = Market.make(venue)
        symbol, seller, buyer = market.symbol, market.seller.party_id, market.buyer.party_id
        transfer = market.match("300")
        number = transfer["transfer_id"]
        next_day(venue)
        confirm(market, transfer)

        assert told(send(venue, (symbol, TODAY, seller, "10000"))) == []
        # Confirmed on the evening of the day, settled here on the next one.
        ahead = send(venue, (symbol, TODAY, seller, "9700"), (symbol, TODAY, buyer, "300"))
        assert told(ahead) == [
            (seller, "UNITS", "9700", "10000", "-300", "SETTLED_AFTER", number),
            (buyer, "UNITS", "300", "0", "300", "SETTLED_AFTER", number),
        ]
        before_the_venue = send(venue, (symbol, YESTERDAY, seller, "10000"))
        assert told(before_the_venue) == [(seller, "UNITS", "10000", "0", "10000", "UNITS_DIFFER")]
        assert before_the_venue.json()["as_of_sequence"] == "0"


def test_what_is_not_registered_yet_may_be_missing_in_the_list(tmp_path: Any) -> None:
    with TestVenue(tmp_path / "venue") as venue:
        seller, buyer = venue.new_party(), venue.new_party(money="10000.00")
        symbol = venue.new_product(transfer_terms={"registration": True})
        venue.give_units(symbol, seller, "1000")
        market = Market(venue, symbol, seller, buyer)
        transfer = market.match("300")
        confirm(market, transfer)
        next_day(venue)

        response = send(venue, (symbol, "2026-11-23", seller.party_id, "1000"))

        number = transfer["transfer_id"]
        assert told(response) == [
            (seller.party_id, "UNITS", "1000", "700", "300", "UNREGISTERED", number),
            (buyer.party_id, "UNITS", "0", "300", "-300", "UNREGISTERED", number),
        ]


def test_what_waits_for_its_registration_explains_however_long_it_does(tmp_path: Any) -> None:
    with TestVenue(tmp_path / "venue") as venue:
        seller, buyer = venue.new_party(), venue.new_party(money="10000.00")
        symbol = venue.new_product(transfer_terms={"registration": True})
        venue.give_units(symbol, seller, "1000")
        market = Market(venue, symbol, seller, buyer)
        transfer = market.match("300")
        confirm(market, transfer)
        venue.time_passes(100 * DAY_S, is_stopped=True)

        response = send(venue, (symbol, "2027-03-02", seller.party_id, "1000"))

        assert [each[5:] for each in told(response)] == [
            ("UNREGISTERED", transfer["transfer_id"])
        ] * 2
        # Of what is registered as long ago nothing is said, and that is said.
        assert response.json()["registered_since"] == "2027-01-01"


def test_the_same_list_is_compared_anew(market: Market) -> None:
    venue, row = market.venue, (market.symbol, TODAY, market.seller.party_id, "10000")
    assert told(send(venue, row)) == []
    newcomer = venue.new_party().party_id
    venue.give_units(market.symbol, Member(newcomer, ""), "100")

    assert told(send(venue, row)) == [(newcomer, "UNITS", "0", "100", "-100", "MISSING")]


def test_what_no_transfer_explains_is_laid_before_people_once_for_a_file(
    market: Market,
) -> None:
    venue, symbol = market.venue, market.symbol
    seller, buyer = market.seller.party_id, market.buyer.party_id

    def matters(member: Member) -> list[dict[str, Any]]:
        path = "/v1/exceptions?kind=HOLDER_BREAK"
        found: list[dict[str, Any]] = venue.ask("GET", path, member).json()["items"]
        return found

    known = len(matters(venue.operator))
    confirm(market, market.match("300"))
    before = venue.sequence
    explained = send(venue, (symbol, TODAY, seller, "10000"))
    assert {each[5] for each in told(explained)} == {"SETTLED_AFTER"}
    assert (venue.sequence, len(matters(venue.operator))) == (before, known)

    rows = (symbol, TODAY, seller, "9999"), (symbol, TODAY, buyer, "300")
    for _ in range(2):
        send(venue, *rows)
        assert venue.sequence == before + 1

    newest = matters(venue.trust_company)[-1]
    assert (newest["state"], newest["times_raised"]) == ("OPEN", 1)
    assert newest["trust_company_id"] == venue.trust_company.party_id
    assert len(matters(venue.operator)) == known + 1
    send(venue, *rows, form="csv")  # another file
    assert matters(venue.operator)[-1]["times_raised"] == 2


def test_nobody_hears_of_holders_of_somebody_elses_product(market: Market) -> None:
    venue, row = market.venue, (market.symbol, TODAY, market.seller.party_id, "10000")

    assert told(send(venue, row, member=venue.operator)) == []
    refused = send(venue, row, member=venue.new_party("TRUST_COMPANY"))

    assert (refused.status_code, code_of(refused)) == (422, "invalid_file")
    assert [error["code"] for error in refused.json()["errors"]] == ["unknown_product"]


def test_a_list_that_is_not_read_whole_is_compared_with_nothing(market: Market) -> None:
    venue, symbol, seller = market.venue, market.symbol, market.seller.party_id

    refused = send(venue, (symbol, TODAY, seller, "10000"), (symbol, "2026-11-23", "合计", "1.5"))

    assert (refused.status_code, code_of(refused)) == (422, "invalid_file")
    assert [error["detail"] for error in refused.json()["errors"]] == [
        "第 3 行 截止日期：日期尚未到来 / row 3, 截止日期: is a day that has not come",
        "第 3 行 持有人：不是有效的数字、日期或编号 / row 3, 持有人: is no plain number, day or id",
        "第 3 行 份额：小数位数过多 / row 3, 份额: has too many decimals",
    ]
    no_rows = send(venue)
    (error,) = no_rows.json()["errors"]
    assert (error["code"], error["detail"]) == ("missing", "截止日期：缺失 / 截止日期 is missing")
