"""Webhooks: a party's endpoints, their log, and replay by hand."""

from collections.abc import Callable
from typing import Annotated, Final

from fastapi import APIRouter, Query, Request, Response
from sqlalchemy import Connection

from api.auth.principal import Principal
from api.dependencies import (
    GivenServices,
    IdempotencyKey,
    IdInPath,
    Member,
    Paged,
    Services,
    cut_page,
)
from api.errors import ApiProblem, Trouble, invalid_field
from api.responses import CONFLICT, SIGNED_IN, problems
from api.schemas.base import Page, decode_cursor
from api.schemas.webhooks import (
    ChangeWebhookBody,
    Delivery,
    DeliveryStateName,
    DeliveryWithAttempts,
    RegisterWebhookBody,
    RotateSecretBody,
    SigningKey,
    SigningKeys,
    Webhook,
    delivery_of,
    delivery_with_attempts,
    webhook_of,
)
from api.store import webhooks as store
from api.store.webhooks import DeliveryRecord, EndpointRecord
from api.strict_input import StrictRoute
from api.submission import REPLAYED_HEADER, once
from api.webhooks.addresses import parse_url
from api.webhooks.delivery import NS_PER_S, DeliveryState, DisabledReason
from api.webhooks.signature import mint_secret, show_public_key, show_secret
from exchange.store.queries import newest_outbox_id

WEBHOOKS_PER_PARTY_MAX: Final = 5
"""Each message is signed and sent once for each."""
ADDRESS_DETAILS: Final = {
    "https_required": "Must begin with https.",
    "address_not_allowed": "Is not a public address.",
}

router = APIRouter(route_class=StrictRoute, tags=["webhooks"])


@router.get("/v1/signing-keys", operation_id="list_signing_keys", responses=problems())
def list_signing_keys(services: GivenServices) -> SigningKeys:
    """The public keys that verify what the venue signs."""
    signer = services.signer
    public_key = show_public_key(signer.public_key)
    key = SigningKey(key_id=signer.key_id, algorithm="Ed25519", public_key=public_key)
    return SigningKeys(items=[key])


@router.post(
    "/v1/webhooks",
    operation_id="register_webhook",
    status_code=201,
    responses=problems(*CONFLICT),
)
def register_webhook(
    response: Response,
    services: GivenServices,
    party: Member,
    idempotency_key: IdempotencyKey,
    body: RegisterWebhookBody,
) -> Webhook:
    """Have a server told about your transfers from now on. The secret is in the first answer only.

    Who lost that answer rotates the secret.
    """
    _check_url(services, body.url)
    secret = mint_secret()
    at_ns = services.clock.now_ns()
    with services.reader.connect() as venue:
        after_outbox_id = newest_outbox_id(venue)

    def act(connection: Connection) -> EndpointRecord:
        if store.count_endpoints(connection, party.party_id) >= WEBHOOKS_PER_PARTY_MAX:
            raise ApiProblem(Trouble.WEBHOOKS_MAX, f"A party has {WEBHOOKS_PER_PARTY_MAX} at most.")
        endpoint_id = store.insert_endpoint(
            connection,
            party_id=party.party_id,
            url=body.url,
            label=body.label,
            secret=secret,
            at_ns=at_ns,
            after_outbox_id=after_outbox_id,
        )
        return _mine(connection, party, str(endpoint_id))

    request = ["register-webhook", body.url, body.label]
    shown, replayed = _once(services, party, idempotency_key, request, act)
    return _answer(response, shown, replayed=replayed, secret=secret)


@router.get("/v1/webhooks", operation_id="list_webhooks", responses=problems(*SIGNED_IN, 422))
def list_webhooks(
    request: Request, response: Response, services: GivenServices, party: Member, paged: Paged
) -> Page[Webhook]:
    """Your endpoints, oldest first."""
    after = decode_cursor(paged.cursor, start=0)
    with services.edge.transaction() as connection:
        records = store.endpoints_after(
            connection, party_id=party.party_id, after=after, limit=paged.limit + 1
        )
    shown, cursor = cut_page(request, response, paged, records, lambda each: (each.endpoint_id,))
    at_ns = services.clock.now_ns()
    return Page(items=[webhook_of(record, at_ns=at_ns) for record in shown], next_cursor=cursor)


