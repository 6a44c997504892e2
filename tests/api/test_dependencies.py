"""Who is asking is looked up once a request; whether he may is asked as often as a route does."""

import pytest
from starlette.requests import Request

from api.auth.principal import Principal
from api.dependencies import NEWCOMER, OPERATOR, PERSON, TRADER, WHOEVER, SignIn
from api.errors import ApiProblem
from tests.api.people import new_person
from tests.api.venue import Market, Member, Person


def request_of(market: Market, member: Member) -> Request:
    """A request that reads something, which nobody has looked at yet."""
    sent = (
        member.headers if isinstance(member, Person) else {"authorization": f"Bearer {member.key}"}
    )
    headers = [(name.lower().encode(), value.encode()) for name, value in sent.items()]
    return Request(
        {"type": "http", "method": "GET", "headers": headers, "app": market.venue.venue.app}
    )


def asked(sign_in: SignIn, request: Request) -> Principal | str:
    """Who is asking, or the code of why he may not."""
    try:
        return sign_in.principal(request)
    except ApiProblem as problem:
        return problem.kind.code


@pytest.mark.parametrize("first", [WHOEVER, TRADER])
def test_who_may_ask_one_thing_may_not_ask_another_in_the_same_request(
    market: Market, first: SignIn
) -> None:
    request = request_of(market, market.seller)
    known = asked(first, request)

    assert isinstance(known, Principal)
    assert asked(OPERATOR, request) == "not_permitted"
    assert asked(TRADER, request) is known


def test_a_key_that_is_known_is_no_session(market: Market) -> None:
    request = request_of(market, market.seller)

    assert isinstance(asked(TRADER, request), Principal)
    assert asked(PERSON, request) == "not_permitted"


def test_who_sets_up_a_second_factor_does_nothing_else_in_the_same_request(market: Market) -> None:
    officer = market.venue.reviewer()
    request = request_of(market, new_person(market.venue, officer))

    assert isinstance(asked(NEWCOMER, request), Principal)
    assert asked(SignIn(NEWCOMER.kinds), request) == "totp_setup_required"
