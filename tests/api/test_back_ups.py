"""Who stands behind the deal of a listing, over HTTP: from the first wish to title and money."""

from __future__ import annotations

from tests.api.dealing import (
    accept,
    answer,
    in_minutes,
    listing,
    made,
    rejects,
    seen,
    set_mode,
    withdraw,
)
from tests.api.venue import Market, Member, code_of

DAY_S = 86_400


def _line(market: Market, buyers: list[Member]) -> tuple[str, list[str]]:
    """A listing that the first of these has taken, with the others behind him; and their wishes."""
    set_mode(market, "LISTED_PRICE")
    opened = made(listing(market, lapses_at=in_minutes(market, 7 * 24 * 60)))
    number = opened["negotiation_id"]
    wishes = [made(answer(market, number, by=each))["offer_id"] for each in buyers]
    made(accept(market, number, wishes[0], by=market.seller))
    made(accept(market, number, wishes[0], by=buyers[0]))
    return number, wishes


def _days_pass(market: Market, days: int) -> None:
    venue = market.venue
    venue.clock.advance(days * DAY_S)
    venue.new_party()  # any command brings the time, which has jumped
    venue.do("POST", "/v1/venue/clock", venue.operator)
    venue.new_party()


def _units(market: Market, member: Member) -> tuple[str, str, str]:
    holdings = market.venue.ask("GET", "/v1/holdings", member).json()["items"]
    (held,) = [each for each in holdings if each["symbol"] == market.symbol]
    return held["total"], held["reserved"], held["locked"]


def test_a_listing_s_back_ups_are_asked_in_turn_when_the_transfer_fails(market: Market) -> None:
    venue = market.venue
    buyers = [venue.new_party(money="1000.00") for _ in range(4)]
    first, second, third, stranger = buyers
    number, wishes = _line(market, [first, second, third])
    sold = seen(market, number, by=market.seller)
    assert (sold["state"], sold["open_quantity"]) == ("BACKED", "0")
    behind = seen(market, number, by=second)
    assert (behind["state"], behind["transfer_id"]) == ("BACKED", None)
    assert [(each["offer_id"], each["state"]) for each in behind["offers"]] == [
        (wishes[1], "STANDING")
    ]
    total, _, locked = _units(market, market.seller)
    assert locked == "100"
    venue.restart()

    rejects(market, number)
    offered = seen(market, number, by=second)
    assert (offered["state"], offered["offers"][0]["state"]) == ("OFFERED", "PICKED")
    assert seen(market, number, by=third)["state"] == "OPEN"
    assert _units(market, market.seller) == (total, "100", "0")
    early = accept(market, number, wishes[2], by=third)
    assert (early.status_code, code_of(early)) == (409, "offer_not_standing")
    late = made(answer(market, number, by=stranger))["offer_id"]
    venue.restart()

    _days_pass(market, 1)
    assert seen(market, number, by=second)["offers"][0]["state"] == "LAPSED"
    assert seen(market, number, by=third)["state"] == "OFFERED"
    dealt = made(accept(market, number, wishes[2], by=third))
    assert dealt["is_open"]  # there is one more behind this deal
    path = f"/v1/transfers/{dealt['transfer_id']}"
    transfer = venue.ask("GET", path, venue.trust_company).json()
    assert (transfer["price"], transfer["buyer_id"]) == ("1.0000", third.party_id)
    confirmed = venue.ask(
        "POST",
        f"{path}/confirm",
        venue.trust_company,
        key=venue.unique(),
        headers={"If-Match": f'"{transfer["version"]}"'},
    )
    assert confirmed.json()["state"] == "SETTLED"
    assert _units(market, third)[0] == "100"
    ended = seen(market, number, by=stranger)
    assert (ended["state"], ended["offers"][0]["state"]) == ("DEALT", "FREED")
    assert ended["offers"][0]["offer_id"] == late
    # The units were reserved twice: for the listing, and when they were offered again.
    orders = venue.ask("GET", f"/v1/orders?symbol={market.symbol}", market.seller).json()["items"]
    statuses = {each["order_id"]: each["status"] for each in orders}
    assert statuses == {number: "MATCHED", wishes[1]: "MATCHED"}


def test_while_a_deal_is_open_others_may_join_the_line_and_the_seller_may_end_it(
    market: Market,
) -> None:
    venue = market.venue
    first, second, third = (venue.new_party(money="1000.00") for _ in range(3))
    number, _ = _line(market, [first, second])
    himself = answer(market, number, by=first)
    assert (himself.status_code, code_of(himself)) == (409, "already_done")
    made(answer(market, number, by=third))
    made(withdraw(market, number, by=second))
    assert seen(market, number, by=third)["state"] == "BACKED"
    made(withdraw(market, number, by=market.seller))
    ended = seen(market, number, by=third)
    assert (ended["state"], ended["offers"][0]["state"]) == ("DEALT", "FREED")
    rejects(market, number)
    assert _units(market, market.seller)[1:] == ("0", "0")
