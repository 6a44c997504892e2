"""Each market mode's whole life over the API: a product is opened, with its register and its mode;
buyer and seller come to terms in the way of the mode; the trust company confirms, title moves, and
the seller's money is at his bank. What the feed tells of it, it tells in this order.

In every one of them the same is sold: 1,000,000 units at par. The buyer pays 500.00 to the venue
and 1,000.00 to the trust company besides, the seller 1,000.00 and 1,000.00 of what he gets.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import pytest

from exchange.verify import verify
from tests.api.bank import BankDesk, Entry, account
from tests.api.dealing import (
    accept,
    answer,
    auction,
    listing,
    made,
    minutes_pass,
    offer,
    request,
    seen,
)
from tests.api.listener import Listener
from tests.api.venue import SHORT_TERMS, Market, Member, TestVenue

UNITS: Final = "1000000"
PAR: Final = "1.0000"
PAID_IN: Final = "2000000.00"
COST: Final = "1001500.00"
LEFT: Final = "998500.00"
PROCEEDS: Final = "998000.00"
TERMS: Final[dict[str, Any]] = {"price": PAR, "quantity": UNITS}


@dataclass(frozen=True, kw_only=True)
class Life:
    """A mode, how a deal is made in it, and what is heard of that."""

    mode: str
    deals: Callable[[Market], str]
    """The transfer of the deal that was made."""
    heard: dict[str, list[str]]
    """By the buyer on the feed: the states of what each channel tells of."""
    product: dict[str, Any] = field(default_factory=dict)
    opening: dict[str, Any] = field(default_factory=dict)
    """What the operator says when he sets the mode."""


def through_the_book(market: Market) -> str:
    """Two orders meet at once."""
    market.sell(PAR, UNITS)
    (fill,) = market.buy(PAR, UNITS)["fills"]
    return str(fill["transfer_id"])


def in_a_call_auction(market: Market) -> str:
    """They gather, and trade when the day's auction comes."""
    venue = market.venue
    market.sell("0.9900", UNITS)
    assert market.buy(PAR, UNITS)["fills"] == []
    venue.clock.advance(8)
    venue.new_party()  # any command brings the time
    path = f"{_path(market)}/call-auction"
    assert venue.ask("GET", path, market.buyer).json()["last"]["volume"] == UNITS
    (transfer,) = venue.ask("GET", "/v1/transfers", market.buyer).json()["items"]
    return str(transfer["transfer_id"])


def to_the_first_who_comes(market: Market) -> str:
    """Units are listed at a price, and taken."""
    listed = made(listing(market, acceptance="FIRST_PASSING", **TERMS))
    taken = made(answer(market, listed["negotiation_id"], by=market.buyer, **TERMS))
    return str(taken["transfer_id"])


def to_whom_the_seller_names(market: Market) -> str:
    """Two ask for what is listed; the seller says yes to one, who stands to his word."""
    number = made(listing(market, **TERMS))["negotiation_id"]
    rival = market.venue.new_party(money=PAID_IN)
    made(answer(market, number, by=rival, **TERMS))
    asked = made(answer(market, number, by=market.buyer, **TERMS))["offer_id"]
    dealt = made(accept(market, number, asked, by=market.seller))
    if dealt["transfer_id"] is None:
        dealt = made(accept(market, number, asked, by=market.buyer))
    return str(dealt["transfer_id"])


def to_the_highest_bidder(market: Market) -> str:
    """Two bid for one block until its time is over."""
    number = made(auction(market, price="0.9900", quantity=UNITS))["negotiation_id"]
    rival = market.venue.new_party(money=PAID_IN)
    made(answer(market, number, by=rival, price="0.9900", quantity=UNITS))
    made(answer(market, number, by=market.buyer, **TERMS))
    # Whoever makes the time pass gets a fen a minute: let it not be the buyer.
    minutes_pass(Market(market.venue, market.symbol, market.seller, rival), 10)
    return str(seen(market, number, by=market.seller)["transfer_id"])


def by_offer_and_counter_offer(market: Market) -> str:
    """One offers, the other wants it cheaper, and the first says yes."""
    opened = made(offer(market, by=market.seller, to=market.buyer, price="1.0100", quantity=UNITS))
    number = opened["negotiation_id"]
    counter = made(answer(market, number, by=market.buyer, **TERMS))["offer_id"]
    return str(made(accept(market, number, counter, by=market.seller))["transfer_id"])


def by_a_quote(market: Market) -> str:
    """The buyer asks, two quote, and he picks the better one."""
    venue, rival = market.venue, market.venue.new_party()
    venue.give_units(market.symbol, rival, UNITS)
    named = [market.seller.party_id, rival.party_id]
    number = made(request(market, named=named, quantity=UNITS))["negotiation_id"]
    made(answer(market, number, by=rival, price="1.0100", quantity=UNITS))
    best = made(answer(market, number, by=market.seller, **TERMS))["offer_id"]
    return str(made(accept(market, number, best, by=market.buyer))["transfer_id"])


