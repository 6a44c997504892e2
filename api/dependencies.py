"""What routes are given: the venue's services, who is asking, and parameters that many share.

All of it is `async`: the framework would hand a plain function to a thread.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Annotated, Final, TypeVar, cast
from urllib.parse import urlencode

from fastapi import Depends, Header, Path, Query, Request, Response
from sqlalchemy import Connection, Engine
from starlette.concurrency import run_in_threadpool

from api.auth.browsers import CSRF_HEADER, SAFE_METHODS, comes_from_own_page, token_in
from api.auth.keys import KeyRing
from api.auth.principal import Principal
from api.auth.sessions import Session, is_csrf_token
from api.auth.sign_in import SignIns
from api.batches import BatchesUnderWay
from api.errors import ApiProblem, Trouble, quotes_withheld, refused
from api.evidence.store import EvidenceFiles
from api.feed.access import QUOTES_PUBLIC_PROFILES
from api.feed.server import FeedServer
from api.files.process import SheetProcesses
from api.findings import findings_shown
from api.quote_access import QuoteAccess
from api.rulings_elsewhere import RulingsElsewhere
from api.schemas.base import (
    KEY_PATTERN,
    PAGE_ITEMS_DEFAULT,
    PAGE_ITEMS_MAX,
    PlainInteger,
    SymbolText,
    encode_cursor,
)
from api.schemas.decimals import IdText
from api.signing import Signer
from api.store.edge import EdgeStore
from api.webhooks.addresses import AddressRules
from api.workers.evidence import EvidenceWorker
from api.workers.journal_index import JournalIndex
from api.workers.mail import MailWorker
from api.workers.payouts import PayoutWorker
from api.workers.sessions import SessionWorker
from api.workers.supervision import SupervisionWorker
from api.workers.webhooks import WebhookWorker
from exchange.candles import Candles
from exchange.clock import Clock
from exchange.custodian.port import Custodian
from exchange.halts import HALTERS
from exchange.product_view import ProductView
from exchange.refusals import Refusal
from exchange.service import Exchange
from exchange.store.desk_queries import officer_of
from exchange.store.queries import kind_of
from exchange.types import TRADING_KINDS, OfficerId, PartyId, PartyKind
from registry.store.queries import Reader

Item = TypeVar("Item")

BEARER_SCHEME: Final = "bearer "
BATCH_KEY_LENGTH_MAX: Final = 58
"""A colon and the place of an item make it the item's key, which has 64 characters at most."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """Everything that a route may reach."""

    exchange: Exchange
    reader: Engine
    """Committed rows, read only."""
    edge: EdgeStore
    keys: KeyRing
    sign_ins: SignIns
    session_worker: SessionWorker
    feed: FeedServer
    candles: Candles
    quotes: QuoteAccess
    webhooks: WebhookWorker
    mail: MailWorker
    evidence: EvidenceFiles
    evidence_worker: EvidenceWorker
    webhook_rules: AddressRules
    signer: Signer
    custodian: Custodian
    payouts: PayoutWorker
    batches: BatchesUnderWay
    sheets: SheetProcesses
    rulings: RulingsElsewhere
    supervision: SupervisionWorker
    journal_index: JournalIndex
    clock: Clock
    demo: bool

    def product(self, symbol: str, *, pointer: str | None = None) -> ProductView:
        """The product of this symbol; ends the request if there is none."""
        product = self.exchange.view.product(symbol)
        if product is None:
            raise refused(Refusal.UNKNOWN_PRODUCT, pointer=pointer)
        return product

    def shows_quotes(self, product: ProductView, reader: Principal | None) -> bool:
        """Whether who reads sees the product's quotes. Cost: O(rules of stage V)."""
        if self.quotes.withheld(product, reader):
            return False
        return reader is not None or self.exchange.view.profile in QUOTES_PUBLIC_PROFILES


def services_of(request: Request) -> Services:
    """The services of the venue that serves this request."""
    return cast(Services, request.app.state.services)


