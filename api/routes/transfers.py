"""Transfers of title: reading them, and the trust company's decisions."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Annotated, Final

from fastapi import APIRouter, Query, Request, Response
from starlette.concurrency import run_in_threadpool

from api.auth.principal import Principal
from api.decisions import decision_in, decision_taken
from api.dependencies import (
    GivenServices,
    IdempotencyKey,
    IdInPath,
    IfMatch,
    Paged,
    Services,
    SignedIn,
    TrustCompany,
    cut_page,
    etag_of,
    reader_of,
    version_in,
)
from api.errors import refused
from api.findings import findings_shown
from api.hot_route import HotRoute
from api.journal_subjects import Subject, SubjectKind
from api.late_decisions import is_late, raise_late
from api.responses import COMMAND, SIGNED_IN, problems
from api.schemas.base import ListOrder, Page, SymbolText, decode_cursor
from api.schemas.decimals import IdText
from api.schemas.desk import DeskShown, desk_shown
from api.schemas.rules import Finding
from api.schemas.signed_decisions import ConfirmBody, RejectBody
from api.schemas.transfers import (
    Decision,
    PhaseName,
    StateName,
    Transfer,
    TransferWithStates,
    row_of,
)
from api.schemas.transfers import transfer_of as transfer_shown
from api.signatures import sign_off
from api.store.journal_index import Sought
from api.strict_input import StrictRoute
from api.submission import mark_replayed, refused_for
from api.transfer_history import states_entered
from exchange.decision_preview import refusal_of_closed
from exchange.refusals import Refusal
from exchange.review import Decides
from exchange.review_commands import ReviewCommand
from exchange.rules_events import TransferJudged
from exchange.sequencer import Outcome
from exchange.store.review_queries import DeskRow, desk_among
from exchange.store.rules_queries import held_among
from exchange.store.signed_queries import signed_among
from exchange.transfer_commands import TransferCommand
from exchange.types import TRADING_KINDS, PartyId, PartyKind
from registry.store.queries import (
    TransferRow,
    open_transfers_after,
    transfer_of,
    transfers_after,
)
from registry.transfer import OPEN_STATES, TransferState
from registry.types import ProductId, TransferId

DECISION_PROBLEMS: Final = problems(*COMMAND, 404, 409, 412, 428)

TRANSFER_ID_MAX: Final = 10**18

router = APIRouter(route_class=StrictRoute, tags=["transfers"])
hot_router = APIRouter(route_class=HotRoute, tags=["transfers"])


@router.get(
    "/v1/transfers", operation_id="list_transfers", responses=problems(*SIGNED_IN, 404, 422)
)
async def list_transfers(
    request: Request,
    response: Response,
    services: GivenServices,
    principal: SignedIn,
    paged: Paged,
    symbol: SymbolText | None = None,
    state: Annotated[StateName | None, Query()] = None,
    phase: Annotated[
        PhaseName | None, Query(description="Those under way, or those that have ended.")
    ] = None,
    party: Annotated[
        IdText | None, Query(description="Those in which this party sells or buys.")
    ] = None,
    order: Annotated[
        ListOrder, Query(description="By their numbers. A cursor goes on in the order it is of.")
    ] = "OLDEST",
) -> Page[Transfer]:
    """Transfers that the party may see, oldest first or newest first.

    Its own as buyer or seller; a trust company's those of its products; the operator's all.
    """
    wanted = _Wanted(
        product_id=None if symbol is None else services.product(symbol).product_id,
        states=_states(state, phase),
        is_open=None if phase is None else phase == "OPEN",
        of_party=None if party is None else PartyId(int(party)),
        newest_first=order == "NEWEST",
        after=decode_cursor(paged.cursor, start=TRANSFER_ID_MAX if order == "NEWEST" else 0),
        limit=paged.limit + 1,
    )
    if wanted.are_open and principal.kind in TRADING_KINDS:
        rows = _pending(services, principal, wanted)
    else:
        rows = await run_in_threadpool(_rows, services, principal, wanted)
    shown, cursor = cut_page(request, response, paged, rows, lambda each: (each.transfer_id,))
    items = await run_in_threadpool(transfers_shown, services, shown, principal)
    return Page(items=items, next_cursor=cursor)


@router.get(
    "/v1/transfers/{transfer_id}",
    operation_id="get_transfer",
    responses=problems(*SIGNED_IN, 404, 422),
)
async def get_transfer(
    response: Response, services: GivenServices, principal: SignedIn, transfer_id: IdInPath
) -> TransferWithStates:
    """A transfer that the party may see, with the states through which it has come."""
    is_indexed = await services.journal_index.catch_up()
    shown = await run_in_threadpool(
        transfer_with_states, services, principal, int(transfer_id), is_indexed=is_indexed
    )
    response.headers["ETag"] = etag_of(shown.version)
    return shown


@hot_router.post(
    "/v1/transfers/{transfer_id}/confirm",
    operation_id="confirm_transfer",
    responses=DECISION_PROBLEMS,
)
async def confirm_transfer(
    response: Response,
    services: GivenServices,
    officer: TrustCompany,
    idempotency_key: IdempotencyKey,
    if_match: IfMatch,
    transfer_id: IdInPath,
    body: ConfirmBody | None = None,
) -> Decision:
    """Confirm title: units and money move in one record. For the trust company, where the product
    has review for a checker, who approves what another person has proposed.

    At once, or on a later day where the product has a cut-off that has passed.
    """
    command = decision_in(
        officer,
        key=idempotency_key,
        transfer_id=TransferId(int(transfer_id)),
        version=version_in(if_match),
        criteria=None if body is None else body.criteria,
        reason=None,
    )
    signature = None if body is None else body.signature
    return await _decide(response, services, officer, command, signature)


@hot_router.post(
    "/v1/transfers/{transfer_id}/reject",
    operation_id="reject_transfer",
    responses=DECISION_PROBLEMS,
)
async def reject_transfer(
    response: Response,
    services: GivenServices,
    officer: TrustCompany,
    idempotency_key: IdempotencyKey,
    if_match: IfMatch,
    transfer_id: IdInPath,
    body: RejectBody,
) -> Decision:
    """Do not confirm title: units and money go back, the fees too. For who may confirm it."""
    command = decision_in(
        officer,
        key=idempotency_key,
        transfer_id=TransferId(int(transfer_id)),
        version=version_in(if_match),
        criteria=body.criteria,
        reason=body.reason,
    )
    return await _decide(response, services, officer, command, body.signature)


async def _decide(
    response: Response,
    services: Services,
    officer: Principal,
    command: Decides,
    signature: str | None,
) -> Decision:
    command = await sign_off(services, officer, command, signature)
    outcome = await submit_about_transfer(services, officer, command)
    decision = decision_taken(services, outcome)
    mark_replayed(response, outcome)
    response.headers["ETag"] = etag_of(decision.version)
    return decision


async def submit_about_transfer(
    services: Services, principal: Principal, command: Decides | TransferCommand | ReviewCommand
) -> Outcome:
    """The outcome, accepted; a decided transfer is told from one that does not exist.

    The engine forgets decided transfers; the rows do not.
    """
    outcome = await services.exchange.submit(command)
    refusal = outcome.refusal
    if refusal is Refusal.UNKNOWN_TRANSFER:
        row = await run_in_threadpool(find_transfer, services, principal, command.transfer_id)
        refusal = refusal_of_closed(row)
        if row is not None and isinstance(command, Decides) and is_late(command, row.state):
            await raise_late(services, [command])
    if refusal is not None:
        raise await refused_for(services, refusal, outcome)
    return outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class _Wanted:
    """Which transfers are asked for."""

    product_id: ProductId | None
    states: tuple[TransferState, ...]
    """Of none: of every state."""
    is_open: bool | None
    of_party: PartyId | None
    newest_first: bool
    after: int
    """Where the page before has ended."""
    limit: int

    @property
    def are_open(self) -> bool:
        """Whether none has ended; these are few, and found without those that have."""
        return bool(self.states) and all(state in OPEN_STATES for state in self.states)


def _states(state: StateName | None, phase: PhaseName | None) -> tuple[TransferState, ...]:
    if state is not None:
        return (TransferState[state],)
    else:
        return OPEN_STATES if phase == "OPEN" else ()


def _pending(services: Services, principal: Principal, wanted: _Wanted) -> list[TransferRow]:
    """A buyer's or seller's open ones, from the market view: the rows have all that it ever bought
    and sold. Cost: O(its open ones)."""
    if wanted.is_open is False:
        return []
    own = services.exchange.view.transfers_of(principal.party_id)
    found = (
        transfer
        for transfer in (reversed(own) if wanted.newest_first else own)
        if transfer.transfer_id != wanted.after
        and (transfer.transfer_id < wanted.after) == wanted.newest_first
        and wanted.product_id in (None, transfer.product_id)
        and wanted.of_party in (None, transfer.seller_id, transfer.buyer_id)
        and transfer.state in wanted.states
    )
    return [row_of(transfer) for transfer in islice(found, wanted.limit)]


def _rows(services: Services, principal: Principal, wanted: _Wanted) -> list[TransferRow]:
    with services.reader.connect() as connection:
        if wanted.are_open and wanted.is_open is not False:
            return open_transfers_after(
                connection,
                trust_company_ids=_whose(services, principal),
                states=wanted.states,
                after=wanted.after,
                product_id=wanted.product_id,
                limit=wanted.limit,
                newest_first=wanted.newest_first,
                of_party=wanted.of_party,
            )
        (state,) = wanted.states or (None,)
        return transfers_after(
            connection,
            reader=reader_of(principal),
            party_id=principal.party_id,
            after=wanted.after,
            product_id=wanted.product_id,
            state=state,
            limit=wanted.limit,
            newest_first=wanted.newest_first,
            is_open=wanted.is_open,
            of_party=wanted.of_party,
        )


def _whose(services: Services, officer: Principal) -> set[PartyId]:
    """The trust companies of whose products an officer may see the transfers."""
    if officer.kind is PartyKind.TRUST_COMPANY:
        return {officer.party_id}
    # In one step: the loop adds products meanwhile.
    products = list(services.exchange.view.products.values())
    return {product.terms.trust_company_id for product in products}


def find_transfer(services: Services, principal: Principal, transfer_id: int) -> TransferRow | None:
    """The row of a transfer that the party may see, or None."""
    with services.reader.connect() as connection:
        return transfer_of(
            connection,
            reader=reader_of(principal),
            party_id=principal.party_id,
            transfer_id=transfer_id,
        )


def transfer_with_states(
    services: Services, principal: Principal, transfer_id: int, *, is_indexed: bool
) -> TransferWithStates:
    """The transfer as the principal sees it; ends the request if he sees none.

    Args:
        is_indexed: the index of the journal knows all that has happened to it.
    """
    row = find_transfer(services, principal, transfer_id)
    if row is None:
        raise refused(Refusal.UNKNOWN_TRANSFER)
    (shown,) = transfers_shown(services, [row], principal)
    states = None
    if is_indexed:
        about = Sought(subjects=(Subject(SubjectKind.TRANSFER, row.transfer_id),))
        states = states_entered(row.transfer_id, services.journal_index.find(about))
    return TransferWithStates(**dict(shown), states=states)


def transfers_shown(
    services: Services, rows: Sequence[TransferRow], principal: Principal
) -> list[Transfer]:
    """The transfers as the principal sees them: officers with where they stand at the desk."""
    desk: dict[TransferId, DeskRow] = {}
    names: dict[PartyId, str] = {}
    transfer_ids = [row.transfer_id for row in rows]
    with services.reader.connect() as connection:
        if principal.kind not in TRADING_KINDS:
            desk = desk_among(connection, transfer_ids)
        signed = signed_among(connection, transfer_ids)
        judged = held_among(connection, transfer_ids)
    if desk:
        names = services.edge.names_of(
            sorted({PartyId(each) for row in rows for each in (row.seller_id, row.buyer_id)})
        )
    products = services.exchange.view.products
    return [
        transfer_shown(
            row,
            products[row.product_id].terms,
            principal,
            _desk_of(row, desk.get(row.transfer_id), names),
            signed.get(row.transfer_id, ()),
            _findings(services, judged.get(row.transfer_id, ()), principal),
        )
        for row in rows
    ]


def _desk_of(
    row: TransferRow, desk: DeskRow | None, names: Mapping[PartyId, str]
) -> DeskShown | None:
    if desk is None:
        return None
    seller, buyer = names.get(PartyId(row.seller_id)), names.get(PartyId(row.buyer_id))
    return desk_shown(desk, seller_name=seller, buyer_name=buyer)


def _findings(
    services: Services, judged: Sequence[TransferJudged], principal: Principal
) -> list[Finding] | None:
    """What the rules said of those of whom the principal may know it."""
    is_party = principal.kind in TRADING_KINDS
    told = [each for each in judged if not is_party or each.party_id == principal.party_id]
    if not told:
        return None
    terms = services.exchange.view.products[told[0].product_id].terms
    # Of two parties the rules may say the same: who it is of is then nobody's to know.
    said = dict.fromkeys(finding for each in told for finding in each.findings)
    return findings_shown(services.reader, said, scale=terms.quantity_scale)
