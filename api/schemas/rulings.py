"""What the rules said of a transfer, whole, at each stage that was taken."""

from typing import Annotated, Literal

from pydantic import Field

from api.schemas.base import Answer, name_of
from api.schemas.decimals import Moment
from api.schemas.rules import Finding
from exchange.rules.types import Verdict


class PackVersion(Answer):
    """A pack by which was judged."""

    pack_id: str
    version: str


class RulesAsked(Answer):
    """What every rule said when it was asked."""

    stage: Annotated[
        str,
        Field(description="L listing, B bid, M match, U submission, C confirmation, S settlement."),
    ]
    at: Moment
    sequence: Annotated[int, Field(description="Of the command under way.")]
    of: Annotated[
        Literal["SELLER", "BUYER", "BOTH"],
        Field(description="Of whom; what is said of the two on the way is told of each."),
    ]
    packs: Annotated[
        list[PackVersion],
        Field(description="Of the product then, those that one extends before it; [] for none."),
    ]
    verdict: Annotated[str, name_of(Verdict), Field(description="The strictest.")]
    findings: list[Finding]
    """Of every rule that was asked, also of those that pass or are about other deals."""


class TransferRulings(Answer):
    """What the rules said of a transfer, each time that they were asked, until now."""

    transfer_id: str
    symbol: str
    seller_id: str
    buyer_id: str
    asked: list[RulesAsked]
    """In the order in which it happened."""
