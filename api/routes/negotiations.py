"""Deals between named parties: offered, listed, asked for, auctioned; answered, accepted,
declined."""

from collections.abc import Sequence
from typing import Annotated, Final

from fastapi import APIRouter, Query, Request, Response
from starlette.concurrency import run_in_threadpool

from api.auth.principal import Principal
from api.dependencies import (
    Dealer,
    GivenServices,
    IdempotencyKey,
    IdInPath,
    Paged,
    Services,
    Trader,
    cut_page,
    etag_of,
)
from api.errors import refused
from api.responses import COMMAND, CONFLICT, SIGNED_IN, problems
from api.schemas.base import Page, SymbolText, decode_cursor
from api.schemas.negotiations import (
    AcceptOfferBody,
    AuctionUnitsBody,
    ListUnitsBody,
    MakeOfferBody,
    ModeName,
    Negotiation,
    NegotiationStep,
    OfferDealBody,
    RequestQuotesBody,
    StateName,
    negotiation_shown,
    step_of,
)
from api.strict_input import StrictRoute
from api.submission import (
    acknowledging,
    mark_replayed,
    moment_in,
    price_in,
    quantity_in,
    refused_for,
)
from exchange.commands import AnyCommand, Offering
from exchange.modes.negotiation import Acceptance, NegotiationState
from exchange.modes.types import MarketMode
from exchange.negotiation_commands import (
    AboutNegotiation,
    AcceptOffer,
    AuctionUnits,
    DeclineOffer,
    ListUnits,
    MakeOffer,
    NegotiationCommand,
    OfferDeal,
    OpensNegotiation,
    RequestQuotes,
    WithdrawOffer,
)
from exchange.negotiation_state import MODES
from exchange.negotiation_view import NegotiationView
from exchange.product_view import ProductView
from exchange.refusals import Refusal
from exchange.sequencer import Outcome
from exchange.store.negotiation_queries import negotiation_of, negotiations_before
from exchange.types import OfferId, PartyId
from matching import Quantity, Side
from registry.types import LotId, TimeNs

NEGOTIATION_ID_MAX: Final = 10**18

router = APIRouter(route_class=StrictRoute, tags=["negotiations"])


@router.post(
    "/v1/negotiations",
    operation_id="offer_deal",
    status_code=201,
    responses=problems(*CONFLICT, 404),
)
async def offer_deal(
    response: Response,
    services: GivenServices,
    trader: Trader,
    idempotency_key: IdempotencyKey,
    body: OfferDealBody,
) -> NegotiationStep:
    """Offer one named party to sell to it or to buy from it. What you offer is reserved.

    You two alone hear of it; the party may accept, decline, or counter.
    """
    product = services.product(body.symbol, pointer="/symbol")
    command = OfferDeal(
        actor=trader.party_id,
        key=idempotency_key,
        product_id=product.product_id,
        side=Side[body.side],
        price=price_in(body.price, pointer="/price"),
        quantity=_quantity(body.quantity, product),
        counterparty_id=PartyId(int(body.counterparty_id)),
        lapses_ns=_lapse_in(body.lapses_at),
        lots=_lots_in(body.lots),
    )
    return await _open(response, services, command, body.acknowledge)


@router.post(
    "/v1/listings",
    operation_id="list_units",
    status_code=201,
    responses=problems(*CONFLICT, 404),
)
async def list_units(
    response: Response,
    services: GivenServices,
    trader: Trader,
    idempotency_key: IdempotencyKey,
    body: ListUnitsBody,
) -> NegotiationStep:
    """List units at a price; they are reserved as long as the listing stands. Every party that may
    trade sees it, and who lists."""
    product = services.product(body.symbol, pointer="/symbol")
    command = ListUnits(
        actor=trader.party_id,
        key=idempotency_key,
        product_id=product.product_id,
        price=price_in(body.price, pointer="/price"),
        quantity=_quantity(body.quantity, product),
        parts=body.parts,
        acceptance=Acceptance[body.acceptance],
        lapses_ns=_lapse_in(body.lapses_at),
        lots=_lots_in(body.lots),
    )
    return await _open(response, services, command, body.acknowledge)


