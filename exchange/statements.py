"""What the custodian's statement says becomes true here, entry by entry; and the three figures.

A statement has to begin where the last one ended, and its entries have to lead from its opening to
its closing balance: so ledger and statement agree to the fen by construction, and what is left out,
added or altered is refused whole. Each entry has one outcome: a party's deposit, a withdrawal's
booking, or a payment that waits for somebody to resolve it and credits nobody.

Source: domain D5; the custodian holds the money, and what it has booked is final.
"""

import re
from hashlib import blake2b
from typing import Final

from exchange.exceptions import raise_about
from exchange.limits import (
    ACCOUNT_MAX,
    DEPOSIT_MAX,
    ESCROW_BALANCE_MAX,
    PAYMENTS_UNMATCHED_MAX,
    STATEMENT_ENTRIES_MAX,
    STATEMENT_PAGES_MAX,
    TRANSFER_IDS_PER_COMMAND,
)
from exchange.money_commands import (
    ImportStatement,
    InTransit,
    RecordReconciliation,
    StatementEntry,
)
from exchange.money_events import (
    Break,
    DepositRecorded,
    MoneyReconciled,
    PaymentUnmatched,
    StatementImported,
    WithdrawalAdvanced,
)
from exchange.money_state import Reconciliation, Statement
from exchange.money_types import BreakCause, PaymentId, UnmatchedReason, WithdrawalId
from exchange.payments import Payment, PaymentEvent, PaymentState
from exchange.payouts import (
    OPEN_STATES,
    TRANSITIONS,
    PayoutEffect,
    Withdrawal,
    WithdrawalEvent,
)
from exchange.refusals import Refusal
from exchange.settlement import Emit
from exchange.state import State
from exchange.types import PAYING_IN_KINDS, SHA256_BYTES, ExceptionKind, Fen, Sequence
from registry.calendar import day_in_shanghai
from registry.types import TimeNs

REF_BYTES: Final = 16
REFERENCE: Final = re.compile(r"[!-~](?:[ -~]{0,62}[!-~])?", re.ASCII)
"""1 to 64 printable characters, no space at either end."""
ID_MAX: Final = 2**63 - 1


def import_statement(
    state: State, command: ImportStatement, sequence: Sequence, at_ns: TimeNs, emit: Emit
) -> Refusal | None:
    """Book a page of the escrow account's statement. Cost: O(entries), some 5 µs each."""
    if not state.is_operator(command.actor):
        return Refusal.NOT_PERMITTED
    refusal = _why_not_readable(command, at_ns) or _why_not_next(state, command, at_ns)
    if refusal is not None:
        return refusal
    statement = Statement(
        sequence=sequence,
        statement_id=command.statement_id,
        file_sha256=command.file_sha256,
        page=command.page,
        pages=command.pages,
        account_digest=command.account_digest,
        opening_balance=command.opening_balance,
        closing_balance=command.closing_balance,
        entries=len(command.entries),
        imported_at_ns=at_ns,
    )
    state.money.last_statement = statement
    state.money.see(_page_ref(command), at_ns=at_ns)
    state.touched.money.statements.append(statement)
    emit(
        StatementImported(
            statement_id=statement.statement_id,
            file_sha256=statement.file_sha256,
            page=statement.page,
            pages=statement.pages,
            opening_balance=statement.opening_balance,
            closing_balance=statement.closing_balance,
            entries=statement.entries,
        )
    )
    for index, entry in enumerate(command.entries):
        payment_id = PaymentId(sequence * TRANSFER_IDS_PER_COMMAND + index)
        _book(state, entry, payment_id, at_ns=at_ns, emit=emit)
    return None


