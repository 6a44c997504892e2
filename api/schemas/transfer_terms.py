"""A product's terms of transfer on the wire."""

from typing import Annotated, Final

from pydantic import Field

from api.errors import invalid_field
from api.schemas.base import Answer, Body, name_of
from api.schemas.decimals import (
    MONEY_SCALE,
    Decimal,
    DecimalText,
    IdText,
    format_money,
    parse_decimal,
)
from api.schemas.evidence import KindName, SideName, side_name
from registry.terms import (
    BOUNDS,
    CHECKLIST_MAX,
    RIGHT_HOLDERS_MAX,
    SANDBOX,
    ChecklistItem,
    DocumentKind,
    FaultFee,
    TransferTerms,
)
from registry.transfer import Who
from registry.types import HolderId


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
Onboarding = Annotated[
    bool,
    Field(description="The trust company signs the product off before it is traded."),
]
Review = Annotated[bool, Field(description="Maker and checker decide.")]
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
Agreement = Annotated[
    bool, Field(description="Buyer and seller sign before the trust company is asked.")
]
CoolingOffHours = Annotated[
    int,
    _days(
        "cooling_off_hours",
        description="Hours of a calendar's day, in which a natural buyer may withdraw after both "
        "have signed.",
    ),
]
DepositBps = Annotated[
    int,
    _days(
        "deposit_bps",
        description="What of its cost a buy order sets aside, in 1/10000; the rest is paid after "
        "the agreement, or after the match. 0: all of it is set aside.",
    ),
]
FundingDays = Annotated[
    int,
    _days(
        "funding_days",
        description="Working days to pay the rest in; then the buyer defaults, and has forfeited "
        "the deposit if both had signed.",
    ),
]
SigningDays = Annotated[
    int, _days("signing_days", description="Working days to sign in; then the transfer lapses.")
]
ReturnsMax = Annotated[
    int,
    _days("returns_max", description="How often the trust company may want it completed."),
]
ReturningDays = Annotated[
    int,
    _days("returning_days", description="Working days to complete it in; then it lapses."),
]
OverlayDays = Annotated[
    int,
    _days(
        "overlay_days",
        description="Working days that overlays may stand in all; then the buyer may rescind.",
    ),
]
RescissionDays = Annotated[
    int,
    _days(
        "rescission_days",
        description="Working days in which the buyer may rescind after a corporate event.",
    ),
]
Registration = Annotated[bool, Field(description="The change registration is waited for.")]
RegistrationDays = Annotated[
    int,
    _days("registration_days", description="Working days after settlement to register it in."),
]
RegistrationAlarmDays = Annotated[
    int,
    _days(
        "registration_alarm_days",
        description="Working days after settlement until the trust company is reminded of it.",
    ),
]
MaturityDays = Annotated[
    int,
    _days(
        "maturity_days",
        description="Working days before maturity: what is not confirmed by then lapses.",
    ),
]


PreemptionDays = Annotated[
    int,
    Field(
        ge=BOUNDS["preemption_days"].least,
        le=BOUNDS["preemption_days"].most,
        description="Calendar days after the confirmation in which right-holders may take the "
        "buyer's place; 0: nobody may.",
    ),
]
RIGHT_HOLDERS: Final = "The parties that may; silence waives."
DualRecording = Annotated[
    bool, Field(description="A natural buyer is recorded; needs the agreement.")
]
CHECKLIST: Final = (
    "Documents without which a transfer does not go to the trust company; needs the agreement."
)


class ChecklistItemBody(Body):
    """A document that the product's transfers need."""

    kind: KindName
    of: SideName | None = None
    """Whose it is; left out: one document for both."""


class ChecklistItemShown(Answer):
    """A document that the product's transfers need."""

    kind: Annotated[str, name_of(DocumentKind)]
    of: SideName | None


class FaultFeeBody(Body):
    """What the party at fault for a lapse pays to the other."""

    rate_bps: Annotated[
        int, Field(ge=0, le=10_000, description="Of the consideration, in 1/10000.")
    ] = SANDBOX.fault_fee.rate_bps
    maximum: DecimalText = format_money(SANDBOX.fault_fee.maximum)


class FaultFeeShown(Answer):
    """What the party at fault for a lapse pays to the other."""

    rate_bps: int
    maximum: Decimal


