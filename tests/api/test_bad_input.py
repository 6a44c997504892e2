"""Whatever is wrong with a request is said with its place, and nothing is journaled."""

import gzip
import json
from typing import Any

import pytest

from tests.api.venue import Market, TestVenue, code_of, order_body, pointers_of, product_body

DECIMALS = {
    "a JSON float": (1.02, "decimal_must_be_string"),
    "a JSON integer": (1, "decimal_must_be_string"),
    "true": (True, "decimal_must_be_string"),
    "null": (None, "decimal_must_be_string"),
    "a list": (["1.02"], "decimal_must_be_string"),
    "an exponent": ("1e3", "malformed_decimal"),
    "a huge exponent": ("1e9999999", "malformed_decimal"),
    "a sign": ("-1.02", "malformed_decimal"),
    "a plus": ("+1.02", "malformed_decimal"),
    "Arabic digits": ("\u0661.\u0660\u0662", "malformed_decimal"),
    "full-width digits": ("\uff11.\uff10\uff12", "malformed_decimal"),
    "a comma": ("1,02", "malformed_decimal"),
    "an underscore": ("1_0", "malformed_decimal"),
    "a space": (" 1.02", "malformed_decimal"),
    "a line end": ("1.02\n", "malformed_decimal"),
    "a leading zero": ("01.02", "malformed_decimal"),
    "no whole part": (".02", "malformed_decimal"),
    "no decimals after the point": ("1.", "malformed_decimal"),
    "NaN as text": ("NaN", "malformed_decimal"),
    "nothing": ("", "malformed_decimal"),
    "ten thousand digits": ("9" * 10_000, "malformed_decimal"),
    "five decimals": ("1.00000", "malformed_decimal"),
}


@pytest.fixture(scope="module")
def market(venue: TestVenue) -> Market:
    """One market for all: nothing that is sent here changes it."""
    return Market.make(venue)


def order_of(market: Market) -> dict[str, Any]:
    """An order that would be accepted."""
    return order_body(market.venue.unique("o"), market.symbol, "SELL", "1.0200", "100")


@pytest.mark.parametrize("name", DECIMALS)
@pytest.mark.parametrize("field", ["price", "quantity"])
def test_a_decimal_is_a_plain_string(market: Market, field: str, name: str) -> None:
    value, code = DECIMALS[name]
    before = market.venue.sequence

    response = market.venue.ask(
        "POST", "/v1/orders", market.seller, json=order_of(market) | {field: value}
    )

    assert (response.status_code, code_of(response)) == (422, "validation_failed")
    assert pointers_of(response) == {f"/{field}": code}
    assert market.venue.sequence == before


FIELDS: dict[str, tuple[str, object, str]] = {
    "a price of zero": ("price", "0", "price_out_of_range"),
    "a price beyond the bound": ("price", "100000.0001", "price_out_of_range"),
    "a price of fifteen digits": ("price", "999999999999999.9999", "price_out_of_range"),
    "a quantity of zero": ("quantity", "0", "quantity_out_of_range"),
    "more decimals than the product's units": ("quantity", "100.0", "too_many_decimals"),
    "a side that is none": ("side", "HOLD", "unknown_value"),
    "a side in small letters": ("side", "buy", "unknown_value"),
    "a side that is a number": ("side", 1, "unknown_value"),
    "a symbol with a space": ("symbol", "A B", "malformed"),
    "a symbol that is a list": ("symbol", [], "must_be_string"),
    "a lone surrogate": ("symbol", "\ud800", "malformed"),
    "a long symbol": ("symbol", "A" * 33, "too_long"),
    "a key with a space": ("client_order_id", "a b", "malformed"),
    "a key of 65 characters": ("client_order_id", "a" * 65, "too_long"),
    "an empty key": ("client_order_id", "", "malformed"),
    "a key that is not ASCII": ("client_order_id", "键", "malformed"),
    "a boolean that is a number": ("post_only", 1, "must_be_boolean"),
    "a boolean that is a text": ("post_only", "true", "must_be_boolean"),
    "a moment in another zone": ("expires_at", "2026-11-23T12:00:00+08:00", "malformed"),
    "a date that does not exist": ("expires_at", "2027-02-29T00:00:00Z", "malformed"),
    "a moment that is a number": ("expires_at", 1795392000, "must_be_string"),
    "an unknown field": ("stop_price", "1.00", "unknown_field"),
    "an unknown field that needs escaping": ("a/b~c", "1.00", "unknown_field"),
}


