"""Reconciliations: ledger, escrow account and statement side by side."""

from fastapi import APIRouter, Request, Response
from sqlalchemy import Connection
from starlette.concurrency import run_in_threadpool

from api.auth.principal import Principal
from api.dependencies import (
    GivenServices,
    IdempotencyKey,
    Operator,
    Paged,
    Services,
    cut_page,
)
from api.errors import ApiProblem, Trouble
from api.responses import SIGNED_IN, problems
from api.schemas.base import Page, decode_cursor
from api.schemas.money import Reconciliation, reconciliation_of
from api.strict_input import StrictRoute
from api.submission import mark_replayed, once, submit
from exchange.codec import decode_command, encode_command
from exchange.custodian.port import CustodianUnavailable
from exchange.limits import STATEMENT_ENTRIES_MAX
from exchange.money_commands import InTransit, RecordReconciliation
from exchange.money_events import MoneyReconciled
from exchange.money_state import Reconciliation as ReconciliationRecord
from exchange.store import money_queries

router = APIRouter(route_class=StrictRoute, tags=["money"])


@router.post(
    "/v1/reconciliations",
    operation_id="reconcile_money",
    status_code=201,
    responses=problems(*SIGNED_IN, 400, 409, 422),
)
async def reconcile_money(
    response: Response,
    services: GivenServices,
    operator: Operator,
    idempotency_key: IdempotencyKey,
) -> Reconciliation:
    """Ask the custodian what the escrow account has, and set it beside ledger and last statement.
    For the operator.

    Where they differ, `breaks` says why as far as it is known. Nothing is changed by it.
    """
    command = await run_in_threadpool(_ask_custodian, services, operator, idempotency_key)
    outcome = await submit(services, command)
    said = outcome.events[0]  # a break is told to somebody after it
    assert isinstance(said, MoneyReconciled), said
    assert outcome.sequence is not None, said
    mark_replayed(response, outcome)
    return reconciliation_of(
        ReconciliationRecord(
            reconciliation_id=outcome.sequence,
            at_ns=outcome.at_ns,
            statement_id=said.statement_id,
            accounts=said.accounts,
            suspense=said.suspense,
            escrow_balance=said.escrow_balance,
            statement_balance=said.statement_balance,
            breaks=said.breaks,
        )
    )


@router.get(
    "/v1/reconciliations",
    operation_id="list_reconciliations",
    responses=problems(*SIGNED_IN, 422),
)
def list_reconciliations(
    request: Request,
    response: Response,
    services: GivenServices,
    _operator: Operator,
    paged: Paged,
) -> Page[Reconciliation]:
    """What was found, newest first. For the operator."""
    with services.reader.connect() as connection:
        records = money_queries.reconciliations_before(
            connection,
            before=None if paged.cursor is None else decode_cursor(paged.cursor, start=0),
            limit=paged.limit + 1,
        )
    shown, cursor = cut_page(
        request, response, paged, records, lambda each: (each.reconciliation_id,)
    )
    return Page(items=[reconciliation_of(record) for record in shown], next_cursor=cursor)


def _ask_custodian(services: Services, operator: Principal, key: str) -> RecordReconciliation:
    """The command that says what the custodian answers, kept under the request's key: asked again,
    it is the same command, though the custodian may say something else by now."""
    with services.reader.connect() as connection:
        last = money_queries.last_statement(connection)
    last_id = None if last is None else last.statement_id
    try:
        balance = services.custodian.balance(after=last_id)
    except CustodianUnavailable as fault:
        raise ApiProblem(Trouble.CUSTODIAN_UNAVAILABLE, f"{fault}.") from fault
    moved = balance.since[:STATEMENT_ENTRIES_MAX]
    command = RecordReconciliation(
        actor=operator.party_id,
        key=key,
        statement_id=last_id,
        escrow_balance=balance.amount,
        in_transit=tuple(
            InTransit(amount=each.amount, withdrawal_ref=each.withdrawal_id) for each in moved
        ),
    )

    def act(_connection: Connection) -> bytes:
        return encode_command(command)

    answered = once(services, operator, key, ["reconcile_money"], act)
    kept = decode_command(answered.answer)
    assert isinstance(kept, RecordReconciliation), kept
    return kept
