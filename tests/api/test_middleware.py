"""What every request meets first: its id, the bound on its body, the headers of its answer."""

import re
from collections.abc import AsyncIterator

import pytest

from api.middleware import BODY_BYTES_MAX
from tests.api.venue import Market, TestVenue, code_of


@pytest.mark.parametrize(
    ("given", "taken"),
    [
        ("client-0001", True),
        ("A" * 64, True),
        ("short", False),
        ("A" * 65, False),
        ("has space", False),
        ("<script>", False),
        (None, False),
    ],
)
def test_a_request_has_an_id_of_its_own(
    venue: TestVenue, given: str | None, *, taken: bool
) -> None:
    headers = {} if given is None else {"X-Request-Id": given}

    request_id = venue.ask("GET", "/healthz", headers=headers).headers["x-request-id"]

    if taken:
        assert request_id == given
    else:
        assert re.fullmatch(r"[0-9a-f]{16}", request_id)


@pytest.mark.parametrize("path", ["/v1/products", "/v1/nothing", "/v1/cash"])
def test_what_v1_answers_is_not_stored_on_the_way(venue: TestVenue, path: str) -> None:
    headers = venue.ask("GET", path).headers

    assert headers["cache-control"] == "no-store"
    assert headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize(
    ("parts", "status", "code"),
    [
        ([b"{", b"}"], 422, "validation_failed"),
        ([b" " * 1_024] * 63 + [b" " * 1_022, b"{}"], 422, "validation_failed"),
        ([b" " * 1_024] * 64 + [b"{}"], 413, "body_too_large"),
    ],
)
def test_a_body_without_a_stated_length_is_bounded_too(
    market: Market, parts: list[bytes], status: int, code: str
) -> None:
    async def stream() -> AsyncIterator[bytes]:
        for part in parts:
            yield part

    response = market.venue.ask(
        "POST",
        "/v1/orders",
        market.seller,
        content=stream(),
        headers={"Content-Type": "application/json"},
    )

    assert (response.status_code, code_of(response)) == (status, code)


@pytest.mark.parametrize("length", [str(BODY_BYTES_MAX + 1), "9" * 30, "-1", "x"])
def test_a_stated_length_beyond_the_bound_is_refused_unread(market: Market, length: str) -> None:
    async def never_read() -> AsyncIterator[bytes]:
        yield b"".join(never_joined())

    def never_joined() -> list[bytes]:
        raise AssertionError("the body was read")

    response = market.venue.ask(
        "POST",
        "/v1/orders",
        market.seller,
        content=never_read(),
        headers={"Content-Type": "application/json", "Content-Length": length},
    )

    assert (response.status_code, code_of(response)) == (413, "body_too_large")
    assert response.headers["connection"] == "close"
