"""The register of title, as of any command or moment: who had what, and how it came to be.

The operator sees all of it, a trust company that of its products, and everybody his own part.
"""

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response
from sqlalchemy import Connection

from api.auth.principal import Principal
from api.dependencies import (
    GivenServices,
    IdInPath,
    Paged,
    Registrar,
    Services,
    SignedIn,
    SymbolInPath,
    cut_page,
    keeps,
)
from api.errors import invalid_parameter, refused
from api.responses import SIGNED_IN, problems
from api.schemas.base import Page, decode_numbers
from api.schemas.decimals import NS_PER_US, IdText, MomentText, format_moment, parse_moment
from api.schemas.register import (
    Register,
    RegisterChange,
    RegisterOfHolder,
    change_of,
    holder_of,
    register_of_holder,
)
from api.strict_input import StrictRoute
from exchange.product_view import ProductView
from exchange.refusals import Refusal
from exchange.store.queries import head_sequence, moments_of, sequence_at
from exchange.types import PartyId, Sequence
from registry.store.as_of import changes_of, holder_as_of, holders_as_of, lots_as_of
from registry.types import HolderId

router = APIRouter(route_class=StrictRoute, tags=["register"])


@dataclass(frozen=True, slots=True)
class AsOf:
    """Up to when the register is asked for; neither: to the last committed command."""

    sequence: Sequence | None
    at_ns: int | None


async def as_of_given(
    as_of_sequence: Annotated[
        IdText | None, Query(description="Up to this command, its effects included.")
    ] = None,
    as_of: Annotated[
        MomentText | None,
        Query(description="Up to the last command journaled by the end of that microsecond."),
    ] = None,
) -> AsOf:
    """The end that the parameters name, at most one of them."""
    if as_of is None:
        return AsOf(None if as_of_sequence is None else Sequence(int(as_of_sequence)), None)
    if as_of_sequence is not None:
        raise invalid_parameter(
            "conflict", detail="Name a command or a moment, not both.", parameter="as_of"
        )
    at_ns = parse_moment(as_of)
    if at_ns is None:
        raise invalid_parameter(
            "malformed", detail="There is no such date and time.", parameter="as_of"
        )
    # Moments are told in microseconds: one that we told must mean what it was told of.
    return AsOf(None, at_ns - at_ns % NS_PER_US + NS_PER_US - 1)


AsOfGiven = Annotated[AsOf, Depends(as_of_given)]


@router.get(
    "/v1/products/{symbol}/register",
    operation_id="get_register",
    responses=problems(*SIGNED_IN, 404, 422),
)
def get_register(
    request: Request,
    response: Response,
    services: GivenServices,
    registrar: Registrar,
    paged: Paged,
    symbol: SymbolInPath,
    as_of: AsOfGiven,
) -> Register:
    """Who had title of a product's units. For its trust company and the operator."""
    product = services.product(symbol)
    if not keeps(registrar, product):
        raise refused(Refusal.UNKNOWN_PRODUCT)
    with services.reader.connect() as connection:
        if paged.cursor is None:
            sequence, after = _sequence(connection, as_of), 0
        else:
            told, after = decode_numbers(paged.cursor, count=2)
            sequence = _sequence(connection, AsOf(Sequence(told), None))
        found = holders_as_of(
            connection,
            product.product_id,
            sequence=sequence,
            after=after,
            limit=paged.limit + 1,
        )
        at_ns = moments_of(connection, [sequence]).get(sequence)
    shown, cursor = cut_page(
        request, response, paged, found, lambda each: (sequence, each.holder_id)
    )
    scale = product.terms.quantity_scale
    names = services.edge.names_of([PartyId(holder.holder_id) for holder in shown])
    return Register(
        items=[
            holder_of(holder, names.get(PartyId(holder.holder_id)), scale=scale) for holder in shown
        ],
        next_cursor=cursor,
        symbol=symbol,
        as_of_sequence=str(sequence),
        as_of=None if at_ns is None else format_moment(at_ns),
    )


@router.get(
    "/v1/products/{symbol}/register/{holder_id}",
    operation_id="get_register_of_holder",
    responses=problems(*SIGNED_IN, 404, 422),
)
def get_register_of_holder(
    services: GivenServices,
    principal: SignedIn,
    symbol: SymbolInPath,
    holder_id: IdInPath,
    as_of: AsOfGiven,
) -> RegisterOfHolder:
    """What a holder had of a product, lot by lot. For him, its trust company and the operator."""
    product, holder = _find(services, principal, symbol, holder_id=holder_id)
    with services.reader.connect() as connection:
        sequence = _sequence(connection, as_of)
        row = holder_as_of(connection, product.product_id, holder, sequence=sequence)
        lots = lots_as_of(connection, product.product_id, holder, sequence=sequence)
        at_ns = moments_of(connection, [sequence]).get(sequence)
    party_id = PartyId(holder)
    return register_of_holder(
        row,
        lots,
        holder_id=holder,
        name=services.edge.names_of([party_id]).get(party_id),
        symbol=symbol,
        scale=product.terms.quantity_scale,
        as_of_sequence=sequence,
        as_of_ns=at_ns,
    )


@router.get(
    "/v1/products/{symbol}/register/{holder_id}/changes",
    operation_id="list_register_changes",
    responses=problems(*SIGNED_IN, 404, 422),
)
def list_register_changes(
    request: Request,
    response: Response,
    services: GivenServices,
    principal: SignedIn,
    paged: Paged,
    symbol: SymbolInPath,
    holder_id: IdInPath,
) -> Page[RegisterChange]:
    """How a holder's lots of a product came and went, oldest first. For whom the register is."""
    product, holder = _find(services, principal, symbol, holder_id=holder_id)
    after = (0, 0)
    if paged.cursor is not None:
        sequence, ordinal = decode_numbers(paged.cursor, count=2)
        after = sequence, ordinal
    with services.reader.connect() as connection:
        found = changes_of(
            connection, product.product_id, holder, after=after, limit=paged.limit + 1
        )
        shown, cursor = cut_page(
            request, response, paged, found, lambda each: (each.sequence, each.ordinal)
        )
        moments = moments_of(connection, (change.sequence for change in shown))
    scale = product.terms.quantity_scale
    items = [change_of(each, scale=scale, at_ns=moments[each.sequence]) for each in shown]
    return Page(items=items, next_cursor=cursor)


def _find(
    services: Services, principal: Principal, symbol: str, *, holder_id: str
) -> tuple[ProductView, HolderId]:
    """The product and the holder, if this reader may see them together."""
    product, holder = services.product(symbol), HolderId(int(holder_id))
    if not keeps(principal, product) and holder != HolderId(principal.party_id):
        raise refused(Refusal.UNKNOWN_PARTY)
    return product, holder


def _sequence(connection: Connection, as_of: AsOf) -> Sequence:
    """The command that is meant; ends the request if it has not been given yet."""
    if as_of.at_ns is not None:
        return sequence_at(connection, as_of.at_ns)
    head = head_sequence(connection)
    if as_of.sequence is not None and as_of.sequence > head:
        raise invalid_parameter(
            "out_of_range", detail="There is no such command yet.", parameter="as_of_sequence"
        )
    return head if as_of.sequence is None else as_of.sequence
