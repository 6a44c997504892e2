"""What an officer decides and signs, on the wire: as it comes in, and as anybody can verify it."""

import base64
from collections.abc import Iterable
from typing import Annotated, Final, Literal

from pydantic import Field, ValidationInfo, field_validator
from pydantic_core import PydanticCustomError

from api.schemas.base import Answer, Body, name_of
from api.schemas.decimals import Moment, format_moment
from exchange.decision_signature import DecisionAct, SignedDecision, message_of
from exchange.types import RejectionReason

ReasonShown = Annotated[str, name_of(RejectionReason)]
ReasonName = Literal[
    "DOCUMENTS_INCOMPLETE",
    "BUYER_NOT_QUALIFIED",
    "TITLE_DISPUTED",
    "TRANSFER_RESTRICTED",
    "OTHER",
]
CRITERIA_PATTERN: Final = r"^[0-9a-f]{32}$"
CriteriaText = Annotated[
    str,
    Field(
        pattern=CRITERIA_PATTERN,
        max_length=32,
        description="Of the transfer as it was read. Read them before its documents: who decides "
        "on others than there are is refused.",
    ),
]
SignatureText = Annotated[
    str,
    Field(
        pattern=r"^[A-Za-z0-9+/]{86}==$",
        max_length=88,
        description="The 64 bytes of an Ed25519 signature, in base64, by a key of the officer's, "
        "over six lines of ASCII that each end with a line feed: `trustex signed decision 1`, "
        "`act: DECISION` or `act: PROPOSAL`, `transfer: ` and its number, `criteria: ` and these, "
        "`decision: CONFIRM` or `decision: REJECT`, and `reason: ` with that of a rejection or a "
        "`-`. Required where the product has signed decisions.",
    ),
]
DecisionName = Literal["CONFIRM", "REJECT"]


def signs_what_was_read(signature: str | None, info: ValidationInfo) -> str | None:
    """The signature, in a body that names the criteria which it is over."""
    if signature is not None and info.data.get("criteria", "") is None:
        raise PydanticCustomError("conflict", "What is signed names the criteria.")
    return signature


class SignedBody(Body):
    """What an officer has read and may have signed."""

    criteria: Annotated[
        CriteriaText | None, Field(description="Required where the product has review.")
    ] = None
    signature: SignatureText | None = None

    @field_validator("signature")
    @classmethod
    def _signs_what_was_read(cls, signature: str | None, info: ValidationInfo) -> str | None:
        return signs_what_was_read(signature, info)


class ConfirmBody(SignedBody):
    """What was confirmed; where the product has review or signed decisions it is required."""


class RejectBody(SignedBody):
    """Why title is not transferred."""

    reason: ReasonName


class SignedDecisionShown(Answer):
    """What an officer has signed, so that anybody can verify it."""

    act: Annotated[
        str,
        Field(
            description="A DECISION, or a maker's PROPOSAL of one.",
            json_schema_extra={"enum": [act.name for act in DecisionAct]},
        ),
    ]
    decision: DecisionName
    reason: Annotated[ReasonShown | None, Field(description="Of a rejection.")]
    criteria: str
    officer_id: Annotated[str | None, Field(description="Null to buyer and seller.")]
    message: Annotated[str, Field(description="What was signed, in ASCII.")]
    signature: Annotated[str, Field(description="Ed25519 over it, in base64.")]
    signing_key_id: Annotated[
        str, Field(description="Its public half: GET /v1/parties/{party_id}/signing-keys/{key_id}.")
    ]
    signed_at: Annotated[Moment, Field(description="When the venue took it.")]


def signed_shown(
    signed: Iterable[SignedDecision], *, is_officer: bool
) -> list[SignedDecisionShown]:
    """What was signed about a transfer, as an officer or one of its parties sees it."""
    return [
        SignedDecisionShown(
            act=each.act.name,
            decision="CONFIRM" if each.reason is None else "REJECT",
            reason=None if each.reason is None else each.reason.name,
            criteria=each.criteria.hex(),
            officer_id=str(each.officer_id) if is_officer else None,
            message=message_of(each.act, each.transfer_id, each.criteria, each.reason).decode(),
            signature=base64.b64encode(each.signature).decode("ascii"),
            signing_key_id=each.key_id,
            signed_at=format_moment(each.signed_at_ns),
        )
        for each in signed
        if is_officer or each.act is DecisionAct.DECISION
    ]
