"""A plan is wound up while a confirmed transfer waits for the cut-off: the seller has
the price, the buyer what the units bring, and both see why."""

from pathlib import Path

import httpx

from tests.api.venue import Market, TestVenue


def redeem(market: Market, transfer_id: str, proceeds: str) -> httpx.Response:
    """The trust company pays out the units of a transfer, on the version that is true."""
    venue, path = market.venue, f"/v1/transfers/{transfer_id}"
    etag = venue.ask("GET", path, venue.trust_company).headers["etag"]
    return venue.ask(
        "POST",
        f"{path}/redemption",
        venue.trust_company,
        key=venue.unique(),
        headers={"If-Match": etag},
        json={"proceeds": proceeds},
    )


def test_a_confirmed_transfer_of_a_plan_that_is_wound_up_settles_in_cash(tmp_path: Path) -> None:
    with TestVenue(tmp_path / "venue") as venue:
        seller, buyer = venue.new_party(money="10.00"), venue.new_party(money="5000.00")
        symbol = venue.new_product(transfer_terms={"cut_off_minute": 0})
        venue.give_units(symbol, seller, "10000")
        market = Market(venue, symbol, seller, buyer)
        path = f"/v1/transfers/{market.match('1000')['transfer_id']}"
        transfer_id = path.rpartition("/")[2]
        etag = venue.ask("GET", path, venue.trust_company).headers["etag"]
        venue.do("POST", f"{path}/confirm", venue.trust_company, headers={"If-Match": etag})
        cost = venue.ask("GET", "/v1/cash", buyer).json()["escrow"]

        goes_on = redeem(market, transfer_id, "1300.00")
        assert goes_on.json()["code"] == "product_not_in_state"
        venue.do("POST", f"/v1/products/{symbol}/suspend", venue.operator)
        unpaid = redeem(market, transfer_id, "1300.00")
        assert unpaid.json()["code"] == "money_not_available"
        company = venue.trust_company.party_id
        paid = {"amount": "1300.00"}
        venue.do("POST", f"/v1/parties/{company}/deposits", venue.operator, json=paid)

        redeemed = redeem(market, transfer_id, "1300.00")

        assert (redeemed.status_code, redeemed.json()["state"]) == (200, "SETTLED"), redeemed.text
        moves = venue.ask("GET", "/v1/cash/entries", buyer).json()["items"]
        assert [(each["kind"], each["total"]) for each in moves[:2]] == [
            ("REDEEMED", "1300.00"),
            ("BOUGHT", f"-{cost}"),
        ]
        (paid, *_) = venue.ask("GET", "/v1/cash/entries", venue.trust_company).json()["items"]
        assert (paid["kind"], paid["total"]) == ("REDEEMED", "-1300.00")
        (sold, *_) = venue.ask("GET", "/v1/cash/entries", seller).json()["items"]
        assert sold["kind"] == "SOLD"
        assert venue.ask("GET", "/v1/holdings", buyer).json()["items"] == []
        (left,) = venue.ask("GET", "/v1/holdings", seller).json()["items"]
        assert (left["total"], left["locked"]) == ("9000", "0")
        for reader in (seller, buyer, venue.trust_company):
            states = venue.ask("GET", path, reader).json()["states"]
            assert (states[-1]["state"], states[-1]["redeemed_for"]) == ("SETTLED", "1300.00")
            assert {each["redeemed_for"] for each in states[:-1]} == {None}
        again = redeem(market, transfer_id, "1300.00")
        assert again.json()["code"] == "transfer_not_pending"
