"""docs/webhooks.md keeps what it promises: its examples verify what a venue really sends."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any, Final

import pytest

from api.webhooks.delivery import DisabledReason, Fault
from api.webhooks.messages import DEBITED, TYPES
from registry.types import TimeNs
from tests.api.venue import SECOND_NS, Market, TestVenue
from tests.api.webhooks.receiver import Received, Receiver
from tests.api.webhooks.test_own_affairs import OWN_AFFAIRS
from tests.architecture.tree import ROOT

PAGE: Final = (ROOT / "docs" / "webhooks.md").read_text(encoding="utf-8")


@pytest.fixture
def receiver(venue: TestVenue) -> Iterator[Receiver]:
    """A real HTTP server on the venue's loop."""
    serving = Receiver()
    venue.runner.run(serving.__aenter__())
    yield serving
    venue.runner.run(serving.__aexit__(None, None, None))


@pytest.fixture
def example() -> dict[str, Any]:
    """What the page's programs define."""
    defined: dict[str, Any] = {}
    for program in re.findall(r"^```python\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL):
        exec(program, defined)  # noqa: S102  the examples of the page
    return defined


def now_s(venue: TestVenue) -> int:
    return TimeNs(venue.clock.now_ns()) // SECOND_NS


def messages(market: Market, receiver: Receiver, webhook_id: str) -> list[Received]:
    market.venue.messages(market.seller, webhook_id, attempts=1)
    return receiver.received


def test_the_examples_verify_a_message_by_either_secret_and_by_the_key(
    market: Market, receiver: Receiver, example: dict[str, Any]
) -> None:
    venue = market.venue
    registered = venue.register_webhook(market.seller, receiver.url())
    path = f"/v1/webhooks/{registered['webhook_id']}"
    rotated = venue.do("POST", f"{path}/rotate", market.seller, json={})
    transfer_id = market.match()["transfer_id"]
    (received,) = messages(market, receiver, registered["webhook_id"])
    assert json.loads(received.body)["data"]["transfer_id"] == transfer_id
    (key,) = venue.ask("GET", "/v1/signing-keys").json()["items"]
    message_id = received.headers["webhook-id"]
    at_s = now_s(venue)
    for secrets in ([registered["secret"]], [rotated["secret"]], ["whsec_AAAA", rotated["secret"]]):
        verified = example["verify"](received.headers, received.body, secrets, at_s)
        assert verified == message_id
    by_key = example["verify_by_key"](received.headers, received.body, key["public_key"], at_s)
    assert by_key == message_id


@pytest.mark.parametrize("forged", ["body", "webhook-id", "webhook-timestamp", "age", "nobody's"])
def test_the_examples_refuse_what_is_forged_altered_or_old(
    market: Market, receiver: Receiver, example: dict[str, Any], forged: str
) -> None:
    venue = market.venue
    registered = venue.register_webhook(market.seller, receiver.url())
    market.match()
    (received,) = messages(market, receiver, registered["webhook_id"])
    (key,) = venue.ask("GET", "/v1/signing-keys").json()["items"]
    headers, body, at_s = dict(received.headers), received.body, now_s(venue)
    secret, public_key = registered["secret"], key["public_key"]
    if forged == "body":
        body = body.replace(b"SELLER", b"BUYER")
    elif forged == "age":
        at_s += 301
    elif forged == "nobody's":
        secret, public_key = "whsec_" + "A" * 43 + "=", "whpk_" + "A" * 43 + "="
    else:
        headers[forged] = str(int(headers[forged]) + 1)
    for verify, by in ((example["verify"], [secret]), (example["verify_by_key"], public_key)):
        with pytest.raises(example["NotFromTheVenue"]):
            verify(headers, body, by, at_s)


def test_the_page_names_every_type_fault_and_reason() -> None:
    names = [*TYPES.values(), "transfer.rejected", "transfer.lapsed", DEBITED]
    names += [message_type for _, message_type, _ in OWN_AFFAIRS.values()]
    names += [fault.name for fault in Fault] + [reason.name for reason in DisabledReason]
    assert [name for name in names if f"`{name}`" not in PAGE] == []


def test_the_message_on_the_page_has_the_members_of_a_real_one(
    market: Market, receiver: Receiver
) -> None:
    registered = market.venue.register_webhook(market.seller, receiver.url())
    market.match()
    (received,) = messages(market, receiver, registered["webhook_id"])
    found = re.search(r'^(\{"type".*?\}\})$', PAGE, re.MULTILINE | re.DOTALL)
    assert found is not None
    shown, real = json.loads(found[1].replace("\n", "")), json.loads(received.body)
    assert shown.keys() == real.keys()
    assert shown["data"].keys() == real["data"].keys()