TRADED: Final = {"trades": ["matched", "settled"], "transfers": ["SUBMITTED", "SETTLED"]}
LIVES: Final = (
    Life(mode="CONTINUOUS", deals=through_the_book, heard=TRADED),
    Life(
        mode="CALL_AUCTION",
        deals=in_a_call_auction,
        heard=TRADED,
        product={"transfer_terms": SHORT_TERMS},
        opening={"call_auction": {"uncross_minutes": [720], "window_minutes": 0}},
    ),
    Life(
        mode="LISTED_PRICE",
        deals=to_the_first_who_comes,
        heard=TRADED | {"negotiations": ["OPEN", "DEALT"]},
    ),
    Life(
        mode="LISTED_PRICE",
        deals=to_whom_the_seller_names,
        heard=TRADED | {"negotiations": ["OPEN", "OFFERED", "BACKED", "DEALT"]},
    ),
    Life(
        mode="ENGLISH_AUCTION",
        deals=to_the_highest_bidder,
        heard=TRADED | {"negotiations": ["OPEN", "LED", "BACKED", "DEALT"]},
    ),
    Life(
        mode="NEGOTIATED",
        deals=by_offer_and_counter_offer,
        heard=TRADED | {"negotiations": ["OPEN", "DEALT"]},
    ),
    Life(
        mode="RFQ",
        deals=by_a_quote,
        heard=TRADED | {"negotiations": ["OPEN", "DEALT"]},
    ),
)


def opened(venue: TestVenue, life: Life) -> Market:
    """A product of the mode, somebody who holds it, and somebody who has paid money in."""
    seller, buyer = venue.new_party("NATURAL_PERSON"), venue.new_party()
    bank = BankDesk(venue)
    bank.has_account(buyer, "62220001")
    payment = account("62220001"), PAID_IN, f"TX-P{buyer.party_id}"
    bank.receives(payment[0], payment[1], text=payment[2])
    bank.books(Entry(200_000_000, payment[0], payment[2]))
    symbol = venue.new_product(**({"units_issued": "2000000"} | life.product))
    market = Market(venue, symbol, seller, buyer)
    venue.give_units(symbol, seller, UNITS)
    shown = venue.ask("GET", _path(market)).json()
    if shown["market_mode"] != life.mode:
        body = {"market_mode": life.mode} | life.opening
        venue.do("POST", f"{_path(market)}/market-mode", venue.operator, json=body)
    return market


def _path(market: Market) -> str:
    return f"/v1/products/{market.symbol}"


def _cash(market: Market, member: Member) -> dict[str, str]:
    cash = market.venue.ask("GET", "/v1/cash", member).json()
    buckets = ("available", "reserved", "escrow", "frozen", "withdrawn")
    return {name: cash[name] for name in buckets if cash[name] != "0.00"}


def _confirms(market: Market, transfer_id: str) -> str:
    """In which state the trust company's yes leaves the transfer."""
    path, company = f"/v1/transfers/{transfer_id}", market.venue.trust_company
    headers = {"If-Match": market.venue.ask("GET", path, company).headers["etag"]}
    confirmed = market.venue.do("POST", f"{path}/confirm", company, headers=headers)
    return str(confirmed["state"])


def _is_paid_out(market: Market) -> None:
    """The seller has all his money at his bank."""
    bank, seller = BankDesk(market.venue), market.seller
    account_id = bank.has_account(seller, "62220002")
    number = bank.wants(seller, account_id, PROCEEDS)["withdrawal_id"]
    bank.approves(number)
    assert bank.withdrawal(number)["state"] == "INSTRUCTED"
    bank.books(Entry(-99_800_000, account("62220002"), f"TX-W{number}"))
    assert bank.withdrawal(number)["state"] == "PAID"


@pytest.fixture
def venue(tmp_path: Path) -> Iterator[TestVenue]:
    with TestVenue(tmp_path / "venue") as made_venue:
        yield made_venue
    assert verify(tmp_path / "venue" / "venue.sqlite3").commands > 0


@pytest.mark.parametrize("life", LIVES, ids=lambda life: f"{life.mode}, {life.deals.__name__}")
def test_from_the_opening_to_title_and_money(venue: TestVenue, life: Life) -> None:
    market = opened(venue, life)
    streams: list[dict[str, str]] = [{"channel": "transfers"}, {"channel": "negotiations"}]
    streams += [{"channel": channel, "symbol": market.symbol} for channel in ("trades", "book")]
    listener = Listener(venue, market.buyer, *streams)

    transfer_id = life.deals(market)

    transfer = venue.ask("GET", f"/v1/transfers/{transfer_id}", market.seller).json()
    assert (transfer["state"], transfer["price"]) == ("SUBMITTED", PAR)
    assert _cash(market, market.buyer) == {"available": LEFT, "escrow": COST}
    assert _cash(market, market.seller) == {}
    assert _confirms(market, transfer_id) == "SETTLED"
    assert _cash(market, market.buyer) == {"available": LEFT}
    (held,) = venue.ask("GET", "/v1/holdings", market.buyer).json()["items"]
    assert (held["available"], held["total"]) == (UNITS, UNITS)
    assert venue.ask("GET", "/v1/holdings", market.seller).json()["items"] == []
    listener.listen()
    assert listener.heard == life.heard
    _is_paid_out(market)
    assert _cash(market, market.seller) == {"withdrawn": PROCEEDS}