class TransferTermsBody(Body):
    """How a product's transfers go. Days are working days of its calendar."""

    calendar_id: CalendarId = SANDBOX.calendar_id
    cut_off_minute: CutOffMinute = SANDBOX.cut_off_minute
    onboarding: Onboarding = SANDBOX.onboarding
    review: Review = SANDBOX.review
    agreement: Agreement = SANDBOX.agreement
    cooling_off_hours: CoolingOffHours = SANDBOX.cooling_off_hours
    dual_recording: DualRecording = SANDBOX.dual_recording
    checklist: Annotated[
        list[ChecklistItemBody], Field(max_length=CHECKLIST_MAX, description=CHECKLIST)
    ] = Field(default_factory=list)
    fault_fee: FaultFeeBody = FaultFeeBody()
    preemption_days: PreemptionDays = SANDBOX.preemption_days
    right_holders: Annotated[
        list[IdText], Field(max_length=RIGHT_HOLDERS_MAX, description=RIGHT_HOLDERS)
    ] = Field(default_factory=list)
    signing_days: SigningDays = SANDBOX.signing_days
    deposit_bps: DepositBps = SANDBOX.deposit_bps
    funding_days: FundingDays = SANDBOX.funding_days
    returns_max: ReturnsMax = SANDBOX.returns_max
    returning_days: ReturningDays = SANDBOX.returning_days
    overlay_days: OverlayDays = SANDBOX.overlay_days
    rescission_days: RescissionDays = SANDBOX.rescission_days
    acknowledge_days: AcknowledgeDays = SANDBOX.acknowledge_days
    remind_days: RemindDays = SANDBOX.remind_days
    escalate_days: EscalateDays = SANDBOX.escalate_days
    decide_days: DecideDays = SANDBOX.decide_days
    settling_days: SettlingDays = SANDBOX.settling_days
    registration: Registration = SANDBOX.registration
    registration_days: RegistrationDays = SANDBOX.registration_days
    registration_alarm_days: RegistrationAlarmDays = SANDBOX.registration_alarm_days
    maturity_days: MaturityDays = SANDBOX.maturity_days

    def to_terms(self) -> TransferTerms:
        """The terms, the rest of them those of a sandbox."""
        return TransferTerms(
            calendar_id=self.calendar_id,
            cut_off_minute=self.cut_off_minute,
            onboarding=self.onboarding,
            review=self.review,
            agreement=self.agreement,
            cooling_off_hours=self.cooling_off_hours,
            dual_recording=self.dual_recording,
            checklist=tuple(
                ChecklistItem(DocumentKind[item.kind], None if item.of is None else Who[item.of])
                for item in self.checklist
            ),
            fault_fee=FaultFee(
                rate_bps=self.fault_fee.rate_bps, maximum=_fen_in(self.fault_fee.maximum)
            ),
            preemption_days=self.preemption_days,
            right_holders=tuple(HolderId(int(each)) for each in self.right_holders),
            signing_days=self.signing_days,
            deposit_bps=self.deposit_bps,
            funding_days=self.funding_days,
            returns_max=self.returns_max,
            returning_days=self.returning_days,
            overlay_days=self.overlay_days,
            rescission_days=self.rescission_days,
            acknowledge_days=self.acknowledge_days,
            remind_days=self.remind_days,
            escalate_days=self.escalate_days,
            decide_days=self.decide_days,
            settling_days=self.settling_days,
            registration=self.registration,
            registration_days=self.registration_days,
            registration_alarm_days=self.registration_alarm_days,
            maturity_days=self.maturity_days,
        )


class TransferTermsShown(Answer):
    """How a product's transfers go. Days are working days of its calendar."""

    calendar_id: CalendarId
    cut_off_minute: CutOffMinute
    onboarding: Onboarding
    review: Review
    agreement: Agreement
    cooling_off_hours: CoolingOffHours
    dual_recording: DualRecording
    checklist: Annotated[list[ChecklistItemShown], Field(description=CHECKLIST)]
    fault_fee: FaultFeeShown
    preemption_days: PreemptionDays
    right_holders: Annotated[list[str], Field(description=RIGHT_HOLDERS)]
    signing_days: SigningDays
    deposit_bps: DepositBps
    funding_days: FundingDays
    returns_max: ReturnsMax
    returning_days: ReturningDays
    overlay_days: OverlayDays
    rescission_days: RescissionDays
    acknowledge_days: AcknowledgeDays
    remind_days: RemindDays
    escalate_days: EscalateDays
    decide_days: DecideDays
    settling_days: SettlingDays
    registration: Registration
    registration_days: RegistrationDays
    registration_alarm_days: RegistrationAlarmDays
    maturity_days: MaturityDays


def terms_shown(terms: TransferTerms) -> TransferTermsShown:
    """The terms as the wire shows them."""
    return TransferTermsShown(
        **{name: getattr(terms, name) for name in TransferTermsShown.model_fields}
        | {
            "checklist": [
                ChecklistItemShown(kind=item.kind.name, of=side_name(item.of))
                for item in terms.checklist
            ],
            "right_holders": [str(each) for each in terms.right_holders],
            "fault_fee": FaultFeeShown(
                rate_bps=terms.fault_fee.rate_bps, maximum=format_money(terms.fault_fee.maximum)
            ),
        }
    )


def _fen_in(text: str) -> int:
    fen = parse_decimal(text, MONEY_SCALE)
    if fen is None:
        raise invalid_field(
            "too_many_decimals",
            detail=f"May have {MONEY_SCALE} decimals at most.",
            pointer="/transfer_terms/fault_fee/maximum",
        )
    return fen
