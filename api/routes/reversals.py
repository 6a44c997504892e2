"""A settled transfer is undone, by a court's order or for a proven error."""

from fastapi import APIRouter, Response
from starlette.concurrency import run_in_threadpool

from api.dependencies import (
    GivenServices,
    IdempotencyKey,
    IdInPath,
    IfMatch,
    Operator,
    etag_of,
    version_in,
)
from api.errors import refused
from api.four_eyes import act_responses, propose
from api.responses import COMMAND
from api.routes.transfers import find_transfer
from api.schemas.decimals import format_decimal, format_moment, format_money
from api.schemas.reversals import Reversal, ReversalBody
from api.strict_input import StrictRoute
from api.submission import mark_replayed, money_in, replay_headers
from exchange.commands import CreateProduct
from exchange.events import TransferReversed
from exchange.limits import ACCOUNT_MAX
from exchange.refusals import Refusal
from exchange.sequencer import Outcome
from exchange.transfer_commands import ReverseTransfer
from exchange.types import Fen, OfficerId, PartyId
from registry.store.queries import TransferRow
from registry.transfer import TransferState
from registry.types import EncumbranceId

router = APIRouter(route_class=StrictRoute, tags=["transfers"])


@router.post(
    "/v1/transfers/{transfer_id}/reverse",
    operation_id="reverse_transfer",
    response_model=Reversal,
    responses=act_responses(*COMMAND, 404, 409, 412, 428),
)
async def reverse_transfer(
    response: Response,
    services: GivenServices,
    operator: Operator,
    idempotency_key: IdempotencyKey,
    if_match: IfMatch,
    transfer_id: IdInPath,
    body: ReversalBody,
) -> Reversal | Response:
    """Undo a settled transfer: its units go back to the seller, and a stated amount to the buyer.
    For the operator.

    Refused where the buyer has sold of the units, or somebody else has a claim on them.
    """
    row = await run_in_threadpool(find_transfer, services, operator, int(transfer_id))
    if row is None:
        raise refused(Refusal.UNKNOWN_TRANSFER)
    version = version_in(if_match)
    if row.state is not TransferState.REVERSED and row.version != version:
        raise refused(Refusal.TRANSFER_VERSION_STALE)
    command = ReverseTransfer(
        actor=operator.party_id,
        key=idempotency_key,
        transfer_id=row.transfer_id,
        version=version,
        registered=row.registered_at_ns is not None,
        product_id=row.product_id,
        trade_number=row.trade_number,
        seller_id=row.seller_id,
        buyer_id=row.buyer_id,
        units=row.units,
        cost_moved=Fen(row.cost_moved or 0),
        payer_id=PartyId(int(body.payer_id)),
        amount=money_in(body.amount, pointer="/amount", amount_max=ACCOUNT_MAX, amount_min=Fen(0)),
        authority=bytes.fromhex(body.authority_sha256),
        confirmed_by=OfficerId(int(body.confirmed_by)),
        released=tuple(EncumbranceId(int(each)) for each in body.released),
        officer=operator.key_id,
    )
    proposed = await propose(services, operator, command)
    if proposed is not None:
        return proposed
    outcome = await services.exchange.submit(command)
    refusal = _refusal_of(outcome, row)
    if refusal is not None:
        raise refused(refusal, headers=replay_headers(outcome))
    mark_replayed(response, outcome)
    reversal = _shown(outcome, services.exchange.view.products[row.product_id].terms)
    response.headers["ETag"] = etag_of(reversal.version)
    return reversal


def _refusal_of(outcome: Outcome, row: TransferRow) -> Refusal | None:
    """Why it is refused, if it is. Of a transfer that never settled, or is undone already, the
    engine knows only that there is no lot of it, or that it is not registered."""
    settled = row.state in (TransferState.SETTLED, TransferState.REGISTERED)
    unknown = outcome.refusal in (Refusal.LOT_NOT_HELD, Refusal.TRANSFER_VERSION_STALE)
    if unknown and not settled:
        return Refusal.TRANSFER_NOT_IN_STATE
    return outcome.refusal


def _shown(outcome: Outcome, terms: CreateProduct) -> Reversal:
    # Freezes that end with it are told before, transfers of the buyer's that go on after.
    (event,) = (each for each in outcome.events if isinstance(each, TransferReversed))
    return Reversal(
        transfer_id=str(event.transfer_id),
        symbol=terms.symbol,
        state=TransferState.REVERSED.name,
        version=event.version,
        units=format_decimal(event.units, scale=terms.quantity_scale),
        lot_id=str(event.lot_id),
        payer_id=str(event.payer_id),
        amount=format_money(event.amount),
        at=format_moment(outcome.at_ns),
    )
