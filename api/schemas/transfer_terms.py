"""A product's terms of transfer on the wire."""

from typing import Annotated

from pydantic import Field

from api.schemas.base import Answer, Body
from registry.terms import BOUNDS, SANDBOX, TransferTerms


def _days(name: str, *, description: str) -> object:
    return Field(ge=BOUNDS[name].least, le=BOUNDS[name].most, description=description)


CalendarId = Annotated[
    str, Field(min_length=1, max_length=32, description="Of the venue's working days.")
]
CutOffMinute = Annotated[
    int | None,
    Field(
        ge=0,
        le=1_439,
        description="Of the calendar's day: what is confirmed later settles on a later day; null: "
        "what is confirmed settles at once.",
    ),
]
Review = Annotated[bool, Field(description="Maker and checker decide; not yet available.")]
AcknowledgeDays = Annotated[
    int,
    _days(
        "acknowledge_days", description="Working days until the first notice to the trust company."
    ),
]
RemindDays = Annotated[
    int, _days("remind_days", description="Working days until the second notice.")
]
EscalateDays = Annotated[
    int, _days("escalate_days", description="Working days until the third notice.")
]
DecideDays = Annotated[
    int, _days("decide_days", description="Working days until an undecided transfer lapses.")
]
SettlingDays = Annotated[
    int,
    _days(
        "settling_days",
        description="Working days until what was confirmed after the cut-off settles.",
    ),
]
MaturityDays = Annotated[
    int,
    _days(
        "maturity_days",
        description="Working days before maturity: what is not confirmed by then lapses.",
    ),
]


class TransferTermsBody(Body):
    """How a product's transfers go. Days are working days of its calendar."""

    calendar_id: CalendarId = SANDBOX.calendar_id
    cut_off_minute: CutOffMinute = SANDBOX.cut_off_minute
    review: Review = SANDBOX.review
    acknowledge_days: AcknowledgeDays = SANDBOX.acknowledge_days
    remind_days: RemindDays = SANDBOX.remind_days
    escalate_days: EscalateDays = SANDBOX.escalate_days
    decide_days: DecideDays = SANDBOX.decide_days
    settling_days: SettlingDays = SANDBOX.settling_days
    maturity_days: MaturityDays = SANDBOX.maturity_days

    def to_terms(self) -> TransferTerms:
        """The terms, the rest of them those of a sandbox."""
        return TransferTerms(
            calendar_id=self.calendar_id,
            cut_off_minute=self.cut_off_minute,
            review=self.review,
            returns_max=SANDBOX.returns_max,
            fault_fee=SANDBOX.fault_fee,
            acknowledge_days=self.acknowledge_days,
            remind_days=self.remind_days,
            escalate_days=self.escalate_days,
            decide_days=self.decide_days,
            settling_days=self.settling_days,
            maturity_days=self.maturity_days,
        )


class TransferTermsShown(Answer):
    """How a product's transfers go. Days are working days of its calendar."""

    calendar_id: CalendarId
    cut_off_minute: CutOffMinute
    review: Review
    acknowledge_days: AcknowledgeDays
    remind_days: RemindDays
    escalate_days: EscalateDays
    decide_days: DecideDays
    settling_days: SettlingDays
    maturity_days: MaturityDays


def terms_shown(terms: TransferTerms) -> TransferTermsShown:
    """The terms as the wire shows them."""
    return TransferTermsShown(
        **{name: getattr(terms, name) for name in TransferTermsShown.model_fields}
    )
