"""Problem documents: one table, every refusal in it, and each that HTTP can bring about seen."""

import asyncio
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import httpx
import pytest

from api.errors import Trouble, prefers_chinese
from api.problems_page import problems_page
from api.refusal_kinds import REFUSALS
from exchange.limits import EVIDENCE_PER_SUBJECT_MAX, LOTS_PER_ORDER_MAX
from exchange.refusals import Refusal
from tests.api.bank_refusals import NOT_OVER_HTTP as NOT_AT_THE_BANK
from tests.api.bank_refusals import REACHED_AT_THE_BANK
from tests.api.calendars import REACHED as REACHED_OF_CALENDARS
from tests.api.clearances import REACHED as REACHED_OF_CLEARANCES
from tests.api.clients import NOT_OVER_HTTP as NOT_OF_CLIENTS
from tests.api.clients import REACHED as REACHED_BY_CLIENTS
from tests.api.evidence.files import attach, attached, upload
from tests.api.furniture import ONBOARDING
from tests.api.halts import REACHED as REACHED_IN_HALTS
from tests.api.market_modes import REACHED as REACHED_IN_MODES
from tests.api.negotiation_refusals import REACHED as REACHED_BETWEEN_PARTIES
from tests.api.offices import REACHED as REACHED_BY_OFFICERS
from tests.api.prices import REACHED as REACHED_OF_PRICES
from tests.api.register_files import file_text
from tests.api.reversals import sold_on
from tests.api.review import REACHED as REACHED_UNDER_REVIEW
from tests.api.rules import NOT_OVER_HTTP as NOT_OF_RULES
from tests.api.rules import REACHED as REACHED_BY_RULES
from tests.api.signed import unsigned
from tests.api.slots import REACHED as REACHED_FOR_SLOTS
from tests.api.venue import Market, code_of, order_body, product_body

ROOT = Path(__file__).parents[2]


def test_every_refusal_has_a_status_and_titles_in_the_order_of_precedence() -> None:
    assert list(REFUSALS) == sorted(Refusal)
    for refusal, kind in REFUSALS.items():
        assert kind.code == refusal.name.lower()
        assert 400 <= kind.status < 500
        assert kind.title_en
        assert kind.title_zh


def test_codes_are_unique() -> None:
    codes = [kind.code for kind in (*REFUSALS.values(), *Trouble.all())]

    assert len(codes) == len(set(codes))


def test_the_page_of_problems_is_generated_from_the_table() -> None:
    stored = (ROOT / "docs" / "reference" / "problems.md").read_text(encoding="utf-8")

    assert stored == problems_page(), "write it anew: python -m api.openapi"


def test_a_problem_leads_to_its_explanation(market: Market) -> None:
    problem = market.venue.ask("GET", "/v1/products/NONE-1").json()
    path, _, anchor = problem["type"].partition("#")

    page = market.venue.ask("GET", path)

    assert page.headers["content-type"].startswith("text/markdown")
    assert f"### {anchor}\n" in page.text
    assert (ROOT / path.removeprefix("/")).is_file()


@pytest.mark.parametrize(
    ("header", "chinese"),
    [
        ("", False),
        ("zh-CN", True),
        ("zh", True),
        ("en", False),
        ("fr", False),
        ("en, zh", False),
        ("zh;q=0.9, en;q=0.8", True),
        ("en;q=0.8, zh-Hans;q=0.9", True),
        ("zh;q=0", False),
        ("zh;q=x", False),
        ("zh;q=", False),
        ("zh;q=0.\u0665", False),
        (";;,,q=1", False),
    ],
)
def test_titles_follow_accept_language(header: str, *, chinese: bool) -> None:
    assert prefers_chinese(header) is chinese


def test_a_problem_document_says_what_rfc_9457_and_we_promise(market: Market) -> None:
    headers = {"Accept-Language": "zh-CN,zh;q=0.9", "X-Request-Id": "client-0001"}

    response = market.venue.ask("GET", "/v1/orders/77", market.seller, headers=headers)

    assert response.headers["content-language"] == "zh-CN"
    assert response.headers["x-request-id"] == "client-0001"
    assert response.json() == {
        "type": "/docs/reference/problems.md#unknown_order",
        "title": "申报不存在",
        "status": 404,
        "detail": "No such order.",
        "instance": "/v1/orders/77",
        "code": "unknown_order",
        "request_id": "client-0001",
        "retryable": False,
    }


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/v1/nothing", 404, "not_found"),
        ("GET", "/v1/orders/", 404, "not_found"),
        ("PUT", "/v1/orders", 405, "method_not_allowed"),
        ("POST", "/v1/orders/1", 405, "method_not_allowed"),
        ("GET", "/feed/v1", 404, "not_found"),
    ],
)
def test_the_frameworks_own_errors_are_problem_documents(
    market: Market, method: str, path: str, status: int, code: str
) -> None:
    response = market.venue.ask(method, path)

    assert (response.status_code, code_of(response)) == (status, code)


