"""The invariants of client money, E2 and M1 to M4 of docs/invariants.md."""

from collections import Counter

from exchange.money_types import BankAccountState
from exchange.payments import OPEN_STATES as UNRESOLVED_STATES
from exchange.payments import PaymentState
from exchange.payouts import OPEN_STATES
from exchange.state import State
from exchange.types import OPERATOR_ID, PartyId


def check_money(state: State) -> None:
    """Assert that no fen is lost and none appears. Cost: O(accounts + open payments)."""
    cash, money = state.cash, state.money
    total = deposited = withdrawn = 0
    for account in cash.accounts.values():
        total += account.total
        deposited += account.deposited
        withdrawn += account.withdrawn
    assert total + cash.suspense == cash.paid_in - cash.paid_out, total  # E2
    assert total == deposited - withdrawn, (total, deposited, withdrawn)  # E2
    if state.profile is not None:
        # The venue lives on fees, and what the bank itself gives.
        assert cash.accounts[OPERATOR_ID].deposited == money.bank_interest  # E2
    shown = cash.paid_in - cash.paid_out - money.cash_deposits
    assert money.statement_balance == shown, (money.statement_balance, shown)  # M3
    _check_withdrawals(state)
    _check_payments(state)
    _check_bank_accounts(state)


def _check_withdrawals(state: State) -> None:
    frozen: Counter[PartyId] = Counter()
    withdrawals_open: Counter[PartyId] = Counter()
    for withdrawal_id, withdrawal in state.money.withdrawals.items():
        assert withdrawal.state in OPEN_STATES, withdrawal_id  # M1
        assert withdrawal.amount > 0, withdrawal_id  # M1
        if withdrawal.party_id is not None:
            assert withdrawal.payment_id is None, withdrawal_id  # M1
            frozen[withdrawal.party_id] += withdrawal.amount
            withdrawals_open[withdrawal.party_id] += 1
    for party_id, account in state.cash.accounts.items():
        assert account.frozen == frozen[party_id], (party_id, account.frozen)  # M1
    for party_id, party in state.parties.items():
        assert party.withdrawals_open == withdrawals_open[party_id], party_id  # M1


def _check_payments(state: State) -> None:
    payments = state.money.payments
    suspense = sum(payment.amount for payment in payments.values())
    assert state.cash.suspense == suspense, (state.cash.suspense, suspense)  # M2
    returning = {
        withdrawal.payment_id: withdrawal
        for withdrawal in state.money.withdrawals.values()
        if withdrawal.payment_id is not None
    }
    for payment_id, payment in payments.items():
        assert payment.state in UNRESOLVED_STATES, payment_id  # M2
        way_back = returning.pop(payment_id, None)
        if payment.state is PaymentState.RETURNING:
            assert way_back is not None, payment_id  # M2
            assert way_back.amount == payment.amount, payment_id  # M2
            assert way_back.account_digest == payment.account_digest, payment_id  # M2
            assert way_back.withdrawal_id == payment.withdrawal_id, payment_id  # M2
        else:
            assert way_back is None, payment_id  # M2
    assert not returning, returning  # M2


def _check_bank_accounts(state: State) -> None:
    money = state.money
    verified = 0
    for bank_account_id, account in money.bank_accounts.items():
        owned = money.owned[account.party_id]
        assert owned[account.account_digest] is account, bank_account_id  # M4
        if account.status is BankAccountState.VERIFIED:
            verified += 1
            assert money.verified[account.account_digest] is account, bank_account_id  # M4
    assert sum(map(len, money.owned.values())) == len(money.bank_accounts)  # M4
    assert len(money.verified) == verified  # M4