@router.get(
    "/v1/webhooks/{webhook_id}",
    operation_id="get_webhook",
    responses=problems(*SIGNED_IN, 404, 422),
)
def get_webhook(services: GivenServices, party: Member, webhook_id: IdInPath) -> Webhook:
    """One of your endpoints."""
    with services.edge.transaction() as connection:
        return webhook_of(_mine(connection, party, webhook_id), at_ns=services.clock.now_ns())


@router.patch(
    "/v1/webhooks/{webhook_id}",
    operation_id="change_webhook",
    responses=problems(*CONFLICT, 404),
)
def change_webhook(
    response: Response,
    services: GivenServices,
    party: Member,
    idempotency_key: IdempotencyKey,
    webhook_id: IdInPath,
    body: ChangeWebhookBody,
) -> Webhook:
    """Change where an endpoint is, disable it, or enable it again."""
    if body.url is not None:
        _check_url(services, body.url)

    def act(connection: Connection) -> EndpointRecord:
        record = _mine(connection, party, webhook_id)
        reason = record.disabled_reason
        if body.enabled is not None:
            reason = None if body.enabled else reason or DisabledReason.BY_OWNER
        store.change_endpoint(
            connection,
            record.endpoint_id,
            url=record.url if body.url is None else body.url,
            label=record.label if body.label is None else body.label,
            disabled_reason=reason,
        )
        return _mine(connection, party, webhook_id)

    request = ["change-webhook", webhook_id, body.model_dump_json()]
    shown, replayed = _once(services, party, idempotency_key, request, act)
    return _answer(response, shown, replayed=replayed)


@router.delete(
    "/v1/webhooks/{webhook_id}",
    operation_id="delete_webhook",
    status_code=204,
    responses=problems(*SIGNED_IN, 400, 404, 422),
)
def delete_webhook(
    services: GivenServices, party: Member, idempotency_key: IdempotencyKey, webhook_id: IdInPath
) -> Response:
    """Have an endpoint told nothing any more. Its log goes too."""

    def act(connection: Connection) -> EndpointRecord:
        record = _mine(connection, party, webhook_id)
        store.delete_endpoint(connection, record.endpoint_id, at_ns=services.clock.now_ns())
        return record

    request = ["delete-webhook", webhook_id]
    _, replayed = _once(services, party, idempotency_key, request, act)
    return Response(status_code=204, headers={REPLAYED_HEADER: "true"} if replayed else {})


@router.post(
    "/v1/webhooks/{webhook_id}/rotate",
    operation_id="rotate_webhook_secret",
    responses=problems(*CONFLICT, 404),
)
def rotate_webhook_secret(
    response: Response,
    services: GivenServices,
    party: Member,
    idempotency_key: IdempotencyKey,
    webhook_id: IdInPath,
    body: RotateSecretBody,
) -> Webhook:
    """Sign with a new secret; for a while with the last one too. It is in the first answer only.

    Two secrets are live at most: one that was rotated out before goes at once.
    """
    secret = mint_secret()
    until_ns = services.clock.now_ns() + body.previous_valid_s * NS_PER_S

    def act(connection: Connection) -> EndpointRecord:
        record = _mine(connection, party, webhook_id)
        store.rotate_secret(
            connection, record.endpoint_id, secret=secret, previous_until_ns=until_ns
        )
        return _mine(connection, party, webhook_id)

    request = ["rotate-webhook", webhook_id, str(body.previous_valid_s)]
    shown, replayed = _once(services, party, idempotency_key, request, act)
    return _answer(response, shown, replayed=replayed, secret=secret)


@router.get(
    "/v1/webhooks/{webhook_id}/deliveries",
    operation_id="list_deliveries",
    responses=problems(*SIGNED_IN, 404, 422),
)
def list_deliveries(
    request: Request,
    response: Response,
    services: GivenServices,
    party: Member,
    webhook_id: IdInPath,
    paged: Paged,
    state: Annotated[DeliveryStateName | None, Query()] = None,
) -> Page[Delivery]:
    """The log of an endpoint's messages, newest first. It goes back 14 days."""
    before = None if paged.cursor is None else decode_cursor(paged.cursor, start=0)
    with services.edge.transaction() as connection:
        records = store.deliveries_before(
            connection,
            _mine(connection, party, webhook_id).endpoint_id,
            before=before,
            state=None if state is None else DeliveryState[state],
            limit=paged.limit + 1,
        )
    shown, cursor = cut_page(request, response, paged, records, lambda each: (each.outbox_id,))
    return Page(items=[delivery_of(record) for record in shown], next_cursor=cursor)


