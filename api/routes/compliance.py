"""Clients, as compliance establishes them: applications decided, facts stated, the list kept.

Officers of compliance write here, each by his own key; the operator reads. CONFIDENTIAL.
"""

from fastapi import APIRouter, Request, Response
from starlette.concurrency import run_in_threadpool

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
from api.errors import refused
from api.responses import CONFLICT, SIGNED_IN, problems
from api.routes.clients import today_of
from api.schemas.base import Page, decode_cursor
from api.schemas.clients import Application, application_shown
from api.schemas.compliance import (
    ApproveApplicationBody,
    CertificationBody,
    ClientProfile,
    DueDiligenceBody,
    FactsBody,
    Listing,
    OwnershipBody,
    RejectApplicationBody,
    SetListingBody,
    listing_shown,
    profile_shown,
)
from api.strict_input import StrictRoute
from api.submission import day_in, mark_replayed, replay_headers
from exchange.client_commands import RecordFacts, ReviewApplication, SetListing
from exchange.client_types import (
    NO_OWNER,
    ApplicationId,
    ApplicationRejection,
    EstablishedFacts,
    ListingReason,
    Ownership,
)
from exchange.profile import CddRisk, Certification, CertificationBasis, DueDiligence
from exchange.refusals import Refusal
from exchange.store.client_queries import application_of, client_of, listed_after
from exchange.store.queries import kind_of
from exchange.types import TRADING_KINDS, PartyId

router = APIRouter(route_class=StrictRoute, tags=["compliance"])


@router.post(
    "/v1/compliance/applications/{application_id}/approve",
    operation_id="approve_application",
    responses=problems(*CONFLICT, 404),
)
async def approve_application(
    response: Response,
    services: GivenServices,
    operator: Operator,
    idempotency_key: IdempotencyKey,
    application_id: IdInPath,
    body: ApproveApplicationBody,
) -> Application:
    """Take the applicant as a client, with what was established. For an officer of compliance."""
    command = ReviewApplication(
        actor=operator.party_id,
        key=idempotency_key,
        officer_id=officer_in(operator),
        application_id=ApplicationId(int(application_id)),
        rejection=None,
        facts=_facts_in(body),
    )
    return await _decide(response, services, command)


@router.post(
    "/v1/compliance/applications/{application_id}/reject",
    operation_id="reject_application",
    responses=problems(*CONFLICT, 404),
)
async def reject_application(
    response: Response,
    services: GivenServices,
    operator: Operator,
    idempotency_key: IdempotencyKey,
    application_id: IdInPath,
    body: RejectApplicationBody,
) -> Application:
    """Do not take him. He reads the reason, which is never about a list. For an officer of
    compliance."""
    command = ReviewApplication(
        actor=operator.party_id,
        key=idempotency_key,
        officer_id=officer_in(operator),
        application_id=ApplicationId(int(application_id)),
        rejection=ApplicationRejection[body.reason],
        facts=None,
    )
    return await _decide(response, services, command)


@router.post(
    "/v1/compliance/parties/{party_id}/facts",
    operation_id="record_facts",
    responses=problems(*CONFLICT, 404),
)
async def record_facts(
    response: Response,
    services: GivenServices,
    operator: Operator,
    idempotency_key: IdempotencyKey,
    party_id: IdInPath,
    body: FactsBody,
) -> ClientProfile:
    """State what was established of a client; what is not named stays. For an officer of
    compliance."""
    command = RecordFacts(
        actor=operator.party_id,
        key=idempotency_key,
        officer_id=officer_in(operator),
        party_id=PartyId(int(party_id)),
        facts=_facts_in(body),
    )
    return await _state(response, services, command)


@router.put(
    "/v1/compliance/parties/{party_id}/listing",
    operation_id="set_listing",
    responses=problems(*CONFLICT, 404),
)
async def set_listing(
    response: Response,
    services: GivenServices,
    operator: Operator,
    idempotency_key: IdempotencyKey,
    party_id: IdInPath,
    body: SetListingBody,
) -> ClientProfile:
    """Put a client on the list or take him off it: off it by another person than has put him on.
    For an officer of compliance."""
    command = SetListing(
        actor=operator.party_id,
        key=idempotency_key,
        officer_id=officer_in(operator),
        party_id=PartyId(int(party_id)),
        reason=None if body.reason is None else ListingReason[body.reason],
    )
    return await _state(response, services, command)


