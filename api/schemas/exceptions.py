"""Exceptions on the wire: what no rule ends and a person has to look at."""

from typing import Annotated, Literal

from pydantic import Field

from api.schemas.base import LINE_PATTERN, Answer, Body, name_of
from api.schemas.decimals import Moment, format_moment
from api.schemas.signed_decisions import DecisionName, ReasonShown
from exchange.desk_state import DeskException as Row
from exchange.late_decision import LateDecision as Late
from exchange.limits import NOTE_LENGTH_MAX
from exchange.types import ExceptionCode, ExceptionKind
from registry.transfer import TransferEvent

KindName = Literal[
    "LATE_DECISION",
    "PAYMENT",
    "PAYOUT",
    "REGISTRATION_LATE",
    "MONEY_BREAK",
    "MONEY_CLAIM",
    "EVIDENCE",
    "WEBHOOK",
    "HOLDER_BREAK",
    "RULE_INCIDENT",
    "MARKET_CLAIM",
    "CALENDAR_ENDS",
]


class LateDecision(Answer):
    """What the trust company has decided when its transfer had ended."""

    decision: DecisionName
    reason: Annotated[ReasonShown | None, Field(description="Of a rejection.")]
    officer_id: Annotated[str | None, Field(description="Null: by a key that is nobody's.")]
    officer: Annotated[str, Field(description="The key that it was given by.")]


class RuleIncident(Answer):
    """A rule that could not be asked."""

    rule_id: str
    raised: Annotated[
        str | None, Field(description="What its check raised; null: the rule is confidential.")
    ]


class DeskException(Answer):
    """Something that a person has to look at. How it stands, its subject says.

    LATE_DECISION: a transfer that the trust company decided after it had ended otherwise. PAYMENT:
    a payment that is nobody's, until it is resolved. PAYOUT: a withdrawal that the bank refused.
    REGISTRATION_LATE: a settled transfer whose change registration is not acknowledged.
    MONEY_BREAK: a reconciliation with an unexplained difference. MONEY_CLAIM: a transfer that
    failed by the fault of a party who could not pay all of the fee for it. EVIDENCE: a document
    whose file is not what it was. WEBHOOK: an endpoint that is sent nothing any more, which its
    party did not wish. HOLDER_BREAK: a product whose list of holders at the trust company differs
    from the register, and no transfer explains it. RULE_INCIDENT: a product of which a rule could
    not be asked, so that it blocks. MARKET_CLAIM: a transfer of
    whose units the seller was paid income that he owes to the buyer. CALENDAR_ENDS: a calendar, by
    its place in the list of calendars, whose days are known for fewer than sixty days to come.
    """

    exception_id: str
    kind: Annotated[str, name_of(ExceptionKind)]
    subject_id: str
    """The id of what the kind says."""
    trust_company_id: str | None
    """Who sees it beside the operator; null: nobody."""
    state: Literal["OPEN", "RESOLVED"]
    raised_at: Moment
    times_raised: int
    """More than 1: its cause came again while it was open."""
    resolved_at: Moment | None
    code: Annotated[str | None, name_of(ExceptionCode)]
    """Null: it is open, or has ended with its subject."""
    note: str | None
    resolved_by: str | None
    """The party that resolved it."""
    officer_id: str | None
    """Who did, for that party."""
    late_decision: Annotated[
        LateDecision | None, Field(description="Of a LATE_DECISION: the last that came.")
    ]
    rule_incident: Annotated[
        RuleIncident | None, Field(description="Of a RULE_INCIDENT: the last one.")
    ]


class ResolveExceptionBody(Body):
    """What has become of it."""

    code: Literal["DEALT_WITH", "NO_ACTION_NEEDED", "OTHER"]
    note: Annotated[str, Field(pattern=LINE_PATTERN, max_length=NOTE_LENGTH_MAX)]
    """Why. It is journaled for ever: name documents and numbers, and no person."""


def exception_of(row: Row) -> DeskException:
    """The exception of a row."""
    return DeskException(
        exception_id=str(row.exception_id),
        kind=row.kind.name,
        subject_id=str(row.subject_id),
        trust_company_id=None if row.trust_company_id is None else str(row.trust_company_id),
        state="OPEN" if row.resolved_at_ns is None else "RESOLVED",
        raised_at=format_moment(row.raised_at_ns),
        times_raised=row.times,
        resolved_at=None if row.resolved_at_ns is None else format_moment(row.resolved_at_ns),
        code=None if row.code is None else row.code.name,
        note=row.note,
        resolved_by=None if row.resolved_by is None else str(row.resolved_by),
        officer_id=None if row.officer_id is None else str(row.officer_id),
        late_decision=None if row.late is None else _late_decision_of(row.late),
        rule_incident=None
        if row.incident is None
        else RuleIncident(rule_id=row.incident.rule_id, raised=row.incident.raised),
    )


def _late_decision_of(late: Late) -> LateDecision:
    return LateDecision(
        decision="CONFIRM" if late.decision is TransferEvent.CONFIRM else "REJECT",
        reason=None if late.reason is None else late.reason.name,
        officer_id=None if late.officer_id is None else str(late.officer_id),
        officer=late.officer,
    )
