"""The signature of a message, checked with the library that receivers use."""

import base64
import time
from typing import Final

import pytest
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from api.signing import DemoSigner, verify
from api.webhooks.signature import (
    SECRET_BYTES,
    mint_secret,
    show_public_key,
    show_secret,
    signed_headers,
)

SIGNER: Final = DemoSigner(b"signature")
BODY: Final = '{"type":"transfer.settled","data":{"symbol":"嘉禾-1"}}'.encode()
OLD, NEW = b"o" * SECRET_BYTES, b"n" * SECRET_BYTES


def headers(*secrets: bytes, timestamp_s: int | None = None) -> dict[str, str]:
    return signed_headers(
        "4711000",
        BODY,
        # The receiver's library reads the machine's clock.
        timestamp_s=int(time.time()) if timestamp_s is None else timestamp_s,
        live_secrets=secrets,
        signer=SIGNER,
    )


@pytest.mark.parametrize("secret", [OLD, NEW])
def test_either_live_secret_verifies_a_message(secret: bytes) -> None:
    verified = Webhook(show_secret(secret)).verify(BODY, headers(NEW, OLD))
    assert verified == {"type": "transfer.settled", "data": {"symbol": "嘉禾-1"}}


def test_a_secret_that_is_no_longer_live_verifies_nothing() -> None:
    with pytest.raises(WebhookVerificationError):
        Webhook(show_secret(OLD)).verify(BODY, headers(NEW))


@pytest.mark.parametrize("changed", ["body", "webhook-id", "webhook-timestamp"])
def test_whatever_is_changed_on_the_way_is_seen(changed: str) -> None:
    now_s = int(time.time())
    sent = headers(NEW, timestamp_s=now_s)
    body = BODY.replace(b"settled", b"opened") if changed == "body" else BODY
    if changed != "body":
        sent[changed] = {"webhook-id": "4711001", "webhook-timestamp": str(now_s - 1)}[changed]
    with pytest.raises(WebhookVerificationError):
        Webhook(show_secret(NEW)).verify(body, sent)


@pytest.mark.parametrize("away_s", [-301, 301])
def test_a_message_of_another_time_is_not_taken(away_s: int) -> None:
    with pytest.raises(WebhookVerificationError, match="timestamp"):
        Webhook(show_secret(NEW)).verify(BODY, headers(NEW, timestamp_s=int(time.time()) + away_s))


def test_the_venues_key_verifies_a_message_without_any_secret() -> None:
    sent = headers(NEW, OLD, timestamp_s=1_795_320_000)
    *hmacs, by_key = sent["webhook-signature"].split(" ")
    assert [each.partition(",")[0] for each in hmacs] == ["v1", "v1"]
    version, _, signature = by_key.partition(",")
    assert version == "v1a"
    public_key = base64.b64decode(show_public_key(SIGNER.public_key).removeprefix("whpk_"))
    assert verify(
        public_key,
        message=b"4711000.1795320000." + BODY,
        signature=base64.b64decode(signature),
    )


def test_secrets_are_long_and_never_the_same() -> None:
    assert len({mint_secret() for _ in range(100)}) == 100
    assert 24 <= len(mint_secret()) <= 64
