"""Clients, about themselves: applications, the questionnaire, and what is known of them."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from starlette.concurrency import run_in_threadpool

from api import questionnaires
from api.auth.principal import Principal
from api.dependencies import (
    GivenServices,
    IdempotencyKey,
    IdInPath,
    Paged,
    Services,
    SignedIn,
    Trader,
    cut_page,
)
from api.errors import ApiProblem, refused
from api.refusal_kinds import REFUSALS
from api.responses import CONFLICT, SIGNED_IN, problems
from api.schemas.base import Page, decode_cursor
from api.schemas.clients import (
    AnswerQuestionnaireBody,
    Application,
    ApplicationStateName,
    OwnProfile,
    OwnRiskAssessment,
    Questionnaire,
    SubmitApplicationBody,
    application_shown,
    own_profile,
    own_risk_assessment,
    questionnaire_shown,
)
from api.schemas.decimals import format_day
from api.store.risk_answers import keep_answers
from api.strict_input import StrictRoute
from api.submission import mark_replayed, replay_headers, submit
from exchange.client_commands import AnswerQuestionnaire, SubmitApplication
from exchange.client_types import NO_OWNER, ApplicationId, ApplicationState
from exchange.evidence_types import EvidenceLinkId
from exchange.profile import CertificationBasis
from exchange.questionnaire import next_test_on
from exchange.refusals import Refusal
from exchange.store.client_queries import application_of, applications_after, client_of
from registry.calendar import day_in_shanghai
from registry.types import DayNumber

router = APIRouter(route_class=StrictRoute, tags=["clients"])


@router.post(
    "/v1/applications",
    operation_id="submit_application",
    status_code=201,
    responses=problems(*CONFLICT, 404),
)
async def submit_application(
    response: Response,
    services: GivenServices,
    trader: Trader,
    idempotency_key: IdempotencyKey,
    body: SubmitApplicationBody,
) -> Application:
    """Ask to be taken as a client. One application at a time; compliance decides."""
    owner = body.owner_party_id
    command = SubmitApplication(
        actor=trader.party_id,
        key=idempotency_key,
        basis=CertificationBasis[body.basis],
        professional=body.professional,
        owner_id=NO_OWNER if owner is None else int(owner),
        evidence=tuple(EvidenceLinkId(int(link_id)) for link_id in body.evidence),
    )
    outcome = await submit(services, command)
    assert outcome.sequence is not None, outcome
    mark_replayed(response, outcome)
    return await run_in_threadpool(_one, services, trader, ApplicationId(outcome.sequence))


@router.get(
    "/v1/applications", operation_id="list_applications", responses=problems(*SIGNED_IN, 422)
)
def list_applications(
    request: Request,
    response: Response,
    services: GivenServices,
    party: SignedIn,
    paged: Paged,
    state: Annotated[ApplicationStateName | None, Query()] = None,
) -> Page[Application]:
    """Your applications, oldest first; the operator sees those of all parties."""
    with services.reader.connect() as connection:
        rows = applications_after(
            connection,
            party_id=party.shown_party_id,
            state=None if state is None else ApplicationState[state],
            after=decode_cursor(paged.cursor, start=0),
            limit=paged.limit + 1,
        )
    shown, cursor = cut_page(request, response, paged, rows, lambda each: (each.application_id,))
    return Page(items=[application_shown(row) for row in shown], next_cursor=cursor)


@router.get(
    "/v1/applications/{application_id}",
    operation_id="get_application",
    responses=problems(*SIGNED_IN, 404, 422),
)
def get_application(
    services: GivenServices, party: SignedIn, application_id: IdInPath
) -> Application:
    """One of your applications; the operator sees any."""
    return _one(services, party, ApplicationId(int(application_id)))


@router.get("/v1/profile", operation_id="get_own_profile", responses=problems(*SIGNED_IN))
def get_own_profile(services: GivenServices, trader: Trader) -> OwnProfile:
    """What the venue knows of you: certification, risk level, what ends when."""
    with services.reader.connect() as connection:
        client = client_of(connection, trader.party_id)
        waiting = applications_after(
            connection,
            party_id=trader.party_id,
            state=ApplicationState.SUBMITTED,
            after=0,
            limit=1,
        )
    is_halted = services.exchange.view.halts.of_party(trader.party_id)
    return own_profile(client, waits=bool(waiting) or is_halted, today=today_of(services))


@router.get(
    "/v1/questionnaires/current",
    operation_id="get_questionnaire",
    responses=problems(*SIGNED_IN),
)
async def get_questionnaire(_party: SignedIn) -> Questionnaire:
    """The questions about the risk that a client can bear."""
    return questionnaire_shown(questionnaires.load(questionnaires.CURRENT))


@router.post(
    "/v1/risk-assessments",
    operation_id="answer_questionnaire",
    status_code=201,
    responses=problems(*CONFLICT, 404),
)
async def answer_questionnaire(
    response: Response,
    services: GivenServices,
    trader: Trader,
    idempotency_key: IdempotencyKey,
    body: AnswerQuestionnaireBody,
) -> OwnRiskAssessment:
    """Answer the questionnaire: your level for twelve months. At most twice a day, and eight times
    in twelve months; the problem says from which day on you may again."""
    if body.questionnaire != questionnaires.CURRENT:
        raise refused(Refusal.UNKNOWN_QUESTIONNAIRE, pointer="/questionnaire")
    score = questionnaires.load(body.questionnaire).score(body.answers)
    if score is None:
        raise refused(Refusal.ANSWERS_OUT_OF_RANGE, pointer="/answers")
    command = AnswerQuestionnaire(
        actor=trader.party_id,
        key=idempotency_key,
        questionnaire=body.questionnaire,
        score=score,
        answers_sha256=await run_in_threadpool(_keep, services, trader, body),
    )
    outcome = await services.exchange.submit(command)
    if outcome.refusal is Refusal.ASSESSMENTS_MAX:
        raise ApiProblem(
            REFUSALS[outcome.refusal],
            await run_in_threadpool(_when_again, services, trader),
            headers=replay_headers(outcome),
        )
    if outcome.refusal is not None:
        raise refused(outcome.refusal, headers=replay_headers(outcome))
    mark_replayed(response, outcome)
    return await run_in_threadpool(_assessed, services, trader)


def today_of(services: Services) -> DayNumber:
    """The day in Shanghai."""
    return day_in_shanghai(services.clock.now_ns())


def _one(services: Services, party: Principal, application_id: ApplicationId) -> Application:
    with services.reader.connect() as connection:
        row = application_of(connection, application_id, party_id=party.shown_party_id)
    if row is None:
        raise refused(Refusal.UNKNOWN_APPLICATION)
    return application_shown(row)


def _keep(services: Services, trader: Principal, body: AnswerQuestionnaireBody) -> bytes:
    with services.edge.transaction() as connection:
        return keep_answers(
            connection,
            trader.party_id,
            questionnaire=body.questionnaire,
            answers=body.answers,
            at_ns=services.clock.now_ns(),
        )


def _assessed(services: Services, trader: Principal) -> OwnRiskAssessment:
    with services.reader.connect() as connection:
        profile = client_of(connection, trader.party_id).profile
    shown = own_risk_assessment(profile, today=today_of(services))
    assert shown is not None, trader
    return shown


def _when_again(services: Services, trader: Principal) -> str:
    with services.reader.connect() as connection:
        tests = client_of(connection, trader.party_id).profile.assessments
    return f"You may answer it again from {format_day(next_test_on(tests, today_of(services)))} on."