@router.get(
    "/v1/webhooks/{webhook_id}/deliveries/{message_id}",
    operation_id="get_delivery",
    responses=problems(*SIGNED_IN, 404, 422),
)
def get_delivery(
    services: GivenServices, party: Member, *, webhook_id: IdInPath, message_id: IdInPath
) -> DeliveryWithAttempts:
    """One message with its body and its last attempts."""
    with services.edge.transaction() as connection:
        record = _message(connection, _mine(connection, party, webhook_id), message_id)
        attempts = store.attempts_of(
            connection, endpoint_id=record.endpoint_id, outbox_id=record.outbox_id
        )
    return delivery_with_attempts(record, attempts)


@router.post(
    "/v1/webhooks/{webhook_id}/deliveries/{message_id}/replay",
    operation_id="replay_delivery",
    responses=problems(*SIGNED_IN, 400, 404, 409, 422),
)
def replay_delivery(
    response: Response,
    services: GivenServices,
    party: Member,
    idempotency_key: IdempotencyKey,
    *,
    webhook_id: IdInPath,
    message_id: IdInPath,
) -> Delivery:
    """Send a message again, now, and by the whole schedule if need be; its id stays."""

    def act(connection: Connection) -> bytes:
        endpoint = _mine(connection, party, webhook_id)
        record = _message(connection, endpoint, message_id)
        if endpoint.disabled_reason is not None:
            raise ApiProblem(Trouble.WEBHOOK_DISABLED, "Enable the endpoint first.")
        store.replay(
            connection,
            endpoint_id=record.endpoint_id,
            outbox_id=record.outbox_id,
            at_ns=services.clock.now_ns(),
        )
        again = _message(connection, endpoint, message_id)
        return delivery_of(again).model_dump_json().encode()

    request = ["replay-delivery", webhook_id, message_id]
    answered = once(services, party, idempotency_key, request, act)
    if answered.replayed:
        response.headers[REPLAYED_HEADER] = "true"
    else:
        services.webhooks.wake()
    return Delivery.model_validate_json(answered.answer)


def _check_url(services: Services, text: str) -> None:
    """End the request if nothing can be sent there. What a name resolves to is asked later."""
    url = parse_url(text)
    if url is None:
        raise invalid_field("malformed", detail="Is no URL of an endpoint.", pointer="/url")
    objection = services.webhook_rules.objection(url)
    if objection is not None:
        raise invalid_field(objection, detail=ADDRESS_DETAILS[objection], pointer="/url")


def _mine(connection: Connection, party: Principal, webhook_id: str) -> EndpointRecord:
    """The party's endpoint; ends the request if it has none of this id."""
    record = store.endpoint_of(connection, party_id=party.party_id, endpoint_id=int(webhook_id))
    if record is None:
        raise ApiProblem(Trouble.UNKNOWN_WEBHOOK, "You have no such webhook.")
    return record


def _message(connection: Connection, endpoint: EndpointRecord, message_id: str) -> DeliveryRecord:
    record = store.delivery_of(
        connection, endpoint_id=endpoint.endpoint_id, outbox_id=int(message_id)
    )
    if record is None:
        raise ApiProblem(Trouble.UNKNOWN_DELIVERY, "The webhook's log has no such message.")
    return record


def _once(
    services: Services,
    party: Principal,
    idempotency_key: str,
    request: list[str],
    act: Callable[[Connection], EndpointRecord],
) -> tuple[Webhook, bool]:
    """The endpoint that `act` leaves, done once for the key, and whether it was done before."""

    def act_and_show(connection: Connection) -> bytes:
        shown = webhook_of(act(connection), at_ns=services.clock.now_ns())
        return shown.model_dump_json().encode()

    answered = once(services, party, idempotency_key, request, act_and_show)
    if not answered.replayed:
        services.webhooks.wake()
    return Webhook.model_validate_json(answered.answer), answered.replayed


def _answer(
    response: Response, shown: Webhook, *, replayed: bool, secret: bytes | None = None
) -> Webhook:
    if replayed:
        response.headers[REPLAYED_HEADER] = "true"
        return shown
    elif secret is None:
        return shown
    else:
        return shown.model_copy(update={"secret": show_secret(secret)})