@router.get(
    "/v1/compliance/listings",
    operation_id="list_listings",
    responses=problems(*SIGNED_IN, 422),
)
def list_listings(
    request: Request,
    response: Response,
    services: GivenServices,
    _operator: Operator,
    paged: Paged,
) -> Page[Listing]:
    """Who is on the list, and why. For the operator."""
    after = decode_cursor(paged.cursor, start=0)
    with services.reader.connect() as connection:
        rows = listed_after(connection, after=after, limit=paged.limit + 1)
    shown, cursor = cut_page(request, response, paged, rows, lambda each: (each.party_id,))
    return Page(items=[listing_shown(row) for row in shown], next_cursor=cursor)


@router.get(
    "/v1/parties/{party_id}/profile",
    operation_id="get_profile",
    responses=problems(*SIGNED_IN, 404, 422),
)
def get_profile(services: GivenServices, _operator: Operator, party_id: IdInPath) -> ClientProfile:
    """All that is known of a client. For the operator."""
    return _profile(services, PartyId(int(party_id)))


async def _decide(
    response: Response, services: Services, command: ReviewApplication
) -> Application:
    outcome = await services.exchange.submit(command)
    row = await run_in_threadpool(_application, services, command.application_id)
    if outcome.refusal is Refusal.UNKNOWN_APPLICATION and row is not None:
        # One that is decided is not unknown.
        raise refused(Refusal.ALREADY_DONE, headers=replay_headers(outcome))
    if outcome.refusal is not None:
        raise refused(outcome.refusal, headers=replay_headers(outcome))
    assert row is not None, command
    mark_replayed(response, outcome)
    return row


async def _state(
    response: Response, services: Services, command: RecordFacts | SetListing
) -> ClientProfile:
    outcome = await services.exchange.submit(command)
    if outcome.refusal is not None:
        raise refused(outcome.refusal, headers=replay_headers(outcome))
    mark_replayed(response, outcome)
    return await run_in_threadpool(_profile, services, command.party_id)


def _application(services: Services, application_id: ApplicationId) -> Application | None:
    with services.reader.connect() as connection:
        row = application_of(connection, application_id, party_id=None)
    return None if row is None else application_shown(row)


def _profile(services: Services, party_id: PartyId) -> ClientProfile:
    with services.reader.connect() as connection:
        if kind_of(connection, party_id) not in TRADING_KINDS:
            raise refused(Refusal.UNKNOWN_PARTY)
        client = client_of(connection, party_id)
    return profile_shown(client, today=today_of(services))


def _facts_in(body: FactsBody | ApproveApplicationBody) -> EstablishedFacts:
    """What a body states; ends the request if a day is none."""
    return EstablishedFacts(
        certification=_certification_in(body.certification),
        due_diligence=_due_diligence_in(body.due_diligence),
        ownership=_ownership_in(body.ownership),
        professional=body.professional,
    )


def _certification_in(body: CertificationBody | None) -> Certification | None:
    if body is None:
        return None
    last = day_in(body.valid_until, pointer="/certification/valid_until")
    assert last is not None, body
    return Certification(CertificationBasis[body.basis], last)


def _due_diligence_in(body: DueDiligenceBody | None) -> DueDiligence | None:
    if body is None:
        return None
    last = day_in(body.review_by, pointer="/due_diligence/review_by")
    assert last is not None, body
    return DueDiligence(CddRisk[body.risk], last)


def _ownership_in(body: OwnershipBody | None) -> Ownership | None:
    if body is None:
        return None
    owner = body.owner_party_id
    return Ownership(
        owner_id=NO_OWNER if owner is None else int(owner),
        affiliate_of=tuple(PartyId(int(party_id)) for party_id in body.affiliate_of),
        layers=body.layers,
        lookthrough_count=body.lookthrough_count,
    )
