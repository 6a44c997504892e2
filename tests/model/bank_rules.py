"""When the bank's clerk says no: each rule with its refusal; the smallest that applies counts."""

from __future__ import annotations

import re
from typing import assert_never

from exchange import money_commands as given
from exchange.money_types import PaymentId, Resolution
from exchange.refusals import Refusal
from exchange.types import PartyId, PartyKind
from tests.model.bank import (
    ANSWERS,
    DAY_NS,
    DECISIONS,
    OPERATOR,
    PAYS_IN,
    WAY,
    Applies,
    ModelBank,
    ModelPayment,
)

ACTS_OF_THE_OPERATOR = (
    given.VerifyBankAccount,
    given.ImportStatement,
    given.ResolvePayment,
    given.DecideWithdrawal,
    given.RecordPayout,
    given.RecordReconciliation,
)
SHANGHAI_NS = DAY_NS // 3
ENTRY_MAX = 10**14
BALANCE_MAX = 10**18


def bank_rules(
    bank: ModelBank,
    kinds: dict[PartyId, PartyKind],
    command: given.MoneyCommand,
    *,
    available: dict[PartyId, int],
    at_ns: int,
) -> Applies:
    """What may be wrong with the command, and whether it is."""
    not_permitted = command.actor not in kinds
    if isinstance(command, ACTS_OF_THE_OPERATOR):
        not_permitted = not_permitted or command.actor != OPERATOR
    elif isinstance(command, given.RegisterBankAccount):
        not_permitted = not_permitted or kinds[command.actor] is PartyKind.REGULATOR
    first = (Refusal.NOT_PERMITTED, not_permitted)
    match command:
        case given.RegisterBankAccount() | given.VerifyBankAccount():
            return [first, *_rules_of_accounts(bank, command)]
        case given.ImportStatement():
            return [first, *_rules_of_statements(bank, command, at_ns=at_ns)]
        case given.ResolvePayment():
            return [first, *_rules_of_payments(bank, kinds, command, available)]
        case given.RequestWithdrawal():
            return [first, *_rules_of_wishes(bank, command, available)]
        case given.DecideWithdrawal():
            return [first, *_rules_of_moves(bank, command, DECISIONS[command.decision])]
        case given.RecordPayout():
            answer = command.bank_answer
            return [
                first,
                (Refusal.ROWS_OUT_OF_RANGE, len(answer) > 140 or "\n" in answer),
                *_rules_of_moves(bank, command, ANSWERS[command.outcome]),
            ]
        case given.RecordReconciliation():
            last = None if bank.last is None else bank.last.statement_id
            items = [item.amount for item in command.in_transit]
            return [
                first,
                (Refusal.AMOUNT_OUT_OF_RANGE, not 0 <= command.escrow_balance <= BALANCE_MAX),
                (Refusal.AMOUNT_OUT_OF_RANGE, not all(map(_is_amount, items))),
                (Refusal.ROWS_OUT_OF_RANGE, len(items) > 1_000),
                (Refusal.STATEMENT_DOES_NOT_FOLLOW, command.statement_id != last),
            ]
        case _:
            assert_never(command)


def _rules_of_accounts(
    bank: ModelBank, command: given.RegisterBankAccount | given.VerifyBankAccount
) -> Applies:
    if isinstance(command, given.RegisterBankAccount):
        own = [each for each in bank.accounts if each.named.actor == command.actor]
        digest = command.account_digest
        return [
            (Refusal.BANK_ACCOUNT_OUT_OF_RANGE, len(digest) != 32),
            (
                Refusal.BANK_ACCOUNT_OUT_OF_RANGE,
                re.fullmatch("[0-9A-Za-z]{1,4}", command.tail) is None,
            ),
            (Refusal.BANK_ACCOUNT_TAKEN, bank.owned(command.actor, digest) is not None),
            (Refusal.BANK_ACCOUNTS_MAX, len(own) >= bank.limits.bank_accounts_per_party_max),
        ]
    asked = [each for each in bank.accounts if each.bank_account_id == command.bank_account_id]
    proven = {each.named.account_digest for each in bank.accounts if each.verified is not None}
    return [
        (Refusal.UNKNOWN_BANK_ACCOUNT, not asked),
        (Refusal.EVIDENCE_OUT_OF_RANGE, len(command.proof_sha256) != 32),
        (Refusal.BANK_ACCOUNT_TAKEN, any(each.named.account_digest in proven for each in asked)),
    ]


def _is_amount(amount: int) -> bool:
    return 1 <= abs(amount) <= ENTRY_MAX


def _is_reference(text: str) -> bool:
    printable = all(" " <= letter <= "~" for letter in text)
    return printable and text == text.strip() and 1 <= len(text) <= 64


