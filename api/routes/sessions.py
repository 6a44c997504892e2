"""Signing in and out, and what a person does with his own login.

None of these takes an Idempotency-Key: a password is not to be kept with an answer, and whatever is
asked twice here is done twice without harm, or refused.
"""

from fastapi import APIRouter, Request, Response
from starlette.concurrency import run_in_threadpool

from api.auth.browsers import (
    address_of,
    agent_of,
    clear_cookie,
    comes_from_own_page,
    set_cookie,
)
from api.auth.principal import Principal
from api.auth.sessions import Session, csrf_token_of
from api.auth.sign_in import SignedIn, Visitor
from api.auth.totp import otpauth_uri, secret_text
from api.dependencies import (
    GivenServices,
    Newcomer,
    Person,
    Services,
    Whoever,
    own_session_in,
    session_in,
)
from api.errors import ApiProblem, Trouble
from api.responses import BODY, SIGNED_IN, problems
from api.schemas.decimals import format_moment
from api.schemas.officers import RoleName, role_names
from api.schemas.sessions import (
    ChangePasswordBody,
    ConfirmTotpBody,
    EnrolBody,
    Enrolled,
    Sessions,
    SignInBody,
    Ticket,
    TotpOffered,
    WhoAmI,
    session_shown,
)
from api.store.logins import LoginRecord
from api.strict_input import StrictRoute
from exchange.store.desk_queries import officer_of, roles_of
from exchange.types import OfficerId

router = APIRouter(route_class=StrictRoute, tags=["sessions"])


@router.post("/v1/session", operation_id="sign_in", responses=problems(*BODY, 401, 403, 429))
async def sign_in(
    request: Request, response: Response, services: GivenServices, body: SignInBody
) -> WhoAmI:
    """Sign in with a login, a password and, for who has a second factor, its code. The session's
    token comes as a cookie that no script reads; a session from before ends only by itself."""
    check_own_page(request, services)
    signed_in = await services.sign_ins.sign_in(
        login=body.login, password=body.password, code=body.totp, visitor=visitor_in(request)
    )
    return await welcome(response, services, signed_in)


@router.get("/v1/session", operation_id="get_session", responses=problems(*SIGNED_IN, 422))
async def get_session(request: Request, services: GivenServices, who: Whoever) -> WhoAmI:
    """Who I am, and what my session needs to go on. With a key, too, which has no session."""
    session = session_in(request)
    if session is None:
        return await run_in_threadpool(_who, services, who, None, None, None)
    record = await services.sign_ins.record_of(session)
    token: str = request.scope["trustex.session_token"]
    return await run_in_threadpool(_who, services, who, session, record, token)


@router.delete(
    "/v1/session", operation_id="sign_out", status_code=204, responses=problems(*SIGNED_IN, 422)
)
async def sign_out(request: Request, services: GivenServices, _who: Newcomer) -> Response:
    """End the session by which this is asked."""
    await services.sign_ins.end([own_session_in(request)])
    response = Response(status_code=204)
    clear_cookie(response)
    return response


@router.get("/v1/sessions", operation_id="list_sessions", responses=problems(*SIGNED_IN, 422))
async def list_sessions(request: Request, services: GivenServices, _who: Person) -> Sessions:
    """Where I am signed in, the session used last at the end."""
    present = own_session_in(request)
    mine = services.sign_ins.of_login(present.login_id)
    return Sessions(items=[session_shown(each, present=present) for each in mine])


@router.delete(
    "/v1/sessions/{session_id}",
    operation_id="end_session",
    status_code=204,
    responses=problems(*SIGNED_IN, 404, 422),
)
async def end_session(
    request: Request, services: GivenServices, _who: Person, session_id: str
) -> Response:
    """End a session of my own, such as one on a machine that I have left."""
    present = own_session_in(request)
    mine = services.sign_ins.of_login(present.login_id)
    ended = [each for each in mine if each.session_id == session_id]
    if not ended:
        raise ApiProblem(Trouble.UNKNOWN_SESSION, "It has ended, or is none of yours.")
    await services.sign_ins.end(ended)
    return Response(status_code=204)


@router.post(
    "/v1/session/password",
    operation_id="change_password",
    status_code=204,
    responses=problems(*SIGNED_IN, *BODY, 429),
)
async def change_password(
    request: Request, services: GivenServices, _who: Person, body: ChangePasswordBody
) -> Response:
    """Choose another password. My other sessions end."""
    await services.sign_ins.change_password(
        own_session_in(request),
        password=body.password,
        new_password=body.new_password,
        visitor=visitor_in(request),
    )
    return Response(status_code=204)


