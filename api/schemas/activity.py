"""How much of a product was traded, for everybody."""

from typing import Annotated, Final

from pydantic import Field

from api.schemas.base import Answer
from api.schemas.decimals import Decimal
from api.schemas.rules import Finding

ACTIVITY_DAYS: Final = 30
"""Today in Asia/Shanghai among them."""


class Activity(Answer):
    """What is for everybody of a product's trade: how much, and never at what price."""

    symbol: str
    days: Annotated[int, Field(description="Of which the figures are, today among them.")]
    deals: Annotated[int, Field(description="That were matched, whatever became of them.")]
    quantity: Annotated[Decimal, Field(description="Units, of all of them.")]
    shows_quotes: Annotated[
        bool, Field(description="Whether who asks sees the book, prices and deals.")
    ]
    findings: Annotated[
        list[Finding],
        Field(
            description="What each rule says that keeps quotes from who asks, and what would cure "
            "it. Empty, and quotes are not shown: sign in."
        ),
    ]
