"""Transfers over HTTP: who sees what, and the trust company's decisions."""

from typing import Any

import pytest

from tests.api.transfers import without_states
from tests.api.venue import (
    SHORT_TERMS,
    Market,
    Member,
    TestVenue,
    code_of,
    pointers_of,
    product_body,
)


def _decide(
    market: Market, transfer_id: str, verb: str, if_match: str | None, **content: Any
) -> Any:
    headers = {} if if_match is None else {"If-Match": if_match}
    return market.venue.ask(
        "POST",
        f"/v1/transfers/{transfer_id}/{verb}",
        market.venue.trust_company,
        key=market.venue.unique(),
        headers=headers,
        **content,
    )


def _cash(venue: TestVenue, member: Member) -> Any:
    return venue.ask("GET", "/v1/cash", member).json()


def _holding(market: Market, member: Member) -> Any:
    items = market.venue.ask("GET", "/v1/holdings", member).json()["items"]
    return next((item for item in items if item["symbol"] == market.symbol), None)


def test_a_pending_transfer_locks_units_and_money(market: Market) -> None:
    market.match("1000")

    assert _holding(market, market.seller)["locked"] == "1000"
    assert _holding(market, market.buyer) is None
    assert _cash(market.venue, market.buyer)["escrow"] == "1220.51"


def test_a_confirmed_transfer_moves_title_and_money_at_once(market: Market) -> None:
    venue, transfer = market.venue, market.match("1000")
    company_before = _fen(_cash(venue, venue.trust_company)["available"])

    response = _decide(market, transfer["transfer_id"], "confirm", '"2"')

    assert response.status_code == 200, response.text
    assert response.headers["etag"] == f'"{response.json()["version"]}"'
    assert response.json() == {
        "transfer_id": transfer["transfer_id"],
        "symbol": market.symbol,
        "state": "SETTLED",
        "version": 4,
        "units": "1000",
        "seller_credit": "818.98",
        "trust_company_credit": "400.00",
        "refund": None,
        "reason": None,
        "decided_at": "2026-11-22T04:00:00.000000Z",
    }
    assert _holding(market, market.buyer)["available"] == "1000"
    assert _holding(market, market.seller)["total"] == "9000"
    assert _cash(venue, market.seller)["available"] == "818.98"
    assert _cash(venue, market.buyer)["total"] == "998779.49"
    assert _fen(_cash(venue, venue.trust_company)["available"]) == company_before + 400_00


def _fen(amount: str) -> int:
    return int(amount.replace(".", ""))


def test_a_rejected_transfer_returns_everything(market: Market) -> None:
    transfer = market.match("1000")

    response = _decide(
        market, transfer["transfer_id"], "reject", '"2"', json={"reason": "TITLE_DISPUTED"}
    )

    assert response.status_code == 200, response.text
    assert response.json()["state"] == "REJECTED"
    assert response.json()["refund"] == "1220.51"
    assert _cash(market.venue, market.buyer)["available"] == "1000000.00"
    assert _holding(market, market.seller)["available"] == "10000"
    path = f"/v1/transfers/{transfer['transfer_id']}"
    seen = market.venue.ask("GET", path, market.seller).json()
    assert (seen["state"], seen["reason"]) == ("REJECTED", "TITLE_DISPUTED")


def test_a_transfer_that_nobody_decides_lapses(tmp_path: Any) -> None:
    with TestVenue(tmp_path / "venue") as venue:
        market = Market.make(venue)
        symbol = venue.new_product(transfer_terms=SHORT_TERMS)
        venue.give_units(symbol, market.seller, "1000")
        short = Market(venue, symbol, market.seller, market.buyer)
        transfer = short.match("1000")
        assert transfer["deadline"] == "2026-11-22T04:00:50.000000Z"
        path = f"/v1/transfers/{transfer['transfer_id']}"

        venue.clock.advance(20)
        venue.new_party()
        reminded = venue.ask("GET", path, venue.trust_company)
        assert (reminded.json()["notices"], reminded.headers["ETag"]) == (1, '"3"')

        venue.clock.advance(30)
        venue.new_party()
        seen = venue.ask("GET", path, market.buyer)
        assert (seen.json()["state"], seen.json()["deadline"]) == ("LAPSED", None)
        assert _cash(venue, market.buyer)["available"] == "1000000.00"


