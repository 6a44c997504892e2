"""The register over HTTP: as of commands and moments, for those whose business it is."""

from __future__ import annotations

from typing import Any

import pytest

from tests.api.venue import Market, Member, TestVenue, code_of


def ask(market: Market, path: str = "", member: Member | None = None, **query: str) -> Any:
    """A part of the market's register, which must be told."""
    response = market.venue.ask(
        "GET",
        f"/v1/products/{market.symbol}/register{path}",
        member or market.venue.operator,
        params=query,
    )
    assert response.status_code == 200, response.text
    return response.json()


def settle(market: Market, quantity: str = "1000") -> str:
    """A transfer that is settled: its id."""
    transfer = market.match(quantity)
    transfer_id: str = transfer["transfer_id"]
    market.venue.ask(
        "POST",
        f"/v1/transfers/{transfer_id}/confirm",
        market.venue.trust_company,
        key=market.venue.unique(),
        headers={"If-Match": f'"{transfer["version"]}"'},
    )
    return transfer_id


def test_the_register_says_who_held_what_as_of_a_command(market: Market) -> None:
    before = str(market.venue.sequence)
    settle(market)

    then, now = ask(market, as_of_sequence=before), ask(market)

    assert [(each["holder_id"], each["units"]) for each in then["items"]] == [
        (market.seller.party_id, "10000")
    ]
    assert (then["as_of_sequence"], then["symbol"]) == (before, market.symbol)
    assert now["items"] == [
        {
            "holder_id": market.seller.party_id,
            "name": "Party 某某",
            "units": "9000",
            "pledged": "0",
            "frozen": "0",
            "principal": "9000.00",
            "lots": 1,
        },
        {
            "holder_id": market.buyer.party_id,
            "name": "Party 某某",
            "units": "1000",
            "pledged": "0",
            "frozen": "0",
            "principal": "1000.00",
            "lots": 1,
        },
    ]
    assert int(now["as_of_sequence"]) == market.venue.sequence


def test_the_register_says_who_held_what_as_of_a_moment(market: Market) -> None:
    before = ask(market)
    market.venue.clock.advance(1)
    settle(market)
    after = ask(market)

    again = ask(market, as_of=before["as_of"])

    assert again == before
    assert again["items"] != after["items"]
    assert ask(market, as_of=after["as_of"]) == after
    long_ago = ask(market, as_of="2001-01-01T00:00:00Z")
    assert (long_ago["items"], long_ago["as_of"]) == ([], None)
    assert long_ago["as_of_sequence"] == "0"
    ahead = ask(market, as_of="2099-01-01T00:00:00Z")
    assert ahead["as_of_sequence"] == after["as_of_sequence"]


def test_a_holder_is_shown_lot_by_lot(market: Market) -> None:
    transfer_id = settle(market)
    path = f"/{market.buyer.party_id}"

    told = ask(market, path)

    (lot,) = told.pop("held")
    assert (told["units"], told["principal"], told["lots"]) == ("1000", "1000.00", 1)
    assert lot == {
        "lot_id": transfer_id,
        "contract": transfer_id,
        "acquired_on": lot["acquired_on"],
        "units": "1000",
        "pledged": "0",
        "frozen": "0",
        "principal": "1000.00",
        # 1,020.00, and fees of 0.51 to the venue and 200.00 to the trust company.
        "cost": "1220.51",
    }
    earlier = ask(market, path, as_of_sequence=str(int(told["as_of_sequence"]) - 1))
    assert (earlier["units"], earlier["lots"], earlier["held"]) == ("0", 0, [])


def test_the_changes_of_a_holder_are_told_in_pages(market: Market) -> None:
    transfer_ids = [settle(market, "1000"), settle(market, "200")]
    path = f"/{market.seller.party_id}/changes"

    page = ask(market, path, limit="2")
    rest = ask(market, path, limit="2", cursor=page["next_cursor"])

    changes = page["items"] + rest["items"]
    assert [(each["cause"], each["transfer_id"]) for each in changes] == [
        ("OPENING", None),
        *(("TRANSFER", transfer_id) for transfer_id in transfer_ids),
    ]
    assert [each["units"] for each in changes] == ["10000", "9000", "8800"]
    assert [each["holder_units"] for each in changes] == ["10000", "9000", "8800"]
    assert rest["next_cursor"] is None
    sold = ask(market, as_of_sequence=changes[1]["sequence"])
    assert (sold["as_of"], sold["items"][0]["units"]) == (changes[1]["at"], "9000")


def test_the_pages_of_a_register_are_as_of_one_command(market: Market) -> None:
    settle(market)
    first = ask(market, limit="1")
    settle(market)

    second = ask(market, limit="1", cursor=first["next_cursor"])

    assert [first["items"][0]["units"], second["items"][0]["units"]] == ["9000", "1000"]
    assert first["as_of_sequence"] == second["as_of_sequence"]
    assert second["next_cursor"] is None


