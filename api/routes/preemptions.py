"""The right of pre-emption: what is offered to whom, and his answer."""

from fastapi import APIRouter, Request, Response

from api.auth.principal import Principal
from api.dependencies import (
    GivenServices,
    IdempotencyKey,
    IdInPath,
    IfMatch,
    Paged,
    Services,
    SignedIn,
    Trader,
    cut_page,
    version_in,
)
from api.responses import COMMAND, SIGNED_IN, problems
from api.routes.transfers import submit_about_transfer
from api.schemas.base import Page, decode_cursor
from api.schemas.decimals import format_moment
from api.schemas.preemptions import (
    Preemption,
    PreemptionAnswered,
    PreemptionBody,
    preemption_of,
)
from api.strict_input import StrictRoute
from api.submission import mark_replayed, what_happened
from exchange.events import TransferOpened
from exchange.product_view import TransferView
from exchange.transfer_commands import AnswerPreemption
from exchange.types import TRADING_KINDS, PartyKind, PreemptionAnswer
from registry.preemption import asked_of
from registry.types import HolderId, TransferId

router = APIRouter(route_class=StrictRoute, tags=["transfers"])


@router.get("/v1/preemptions", operation_id="list_preemptions", responses=problems(*SIGNED_IN, 422))
async def list_preemptions(
    request: Request,
    response: Response,
    services: GivenServices,
    principal: SignedIn,
    paged: Paged,
) -> Page[Preemption]:
    """Transfers whose buyer's place you may take, oldest first.

    A trust company sees those of its products, the operator all.
    """
    after = decode_cursor(paged.cursor, start=0)
    visible = (
        view
        for view in sorted(services.exchange.view.offered(), key=lambda each: each.transfer_id)
        if view.transfer_id > after and _may_see(services, principal, view)
    )
    rows = [view for view, _ in zip(visible, range(paged.limit + 1), strict=False)]
    shown, cursor = cut_page(request, response, paged, rows, lambda each: (each.transfer_id,))
    is_office, products = principal.kind not in TRADING_KINDS, services.exchange.view.products
    items = [
        preemption_of(
            view,
            products[view.product_id].terms,
            reader_id=principal.party_id,
            is_office=is_office,
        )
        for view in shown
    ]
    return Page(items=items, next_cursor=cursor)


@router.post(
    "/v1/transfers/{transfer_id}/preemption",
    operation_id="answer_preemption",
    responses=problems(*COMMAND, 404, 409, 412, 428),
)
async def answer_preemption(
    response: Response,
    services: GivenServices,
    trader: Trader,
    idempotency_key: IdempotencyKey,
    if_match: IfMatch,
    transfer_id: IdInPath,
    body: PreemptionBody,
) -> PreemptionAnswered:
    """Take the buyer's place in a transfer on its terms, or let it go. For those who have the right
    of pre-emption, while it is offered to them.

    Whoever exercises the right first gets a transfer of his own; all its money has to be there.
    """
    command = AnswerPreemption(
        actor=trader.party_id,
        key=idempotency_key,
        transfer_id=TransferId(int(transfer_id)),
        version=version_in(if_match),
        answer=PreemptionAnswer[body.answer],
    )
    outcome = await submit_about_transfer(services, trader, command)
    mark_replayed(response, outcome)
    event = what_happened(outcome)
    opened = [each for each in outcome.events if isinstance(each, TransferOpened)]
    return PreemptionAnswered(
        transfer_id=str(event.transfer_id),
        symbol=services.exchange.view.products[event.product_id].terms.symbol,
        answer=body.answer,
        new_transfer_id=str(opened[0].transfer_id) if opened else None,
        at=format_moment(outcome.at_ns),
    )


def _may_see(services: Services, principal: Principal, view: TransferView) -> bool:
    if principal.reads_all:
        return True
    if principal.kind is PartyKind.TRUST_COMPANY:
        return view.trust_company_id == principal.party_id
    terms = services.exchange.view.products[view.product_id].terms.transfer_terms
    asked = asked_of(terms, seller_id=HolderId(view.seller_id), buyer_id=HolderId(view.buyer_id))
    return HolderId(principal.party_id) in asked