async def given_services(request: Request) -> Services:
    """The same, for routes that declare what they need."""
    return services_of(request)


class SignIn:
    """Who is asking, if it is a party of a kind that may ask this; else the request ends."""

    def __init__(self, kinds: frozenset[PartyKind], *, while_setting_up: bool = False) -> None:
        """Args:
        while_setting_up: for who still has to set up a second factor, too.
        """
        self.kinds = kinds
        self.while_setting_up = while_setting_up

    async def __call__(self, request: Request) -> Principal:
        """The principal, once known; FastAPI asks here."""
        return self.principal(request)

    def principal(self, request: Request) -> Principal:
        """The party whose key came with the request, or whose session did without a key."""
        known = request.scope.get("trustex.principal")
        principal = known if isinstance(known, Principal) else _identified(request)
        # Of every sign-in of a request anew: each asks for kinds of its own.
        self._check(request, principal)
        request.scope["trustex.principal"] = principal
        return principal

    def _check(self, request: Request, principal: Principal) -> None:
        session = session_in(request)
        if session is not None and session.needs_totp_setup and not self.while_setting_up:
            detail = "Until then nothing else is answered."
            raise ApiProblem(Trouble.TOTP_SETUP_REQUIRED, detail)
        if not self._may_ask(principal, request.method):
            raise refused(Refusal.NOT_PERMITTED)

    def _may_ask(self, principal: Principal, method: str) -> bool:
        """A regulator reads whatever the operator may read."""
        if principal.kind in self.kinds:
            return True
        reads = principal.kind is PartyKind.REGULATOR and method == "GET"
        return reads and PartyKind.OPERATOR in self.kinds


class SessionSignIn(SignIn):
    """The same of who has signed in by a session; a key has none, and is not permitted."""

    def principal(self, request: Request) -> Principal:
        """The party whose session came with the request."""
        principal = super().principal(request)
        if principal.session_id is None:
            raise refused(Refusal.NOT_PERMITTED)
        return principal


def session_in(request: Request) -> Session | None:
    """The session that came with a request that has signed in; None: it was a key."""
    session: Session | None = request.scope.get("trustex.session")
    return session


def own_session_in(request: Request) -> Session:
    """The same where a route asks for a session."""
    session = session_in(request)
    assert session is not None, request.url.path
    return session


def _identified(request: Request) -> Principal:
    """Who the request is from, whatever it may ask."""
    header = request.headers.get("authorization", "")
    return _of_key(request, header) if header else _of_session(request)


def _of_session(request: Request) -> Principal:
    token = token_in(request)
    if token is None:
        raise _unauthenticated(
            "A key is required: Authorization: Bearer …, or a session.", error=""
        )
    sign_ins = services_of(request).sign_ins
    session = sign_ins.find(token)
    if session is None:
        raise _unauthenticated("The session has ended.", error=', error="invalid_token"')
    if request.method not in SAFE_METHODS:
        _check_page(request, token, sign_ins)
    request.scope["trustex.session"] = session
    request.scope["trustex.session_token"] = token
    return session.principal


def _of_key(request: Request, header: str) -> Principal:
    key = header[len(BEARER_SCHEME) :].strip(" ")
    signed_in = header[: len(BEARER_SCHEME)].lower() == BEARER_SCHEME
    principal = services_of(request).keys.principal(key) if signed_in else None
    if principal is None:
        raise _unauthenticated("The key is not valid.", error=', error="invalid_token"')
    return principal


def _check_page(request: Request, token: str, sign_ins: SignIns) -> None:
    """End a request that a page of somebody else's may have had the browser make."""
    if not comes_from_own_page(request, sign_ins.rules.origins):
        detail = "Origin, or else Referer, must name the venue itself."
        raise ApiProblem(Trouble.ORIGIN_NOT_OWN, detail)
    if not is_csrf_token(request.headers.get(CSRF_HEADER, ""), token=token):
        detail = f"{CSRF_HEADER} must be what GET /v1/session calls csrf_token."
        raise ApiProblem(Trouble.CSRF_TOKEN_INVALID, detail)


