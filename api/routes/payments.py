"""Payments: the entries of statements, and the queue of those that are nobody's."""

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from starlette.concurrency import run_in_threadpool

from api.dependencies import (
    GivenServices,
    IdempotencyKey,
    IdInPath,
    Operator,
    Paged,
    Services,
    cut_page,
)
from api.errors import refused
from api.four_eyes import act_responses, propose
from api.responses import CONFLICT, SIGNED_IN, problems
from api.schemas.base import Page, decode_cursor
from api.schemas.money import Payment, PaymentStateName, ResolvePaymentBody, payment_of
from api.store.bank_accounts import accounts_of
from api.strict_input import StrictRoute
from api.submission import mark_replayed, replay_headers
from exchange.money_commands import ResolvePayment
from exchange.money_types import PaymentId, Resolution
from exchange.payments import Payment as PaymentRecord
from exchange.payments import PaymentState
from exchange.refusals import Refusal
from exchange.store import money_queries
from exchange.types import PartyId

router = APIRouter(route_class=StrictRoute, tags=["money"])


@router.get("/v1/payments", operation_id="list_payments", responses=problems(*SIGNED_IN, 422))
def list_payments(
    request: Request,
    response: Response,
    services: GivenServices,
    _operator: Operator,
    paged: Paged,
    state: Annotated[PaymentStateName | None, Query()] = None,
) -> Page[Payment]:
    """Entries of statements, newest first; with `state=UNMATCHED` those that wait. For the
    operator."""
    with services.reader.connect() as connection:
        records = money_queries.payments_before(
            connection,
            state=None if state is None else PaymentState[state],
            before=None if paged.cursor is None else decode_cursor(paged.cursor, start=0),
            limit=paged.limit + 1,
        )
    shown, cursor = cut_page(request, response, paged, records, lambda each: (each.payment_id,))
    return Page(items=_show(services, shown), next_cursor=cursor)


@router.get(
    "/v1/payments/{payment_id}",
    operation_id="get_payment",
    responses=problems(*SIGNED_IN, 404, 422),
)
def get_payment(services: GivenServices, _operator: Operator, payment_id: IdInPath) -> Payment:
    """One entry. For the operator."""
    return _one(services, PaymentId(int(payment_id)))


@router.post(
    "/v1/payments/{payment_id}/resolve",
    operation_id="resolve_payment",
    response_model=Payment,
    responses=act_responses(*CONFLICT, 404),
)
async def resolve_payment(
    response: Response,
    services: GivenServices,
    operator: Operator,
    idempotency_key: IdempotencyKey,
    payment_id: IdInPath,
    body: ResolvePaymentBody,
) -> Payment | Response:
    """Say what becomes of a payment that is nobody's. For the operator.

    ASSIGN: it is of the party whose verified account it came from. RETURN: it goes back to the
    payer. OFFSET: another entry of the bank's undoes it.
    """
    against = body.against_payment_id
    command = ResolvePayment(
        actor=operator.party_id,
        key=idempotency_key,
        payment_id=PaymentId(int(payment_id)),
        resolution=Resolution[body.resolution],
        party_id=None if body.party_id is None else PartyId(int(body.party_id)),
        against=None if against is None else PaymentId(int(against)),
    )
    proposed = await propose(services, operator, command)
    if proposed is not None:
        return proposed
    outcome = await services.exchange.submit(command)
    if outcome.refusal is Refusal.UNKNOWN_PAYMENT:
        # One that is resolved already is not unknown, nor is the other one of an offset.
        for wanted in (command.payment_id, command.against):
            if wanted is not None:
                await run_in_threadpool(_one, services, wanted)
        raise refused(Refusal.PAYMENT_NOT_IN_STATE, headers=replay_headers(outcome))
    if outcome.refusal is not None:
        raise refused(outcome.refusal, headers=replay_headers(outcome))
    mark_replayed(response, outcome)
    services.payouts.wake()
    return await run_in_threadpool(_one, services, command.payment_id)


def _one(services: Services, payment_id: PaymentId) -> Payment:
    with services.reader.connect() as connection:
        record = money_queries.payment_of(connection, payment_id)
    if record is None:
        raise refused(Refusal.UNKNOWN_PAYMENT)
    (shown,) = _show(services, [record])
    return shown


def _show(services: Services, records: Sequence[PaymentRecord]) -> list[Payment]:
    digests = [each.account_digest for each in records if each.account_digest is not None]
    with services.edge.transaction() as connection:
        known = accounts_of(connection, digests)
    return [payment_of(each, known.get(each.account_digest or b"")) for each in records]
