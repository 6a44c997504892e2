"""Signatures of what comes in: whose they are, before the exchange hears of it.

A signature that no live key of the signer made ends the request.
"""

import base64
from collections.abc import Iterable
from typing import TypeVar

import msgspec
from starlette.concurrency import run_in_threadpool

from api.auth.principal import Principal
from api.dependencies import Services
from api.errors import ApiProblem, FieldError, Trouble
from api.signing import verify
from api.store.signing_keys import SigningKeyRecord, live_signing_keys
from exchange.decision_signature import DecisionSignature, message_of
from exchange.signed_decisions import Signable, act_of, reason_of

SignableT = TypeVar("SignableT", bound=Signable)


def signer_among(
    keys: Iterable[SigningKeyRecord], *, message: bytes, signature: bytes
) -> str | None:
    """The id of the key that made the signature, if one of them did. Cost: 0.1 ms a key."""
    made = (
        key.key_id for key in keys if verify(key.public_key, message=message, signature=signature)
    )
    return next(made, None)


def keys_of_officer(services: Services, officer: Principal) -> list[SigningKeyRecord]:
    """The live keys with which the officer signs; none of a key that is nobody's in person."""
    if officer.officer_id is None:
        return []
    with services.edge.transaction() as connection:
        return live_signing_keys(connection, officer.party_id, officer_id=officer.officer_id)


def with_signature(
    command: SignableT, signature: str, keys: Iterable[SigningKeyRecord], *, pointer: str
) -> SignableT:
    """The command with its officer's signature, in base64, that one of his keys has made.

    Raises:
        ApiProblem: none has made it.
    """
    assert command.criteria is not None, command.transfer_id
    message = message_of(act_of(command), command.transfer_id, command.criteria, reason_of(command))
    given = base64.b64decode(signature, validate=True)
    key_id = signer_among(keys, message=message, signature=given)
    if key_id is None:
        error = FieldError(
            code=Trouble.SIGNATURE_INVALID.code,
            detail="Is of no live key of the officer, or over something else.",
            pointer=pointer,
        )
        raise ApiProblem(Trouble.SIGNATURE_INVALID, "Nothing was decided.", errors=(error,))
    return msgspec.structs.replace(
        command, signature=DecisionSignature(key_id=key_id, signature=given)
    )


async def sign_off(
    services: Services, officer: Principal, command: SignableT, signature: str | None
) -> SignableT:
    """The command with the signature that came in its body, if one did.

    Raises:
        ApiProblem: it is not the officer's.
    """
    if signature is None:
        return command
    keys = await run_in_threadpool(keys_of_officer, services, officer)
    return await run_in_threadpool(with_signature, command, signature, keys, pointer="/signature")
