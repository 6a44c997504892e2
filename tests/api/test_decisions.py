"""Many decisions in one request: each by itself, once, and as the preview said."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable
from typing import Any

import httpx
import pytest

from api.schemas.decisions import DECISIONS_MAX
from tests.api.venue import (
    SHORT_TERMS,
    Market,
    Member,
    TestVenue,
    code_of,
    pointers_of,
)

UNITS = 100


def confirm(transfer: Any, **more: Any) -> dict[str, Any]:
    """The item that confirms this transfer as it was read."""
    item = {"transfer_id": transfer["transfer_id"], "version": transfer["version"]}
    return item | {"decision": "CONFIRM"} | more


def reject(transfer: Any, reason: str = "OTHER") -> dict[str, Any]:
    """The item that rejects it."""
    return confirm(transfer, decision="REJECT", reason=reason)


def decide(
    venue: TestVenue,
    items: list[Any],
    *,
    key: str | None = None,
    member: Member | None = None,
    preview: bool = False,
) -> httpx.Response:
    """The batch, or its preview, by the venue's trust company if nobody else is named."""
    path = "/v1/decisions/preview" if preview else "/v1/decisions"
    given = None if preview else key or venue.unique("batch")
    return venue.ask("POST", path, member or venue.trust_company, key=given, json={"items": items})


def taken(response: httpx.Response) -> Any:
    """The answer to a batch that was taken."""
    assert response.status_code == 200, response.text
    return response.json()


def many_transfers(market: Market, count: int) -> list[Any]:
    """So many pending transfers, by one order that meets as many."""
    for _ in range(count):
        market.sell("1.0200", str(UNITS))
    fills = market.buy("1.0200", str(UNITS * count))["fills"]
    return [{"transfer_id": fill["transfer_id"], "version": 2} for fill in fills]


def state_of(venue: TestVenue, transfer: Any) -> str:
    """Where the transfer stands."""
    path = f"/v1/transfers/{transfer['transfer_id']}"
    state: str = venue.ask("GET", path, venue.trust_company).json()["state"]
    return state


def test_each_item_is_answered_as_if_it_had_been_decided_alone(market: Market) -> None:
    venue = market.venue
    first, second, third = (market.match("1000") for _ in range(3))
    alone = venue.ask(
        "POST",
        f"/v1/transfers/{first['transfer_id']}/confirm",
        venue.trust_company,
        key=venue.unique(),
        headers={"If-Match": '"2"'},
    ).json()

    answer = taken(decide(venue, [confirm(second), reject(third, "TITLE_DISPUTED")]))

    confirmed, rejected = answer["items"]
    assert (answer["taken"], answer["refused"]) == (2, 0)
    assert confirmed["decision"] == alone | {"transfer_id": second["transfer_id"]}
    assert rejected["decision"]["state"] == "REJECTED"
    assert rejected["decision"]["refund"] == "1220.51"
    assert rejected["decision"]["reason"] == "TITLE_DISPUTED"
    assert (state_of(venue, second), state_of(venue, third)) == ("SETTLED", "REJECTED")


def mixed(market: Market) -> tuple[list[Any], list[str | None]]:
    """A batch of every kind of refusal between decisions that are taken, and their codes."""
    venue = market.venue
    company = venue.new_party("TRUST_COMPANY")
    symbol = venue.new_product(company)
    venue.give_units(symbol, market.seller, "1000")
    venue.place(market.seller, symbol, "SELL", "1.0000", "100")
    fill = venue.place(market.buyer, symbol, "BUY", "1.0000", "100")["fills"][0]
    somebody_elses = {"transfer_id": fill["transfer_id"], "version": 2}
    open_, decided, stale, last = (market.match("100") for _ in range(4))
    assert taken(decide(venue, [confirm(decided)]))["taken"] == 1
    cases: list[tuple[Any, str | None]] = [
        (confirm(open_), None),
        (confirm(decided), "transfer_not_pending"),
        (confirm(stale, version=3), "transfer_version_stale"),
        (confirm(somebody_elses), "unknown_transfer"),
        (confirm({"transfer_id": "999999999", "version": 2}), "unknown_transfer"),
        (reject(last), None),
    ]
    return [item for item, _ in cases], [code for _, code in cases]