def record_reconciliation(
    state: State, command: RecordReconciliation, sequence: Sequence, at_ns: TimeNs, emit: Emit
) -> Refusal | None:
    """Ledger, escrow account and statement side by side; a difference is told with its cause, and
    changes nothing. Cost: O(what is in transit)."""
    if not state.is_operator(command.actor):
        return Refusal.NOT_PERMITTED
    amounts_in_range = all(0 < abs(item.amount) <= DEPOSIT_MAX for item in command.in_transit)
    if not (0 <= command.escrow_balance <= ESCROW_BALANCE_MAX and amounts_in_range):
        return Refusal.AMOUNT_OUT_OF_RANGE
    if len(command.in_transit) > STATEMENT_ENTRIES_MAX:
        return Refusal.ROWS_OUT_OF_RANGE
    money = state.money
    last = None if money.last_statement is None else money.last_statement.statement_id
    if command.statement_id != last:
        return Refusal.STATEMENT_DOES_NOT_FOLLOW
    reconciliation = Reconciliation(
        reconciliation_id=sequence,
        at_ns=at_ns,
        statement_id=last,
        accounts=state.cash.total,
        suspense=Fen(state.cash.suspense),
        escrow_balance=command.escrow_balance,
        statement_balance=money.statement_balance,
        breaks=_breaks(state, command),
    )
    state.touched.money.reconciliations.append(reconciliation)
    emit(
        MoneyReconciled(
            statement_id=last,
            accounts=reconciliation.accounts,
            suspense=reconciliation.suspense,
            escrow_balance=reconciliation.escrow_balance,
            statement_balance=reconciliation.statement_balance,
            breaks=reconciliation.breaks,
        )
    )
    if any(each.cause is BreakCause.UNKNOWN for each in reconciliation.breaks):
        kind = ExceptionKind.MONEY_BREAK
        raise_about(state, kind, sequence, party_id=None, at_ns=at_ns, emit=emit)
    return None


def advance(
    state: State, withdrawal: Withdrawal, event: WithdrawalEvent, *, at_ns: TimeNs, emit: Emit
) -> None:
    """Let this happen to a withdrawal, and to its money what the table says. Cost: O(1)."""
    row = withdrawal.advance(event, at_ns=at_ns)
    match row.money:
        case PayoutEffect.KEEP:
            pass
        case PayoutEffect.FREE:
            _free(state, withdrawal, at_ns=at_ns)
        case PayoutEffect.LEAVE:
            _leave(state, withdrawal, at_ns=at_ns)
    if withdrawal.state not in OPEN_STATES:
        del state.money.withdrawals[withdrawal.withdrawal_id]
        if withdrawal.party_id is not None:
            state.parties[withdrawal.party_id].withdrawals_open -= 1
    state.touched.money.withdrawals[withdrawal.withdrawal_id] = withdrawal
    emit(tell(withdrawal, event))
    if event is WithdrawalEvent.REFUSE:
        _raise_refused(state, withdrawal, at_ns=at_ns, emit=emit)


def tell(withdrawal: Withdrawal, event: WithdrawalEvent) -> WithdrawalAdvanced:
    """The event that says where the withdrawal stands now."""
    return WithdrawalAdvanced(
        withdrawal_id=withdrawal.withdrawal_id,
        party_id=withdrawal.party_id,
        payment_id=withdrawal.payment_id,
        amount=withdrawal.amount,
        event=event,
        state=withdrawal.state,
    )


def _raise_refused(state: State, withdrawal: Withdrawal, *, at_ns: TimeNs, emit: Emit) -> None:
    """A party's withdrawal has failed; a payment that was to go back waits for somebody again."""
    if withdrawal.payment_id is not None:
        payment = state.money.payments[withdrawal.payment_id]
        _wait_for_somebody(state, payment, at_ns=at_ns, emit=emit)
        return
    raise_about(
        state,
        ExceptionKind.PAYOUT,
        withdrawal.withdrawal_id,
        party_id=withdrawal.party_id,
        at_ns=at_ns,
        emit=emit,
    )


def _free(state: State, withdrawal: Withdrawal, *, at_ns: TimeNs) -> None:
    if withdrawal.party_id is not None:
        state.cash.unfreeze(withdrawal.party_id, withdrawal.amount)
        return
    payment = _returning(state, withdrawal)
    payment.withdrawal_id = None
    payment.advance(PaymentEvent.STAY, at_ns=at_ns)


def _leave(state: State, withdrawal: Withdrawal, *, at_ns: TimeNs) -> None:
    if withdrawal.party_id is not None:
        state.cash.withdraw(withdrawal.party_id, withdrawal.amount)
        return
    payment = _returning(state, withdrawal)
    state.cash.give_back(withdrawal.amount)
    del state.money.payments[payment.payment_id]
    payment.advance(PaymentEvent.LEAVE, at_ns=at_ns)


def _returning(state: State, withdrawal: Withdrawal) -> Payment:
    assert withdrawal.payment_id is not None, withdrawal.withdrawal_id
    payment = state.money.payments[withdrawal.payment_id]
    state.touched.money.payments[payment.payment_id] = payment
    return payment