@router.post(
    "/v1/quote-requests",
    operation_id="request_quotes",
    status_code=201,
    responses=problems(*CONFLICT, 404),
)
async def request_quotes(
    response: Response,
    services: GivenServices,
    trader: Trader,
    idempotency_key: IdempotencyKey,
    body: RequestQuotesBody,
) -> NegotiationStep:
    """Ask at what price others would trade: those whom you name, or everybody. Nothing is
    reserved, and you are not bound."""
    product = services.product(body.symbol, pointer="/symbol")
    command = RequestQuotes(
        actor=trader.party_id,
        key=idempotency_key,
        product_id=product.product_id,
        side=Side[body.side],
        quantity=_quantity(body.quantity, product),
        named=tuple(PartyId(int(each)) for each in body.named or ()),
        lapses_ns=_lapse_in(body.lapses_at),
    )
    return await _open(response, services, command)


@router.post(
    "/v1/english-auctions",
    operation_id="auction_units",
    status_code=201,
    responses=problems(*CONFLICT, 404),
)
async def auction_units(
    response: Response,
    services: GivenServices,
    trader: Trader,
    idempotency_key: IdempotencyKey,
    body: AuctionUnitsBody,
) -> NegotiationStep:
    """Auction units in one block; they are reserved. Every party that may trade sees it, who sells,
    and the highest bid; whose that is, you alone see.

    Bids are offers in the negotiation, firm, and reserve their money. When bidding ends, the
    highest gets the units if it reaches your reserve price, of equal ones the earliest. The others
    that reach it stand behind: if that transfer fails, you may accept the highest of them.
    """
    product = services.product(body.symbol, pointer="/symbol")
    reserve_price = body.reserve_price
    command = AuctionUnits(
        actor=trader.party_id,
        key=idempotency_key,
        product_id=product.product_id,
        price=price_in(body.price, pointer="/price"),
        increment=price_in(body.increment, pointer="/increment"),
        reserve_price=(
            None if reserve_price is None else price_in(reserve_price, pointer="/reserve_price")
        ),
        quantity=_quantity(body.quantity, product),
        starts_ns=_moment(body.starts_at, pointer="/starts_at"),
        ends_ns=_moment(body.ends_at, pointer="/ends_at"),
        lapses_ns=_lapse_in(body.lapses_at),
        lots=_lots_in(body.lots),
    )
    return await _open(response, services, command, body.acknowledge)


@router.get(
    "/v1/negotiations",
    operation_id="list_negotiations",
    responses=problems(*SIGNED_IN, 404, 422),
)
def list_negotiations(
    request: Request,
    response: Response,
    services: GivenServices,
    dealer: Dealer,
    paged: Paged,
    symbol: SymbolText | None = None,
    market_mode: Annotated[ModeName | None, Query()] = None,
    state: Annotated[StateName | None, Query()] = None,
) -> Page[Negotiation]:
    """Offers, listings, requests and auctions of which you may hear, newest first: your own, those
    in which you are named, and those that are open to all, of products whose quotes you may see.
    The operator sees all."""
    with services.reader.connect() as connection:
        rows = negotiations_before(
            connection,
            reader_id=_reader(dealer),
            hidden=services.quotes.hidden_from(dealer.party_id, dealer.kind),
            before=decode_cursor(paged.cursor, start=NEGOTIATION_ID_MAX),
            product_id=None if symbol is None else services.product(symbol).product_id,
            modes=MODES if market_mode is None else (MarketMode[market_mode],),
            states=tuple(NegotiationState) if state is None else (NegotiationState[state],),
            limit=paged.limit + 1,
        )
    shown, cursor = cut_page(request, response, paged, rows, lambda each: (each.negotiation_id,))
    return Page(
        items=[_shown(services, _of_reader(dealer, row)) for row in shown], next_cursor=cursor
    )


