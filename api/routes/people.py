"""People who sign in: the operator's work, up to the token that it hands over."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from sqlalchemy import Connection

from api.dependencies import (
    GivenServices,
    IdempotencyKey,
    Operator,
    Paged,
    cut_page,
    officer_named,
)
from api.errors import ApiProblem, Trouble, refused
from api.people import Enrolment, add_person, enrol_anew, new_enrolment
from api.responses import CONFLICT, SIGNED_IN, problems
from api.schemas.base import Page, decode_cursor
from api.schemas.decimals import IdText
from api.schemas.people import (
    AddPersonBody,
    NewPerson,
    Person,
    new_person_shown,
    person_shown,
    with_token,
)
from api.store.edge import Answered
from api.store.logins import count_live_logins, logins_after, withdraw_login
from api.strict_input import StrictRoute
from api.submission import REPLAYED_HEADER, once
from exchange.refusals import Refusal
from exchange.store.queries import kind_of
from exchange.types import PartyId

router = APIRouter(route_class=StrictRoute, tags=["people"])

LOGINS_LIVE_MAX = 200
"""Of one party, as many as it may have officers."""


@router.post(
    "/v1/people", operation_id="add_person", status_code=201, responses=problems(*CONFLICT, 404)
)
def add(
    response: Response,
    services: GivenServices,
    operator: Operator,
    idempotency_key: IdempotencyKey,
    body: AddPersonBody,
) -> NewPerson:
    """Let a person sign in for a party, or for an officer of it. For the operator.

    The token is in the first answer only. Who lost that answer has the person enrol anew.
    """
    party_id = PartyId(int(body.party_id))
    with services.reader.connect() as connection:
        kind = kind_of(connection, party_id)
        officer_id = officer_named(connection, party_id, body.officer_id)
    if kind is None:
        raise refused(Refusal.UNKNOWN_PARTY)
    now_ns = services.clock.now_ns()
    enrolment = new_enrolment(services.sign_ins.rules, now_ns)

    def act(connection: Connection) -> bytes:
        if count_live_logins(connection, party_id) >= LOGINS_LIVE_MAX:
            raise ApiProblem(Trouble.LOGINS_MAX, f"A party has {LOGINS_LIVE_MAX} at most.")
        record = add_person(
            connection,
            party_id=party_id,
            kind=kind,
            officer_id=officer_id,
            name=body.name,
            language=body.language,
            enrolment=enrolment,
            now_ns=now_ns,
        )
        return new_person_shown(record, enrolment).model_dump_json().encode()

    request = ["person", body.party_id, body.officer_id or "", body.name, body.language]
    answered = once(services, operator, idempotency_key, request, act)
    return _first_answer(response, answered, enrolment)


@router.get("/v1/people", operation_id="list_people", responses=problems(*SIGNED_IN, 422))
def list_people(
    request: Request,
    response: Response,
    services: GivenServices,
    _operator: Operator,
    paged: Paged,
    party_id: Annotated[IdText | None, Query(description="Of one party; else of all.")] = None,
) -> Page[Person]:
    """Who may sign in, or could, oldest first. For the operator."""
    with services.edge.transaction() as connection:
        found = logins_after(
            connection,
            after=decode_cursor(paged.cursor, start=0),
            limit=paged.limit + 1,
            party_id=None if party_id is None else PartyId(int(party_id)),
        )
    shown, cursor = cut_page(request, response, paged, found, lambda each: (each.number,))
    return Page(items=[person_shown(each) for each in shown], next_cursor=cursor)


@router.post(
    "/v1/people/{login_id}/enrolment",
    operation_id="enrol_anew",
    status_code=201,
    responses=problems(*SIGNED_IN, 400, 404, 422),
)
async def have_enrolled_anew(
    response: Response,
    services: GivenServices,
    operator: Operator,
    idempotency_key: IdempotencyKey,
    login_id: str,
) -> NewPerson:
    """Have a person enrol again, who has lost the password or the second factor. What he had
    counts no more, and his sessions end. For the operator."""
    enrolment = new_enrolment(services.sign_ins.rules, services.clock.now_ns())

    def act(connection: Connection) -> bytes:
        record = enrol_anew(connection, login_id, enrolment)
        if record is None:
            raise _unknown()
        return new_person_shown(record, enrolment).model_dump_json().encode()

    answered = await services.sign_ins.cut_off(
        login_id,
        lambda: once(services, operator, idempotency_key, ["enrol", login_id], act),
    )
    return _first_answer(response, answered, enrolment)


@router.delete(
    "/v1/people/{login_id}",
    operation_id="withdraw_person",
    status_code=204,
    responses=problems(*SIGNED_IN, 400, 404, 422),
)
async def withdraw(
    services: GivenServices, operator: Operator, idempotency_key: IdempotencyKey, login_id: str
) -> Response:
    """Let a person sign in no more: his sessions end. For the operator."""

    def act(connection: Connection) -> bytes:
        if not withdraw_login(connection, login_id, at_ns=services.clock.now_ns()):
            raise _unknown()
        return b""

    answered = await services.sign_ins.cut_off(
        login_id,
        lambda: once(services, operator, idempotency_key, ["withdraw", login_id], act),
    )
    headers = {REPLAYED_HEADER: "true"} if answered.replayed else {}
    return Response(status_code=204, headers=headers)


def _first_answer(response: Response, answered: Answered, enrolment: Enrolment) -> NewPerson:
    shown = NewPerson.model_validate_json(answered.answer)
    if answered.replayed:
        response.headers[REPLAYED_HEADER] = "true"
        return shown
    return with_token(shown, enrolment.token)


def _unknown() -> ApiProblem:
    return ApiProblem(Trouble.UNKNOWN_LOGIN, "There is no such person who may sign in.")