def _unauthenticated(detail: str, *, error: str) -> ApiProblem:
    challenge = {"WWW-Authenticate": f'Bearer realm="trustex"{error}'}
    return ApiProblem(Trouble.UNAUTHENTICATED, detail, headers=challenge)


ANYBODY: Final = SignIn(frozenset(PartyKind) - {PartyKind.REGULATOR})
TRADER: Final = SignIn(TRADING_KINDS)
TRUST_COMPANY: Final = SignIn(frozenset({PartyKind.TRUST_COMPANY}))
DEALER: Final = SignIn(TRADING_KINDS | {PartyKind.OPERATOR})
MEMBER: Final = SignIn(TRADING_KINDS | {PartyKind.TRUST_COMPANY})
OPERATOR: Final = SignIn(frozenset({PartyKind.OPERATOR}))
REGISTRAR: Final = SignIn(frozenset({PartyKind.OPERATOR, PartyKind.TRUST_COMPANY}))
HALTER: Final = SignIn(HALTERS)
WHOEVER: Final = SignIn(frozenset(PartyKind), while_setting_up=True)
PERSON: Final = SessionSignIn(frozenset(PartyKind))
NEWCOMER: Final = SessionSignIn(frozenset(PartyKind), while_setting_up=True)


def visitor(request: Request) -> Principal | None:
    """Who asks, of those who may look without signing in; ends the request of a key or a session
    that is not valid."""
    has_come = "authorization" in request.headers or token_in(request) is not None
    return ANYBODY.principal(request) if has_come else None


def onlooker(request: Request) -> Principal | None:
    """Who looks at what is open to everybody; of whom nothing valid has come, nobody."""
    try:
        return visitor(request)
    except ApiProblem:  # whoever is not let in is shown what everybody is
        return None


async def quote_reader(request: Request) -> Principal | None:
    """Who reads quotes: a party of the venue, or anybody where its licence makes them public; and
    only if the product's rules show them to him."""
    services = services_of(request)
    is_public = services.exchange.view.profile in QUOTES_PUBLIC_PROFILES
    reader = None if is_public else ANYBODY.principal(request)
    product = services.exchange.view.product(request.path_params["symbol"])
    if product is None or not services.quotes.asks(product):
        return reader
    reader = visitor(request)
    withheld = services.quotes.withheld(product, reader)
    if not withheld:
        return reader
    scale = product.terms.quantity_scale
    findings = await run_in_threadpool(findings_shown, services.reader, withheld, scale=scale)
    raise quotes_withheld(
        [finding.model_dump(mode="json") for finding in findings], is_known=reader is not None
    )


GivenServices = Annotated[Services, Depends(given_services)]
QuoteReader = Annotated[Principal | None, Depends(quote_reader)]
SignedIn = Annotated[Principal, Depends(ANYBODY)]
Trader = Annotated[Principal, Depends(TRADER)]
TrustCompany = Annotated[Principal, Depends(TRUST_COMPANY)]
Dealer = Annotated[Principal, Depends(DEALER)]
Member = Annotated[Principal, Depends(MEMBER)]
Operator = Annotated[Principal, Depends(OPERATOR)]
Registrar = Annotated[Principal, Depends(REGISTRAR)]
Halter = Annotated[Principal, Depends(HALTER)]
Whoever = Annotated[Principal, Depends(WHOEVER)]
Person = Annotated[Principal, Depends(PERSON)]
Newcomer = Annotated[Principal, Depends(NEWCOMER)]

IdempotencyKey = Annotated[
    str,
    Header(
        alias="Idempotency-Key",
        pattern=KEY_PATTERN,
        max_length=64,
        description="Made by the client: the same key and body get the same answer, once.",
    ),
]
BatchKey = Annotated[
    str,
    Header(
        alias="Idempotency-Key",
        pattern=KEY_PATTERN,
        max_length=BATCH_KEY_LENGTH_MAX,
        description="Of the whole batch: asked again, it goes on where it ended, and answers what "
        "was done as before.",
    ),
]
IfMatch = Annotated[
    str,
    Header(
        alias="If-Match",
        max_length=64,
        description='The ETag that was read, such as "2": the decision is about that version.',
    ),
]
SymbolInPath = Annotated[SymbolText, Path()]
IdInPath = Annotated[IdText, Path()]