def test_an_item_that_is_refused_stops_no_other_one(market: Market) -> None:
    items, codes = mixed(market)

    answer = taken(decide(market.venue, items))

    assert [item["refusal"] for item in answer["items"]] == codes
    assert [item["decision"] is None for item in answer["items"]] == [
        code is not None for code in codes
    ]
    assert [item["transfer_id"] for item in answer["items"]] == [
        item["transfer_id"] for item in items
    ]
    assert (answer["taken"], answer["refused"]) == (2, 4)


def test_the_preview_refuses_what_the_batch_refuses(market: Market) -> None:
    items, codes = mixed(market)
    before = market.venue.sequence

    told = taken(decide(market.venue, items, preview=True))

    refused = {item["transfer_id"]: item["refusal"] for item in told["refused"]}
    assert [refused.get(item["transfer_id"]) for item in items] == codes
    assert market.venue.sequence == before


def test_a_transfer_already_decided_is_told_from_one_that_is_unknown(market: Market) -> None:
    done = market.match("100")
    version = taken(decide(market.venue, [confirm(done)]))["items"][0]["decision"]["version"]

    for preview in (True, False):
        again = taken(decide(market.venue, [reject(done | {"version": version})], preview=preview))
        items = again["refused"] if preview else again["items"]
        assert [item["refusal"] for item in items] == ["transfer_not_pending"]


def test_what_was_confirmed_and_waits_is_not_decided_again(tmp_path: Any) -> None:
    with TestVenue(tmp_path / "venue") as venue:
        market = Market.make(venue)
        symbol = venue.new_product(transfer_terms=SHORT_TERMS | {"cut_off_minute": 0})
        venue.give_units(symbol, market.seller, "1000")
        late = Market(venue, symbol, market.seller, market.buyer).match("1000")

        (item,) = taken(decide(venue, [confirm(late)]))["items"]

        assert (item["decision"]["state"], item["decision"]["seller_credit"]) == ("CONFIRMED", None)
        again = [reject(late | {"version": 3})]
        (told,) = taken(decide(venue, again, preview=True))["refused"]
        (answered,) = taken(decide(venue, again))["items"]
        assert told["refusal"] == answered["refusal"] == "transfer_not_in_state"


def test_what_the_preview_said_comes_true(tmp_path: Any) -> None:
    with TestVenue(tmp_path / "venue") as venue:
        market = Market.make(venue)
        heir = venue.new_party(money="100000.00")
        second = venue.new_product()
        venue.give_units(market.symbol, heir, "500")
        venue.give_units(second, heir, "300")
        # The heir sells all that he has of both, and buys back of the second.
        sold = [
            _match(venue, market.symbol, heir, market.buyer, "500"),
            _match(venue, second, heir, market.buyer, "300"),
            market.match("1000"),
        ]
        venue.give_units(second, market.seller, "1000")
        bought = _match(venue, second, market.seller, heir, "100")
        refused = market.match("700")
        items = [confirm(each) for each in (*sold, bought)] + [reject(refused)]
        companies_before, before = _money(venue), _registers(venue, market.symbol, second)
        operator_before = _money(venue, venue.operator)
        sellers_before = sum(_money(venue, each) for each in (heir, market.seller))

        told = taken(decide(venue, items, preview=True))
        assert taken(decide(venue, items))["refused"] == 0

        assert told["refused"] == []
        after = _registers(venue, market.symbol, second)
        for product in told["products"]:
            holders, then = before[product["symbol"]], after[product["symbol"]]
            assert product["holders_before"] == len(holders)
            assert product["holders_after"] == len(then)
            assert product["holders_joining"] == sorted(then.keys() - holders.keys(), key=int)
            assert product["holders_leaving"] == sorted(holders.keys() - then.keys(), key=int)
        assert [
            (each["symbol"], each["confirmed"], each["rejected"], each["units"])
            for each in told["products"]
        ] == [(market.symbol, 2, 1, "1500"), (second, 2, 0, "400")]
        assert _fen(told["fees_trust_company"]) == _money(venue) - companies_before
        assert _fen(told["fees_venue"]) == _money(venue, venue.operator) - operator_before
        refund = taken(decide(venue, items, key="again"))  # nothing is left to be decided
        assert refund["taken"] == 0
        # Sellers got what was told; the heir paid for what he bought besides.
        cost = _fen(_transfer(venue, bought)["consideration"]) + _fees(venue, bought)
        sellers_after = sum(_money(venue, each) for each in (heir, market.seller))
        assert _fen(told["to_sellers"]) == sellers_after - sellers_before + cost
        paid = _fen(_transfer(venue, refused)["consideration"]) + _fees(venue, refused)
        assert _fen(told["refunds"]) == paid