def test_405_names_all_methods_of_the_path(market: Market) -> None:
    response = market.venue.ask("PUT", "/v1/orders/1")

    assert response.headers["allow"] == "DELETE, GET, PATCH"


Ask = Callable[[Market], httpx.Response]
Step = tuple[str, str, dict[str, object] | None]
"""Who asks for it, what it is, and what the request says."""


def _place(side: str, price: str, quantity: str, **more: object) -> Ask:
    def ask(market: Market) -> httpx.Response:
        member = market.seller if side == "SELL" else market.buyer
        body = order_body(market.venue.unique("o"), market.symbol, side, price, quantity)
        return market.venue.ask("POST", "/v1/orders", member, json=body | more)

    return ask


def _operator(path: str, body: dict[str, str]) -> Ask:
    def ask(market: Market) -> httpx.Response:
        venue = market.venue
        names = {"symbol": market.symbol, "buyer": market.buyer.party_id}
        filled = {name: value.format(**names) for name, value in body.items()}
        return venue.ask(
            "POST", path.format(**names), venue.operator, key=venue.unique(), json=filled
        )

    return ask


def _freeze(**more: str) -> Ask:
    body = {"symbol": "{symbol}", "holder_id": "{buyer}", "kind": "FREEZE", "units": "100"}
    return _operator("/v1/encumbrances", body | {"authority_sha256": "0" * 64} | more)


def _file(units: str, *, kind: str = "CHANGES", total: str = "10100") -> Ask:
    """A file for a market whose seller has 10,000 units."""

    def ask(market: Market) -> httpx.Response:
        venue = market.venue
        word = "HOLD" if kind == "OPENING" else "SUBSCRIBE"
        row = f"{word},F-1,{market.buyer.party_id},{units},{units}.00,,2025-03-31,,"
        content = file_text(market.symbol, kind, total, [row]).encode()
        body = venue.office(venue.trust_company.party_id).signed(content)
        return venue.ask(
            "POST", "/v1/imports/register", venue.operator, key=venue.unique(), json=body
        )

    return ask


def _same_file_twice(market: Market) -> httpx.Response:
    ask = _file("100")
    assert ask(market).status_code == 201
    return ask(market)


def _standing(step: str) -> Ask:
    def ask(market: Market) -> httpx.Response:
        venue, path = market.venue, f"/v1/products/{market.symbol}/{step}"
        return venue.ask("POST", path, venue.operator, key=venue.unique())

    return ask


def _of_a_suspended_product(market: Market) -> httpx.Response:
    assert _standing("suspend")(market).status_code == 200
    return _place("SELL", "1.0200", "100")(market)


def _signs_off_other_terms(market: Market) -> httpx.Response:
    venue = market.venue
    symbol = venue.new_product(**ONBOARDING)
    return venue.ask(
        "POST",
        f"/v1/products/{symbol}/sign-off",
        venue.trust_company,
        key=venue.unique(),
        json={"terms_digest": "0" * 64},
    )


def _key_reused(market: Market) -> httpx.Response:
    body = order_body("again", market.symbol, "SELL", "1.0200", "100")
    market.venue.ask("POST", "/v1/orders", market.seller, json=body)
    return market.venue.ask("POST", "/v1/orders", market.seller, json=body | {"price": "1.0300"})


def _unknown_product(market: Market) -> httpx.Response:
    body = order_body(market.venue.unique("o"), "NONE-1", "SELL", "1.0200", "100")
    return market.venue.ask("POST", "/v1/orders", market.seller, json=body)


def _decide(*, version: int = 0, twice: bool = False) -> Ask:
    def ask(market: Market) -> httpx.Response:
        venue, transfer = market.venue, market.match()
        path = f"/v1/transfers/{transfer['transfer_id']}/confirm"
        headers = {"If-Match": f'"{version or transfer["version"]}"'}
        if twice:
            done = venue.ask("POST", path, venue.trust_company, key=venue.unique(), headers=headers)
            headers = {"If-Match": done.headers["etag"]}
        return venue.ask("POST", path, venue.trust_company, key=venue.unique(), headers=headers)

    return ask