@pytest.mark.parametrize("name", FIELDS)
def test_a_bad_field_is_pointed_at(market: Market, name: str) -> None:
    field, value, code = FIELDS[name]
    before = market.venue.sequence
    content = json.dumps(order_of(market) | {field: value})

    response = market.venue.ask(
        "POST",
        "/v1/orders",
        market.seller,
        content=content,
        headers={"Content-Type": "application/json"},
    )

    assert response.status_code == 422
    pointer = "/" + field.replace("~", "~0").replace("/", "~1")
    assert pointers_of(response) == {pointer: code}
    assert market.venue.sequence == before


def test_all_missing_fields_are_named_at_once(market: Market) -> None:
    response = market.venue.ask("POST", "/v1/orders", market.seller, json={})

    required = ("client_order_id", "symbol", "side", "price", "quantity")
    assert pointers_of(response) == {f"/{name}": "required" for name in required}


BODIES: dict[str, tuple[bytes, int, str]] = {
    "nothing": (b"", 400, "invalid_json"),
    "half an object": (b'{"symbol": ', 400, "invalid_json"),
    "two objects": (b"{}{}", 400, "invalid_json"),
    "not UTF-8": (b'{"symbol": "\xff"}', 400, "invalid_json"),
    "UTF-16": ('{"a": 1}'.encode("utf-16"), 400, "invalid_json"),
    "a byte-order mark": (b"\xef\xbb\xbf{}", 400, "invalid_json"),
    "a list": (b"[]", 422, "validation_failed"),
    "a text": (b'"order"', 422, "validation_failed"),
    "null": (b"null", 422, "validation_failed"),
    "NaN": (b"NaN", 422, "validation_failed"),
    "a thousand lists": (b"[" * 30_000 + b"]" * 30_000, 422, "validation_failed"),
    "a thousand objects": (b'{"a":' * 10_000 + b"1" + b"}" * 10_000, 422, "validation_failed"),
    "more than 64 KiB": (b'{"symbol": "' + b"A" * 65_536 + b'"}', 413, "body_too_large"),
}


@pytest.mark.parametrize("name", BODIES)
def test_a_body_that_is_no_order_is_refused(market: Market, name: str) -> None:
    content, status, code = BODIES[name]
    before = market.venue.sequence

    response = market.venue.ask(
        "POST",
        "/v1/orders",
        market.seller,
        content=content,
        headers={"Content-Type": "application/json"},
    )

    assert (response.status_code, code_of(response)) == (status, code)
    assert market.venue.sequence == before


@pytest.mark.parametrize(
    ("text", "pointer", "code"),
    [
        ('{"price": "1.02", "price": "9.99"}', "/price", "repeated_field"),
        ('{"price": {"a": 1, "a": 2}}', "/price", "decimal_must_be_string"),
        ('{"price": NaN}', "/price", "decimal_must_be_string"),
        ('{"price": -Infinity}', "/price", "decimal_must_be_string"),
        ('{"price": 1e400}', "/price", "decimal_must_be_string"),
        ('{"price": ' + "9" * 5_000 + "}", "/price", "decimal_must_be_string"),
    ],
)
def test_what_json_leaves_open_is_refused(
    market: Market, text: str, pointer: str, code: str
) -> None:
    response = market.venue.ask(
        "POST",
        "/v1/orders",
        market.seller,
        content=text.encode(),
        headers={"Content-Type": "application/json"},
    )

    assert response.status_code == 422
    assert pointers_of(response)[pointer] == code


