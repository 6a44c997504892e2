"""What a bank statement says becomes true, and what is forged is refused whole."""

from __future__ import annotations

import pytest
from msgspec import structs

from exchange.events import AnyEvent
from exchange.limits import BANK_REFS_KEPT_NS, STATEMENT_ENTRIES_MAX
from exchange.money_commands import InTransit
from exchange.money_events import (
    Break,
    DepositRecorded,
    MoneyReconciled,
    PaymentUnmatched,
    StatementImported,
    WithdrawalAdvanced,
)
from exchange.money_types import BreakCause, UnmatchedReason, WithdrawalId
from exchange.payouts import WithdrawalEvent, WithdrawalState
from exchange.refusals import Refusal
from exchange.types import OPERATOR_ID, Fen
from registry.types import TimeNs
from tests.exchange.bank import Bank, digest
from tests.exchange.venue import Venue, kinds, the

MONEY = 100_000_000
"""What each buyer has from the first, recorded by hand."""


@pytest.fixture
def venue() -> Venue:
    return Venue()


@pytest.fixture
def bank(venue: Venue) -> Bank:
    return Bank(venue)


def reason(events: tuple[AnyEvent, ...]) -> UnmatchedReason:
    return the(PaymentUnmatched, events).reason


def test_a_payment_from_the_partys_own_verified_account_is_the_partys(bank: Bank) -> None:
    venue = bank.venue
    events = bank.books(bank.entry(250_000, of=venue.seller, bank_ref="B-77"))
    assert kinds(events) == ["StatementImported", "DepositRecorded"]
    deposit = the(DepositRecorded, events)
    assert (deposit.party_id, deposit.amount, deposit.bank_ref) == (venue.seller, 250_000, "B-77")
    assert venue.account(venue.seller) == (250_000, 0, 0)
    assert bank.balance == 250_000


def test_a_payment_that_is_not_clearly_a_partys_credits_nobody(bank: Bank) -> None:
    venue = bank.venue
    bank.has_account(venue.other, verified=False)
    bank.books(bank.entry(1, of=venue.seller, bank_ref="B-1"))
    nobodys = [
        (bank.entry(10, of=venue.seller, bank_ref="B-1"), UnmatchedReason.DUPLICATE),
        (
            bank.entry(10, of=venue.seller, account=digest(venue.buyer)),
            UnmatchedReason.THIRD_PARTY,
        ),
        (
            bank.entry(10, of=venue.trust_company, account=digest(venue.seller)),
            UnmatchedReason.THIRD_PARTY,
        ),
        (bank.entry(10, account=digest(venue.seller)), UnmatchedReason.UNKNOWN_REFERENCE),
        (bank.entry(10), UnmatchedReason.UNKNOWN_REFERENCE),
        (bank.entry(10, of=OPERATOR_ID), UnmatchedReason.UNKNOWN_REFERENCE),
        (bank.entry(10, of=venue.other), UnmatchedReason.UNVERIFIED_ACCOUNT),
        (bank.entry(-1), UnmatchedReason.UNEXPLAINED_DEBIT),
    ]
    before = {party_id: bank.money(party_id) for party_id in venue.state.parties}
    events = bank.books(*(entry for entry, _ in nobodys))
    told = [event for event in events if isinstance(event, PaymentUnmatched)]
    assert [event.reason for event in told] == [why for _, why in nobodys]
    assert {party_id: bank.money(party_id) for party_id in venue.state.parties} == before
    assert venue.state.cash.suspense == sum(entry.amount for entry, _ in nobodys)
    assert list(venue.state.money.payments) == [event.payment_id for event in told]


