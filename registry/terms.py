"""What a product's deed says about its transfers: which steps of the way it uses, and how long each
may take.

A step is skipped because the terms leave it out, never by a special case: a product on SANDBOX
terms needs one confirmation. Source: domain D4, and SUI-04, SUI-05, REG-01, REG-02, ROFR-01,
ORD-03, PRD-04 of D1 for the numbers; each is a parameter.
"""

from enum import IntEnum
from typing import Final, NamedTuple

import msgspec

from registry.transfer import OPEN_STATES, Step, TransferEvent, TransferState, Who
from registry.types import HolderId

WORKING_DAYS_MAX: Final = 250
"""About a year of them: a longer deadline is none."""
RIGHT_HOLDERS_MAX: Final = 200
"""As many holders as a plan may have."""
CHECKLIST_MAX: Final = 32


class DocumentKind(IntEnum):
    """What a document proves. The numbers are stored."""

    QUALIFICATION = 1  # the buyer is a qualified investor
    DUAL_RECORDING = 2  # sound and picture of the buyer being told the risks
    AUTHORITY = 3  # a board resolution, a spouse's consent, a power of attorney
    AGREEMENT = 4  # the transfer agreement, signed
    RISK_STATEMENT = 5  # read and signed by the buyer
    SCAN = 6  # a stamped paper
    NOTICE = 7  # of a court, a pledgee, a trust company
    OWN_FUNDS = 8  # the buyer declares that he pays with money of his own
    NO_REPURCHASE = 9  # nobody has promised to buy back, to top up or to guarantee
    FIXED_DATE = 10  # the notice or consent bears a date that nobody can change