def _rules_of_statements(bank: ModelBank, command: given.ImportStatement, *, at_ns: int) -> Applies:
    entries, last = command.entries, bank.last
    today = (at_ns + SHANGHAI_NS) // DAY_NS
    texts = [command.statement_id, *(entry.bank_ref for entry in entries)]
    digests = [command.file_sha256, command.account_digest]
    digests += [entry.account_digest for entry in entries if entry.account_digest is not None]
    named = [entry.party_ref for entry in entries if entry.party_ref is not None]
    named += [
        PartyId(entry.withdrawal_ref) for entry in entries if entry.withdrawal_ref is not None
    ]
    balances = command.opening_balance, command.closing_balance
    total = sum(entry.amount for entry in entries)
    pages = [(each.file_sha256, each.page) for _, _, each in bank.statements]
    follows = command.opening_balance == bank.balance
    if last is not None:
        follows = follows and last.account_digest == command.account_digest
    waiting = len(bank.waiting()) + len(entries)
    return [
        (Refusal.AMOUNT_OUT_OF_RANGE, not all(0 <= each <= BALANCE_MAX for each in balances)),
        (Refusal.AMOUNT_OUT_OF_RANGE, not all(_is_amount(each.amount) for each in entries)),
        (Refusal.ROWS_OUT_OF_RANGE, len(entries) > 1_000),
        (Refusal.ROWS_OUT_OF_RANGE, not 1 <= command.page <= command.pages <= 1_000),
        (Refusal.ROWS_OUT_OF_RANGE, not all(map(_is_reference, texts))),
        (Refusal.ROWS_OUT_OF_RANGE, any(len(digest) != 32 for digest in digests)),
        (Refusal.ROWS_OUT_OF_RANGE, any(not 1 <= number < 2**63 for number in named)),
        (
            Refusal.DATES_OUT_OF_RANGE,
            any(each.booked_on < 0 or each.booked_on > today for each in entries),
        ),
        (
            Refusal.STATEMENT_BALANCES_DIFFER,
            command.opening_balance + total != command.closing_balance,
        ),
        (Refusal.FILE_ALREADY_IMPORTED, (command.file_sha256, command.page) in pages),
        (Refusal.STATEMENT_DOES_NOT_FOLLOW, not follows),
        (Refusal.PAYMENTS_UNMATCHED_MAX, waiting > bank.limits.payments_unmatched_max),
    ]


def _rules_of_payments(
    bank: ModelBank,
    kinds: dict[PartyId, PartyKind],
    command: given.ResolvePayment,
    available: dict[PartyId, int],
) -> Applies:
    payment = _waiting(bank, command.payment_id)
    assigns = command.resolution is Resolution.ASSIGN
    nobody = (Refusal.UNKNOWN_PARTY, assigns and command.party_id not in kinds)
    if payment is None:
        return [nobody, (Refusal.UNKNOWN_PAYMENT, True)]
    amount, waits = payment.entry.amount, payment.state == "UNMATCHED"
    if command.resolution is Resolution.RETURN:
        can_go_back = amount > 0 and payment.entry.account_digest is not None
        return [(Refusal.PAYMENT_NOT_IN_STATE, not (waits and can_go_back))]
    if command.resolution is Resolution.OFFSET:
        other = None if command.against is None else _waiting(bank, command.against)
        if other is None:
            return [(Refusal.UNKNOWN_PAYMENT, True)]
        both_wait = waits and other.state == "UNMATCHED"
        return [
            (Refusal.TOTALS_DIFFER, amount != -other.entry.amount),
            (Refusal.PAYMENT_NOT_IN_STATE, not both_wait),
        ]
    party_id = command.party_id
    if party_id is None or party_id not in kinds:
        return [nobody]
    return [
        (Refusal.PAYMENT_NOT_IN_STATE, not waits),
        (Refusal.BANK_ACCOUNT_NOT_VERIFIED, not _may_have(bank, kinds, payment, party_id)),
        (Refusal.MONEY_NOT_AVAILABLE, available[party_id] + amount < 0),
    ]


def _waiting(bank: ModelBank, payment_id: PaymentId) -> ModelPayment | None:
    return next((each for each in bank.waiting() if each.payment_id == payment_id), None)


def _may_have(
    bank: ModelBank,
    kinds: dict[PartyId, PartyKind],
    payment: ModelPayment,
    party_id: PartyId,
) -> bool:
    """The bank's own interest and charges are the operator's; anything else is of whose account it
    is, and only those who trade are credited."""
    entry = payment.entry
    if (entry.account_digest, entry.party_ref, entry.withdrawal_ref) == (None, None, None):
        return party_id == OPERATOR
    is_own = bank.is_proven(party_id, entry.account_digest)
    return is_own and (entry.amount < 0 or kinds[party_id] in PAYS_IN)


def _rules_of_wishes(
    bank: ModelBank, command: given.RequestWithdrawal, available: dict[PartyId, int]
) -> Applies:
    own = [
        each
        for each in bank.accounts
        if (each.bank_account_id, each.named.actor) == (command.bank_account_id, command.actor)
    ]
    is_open = [each for each in bank.open_withdrawals() if each.party_id == command.actor]
    return [
        (Refusal.UNKNOWN_BANK_ACCOUNT, not own),
        (Refusal.AMOUNT_OUT_OF_RANGE, not 1 <= command.amount <= ENTRY_MAX),
        (Refusal.BANK_ACCOUNT_NOT_VERIFIED, any(each.verified is None for each in own)),
        (Refusal.MONEY_NOT_AVAILABLE, command.amount > available.get(command.actor, 0)),
        (
            Refusal.WITHDRAWALS_OPEN_MAX,
            len(is_open) >= bank.limits.withdrawals_open_per_party_max,
        ),
    ]


def _rules_of_moves(
    bank: ModelBank, command: given.DecideWithdrawal | given.RecordPayout, event: str
) -> Applies:
    asked = [
        each for each in bank.open_withdrawals() if each.withdrawal_id == command.withdrawal_id
    ]
    return [
        (Refusal.UNKNOWN_WITHDRAWAL, not asked),
        (
            Refusal.WITHDRAWAL_NOT_IN_STATE,
            any(event not in WAY.get(each.state, {}) for each in asked),
        ),
    ]