def _unknown_transfer(market: Market) -> httpx.Response:
    return market.venue.ask(
        "POST",
        "/v1/transfers/1000/confirm",
        market.venue.trust_company,
        key=market.venue.unique(),
        headers={"If-Match": '"2"'},
    )


def _symbol_taken(market: Market) -> httpx.Response:
    venue = market.venue
    body = product_body(market.symbol, venue.trust_company.party_id)
    return venue.ask("POST", "/v1/products", venue.operator, key=venue.unique(), json=body)


def _cancel(market: Market, order_id: str) -> httpx.Response:
    venue = market.venue
    return venue.ask("DELETE", f"/v1/orders/{order_id}", market.seller, key=venue.unique())


def _not_open(market: Market) -> httpx.Response:
    order_id = market.sell("1.0200", "100")["order_id"]
    _cancel(market, order_id)
    return _cancel(market, order_id)


def _self_trade(market: Market) -> httpx.Response:
    market.buy("1.0200", "100")
    body = order_body(market.venue.unique("o"), market.symbol, "SELL", "1.0200", "100")
    return market.venue.ask("POST", "/v1/orders", market.buyer, json=body)


def _crosses(market: Market, **more: object) -> httpx.Response:
    market.sell("1.0200", "100")
    return _place("BUY", "1.0200", "200", **more)(market)


def _off_tick(market: Market) -> httpx.Response:
    symbol = market.venue.new_product(tick="0.0100")
    body = order_body(market.venue.unique("o"), symbol, "BUY", "1.0050", "100")
    return market.venue.ask("POST", "/v1/orders", market.buyer, json=body)


def _product(**terms: object) -> Ask:
    def ask(market: Market) -> httpx.Response:
        venue = market.venue
        body = product_body("NEW-1", venue.trust_company.party_id) | {"transfer_terms": terms}
        return venue.ask("POST", "/v1/products", venue.operator, key=venue.unique(), json=body)

    return ask


def _confirmed_late(market: Market) -> httpx.Response:
    venue = market.venue
    symbol = venue.new_product(transfer_terms={"cut_off_minute": 0})
    venue.give_units(symbol, market.seller, "1000")
    late = Market(venue, symbol, market.seller, market.buyer)
    return _decide(twice=True)(late)


def _steps(*steps: Step) -> Ask:
    """What one after the other does with a pending transfer; the last answer."""
    return lambda market: _go(market, market.match(), steps)


def _go(market: Market, transfer: Any, steps: Iterable[Step]) -> httpx.Response:
    venue = market.venue
    members = {"officer": venue.trust_company, "buyer": market.buyer, "seller": market.seller}
    etag, path = f'"{transfer["version"]}"', f"/v1/transfers/{transfer['transfer_id']}"
    answers = []
    for who, step, body in steps:
        key, headers = venue.unique(), {"If-Match": etag}
        answers.append(
            venue.ask("POST", f"{path}/{step}", members[who], key=key, headers=headers, json=body)
        )
        etag = answers[-1].headers.get("etag", etag)
    return answers[-1]


HALTED: Step = ("officer", "overlays", {"overlay": "HALTED"})
RETURNED: Step = ("officer", "return", {"reason": "OTHER", "returned_to": ["BUYER"]})


def _many_contracts(market: Market) -> httpx.Response:
    for _ in range(LOTS_PER_ORDER_MAX):
        market.venue.give_units(market.symbol, market.seller, "100")
    return _place("SELL", "1.02", f"{10_000 + 100 * LOTS_PER_ORDER_MAX}")(market)


def _document(*, times: int = 1, evidence_id: str | None = None, **more: str) -> Ask:
    def ask(market: Market) -> httpx.Response:
        venue, seller = market.venue, market.seller
        file = evidence_id or upload(venue, seller)["evidence_id"]
        for _ in range(times - 1):
            attach(venue, seller, file, "PARTY", seller.party_id, **more)
        return attach(venue, seller, file, "PARTY", seller.party_id, **more)

    return ask


def _completed_in_words_only(market: Market) -> httpx.Response:
    venue, seller = market.venue, market.seller
    terms = {"agreement": True, "returns_max": 1, "checklist": [{"kind": "SCAN"}]}
    symbol = venue.new_product(transfer_terms=terms)
    venue.give_units(symbol, seller, "1000")
    lacking = Market(venue, symbol, seller, market.buyer)
    transfer = lacking.match()
    file = attached(venue, seller, "TRANSFER", transfer["transfer_id"])["evidence_id"]
    _go(lacking, transfer, (("seller", "sign", None), ("buyer", "sign", None), RETURNED))
    (venue.directory / "evidence" / file[:2] / file).unlink()
    venue.ask("GET", f"/v1/evidence/{file}", seller)
    shown = venue.ask("GET", f"/v1/transfers/{transfer['transfer_id']}", seller).json()
    return _go(lacking, shown, (("seller", "resubmit", None),))


