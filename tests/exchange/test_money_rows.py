"""What is stored of client money: a restart finds it again, and whatever was altered is named."""

from __future__ import annotations

from pathlib import Path

import pytest

from exchange.commands import AnyCommand
from exchange.errors import JournalCorrupt
from exchange.money_commands import (
    DecideWithdrawal,
    ImportStatement,
    RecordReconciliation,
    RegisterBankAccount,
    RequestWithdrawal,
    StatementEntry,
    VerifyBankAccount,
)
from exchange.money_events import Break
from exchange.money_types import BankAccountId, BreakCause, WithdrawalDecision, WithdrawalId
from exchange.snapshot import digest as state_digest
from exchange.store.money_rows import decode_breaks
from exchange.types import OPERATOR_ID, Fen, PartyId
from exchange.verify import verify
from registry.calendar import day_in_shanghai
from tests.exchange.bank import ESCROW, digest
from tests.exchange.stored import StoredVenue
from tests.exchange.test_recovery import alter
from tests.simulation.traffic import TRADERS

TRADER = TRADERS[0]


def entry(
    venue: StoredVenue, amount: int, *, of: PartyId | None = None, withdrawal: int | None = None
) -> StatementEntry:
    return StatementEntry(
        bank_ref=f"B {amount}",
        amount=Fen(amount),
        booked_on=day_in_shanghai(venue.recovered.state.at_ns),
        account_digest=None if of is None else digest(of),
        party_ref=of,
        withdrawal_ref=None if withdrawal is None else WithdrawalId(withdrawal),
    )


def statement(name: str, opening: int, *entries: StatementEntry) -> ImportStatement:
    return ImportStatement(
        actor=OPERATOR_ID,
        key=name,
        statement_id=name,
        file_sha256=digest(name),
        page=1,
        pages=1,
        account_digest=ESCROW,
        opening_balance=Fen(opening),
        closing_balance=Fen(opening + sum(entry.amount for entry in entries)),
        entries=entries,
    )


def give(venue: StoredVenue, command: AnyCommand) -> int:
    """One command, which is not refused; its sequence."""
    (outcome,) = venue.give(command)
    assert outcome.refusal is None, (command, outcome)
    return venue.sequencer.head.sequence


def banked(folder: Path) -> Path:
    """A database with two statements, an open and a paid withdrawal, a payment that is nobody's,
    and a reconciliation."""
    path = folder / "venue.sqlite3"
    venue = StoredVenue(path)
    registered = give(
        venue,
        RegisterBankAccount(
            actor=TRADER, key="account", account_digest=digest(TRADER), tail="8842"
        ),
    )
    account = BankAccountId(registered)
    give(
        venue,
        VerifyBankAccount(
            actor=OPERATOR_ID, key="proof", bank_account_id=account, proof_sha256=digest("proof")
        ),
    )
    give(venue, statement("S-1", 0, entry(venue, 5_000, of=TRADER), entry(venue, 90)))
    ids = []
    for amount in (300, 400):
        wish = RequestWithdrawal(
            actor=TRADER, key=f"w{amount}", bank_account_id=account, amount=Fen(amount)
        )
        ids.append(give(venue, wish))
    give(
        venue,
        DecideWithdrawal(
            actor=OPERATOR_ID,
            key="yes",
            withdrawal_id=WithdrawalId(ids[0]),
            decision=WithdrawalDecision.APPROVE,
        ),
    )
    give(venue, statement("S-2", 5_090, entry(venue, -300, withdrawal=ids[0])))
    venue.save_snapshot()
    give(
        venue,
        RecordReconciliation(
            actor=OPERATOR_ID,
            key="three",
            statement_id="S-2",
            escrow_balance=Fen(4_791),
            in_transit=(),
        ),
    )
    venue.close()
    return path


def table_of(change: str) -> str:
    return next(word for word in change.split() if word.islower())


def test_a_restart_finds_all_of_it_and_the_journal_gives_all_of_it(tmp_path: Path) -> None:
    path = banked(tmp_path)
    venue = StoredVenue(path)
    state = venue.recovered.state
    assert [payment.amount for payment in state.money.payments.values()] == [90]
    assert [withdrawal.amount for withdrawal in state.money.withdrawals.values()] == [400]
    assert state.money.statement_balance == 4_790
    rows = {name: list(venue.store.read.rows(name)) for name in ("payments", "reconciliations")}
    assert len(rows["payments"]) == 3
    breaks = rows["reconciliations"][0][-1]
    assert isinstance(breaks, bytes)
    assert Break(cause=BreakCause.UNKNOWN, amount=Fen(1)) in decode_breaks(breaks)
    expected = state_digest(state)
    venue.close()
    assert verify(path).digest == expected


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE bank_accounts SET party_id = 1",
        "UPDATE statements SET closing_balance = 1 WHERE statement_id = 'S-2'",
        "UPDATE payments SET amount = 91 WHERE amount = 90",
        "UPDATE withdrawals SET amount = 401 WHERE amount = 400",
        "DELETE FROM withdrawals WHERE amount = 400",
        "UPDATE accounts SET frozen = 0",
    ],
)
def test_an_altered_row_of_something_live_refuses_the_start(tmp_path: Path, change: str) -> None:
    path = banked(tmp_path)
    alter(path, change)
    with pytest.raises(JournalCorrupt, match=table_of(change)):
        StoredVenue(path)


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE statements SET closing_balance = 1 WHERE statement_id = 'S-1'",
        "UPDATE payments SET party_id = 1 WHERE amount = 5000",
        "UPDATE withdrawals SET amount = 301 WHERE amount = 300",
        "UPDATE reconciliations SET suspense = 0",
        "DELETE FROM reconciliations",
    ],
)
def test_an_altered_row_of_anything_ever_is_found_by_verify(tmp_path: Path, change: str) -> None:
    path = banked(tmp_path)
    alter(path, change)
    StoredVenue(path).close()
    with pytest.raises(JournalCorrupt, match=table_of(change)):
        verify(path)