@pytest.mark.parametrize(
    "media_type",
    ["text/plain", "application/x-www-form-urlencoded", "application/json; charset=gbk", ""],
)
def test_a_body_is_declared_to_be_json(market: Market, media_type: str) -> None:
    response = market.venue.ask(
        "POST",
        "/v1/orders",
        market.seller,
        content=json.dumps(order_of(market)).encode(),
        headers={"Content-Type": media_type},
    )

    assert (response.status_code, code_of(response)) == (415, "unsupported_media_type")


@pytest.mark.parametrize("path", ["/v1/orders", "/v1/products", "/v1/imports/decisions"])
def test_a_body_comes_as_it_is(market: Market, path: str) -> None:
    venue = market.venue
    sender = {"/v1/orders": market.seller, "/v1/products": venue.operator}
    as_file = path.startswith("/v1/imports")
    content_type = "application/octet-stream" if as_file else "application/json"
    response = venue.ask(
        "POST",
        path,
        sender.get(path, venue.trust_company),
        key=venue.unique(),
        content=gzip.compress(b"{}"),
        headers={"Content-Type": content_type, "Content-Encoding": "gzip"},
    )
    assert (response.status_code, code_of(response)) == (415, "body_compressed")
    assert response.headers["accept-encoding"] == "identity"
    assert "Content-Encoding" in response.json()["detail"]


def test_a_body_may_name_its_charset(market: Market) -> None:
    response = market.venue.ask(
        "POST",
        "/v1/orders",
        market.seller,
        content=json.dumps(order_of(market)).encode(),
        headers={"Content-Type": 'Application/JSON; charset="UTF-8"'},
    )

    assert response.status_code == 201


@pytest.mark.parametrize(
    ("path", "parameter", "code"),
    [
        ("/v1/orders?limit=0", "limit", "out_of_range"),
        ("/v1/orders?limit=501", "limit", "out_of_range"),
        ("/v1/orders?limit=1_0", "limit", "must_be_integer"),
        ("/v1/orders?limit=%D9%A1", "limit", "must_be_integer"),
        ("/v1/orders?limit=1.0", "limit", "must_be_integer"),
        ("/v1/orders?limit=99999999999999999999", "limit", "must_be_integer"),
        ("/v1/orders?limit=5&limit=6", "limit", "repeated_parameter"),
        ("/v1/orders?page=2", "page", "unknown_parameter"),
        ("/v1/orders?cursor=abc", "cursor", "invalid_cursor"),
        ("/v1/orders?cursor=MTotMQ", "cursor", "invalid_cursor"),
        ("/v1/orders?cursor=%00", "cursor", "invalid_cursor"),
        ("/v1/orders?status=open", "status", "unknown_value"),
        ("/v1/orders?symbol=x", "symbol", "malformed"),
        ("/v1/orders/0", "order_id", "malformed"),
        ("/v1/orders/1e3", "order_id", "malformed"),
        ("/v1/orders/-1", "order_id", "malformed"),
        ("/v1/orders/%D9%A1", "order_id", "malformed"),
        ("/v1/orders/9999999999999999999", "order_id", "too_long"),
        ("/v1/transfers?state=DONE", "state", "unknown_value"),
        ("/v1/holdings?cursor=%ff", "cursor", "invalid_cursor"),
    ],
)
def test_a_bad_parameter_is_named(market: Market, path: str, parameter: str, code: str) -> None:
    response = market.venue.ask("GET", path, market.seller)

    assert (response.status_code, code_of(response)) == (422, "validation_failed")
    blamed = {error["parameter"]: error["code"] for error in response.json()["errors"]}
    assert blamed == {parameter: code}