def test_an_account_takes_no_more_than_it_may(bank: Bank, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("exchange.statements.ACCOUNT_MAX", 100)
    venue = bank.venue
    events = bank.books(bank.entry(60, of=venue.seller), bank.entry(41, of=venue.seller))
    assert reason(events) is UnmatchedReason.ACCOUNT_FULL
    assert venue.account(venue.seller) == (60, 0, 0)


def test_the_same_reference_twice_in_one_statement_is_a_duplicate(bank: Bank) -> None:
    twice = bank.entry(10, of=bank.venue.seller, bank_ref="B-1")
    assert reason(bank.books(twice, twice)) is UnmatchedReason.DUPLICATE
    assert bank.venue.account(bank.venue.seller) == (10, 0, 0)


def test_a_reference_is_new_again_after_400_days(bank: Bank) -> None:
    venue = bank.venue
    first = bank.entry(10, of=venue.seller, bank_ref="B-1")
    bank.books(first)
    begun_ns = venue.at_ns
    venue.at_ns = TimeNs(begun_ns + BANK_REFS_KEPT_NS - 1)
    assert reason(bank.books(first)) is UnmatchedReason.DUPLICATE
    venue.at_ns = TimeNs(begun_ns + 2 * BANK_REFS_KEPT_NS - 1)
    assert kinds(bank.books(first)) == ["StatementImported", "DepositRecorded"]


def test_a_statement_begins_where_the_last_one_ended(bank: Bank) -> None:
    venue = bank.venue
    payment = bank.entry(500, of=venue.seller)
    does_not_follow = Refusal.STATEMENT_DOES_NOT_FOLLOW
    assert venue.refuses(bank.statement(payment, opening=1)) is does_not_follow
    bank.books(payment)
    assert venue.refuses(bank.statement(opening=0)) is does_not_follow
    assert venue.refuses(bank.statement(opening=499)) is does_not_follow
    assert venue.refuses(bank.statement(account=digest("elsewhere"))) is does_not_follow
    bank.books()
    assert bank.balance == 500


def test_entries_lead_from_the_opening_to_the_closing_balance(bank: Bank) -> None:
    payment = bank.entry(500, of=bank.venue.seller)
    for closing in (0, 499, 501):
        forged = bank.statement(payment, closing=closing)
        assert bank.venue.refuses(forged) is Refusal.STATEMENT_BALANCES_DIFFER


def test_a_page_of_a_file_is_imported_once(bank: Bank) -> None:
    venue = bank.venue
    first = bank.statement(
        bank.entry(500, of=venue.seller), bank.entry(-500), name="S-1", page=1, pages=2
    )
    venue.does(first)
    again = structs.replace(first, key=venue.key())
    assert venue.refuses(again) is Refusal.FILE_ALREADY_IMPORTED
    venue.does(bank.statement(bank.entry(7, of=venue.seller), name="S-1", page=2, pages=2))
    assert venue.account(venue.seller) == (507, 0, 0)


def test_a_page_holds_a_thousand_entries(bank: Bank) -> None:
    entries = [bank.entry(1, of=bank.venue.seller) for _ in range(STATEMENT_ENTRIES_MAX)]
    one_more = bank.statement(*entries, bank.entry(1, of=bank.venue.seller))
    assert bank.venue.refuses(one_more) is Refusal.ROWS_OUT_OF_RANGE
    imported = the(StatementImported, bank.books(*entries))
    assert imported.entries == 1_000
    assert bank.venue.account(bank.venue.seller) == (1_000, 0, 0)


def test_nothing_is_booked_tomorrow(bank: Bank) -> None:
    tomorrow = bank.entry(1, of=bank.venue.seller, days_ago=-1)
    assert bank.venue.refuses(bank.statement(tomorrow)) is Refusal.DATES_OUT_OF_RANGE
    bank.books(bank.entry(1, of=bank.venue.seller, days_ago=400))


def test_a_withdrawal_is_paid_when_the_statement_says_so(bank: Bank) -> None:
    venue = bank.venue
    bank.books(bank.entry(MONEY, of=venue.seller))
    withdrawal_id = bank.approved(venue.seller, 1_000)
    venue.does(bank.answer(withdrawal_id))
    assert bank.money(venue.seller) == (MONEY - 1_000, 1_000, 0)
    paid = bank.entry(-1_000, withdrawal=withdrawal_id, account=digest(venue.seller))
    told = the(WithdrawalAdvanced, bank.books(paid))
    assert (told.event, told.state) == (WithdrawalEvent.BOOK, WithdrawalState.PAID)
    assert bank.money(venue.seller) == (MONEY - 1_000, 0, 1_000)
    assert not venue.state.money.withdrawals


def test_a_bank_may_be_quicker_than_the_record_of_its_answer(bank: Bank) -> None:
    bank.books(bank.entry(MONEY, of=bank.venue.seller))
    withdrawal_id = bank.approved(bank.venue.seller, 1_000)
    told = the(WithdrawalAdvanced, bank.books(bank.entry(-1_000, withdrawal=withdrawal_id)))
    assert told.state is WithdrawalState.PAID


@pytest.mark.parametrize("how", ["amount", "account", "not approved", "twice", "none"])
def test_a_debit_that_no_approved_withdrawal_explains_is_nobodys(bank: Bank, how: str) -> None:
    venue = bank.venue
    bank.books(bank.entry(MONEY, of=venue.seller))
    approves = how != "not approved"
    withdrawal_id = (bank.approved if approves else bank.wants)(venue.seller, 1_000)
    account = digest(venue.buyer if how == "account" else venue.seller)
    amount = -999 if how == "amount" else -1_000
    named = 999_999 if how == "none" else withdrawal_id
    entry = bank.entry(amount, withdrawal=named, account=account)
    if how == "twice":
        bank.books(entry)
        entry = structs.replace(entry, bank_ref="B-other")
    before = bank.money(venue.seller)
    assert reason(bank.books(entry)) is UnmatchedReason.UNEXPLAINED_DEBIT
    assert bank.money(venue.seller) == before
    assert venue.state.cash.suspense == amount


def reconciled(bank: Bank, balance: int, *in_transit: InTransit) -> MoneyReconciled:
    return the(MoneyReconciled, bank.venue.does(bank.reconciliation(balance, *in_transit)))


def test_three_figures_agree_to_the_fen_when_all_money_came_by_the_bank() -> None:
    venue = Venue(money=0)
    bank = Bank(venue)
    bank.books(bank.entry(700, of=venue.seller), bank.entry(50))
    told = reconciled(bank, 750)
    assert (told.accounts, told.suspense) == (700, 50)
    assert told.escrow_balance == told.statement_balance == 750
    assert told.breaks == ()


def test_what_differs_is_told_with_its_cause_and_changes_nothing(bank: Bank) -> None:
    venue = bank.venue
    bank.books(bank.entry(5_000, of=venue.seller))
    withdrawal_id = bank.approved(venue.seller, 300)
    on_its_way = InTransit(amount=Fen(-300), withdrawal_ref=WithdrawalId(withdrawal_id))
    incoming = InTransit(amount=Fen(40), withdrawal_ref=None)
    stray = InTransit(amount=Fen(-9), withdrawal_ref=None)
    before = bank.money(venue.seller)
    by_hand = Break(cause=BreakCause.CASH_DEPOSIT, amount=Fen(2 * MONEY))
    assert reconciled(bank, 5_000).breaks == (by_hand,)
    assert reconciled(bank, 4_740, on_its_way, incoming, on_its_way).breaks == (
        Break(cause=BreakCause.IN_TRANSIT, amount=Fen(-260)),
        by_hand,
    )
    assert reconciled(bank, 4_991, stray).breaks == (
        by_hand,
        Break(cause=BreakCause.UNKNOWN, amount=Fen(-9)),
    )
    assert bank.money(venue.seller) == before


def test_the_figures_are_those_of_the_last_statement(bank: Bank) -> None:
    venue = bank.venue
    stale = Refusal.STATEMENT_DOES_NOT_FOLLOW
    assert venue.refuses(bank.reconciliation(0, statement="S-0")) is stale
    venue.does(bank.reconciliation(0))
    venue.does(bank.statement(name="S-1"))
    assert venue.refuses(bank.reconciliation(0, statement="S-0")) is stale
