"""Lists of transfers and orders: in which order, of whom, and who may ask it."""

from itertools import product
from typing import Any

import pytest

from tests.api.venue import Market, Member, code_of


def walked(market: Market, member: Member, path: str, **query: Any) -> list[Any]:
    """The whole list, two at a time, by its links."""
    found, cursor = [], None
    while True:
        asked = query | {"limit": "2"} | ({} if cursor is None else {"cursor": cursor})
        answer = market.venue.ask("GET", path, member, params=asked)
        assert answer.status_code == 200, answer.text
        assert ("link" in answer.headers) == (answer.json()["next_cursor"] is not None)
        found += answer.json()["items"]
        cursor = answer.json()["next_cursor"]
        if cursor is None:
            return found


def made(market: Market) -> tuple[list[str], list[str]]:
    """Five transfers of one product, of which the second and the fourth have ended: those that are
    open, and those that have ended, oldest first."""
    transfers = [market.match("100") for _ in range(5)]
    for transfer in (transfers[1], transfers[3]):
        answer = market.venue.ask(
            "POST",
            f"/v1/transfers/{transfer['transfer_id']}/confirm",
            market.venue.trust_company,
            key=market.venue.unique(),
            headers={"If-Match": f'"{transfer["version"]}"'},
        )
        assert answer.status_code == 200, answer.text
    ids = [transfer["transfer_id"] for transfer in transfers]
    return [ids[0], ids[2], ids[4]], [ids[1], ids[3]]


def readers(market: Market) -> dict[str, Member]:
    venue = market.venue
    return {
        "seller": market.seller,
        "buyer": market.buyer,
        "trust company": venue.trust_company,
        "operator": venue.operator,
        "examiner": venue.new_party("REGULATOR"),
    }


def test_transfers_are_listed_from_either_end_by_phase_and_party(market: Market) -> None:
    still_open, ended = made(market)
    chosen: dict[str | None, list[str]] = {
        None: sorted(still_open + ended, key=int),
        "OPEN": still_open,
        "ENDED": ended,
    }
    for (name, reader), (phase, ids), order, party in product(
        readers(market).items(),
        chosen.items(),
        (None, "OLDEST", "NEWEST"),
        (None, market.buyer.party_id),
    ):
        given = {"phase": phase, "order": order, "party": party, "symbol": market.symbol}
        asked = {name: value for name, value in given.items() if value is not None}

        found = walked(market, reader, "/v1/transfers", **asked)

        wanted = ids[::-1] if order == "NEWEST" else ids
        assert [each["transfer_id"] for each in found] == wanted, (name, asked)


@pytest.mark.parametrize("order", ["OLDEST", "NEWEST"])
def test_a_state_and_a_phase_that_exclude_each_other_name_nothing(
    market: Market, order: str
) -> None:
    made(market)

    for reader in readers(market).values():
        for state, phase in (("SUBMITTED", "ENDED"), ("SETTLED", "OPEN")):
            asked = {"state": state, "phase": phase, "order": order, "symbol": market.symbol}
            assert walked(market, reader, "/v1/transfers", **asked) == []


def test_a_party_is_listed_nobody_elses_transfers_with_a_third(market: Market) -> None:
    made(market)
    third = market.venue.new_party()

    for reader in readers(market).values():
        assert walked(market, reader, "/v1/transfers", party=third.party_id) == []
    assert walked(market, third, "/v1/transfers", party=market.buyer.party_id) == []


def test_the_operator_and_the_examiner_read_anybodys_orders(market: Market) -> None:
    venue = market.venue
    orders = [market.sell("2.0000", "100"), market.buy("0.5000", "100"), market.sell("2", "200")]
    ids = [order["order_id"] for order in orders]
    sellers = [market.seller.party_id, market.buyer.party_id, market.seller.party_id]

    for reader in (venue.operator, venue.new_party("REGULATOR")):
        of_all = walked(market, reader, "/v1/orders", symbol=market.symbol)
        of_seller = walked(market, reader, "/v1/orders", party=market.seller.party_id)
        one = venue.ask("GET", f"/v1/orders/{ids[0]}", reader).json()

        assert [each["order_id"] for each in of_all] == ids[::-1]
        assert [each["party_id"] for each in of_all] == sellers
        assert [each["order_id"] for each in of_seller][:2] == [ids[2], ids[0]]
        assert one["party_id"] == market.seller.party_id


def test_a_party_reads_its_own_orders_alone(market: Market) -> None:
    venue, order = market.venue, market.sell("2.0000", "100")
    own = walked(market, market.seller, "/v1/orders", party=market.seller.party_id)

    assert own[0]["order_id"] == order["order_id"]
    for party in (market.buyer.party_id, "999999999"):
        refused = venue.ask("GET", "/v1/orders", market.seller, params={"party": party})
        assert (refused.status_code, code_of(refused)) == (404, "unknown_party")
    refused = venue.ask("GET", f"/v1/orders/{order['order_id']}", market.buyer)
    assert (refused.status_code, code_of(refused)) == (404, "unknown_order")
