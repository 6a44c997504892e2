"""Withdrawals reach the bank or come back, and unmatched payments end with whom they belong to."""

from __future__ import annotations

import pytest
from msgspec import structs

from exchange.events import CommandRefused
from exchange.fees import DEFAULT_FEE_SCHEDULE
from exchange.money_events import PaymentResolved, WithdrawalAdvanced
from exchange.money_types import PayoutOutcome, Resolution, WithdrawalDecision
from exchange.payments import PaymentState
from exchange.payouts import WithdrawalState
from exchange.refusals import Refusal
from exchange.reserve_events import MeansMissing
from exchange.types import OPERATOR_ID
from tests.exchange.bank import Bank, digest
from tests.exchange.venue import Venue, kinds, the

ASSIGN, RETURN, OFFSET = Resolution.ASSIGN, Resolution.RETURN, Resolution.OFFSET


@pytest.fixture
def bank() -> Bank:
    """The bank of a venue where the seller has 10 yuan that came by it."""
    bank = Bank(Venue())
    bank.books(bank.entry(1_000, of=bank.venue.seller))
    return bank


def test_money_that_is_asked_for_is_frozen(bank: Bank) -> None:
    venue = bank.venue
    bank.wants(venue.seller, 400)
    assert bank.money(venue.seller) == (600, 400, 0)
    refused, told = venue.submit(bank.wish(venue.seller, 601))
    assert refused == CommandRefused(refusal=Refusal.MONEY_NOT_AVAILABLE)
    assert told == MeansMissing(product_id=None, available=600, needed=601)


def test_a_declined_withdrawal_gives_the_money_back(bank: Bank) -> None:
    venue = bank.venue
    withdrawal_id = bank.wants(venue.seller, 400)
    told = the(
        WithdrawalAdvanced, venue.does(bank.decision(withdrawal_id, WithdrawalDecision.DECLINE))
    )
    assert told.state is WithdrawalState.DECLINED
    assert bank.money(venue.seller) == (1_000, 0, 0)


@pytest.mark.parametrize("instructed", [True, False])
def test_what_the_bank_refuses_is_available_again(bank: Bank, *, instructed: bool) -> None:
    venue = bank.venue
    withdrawal_id = bank.approved(venue.seller, 400)
    if instructed:
        venue.does(bank.answer(withdrawal_id))
    refused = bank.answer(withdrawal_id, PayoutOutcome.REFUSED_BY_BANK, text="账户已销户")
    assert the(WithdrawalAdvanced, venue.does(refused)).state is WithdrawalState.FAILED
    assert bank.money(venue.seller) == (1_000, 0, 0)


def test_what_was_refused_and_is_booked_all_the_same_is_the_partys_to_bear(bank: Bank) -> None:
    venue = bank.venue
    withdrawal_id = bank.approved(venue.seller, 400)
    venue.does(bank.answer(withdrawal_id, PayoutOutcome.REFUSED_BY_BANK))
    payment_id = bank.unmatched(
        bank.entry(-400, withdrawal=withdrawal_id, account=digest(venue.seller))
    )
    assert venue.state.cash.suspense == -400
    venue.does(bank.resolution(payment_id, ASSIGN, to=venue.seller))
    assert bank.money(venue.seller) == (600, 0, 400)
    assert venue.state.cash.suspense == 0


def test_fees_leave_by_the_same_way() -> None:
    venue = Venue(DEFAULT_FEE_SCHEDULE)
    bank = Bank(venue)
    account = bank.has_account(venue.trust_company)
    refusal = venue.refuses(bank.wish(venue.trust_company, 1, account=account))
    assert refusal is Refusal.MONEY_NOT_AVAILABLE
    venue.sells(100)
    venue.buys(100)
    venue.does(venue.confirmation(venue.pending()[0]))
    fees, _, _ = bank.money(venue.trust_company)
    assert fees > 0
    venue.does(bank.wish(venue.trust_company, fees, account=account))
    assert bank.money(venue.trust_company) == (0, fees, 0)


def test_a_payment_is_assigned_once_its_payer_is_known(bank: Bank) -> None:
    venue = bank.venue
    account = bank.has_account(venue.other, verified=False)
    before, _, _ = bank.money(venue.other)
    payment_id = bank.unmatched(bank.entry(70, of=venue.other))
    assigned = bank.resolution(payment_id, ASSIGN, to=venue.other)
    assert venue.refuses(assigned) is Refusal.BANK_ACCOUNT_NOT_VERIFIED
    venue.does(bank.verification(account))
    told = the(PaymentResolved, venue.does(bank.resolution(payment_id, ASSIGN, to=venue.other)))
    assert (told.state, told.party_id) == (PaymentState.ASSIGNED, venue.other)
    assert bank.money(venue.other) == (before + 70, 0, 0)
    assert venue.state.cash.suspense == 0


