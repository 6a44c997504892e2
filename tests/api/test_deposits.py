"""Deposits over HTTP: what a bid sets aside, who pays the rest, and who gets what he forfeits."""

from __future__ import annotations

from typing import Any

from tests.api.venue import SHORT_TERMS, Market, Member, TestVenue, code_of, order_body

TERMS: Any = SHORT_TERMS | {"agreement": True, "deposit_bps": 1_000, "funding_days": 2}
COST = "1220.51"  # 1,000 units for 1,020.00, with 0.51 and 200.00 of fees
DEPOSIT, REST = "122.06", "1098.45"


def _market(venue: TestVenue) -> Market:
    seller = venue.new_party("NATURAL_PERSON", money="0.01")
    buyer = venue.new_party("NATURAL_PERSON", money="2000.00")
    symbol = venue.new_product(transfer_terms=TERMS)
    venue.give_units(symbol, seller, "10000")
    return Market(venue, symbol, seller, buyer)


def _step(market: Market, transfer_id: str, step: str, by: Member) -> Any:
    path = f"/v1/transfers/{transfer_id}"
    headers = {"If-Match": market.venue.ask("GET", path, by).headers["etag"]}
    return market.venue.ask(
        "POST", f"{path}/{step}", by, key=market.venue.unique(), headers=headers
    )


def _seen(market: Market, transfer_id: str, by: Member) -> dict[str, Any]:
    seen: dict[str, Any] = market.venue.ask("GET", f"/v1/transfers/{transfer_id}", by).json()
    del seen["states"]  # no list has them: test_journal_events.py
    return seen


def _money(market: Market, member: Member) -> tuple[str, str, str]:
    cash = market.venue.ask("GET", "/v1/cash", member).json()
    return cash["available"], cash["reserved"], cash["escrow"]


def _agreed(market: Market) -> str:
    """A transfer that both have signed."""
    transfer_id: str = market.match("1000")["transfer_id"]
    _step(market, transfer_id, "sign", market.seller)
    assert _step(market, transfer_id, "sign", market.buyer).json()["state"] == "FUNDS_PENDING"
    return transfer_id


def test_a_preview_tells_the_deposit_and_the_rest(tmp_path: Any) -> None:
    with TestVenue(tmp_path / "venue") as venue:
        market = _market(venue)
        shown = venue.ask("GET", f"/v1/products/{market.symbol}").json()["transfer_terms"]
        assert {name: shown[name] for name in TERMS} == TERMS
        body = order_body("", market.symbol, "BUY", "1.0200", "1000")
        del body["client_order_id"]
        told = venue.ask("POST", "/v1/orders/preview", market.buyer, json=body).json()
        assert (told["reserve_money"], told["rest_due"]) == (DEPOSIT, REST)
        market.buy("1.0200", "1000", post_only=False)
        assert _money(market, market.buyer) == ("1877.94", DEPOSIT, "0.00")


def test_the_buyer_pays_the_rest_and_the_trust_company_decides(tmp_path: Any) -> None:
    with TestVenue(tmp_path / "venue") as venue:
        market = _market(venue)
        transfer_id, company = _agreed(market), venue.trust_company
        (listed,) = venue.ask("GET", "/v1/transfers?state=FUNDS_PENDING", company).json()["items"]
        assert (listed["paid"], listed["rest_due"]) == (DEPOSIT, REST)
        assert listed == _seen(market, transfer_id, company)
        to_seller = _seen(market, transfer_id, market.seller)
        assert (to_seller["paid"], to_seller["rest_due"]) == (None, None)
        early = _step(market, transfer_id, "confirm", company)
        assert (early.status_code, code_of(early)) == (409, "transfer_not_in_state")
        not_his = _step(market, transfer_id, "fund", market.seller)
        assert (not_his.status_code, code_of(not_his)) == (403, "not_permitted")

        venue.restart()
        assert _step(market, transfer_id, "fund", market.buyer).json()["state"] == "SUBMITTED"
        seen = _seen(market, transfer_id, market.buyer)
        assert (seen["paid"], seen["rest_due"]) == (COST, "0.00")
        assert _money(market, market.buyer) == ("779.49", "0.00", COST)
        assert _step(market, transfer_id, "confirm", company).json()["state"] == "SETTLED"
        assert _seen(market, transfer_id, market.buyer)["rest_due"] is None
        assert _money(market, market.buyer) == ("779.49", "0.00", "0.00")


def test_a_rest_that_is_not_there_is_not_paid_and_the_deposit_is_the_sellers(
    tmp_path: Any,
) -> None:
    with TestVenue(tmp_path / "venue") as venue:
        market = _market(venue)
        first, second = _agreed(market), _agreed(market)
        _step(market, first, "fund", market.buyer)
        poor = _step(market, second, "fund", market.buyer)
        assert (poor.status_code, code_of(poor)) == (409, "money_not_available")
        venue.clock.advance(30)
        venue.new_party()
        seen = _seen(market, second, market.buyer)
        assert (seen["state"], seen["forfeited"]) == ("BUYER_DEFAULT", DEPOSIT)
        listed = venue.ask("GET", "/v1/transfers?state=BUYER_DEFAULT", market.buyer).json()
        assert listed["items"] == [seen]
        assert _money(market, market.seller)[0] == "122.07"