def _why_not_readable(command: ImportStatement, at_ns: TimeNs) -> Refusal | None:
    """What is wrong with the page by itself."""
    entries = command.entries
    balances = command.opening_balance, command.closing_balance
    if not (
        all(0 <= balance <= ESCROW_BALANCE_MAX for balance in balances)
        and all(0 < abs(entry.amount) <= DEPOSIT_MAX for entry in entries)
    ):
        return Refusal.AMOUNT_OUT_OF_RANGE
    if not (
        len(entries) <= STATEMENT_ENTRIES_MAX
        and 1 <= command.page <= command.pages <= STATEMENT_PAGES_MAX
        and REFERENCE.fullmatch(command.statement_id)
        and len(command.file_sha256) == len(command.account_digest) == SHA256_BYTES
        and all(map(_is_readable, entries))
    ):
        return Refusal.ROWS_OUT_OF_RANGE
    today = day_in_shanghai(at_ns)
    if not all(0 <= entry.booked_on <= today for entry in entries):
        return Refusal.DATES_OUT_OF_RANGE
    if command.opening_balance + sum(entry.amount for entry in entries) != command.closing_balance:
        return Refusal.STATEMENT_BALANCES_DIFFER
    return None


def _is_readable(entry: StatementEntry) -> bool:
    numbers = (entry.party_ref, entry.withdrawal_ref)
    return (
        REFERENCE.fullmatch(entry.bank_ref) is not None
        and (entry.account_digest is None or len(entry.account_digest) == SHA256_BYTES)
        and all(number is None or 0 < number <= ID_MAX for number in numbers)
    )


def _why_not_next(state: State, command: ImportStatement, at_ns: TimeNs) -> Refusal | None:
    """What is wrong with it here and now."""
    money, last = state.money, state.money.last_statement
    if money.has_seen(_page_ref(command), at_ns=at_ns):
        return Refusal.FILE_ALREADY_IMPORTED
    is_other_account = last is not None and last.account_digest != command.account_digest
    if is_other_account or money.statement_balance != command.opening_balance:
        return Refusal.STATEMENT_DOES_NOT_FOLLOW
    if len(money.payments) + len(command.entries) > PAYMENTS_UNMATCHED_MAX:
        return Refusal.PAYMENTS_UNMATCHED_MAX
    return None


def _page_ref(command: ImportStatement) -> bytes:
    return _ref(b"page %d of " % command.page + command.file_sha256)


def _ref(material: bytes) -> bytes:
    return blake2b(material, digest_size=REF_BYTES).digest()


def _book(
    state: State, entry: StatementEntry, payment_id: PaymentId, *, at_ns: TimeNs, emit: Emit
) -> None:
    ref = _ref(b"booking " + entry.bank_ref.encode())
    is_new = not state.money.has_seen(ref, at_ns=at_ns)
    state.money.see(ref, at_ns=at_ns)
    payment = Payment(
        payment_id=payment_id,
        bank_ref=entry.bank_ref,
        amount=entry.amount,
        booked_on=entry.booked_on,
        account_digest=entry.account_digest,
        party_ref=entry.party_ref,
        withdrawal_ref=entry.withdrawal_ref,
        state=PaymentState.UNMATCHED,
        changed_at_ns=at_ns,
    )
    state.touched.money.payments[payment_id] = payment
    if not is_new:
        _suspend(state, payment, UnmatchedReason.DUPLICATE, at_ns=at_ns, emit=emit)
    elif entry.amount > 0:
        _credit(state, payment, at_ns=at_ns, emit=emit)
    else:
        _pay_out(state, payment, at_ns=at_ns, emit=emit)


