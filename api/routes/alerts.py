"""Alerts: what supervision has found, and what compliance says of it. CONFIDENTIAL.

Officers of compliance write here, each by his own key; the operator and the regulator read.
"""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from sqlalchemy import Connection
from starlette.concurrency import run_in_threadpool

from api.auth.principal import Principal
from api.dependencies import (
    GivenServices,
    IdempotencyKey,
    IdInPath,
    Operator,
    Paged,
    Services,
    cut_page,
    officer_in,
)
from api.errors import ApiProblem, Trouble, refused
from api.responses import CONFLICT, SIGNED_IN, problems
from api.schemas.alerts import (
    Alert,
    AlertKindName,
    AlertStateName,
    AlertWithSteps,
    EscalateAlertBody,
    ResolveAlertBody,
    Watching,
    alert_shown,
    alert_with_steps,
    watching_shown,
)
from api.schemas.base import Page, decode_cursor
from api.store import alerts as store
from api.store.alerts import AlertRecord, AlertStep
from api.strict_input import StrictRoute
from api.submission import REPLAYED_HEADER, once
from api.supervision.states import TRANSITIONS, AlertCode, AlertEvent, AlertState
from exchange.desk_state import Officer
from exchange.refusals import Refusal
from exchange.store.desk_queries import officer_of, roles_of
from exchange.supervision.alerts import AlertKind
from exchange.types import OfficerRole

router = APIRouter(route_class=StrictRoute, tags=["compliance"])


@router.get("/v1/alerts", operation_id="list_alerts", responses=problems(*SIGNED_IN, 422))
def list_alerts(
    request: Request,
    response: Response,
    services: GivenServices,
    _operator: Operator,
    paged: Paged,
    state: Annotated[AlertStateName | None, Query()] = None,
    kind: Annotated[AlertKindName | None, Query()] = None,
) -> Page[Alert]:
    """What supervision has found, oldest first. For the operator."""
    with services.edge.transaction() as connection:
        found = store.alerts_after(
            connection,
            state=None if state is None else AlertState[state],
            kind=None if kind is None else AlertKind[kind],
            after=decode_cursor(paged.cursor, start=0),
            limit=paged.limit + 1,
        )
    shown, cursor = cut_page(request, response, paged, found, lambda each: (each.alert_id,))
    items = [alert_shown(record, _symbol_of(services, record)) for record in shown]
    return Page(items=items, next_cursor=cursor)


@router.get(
    "/v1/alerts/{alert_id}", operation_id="get_alert", responses=problems(*SIGNED_IN, 404, 422)
)
def get_alert(services: GivenServices, _operator: Operator, alert_id: IdInPath) -> AlertWithSteps:
    """One of them, with what was said of it. For the operator."""
    with services.edge.transaction() as connection:
        return _shown(services, connection, _find(connection, alert_id))


@router.post(
    "/v1/alerts/{alert_id}/escalate",
    operation_id="escalate_alert",
    responses=problems(*CONFLICT, 404),
)
def escalate_alert(
    response: Response,
    services: GivenServices,
    operator: Operator,
    idempotency_key: IdempotencyKey,
    alert_id: IdInPath,
    body: EscalateAlertBody,
) -> AlertWithSteps:
    """Say that it is to be reported to the authority. For an officer of compliance."""
    step = _step(services, operator, AlertEvent.ESCALATE, code=None, note=body.note)
    return _take(
        response, services, operator, step, alert_id=alert_id, idempotency_key=idempotency_key
    )


@router.post(
    "/v1/alerts/{alert_id}/resolve",
    operation_id="resolve_alert",
    responses=problems(*CONFLICT, 404),
)
def resolve_alert(
    response: Response,
    services: GivenServices,
    operator: Operator,
    idempotency_key: IdempotencyKey,
    alert_id: IdInPath,
    body: ResolveAlertBody,
) -> AlertWithSteps:
    """Say what it came to. What was to be reported and is not, another person says than has wanted
    it reported. For an officer of compliance."""
    code = AlertCode[body.code]
    step = _step(services, operator, AlertEvent.RESOLVE, code=code, note=body.note)
    return _take(
        response, services, operator, step, alert_id=alert_id, idempotency_key=idempotency_key
    )


@router.get("/v1/supervision", operation_id="get_supervision", responses=problems(*SIGNED_IN))
async def get_supervision(services: GivenServices, _operator: Operator) -> Watching:
    """How far the journal has been looked at, after a look at what was committed just now. For the
    operator."""
    await services.supervision.step()
    return watching_shown(await run_in_threadpool(services.supervision.progress))


def _take(
    response: Response,
    services: Services,
    operator: Principal,
    step: AlertStep,
    *,
    alert_id: str,
    idempotency_key: str,
) -> AlertWithSteps:
    def act(connection: Connection) -> bytes:
        record = _find(connection, alert_id)
        _check(connection, record, step)
        after = store.take_step(connection, record, step)
        return _shown(services, connection, after).model_dump_json().encode()

    code = "" if step.code is None else step.code.name
    request = ["alert", alert_id, step.event.name, code, step.note, str(step.officer_id)]
    answered = once(services, operator, idempotency_key, request, act)
    if answered.replayed:
        response.headers[REPLAYED_HEADER] = "true"
    return AlertWithSteps.model_validate_json(answered.answer)


def _check(connection: Connection, record: AlertRecord, step: AlertStep) -> None:
    """End the request if the step cannot be taken now, or not by this person."""
    if (record.state, step.event) not in TRANSITIONS:
        raise ApiProblem(Trouble.ALERT_NOT_IN_STATE, f"It is {record.state.name} by now.")
    if record.state is AlertState.ESCALATED and step.code is not AlertCode.REPORTED:
        *_, escalated = store.steps_of(connection, record.alert_id)
        if escalated.person_id == step.person_id:
            raise refused(Refusal.SAME_PERSON)


def _step(
    services: Services,
    operator: Principal,
    event: AlertEvent,
    *,
    code: AlertCode | None,
    note: str,
) -> AlertStep:
    officer = _compliance_officer(services, operator)
    return AlertStep(
        event=event,
        code=code,
        note=note,
        officer_id=officer.officer_id,
        person_id=officer.person,
        at_ns=services.clock.now_ns(),
    )


def _compliance_officer(services: Services, operator: Principal) -> Officer:
    """The officer whose key this is, if he is of compliance; else the request ends."""
    with services.reader.connect() as connection:
        officer = officer_of(connection, officer_in(operator))
        if officer is None or officer.dismissed_at_ns is not None:
            raise refused(Refusal.UNKNOWN_OFFICER)
        roles = roles_of(connection, officer)
    if not officer.is_in_office(services.clock.now_ns()):
        raise refused(Refusal.OUT_OF_OFFICE)
    if not roles & OfficerRole.COMPLIANCE:
        raise refused(Refusal.OFFICER_NOT_COMPLIANCE)
    return officer


def _find(connection: Connection, alert_id: str) -> AlertRecord:
    record = store.alert_of(connection, int(alert_id))
    if record is None:
        raise ApiProblem(Trouble.UNKNOWN_ALERT, "No alert has this id.")
    return record


def _shown(services: Services, connection: Connection, record: AlertRecord) -> AlertWithSteps:
    steps = store.steps_of(connection, record.alert_id)
    return alert_with_steps(record, _symbol_of(services, record), steps)


def _symbol_of(services: Services, record: AlertRecord) -> str | None:
    product_id = record.alert.product_id
    if product_id is None:
        return None
    return services.exchange.view.products[product_id].terms.symbol