def test_what_is_confirmed_after_the_cut_off_settles_later(tmp_path: Any) -> None:
    with TestVenue(tmp_path / "venue") as venue:
        market = Market.make(venue)
        symbol = venue.new_product(transfer_terms=SHORT_TERMS | {"cut_off_minute": 0})
        venue.give_units(symbol, market.seller, "1000")
        late = Market(venue, symbol, market.seller, market.buyer)
        transfer_id = late.match("1000")["transfer_id"]

        response = _decide(late, transfer_id, "confirm", '"2"')
        assert response.status_code == 200, response.text
        decision = response.json()
        assert (decision["state"], decision["seller_credit"]) == ("CONFIRMED", None)
        (listed,) = venue.ask("GET", "/v1/transfers?state=CONFIRMED", market.seller).json()["items"]
        assert listed["deadline"] == "2026-11-22T04:00:10.000000Z"
        again = _decide(late, transfer_id, "reject", '"3"', json={"reason": "OTHER"})
        assert (again.status_code, code_of(again)) == (409, "transfer_not_in_state")

        venue.clock.advance(10)
        venue.new_party()
        path = f"/v1/transfers/{transfer_id}"
        seen = venue.ask("GET", path, venue.trust_company).json()
        assert (seen["state"], seen["version"]) == ("SETTLED", 4)
        assert seen["officer"] is not None


@pytest.mark.parametrize(
    ("if_match", "status", "code"),
    [
        (None, 428, "precondition_required"),
        ("*", 428, "precondition_required"),
        ('"1"', 412, "transfer_version_stale"),
        ('"3"', 412, "transfer_version_stale"),
        ('W/"2"', 412, "transfer_version_stale"),
        ('"2", "3"', 412, "transfer_version_stale"),
        ("2", 412, "transfer_version_stale"),
        ('"2x"', 412, "transfer_version_stale"),
        ('"02"', 412, "transfer_version_stale"),
        ('"99999999999999999999"', 412, "transfer_version_stale"),
    ],
)
@pytest.mark.parametrize("verb", ["confirm", "reject"])
def test_a_decision_is_about_the_version_that_was_read(
    market: Market, verb: str, if_match: str | None, status: int, code: str
) -> None:
    transfer = market.match("1000")
    content = {"json": {"reason": "OTHER"}} if verb == "reject" else {}

    response = _decide(market, transfer["transfer_id"], verb, if_match, **content)

    assert (response.status_code, code_of(response)) == (status, code)
    path = f"/v1/transfers/{transfer['transfer_id']}"
    assert market.venue.ask("GET", path, market.buyer).json()["state"] == "SUBMITTED"


def test_a_decided_transfer_is_not_decided_again(market: Market) -> None:
    transfer_id = market.match("1000")["transfer_id"]
    done = _decide(market, transfer_id, "confirm", '"2"')

    for version in ('"2"', done.headers["etag"]):
        again = _decide(market, transfer_id, "confirm", version)
        assert (again.status_code, code_of(again)) == (409, "transfer_not_pending")


def test_a_rejection_has_one_of_the_reasons(market: Market) -> None:
    transfer_id = market.match("1000")["transfer_id"]

    for body in ({}, {"reason": "BORED"}, {"reason": 1}, {"reason": "OTHER", "note": "x"}):
        response = _decide(market, transfer_id, "reject", '"2"', json=body)
        assert (response.status_code, code_of(response)) == (422, "validation_failed")