def _match(venue: TestVenue, symbol: str, seller: Member, buyer: Member, quantity: str) -> Any:
    return Market(venue, symbol, seller, buyer).match(quantity)


def _money(venue: TestVenue, member: Member | None = None) -> int:
    return _fen(venue.ask("GET", "/v1/cash", member or venue.trust_company).json()["total"])


def _transfer(venue: TestVenue, transfer: Any) -> Any:
    path = f"/v1/transfers/{transfer['transfer_id']}"
    return venue.ask("GET", path, venue.trust_company).json()


def _fees(venue: TestVenue, transfer: Any) -> int:
    fees = _transfer(venue, transfer)["buyer_fees"]
    return _fen(fees["venue"]) + _fen(fees["trust_company"])


def _fen(amount: str) -> int:
    return int(amount.replace(".", ""))


def _registers(venue: TestVenue, *symbols: str) -> dict[str, dict[str, str]]:
    """Who has how much of each product."""
    pages = {
        symbol: venue.ask("GET", f"/v1/products/{symbol}/register", venue.trust_company).json()
        for symbol in symbols
    }
    return {
        symbol: {item["holder_id"]: item["units"] for item in page["items"]}
        for symbol, page in pages.items()
    }


def test_asked_again_it_answers_the_same_and_does_nothing(market: Market) -> None:
    items, _ = mixed(market)
    first = decide(market.venue, items, key="same")
    before = market.venue.sequence

    again = decide(market.venue, items, key="same")

    assert again.content == first.content
    assert "idempotency-replayed" not in first.headers
    assert again.headers["idempotency-replayed"] == "true"
    assert market.venue.sequence == before


def test_a_key_is_bound_to_the_whole_batch(market: Market) -> None:
    first, second = market.match("100"), market.match("100")
    taken(decide(market.venue, [confirm(first)], key="bound"))

    for items in ([confirm(first), confirm(second)], [confirm(second)], [reject(first)]):
        longer = decide(market.venue, items, key="bound")
        assert (longer.status_code, code_of(longer)) == (422, "idempotency_key_reused")
    assert state_of(market.venue, second) == "SUBMITTED"