def test_a_sale_of_one_contract_leaves_the_others(market: Market) -> None:
    venue = market.venue
    venue.give_units(market.symbol, market.seller, "500")
    path = f"/v1/holdings/{market.symbol}/lots"
    first, second = venue.ask("GET", path, market.seller).json()["items"]

    order = market.sell("1.0200", "300", lots=[second["lot_id"]])
    market.buy("1.0200", "100")

    page = venue.ask("GET", f"{path}?limit=1", market.seller).json()
    (untouched,) = page["items"]
    (drawn,) = venue.ask(
        "GET", f"{path}?limit=1&cursor={page['next_cursor']}", market.seller
    ).json()["items"]
    assert untouched == first
    assert (drawn["available"], drawn["reserved"], drawn["locked"]) == ("200", "200", "100")
    assert (drawn["total"], drawn["cost"]) == ("500", "500.00")
    venue.ask("DELETE", f"/v1/orders/{order['order_id']}", market.seller, key=venue.unique())
    (_, freed) = venue.ask("GET", path, market.seller).json()["items"]
    assert (freed["available"], freed["reserved"]) == ("400", "0")


def test_a_preview_says_which_lots_a_sale_would_take(market: Market) -> None:
    venue = market.venue
    venue.give_units(market.symbol, market.seller, "500")
    listed = venue.ask("GET", f"/v1/holdings/{market.symbol}/lots", market.seller).json()
    first, second = (lot["lot_id"] for lot in listed["items"])
    body = {"symbol": market.symbol, "side": "SELL", "price": "1.0200", "quantity": "10100"}

    def preview(**more: object) -> Any:
        return venue.ask("POST", "/v1/orders/preview", market.seller, json=body | more).json()

    assert preview()["draws"] == [
        {"lot_id": first, "units": "10000"},
        {"lot_id": second, "units": "100"},
    ]
    assert preview(quantity="500", lots=[second])["draws"] == [{"lot_id": second, "units": "500"}]
    refused = preview(quantity="600", lots=[second])
    assert (refused["draws"], refused["refusal"]["code"]) == (None, "lots_conflict")
    assert preview(side="BUY", lots=[second])["refusal"]["code"] == "lots_conflict"


@pytest.mark.parametrize(
    ("query", "parameter", "code"),
    [
        ("as_of_sequence=999999999", "as_of_sequence", "out_of_range"),
        ("as_of_sequence=0", "as_of_sequence", "malformed"),
        ("as_of_sequence=-1", "as_of_sequence", "malformed"),
        ("as_of_sequence=1e3", "as_of_sequence", "malformed"),
        ("as_of=yesterday", "as_of", "malformed"),
        ("as_of=2026-02-30T00:00:00Z", "as_of", "malformed"),
        ("as_of=2026-02-20T00:00:00Z&as_of_sequence=5", "as_of", "conflict"),
        ("cursor=MTo1", "cursor", "invalid_cursor"),  # of a list with one number
        ("cursor=MTo5OTk5OTk5OTk6MQ", "as_of_sequence", "out_of_range"),  # of a command to come
        ("history=true", "history", "unknown_parameter"),
    ],
)
def test_what_cannot_be_asked_is_named(
    market: Market, query: str, parameter: str, code: str
) -> None:
    response = market.venue.ask(
        "GET", f"/v1/products/{market.symbol}/register?{query}", market.venue.operator
    )

    assert (response.status_code, code_of(response)) == (422, "validation_failed")
    (error,) = response.json()["errors"]
    assert (error["parameter"], error["code"]) == (parameter, code)


@pytest.mark.parametrize("path", ["", "/changes"])
def test_a_holder_sees_himself_and_nobody_else(market: Market, path: str) -> None:
    venue = market.venue
    own = f"/v1/products/{market.symbol}/register/{market.seller.party_id}{path}"

    assert venue.ask("GET", own, market.seller).status_code == 200
    assert venue.ask("GET", own, venue.trust_company).status_code == 200
    for stranger in (market.buyer, venue.new_party("TRUST_COMPANY")):
        refused = venue.ask("GET", own, stranger)
        assert (refused.status_code, code_of(refused)) == (404, "unknown_party")


def test_a_trust_company_keeps_the_register_of_its_products_alone(venue: TestVenue) -> None:
    other = venue.new_party("TRUST_COMPANY")
    symbol = venue.new_product(other)
    path = f"/v1/products/{symbol}/register"

    assert venue.ask("GET", path, other).status_code == 200
    refused = venue.ask("GET", path, venue.trust_company)
    assert (refused.status_code, code_of(refused)) == (404, "unknown_product")