def test_a_payment_is_never_assigned_to_the_operator(bank: Bank) -> None:
    venue = bank.venue
    bank.has_account(OPERATOR_ID)
    payment_id = bank.unmatched(bank.entry(70, account=digest(OPERATOR_ID)))
    refusal = venue.refuses(bank.resolution(payment_id, ASSIGN, to=OPERATOR_ID))
    assert refusal is Refusal.BANK_ACCOUNT_NOT_VERIFIED


def test_a_trust_company_pays_in_what_it_will_redeem_with(bank: Bank) -> None:
    venue = bank.venue
    company = venue.trust_company
    bank.has_account(company)
    bank.books(bank.entry(30, of=company, account=digest(company)))
    payment_id = bank.unmatched(bank.entry(70, account=digest(company)))
    venue.does(bank.resolution(payment_id, ASSIGN, to=company))
    assert bank.money(company) == (100, 0, 0)


def test_what_the_bank_itself_books_is_the_operators(bank: Bank) -> None:
    venue = bank.venue
    interest = bank.unmatched(bank.entry(90))
    refusal = venue.refuses(bank.resolution(interest, ASSIGN, to=venue.seller))
    assert refusal is Refusal.BANK_ACCOUNT_NOT_VERIFIED
    charge = bank.unmatched(bank.entry(-20))
    assert (
        venue.refuses(bank.resolution(charge, ASSIGN, to=OPERATOR_ID))
        is Refusal.MONEY_NOT_AVAILABLE
    )
    venue.does(bank.resolution(interest, ASSIGN, to=OPERATOR_ID))
    venue.does(bank.resolution(charge, ASSIGN, to=OPERATOR_ID))
    assert bank.money(OPERATOR_ID) == (70, 0, 20)


def test_cash_that_names_a_party_and_no_account_is_not_the_operators(bank: Bank) -> None:
    venue = bank.venue
    payment_id = bank.unmatched(
        structs.replace(bank.entry(90, of=venue.seller), account_digest=None)
    )
    for party_id in (OPERATOR_ID, venue.seller):
        refusal = venue.refuses(bank.resolution(payment_id, ASSIGN, to=party_id))
        assert refusal is Refusal.BANK_ACCOUNT_NOT_VERIFIED


def test_a_strangers_payment_goes_back_where_it_came_from(bank: Bank) -> None:
    venue = bank.venue
    payment_id = bank.unmatched(bank.entry(70, of=venue.seller, account=digest("stranger")))
    events = venue.does(bank.resolution(payment_id, RETURN))
    assert kinds(events) == ["PaymentResolved", "ExceptionResolved", "WithdrawalAdvanced"]
    begun = the(WithdrawalAdvanced, events)
    assert (begun.state, begun.payment_id) == (WithdrawalState.APPROVED, payment_id)
    assert venue.state.cash.suspense == 70
    again = bank.resolution(payment_id, RETURN)
    assert venue.refuses(again) is Refusal.PAYMENT_NOT_IN_STATE
    venue.does(bank.answer(begun.withdrawal_id))
    bank.books(bank.entry(-70, withdrawal=begun.withdrawal_id, account=digest("stranger")))
    assert venue.state.cash.suspense == 0
    assert not venue.state.money.payments
    assert bank.money(venue.seller) == (1_000, 0, 0)


def test_a_return_that_the_bank_refuses_waits_again(bank: Bank) -> None:
    venue = bank.venue
    payment_id = bank.unmatched(bank.entry(70, account=digest("stranger")))
    for _ in range(2):
        venue.does(bank.resolution(payment_id, RETURN))
        venue.does(bank.answer(venue.state.sequence, PayoutOutcome.REFUSED_BY_BANK))
        assert venue.state.money.payments[payment_id].state is PaymentState.UNMATCHED
        assert venue.state.cash.suspense == 70


def test_a_duplicate_and_the_banks_correction_cancel_each_other_out(bank: Bank) -> None:
    venue = bank.venue
    bank.books(bank.entry(40, of=venue.seller, bank_ref="B-1"))
    duplicate = bank.unmatched(bank.entry(40, of=venue.seller, bank_ref="B-1"))
    correction = bank.unmatched(bank.entry(-40))
    told = the(PaymentResolved, venue.does(bank.resolution(duplicate, OFFSET, against=correction)))
    assert (told.state, told.against) == (PaymentState.OFFSET, correction)
    assert not venue.state.money.payments
    assert venue.state.cash.suspense == 0
    assert bank.money(venue.seller) == (1_040, 0, 0)
