"""Bank accounts, withdrawals, and payments that nobody has claimed.

What may become of a withdrawal says the table of exchange/payouts.py, of a payment that of
exchange/payments.py. Every event of a withdrawal comes through `advance`, which moves the money as
the table's row says.
"""

from collections.abc import Callable
from typing import Any, Final

from exchange.exceptions import end_about
from exchange.limits import (
    ACCOUNT_MAX,
    BANK_ACCOUNTS_PER_PARTY_MAX,
    DEPOSIT_MAX,
    WITHDRAWALS_OPEN_PER_PARTY_MAX,
)
from exchange.means import check_money
from exchange.money_commands import (
    DecideWithdrawal,
    ImportStatement,
    RecordPayout,
    RecordReconciliation,
    RegisterBankAccount,
    RequestWithdrawal,
    ResolvePayment,
    VerifyBankAccount,
)
from exchange.money_events import BankAccountRegistered, BankAccountVerified, PaymentResolved
from exchange.money_state import BankAccount
from exchange.money_types import (
    BankAccountId,
    BankAccountState,
    PayoutOutcome,
    Resolution,
    WithdrawalDecision,
    WithdrawalId,
)
from exchange.payments import Payment, PaymentEvent
from exchange.payouts import TRANSITIONS, Withdrawal, WithdrawalEvent, WithdrawalState
from exchange.refusals import Refusal
from exchange.settlement import Emit
from exchange.state import State
from exchange.statements import advance, import_statement, record_reconciliation, tell
from exchange.types import (
    OPERATOR_ID,
    PAYING_IN_KINDS,
    SHA256_BYTES,
    ExceptionKind,
    PartyId,
    PartyKind,
    Sequence,
)
from registry.types import TimeNs

TAIL_LENGTH_MAX: Final = 4
BANK_ANSWER_LENGTH_MAX: Final = 140

RESOLVING_EVENTS: Final = {
    Resolution.ASSIGN: PaymentEvent.ASSIGN,
    Resolution.RETURN: PaymentEvent.RETURN,
    Resolution.OFFSET: PaymentEvent.OFFSET,
}
DECIDING_EVENTS: Final = {
    WithdrawalDecision.APPROVE: WithdrawalEvent.APPROVE,
    WithdrawalDecision.DECLINE: WithdrawalEvent.DECLINE,
}
ANSWERING_EVENTS: Final = {
    PayoutOutcome.INSTRUCTED: WithdrawalEvent.INSTRUCT,
    PayoutOutcome.REFUSED_BY_BANK: WithdrawalEvent.REFUSE,
}


def register_bank_account(
    state: State, command: RegisterBankAccount, sequence: Sequence, at_ns: TimeNs, emit: Emit
) -> Refusal | None:
    """A party that has money here names an account; its id is the command's sequence."""
    party = state.parties.get(command.actor)
    if party is None or party.kind is PartyKind.REGULATOR:
        return Refusal.NOT_PERMITTED
    tail = command.tail
    if len(command.account_digest) != SHA256_BYTES or not _is_tail(tail):
        return Refusal.BANK_ACCOUNT_OUT_OF_RANGE
    own = state.money.owned.get(command.actor, {})
    if command.account_digest in own:
        return Refusal.BANK_ACCOUNT_TAKEN
    if len(own) >= BANK_ACCOUNTS_PER_PARTY_MAX:
        return Refusal.BANK_ACCOUNTS_MAX
    account = BankAccount(
        bank_account_id=BankAccountId(sequence),
        party_id=command.actor,
        account_digest=command.account_digest,
        tail=tail,
        registered_at_ns=at_ns,
    )
    state.money.add_bank_account(account)
    state.touched.money.bank_accounts[account.bank_account_id] = account
    emit(
        BankAccountRegistered(
            bank_account_id=account.bank_account_id,
            party_id=account.party_id,
            account_digest=account.account_digest,
            tail=tail,
        )
    )
    return None


def verify_bank_account(
    state: State, command: VerifyBankAccount, _sequence: Sequence, at_ns: TimeNs, emit: Emit
) -> Refusal | None:
    """The account is the party's from now on. One account is never two parties': if two name the
    same one, one of them is known twice, or one proof is false."""
    if not state.is_operator(command.actor):
        return Refusal.NOT_PERMITTED
    account = state.money.bank_accounts.get(command.bank_account_id)
    if account is None:
        return Refusal.UNKNOWN_BANK_ACCOUNT
    if len(command.proof_sha256) != SHA256_BYTES:
        return Refusal.EVIDENCE_OUT_OF_RANGE
    if account.account_digest in state.money.verified:
        return Refusal.BANK_ACCOUNT_TAKEN
    account.verified_at_ns, account.proof_sha256 = at_ns, command.proof_sha256
    state.money.verified[account.account_digest] = account
    state.touched.money.bank_accounts[account.bank_account_id] = account
    emit(
        BankAccountVerified(
            bank_account_id=account.bank_account_id,
            party_id=account.party_id,
            proof_sha256=command.proof_sha256,
        )
    )
    return None


