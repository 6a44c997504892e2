"""Bank accounts of parties: named by themselves, verified by the operator."""

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
    SignedIn,
    cut_page,
)
from api.errors import refused
from api.four_eyes import act_responses, submit_act
from api.responses import CONFLICT, SIGNED_IN, problems
from api.schemas.base import Page, decode_cursor
from api.schemas.money import (
    BankAccount,
    BankAccountStateName,
    RegisterBankAccountBody,
    VerifyBankAccountBody,
    bank_account_of,
)
from api.store.bank_accounts import (
    accounts_of,
    digest_of_account,
    keep_accounts,
    pepper_of,
    plain_name,
    tail_of,
)
from api.strict_input import StrictRoute
from api.submission import mark_replayed, submit
from exchange.custodian.statement import OtherAccount, party_reference
from exchange.money_commands import RegisterBankAccount, VerifyBankAccount
from exchange.money_events import BankAccountRegistered
from exchange.money_state import BankAccount as BankAccountRecord
from exchange.money_types import BankAccountId
from exchange.refusals import Refusal
from exchange.store import money_queries
from exchange.types import PartyId

router = APIRouter(route_class=StrictRoute, tags=["money"])


@router.post(
    "/v1/bank-accounts",
    operation_id="register_bank_account",
    status_code=201,
    responses=problems(*CONFLICT),
)
async def register_bank_account(
    response: Response,
    services: GivenServices,
    party: SignedIn,
    idempotency_key: IdempotencyKey,
    body: RegisterBankAccountBody,
) -> BankAccount:
    """Name an account of your own. Its number and holder's name stay outside the journal.

    Money is taken from it and paid to it when the operator has verified it.
    """
    account = OtherAccount(bank=body.bank, number=body.account_number, holder_name=body.holder_name)
    digest = await run_in_threadpool(_keep, services, account)
    command = RegisterBankAccount(
        actor=party.party_id,
        key=idempotency_key,
        account_digest=digest,
        tail=tail_of(body.account_number),
    )
    outcome = await submit(services, command)
    (registered,) = outcome.events
    assert isinstance(registered, BankAccountRegistered), registered
    mark_replayed(response, outcome)
    return await run_in_threadpool(
        _one, services, registered.bank_account_id, party_id=party.party_id
    )


@router.get(
    "/v1/bank-accounts",
    operation_id="list_bank_accounts",
    responses=problems(*SIGNED_IN, 422),
)
def list_bank_accounts(
    request: Request,
    response: Response,
    services: GivenServices,
    party: SignedIn,
    paged: Paged,
    state: Annotated[BankAccountStateName | None, Query()] = None,
) -> Page[BankAccount]:
    """Your accounts, oldest first; the operator sees those of all parties."""
    after = decode_cursor(paged.cursor, start=0)
    with services.reader.connect() as connection:
        records = money_queries.bank_accounts_after(
            connection,
            party_id=party.shown_party_id,
            is_verified=None if state is None else state == "VERIFIED",
            after=after,
            limit=paged.limit + 1,
        )
    shown, cursor = cut_page(
        request, response, paged, records, lambda each: (each.bank_account_id,)
    )
    return Page(items=_show(services, shown), next_cursor=cursor)


@router.get(
    "/v1/bank-accounts/{bank_account_id}",
    operation_id="get_bank_account",
    responses=problems(*SIGNED_IN, 404, 422),
)
def get_bank_account(
    services: GivenServices, party: SignedIn, bank_account_id: IdInPath
) -> BankAccount:
    """One of your accounts; the operator sees any."""
    wanted = BankAccountId(int(bank_account_id))
    return _one(services, wanted, party_id=party.shown_party_id)


@router.post(
    "/v1/bank-accounts/{bank_account_id}/verify",
    operation_id="verify_bank_account",
    response_model=BankAccount,
    responses=act_responses(*CONFLICT, 404),
)
async def verify_bank_account(
    response: Response,
    services: GivenServices,
    operator: Operator,
    idempotency_key: IdempotencyKey,
    bank_account_id: IdInPath,
    body: VerifyBankAccountBody,
) -> BankAccount | Response:
    """Say that the account's holder is the party, and by which proof. For the operator.

    `has_party_name` says whether the names are the same; the proof has to say the rest.
    """
    command = VerifyBankAccount(
        actor=operator.party_id,
        key=idempotency_key,
        bank_account_id=BankAccountId(int(bank_account_id)),
        proof_sha256=bytes.fromhex(body.proof_sha256),
    )
    outcome = await submit_act(services, operator, command)
    if isinstance(outcome, Response):
        return outcome
    mark_replayed(response, outcome)
    return await run_in_threadpool(_one, services, command.bank_account_id, party_id=None)


def _keep(services: Services, account: OtherAccount) -> bytes:
    """Keep the account outside the journal; its digest."""
    with services.edge.transaction() as connection:
        digest = digest_of_account(pepper_of(connection), account)
        keep_accounts(connection, {digest: account})
    return digest


def _one(
    services: Services, bank_account_id: BankAccountId, *, party_id: PartyId | None
) -> BankAccount:
    with services.reader.connect() as connection:
        record = money_queries.bank_account_of(connection, bank_account_id, party_id=party_id)
    if record is None:
        raise refused(Refusal.UNKNOWN_BANK_ACCOUNT)
    (shown,) = _show(services, [record])
    return shown


def _show(services: Services, records: Sequence[BankAccountRecord]) -> list[BankAccount]:
    names = services.edge.names_of([record.party_id for record in records])
    with services.edge.transaction() as connection:
        known = accounts_of(connection, [record.account_digest for record in records])
    return [
        bank_account_of(
            record,
            account,
            has_party_name=account is not None
            and plain_name(account.holder_name) == plain_name(names.get(record.party_id, "")),
            reference=party_reference(record.party_id),
        )
        for record in records
        for account in (known.get(record.account_digest),)
    ]