def test_each_side_sees_its_own_fees_and_the_officer_is_seen_by_the_venue_alone(
    market: Market,
) -> None:
    venue, transfer_id = market.venue, market.match("1000")["transfer_id"]
    _decide(market, transfer_id, "confirm", '"2"')

    seen = {
        name: venue.ask("GET", f"/v1/transfers/{transfer_id}", member).json()
        for name, member in (
            ("seller", market.seller),
            ("buyer", market.buyer),
            ("company", venue.trust_company),
            ("operator", venue.operator),
        )
    }

    buyer_fees = {"venue": "0.51", "trust_company": "200.00"}
    seller_fees = {"venue": "1.02", "trust_company": "200.00"}
    assert (seen["seller"]["buyer_fees"], seen["seller"]["seller_fees"]) == (None, seller_fees)
    assert (seen["buyer"]["buyer_fees"], seen["buyer"]["seller_fees"]) == (buyer_fees, None)
    for name in ("company", "operator"):
        assert (seen[name]["buyer_fees"], seen[name]["seller_fees"]) == (buyer_fees, seller_fees)
        assert seen[name]["officer"]
    assert seen["seller"]["officer"] is seen["buyer"]["officer"] is None


@pytest.mark.parametrize("who", ["seller", "buyer", "company", "operator"])
def test_transfers_are_listed_oldest_first_in_pages(market: Market, who: str) -> None:
    venue = market.venue
    member = {
        "seller": market.seller,
        "buyer": market.buyer,
        "company": venue.trust_company,
        "operator": venue.operator,
    }[who]
    made = [market.match("100")["transfer_id"] for _ in range(5)]
    _decide(market, made[1], "confirm", '"2"')
    _decide(market, made[3], "reject", '"2"', json={"reason": "OTHER"})

    def listed(query: str) -> list[str]:
        seen: list[str] = []
        cursor: str | None = None
        while True:
            path = f"/v1/transfers?symbol={market.symbol}&limit=2{query}"
            page = venue.ask("GET", path + (f"&cursor={cursor}" if cursor else ""), member).json()
            seen += [item["transfer_id"] for item in page["items"]]
            cursor = page["next_cursor"]
            if cursor is None:
                return seen

    assert listed("") == made
    assert listed("&state=SUBMITTED") == [made[0], made[2], made[4]]
    assert listed("&state=SETTLED") == [made[1]]
    assert listed("&state=REJECTED") == [made[3]]
    assert listed("&state=LAPSED") == []


def test_the_pending_list_says_the_same_as_the_rows(market: Market) -> None:
    transfer = market.match("100")
    for member in (market.seller, market.buyer, market.venue.trust_company):
        path = f"/v1/transfers?state=SUBMITTED&symbol={market.symbol}"
        (listed,) = market.venue.ask("GET", path, member).json()["items"]
        path = f"/v1/transfers/{transfer['transfer_id']}"
        assert listed == without_states(market.venue.ask("GET", path, member).json())


def test_one_party_both_sells_and_buys(market: Market) -> None:
    venue = market.venue
    path = f"/v1/parties/{market.seller.party_id}/deposits"
    venue.do("POST", path, venue.operator, json={"amount": "5000.00"})
    venue.give_units(market.symbol, market.buyer, "1000")
    sold = market.match("100")["transfer_id"]
    venue.place(market.buyer, market.symbol, "SELL", "1.1000", "100")
    bought = venue.place(market.seller, market.symbol, "BUY", "1.1000", "100")["fills"][0]

    items = venue.ask("GET", "/v1/transfers", market.seller).json()["items"]

    roles = [(item["transfer_id"], item["role"]) for item in items]
    assert roles == [(sold, "SELLER"), (bought["transfer_id"], "BUYER")]


def test_a_decision_with_a_body_that_nobody_reads_is_not_taken(market: Market) -> None:
    transfer = market.match("1000")
    before = market.venue.sequence

    response = _decide(
        market, transfer["transfer_id"], "confirm", '"2"', json={"reason": "TITLE_DISPUTED"}
    )

    assert (response.status_code, code_of(response)) == (422, "validation_failed")
    assert pointers_of(response) == {"/reason": "unknown_field"}
    assert market.venue.sequence == before


def test_a_decision_with_an_empty_object_is_taken(market: Market) -> None:
    transfer = market.match("1000")

    response = _decide(market, transfer["transfer_id"], "confirm", '"2"', json={})

    assert response.json()["state"] == "SETTLED"


SIGNED_TERMS: Any = SHORT_TERMS | {
    "agreement": True,
    "cooling_off_hours": 24,
    "decide_days": 30,
    "returns_max": 1,
    "fault_fee": {"rate_bps": 100, "maximum": "5.00"},
}