REACHED: dict[Refusal, Ask] = {
    **REACHED_BY_OFFICERS,
    Refusal.IDEMPOTENCY_KEY_REUSED: _key_reused,
    Refusal.NOT_PERMITTED: lambda m: m.venue.ask("GET", "/v1/parties", m.seller),
    Refusal.UNKNOWN_PARTY: _operator("/v1/parties/999/deposits", {"amount": "1.00"}),
    Refusal.UNKNOWN_PRODUCT: _unknown_product,
    Refusal.UNKNOWN_ORDER: lambda m: _cancel(m, "999"),
    Refusal.UNKNOWN_TRANSFER: _unknown_transfer,
    Refusal.UNKNOWN_LOT: _freeze(lot_id="1"),
    Refusal.UNKNOWN_ENCUMBRANCE: _operator(
        "/v1/encumbrances/999/release", {"authority_sha256": "0" * 64}
    ),
    Refusal.UNKNOWN_EVIDENCE: _document(evidence_id="f" * 32),
    Refusal.UNKNOWN_EXCEPTION: lambda m: m.venue.ask("GET", "/v1/exceptions/1", m.venue.operator),
    Refusal.DATES_OUT_OF_RANGE: _freeze(until="1999-12-31"),
    Refusal.PRICE_OUT_OF_RANGE: _place("SELL", "0", "100"),
    Refusal.PRICE_OFF_TICK: _off_tick,
    Refusal.QUANTITY_OUT_OF_RANGE: _place("SELL", "1.0200", "0"),
    Refusal.QUANTITY_OFF_LOT: _place("SELL", "1.0200", "150"),
    Refusal.ORDER_VALUE_OUT_OF_RANGE: _place("BUY", "1.0200", "99999999999900"),
    Refusal.EXPIRY_OUT_OF_RANGE: _place("SELL", "1.02", "100", expires_at="2099-01-01T00:00:00Z"),
    Refusal.TIME_IN_FORCE_CONFLICT: _place(
        "SELL", "1.02", "100", post_only=True, time_in_force="FILL_OR_KILL"
    ),
    Refusal.TERMS_OUT_OF_RANGE: _product(dual_recording=True),
    Refusal.AMOUNT_OUT_OF_RANGE: _operator("/v1/parties/{buyer}/deposits", {"amount": "0.00"}),
    Refusal.SIZE_TERMS_CONFLICT: _place("SELL", "1.02", "100", minimum_quantity="200"),
    Refusal.LOTS_CONFLICT: _place("SELL", "1.02", "100", lots=["1"]),
    Refusal.EVIDENCE_OUT_OF_RANGE: _document(expires_on="2026-11-21"),
    Refusal.ROWS_OUT_OF_RANGE: _file("0"),
    Refusal.TOTALS_DIFFER: _file("100", total="10101"),
    Refusal.TRANSFER_VERSION_STALE: _decide(version=9),
    Refusal.TRANSFER_NOT_PENDING: _decide(twice=True),
    Refusal.SYMBOL_TAKEN: _symbol_taken,
    Refusal.UNITS_EXCEED_ISSUE: _file("1000000", total="1010000"),
    Refusal.ORDER_NOT_OPEN: _not_open,
    Refusal.TRANSFER_NOT_IN_STATE: _confirmed_late,
    Refusal.TRANSFER_HELD: _steps(HALTED, ("officer", "confirm", None)),
    Refusal.DOCUMENTS_MISSING: _completed_in_words_only,
    Refusal.RETURNS_MAX: _steps(RETURNED),
    Refusal.NOT_RESCINDABLE: _steps(("buyer", "rescind", None)),
    Refusal.ALREADY_DONE: _steps(HALTED, HALTED),
    Refusal.CRITERIA_STALE: _signs_off_other_terms,
    Refusal.PRODUCT_NOT_LIVE: _of_a_suspended_product,
    Refusal.PRODUCT_NOT_IN_STATE: _standing("resume"),
    **REACHED_IN_MODES,
    Refusal.FILE_ALREADY_IMPORTED: _same_file_twice,
    Refusal.REGISTER_NOT_EMPTY: _file("100", kind="OPENING"),
    Refusal.LOT_NOT_HELD: sold_on,
    Refusal.SELF_TRADE: _self_trade,
    Refusal.UNITS_NOT_AVAILABLE: _place("SELL", "1.0200", "10100"),
    Refusal.MONEY_NOT_AVAILABLE: _place("BUY", "1.0200", "1000000"),
    Refusal.LOTS_MAX: _many_contracts,
    Refusal.EVIDENCE_MAX: _document(times=EVIDENCE_PER_SUBJECT_MAX + 1),
    Refusal.POST_ONLY_WOULD_CROSS: lambda m: _crosses(m, post_only=True),
    Refusal.FILL_OR_KILL_UNFILLABLE: lambda m: _crosses(m, time_in_force="FILL_OR_KILL"),
    **REACHED_AT_THE_BANK,
    **REACHED_UNDER_REVIEW,
    **REACHED_BY_CLIENTS,
    **REACHED_BETWEEN_PARTIES,
    **REACHED_FOR_SLOTS,
    **REACHED_BY_RULES,
    Refusal.SIGNATURE_MISSING: unsigned,
    **REACHED_OF_PRICES,
    **REACHED_IN_HALTS,
    **REACHED_OF_CLEARANCES,
    **REACHED_OF_CALENDARS,
}
CROWDED = {Refusal.ORDERS_OPEN_MAX, Refusal.FILLS_MAX}
"""Seen in the test of a crowded book."""
NOT_OVER_HTTP = {
    Refusal.VENUE_ALREADY_OPEN: "only `trustex init` opens a venue",
    Refusal.LICENCE_OUT_OF_RANGE: "only `trustex init` opens a venue",
    Refusal.AUCTION_UNDER_WAY: "the sequencer lets the clock finish an auction first",
    Refusal.ACCEPTANCE_NOT_LICENSED: "at a venue of another licence: test_negotiations.py",
    Refusal.MODE_NOT_LICENSED: "at a venue of another licence: test_market_modes.py",
    Refusal.FOUR_EYES_REQUIRED: "at a venue under four eyes: test_officers.py",
    Refusal.PROPOSALS_OPEN_MAX: "200 open proposals",
    Refusal.FEE_SCHEDULES_MAX: "a thousand schedules",
    Refusal.OFFICERS_MAX: "200 officers of one party",
    Refusal.NOTE_OUT_OF_RANGE: "the schema points at the note first",
    Refusal.EXCEPTION_STANDS: "of a payment: test_exceptions.py",
    Refusal.EXCEPTIONS_OPEN_MAX: "a late decision is refused all the same: test_exceptions.py",
    Refusal.RETURN_OUT_OF_RANGE: "the schema asks for buyer, seller or both",
    Refusal.ENCUMBRANCES_MAX: "50 of one holding",
    Refusal.BOOK_FULL: "200,000 orders of 200 parties",
    Refusal.TRANSFERS_OPEN_MAX: "10,000 pending transfers of one party",
    Refusal.ACCOUNT_FULL: "1,000 deposits of the largest amount",
    **NOT_AT_THE_BANK,
    **NOT_OF_CLIENTS,
    **NOT_OF_RULES,
}