@router.get(
    "/v1/negotiations/{negotiation_id}",
    operation_id="get_negotiation",
    responses=problems(*SIGNED_IN, 404, 422),
)
def get_negotiation(
    response: Response, services: GivenServices, dealer: Dealer, negotiation_id: IdInPath
) -> Negotiation:
    """An offer, listing, request or auction of which you may hear, with the offers that you may
    see."""
    shown = _shown(services, _seen(services, dealer, negotiation_id))
    if shown.version is not None:
        response.headers["ETag"] = etag_of(shown.version)
    return shown


@router.post(
    "/v1/negotiations/{negotiation_id}/offers",
    operation_id="make_offer",
    status_code=201,
    responses=problems(*CONFLICT, 404),
)
async def make_offer(
    response: Response,
    services: GivenServices,
    trader: Trader,
    idempotency_key: IdempotencyKey,
    negotiation_id: IdInPath,
    body: MakeOfferBody,
) -> NegotiationStep:
    """Answer with terms: counter an offer, take listed units or ask for them, quote, or bid.

    A counter-offer, a quote and a bid reserve your side; a quote is firm until it lapses, a bid
    until you raise it or others have got the units. A firm listing is taken by it at once; where
    the seller confirms, it asks, and reserves nothing, also behind a deal whose transfer is open
    (BACKED).
    """
    view = await run_in_threadpool(_seen, services, trader, negotiation_id)
    product = services.exchange.view.products[view.product_id]
    command = MakeOffer(
        actor=trader.party_id,
        key=idempotency_key,
        negotiation_id=view.negotiation_id,
        offer_id=OfferId(int(body.answers)),
        price=price_in(body.price, pointer="/price"),
        quantity=_quantity(body.quantity, product),
        lapses_ns=moment_in(body.lapses_at, pointer="/lapses_at"),
        lots=_lots_in(body.lots),
    )
    return await _submit_about(response, services, command, body.acknowledge)


@router.post(
    "/v1/negotiations/{negotiation_id}/offers/{offer_id}/accept",
    operation_id="accept_offer",
    responses=problems(*CONFLICT, 404),
)
async def accept_offer(
    response: Response,
    services: GivenServices,
    trader: Trader,
    idempotency_key: IdempotencyKey,
    *,
    negotiation_id: IdInPath,
    offer_id: IdInPath,
    body: AcceptOfferBody,
) -> NegotiationStep:
    """Say yes to an offer or a quote: your side is checked and a transfer is opened.

    Where a seller confirms, his yes to who has asked offers him the units, and that buyer's yes to
    the same offer makes the deal; if he does not give it in a day, the next is asked. Who still
    waits when all is sold stands behind the deal: if its transfer fails, but for the seller's part,
    the first of them is offered the units in the same way. In an auction
    it is the seller's yes to the highest bid behind one whose transfer has failed.
    """
    view = await run_in_threadpool(_seen, services, trader, negotiation_id, offer_id)
    command = AcceptOffer(
        actor=trader.party_id,
        key=idempotency_key,
        negotiation_id=view.negotiation_id,
        offer_id=OfferId(int(offer_id)),
        lots=_lots_in(body.lots),
    )
    return await _submit_about(response, services, command, body.acknowledge)


@router.post(
    "/v1/negotiations/{negotiation_id}/offers/{offer_id}/decline",
    operation_id="decline_offer",
    responses=problems(*COMMAND, 404, 409),
)
async def decline_offer(
    response: Response,
    services: GivenServices,
    trader: Trader,
    idempotency_key: IdempotencyKey,
    *,
    negotiation_id: IdInPath,
    offer_id: IdInPath,
) -> NegotiationStep:
    """Say no to an offer of another's: between two, that ends it; of several, the one is out."""
    view = await run_in_threadpool(_seen, services, trader, negotiation_id, offer_id)
    command = DeclineOffer(
        actor=trader.party_id,
        key=idempotency_key,
        negotiation_id=view.negotiation_id,
        offer_id=OfferId(int(offer_id)),
    )
    return await _submit_about(response, services, command)


