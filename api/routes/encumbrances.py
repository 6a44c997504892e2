"""Pledges and freezes of units: entered and ended by who keeps the register, seen by the holder."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from starlette.concurrency import run_in_threadpool

from api.auth.principal import Principal
from api.dependencies import (
    GivenServices,
    IdempotencyKey,
    IdInPath,
    Paged,
    Registrar,
    Services,
    SignedIn,
    cut_page,
)
from api.errors import refused
from api.four_eyes import act_responses, submit_act
from api.responses import CONFLICT, SIGNED_IN, problems
from api.schemas.base import Page, decode_cursor
from api.schemas.encumbrances import (
    EncumberBody,
    Encumbrance,
    EncumbranceStateName,
    ReleaseEncumbranceBody,
    encumbrance_of,
)
from api.strict_input import StrictRoute
from api.submission import day_in, mark_replayed, quantity_in
from exchange.refusals import Refusal
from exchange.register_commands import Encumber, ReleaseEncumbrance
from exchange.register_events import EncumbranceReleased, UnitsEncumbered
from exchange.types import TRADING_KINDS, PartyKind
from registry.encumbrance import Encumbrance as EncumbranceRecord
from registry.encumbrance import EncumbranceKind
from registry.store import queries
from registry.types import EncumbranceId, HolderId, LotId, ProductId, Units

router = APIRouter(route_class=StrictRoute, tags=["register"])


@router.post(
    "/v1/encumbrances",
    operation_id="encumber_units",
    status_code=201,
    responses=act_responses(*CONFLICT, 404),
    response_model=Encumbrance,
)
async def encumber_units(
    response: Response,
    services: GivenServices,
    registrar: Registrar,
    idempotency_key: IdempotencyKey,
    body: EncumberBody,
) -> Encumbrance | Response:
    """Enter a pledge or freeze. For the operator and the trust company.

    A freeze takes free units first. Then sell orders that are left without units are withdrawn,
    the newest first; then open transfers are held (COURT_FREEZE), the newest first.
    """
    product = services.product(body.symbol)
    units = quantity_in(body.units, scale=product.terms.quantity_scale, pointer="/units")
    command = Encumber(
        actor=registrar.party_id,
        key=idempotency_key,
        product_id=product.product_id,
        holder_id=HolderId(int(body.holder_id)),
        kind=EncumbranceKind[body.kind],
        lot_id=None if body.lot_id is None else LotId(int(body.lot_id)),
        units=Units(units),
        authority=bytes.fromhex(body.authority_sha256),
        until_on=day_in(body.until, pointer="/until"),
    )
    outcome = await submit_act(services, registrar, command)
    if isinstance(outcome, Response):
        return outcome
    placed = outcome.events[0]
    assert isinstance(placed, UnitsEncumbered), placed
    mark_replayed(response, outcome)
    return await run_in_threadpool(_one, services, registrar, placed.encumbrance_id)


@router.post(
    "/v1/encumbrances/{encumbrance_id}/release",
    operation_id="release_encumbrance",
    responses=act_responses(*CONFLICT, 404),
    response_model=Encumbrance,
)
async def release_encumbrance(
    response: Response,
    services: GivenServices,
    registrar: Registrar,
    idempotency_key: IdempotencyKey,
    encumbrance_id: IdInPath,
    body: ReleaseEncumbranceBody,
) -> Encumbrance | Response:
    """End a pledge or freeze: freezes that wait take hold of its units, and transfers that have
    theirs again go on. For the operator and the trust company."""
    command = ReleaseEncumbrance(
        actor=registrar.party_id,
        key=idempotency_key,
        encumbrance_id=EncumbranceId(int(encumbrance_id)),
        authority=bytes.fromhex(body.authority_sha256),
    )
    outcome = await submit_act(services, registrar, command)
    if isinstance(outcome, Response):
        return outcome
    released = outcome.events[0]
    assert isinstance(released, EncumbranceReleased), released
    mark_replayed(response, outcome)
    return await run_in_threadpool(_one, services, registrar, released.encumbrance_id)


@router.get(
    "/v1/encumbrances", operation_id="list_encumbrances", responses=problems(*SIGNED_IN, 422)
)
def list_encumbrances(
    request: Request,
    response: Response,
    services: GivenServices,
    party: SignedIn,
    paged: Paged,
    state: Annotated[EncumbranceStateName | None, Query()] = None,
) -> Page[Encumbrance]:
    """Pledges and freezes, oldest first: a holder sees those of his units, a trust company those of
    its products, the operator all."""
    is_holder = party.kind in TRADING_KINDS
    with services.reader.connect() as connection:
        records = queries.encumbrances_after(
            connection,
            after=decode_cursor(paged.cursor, start=0),
            limit=paged.limit + 1,
            holder_id=HolderId(party.party_id) if is_holder else None,
            product_ids=_products_of(services, party),
            stands=None if state is None else state == "STANDS",
        )
    shown, cursor = cut_page(request, response, paged, records, lambda each: (each.encumbrance_id,))
    return Page(items=[_show(services, record) for record in shown], next_cursor=cursor)


@router.get(
    "/v1/encumbrances/{encumbrance_id}",
    operation_id="get_encumbrance",
    responses=problems(*SIGNED_IN, 404, 422),
)
def get_encumbrance(
    services: GivenServices, party: SignedIn, encumbrance_id: IdInPath
) -> Encumbrance:
    """One pledge or freeze that you may see."""
    return _one(services, party, EncumbranceId(int(encumbrance_id)))


def _products_of(services: Services, party: Principal) -> list[ProductId] | None:
    """The products of a trust company; of anybody else no selection."""
    if party.kind is not PartyKind.TRUST_COMPANY:
        return None
    return [
        product_id
        for product_id, product in services.exchange.view.products.items()
        if product.terms.trust_company_id == party.party_id
    ]


def _one(services: Services, party: Principal, encumbrance_id: EncumbranceId) -> Encumbrance:
    with services.reader.connect() as connection:
        record = queries.encumbrance_of(connection, encumbrance_id)
    if record is None or not _sees(services, party, record):
        raise refused(Refusal.UNKNOWN_ENCUMBRANCE)
    return _show(services, record)


def _sees(services: Services, party: Principal, record: EncumbranceRecord) -> bool:
    if party.reads_all:
        return True
    terms = services.exchange.view.products[record.product_id].terms
    return party.party_id in (record.holder_id, terms.trust_company_id)


def _show(services: Services, record: EncumbranceRecord) -> Encumbrance:
    terms = services.exchange.view.products[record.product_id].terms
    return encumbrance_of(record, symbol=terms.symbol, quantity_scale=terms.quantity_scale)
