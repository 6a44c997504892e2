"""A trust company's signing keys on the wire."""

import base64
from typing import Annotated

from pydantic import Field

from api.schemas.base import Answer, Body, Name
from api.schemas.decimals import IdText, Moment, format_moment
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
    """A key with which the trust company signs what it sends, or an officer what he decides."""

    public_key: PublicKeyText
    label: Name
    officer_id: Annotated[
        IdText | None, Field(description="Whose own it is; left out: the trust company's.")
    ] = None


class PartySigningKey(Answer):
    """A key with which a trust company signs."""

    key_id: Annotated[str, Field(description="Made from the key.")]
    party_id: str
    public_key: str
    label: str
    officer_id: Annotated[
        str | None, Field(description="Whose own it is; null: the trust company's.")
    ]
    created_at: Moment
    revoked_at: Moment | None


class SigningKeyShown(Answer):
    """A public key, as all may know it: with it anybody verifies what was signed."""

    key_id: str
    party_id: str
    public_key: str
    created_at: Moment
    revoked_at: Moment | None


class PartySigningKeys(Answer):
    """All signing keys of a party, oldest first."""

    items: list[PartySigningKey]


def signing_key_of(record: SigningKeyRecord) -> PartySigningKey:
    """A key as the wire shows it to its owner."""
    revoked_at_ns = record.revoked_at_ns
    return PartySigningKey(
        key_id=record.key_id,
        party_id=str(record.party_id),
        public_key=base64.b64encode(record.public_key).decode("ascii"),
        label=record.label,
        officer_id=None if record.officer_id is None else str(record.officer_id),
        created_at=format_moment(record.created_at_ns),
        revoked_at=None if revoked_at_ns is None else format_moment(revoked_at_ns),
    )


def signing_key_shown(record: SigningKeyRecord) -> SigningKeyShown:
    """A key as the wire shows it to all."""
    shown = signing_key_of(record)
    return SigningKeyShown(**{name: getattr(shown, name) for name in SigningKeyShown.model_fields})