def _signed_market(venue: TestVenue) -> tuple[Market, str]:
    """A pending transfer of a product whose parties sign; the buyer is a natural person."""
    seller = venue.new_party("NATURAL_PERSON", money="100.00")
    buyer = venue.new_party("NATURAL_PERSON", money="1000000.00")
    symbol = venue.new_product(transfer_terms=SIGNED_TERMS)
    venue.give_units(symbol, seller, "10000")
    market = Market(venue, symbol, seller, buyer)
    return market, market.match("1000")["transfer_id"]


def _step(
    market: Market, transfer_id: str, step: str, by: Member, *, method: str = "POST", **content: Any
) -> Any:
    path = f"/v1/transfers/{transfer_id}"
    etag = market.venue.ask("GET", path, by).headers["etag"]
    return market.venue.ask(
        method,
        f"{path}/{step}",
        by,
        key=market.venue.unique(),
        headers={"If-Match": etag},
        **content,
    )


def _time_passes(venue: TestVenue, seconds: int) -> None:
    venue.clock.advance(seconds)
    venue.new_party()


def test_from_signatures_to_settlement_with_a_return_in_between(tmp_path: Any) -> None:
    with TestVenue(tmp_path / "venue") as venue:
        market, transfer_id = _signed_market(venue)
        company, path = venue.trust_company, f"/v1/transfers/{transfer_id}"
        terms = venue.ask("GET", f"/v1/products/{market.symbol}").json()["transfer_terms"]
        assert {name: terms[name] for name in SIGNED_TERMS} == SIGNED_TERMS

        early = _step(market, transfer_id, "confirm", company)
        assert (early.status_code, code_of(early)) == (409, "transfer_not_in_state")
        signed = _step(market, transfer_id, "sign", market.seller)
        assert signed.json()["state"] == "AGREEMENT_PENDING"
        again = _step(market, transfer_id, "sign", market.seller)
        assert (again.status_code, code_of(again)) == (409, "already_done")
        signed = _step(market, transfer_id, "sign", market.buyer)
        assert signed.json()["deadline"] == "2026-11-22T04:00:10.000000Z"  # 24 of its day's hours
        (listed,) = venue.ask("GET", "/v1/transfers?state=AGREEMENT_PENDING", company).json()[
            "items"
        ]
        assert listed["signed"] == ["BUYER", "SELLER"]
        assert listed == without_states(venue.ask("GET", path, company).json())

        _time_passes(venue, 10)
        body = {"reason": "SIGNATURE", "returned_to": ["SELLER"]}
        returned = _step(market, transfer_id, "return", company, json=body)
        assert returned.json()["state"] == "RETURNED"
        seen = venue.ask("GET", path, market.seller).json()
        assert (seen["returned_to"], seen["return_reason"]) == (["SELLER"], "SIGNATURE")
        assert _step(market, transfer_id, "resubmit", market.seller).json()["state"] == "SUBMITTED"
        too_often = _step(market, transfer_id, "return", company, json=body)
        assert (too_often.status_code, code_of(too_often)) == (409, "returns_max")
        settled = _step(market, transfer_id, "confirm", company)
        assert settled.json()["state"] == "SETTLED"
        assert _holding(market, market.buyer)["available"] == "1000"