@router.post(
    "/v1/session/totp", operation_id="offer_totp", responses=problems(*SIGNED_IN, 400, 409, 422)
)
async def offer_totp(request: Request, services: GivenServices, _who: Newcomer) -> TotpOffered:
    """A secret for a second factor. It counts once a code of it is confirmed; who has a second
    factor gets another one after the operator has had him enrol anew."""
    secret, record = await services.sign_ins.offer_totp(own_session_in(request))
    assert record.login is not None, record.login_id
    return TotpOffered(
        secret=secret_text(secret), otpauth_uri=otpauth_uri(secret, login=record.login)
    )


@router.post(
    "/v1/session/totp/confirm",
    operation_id="confirm_totp",
    status_code=204,
    responses=problems(*SIGNED_IN, *BODY, 409),
)
async def confirm_totp(
    request: Request, services: GivenServices, _who: Newcomer, body: ConfirmTotpBody
) -> Response:
    """Take the offered secret as my second factor, by its first code. My other sessions end."""
    await services.sign_ins.confirm_totp(own_session_in(request), body.totp)
    return Response(status_code=204)


@router.post(
    "/v1/enrolments",
    operation_id="enrol",
    status_code=201,
    responses=problems(*BODY, 403, 404, 409),
)
async def enrol(request: Request, services: GivenServices, body: EnrolBody) -> Enrolled:
    """Choose a login and a password, with the token that the operator has handed over. Once."""
    check_own_page(request, services)
    record = await services.sign_ins.enrol(body.token, login=body.login, password=body.password)
    assert record.login is not None, record.login_id
    return Enrolled(login=record.login, person_name=record.person_name)


@router.post(
    "/v1/feed/tickets",
    operation_id="issue_feed_ticket",
    status_code=201,
    responses=problems(*SIGNED_IN, 400, 422, 429),
)
async def issue_feed_ticket(request: Request, services: GivenServices, _who: Person) -> Ticket:
    """A ticket that signs one connection of the feed in, within 30 seconds:
    `{"type":"auth","method":"ticket","ticket":…}`. The connection ends with the session."""
    ticket, expires_at_ns = services.sign_ins.issue_ticket(own_session_in(request))
    return Ticket(ticket=ticket, expires_at=format_moment(expires_at_ns))


async def welcome(response: Response, services: Services, signed_in: SignedIn) -> WhoAmI:
    """The answer to who has signed in, with the cookie."""
    set_cookie(response, signed_in.token)
    session = signed_in.session
    return await run_in_threadpool(
        _who, services, session.principal, session, signed_in.record, signed_in.token
    )


def visitor_in(request: Request) -> Visitor:
    """Who knocks."""
    return Visitor(address_of(request), agent_of(request))


def check_own_page(request: Request, services: Services) -> None:
    """End a request by which a page of somebody else's would sign its visitor in. A browser says
    where a page comes from; who says nothing is none."""
    if "origin" in request.headers and not comes_from_own_page(
        request, services.sign_ins.rules.origins
    ):
        raise ApiProblem(Trouble.ORIGIN_NOT_OWN, "Origin must name the venue itself.")


def roles_shown(services: Services, officer_id: OfficerId | None) -> tuple[RoleName, ...]:
    """What the officer may do; nothing of nobody in person."""
    if officer_id is None:
        return ()
    with services.reader.connect() as connection:
        officer = officer_of(connection, officer_id)
        assert officer is not None, officer_id
        roles = roles_of(connection, officer)
    return role_names(roles)


def _who(
    services: Services,
    principal: Principal,
    session: Session | None,
    record: LoginRecord | None,
    token: str | None,
) -> WhoAmI:
    party_id = principal.party_id
    officer_id = principal.officer_id
    idle_ns = services.sign_ins.rules.idle_ns
    return WhoAmI(
        party_id=str(party_id),
        kind=principal.kind.name,
        party_name=services.edge.names_of([party_id]).get(party_id),
        officer_id=None if officer_id is None else str(officer_id),
        roles=roles_shown(services, officer_id),
        login=None if record is None else record.login,
        person_name=None if record is None else record.person_name,
        language=None if record is None else record.language,
        session_id=None if session is None else session.session_id,
        csrf_token=None if token is None else csrf_token_of(token),
        expires_at=None if session is None else format_moment(session.expires_at_ns),
        idle_expires_at=None if session is None else format_moment(session.ends_at_ns(idle_ns)),
        has_totp=None if record is None else record.totp_secret is not None,
        needs_totp_setup=None if session is None else session.needs_totp_setup,
    )
