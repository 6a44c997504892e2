"""A trust company's signing keys on the wire."""

from typing import Annotated

from pydantic import Field

from api.schemas.base import Answer, Body, Name
from api.schemas.decimals import Moment, format_moment
from api.store.signing_keys import SigningKeyRecord

PublicKeyText = Annotated[
    str,
    Field(
        pattern=r"^[A-Za-z0-9+/]{43}=$",
        max_length=44,
        description="The 32 bytes of an Ed25519 public key, in base64.",
        examples=["11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="],
    ),
]


class RegisterSigningKeyBody(Body):
    """A key with which the trust company signs what it sends."""

    public_key: PublicKeyText
    label: Name


class PartySigningKey(Answer):
    """A key with which a trust company signs."""

    key_id: Annotated[str, Field(description="Made from the key.")]
    party_id: str
    public_key: str
    label: str
    created_at: Moment
    revoked_at: Moment | None


class PartySigningKeys(Answer):
    """All signing keys of a party, oldest first."""

    items: list[PartySigningKey]


def signing_key_of(record: SigningKeyRecord, *, public_key: str) -> PartySigningKey:
    """A key as the wire shows it."""
    revoked_at_ns = record.revoked_at_ns
    return PartySigningKey(
        key_id=record.key_id,
        party_id=str(record.party_id),
        public_key=public_key,
        label=record.label,
        created_at=format_moment(record.created_at_ns),
        revoked_at=None if revoked_at_ns is None else format_moment(revoked_at_ns),
    )