def test_a_settled_transfer_is_registered(tmp_path: Any) -> None:
    with TestVenue(tmp_path / "venue") as venue:
        market = Market.make(venue)
        terms = {"registration": True, "registration_days": 4, "registration_alarm_days": 3}
        symbol = venue.new_product(transfer_terms={**SHORT_TERMS, **terms})
        shown = venue.ask("GET", f"/v1/products/{symbol}").json()["transfer_terms"]
        assert {name: shown[name] for name in terms} == terms
        venue.give_units(symbol, market.seller, "1000")
        market = Market(venue, symbol, market.seller, market.buyer)
        transfer_id, company = market.match("1000")["transfer_id"], venue.trust_company
        path = f"/v1/transfers/{transfer_id}"

        early = _step(market, transfer_id, "registration", company)
        assert (early.status_code, code_of(early)) == (409, "transfer_not_in_state")
        assert _step(market, transfer_id, "confirm", company).json()["state"] == "SETTLED"
        settled = venue.ask("GET", path, company)
        assert settled.json()["registration_due"] == "2026-11-22T04:00:50.000000Z"
        assert (settled.json()["deadline"], settled.json()["registered_at"]) == (None, None)
        _time_passes(venue, 40)
        alarmed = venue.ask("GET", path, company)
        assert alarmed.json() == settled.json() | {"version": settled.json()["version"] + 1}

        answer = _step(market, transfer_id, "registration", company)
        assert (answer.status_code, answer.json()["state"]) == (200, "REGISTERED")
        (listed,) = venue.ask("GET", "/v1/transfers?state=REGISTERED", market.buyer).json()["items"]
        assert listed["registered_at"] == "2026-11-22T04:00:40.000000Z"
        again = _step(market, transfer_id, "registration", company)
        assert (again.status_code, code_of(again)) == (409, "transfer_not_pending")
        venue.restart()
        assert without_states(venue.ask("GET", path, market.buyer).json()) == listed


def test_a_withdrawal_and_a_lapse_by_somebodys_fault(tmp_path: Any) -> None:
    with TestVenue(tmp_path / "venue") as venue:
        market, transfer_id = _signed_market(venue)
        withdrawn = _step(market, transfer_id, "cancel", market.buyer)
        assert withdrawn.json()["state"] == "CANCELLED"

        lapsed = market.match("1000")["transfer_id"]
        _step(market, lapsed, "sign", market.buyer)
        _time_passes(venue, 30)
        seen = venue.ask("GET", f"/v1/transfers/{lapsed}", market.buyer).json()
        # One per cent of 1,020.00, and no more than 5.00.
        assert (seen["state"], seen["fault"], seen["fault_fee"]) == ("LAPSED", ["SELLER"], "5.00")
        assert _cash(venue, market.buyer)["available"] == "1000005.00"
        assert _cash(venue, market.seller)["available"] == "95.00"


def test_the_same_key_gets_the_same_answer_to_a_step(market: Market) -> None:
    venue, transfer_id = market.venue, market.match("1000")["transfer_id"]

    def asked(key: str) -> Any:
        path = f"/v1/transfers/{transfer_id}/overlays"
        headers = {"If-Match": '"2"'}
        body = {"overlay": "DISPUTED"}
        return venue.ask("POST", path, market.buyer, key=key, headers=headers, json=body)

    first, again, other = asked("one"), asked("one"), asked("two")
    assert first.json() == again.json()
    assert again.headers["idempotency-replayed"] == "true"
    assert (other.status_code, code_of(other)) == (412, "transfer_version_stale")


@pytest.mark.parametrize(
    ("step", "body"),
    [
        ("return", {"reason": "SIGNATURE", "returned_to": []}),
        ("return", {"reason": "SIGNATURE", "returned_to": ["OPERATOR"]}),
        ("return", {"reason": "DULL", "returned_to": ["BUYER"]}),
        ("overlays", {"overlay": "COURT_FREEZE"}),
        ("overlays", {"overlay": 1}),
        ("overlays", {}),
    ],
)
def test_a_step_that_means_nothing_is_not_taken(
    market: Market, step: str, body: dict[str, Any]
) -> None:
    transfer_id, before = market.match("1000")["transfer_id"], market.venue.sequence
    response = _step(market, transfer_id, step, market.venue.trust_company, json=body)
    assert (response.status_code, code_of(response)) == (422, "validation_failed")
    assert market.venue.sequence == before


@pytest.mark.parametrize("maximum", ["1.001", "20000.01"])
def test_a_fault_fee_is_in_whole_fen_and_within_bounds(market: Market, maximum: str) -> None:
    venue = market.venue
    terms = SIGNED_TERMS | {"fault_fee": {"rate_bps": 1, "maximum": maximum}}
    body = product_body(venue.unique("DEMO"), venue.trust_company.party_id)
    response = venue.ask(
        "POST",
        "/v1/products",
        venue.operator,
        key=venue.unique(),
        json=body | {"transfer_terms": terms},
    )
    assert response.status_code == 422, response.text
