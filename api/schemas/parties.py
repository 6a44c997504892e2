"""Parties, their keys and deposits on the wire."""

from typing import Annotated, Literal

from pydantic import Field

from api.schemas.base import Answer, Body, Name, name_of
from api.schemas.decimals import Decimal, DecimalText, IdText, Moment
from exchange.types import PartyKind


class RegisterPartyBody(Body):
    """A party to be admitted."""

    kind: Literal["TRUST_COMPANY", "NATURAL_PERSON", "INSTITUTION", "REGULATOR"]
    name: Name


class Party(Answer):
    """A party of the venue."""

    party_id: str
    kind: Annotated[str, name_of(PartyKind)]
    name: Annotated[str | None, Field(description="Kept outside the journal.")]


class MintKeyBody(Body):
    """A new key for a party."""

    label: Name
    officer_id: Annotated[
        IdText | None, Field(description="Whose key it is; null: the party's, nobody's in person.")
    ] = None


class Key(Answer):
    """A bearer key."""

    key_id: str
    party_id: str
    officer_id: str | None
    label: str
    created_at: Moment
    key: Annotated[
        str | None, Field(description="The secret, in the first answer only: it is not kept.")
    ]


class DepositBody(Body):
    """Money of the party that has arrived at the custodian."""

    amount: DecimalText


class Deposit(Answer):
    """Money booked to the party's account."""

    deposit_id: str
    party_id: str
    currency: str
    amount: Decimal
    recorded_at: Moment
