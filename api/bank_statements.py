"""A bank's statement, from the bytes of its file to what it booked.

A statement of many entries is several commands, each a page that begins where the one before ended:
whatever stops the import, the next try goes on after the last page that was booked, and no page is
booked twice.
"""

import hashlib
from collections.abc import Sequence
from typing import Final

from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from api.accounts_booked import keep_accounts_booked
from api.auth.principal import Principal
from api.dependencies import Services
from api.errors import ApiProblem, Trouble, refused
from api.four_eyes import propose_all
from api.refusal_kinds import REFUSALS
from api.schemas.cash import CURRENCY
from api.schemas.decimals import format_money
from api.schemas.money import ImportedStatement
from api.store.bank_accounts import (
    digest_of_account,
    digest_of_escrow,
    pepper_of,
)
from api.store.statement_accounts import StatementPage, hold_accounts
from api.submission import replay_headers
from exchange.custodian.camt053 import read_camt053
from exchange.custodian.csv_profile import read_bookings_sheet
from exchange.custodian.statement import BankStatement, Booking, OtherAccount, StatementFault
from exchange.limits import STATEMENT_ENTRIES_MAX
from exchange.money_commands import ImportStatement, StatementEntry
from exchange.money_events import DepositRecorded, PaymentUnmatched, WithdrawalAdvanced
from exchange.refusals import Refusal
from exchange.sequencer import Outcome
from exchange.types import Fen

XML_STARTS: Final = (b"<", b"\xef\xbb\xbf<")


def read_statement(content: bytes) -> BankStatement:
    """The statement of a file, which is camt.053 or a sheet.

    Raises:
        StatementFault: it is neither.
    """
    if content.lstrip().startswith(XML_STARTS):
        return read_camt053(content)
    else:
        return read_bookings_sheet(content)


async def import_statement(
    services: Services, operator: Principal, content: bytes, *, key: str
) -> tuple[ImportedStatement, bool] | Response:
    """Book what a file says, and whether all of it was answered before under this key; or the
    answer that says which pages an officer has proposed.

    Raises:
        ApiProblem: the file cannot be read, or one of its pages is refused; those before stay.
        Busy, OutcomeUnknown: as any command; ask again with the same key.
    """
    services.batches.begin(operator.party_id)
    try:
        commands = await run_in_threadpool(_commands, services, operator, content, key)
        proposed = await propose_all(services, operator, commands)
        if proposed is not None:
            return proposed
        try:
            outcomes = [await _import_page(services, command) for command in commands]
        finally:
            await run_in_threadpool(keep_accounts_booked, services.reader, services.edge)
    finally:
        services.batches.end(operator.party_id)
    taken = [outcome for outcome in outcomes if outcome.refusal is None]
    if not taken:
        raise refused(Refusal.FILE_ALREADY_IMPORTED, headers=replay_headers(outcomes[-1]))
    return _answer(commands, taken), all(outcome.replayed for outcome in outcomes)


async def _import_page(services: Services, command: ImportStatement) -> Outcome:
    """The page's outcome. One that was booked by an earlier try is no reason to stop."""
    outcome = await services.exchange.submit(command)
    if outcome.refusal not in (None, Refusal.FILE_ALREADY_IMPORTED):
        raise refused(outcome.refusal, headers=replay_headers(outcome))
    return outcome


def _commands(
    services: Services, operator: Principal, content: bytes, key: str
) -> list[ImportStatement]:
    try:
        statement = read_statement(content)
    except StatementFault as fault:
        detail = str(fault).removesuffix(".")
        raise ApiProblem(Trouble.INVALID_FILE, f"{detail}.") from fault
    if not statement.is_of(services.custodian.account_number):
        detail = "The statement is of another account than the escrow account."
        raise ApiProblem(REFUSALS[Refusal.STATEMENT_DOES_NOT_FOLLOW], detail)
    with services.edge.transaction() as connection:
        pepper = pepper_of(connection)
    others = {booking.other for booking in statement.bookings if booking.other is not None}
    digests = {other: digest_of_account(pepper, other) for other in others}
    file_sha256 = hashlib.sha256(content).digest()
    size, bookings_all = STATEMENT_ENTRIES_MAX, statement.bookings
    pages = [bookings_all[start : start + size] for start in range(0, len(bookings_all), size)]
    pages = pages or [()]
    commands: list[ImportStatement] = []
    balance = statement.opening_balance
    for page, bookings in enumerate(pages, start=1):
        _hold_accounts(services, StatementPage(file_sha256, page), bookings, digests)
        opening, balance = balance, Fen(balance + sum(each.amount for each in bookings))
        # What the file says, and not what its entries come to, where they differ: it is refused.
        closing = statement.closing_balance if page == len(pages) else balance
        commands.append(
            ImportStatement(
                actor=operator.party_id,
                key=f"{key}:{page}",
                statement_id=statement.statement_id,
                file_sha256=file_sha256,
                page=page,
                pages=len(pages),
                account_digest=digest_of_escrow(pepper, statement.account_number),
                opening_balance=opening,
                closing_balance=closing,
                entries=tuple(_entry(each, digests) for each in bookings),
            )
        )
    return commands


def _hold_accounts(
    services: Services,
    page: StatementPage,
    bookings: Sequence[Booking],
    digests: dict[OtherAccount, bytes],
) -> None:
    others = {booking.other for booking in bookings if booking.other is not None}
    with services.edge.transaction() as connection:
        accounts = {digests[other]: other for other in others}
        hold_accounts(connection, page, accounts, at_ns=services.clock.now_ns())


def _entry(booking: Booking, digests: dict[OtherAccount, bytes]) -> StatementEntry:
    return StatementEntry(
        bank_ref=booking.bank_ref,
        amount=booking.amount,
        booked_on=booking.booked_on,
        account_digest=None if booking.other is None else digests[booking.other],
        party_ref=booking.party_ref,
        withdrawal_ref=booking.withdrawal_ref,
    )


def _answer(commands: Sequence[ImportStatement], taken: Sequence[Outcome]) -> ImportedStatement:
    events = [event for outcome in taken for event in outcome.events]
    first, last = commands[0], commands[-1]
    return ImportedStatement(
        statement_id=first.statement_id,
        file_sha256=first.file_sha256.hex(),
        currency=CURRENCY,
        opening_balance=format_money(first.opening_balance),
        closing_balance=format_money(last.closing_balance),
        entries=sum(len(command.entries) for command in commands),
        credited=sum(isinstance(event, DepositRecorded) for event in events),
        paid_out=sum(isinstance(event, WithdrawalAdvanced) for event in events),
        unmatched=sum(isinstance(event, PaymentUnmatched) for event in events),
    )
