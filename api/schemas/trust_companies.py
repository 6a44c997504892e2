"""What a trust company is measured by, on the wire."""

from typing import Annotated

from pydantic import Field

from api.schemas.base import Answer
from api.schemas.decimals import Decimal, format_seconds
from registry.turnaround import Turnaround


class MonthOfAnswers(Answer):
    """What became of the transfers that ended in a month."""

    month: Annotated[str, Field(description="In Asia/Shanghai.", examples=["2026-11"])]
    confirmed: int
    rejected: int
    late: Annotated[
        int, Field(description="Of those confirmed or rejected: after they had been escalated.")
    ]
    returned: Annotated[
        int, Field(description="To buyer or seller to be completed, whatever came of it.")
    ]
    lapsed: Annotated[
        int, Field(description="Without an answer, and by no fault of buyer or seller.")
    ]
    median_s: Annotated[
        Decimal | None,
        Field(
            description="Seconds of working days, from the submission to the answer; null: "
            "nothing was answered. Days worked for a holiday do not count.",
            examples=["14400.000"],
        ),
    ]
    percentile_95_s: Annotated[
        Decimal | None,
        Field(description="So long or less in 95 of 100 cases.", examples=["86400.000"]),
    ]


class ServiceLevel(Answer):
    """How a trust company answers, month by month."""

    trust_company_id: str
    items: Annotated[list[MonthOfAnswers], Field(description="This month first.")]


def month_of(month: str, figures: Turnaround) -> MonthOfAnswers:
    """A month's figures as the wire shows them."""
    return MonthOfAnswers(
        month=month,
        confirmed=figures.confirmed,
        rejected=figures.rejected,
        late=figures.late,
        returned=figures.returned,
        lapsed=figures.lapsed,
        median_s=_seconds(figures.median_ns),
        percentile_95_s=_seconds(figures.percentile_95_ns),
    )


def _seconds(time_ns: int | None) -> str | None:
    return None if time_ns is None else format_seconds(time_ns)
