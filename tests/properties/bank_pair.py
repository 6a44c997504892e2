"""What is stored of client money at the custodian, beside what the model's facts say."""

from __future__ import annotations

from exchange.cash import Account
from exchange.money_commands import ImportStatement
from exchange.money_state import Money, MoneyTouched
from exchange.payments import PaymentState
from exchange.payouts import WithdrawalState
from exchange.ports import Row
from exchange.store.money_rows import decode_breaks, take_money_rows
from tests.model.bank import (
    ModelBank,
    ModelBankAccount,
    ModelPayment,
    ModelWithdrawal,
)

Stored = dict[str, dict[object, Row]]


class BankRows:
    """The last that was reported of each thing, by table and key."""

    def __init__(self) -> None:
        self.tables: Stored = {name: {} for name in take_money_rows(MoneyTouched())}

    def take(self, touched: MoneyTouched) -> None:
        """Write down what was touched."""
        for name, rows in take_money_rows(touched).items():
            for row in rows:
                if name in ("statements", "reconciliations"):
                    assert row[0] not in self.tables[name], (name, row)
                self.tables[name][row[0]] = row

    def check(self, bank: ModelBank, money: Money) -> None:
        """Assert that the rows and what the engine remembers are what the model says."""
        expected: Stored = {
            "bank_accounts": {each.bank_account_id: account_row(each) for each in bank.accounts},
            "statements": {
                sequence: statement_row(sequence, at_ns, each)
                for sequence, at_ns, each in bank.statements
            },
            "payments": {key: payment_row(each) for key, each in bank.payments.items()},
            "withdrawals": {key: withdrawal_row(each) for key, each in bank.withdrawals.items()},
        }
        for name, rows in expected.items():
            assert self.tables[name] == rows, name
        assert {
            key: (*row[1:7], decode_breaks(bytes_of(row[7])))
            for key, row in self.tables["reconciliations"].items()
        } == {
            sequence: (
                at_ns,
                event.statement_id,
                event.accounts,
                event.suspense,
                event.escrow_balance,
                event.statement_balance,
                event.breaks,
            )
            for sequence, at_ns, event in bank.reconciled
        }
        assert list(money.payments) == [each.payment_id for each in bank.waiting()]
        assert list(money.withdrawals) == [each.withdrawal_id for each in bank.open_withdrawals()]
        assert money.statement_balance == bank.balance


def bytes_of(value: object) -> bytes:
    assert isinstance(value, bytes), value
    return value


def account_row(account: ModelBankAccount) -> Row:
    named, verified = account.named, account.verified
    return (
        account.bank_account_id,
        named.actor,
        named.account_digest,
        named.tail,
        account.at_ns,
        account.verified_at_ns,
        None if verified is None else verified.proof_sha256,
    )


def statement_row(sequence: int, at_ns: int, command: ImportStatement) -> Row:
    return (
        sequence,
        command.statement_id,
        command.file_sha256,
        command.page,
        command.pages,
        command.account_digest,
        command.opening_balance,
        command.closing_balance,
        len(command.entries),
        at_ns,
    )


def payment_row(payment: ModelPayment) -> Row:
    entry = payment.entry
    return (
        payment.payment_id,
        entry.bank_ref,
        entry.amount,
        entry.booked_on,
        entry.account_digest,
        entry.party_ref,
        entry.withdrawal_ref,
        PaymentState[payment.state].value,
        payment.at_ns,
        None if payment.reason is None else payment.reason.value,
        payment.party_id,
        payment.withdrawal_id,
        payment.against,
    )


def withdrawal_row(withdrawal: ModelWithdrawal) -> Row:
    payment = withdrawal.payment
    return (
        withdrawal.withdrawal_id,
        withdrawal.party_id,
        None if payment is None else payment.payment_id,
        withdrawal.bank_account_id,
        withdrawal.digest,
        withdrawal.amount,
        WithdrawalState[withdrawal.state].value,
        withdrawal.begun_ns,
        withdrawal.at_ns,
        withdrawal.bank_answer,
        withdrawal.bank_ref,
    )


def balance_row(account: Account) -> tuple[int, int, int, int, int, int]:
    """An account as the engine keeps it."""
    return (
        account.deposited,
        account.available,
        account.reserved,
        account.escrow,
        account.frozen,
        account.withdrawn,
    )
