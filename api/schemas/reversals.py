"""The reversal of a settled transfer on the wire."""

from typing import Annotated

from pydantic import Field

from api.schemas.base import Answer, Body
from api.schemas.decimals import Decimal, DecimalText, IdText, Moment
from api.schemas.encumbrances import Authority
from exchange.limits import ENCUMBRANCES_PER_HOLDING_MAX


class ReversalBody(Body):
    """Why a settled transfer is undone, and what goes back."""

    payer_id: Annotated[IdText, Field(description="The seller, the trust company or the operator.")]
    amount: Annotated[
        DecimalText, Field(description="To the buyer, at most what he paid; it may be 0.")
    ]
    authority_sha256: Annotated[
        Authority, Field(description="Of the document that orders or proves it.")
    ]
    confirmed_by: Annotated[
        IdText, Field(description="The officer of the trust company who stands for it.")
    ]
    released: list[IdText] = Field(
        default_factory=list,
        description="The freezes of the buyer's units that end with it.",
        max_length=ENCUMBRANCES_PER_HOLDING_MAX,
    )


class Reversal(Answer):
    """What a reversal did."""

    transfer_id: str
    symbol: str
    state: str
    version: int
    units: Decimal
    lot_id: Annotated[str, Field(description="The seller's new one.")]
    payer_id: str
    amount: Decimal
    at: Moment