def _credit(state: State, payment: Payment, *, at_ns: TimeNs, emit: Emit) -> None:
    party_id, amount = payment.party_ref, payment.amount
    party = None if party_id is None else state.parties.get(party_id)
    if party is None or party.kind not in PAYING_IN_KINDS:
        _suspend(state, payment, UnmatchedReason.UNKNOWN_REFERENCE, at_ns=at_ns, emit=emit)
        return
    reason: UnmatchedReason | None = None
    if state.money.own_account(party.party_id, payment.account_digest) is None:
        reason = UnmatchedReason.THIRD_PARTY
    elif state.money.verified_account(party.party_id, payment.account_digest) is None:
        reason = UnmatchedReason.UNVERIFIED_ACCOUNT
    elif state.cash.accounts[party.party_id].deposited + amount > ACCOUNT_MAX:
        reason = UnmatchedReason.ACCOUNT_FULL
    if reason is not None:
        _suspend(state, payment, reason, at_ns=at_ns, emit=emit)
    else:
        payment.book(PaymentState.CREDITED, party_id=party.party_id)
        state.cash.deposit(party.party_id, amount)
        emit(
            DepositRecorded(
                party_id=party.party_id,
                amount=amount,
                payment_id=payment.payment_id,
                bank_ref=payment.bank_ref,
            )
        )


def _pay_out(state: State, payment: Payment, *, at_ns: TimeNs, emit: Emit) -> None:
    withdrawal = _paid_by(state, payment)
    if withdrawal is None:
        _suspend(state, payment, UnmatchedReason.UNEXPLAINED_DEBIT, at_ns=at_ns, emit=emit)
        return
    payment.withdrawal_id = withdrawal.withdrawal_id
    payment.book(PaymentState.PAID_OUT, party_id=withdrawal.party_id)
    withdrawal.bank_ref = payment.bank_ref
    advance(state, withdrawal, WithdrawalEvent.BOOK, at_ns=at_ns, emit=emit)


def _paid_by(state: State, payment: Payment) -> Withdrawal | None:
    """The withdrawal that the entry names, if it may be booked and is of this amount to this
    account. Many banks leave the account out, whose number they were given."""
    if payment.withdrawal_ref is None:
        return None
    withdrawal = _bookable(state, payment.withdrawal_ref, payment.amount)
    if withdrawal is None or payment.account_digest not in (None, withdrawal.account_digest):
        return None
    return withdrawal


def _bookable(state: State, withdrawal_id: WithdrawalId, amount: Fen) -> Withdrawal | None:
    withdrawal = state.money.withdrawals.get(withdrawal_id)
    if withdrawal is None or withdrawal.amount != -amount:
        return None
    return withdrawal if (withdrawal.state, WithdrawalEvent.BOOK) in TRANSITIONS else None


def _suspend(
    state: State, payment: Payment, reason: UnmatchedReason, *, at_ns: TimeNs, emit: Emit
) -> None:
    payment.reason = reason
    state.cash.suspend(payment.amount)
    state.money.payments[payment.payment_id] = payment
    emit(
        PaymentUnmatched(
            payment_id=payment.payment_id,
            bank_ref=payment.bank_ref,
            amount=payment.amount,
            reason=reason,
            party_ref=payment.party_ref,
            withdrawal_ref=payment.withdrawal_ref,
        )
    )
    _wait_for_somebody(state, payment, at_ns=at_ns, emit=emit)


def _wait_for_somebody(state: State, payment: Payment, *, at_ns: TimeNs, emit: Emit) -> None:
    kind = ExceptionKind.PAYMENT
    raise_about(state, kind, payment.payment_id, party_id=None, at_ns=at_ns, emit=emit)


def _breaks(state: State, command: RecordReconciliation) -> tuple[Break, ...]:
    """Why the figures differ, none of nothing. Ledger and statement differ by what was recorded by
    hand (M3); statement and escrow account by what the custodian names, as far as it is believed.
    """
    in_transit = sum(_believed(state, command.in_transit))
    difference = command.escrow_balance - state.money.statement_balance
    causes = (
        (BreakCause.IN_TRANSIT, in_transit),
        (BreakCause.CASH_DEPOSIT, state.money.cash_deposits),
        (BreakCause.UNKNOWN, difference - in_transit),
    )
    return tuple(Break(cause=cause, amount=Fen(amount)) for cause, amount in causes if amount)


def _believed(state: State, items: tuple[InTransit, ...]) -> list[Fen]:
    """What came in, and what went out for a withdrawal that may be booked, each once."""
    believed: list[Fen] = []
    named: set[WithdrawalId] = set()
    for item in items:
        reference = item.withdrawal_ref
        if item.amount > 0:
            believed.append(item.amount)
        elif reference is not None and reference not in named:
            named.add(reference)
            if _bookable(state, reference, item.amount) is not None:
                believed.append(item.amount)
    return believed