def test_every_refusal_is_reached_or_explained() -> None:
    assert REACHED.keys() | CROWDED | NOT_OVER_HTTP.keys() == set(Refusal)


@pytest.mark.parametrize("refusal", REACHED)
def test_a_refusal_has_its_code_over_http(market: Market, refusal: Refusal) -> None:
    response = REACHED[refusal](market)

    kind = REFUSALS[refusal]
    assert (response.status_code, code_of(response)) == (kind.status, kind.code)


def test_a_crowded_book_refuses_more_orders_and_too_large_ones(market: Market) -> None:
    venue = market.venue
    venue.give_units(market.symbol, market.seller, "200000")

    async def crowd() -> list[httpx.Response]:
        headers = {"Authorization": f"Bearer {market.seller.key}"}
        bodies = [
            order_body(venue.unique("c"), market.symbol, "SELL", "1.0200", "100")
            for _ in range(1_001)
        ]
        answers = []
        # The queue has a share of 512 for each party.
        for start in range(0, len(bodies), 250):
            part = bodies[start : start + 250]
            asked = (venue.client.post("/v1/orders", json=body, headers=headers) for body in part)
            answers += await asyncio.gather(*asked)
        return answers

    answers = venue.runner.run(crowd())

    assert [answer.status_code for answer in answers] == [201] * 1_000 + [409]
    assert code_of(answers[-1]) == "orders_open_max"
    too_large = _place("BUY", "1.0200", "60000")(market)
    assert (too_large.status_code, code_of(too_large)) == (422, "fills_max")
