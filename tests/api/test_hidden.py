"""Of what somebody may not see he is told what he would be told if there were none: for each route
that takes the id of a deal in the making or of an offer in one, and whatever else he reads."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, NamedTuple

import httpx
import pytest

from tests.api.case import Case
from tests.api.dealing import answer, auction, listing, made, offer, request, set_mode, withdraw
from tests.api.test_access import CASES, OPEN_TO_EVERYBODY, READS
from tests.api.test_openapi import DOCUMENT, OPERATIONS
from tests.api.test_quote_access import asks_of_viewers, certify
from tests.api.venue import Market, Member, filled

NOTHINGS_ID: Final = "999999999"
ANSWER: Final = {"answers": "{negotiation}", "price": "1.0100", "quantity": "100"}
PREVIEW: Final = {
    "symbol": "{symbol}",
    "side": "BUY",
    "price": "1.0000",
    "quantity": "100",
    "negotiation_id": "{negotiation}",
}
PATH: Final = "/v1/negotiations/{negotiation}"
OF_NEGOTIATIONS: Final = {
    "get_negotiation": Case("GET", PATH, ""),
    "make_offer": Case("POST", f"{PATH}/offers", "", ANSWER),
    "accept_offer": Case("POST", f"{PATH}/offers/{{offer}}/accept", "", {}),
    "decline_offer": Case("POST", f"{PATH}/offers/{{offer}}/decline", ""),
    "withdraw_offer": Case("DELETE", PATH, ""),
    "preview_order": Case("POST", "/v1/orders/preview", "", PREVIEW),
    "preview_order, an offer": Case(
        "POST", "/v1/orders/preview", "", PREVIEW | {"offer_id": "{offer}"}
    ),
    # The order that reserves for it, or for an offer in it, has its id.
    "get_order": Case("GET", "/v1/orders/{offer}", ""),
    "replace_order": Case(
        "PATCH", "/v1/orders/{offer}", "", {"price": "1.0000", "quantity": "100"}
    ),
    "cancel_order": Case("DELETE", "/v1/orders/{offer}", ""),
}
"""Every way to name one."""


class Hidden(NamedTuple):
    """A deal in the making that others may not hear of."""

    mode: str
    opens: Callable[[Market], httpx.Response]
    answers: bool = False
    """Whether the buyer then says his word in it."""


READ: Final = [
    path
    for path in (*(CASES[name].path for name in READS), *OPEN_TO_EVERYBODY.values())
    if "{" not in path.replace("{symbol}", "") and path.startswith("/v1") and path != "/v1/venue"
]
"""All that names no thing, or a product alone. How far the journal has come is nobody's secret."""

KEPT: Final = {
    "firm listing": Hidden("LISTED_PRICE", lambda at: listing(at, acceptance="FIRST_PASSING")),
    "listing": Hidden("LISTED_PRICE", listing, answers=True),
    "request": Hidden("RFQ", lambda at: request(at, by=at.seller, side="SELL"), answers=True),
    "auction": Hidden("ENGLISH_AUCTION", auction, answers=True),
}
"""By the rules of its product, of who is not certified: they are open to all."""
NAMED: Final = {
    "offer": Hidden("NEGOTIATED", lambda at: offer(at, by=at.seller, to=at.buyer)),
    "named request": Hidden(
        "RFQ",
        lambda at: request(at, by=at.seller, side="SELL", named=[at.buyer.party_id]),
        answers=True,
    ),
}
"""By who is named."""


def test_every_route_that_takes_such_an_id_is_in_the_table() -> None:
    schemas = DOCUMENT["components"]["schemas"]

    def takes_one(operation: Any) -> bool:
        names = {each["name"] for each in operation.get("parameters", ())}
        content = operation.get("requestBody", {}).get("content", {})
        for each in content.values():
            schema = each["schema"].get("$ref", "").rpartition("/")[2]
            names |= schemas.get(schema, {}).get("properties", {}).keys()
        return bool(names & {"negotiation_id", "offer_id", "answers", "order_id"})

    found = {name for name, (_, operation) in OPERATIONS.items() if takes_one(operation)}
    # What a client answers when he applies is no deal, and the operator sees every order.
    assert found - {"answer_questionnaire", "list_events"} == {
        name.partition(",")[0] for name in OF_NEGOTIATIONS
    }


def told(market: Market, member: Member, case: Case, *, key: str, **names: str) -> Any:
    """What is answered, twice to one key, without what names the request and the thing."""
    path, said = case.path.format_map(names), []
    more = (
        {} if case.body is None else {"json": filled(case.body, names | {"symbol": market.symbol})}
    )
    for _ in range(2):
        response = market.venue.ask(case.method, path, member, key=key, **more)
        body = response.json()
        for occurrence in ("instance", "request_id"):
            body.pop(occurrence, None)
        said.append((response.status_code, sorted(response.headers), body))
    return said


