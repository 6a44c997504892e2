"""Webhooks on the wire: endpoints, deliveries, and the key that verifies them."""

from typing import Annotated, Literal

from pydantic import Field

from api.schemas.base import Answer, Body, Name, name_of
from api.schemas.decimals import Moment, format_moment
from api.store.webhooks import AttemptRecord, DeliveryRecord, EndpointRecord
from api.webhooks.addresses import URL_LENGTH_MAX, URL_PATTERN
from api.webhooks.delivery import DeliveryState, DisabledReason, Fault

PREVIOUS_SECRET_DEFAULT_S = 86_400
PREVIOUS_SECRET_MAX_S = 7 * 86_400

UrlText = Annotated[
    str,
    Field(
        pattern=URL_PATTERN,
        max_length=URL_LENGTH_MAX,
        examples=["https://register.example.com/trustex"],
    ),
]
DeliveryStateName = Literal["PENDING", "DELIVERED", "FAILED"]


class RegisterWebhookBody(Body):
    """A server that wants to be told about your transfers."""

    url: UrlText
    """`https`; anything else only within the operator's own networks."""
    label: Name


class ChangeWebhookBody(Body):
    """What shall be different; what is left out stays."""

    url: UrlText | None = None
    label: Name | None = None
    enabled: bool | None = None
    """`true` also after the endpoint was disabled for another reason: what waits is sent."""


class RotateSecretBody(Body):
    """A new secret."""

    previous_valid_s: Annotated[int, Field(ge=0, le=PREVIOUS_SECRET_MAX_S)] = (
        PREVIOUS_SECRET_DEFAULT_S
    )
    """How long messages are signed with the last secret too. 0: it has leaked."""


class Webhook(Answer):
    """An endpoint of yours."""

    webhook_id: str
    url: str
    label: str
    enabled: bool
    disabled_reason: Annotated[str | None, name_of(DisabledReason)]
    previous_secret_until: Annotated[
        Moment | None, Field(description="Until then messages carry two HMAC signatures.")
    ]
    created_at: Moment
    secret: Annotated[
        str | None,
        Field(description="In the first answer to registering or rotating only: keep it."),
    ]


class Delivery(Answer):
    """A message to an endpoint, and how far it has come."""

    message_id: Annotated[str, Field(description="The header `webhook-id`.")]
    type: str
    state: Annotated[str, name_of(DeliveryState)]
    attempts: Annotated[int, Field(description="Made so far.")]
    next_attempt_at: Annotated[Moment | None, Field(description="If the endpoint is enabled then.")]
    created_at: Moment


class Attempt(Answer):
    """One attempt, with the answer's status or why there was none."""

    attempt: int
    at: Moment
    duration_ms: int
    status: int | None
    fault: Annotated[str | None, name_of(Fault)]


class DeliveryWithAttempts(Delivery):
    """A message, exactly as it is sent and signed, with its last attempts."""

    body: str
    attempts_made: list[Attempt]


class SigningKey(Answer):
    """A key with which the venue signs."""

    key_id: str
    algorithm: Literal["Ed25519"]
    public_key: Annotated[
        str, Field(description="`whpk_` and the 32 bytes in base64, as Standard Webhooks has it.")
    ]


class SigningKeys(Answer):
    """The keys of the venue."""

    items: list[SigningKey]


def webhook_of(record: EndpointRecord, *, at_ns: int, secret: str | None = None) -> Webhook:
    """An endpoint as its party sees it."""
    reason, until_ns = record.disabled_reason, record.previous_secret_until_ns
    return Webhook(
        webhook_id=str(record.endpoint_id),
        url=record.url,
        label=record.label,
        enabled=reason is None,
        disabled_reason=None if reason is None else reason.name,
        previous_secret_until=(
            None if until_ns is None or until_ns <= at_ns else format_moment(until_ns)
        ),
        created_at=format_moment(record.created_at_ns),
        secret=secret,
    )


def delivery_of(record: DeliveryRecord) -> Delivery:
    """A delivery in a list."""
    return Delivery(
        message_id=str(record.outbox_id),
        type=record.type,
        state=record.state.name,
        attempts=record.attempts,
        next_attempt_at=None if record.due_ns is None else format_moment(record.due_ns),
        created_at=format_moment(record.created_at_ns),
    )


def delivery_with_attempts(
    record: DeliveryRecord, attempts: list[AttemptRecord]
) -> DeliveryWithAttempts:
    """A delivery by itself."""
    made = [
        Attempt(
            attempt=attempt.number,
            at=format_moment(attempt.at_ns),
            duration_ms=attempt.answer.duration_ms,
            status=attempt.answer.status,
            fault=None if attempt.answer.fault is None else attempt.answer.fault.name,
        )
        for attempt in attempts
    ]
    return DeliveryWithAttempts(
        **delivery_of(record).model_dump(), body=record.body.decode(), attempts_made=made
    )