class ChecklistItem(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """A document without which a transfer does not go to the trust company."""

    kind: DocumentKind
    of: Who | None
    """BUYER or SELLER; None: one document for both."""


class FaultFee(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """What the party at fault for a lapse pays to the other: a rate on the consideration."""

    rate_bps: int
    maximum: int
    """In fen."""


class TransferTerms(
    msgspec.Struct, frozen=True, kw_only=True, array_like=True, forbid_unknown_fields=True
):
    """How a product's transfers go. Days are working days of its calendar unless said otherwise."""

    calendar_id: str
    agreement: bool = False
    """Buyer and seller sign before the trust company is asked."""
    dual_recording: bool = False
    """A natural buyer is recorded; needs the agreement."""
    cooling_off_hours: int = 0
    """How long a natural buyer may withdraw after both have signed; needs the agreement."""
    deposit_bps: int = 0
    """What of its cost an order reserves; 0: all."""
    onboarding: bool = False
    """The trust company agrees to the terms before anything else; else the product is live at once.
    """
    review: bool = False
    """Maker and checker decide, and begin with a claim; else one confirmation does."""
    signed_decisions: bool = False
    """Officers sign what they decide or propose; else it is enough that their key is theirs."""
    preemption_days: int = 0
    """Calendar days; 0: nobody has the right."""
    right_holders: tuple[HolderId, ...] = ()
    cut_off_minute: int | None = None
    """Of the calendar's day: what is confirmed later settles on the next; None: settles at once."""
    registration: bool = False
    """The change registration is waited for."""
    checklist: tuple[ChecklistItem, ...] = ()
    """Needs the agreement, where documents are handed in."""
    fault_fee: FaultFee = FaultFee(rate_bps=10, maximum=2_000_000)
    signing_days: int = 2
    funding_days: int = 2
    acknowledge_days: int = 1
    remind_days: int = 3
    escalate_days: int = 5
    decide_days: int = 10
    """From the first SUBMITTED; then the transfer lapses. Silence never confirms."""
    returning_days: int = 3
    returns_max: int = 2
    overlay_days: int = 5
    """The longest time of all overlays of a transfer together; then the buyer may rescind."""
    rescission_days: int = 2
    """How long a corporate event lets the buyer rescind at once."""
    settling_days: int = 1
    registration_days: int = 10
    registration_alarm_days: int = 7
    maturity_days: int = 3
    """A transfer that is not confirmed so long before the plan's maturity lapses."""
    claim_minutes: int = 30
    """Of the calendar's day: how long a transfer is its claimant's."""

    def steps(self) -> frozenset[Step]:
        """The steps of the way that these terms use. Cost: O(1)."""
        used = {
            Step.AGREEMENT: self.agreement,
            Step.FUNDING: self.deposit_bps > 0,
            Step.REVIEW: self.review,
            Step.PREEMPTION: self.preemption_days > 0,
            Step.REGISTRATION: self.registration,
        }
        return frozenset(step for step, is_used in used.items() if is_used)

    def faults(self) -> list[str]:
        """What is wrong with the terms, in words; nothing where they can be used."""
        found = [
            f"{name} is not in {bounds.least} to {bounds.most}"
            for name, bounds in BOUNDS.items()
            if not bounds.least <= getattr(self, name) <= bounds.most
        ]
        return found + [fault for fault, broken in self._conflicts().items() if broken]

    def _conflicts(self) -> dict[str, bool]:
        notices = [self.acknowledge_days, self.remind_days, self.escalate_days, self.decide_days]
        minute, fee = self.cut_off_minute, self.fault_fee
        return {
            "calendar_id is empty": not self.calendar_id,
            "dual_recording needs the agreement": self.dual_recording and not self.agreement,
            "cooling_off_hours needs the agreement": (
                self.cooling_off_hours != 0 and not self.agreement
            ),
            "checklist needs the agreement": bool(self.checklist) and not self.agreement,
            "checklist is too long": len(self.checklist) > CHECKLIST_MAX,
            "checklist names a document twice": len(set(self.checklist)) < len(self.checklist),
            "checklist asks neither buyer nor seller": any(
                item.of not in {None, Who.BUYER, Who.SELLER} for item in self.checklist
            ),
            "right_holders without preemption_days, or the other way round": (
                bool(self.right_holders) != (self.preemption_days > 0)
            ),
            "right_holders are too many": len(self.right_holders) > RIGHT_HOLDERS_MAX,
            "right_holders names a holder twice": (
                len(set(self.right_holders)) < len(self.right_holders)
            ),
            "cut_off_minute is not in 0 to 1439": minute is not None and not 0 <= minute < 1440,
            "fault_fee.rate_bps is not in 0 to 10000": not 0 <= fee.rate_bps <= 10_000,
            "fault_fee.maximum is not in 0 to 2000000": not 0 <= fee.maximum <= 2_000_000,
            "notices do not follow one another before the decision's end": (
                notices != sorted(notices)
            ),
            "registration_alarm_days is after registration_days": (
                self.registration_alarm_days > self.registration_days
            ),
        }


class Bounds(NamedTuple):
    """What a number of the terms may be."""

    least: int
    most: int


BOUNDS: Final = {
    "cooling_off_hours": Bounds(0, 240),
    "deposit_bps": Bounds(0, 1_000),
    "preemption_days": Bounds(0, 366),
    "signing_days": Bounds(1, WORKING_DAYS_MAX),
    "funding_days": Bounds(1, WORKING_DAYS_MAX),
    "acknowledge_days": Bounds(1, WORKING_DAYS_MAX),
    "remind_days": Bounds(1, WORKING_DAYS_MAX),
    "escalate_days": Bounds(1, WORKING_DAYS_MAX),
    "decide_days": Bounds(1, WORKING_DAYS_MAX),
    "returning_days": Bounds(1, WORKING_DAYS_MAX),
    "returns_max": Bounds(0, 10),
    "overlay_days": Bounds(1, WORKING_DAYS_MAX),
    "rescission_days": Bounds(1, WORKING_DAYS_MAX),
    "settling_days": Bounds(1, WORKING_DAYS_MAX),
    "registration_days": Bounds(1, WORKING_DAYS_MAX),
    "registration_alarm_days": Bounds(1, WORKING_DAYS_MAX),
    "maturity_days": Bounds(0, WORKING_DAYS_MAX),
    "claim_minutes": Bounds(1, 1_440),
}
"""Every overlay has an end, so a buyer is never trapped by a number of the terms."""

SANDBOX: Final = TransferTerms(
    calendar_id="EVERY_DAY", returns_max=0, fault_fee=FaultFee(rate_bps=0, maximum=0)
)
"""Match, one confirmation, settled: no step is used, and nobody is charged for a lapse."""


class Clock(NamedTuple):
    """One of the deadlines of a transfer: where it runs, how long, where its moment is kept and
    what happens then."""

    name: str
    states: tuple[TransferState, ...]
    lasts: tuple[str, ...]
    """The fields of the terms that say so; of several, one after the other."""
    kept_in: str
    """The field of the transfer."""
    fires: tuple[TransferEvent, ...]
    """Of several the first that applies."""


CLOCKS: Final = (
    Clock(
        "signing",
        (TransferState.AGREEMENT_PENDING,),
        ("signing_days",),
        "due_ns",
        (TransferEvent.LAPSE,),
    ),
    Clock(
        "cooling-off",
        (TransferState.AGREEMENT_PENDING,),
        ("cooling_off_hours",),
        "due_ns",
        (TransferEvent.OVERDUE_DOCUMENTS, TransferEvent.AGREED),
    ),
    Clock(
        "returning",
        (TransferState.AGREEMENT_PENDING, TransferState.RETURNED),
        ("returning_days",),
        "due_ns",
        (TransferEvent.LAPSE,),
    ),
    Clock(
        "funding",
        (TransferState.FUNDS_PENDING,),
        ("funding_days",),
        "due_ns",
        (TransferEvent.DEFAULT,),
    ),
    Clock(
        "notice",
        (TransferState.SUBMITTED, TransferState.UNDER_REVIEW),
        ("acknowledge_days", "remind_days", "escalate_days"),
        "notice_ns",
        (TransferEvent.NOTICE,),
    ),
    Clock(
        "claim",
        (TransferState.UNDER_REVIEW,),
        ("claim_minutes",),
        "claim_ns",
        (TransferEvent.NOTICE,),
    ),
    Clock(
        "decision",
        (TransferState.SUBMITTED, TransferState.UNDER_REVIEW),
        ("decide_days",),
        "decision_ns",
        (TransferEvent.LAPSE,),
    ),
    Clock(
        "pre-emption",
        (TransferState.PREEMPTION_OPEN,),
        ("preemption_days",),
        "due_ns",
        (TransferEvent.WAIVE,),
    ),
    Clock(
        "settling",
        (TransferState.CONFIRMED,),
        ("cut_off_minute", "settling_days"),
        "due_ns",
        (TransferEvent.SETTLE,),
    ),
    Clock(
        "registration",
        (TransferState.SETTLED,),
        ("registration_alarm_days", "registration_days"),
        "due_ns",
        (TransferEvent.ALARM,),
    ),
    Clock("overlay", OPEN_STATES, ("overlay_days",), "overlay_ns", (TransferEvent.OVERDUE,)),
    Clock("rescission", OPEN_STATES, (), "rescind_until_ns", (TransferEvent.LIFT_OVERLAY,)),
)
"""What fires the events of TABLE that the clock may cause. Before CONFIRMED all are capped at
`maturity_days` before the plan's maturity: what fires there is MATURE. How long the buyer may
rescind what has become riskier, the product's rules say (SUI-03)."""