def test_a_batch_that_was_cut_off_goes_on_where_it_ended(market: Market) -> None:
    venue, transfers = market.venue, []
    for symbol_units in (300, 300):
        symbol = venue.new_product()
        venue.give_units(symbol, market.seller, str(symbol_units * UNITS))
        part = Market(venue, symbol, market.seller, market.buyer)
        transfers += many_transfers(part, symbol_units)
    items = [confirm(transfer) for transfer in transfers]
    before = venue.sequence

    async def cut_off() -> None:
        some_are_decided = asyncio.Event()
        venue.venue.exchange.on_committed(lambda _: some_are_decided.set())
        batch = asyncio.ensure_future(
            venue.client.post(
                "/v1/decisions",
                json={"items": items},
                headers={
                    "Authorization": f"Bearer {venue.trust_company.key}",
                    "Idempotency-Key": "cut",
                },
            )
        )
        await some_are_decided.wait()
        batch.cancel()
        with pytest.raises(asyncio.CancelledError):
            await batch

    venue.runner.run(cut_off())
    some = venue.sequence - before
    assert 0 < some < len(items)

    answer = taken(decide(venue, items, key="cut"))

    assert (answer["taken"], answer["refused"]) == (len(items), 0)
    assert venue.sequence - before == len(items)
    assert decide(venue, items, key="cut").json() == answer


def test_a_client_that_goes_away_stops_nothing_that_it_began(market: Market) -> None:
    venue, transfers = market.venue, many_transfers(market, 5)
    items = [confirm(transfer) for transfer in transfers]
    received = [
        {"type": "http.request", "body": json.dumps({"items": items}).encode(), "more_body": False}
    ]
    given = {
        "authorization": f"Bearer {venue.trust_company.key}",
        "content-type": "application/json",
        "idempotency-key": "gone",
    }
    scope = {
        "type": "http",
        "method": "POST",
        "path": "/v1/decisions",
        "query_string": b"",
        "headers": [(name.encode(), value.encode()) for name, value in given.items()],
    }

    async def receive() -> Any:
        return received.pop() if received else {"type": "http.disconnect"}

    async def send(_message: Any) -> None:
        pass  # as the server does for a connection that is closed

    venue.runner.run(venue.venue.app(scope, receive, send))

    assert {state_of(venue, transfer) for transfer in transfers} == {"SETTLED"}
    again = decide(venue, items, key="gone")
    assert taken(again)["taken"] == len(items)
    assert again.headers["idempotency-replayed"] == "true"


def test_one_batch_of_a_party_is_under_way_at_a_time(market: Market) -> None:
    venue = market.venue
    first, second, third = (market.match("100") for _ in range(3))
    other = venue.new_party("TRUST_COMPANY")

    async def together() -> tuple[httpx.Response, ...]:
        def post(member: Member, key: str, transfer: Any) -> Awaitable[httpx.Response]:
            return venue.client.post(
                "/v1/decisions",
                json={"items": [confirm(transfer)]},
                headers={"Authorization": f"Bearer {member.key}", "Idempotency-Key": key},
            )

        return await asyncio.gather(
            post(venue.trust_company, "one", first),
            post(venue.trust_company, "two", second),
            post(other, "three", third),
        )

    one, two, others = venue.runner.run(together())

    comes_later = one.status_code == 503  # whichever came first is under way
    mine, refused = (two, one) if comes_later else (one, two)
    assert taken(mine)["taken"] == 1
    assert (refused.status_code, code_of(refused)) == (503, "busy")
    assert (refused.json()["retryable"], refused.headers["retry-after"]) == (True, "1")
    assert taken(others)["items"][0]["refusal"] == "unknown_transfer"
    key, transfer = ("one", first) if comes_later else ("two", second)
    assert taken(decide(venue, [confirm(transfer)], key=key))["taken"] == 1


