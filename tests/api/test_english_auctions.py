"""An English auction's whole life over HTTP, and who hears what of it."""

from __future__ import annotations

from tests.api.dealing import (
    accept,
    answer,
    auction,
    awarded,
    in_minutes,
    made,
    minutes_pass,
    rejects,
    seen,
    set_mode,
    withdraw,
)
from tests.api.venue import Market, Member, code_of


def _money(market: Market, member: Member) -> tuple[str, str]:
    cash = market.venue.ask("GET", "/v1/cash", member).json()
    return cash["available"], cash["reserved"]


def test_a_block_goes_to_the_highest_bid(market: Market) -> None:
    venue = market.venue
    set_mode(market, "ENGLISH_AUCTION")
    first, second = (venue.new_party(money="1000.00") for _ in range(2))
    opened = made(auction(market, reserve_price="1.0200", starts_at=in_minutes(market, 1)))
    number = opened["negotiation_id"]
    assert opened["is_open"]
    assert code_of(answer(market, number, by=first)) == "bidding_not_begun"
    minutes_pass(market, 1)

    made(answer(market, number, by=first, price="1.0100"))
    view = seen(market, number, by=second)
    assert (view["state"], view["offers"], view["opener_id"]) == (
        "LED",
        [],
        market.seller.party_id,
    )
    assert view["bidding"]["leading_price"] == "1.0100"
    assert view["bidding"]["reserve_reached"] is False
    assert view["bidding"]["reserve_price"] is None
    assert seen(market, number, by=market.seller)["bidding"]["reserve_price"] == "1.0200"
    off_step = answer(market, number, by=second, price="1.0150")
    assert (off_step.status_code, code_of(off_step)) == (422, "offer_out_of_range")
    highest = made(answer(market, number, by=second, price="1.0300"))["offer_id"]
    behind = made(answer(market, number, by=first, price="1.0200"))["offer_id"]
    assert _money(market, first) == ("697.94", "302.06")
    assert code_of(withdraw(market, number, by=second)) == "not_your_turn"
    assert code_of(withdraw(market, number, by=market.seller)) == "not_your_turn"
    bidding = seen(market, number, by=first)["bidding"]
    assert (bidding["leading_offer_id"], bidding["reserve_reached"]) == (highest, True)
    venue.restart()

    # A late bid that leads moves the end.
    minutes_pass(market, 8)
    highest = made(answer(market, number, by=second, price="1.0400"))["offer_id"]
    later = seen(market, number, by=first)["bidding"]
    assert later["ends_at"] > bidding["ends_at"]
    minutes_pass(market, 3)
    sold = seen(market, number, by=market.seller)
    assert (sold["state"], sold["open_quantity"]) == ("BACKED", "0")
    states = {each["offer_id"]: each["state"] for each in sold["offers"]}
    assert (states[highest], states[behind]) == ("ACCEPTED", "STANDING")
    assert sorted(states.values()) == ["ACCEPTED", "RAISED", "RAISED", "STANDING"]
    transfer = venue.ask("GET", f"/v1/transfers/{sold['transfer_id']}", second).json()
    assert (transfer["price"], transfer["buyer_id"]) == ("1.0400", second.party_id)


def test_when_the_deal_fails_the_seller_may_take_who_stood_behind_it(market: Market) -> None:
    venue = market.venue
    set_mode(market, "ENGLISH_AUCTION")
    first, second, stranger = (venue.new_party(money="1000.00") for _ in range(3))
    number, (behind, _) = awarded(market, (first, second))
    rejects(market, number)
    assert seen(market, number, by=stranger)["state"] == "BACKED"
    assert seen(market, number, by=stranger)["open_quantity"] == "0"
    assert seen(market, number, by=first)["state"] == "REOPENED"
    assert _money(market, second) == ("1000.00", "0.00")
    venue.restart()
    dealt = made(accept(market, number, behind, by=market.seller))
    assert not dealt["is_open"]
    ended = seen(market, number, by=market.seller)
    assert (ended["state"], ended["transfer_id"]) == ("DEALT", dealt["transfer_id"])
    transfer = venue.ask("GET", f"/v1/transfers/{dealt['transfer_id']}", first).json()
    assert (transfer["price"], transfer["buyer_id"]) == ("1.0000", first.party_id)


def test_who_stood_behind_is_free_when_the_transfer_settles(market: Market) -> None:
    venue = market.venue
    set_mode(market, "ENGLISH_AUCTION")
    bidders = [venue.new_party(money="1000.00") for _ in range(2)]
    number, _ = awarded(market, bidders)
    transfer_id = seen(market, number, by=market.seller)["transfer_id"]
    path = f"/v1/transfers/{transfer_id}"
    version = venue.ask("GET", path, venue.trust_company).json()["version"]
    confirmed = venue.ask(
        "POST",
        f"{path}/confirm",
        venue.trust_company,
        key=venue.unique(),
        headers={"If-Match": f'"{version}"'},
    )
    assert confirmed.json()["state"] == "SETTLED"
    assert seen(market, number, by=bidders[0])["state"] == "DEALT"
    assert _money(market, bidders[0]) == ("1000.00", "0.00")
    holdings = venue.ask("GET", "/v1/holdings", bidders[1]).json()["items"]
    assert [each["total"] for each in holdings] == ["100"]


def test_what_nobody_bids_enough_for_is_not_sold(market: Market) -> None:
    set_mode(market, "ENGLISH_AUCTION")
    number = made(auction(market, reserve_price="1.0500"))["negotiation_id"]
    made(answer(market, number, by=market.buyer, price="1.0400"))
    minutes_pass(market, 10)
    assert seen(market, number, by=market.buyer)["state"] == "LAPSED"
    units = market.venue.ask("GET", "/v1/holdings", market.seller).json()["items"]
    assert [each["reserved"] for each in units] == ["0"]