def request_withdrawal(
    state: State, command: RequestWithdrawal, sequence: Sequence, at_ns: TimeNs, emit: Emit
) -> Refusal | None:
    """Available money is frozen for the way to the party's own account."""
    party_id = command.actor
    if party_id not in state.parties:
        return Refusal.NOT_PERMITTED
    account = state.money.bank_accounts.get(command.bank_account_id)
    if account is None or account.party_id != party_id:
        return Refusal.UNKNOWN_BANK_ACCOUNT
    if not 0 < command.amount <= DEPOSIT_MAX:
        return Refusal.AMOUNT_OUT_OF_RANGE
    if account.status is not BankAccountState.VERIFIED:
        return Refusal.BANK_ACCOUNT_NOT_VERIFIED
    refusal = check_money(state, party_id, command.amount)
    if refusal is not None:
        return refusal
    if state.parties[party_id].withdrawals_open >= WITHDRAWALS_OPEN_PER_PARTY_MAX:
        return Refusal.WITHDRAWALS_OPEN_MAX
    state.cash.freeze(party_id, command.amount)
    withdrawal = Withdrawal(
        withdrawal_id=WithdrawalId(sequence),
        party_id=party_id,
        payment_id=None,
        bank_account_id=account.bank_account_id,
        account_digest=account.account_digest,
        amount=command.amount,
        state=WithdrawalState.REQUESTED,
        requested_at_ns=at_ns,
        changed_at_ns=at_ns,
    )
    _begin(state, withdrawal, emit)
    return None


def decide_withdrawal(
    state: State, command: DecideWithdrawal, _sequence: Sequence, at_ns: TimeNs, emit: Emit
) -> Refusal | None:
    """The operator lets it be paid, or the money is free again."""
    withdrawal = _movable(
        state, command.actor, command.withdrawal_id, DECIDING_EVENTS[command.decision]
    )
    if isinstance(withdrawal, Refusal):
        return withdrawal
    advance(state, withdrawal, DECIDING_EVENTS[command.decision], at_ns=at_ns, emit=emit)
    return None


def record_payout(
    state: State, command: RecordPayout, _sequence: Sequence, at_ns: TimeNs, emit: Emit
) -> Refusal | None:
    """The custodian has answered. What it refuses is free again; what it takes is gone only when a
    statement says so."""
    answer = command.bank_answer
    is_text = len(answer) <= BANK_ANSWER_LENGTH_MAX and answer.isprintable()
    withdrawal = _movable(
        state,
        command.actor,
        command.withdrawal_id,
        ANSWERING_EVENTS[command.outcome],
        otherwise=None if is_text else Refusal.ROWS_OUT_OF_RANGE,
    )
    if isinstance(withdrawal, Refusal):
        return withdrawal
    withdrawal.bank_answer = answer
    advance(state, withdrawal, ANSWERING_EVENTS[command.outcome], at_ns=at_ns, emit=emit)
    return None


def resolve_payment(
    state: State, command: ResolvePayment, sequence: Sequence, at_ns: TimeNs, emit: Emit
) -> Refusal | None:
    """An unmatched payment becomes a party's, goes back, or is cancelled out by its reversal."""
    refusal = _why_not_resolved(state, command)
    if refusal is not None:
        return refusal
    payment = state.money.payments[command.payment_id]
    match command.resolution:
        case Resolution.ASSIGN:
            _assign(state, payment, command.party_id)
        case Resolution.OFFSET:
            _offset(state, payment, command, at_ns=at_ns)
        case Resolution.RETURN:
            payment.withdrawal_id = WithdrawalId(sequence)
    payment.advance(RESOLVING_EVENTS[command.resolution], at_ns=at_ns)
    if command.resolution is not Resolution.RETURN:
        del state.money.payments[payment.payment_id]
    state.touched.money.payments[payment.payment_id] = payment
    emit(
        PaymentResolved(
            payment_id=payment.payment_id,
            amount=payment.amount,
            state=payment.state,
            party_id=payment.party_id,
            withdrawal_id=payment.withdrawal_id,
            against=payment.against,
        )
    )
    for resolved in filter(None, (payment.payment_id, payment.against)):
        end_about(state, ExceptionKind.PAYMENT, resolved, at_ns=at_ns, emit=emit)
    if command.resolution is Resolution.RETURN:
        _begin(state, _way_back(payment, at_ns=at_ns), emit)
    return None


def _why_not_resolved(state: State, command: ResolvePayment) -> Refusal | None:
    if not state.is_operator(command.actor):
        return Refusal.NOT_PERMITTED
    assigns = command.resolution is Resolution.ASSIGN
    if assigns and command.party_id not in state.parties:
        return Refusal.UNKNOWN_PARTY
    payment = state.money.payments.get(command.payment_id)
    if payment is None:
        return Refusal.UNKNOWN_PAYMENT
    if command.resolution is Resolution.OFFSET:
        return _why_not_offset(state, payment, command)
    if not payment.may(RESOLVING_EVENTS[command.resolution]):
        return Refusal.PAYMENT_NOT_IN_STATE
    if assigns:
        assert command.party_id is not None
        return _why_not_assigned(state, payment, command.party_id)
    goes_back = payment.amount > 0 and payment.account_digest is not None
    return None if goes_back else Refusal.PAYMENT_NOT_IN_STATE