def officer_in(principal: Principal) -> OfficerId:
    """The officer whose key this is; ends the request if it is nobody's in person."""
    if principal.officer_id is None:
        raise refused(Refusal.NOT_PERMITTED)
    return principal.officer_id


def officer_named(
    connection: Connection, party_id: PartyId, officer_id: str | None
) -> OfficerId | None:
    """The party's officer for whom a key is registered; ends the request if there is no such one.

    Args:
        officer_id: None: the key is to be the party's.
    """
    if officer_id is None:
        return None
    officer = officer_of(connection, OfficerId(int(officer_id)))
    if officer is None or officer.party_id != party_id or officer.dismissed_at_ns is not None:
        raise refused(Refusal.UNKNOWN_OFFICER, pointer="/officer_id")
    return officer.officer_id


def reader_of(principal: Principal) -> Reader:
    """Which transfers the principal may see."""
    if principal.reads_all:
        return Reader.OPERATOR
    elif principal.kind is PartyKind.TRUST_COMPANY:
        return Reader.TRUST_COMPANY
    else:
        return Reader.PARTY


def keeps(principal: Principal, product: ProductView) -> bool:
    """Whether the whole register of the product is this party's to see and to speak of."""
    return principal.reads_all or principal.party_id == product.terms.trust_company_id


def trust_company_in(services: Services, registrar: Principal, trust_company_id: str) -> PartyId:
    """The trust company, for itself and the operator; ends the request for anybody else."""
    party_id = PartyId(int(trust_company_id))
    if not registrar.reads_all and registrar.party_id != party_id:
        raise refused(Refusal.UNKNOWN_PARTY)
    with services.reader.connect() as connection:
        if kind_of(connection, party_id) is not PartyKind.TRUST_COMPANY:
            raise refused(Refusal.UNKNOWN_PARTY)
    return party_id


def version_in(if_match: str) -> int:
    """The version that an If-Match names; ends the request if it names none of ours."""
    if if_match.strip() == "*":
        raise ApiProblem(Trouble.PRECONDITION_REQUIRED, "If-Match must name the version read.")
    if re.fullmatch(r'"[1-9][0-9]{0,8}"', if_match, re.ASCII) is None:
        raise refused(Refusal.TRANSFER_VERSION_STALE)
    return int(if_match[1:-1])


def etag_of(version: int) -> str:
    """The strong ETag of a version."""
    return f'"{version}"'


@dataclass(frozen=True, slots=True)
class Paging:
    """Which part of a list is asked for."""

    cursor: str | None
    limit: int


async def paging(
    cursor: Annotated[
        str | None, Query(max_length=64, description="next_cursor of the page before.")
    ] = None,
    limit: Annotated[PlainInteger, Query(ge=1, le=PAGE_ITEMS_MAX)] = PAGE_ITEMS_DEFAULT,
) -> Paging:
    """The page asked for."""
    return Paging(cursor, limit)


Paged = Annotated[Paging, Depends(paging)]


def cut_page(
    request: Request,
    response: Response,
    paged: Paging,
    found: Sequence[Item],
    place: Callable[[Item], tuple[int, ...]],
) -> tuple[Sequence[Item], str | None]:
    """The items of the page, and the cursor of the next one, which a Link header names too.

    Args:
        found: the items from the start of the page on, one more than its limit if there are more.
        place: the numbers after which the page that follows an item starts.
    """
    shown = found[: paged.limit]
    if len(found) == len(shown):
        return shown, None
    cursor = encode_cursor(*place(shown[-1]))
    query = {**request.query_params, "cursor": cursor}
    response.headers["Link"] = f'<{request.url.path}?{urlencode(query)}>; rel="next"'
    return shown, cursor
