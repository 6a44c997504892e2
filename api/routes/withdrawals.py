"""Withdrawals: money on its way to a party's bank."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from starlette.concurrency import run_in_threadpool

from api.auth.principal import Principal
from api.calendars import BANK_DAYS
from api.dependencies import (
    GivenServices,
    IdempotencyKey,
    IdInPath,
    Operator,
    Paged,
    Services,
    SignedIn,
    cut_page,
)
from api.errors import refused
from api.four_eyes import act_responses, propose
from api.responses import CONFLICT, SIGNED_IN, problems
from api.schemas.base import Page, decode_cursor
from api.schemas.money import (
    RecordPayoutBody,
    RequestWithdrawalBody,
    Withdrawal,
    WithdrawalStateName,
    withdrawal_of,
)
from api.strict_input import StrictRoute
from api.submission import mark_replayed, money_in, replay_headers, submit
from exchange.limits import DEPOSIT_MAX
from exchange.money_commands import DecideWithdrawal, RecordPayout, RequestWithdrawal
from exchange.money_events import WithdrawalAdvanced
from exchange.money_types import BankAccountId, PayoutOutcome, WithdrawalDecision, WithdrawalId
from exchange.payouts import WithdrawalState
from exchange.refusals import Refusal
from exchange.store import money_queries
from exchange.store.queries import calendars_of_venue
from exchange.types import PartyId

router = APIRouter(route_class=StrictRoute, tags=["money"])


@router.post(
    "/v1/withdrawals",
    operation_id="request_withdrawal",
    status_code=201,
    responses=problems(*CONFLICT, 404),
)
async def request_withdrawal(
    response: Response,
    services: GivenServices,
    party: SignedIn,
    idempotency_key: IdempotencyKey,
    body: RequestWithdrawalBody,
) -> Withdrawal:
    """Ask for available money at a verified account of yours. It is frozen until it has left, or
    available again if the operator or the bank says no."""
    command = RequestWithdrawal(
        actor=party.party_id,
        key=idempotency_key,
        bank_account_id=BankAccountId(int(body.bank_account_id)),
        amount=money_in(body.amount, pointer="/amount", amount_max=DEPOSIT_MAX),
    )
    outcome = await submit(services, command)
    mark_replayed(response, outcome)
    (requested,) = outcome.events
    assert isinstance(requested, WithdrawalAdvanced), requested
    return await _shown(services, requested.withdrawal_id, party_id=party.party_id)


@router.get("/v1/withdrawals", operation_id="list_withdrawals", responses=problems(*SIGNED_IN, 422))
def list_withdrawals(
    request: Request,
    response: Response,
    services: GivenServices,
    party: SignedIn,
    paged: Paged,
    state: Annotated[WithdrawalStateName | None, Query()] = None,
) -> Page[Withdrawal]:
    """Your withdrawals, newest first; the operator sees those of all parties, and payments that go
    back."""
    with services.reader.connect() as connection:
        records = money_queries.withdrawals_before(
            connection,
            party_id=party.shown_party_id,
            state=None if state is None else WithdrawalState[state],
            before=None if paged.cursor is None else decode_cursor(paged.cursor, start=0),
            limit=paged.limit + 1,
        )
        bank = calendars_of_venue(connection).get(BANK_DAYS)
    shown, cursor = cut_page(request, response, paged, records, lambda each: (each.withdrawal_id,))
    return Page(items=[withdrawal_of(record, bank) for record in shown], next_cursor=cursor)


@router.get(
    "/v1/withdrawals/{withdrawal_id}",
    operation_id="get_withdrawal",
    responses=problems(*SIGNED_IN, 404, 422),
)
def get_withdrawal(services: GivenServices, party: SignedIn, withdrawal_id: IdInPath) -> Withdrawal:
    """One of your withdrawals; the operator sees any."""
    return _one(services, WithdrawalId(int(withdrawal_id)), party_id=party.shown_party_id)


@router.post(
    "/v1/withdrawals/{withdrawal_id}/approve",
    operation_id="approve_withdrawal",
    response_model=Withdrawal,
    responses=act_responses(*SIGNED_IN, 400, 404, 409, 422),
)
async def approve_withdrawal(
    response: Response,
    services: GivenServices,
    operator: Operator,
    idempotency_key: IdempotencyKey,
    withdrawal_id: IdInPath,
) -> Withdrawal | Response:
    """Have the custodian asked to pay it. For the operator."""
    decision = WithdrawalDecision.APPROVE
    return await _decide(services, operator, response, withdrawal_id, decision, key=idempotency_key)


@router.post(
    "/v1/withdrawals/{withdrawal_id}/decline",
    operation_id="decline_withdrawal",
    response_model=Withdrawal,
    responses=act_responses(*SIGNED_IN, 400, 404, 409, 422),
)
async def decline_withdrawal(
    response: Response,
    services: GivenServices,
    operator: Operator,
    idempotency_key: IdempotencyKey,
    withdrawal_id: IdInPath,
) -> Withdrawal | Response:
    """Do not pay it: the money is available again. For the operator."""
    decision = WithdrawalDecision.DECLINE
    return await _decide(services, operator, response, withdrawal_id, decision, key=idempotency_key)


@router.post(
    "/v1/withdrawals/{withdrawal_id}/payout",
    operation_id="record_payout",
    responses=problems(*CONFLICT, 404),
)
async def record_payout(
    response: Response,
    services: GivenServices,
    operator: Operator,
    idempotency_key: IdempotencyKey,
    withdrawal_id: IdInPath,
    body: RecordPayoutBody,
) -> Withdrawal:
    """Record by hand what the bank said, where instructions go to it by file. For the operator.

    REFUSED_BY_BANK makes the money available again. That it is paid only a statement says.
    """
    command = RecordPayout(
        actor=operator.party_id,
        key=idempotency_key,
        withdrawal_id=WithdrawalId(int(withdrawal_id)),
        outcome=PayoutOutcome[body.outcome],
        bank_answer=body.bank_answer,
    )
    return await _move(services, response, command)


async def _decide(
    services: Services,
    operator: Principal,
    response: Response,
    withdrawal_id: str,
    decision: WithdrawalDecision,
    *,
    key: str,
) -> Withdrawal | Response:
    command = DecideWithdrawal(
        actor=operator.party_id,
        key=key,
        withdrawal_id=WithdrawalId(int(withdrawal_id)),
        decision=decision,
    )
    proposed = await propose(services, operator, command)
    if proposed is not None:
        return proposed
    shown = await _move(services, response, command)
    services.payouts.wake()
    return shown


async def _move(
    services: Services, response: Response, command: DecideWithdrawal | RecordPayout
) -> Withdrawal:
    """The withdrawal after the command. One that has ended is not unknown: its state says no."""
    outcome = await services.exchange.submit(command)
    if outcome.refusal is Refusal.UNKNOWN_WITHDRAWAL:
        await _shown(services, command.withdrawal_id, party_id=None)
        raise refused(Refusal.WITHDRAWAL_NOT_IN_STATE, headers=replay_headers(outcome))
    if outcome.refusal is not None:
        raise refused(outcome.refusal, headers=replay_headers(outcome))
    mark_replayed(response, outcome)
    return await _shown(services, command.withdrawal_id, party_id=None)


async def _shown(
    services: Services, withdrawal_id: WithdrawalId, *, party_id: PartyId | None
) -> Withdrawal:
    def one() -> Withdrawal:
        return _one(services, withdrawal_id, party_id=party_id)

    return await run_in_threadpool(one)


def _one(
    services: Services, withdrawal_id: WithdrawalId, *, party_id: PartyId | None
) -> Withdrawal:
    with services.reader.connect() as connection:
        record = money_queries.withdrawal_of(connection, withdrawal_id, party_id=party_id)
        bank = calendars_of_venue(connection).get(BANK_DAYS)
    if record is None:
        raise refused(Refusal.UNKNOWN_WITHDRAWAL)
    return withdrawal_of(record, bank)
