"""People as whom a visitor of the demo signs in: one of each role, with the demo's one password.

On the pages one click is enough; the password is there to see how it is without.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from api.cli.demo.client import ApiClient, Refused, Request
from api.cli.demo.credentials import Credentials
from api.cli.demo.dataset import DataSet
from api.cli.demo.examiner import EXAMINER
from api.cli.demo.opening import OPERATOR, officer_code
from api.cli.demo.pair import PERSONS
from api.cli.demo.profiles import OFFICER
from api.cli.demo.wire import NewPerson, Officer, Page

PASSWORD: Final = "teapots of a demo market"  # noqa: S105  of every demo, and printed by it
"""A demo listens on this machine alone, and its keys are no secret either."""
OFFICERS_MAX: Final = 500
OPERATORS: Final = (
    "交易场所经办人 Operator's maker",
    "交易场所复核人 Operator's checker",
    "交易场所合规人员 Operator's compliance officer",
)
OFFICERS: Final = ("信托公司经办人 Trust company's maker", "信托公司复核人 Trust company's checker")
"""Names in both languages, as the pages take them apart."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Visitor:
    """Somebody as whom one may sign in."""

    login: str
    name: str
    party: str
    """As the credentials name it."""
    is_officer: bool = False
    """Then the login is the reference by which the party knows the officer."""


def visitors(data_set: DataSet, credentials: Credentials) -> Iterator[Visitor]:
    """One of each role."""
    yield Visitor(login=OPERATOR, name="交易场所 Operator", party=OPERATOR)
    for (code, _), name in zip((*PERSONS, OFFICER), OPERATORS, strict=True):
        yield Visitor(login=code, name=name, party=OPERATOR, is_officer=True)
    company = data_set.trust_companies[0]
    for number, name in enumerate(OFFICERS, start=1):
        code = officer_code(company, number)
        yield Visitor(login=code, name=name, party=company.code, is_officer=True)
    for is_institution in (False, True):
        trader = next(each for each in data_set.traders if each.is_institution is is_institution)
        yield Visitor(login=trader.code, name=trader.name, party=trader.code)
    if EXAMINER in credentials.parties:  # else the market was made before it had one
        yield Visitor(login=EXAMINER, name="检查人员 Examiner", party=EXAMINER)


class People:
    """Has them enrolled."""

    def __init__(self, data_set: DataSet, credentials: Credentials, client: ApiClient) -> None:
        self._visitors = list(visitors(data_set, credentials))
        self._credentials = credentials
        self._client = client

    async def enrol(self) -> bool:
        """Enrol who is not enrolled yet; whether there was somebody, so that it has to be kept.

        Raises:
            Refused: the venue does not take them.
            VenueGone: the venue does not answer.
        """
        missing = [each for each in self._visitors if each.login not in self._credentials.people]
        if not missing:
            return False
        key = self._credentials.operator_key
        query = {"limit": str(OFFICERS_MAX)}
        listed = Request(method="GET", path="/v1/officers", key=key, query=query)
        page = await self._client.send(listed, Page[Officer])
        officers = {each.person: each.officer_id for each in page.items}
        for visitor in missing:  # one by one: hashes wait for one another anyway
            await self._enrol(visitor, officers[visitor.login] if visitor.is_officer else None)
        self._credentials.people += [each.login for each in missing]
        return True

    async def _enrol(self, visitor: Visitor, officer_id: str | None) -> None:
        # A token is in the first answer only; a new start asks for a new one.
        added = await self._client.send(
            self._request(
                "/v1/people",
                {
                    "party_id": self._credentials.parties[visitor.party],
                    "officer_id": officer_id,
                    "name": visitor.name,
                },
                idempotency_key=f"person-{visitor.login}-{self._credentials.starts}",
            ),
            NewPerson,
        )
        token = added.enrolment.token
        assert token is not None, visitor.login
        body = {"token": token, "login": visitor.login, "password": PASSWORD}
        try:
            await self._client.send(self._request("/v1/enrolments", body), dict)
        except Refused as refused:
            # He has enrolled at a start that ended before it could be kept, or by this very token,
            # and the answer was lost.
            if refused.problem.code not in ("login_taken", "unknown_enrolment"):
                raise

    def _request(
        self, path: str, body: Mapping[str, str | None], *, idempotency_key: str | None = None
    ) -> Request:
        return Request(
            method="POST",
            path=path,
            key=self._credentials.operator_key,
            body=body,
            idempotency_key=idempotency_key,
        )