@router.delete(
    "/v1/negotiations/{negotiation_id}",
    operation_id="withdraw_offer",
    responses=problems(*COMMAND, 404, 409),
)
async def withdraw_offer(
    response: Response,
    services: GivenServices,
    trader: Trader,
    idempotency_key: IdempotencyKey,
    negotiation_id: IdInPath,
) -> NegotiationStep:
    """Take your own word back: your offer, listing or request, your auction if nobody has bid, or
    your wish to take listed units. A quote and a bid are firm. Behind the deal of a listing it
    leaves the line, or as its seller ends it; the deal stays."""
    view = await run_in_threadpool(_seen, services, trader, negotiation_id)
    command = WithdrawOffer(
        actor=trader.party_id,
        key=idempotency_key,
        negotiation_id=view.negotiation_id,
    )
    return await _submit_about(response, services, command)


def _given(command: OpensNegotiation | AboutNegotiation, acknowledge: Sequence[str]) -> AnyCommand:
    return acknowledging(command, acknowledge) if isinstance(command, Offering) else command


async def _open(
    response: Response,
    services: Services,
    command: OpensNegotiation,
    acknowledge: Sequence[str] = (),
) -> NegotiationStep:
    outcome = await services.exchange.submit(_given(command, acknowledge))
    if outcome.refusal is not None:
        raise await refused_for(services, outcome.refusal, outcome)
    step = _answer(response, command, outcome)
    response.headers["Location"] = f"/v1/negotiations/{step.negotiation_id}"
    return step


async def _submit_about(
    response: Response,
    services: Services,
    command: AboutNegotiation,
    acknowledge: Sequence[str] = (),
) -> NegotiationStep:
    """As any command; but of a negotiation that its party has seen and that has ended, its offers
    stand no more: the engine forgets what has ended, the rows do not."""
    outcome = await services.exchange.submit(_given(command, acknowledge))
    refusal = outcome.refusal
    if refusal is Refusal.UNKNOWN_NEGOTIATION:
        refusal = Refusal.OFFER_NOT_STANDING
    if refusal is not None:
        raise await refused_for(services, refusal, outcome)
    return _answer(response, command, outcome)


def _answer(response: Response, command: NegotiationCommand, outcome: Outcome) -> NegotiationStep:
    step = step_of(outcome.events, actor=command.actor, at_ns=outcome.at_ns)
    mark_replayed(response, outcome)
    return step


def _seen(
    services: Services, dealer: Principal, negotiation_id: str, offer_id: str | None = None
) -> NegotiationView:
    """What the party may see of a negotiation; ends the request where it may not hear of it, or
    not of this offer, as if there were none. Nothing is submitted then: the engine does not ask who
    sees quotes, and its refusals would tell that there is one."""
    # Without what is kept from it also where it answers: who has answered hears of it.
    hidden = services.quotes.hidden_from(dealer.party_id, dealer.kind)
    with services.reader.connect() as connection:
        row = negotiation_of(
            connection, int(negotiation_id), reader_id=_reader(dealer), hidden=hidden
        )
    if row is None:
        raise refused(Refusal.UNKNOWN_NEGOTIATION)
    view = _of_reader(dealer, row)
    if offer_id is not None and int(offer_id) not in [each.offer_id for each in view.offers]:
        raise refused(Refusal.OFFER_NOT_STANDING)
    return view


def _reader(dealer: Principal) -> PartyId | None:
    return dealer.shown_party_id


def _of_reader(dealer: Principal, row: NegotiationView) -> NegotiationView:
    view = row if _reader(dealer) is None else row.shown_to(dealer.party_id)
    assert view is not None, row.negotiation_id
    return view


def _shown(services: Services, view: NegotiationView) -> Negotiation:
    return negotiation_shown(view, services.exchange.view.products[view.product_id].terms)


def _quantity(text: str, product: ProductView) -> Quantity:
    return quantity_in(text, scale=product.terms.quantity_scale, pointer="/quantity")


def _lapse_in(text: str) -> TimeNs:
    return _moment(text, pointer="/lapses_at")


def _moment(text: str, *, pointer: str) -> TimeNs:
    moment_ns = moment_in(text, pointer=pointer)
    assert moment_ns is not None, text
    return moment_ns


def _lots_in(lots: list[str] | None) -> tuple[LotId, ...]:
    return tuple(LotId(int(lot_id)) for lot_id in lots or ())
