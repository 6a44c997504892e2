"""The keys with which trust companies sign what they send, and their officers what they decide:
registered by the operator, who has seen whose they are."""

import base64
import binascii

from fastapi import APIRouter, Response
from sqlalchemy import Connection
from starlette.concurrency import run_in_threadpool

from api.dependencies import (
    GivenServices,
    IdempotencyKey,
    IdInPath,
    Operator,
    Registrar,
    SignedIn,
    officer_named,
)
from api.errors import ApiProblem, Trouble, invalid_field, refused
from api.responses import CONFLICT, SIGNED_IN, problems
from api.schemas.signing_keys import (
    PartySigningKey,
    PartySigningKeys,
    RegisterSigningKeyBody,
    SigningKeyShown,
    signing_key_of,
    signing_key_shown,
)
from api.signing import key_id_of
from api.store.signing_keys import (
    SIGNING_KEYS_LIVE_PER_OFFICER_MAX,
    SIGNING_KEYS_LIVE_PER_PARTY_MAX,
    SigningKeyRecord,
    insert_signing_key,
    live_signing_keys,
    revoke_signing_key,
    signing_key_named,
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
    """Register a public key of a trust company, or of an officer of it: what is signed with it is
    the owner's word. For the operator.

    No key is registered twice, for whomever: a revoked one stays revoked.
    """
    owner_id = PartyId(int(party_id))
    with services.reader.connect() as connection:
        if kind_of(connection, owner_id) is not PartyKind.TRUST_COMPANY:
            raise refused(Refusal.UNKNOWN_PARTY)
        officer_id = officer_named(connection, owner_id, body.officer_id)
    public_key = decode_base64(body.public_key, pointer="/public_key")
    record = SigningKeyRecord(
        key_id=key_id_of(public_key),
        party_id=owner_id,
        public_key=public_key,
        label=body.label,
        created_at_ns=services.clock.now_ns(),
        revoked_at_ns=None,
        officer_id=officer_id,
    )
    of_party = officer_id is None
    most = SIGNING_KEYS_LIVE_PER_PARTY_MAX if of_party else SIGNING_KEYS_LIVE_PER_OFFICER_MAX

    def act(connection: Connection) -> bytes:
        if signing_key_named(connection, record.key_id) is not None:
            raise ApiProblem(Trouble.KEY_KNOWN, "The key was registered before.")
        if len(live_signing_keys(connection, owner_id, officer_id=officer_id)) >= most:
            detail = f"{'A party' if of_party else 'An officer'} has {most} at most."
            raise ApiProblem(Trouble.KEYS_MAX, detail)
        insert_signing_key(connection, record)
        return signing_key_of(record).model_dump_json().encode()

    request = ["signing key", party_id, body.public_key, body.label]
    request += [] if body.officer_id is None else [body.officer_id]
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
    is_own = registrar.reads_all or registrar.party_id == owner_id
    if kind is not PartyKind.TRUST_COMPANY or not is_own:
        raise refused(Refusal.UNKNOWN_PARTY)
    with services.edge.transaction() as connection:
        found = signing_keys_of(connection, owner_id)
    return PartySigningKeys(items=list(map(signing_key_of, found)))


@router.get(
    "/v1/parties/{party_id}/signing-keys/{key_id}",
    operation_id="get_party_signing_key",
    responses=problems(*SIGNED_IN, 404, 422),
)
def get_party_signing_key(
    services: GivenServices, _principal: SignedIn, party_id: IdInPath, key_id: str
) -> SigningKeyShown:
    """A public key, revoked or not, with which to verify what a transfer says was signed. For all
    who are signed in."""
    with services.edge.transaction() as connection:
        found = signing_key_named(connection, key_id)
    if found is None or found.party_id != int(party_id):
        raise ApiProblem(Trouble.UNKNOWN_KEY, "The party has no such key.")
    return signing_key_shown(found)


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
