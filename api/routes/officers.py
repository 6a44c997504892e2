"""Officers: who acts in person for the operator or for a trust company."""

import msgspec
from fastapi import APIRouter, Request, Response
from starlette.concurrency import run_in_threadpool

from api.auth.principal import Principal
from api.dependencies import (
    GivenServices,
    IdempotencyKey,
    IdInPath,
    Paged,
    Registrar,
    cut_page,
    officer_in,
)
from api.four_eyes import act_responses, submit_act
from api.responses import CONFLICT, SIGNED_IN, problems
from api.schemas.base import Page, decode_cursor
from api.schemas.decimals import format_moment
from api.schemas.officers import AppointOfficerBody, Officer, RoleName, role_names
from api.strict_input import StrictRoute
from api.submission import mark_replayed, moment_in
from exchange import desk_state
from exchange.desk_commands import AppointOfficer, DismissOfficer
from exchange.desk_events import OfficerAppointed
from exchange.store.desk_queries import officers_after
from exchange.types import OfficerId, OfficerRole, PartyId, PartyKind

router = APIRouter(route_class=StrictRoute, tags=["officers"])


@router.post(
    "/v1/officers",
    operation_id="appoint_officer",
    status_code=201,
    response_model=Officer,
    responses=act_responses(*CONFLICT, 404),
)
async def appoint_officer(
    response: Response,
    services: GivenServices,
    registrar: Registrar,
    idempotency_key: IdempotencyKey,
    body: AppointOfficerBody,
) -> Officer | Response:
    """Make a person an officer, or the deputy of one.

    For a trust company's head; for the operator, also of a trust company without a head in office.
    """
    appointer = _appointer(registrar)
    party_id = registrar.party_id if body.party_id is None else PartyId(int(body.party_id))
    command = AppointOfficer(
        actor=registrar.party_id,
        key=idempotency_key,
        officer_id=appointer,
        party_id=party_id,
        person=await run_in_threadpool(services.edge.person_of, party_id, body.person),
        roles=_roles_in(body.roles),
        from_ns=moment_in(body.begins_at, pointer="/begins_at"),
        until_ns=moment_in(body.ends_at, pointer="/ends_at"),
        deputy_for=None if body.deputy_for is None else OfficerId(int(body.deputy_for)),
    )
    outcome = await submit_act(services, registrar, command)
    if isinstance(outcome, Response):
        return outcome
    (appointed,) = outcome.events
    assert isinstance(appointed, OfficerAppointed), appointed
    mark_replayed(response, outcome)
    officer = desk_state.Officer(**msgspec.structs.asdict(appointed))
    return _shown(officer, body.person)


@router.get("/v1/officers", operation_id="list_officers", responses=problems(*SIGNED_IN, 422))
def list_officers(
    request: Request,
    response: Response,
    services: GivenServices,
    registrar: Registrar,
    paged: Paged,
) -> Page[Officer]:
    """A trust company's own officers, the operator's view of all, oldest first; past ones too."""
    after = decode_cursor(paged.cursor, start=0)
    with services.reader.connect() as connection:
        rows = officers_after(
            connection,
            party_id=registrar.shown_party_id,
            after=after,
            limit=paged.limit + 1,
        )
    shown, cursor = cut_page(request, response, paged, rows, lambda each: (each.officer_id,))
    references = services.edge.references_of([row.person for row in shown])
    items = [_shown(row, references.get(row.person)) for row in shown]
    return Page(items=items, next_cursor=cursor)


@router.delete(
    "/v1/officers/{officer_id}",
    operation_id="dismiss_officer",
    status_code=204,
    responses=act_responses(*SIGNED_IN, 400, 404, 422),
)
async def dismiss_officer(
    services: GivenServices,
    registrar: Registrar,
    idempotency_key: IdempotencyKey,
    officer_id: IdInPath,
) -> Response:
    """End an office, with those of its deputies: their keys are revoked. For who may appoint."""
    command = DismissOfficer(
        actor=registrar.party_id,
        key=idempotency_key,
        officer_id=_appointer(registrar),
        dismissed_id=OfficerId(int(officer_id)),
    )
    outcome = await submit_act(services, registrar, command)
    if isinstance(outcome, Response):
        return outcome
    response = Response(status_code=204)
    mark_replayed(response, outcome)
    return response


def _appointer(registrar: Principal) -> OfficerId | None:
    """A trust company's officer, who has to be its head; None for the operator, whose officers
    propose what two of them then do. Ends the request if a trust company's key is nobody's."""
    return None if registrar.kind is PartyKind.OPERATOR else officer_in(registrar)


def _roles_in(names: tuple[RoleName, ...]) -> OfficerRole:
    roles = OfficerRole(0)
    for name in names:
        roles |= OfficerRole[name]
    return roles


def _shown(row: desk_state.Officer, reference: str | None) -> Officer:
    return Officer(
        officer_id=str(row.officer_id),
        party_id=str(row.party_id),
        person=reference,
        roles=role_names(row.roles),
        begins_at=format_moment(row.from_ns),
        ends_at=None if row.until_ns is None else format_moment(row.until_ns),
        deputy_for=None if row.deputy_for is None else str(row.deputy_for),
        dismissed_at=None if row.dismissed_at_ns is None else format_moment(row.dismissed_at_ns),
    )
