"""The keys with which trust companies sign what they send: registered by the operator, who has
seen whose they are."""

import base64
import binascii

from fastapi import APIRouter, Response
from sqlalchemy import Connection
from starlette.concurrency import run_in_threadpool

from api.dependencies import GivenServices, IdempotencyKey, IdInPath, Operator, Registrar
from api.errors import ApiProblem, Trouble, invalid_field, refused
from api.responses import CONFLICT, SIGNED_IN, problems
from api.schemas.signing_keys import (
    PartySigningKey,
    PartySigningKeys,
    RegisterSigningKeyBody,
    signing_key_of,
)
from api.signing import key_id_of
from api.store.signing_keys import (
    SIGNING_KEYS_LIVE_PER_PARTY_MAX,
    SigningKeyRecord,
    count_live_signing_keys,
    insert_signing_key,
    is_signing_key_known,
    revoke_signing_key,
    signing_keys_of,
)
from api.strict_input import StrictRoute
from api.submission import REPLAYED_HEADER, once
from exchange.refusals import Refusal
from exchange.store.queries import kind_of
from exchange.types import PartyId, PartyKind

router = APIRouter(route_class=StrictRoute, tags=["parties"])


@router.post(
    "/v1/parties/{party_id}/signing-keys",
    operation_id="register_party_signing_key",
    status_code=201,
    responses=problems(*CONFLICT, 404),
)
def register_party_signing_key(
    response: Response,
    services: GivenServices,
    operator: Operator,
    idempotency_key: IdempotencyKey,
    party_id: IdInPath,
    body: RegisterSigningKeyBody,
) -> PartySigningKey:
    """Register a public key of a trust company: what it signs with it is its own. For the operator.

    No key is registered twice, for whomever: a revoked one stays revoked.
    """
    owner_id = PartyId(int(party_id))
    with services.reader.connect() as connection:
        kind = kind_of(connection, owner_id)
    if kind is not PartyKind.TRUST_COMPANY:
        raise refused(Refusal.UNKNOWN_PARTY)
    public_key = decode_base64(body.public_key, pointer="/public_key")
    record = SigningKeyRecord(
        key_id=key_id_of(public_key),
        party_id=owner_id,
        public_key=public_key,
        label=body.label,
        created_at_ns=services.clock.now_ns(),
        revoked_at_ns=None,
    )

    def act(connection: Connection) -> bytes:
        if is_signing_key_known(connection, record.key_id):
            raise ApiProblem(Trouble.KEY_KNOWN, "The key was registered before.")
        if count_live_signing_keys(connection, owner_id) >= SIGNING_KEYS_LIVE_PER_PARTY_MAX:
            detail = f"A party has {SIGNING_KEYS_LIVE_PER_PARTY_MAX} at most."
            raise ApiProblem(Trouble.KEYS_MAX, detail)
        insert_signing_key(connection, record)
        return signing_key_of(record, public_key=body.public_key).model_dump_json().encode()

    request = ["signing key", party_id, body.public_key, body.label]
    answered = once(services, operator, idempotency_key, request, act)
    if answered.replayed:
        response.headers[REPLAYED_HEADER] = "true"
    return PartySigningKey.model_validate_json(answered.answer)


@router.get(
    "/v1/parties/{party_id}/signing-keys",
    operation_id="list_party_signing_keys",
    responses=problems(*SIGNED_IN, 404, 422),
)
def list_party_signing_keys(
    services: GivenServices, registrar: Registrar, party_id: IdInPath
) -> PartySigningKeys:
    """The keys of a trust company, the revoked ones too. For it and the operator."""
    owner_id = PartyId(int(party_id))
    with services.reader.connect() as connection:
        kind = kind_of(connection, owner_id)
    is_own = registrar.kind is PartyKind.OPERATOR or registrar.party_id == owner_id
    if kind is not PartyKind.TRUST_COMPANY or not is_own:
        raise refused(Refusal.UNKNOWN_PARTY)
    with services.edge.transaction() as connection:
        found = signing_keys_of(connection, owner_id)
    return PartySigningKeys(
        items=[
            signing_key_of(record, public_key=base64.b64encode(record.public_key).decode("ascii"))
            for record in found
        ]
    )


@router.delete(
    "/v1/parties/{party_id}/signing-keys/{key_id}",
    operation_id="revoke_party_signing_key",
    status_code=204,
    responses=problems(*SIGNED_IN, 400, 404, 422),
)
async def revoke_party_signing_key(
    services: GivenServices,
    operator: Operator,
    idempotency_key: IdempotencyKey,
    party_id: IdInPath,
    key_id: str,
) -> Response:
    """Revoke a key: what it signs is not taken any more. For the operator."""

    def act(connection: Connection) -> bytes:
        at_ns = services.clock.now_ns()
        if not revoke_signing_key(
            connection, party_id=PartyId(int(party_id)), key_id=key_id, at_ns=at_ns
        ):
            raise ApiProblem(Trouble.UNKNOWN_KEY, "The party has no such live key.")
        return b""

    request = ["revoke signing key", party_id, key_id]
    answered = await run_in_threadpool(once, services, operator, idempotency_key, request, act)
    headers = {REPLAYED_HEADER: "true"} if answered.replayed else None
    return Response(status_code=204, headers=headers)


def decode_base64(text: str, *, pointer: str) -> bytes:
    """The bytes in a field; ends the request if it is no base64."""
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error:
        raise invalid_field("malformed", detail="Is no base64.", pointer=pointer) from None