def _why_not_offset(state: State, payment: Payment, command: ResolvePayment) -> Refusal | None:
    if command.against is None:
        return Refusal.UNKNOWN_PAYMENT
    against = state.money.payments.get(command.against)
    if against is None:
        return Refusal.UNKNOWN_PAYMENT
    if payment.amount + against.amount != 0:
        return Refusal.TOTALS_DIFFER
    if not (payment.may(PaymentEvent.OFFSET) and against.may(PaymentEvent.OFFSET)):
        return Refusal.PAYMENT_NOT_IN_STATE
    return None


def _why_not_assigned(state: State, payment: Payment, party_id: PartyId) -> Refusal | None:
    """To the operator goes what the bank itself has booked; to others what is of an account that is
    verified as theirs, and to credit somebody he must be one who pays in."""
    if payment.is_the_banks_own:
        may_have_it = party_id == OPERATOR_ID
    else:
        may_have_it = state.money.verified_account(party_id, payment.account_digest) is not None
        pays_in = state.parties[party_id].kind in PAYING_IN_KINDS
        may_have_it = may_have_it and (pays_in or payment.amount < 0)
    if not may_have_it:
        return Refusal.BANK_ACCOUNT_NOT_VERIFIED
    account = state.cash.accounts[party_id]
    if account.available + payment.amount < 0:
        return Refusal.MONEY_NOT_AVAILABLE
    if account.deposited + payment.amount > ACCOUNT_MAX:
        return Refusal.ACCOUNT_FULL
    return None


def _assign(state: State, payment: Payment, party_id: PartyId | None) -> None:
    assert party_id is not None, payment.payment_id
    state.cash.assign(party_id, payment.amount)
    payment.party_id = party_id
    if payment.is_the_banks_own and payment.amount > 0:
        state.money.bank_interest += payment.amount


def _offset(state: State, payment: Payment, command: ResolvePayment, *, at_ns: TimeNs) -> None:
    assert command.against is not None, payment.payment_id
    against = state.money.payments.pop(command.against)
    payment.against, against.against = against.payment_id, payment.payment_id
    against.advance(PaymentEvent.OFFSET, at_ns=at_ns)
    state.touched.money.payments[against.payment_id] = against


def _way_back(payment: Payment, *, at_ns: TimeNs) -> Withdrawal:
    assert payment.account_digest is not None, payment.payment_id
    assert payment.withdrawal_id is not None, payment.payment_id
    # The payment's resolution was the decision.
    return Withdrawal(
        withdrawal_id=payment.withdrawal_id,
        party_id=None,
        payment_id=payment.payment_id,
        bank_account_id=None,
        account_digest=payment.account_digest,
        amount=payment.amount,
        state=WithdrawalState.APPROVED,
        requested_at_ns=at_ns,
        changed_at_ns=at_ns,
    )


def _begin(state: State, withdrawal: Withdrawal, emit: Emit) -> None:
    state.money.withdrawals[withdrawal.withdrawal_id] = withdrawal
    state.touched.money.withdrawals[withdrawal.withdrawal_id] = withdrawal
    if withdrawal.party_id is not None:
        state.parties[withdrawal.party_id].withdrawals_open += 1
    emit(tell(withdrawal, WithdrawalEvent.REQUEST))


def _movable(
    state: State,
    actor: PartyId,
    withdrawal_id: WithdrawalId,
    event: WithdrawalEvent,
    *,
    otherwise: Refusal | None = None,
) -> Withdrawal | Refusal:
    """The open withdrawal, if the operator asks and this can happen to it now; `otherwise` is what
    else is wrong with the command."""
    if not state.is_operator(actor):
        return Refusal.NOT_PERMITTED
    withdrawal = state.money.withdrawals.get(withdrawal_id)
    if withdrawal is None:
        return Refusal.UNKNOWN_WITHDRAWAL
    if otherwise is not None:
        return otherwise
    if (withdrawal.state, event) not in TRANSITIONS:
        return Refusal.WITHDRAWAL_NOT_IN_STATE
    return withdrawal


def _is_tail(tail: str) -> bool:
    return 0 < len(tail) <= TAIL_LENGTH_MAX and tail.isascii() and tail.isalnum()


HANDLERS: Final[dict[type, Callable[[State, Any, Sequence, TimeNs, Emit], Refusal | None]]] = {
    RegisterBankAccount: register_bank_account,
    VerifyBankAccount: verify_bank_account,
    ImportStatement: import_statement,
    ResolvePayment: resolve_payment,
    RequestWithdrawal: request_withdrawal,
    DecideWithdrawal: decide_withdrawal,
    RecordPayout: record_payout,
    RecordReconciliation: record_reconciliation,
}
"""One function a command, as in exchange/engine.py."""
