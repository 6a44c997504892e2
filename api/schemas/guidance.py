"""What may guide somebody who is about to name a price, on the wire: figures, and no promise."""

from typing import Annotated, Final

from pydantic import Field

from api.schemas.base import Answer
from api.schemas.decimals import Day, Decimal, Moment

ENOUGH: Final = 3
"""Fewer cases say nothing of the next one: no figure is made of them."""
DEALS_DAYS: Final = 90
ANSWERS_DAYS: Final = 365


class GuidingDeal(Answer):
    """A deal between others or the caller's own: nobody is named."""

    price: Decimal
    quantity: Decimal
    matched_at: Moment


class Guidance(Answer):
    """What may guide a price and what is to be expected after a deal, as things are: nothing is
    promised."""

    symbol: str
    deals: Annotated[
        int,
        Field(description="Matched today and in the 90 days before, whatever became of them."),
    ]
    newest: Annotated[list[GuidingDeal], Field(description="Of these at most five, newest first.")]
    median_price: Annotated[
        Decimal | None,
        Field(
            description="Of the newest 100 of these: half of them were no higher. Null: fewer than "
            "three."
        ),
    ]
    par_value: Decimal
    accrued_per_unit: Annotated[
        Decimal | None, Field(description="To the end of today; null: not disclosed.")
    ]
    par_with_accrued: Decimal | None
    nav: Decimal | None
    nav_age_days: int | None
    answers: Annotated[
        int,
        Field(
            description="How many transfers the product's trust company has confirmed or rejected "
            "that ended in the last 365 days, of all its products."
        ),
    ]
    median_days: Annotated[
        int | None,
        Field(
            description="Working days from the submission to its answer, begun ones whole: half of "
            "the cases. Null: fewer than three answers."
        ),
    ]
    percentile_95_days: Annotated[int | None, Field(description="So long or less in 95 of 100.")]
    working_day_s: Annotated[
        Decimal,
        Field(
            description="Seconds that a day of the product's calendar lasts: 86400, but where a "
            "demo shortens it.",
            examples=["86400.000"],
        ),
    ]
    money_usual_on: Annotated[
        Day | None,
        Field(
            description="When a seller would have his money, were a transfer submitted now and "
            "answered in the median time, by the product's calendar."
        ),
    ]
    money_late_on: Annotated[
        Day | None, Field(description="The same, were it answered in the time of 95 of 100.")
    ]
    money_usual_at: Annotated[
        Moment | None, Field(description="The end of that working day, to the moment.")
    ]
    money_late_at: Moment | None
