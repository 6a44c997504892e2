"""One-click sign-in, at a demo venue alone: no other venue has these routes.

A demo listens on this machine only. A page of somebody else's that has its own name resolve to
this machine could still ask; so the request has to name this machine itself.
"""

import re
from typing import Final

from fastapi import APIRouter, Request, Response
from starlette.concurrency import run_in_threadpool

from api.auth.browsers import is_for_loopback
from api.dependencies import GivenServices, Services
from api.errors import ApiProblem, Trouble
from api.responses import BODY, problems
from api.routes.sessions import check_own_page, roles_shown, visitor_in, welcome
from api.schemas.base import PAGE_ITEMS_MAX
from api.schemas.officers import RoleName
from api.schemas.sessions import DemoPeople, DemoPerson, DemoSignInBody, WhoAmI
from api.store.logins import LoginRecord, logins_after
from api.strict_input import StrictRoute
from exchange.types import PartyKind

router = APIRouter(route_class=StrictRoute, tags=["sessions"])

KIND_LABELS: Final = {
    PartyKind.OPERATOR: ("交易场所", "Operator"),
    PartyKind.TRUST_COMPANY: ("信托公司", "Trust company"),
    PartyKind.NATURAL_PERSON: ("自然人投资者", "Natural person"),
    PartyKind.INSTITUTION: ("机构投资者", "Institution"),
    PartyKind.REGULATOR: ("监管机构", "Regulator"),
}
ROLE_LABELS: Final[dict[RoleName, tuple[str, str]]] = {
    "MAKER": ("经办", "maker"),
    "CHECKER": ("复核", "checker"),
    "HEAD": ("负责人", "head"),
    "COMPLIANCE": ("合规", "compliance"),
}


TWO_FORMS: Final = re.compile(
    r"(?P<zh>.*[^ -~]) (?P<en>[ -~]+)|(?P<first_en>[ -~]+) (?P<then_zh>[^ -~].*)"
)
"""A name in a Chinese and a Latin form, in either order, as people of a demo have it."""


@router.get("/v1/demo/people", operation_id="list_demo_people", responses=problems(403, 422))
async def list_demo_people(request: Request, services: GivenServices) -> DemoPeople:
    """As whom one may sign in with one click."""
    _check_own_machine(request)
    return await run_in_threadpool(_people, services)


@router.post(
    "/v1/demo/session", operation_id="sign_in_to_demo", responses=problems(*BODY, 403, 404)
)
async def sign_in_to_demo(
    request: Request, response: Response, services: GivenServices, body: DemoSignInBody
) -> WhoAmI:
    """Sign in as one of them, without a password."""
    _check_own_machine(request)
    check_own_page(request, services)
    signed_in = await services.sign_ins.sign_in_unasked(body.login, visitor_in(request))
    return await welcome(response, services, signed_in)


def _check_own_machine(request: Request) -> None:
    if not is_for_loopback(request):
        raise ApiProblem(Trouble.ORIGIN_NOT_OWN, "Ask for it as 127.0.0.1 or localhost.")


def _people(services: Services) -> DemoPeople:
    with services.edge.transaction() as connection:
        found = logins_after(connection, after=0, limit=PAGE_ITEMS_MAX)
    live = [each for each in found if each.password_hash is not None]
    names = services.edge.names_of([each.party_id for each in live])
    items = [_person(services, each, names.get(each.party_id)) for each in live]
    return DemoPeople(items=items)


def _person(services: Services, record: LoginRecord, party_name: str | None) -> DemoPerson:
    assert record.login is not None, record.login_id
    roles = roles_shown(services, record.officer_id)
    # The operator is one: it needs no name.
    named = () if record.kind is PartyKind.OPERATOR else (party_name or str(record.party_id),)
    label_zh, label_en = (
        " · ".join(
            [
                KIND_LABELS[record.kind][place],
                *(forms_of(name)[place] for name in named),
                *(ROLE_LABELS[role][place] for role in roles),
            ]
        )
        for place in (0, 1)
    )
    return DemoPerson(
        login=record.login,
        kind=record.kind.name,
        roles=roles,
        label_zh=label_zh,
        label_en=label_en,
    )


def forms_of(name: str) -> tuple[str, str]:
    """The Chinese and the Latin form of a name; what has one form is that in both languages.

    The pages do the same: web/src/format/names.ts.
    """
    found = TWO_FORMS.fullmatch(name)
    if found is None:
        return name, name
    zh = found["zh"] or found["then_zh"]
    return zh, found["en"] or found["first_en"]