def checks(market: Market, member: Member, *, seen: str | None = None, **names: str) -> None:
    """The member is told of this what it is told of nothing, whatever it asks.

    Args:
        seen: the negotiation, where it hears of that and not of the offer.
    """
    fresh = market.venue.unique
    nothing = {"negotiation": NOTHINGS_ID if seen is None else seen, "offer": NOTHINGS_ID}
    for name, case in OF_NEGOTIATIONS.items():
        if seen is not None and "{offer}" not in f"{case.path}{case.body}":
            continue
        theirs = told(market, member, case, key=fresh(), **names)
        assert theirs == told(market, member, case, key=fresh(), **nothing), name
        if seen is None:
            assert {status for status, _, _ in theirs} == {404}, (name, theirs)


@pytest.mark.parametrize("kind", [*KEPT, *NAMED])
def test_a_hidden_negotiation_is_answered_like_none(market: Market, kind: str) -> None:
    hidden, venue = (KEPT | NAMED)[kind], market.venue
    set_mode(market, hidden.mode)
    certify(market, market.buyer)
    if kind in KEPT:
        asks_of_viewers(market)
    # Not for lack of means.
    other = venue.new_party(money="500.00")
    venue.give_units(market.symbol, other, "500")
    number = word = made(hidden.opens(market))["negotiation_id"]
    if hidden.answers:
        word = made(answer(market, number, by=market.buyer))["offer_id"]
    checks(market, other, negotiation=number, offer=word)
    withdraw(market, number, by=market.seller)
    checks(market, other, negotiation=number, offer=word)


@pytest.mark.parametrize("kind", [kind for kind in KEPT if KEPT[kind].answers])
def test_anothers_offer_is_answered_like_none(market: Market, kind: str) -> None:
    """Who may hear of a negotiation does not learn which others have answered."""
    set_mode(market, KEPT[kind].mode)
    other = market.venue.new_party(money="500.00")
    market.venue.give_units(market.symbol, other, "500")
    number = made(KEPT[kind].opens(market))["negotiation_id"]
    word = made(answer(market, number, by=market.buyer))["offer_id"]
    checks(market, other, seen=number, negotiation=number, offer=word)
    if kind != "auction":  # in which it is not told to whom it stands behind
        made(answer(market, number, by=other))
        checks(market, other, seen=number, negotiation=number, offer=word)


def test_who_has_answered_is_answered_again_when_quotes_are_kept_from_him(market: Market) -> None:
    set_mode(market, "LISTED_PRICE")
    number = made(listing(market))["negotiation_id"]
    asks = OF_NEGOTIATIONS["make_offer"]._replace(body=ANSWER | {"price": "1.0000"})
    key = market.venue.unique()
    _, again = told(market, market.buyer, asks, key=key, negotiation=number)
    asks_of_viewers(market)
    assert told(market, market.buyer, asks, key=key, negotiation=number) == [again, again]


@pytest.mark.parametrize("kind", [*KEPT, *NAMED])
def test_nothing_that_is_read_tells_that_there_is_one(market: Market, kind: str) -> None:
    hidden, venue = (KEPT | NAMED)[kind], market.venue
    set_mode(market, hidden.mode)
    certify(market, market.buyer)
    if kind in KEPT:
        asks_of_viewers(market)
    other = venue.new_party(money="500.00")
    venue.give_units(market.symbol, other, "500")
    before = read(market, other)
    assert before["/v1/products/{symbol}/feasible"][0] == 200
    number = made(hidden.opens(market))["negotiation_id"]
    if hidden.answers:
        made(answer(market, number, by=market.buyer))
    assert read(market, other) == before


def read(market: Market, member: Member) -> dict[str, tuple[int, Any]]:
    """All that a party may read of a product, and what a preview says that names nothing."""
    said = {}
    for path in sorted(READ):
        response = market.venue.ask("GET", path.format(symbol=market.symbol), member)
        said[path] = response.status_code, response.json()
    for side in ("BUY", "SELL"):
        terms = PREVIEW | {"symbol": market.symbol, "side": side, "in_mode": True}
        del terms["negotiation_id"]
        response = market.venue.ask("POST", "/v1/orders/preview", member, json=terms)
        said[side] = response.status_code, response.json()
    for _, body in said.values():
        for occurrence in ("request_id", "eseq", "indexed_up_to"):
            body.pop(occurrence, None)
    return said