ITEM = {"transfer_id": "9", "version": 2, "decision": "CONFIRM"}
BAD_BODIES: dict[str, tuple[Any, dict[str, str]]] = {
    "no items": ({}, {"/items": "required"}),
    "an empty list": ({"items": []}, {"/items": "too_short"}),
    "no list": ({"items": ITEM}, {"/items": "list_type"}),
    "more than there may be": (
        {"items": [ITEM | {"transfer_id": str(n + 1)} for n in range(DECISIONS_MAX + 1)]},
        {"/items": "too_long"},
    ),
    "a transfer twice": (
        {"items": [ITEM, ITEM | {"transfer_id": "8"}, ITEM | {"version": 3}]},
        {"/items/2/transfer_id": "repeated_transfer"},
    ),
    "a rejection without a reason": (
        {"items": [ITEM, ITEM | {"transfer_id": "8", "decision": "REJECT"}]},
        {"/items/1/reason": "required"},
    ),
    "a confirmation with one": (
        {"items": [ITEM | {"reason": "OTHER"}]},
        {"/items/0/reason": "conflict"},
    ),
    "a reason that is none": (
        {"items": [ITEM | {"decision": "REJECT", "reason": "BORED"}]},
        {"/items/0/reason": "unknown_value"},
    ),
    "a decision that is none": (
        {"items": [ITEM | {"decision": "DEEM"}]},
        {"/items/0/decision": "unknown_value"},
    ),
    "a version of zero": ({"items": [ITEM | {"version": 0}]}, {"/items/0/version": "out_of_range"}),
    "a version that is a text": (
        {"items": [ITEM | {"version": "2"}]},
        {"/items/0/version": "must_be_integer"},
    ),
    "a number for an id": (
        {"items": [ITEM | {"transfer_id": 9}]},
        {"/items/0/transfer_id": "must_be_string"},
    ),
    "an unknown field": (
        {"items": [ITEM | {"comment": "x"}]},
        {"/items/0/comment": "unknown_field"},
    ),
}


@pytest.mark.parametrize("preview", [False, True])
@pytest.mark.parametrize("name", BAD_BODIES)
def test_a_bad_batch_is_refused_whole_and_its_place_is_named(
    venue: TestVenue, name: str, *, preview: bool
) -> None:
    body, pointers = BAD_BODIES[name]
    before = venue.sequence
    path = "/v1/decisions/preview" if preview else "/v1/decisions"

    response = venue.ask("POST", path, venue.trust_company, key=venue.unique(), json=body)

    assert (response.status_code, code_of(response)) == (422, "validation_failed")
    assert pointers_of(response) == pointers
    assert venue.sequence == before


def test_of_ten_thousand_errors_the_first_are_told(venue: TestVenue) -> None:
    items = [ITEM | {"version": 0} for _ in range(DECISIONS_MAX)]

    response = decide(venue, items)

    assert response.status_code == 422
    assert list(pointers_of(response)) == [f"/items/{index}/version" for index in range(20)]


def test_a_batch_has_a_bound_of_its_own(venue: TestVenue) -> None:
    body = json.dumps({"items": [ITEM]}).encode()
    headers = {"Content-Type": "application/json"}

    def sent(length: int) -> httpx.Response:
        padded = body + b" " * (length - len(body))
        path = "/v1/decisions/preview"
        return venue.ask("POST", path, venue.trust_company, content=padded, headers=headers)

    assert sent(2_097_152).status_code == 200
    larger = sent(2_097_153)
    assert (larger.status_code, code_of(larger)) == (413, "body_too_large")


@pytest.mark.parametrize("declared", [False, True])
def test_nobody_is_listened_to_before_he_has_signed_in(venue: TestVenue, *, declared: bool) -> None:
    async def never_read() -> AsyncIterator[bytes]:
        yield b"".join(never_joined())

    def never_joined() -> list[bytes]:
        raise AssertionError("the body was read")

    headers = {"Content-Type": "application/json"}
    headers |= {"Content-Length": "2000000"} if declared else {"Transfer-Encoding": "chunked"}

    response = venue.ask("POST", "/v1/decisions", content=never_read(), headers=headers)

    assert (response.status_code, code_of(response)) == (401, "unauthenticated")


@pytest.mark.parametrize(("key", "status"), [("k" * 58, 200), ("k" * 59, 400)])
def test_a_batchs_key_leaves_room_for_the_items_place(
    venue: TestVenue, key: str, status: int
) -> None:
    response = decide(venue, [ITEM], key=key)

    assert response.status_code == status
    if status != 200:
        assert code_of(response) == "invalid_header"