@pytest.mark.parametrize(
    ("key", "status", "code"),
    [
        (None, 400, "header_required"),
        ("", 400, "invalid_header"),
        ("a b", 400, "invalid_header"),
        ("a" * 65, 400, "invalid_header"),
    ],
)
def test_a_command_names_its_key(market: Market, key: str | None, status: int, code: str) -> None:
    order_id = market.sell("1.0200", "100")["order_id"]

    response = market.venue.ask("DELETE", f"/v1/orders/{order_id}", market.seller, key=key)

    assert (response.status_code, code_of(response)) == (status, code)
    assert response.json()["errors"][0]["parameter"] == "Idempotency-Key"


TERMS: dict[str, tuple[str, object, str]] = {
    "a risk level of six": ("risk_level", 6, "out_of_range"),
    "a risk level that is true": ("risk_level", True, "must_be_integer"),
    "a risk level with a point": ("risk_level", 2.0, "must_be_integer"),
    "a risk level that is a text": ("risk_level", "2", "must_be_integer"),
    "a date that does not exist": ("maturity_date", "2027-02-29", "malformed"),
    "a date with a time": ("maturity_date", "2027-02-28T00", "malformed"),
    "a name with a line end": ("name_en", "a\nb", "malformed"),
    "an empty name": ("name_zh", "", "malformed"),
    "a tick of nothing": ("tick", "0.0000", "price_out_of_range"),
    "a lot with decimals": ("lot", "0.5", "too_many_decimals"),
    "a trust company that is a name": ("trust_company_id", "Jiahe", "malformed"),
}


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("decide_days", 0, "out_of_range"),
        ("decide_days", 251, "out_of_range"),
        ("decide_days", True, "must_be_integer"),
        ("cut_off_minute", 1_440, "out_of_range"),
        ("calendar_id", "", "too_short"),
        ("deposit_bps", 1_001, "out_of_range"),
    ],
)
def test_a_bad_term_of_transfer_is_pointed_at(
    market: Market, field: str, value: object, code: str
) -> None:
    venue = market.venue
    body = product_body("NEW-2", venue.trust_company.party_id) | {"transfer_terms": {field: value}}
    response = venue.ask("POST", "/v1/products", venue.operator, key=venue.unique(), json=body)
    assert response.status_code == 422
    (error,) = response.json()["errors"]
    assert (error["pointer"], error["code"]) == (f"/transfer_terms/{field}", code)


def test_terms_of_transfer_that_the_venue_cannot_keep_are_refused(market: Market) -> None:
    venue = market.venue
    for terms, status, code in (
        ({"calendar_id": "NONE"}, 404, "unknown_calendar"),
        ({"remind_days": 11}, 422, "terms_out_of_range"),
    ):
        body = product_body("NEW-2", venue.trust_company.party_id) | {"transfer_terms": terms}
        response = venue.ask("POST", "/v1/products", venue.operator, key=venue.unique(), json=body)
        assert (response.status_code, response.json()["code"]) == (status, code)


@pytest.mark.parametrize("name", TERMS)
def test_a_bad_term_of_a_product_is_pointed_at(market: Market, name: str) -> None:
    field, value, code = TERMS[name]
    venue, before = market.venue, market.venue.sequence
    body = product_body("NEW-1", venue.trust_company.party_id) | {field: value}

    response = venue.ask("POST", "/v1/products", venue.operator, key=venue.unique(), json=body)

    assert response.status_code == 422
    assert pointers_of(response) == {f"/{field}": code}
    assert venue.sequence == before


@pytest.mark.parametrize(
    ("amount", "code"),
    [
        ("0.00", "amount_out_of_range"),
        ("0.001", "too_many_decimals"),
        ("1000000000000.01", "amount_out_of_range"),
        (100, "decimal_must_be_string"),
    ],
)
def test_a_bad_amount_is_pointed_at(market: Market, amount: object, code: str) -> None:
    venue, before = market.venue, market.venue.sequence
    path = f"/v1/parties/{market.buyer.party_id}/deposits"

    response = venue.ask("POST", path, venue.operator, key="d", json={"amount": amount})

    assert response.status_code == 422
    assert pointers_of(response) == {"/amount": code}
    assert venue.sequence == before
