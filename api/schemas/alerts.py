"""Alerts of supervision on the wire. CONFIDENTIAL: in no answer to anybody outside the operator's
office and the regulator's."""

from typing import Annotated, Literal

from pydantic import Field

from api.schemas.base import LINE_PATTERN, Answer, Body, name_of
from api.schemas.decimals import Decimal, Moment, format_moment, format_money
from api.store.alerts import AlertRecord, AlertStep
from api.supervision.states import AlertCode, AlertEvent, AlertState
from api.workers.supervision import Progress
from exchange.limits import NOTE_LENGTH_MAX
from exchange.supervision.alerts import MEASURES, AlertKind, Direction, Measure

AlertKindName = Literal[
    "LARGE_AMOUNT",
    "SAME_OWNER",
    "ROUND_TRIP",
    "CIRCLE",
    "OFF_VALUE",
    "THIRD_PARTY_PAYER",
    "JUST_BELOW",
]
AlertStateName = Literal["OPEN", "ESCALATED", "RESOLVED"]
Note = Annotated[str, Field(pattern=LINE_PATTERN, max_length=NOTE_LENGTH_MAX)]


class Alert(Answer):
    """Something that compliance has to look at.

    LARGE_AMOUNT: what a party paid or received in a day is to be reported. SAME_OWNER: buyer and
    seller belong to one beneficial owner. ROUND_TRIP: units came back from whom they had been sold
    to; CIRCLE: by way of others. OFF_VALUE: a price far from what the units are worth.
    THIRD_PARTY_PAYER: money for a party from an account that is not its own. JUST_BELOW: amounts
    that are each a little less than would be reported.
    """

    alert_id: str
    kind: Annotated[str, name_of(AlertKind)]
    state: Annotated[str, name_of(AlertState)]
    at: Annotated[Moment, Field(description="Of the command that completed it.")]
    sequence: Annotated[str, Field(description="That command's.")]
    report_due_at: Annotated[Moment | None, Field(description="Null: no report is due by law.")]
    party_ids: Annotated[list[str], Field(description="Whom it is about, the first above all.")]
    direction: Annotated[str | None, name_of(Direction)]
    """What the first party did with money, where one way alone is meant."""
    symbol: Annotated[str | None, Field(description="Of the product, where it is about one.")]
    transfer_ids: Annotated[list[str], Field(description="Oldest first.")]
    payment_id: str | None
    amount: Annotated[Decimal, Field(description="In yuan: how much money it is about.")]
    measure: Annotated[str, name_of(Measure)]
    """In what the next two are: FEN as money in yuan, the others as whole numbers."""
    measured: str
    limit: Annotated[str, Field(description="The parameter that it went by.")]


class AlertSaid(Answer):
    """What an officer has said of an alert."""

    event: Annotated[str, name_of(AlertEvent)]
    code: Annotated[str | None, name_of(AlertCode)]
    note: str
    officer_id: str
    at: Moment


class AlertWithSteps(Alert):
    """An alert, with what officers have said of it."""

    steps: Annotated[list[AlertSaid], Field(description="Oldest first.")]


class EscalateAlertBody(Body):
    """Why it is to be reported."""

    note: Note


class ResolveAlertBody(Body):
    """What it came to."""

    code: Literal["REPORTED", "EXPLAINED", "OTHER"]
    note: Note
    """Of a report its number; else why."""


class Watching(Answer):
    """How far supervision has come."""

    sequence: Annotated[str, Field(description="The last command that was looked at.")]
    head: Annotated[str, Field(description="The last command that there is.")]


def alert_shown(record: AlertRecord, symbol: str | None) -> Alert:
    """An alert as the wire shows it.

    Args:
        symbol: of its product, if it is about one.
    """
    alert = record.alert
    measure = MEASURES[alert.kind]
    shown = format_money if measure is Measure.FEN else str
    return Alert(
        alert_id=str(record.alert_id),
        kind=alert.kind.name,
        state=record.state.name,
        at=format_moment(alert.at_ns),
        sequence=str(alert.sequence),
        report_due_at=None if record.due_ns is None else format_moment(record.due_ns),
        party_ids=list(map(str, alert.party_ids)),
        direction=None if alert.direction is None else alert.direction.name,
        symbol=symbol,
        transfer_ids=list(map(str, alert.transfer_ids)),
        payment_id=None if alert.payment_id is None else str(alert.payment_id),
        amount=format_money(alert.amount),
        measure=measure.name,
        measured=shown(alert.measured),
        limit=shown(alert.limit),
    )


def alert_with_steps(
    record: AlertRecord, symbol: str | None, steps: list[AlertStep]
) -> AlertWithSteps:
    """The same, with what was said of it."""
    said = [
        AlertSaid(
            event=step.event.name,
            code=None if step.code is None else step.code.name,
            note=step.note,
            officer_id=str(step.officer_id),
            at=format_moment(step.at_ns),
        )
        for step in steps
    ]
    return AlertWithSteps(**alert_shown(record, symbol).model_dump(), steps=said)


def watching_shown(progress: Progress) -> Watching:
    """How far supervision has come, as the wire shows it."""
    return Watching(sequence=str(progress.sequence), head=str(progress.head))
