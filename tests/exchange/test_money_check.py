"""Each invariant of client money, broken on purpose: the check sees it, and says which it is."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from exchange.check import check
from exchange.money_state import BankAccount
from exchange.money_types import PaymentId, Resolution, WithdrawalId
from exchange.payments import Payment, PaymentState
from exchange.payouts import Withdrawal, WithdrawalState
from exchange.state import State
from exchange.types import Fen, PartyId
from tests.exchange.bank import Bank, digest
from tests.exchange.test_check import violated
from tests.exchange.venue import Venue

SELLER, BUYER = PartyId(3), PartyId(4)


@pytest.fixture
def state() -> State:
    """A withdrawal is asked for, one payment waits, and one goes back."""
    venue = Venue()
    bank = Bank(venue)
    bank.books(bank.entry(1_000, of=venue.seller))
    bank.wants(venue.seller, 400)
    bank.unmatched(bank.entry(30))
    payment_id = bank.unmatched(bank.entry(70, account=digest("stranger")))
    venue.does(bank.resolution(payment_id, Resolution.RETURN))
    assert (venue.seller, venue.buyer) == (SELLER, BUYER)
    return venue.state


def wish(state: State) -> Withdrawal:
    return next(iter(state.money.withdrawals.values()))


def way_back(state: State) -> Withdrawal:
    return list(state.money.withdrawals.values())[1]


def waiting(state: State) -> Payment:
    return next(iter(state.money.payments.values()))


def account(state: State) -> BankAccount:
    return next(iter(state.money.bank_accounts.values()))


def frozen_for_nothing(state: State) -> None:
    state.cash.accounts[BUYER].available -= 1
    state.cash.accounts[BUYER].frozen += 1


def paid_and_still_here(state: State) -> None:
    wish(state).state = WithdrawalState.PAID


def wish_for_nothing(state: State) -> None:
    state.cash.accounts[SELLER].frozen -= 400
    state.cash.accounts[SELLER].available += 400
    wish(state).amount = Fen(0)


def wish_that_is_a_return_too(state: State) -> None:
    wish(state).payment_id = waiting(state).payment_id


def wishes_miscounted(state: State) -> None:
    state.parties[SELLER].withdrawals_open += 1


def suspense_without_a_payment(state: State) -> None:
    state.cash.suspense += 1
    state.cash.paid_in += 1
    state.money.cash_deposits += 1


def resolved_and_still_here(state: State) -> None:
    waiting(state).state = PaymentState.ASSIGNED


def returning_without_a_way(state: State) -> None:
    waiting(state).state = PaymentState.RETURNING


def way_of_no_payment(state: State) -> None:
    way_back(state).payment_id = PaymentId(77)


def way_of_a_payment_that_waits(state: State) -> None:
    way_back(state).payment_id = waiting(state).payment_id


def way_of_another_amount(state: State) -> None:
    way_back(state).amount = Fen(69)


def way_to_another_account(state: State) -> None:
    way_back(state).account_digest = digest("thief")


def another_way(state: State) -> None:
    way_back(state).withdrawal_id = WithdrawalId(77)


def statement_forgotten(state: State) -> None:
    state.money.last_statement = None


def hand_that_is_not_seen(state: State) -> None:
    state.money.cash_deposits -= 1


def account_not_found_by_party(state: State) -> None:
    del state.money.owned[SELLER]
    state.money.owned[SELLER] = {digest(SELLER): account(state)}
    state.money.owned[SELLER][digest("x")] = account(state)


def account_of_somebody_else(state: State) -> None:
    first, second = list(state.money.bank_accounts.values())
    state.money.verified[first.account_digest] = second


def verified_by_nobody(state: State) -> None:
    account(state).verified_at_ns = None


def account_under_another_digest(state: State) -> None:
    first, second = list(state.money.bank_accounts.values())
    state.money.owned[first.party_id] = {first.account_digest: second}


@pytest.mark.parametrize(
    ("number", "breaks"),
    [
        ("M1", frozen_for_nothing),
        ("M1", paid_and_still_here),
        ("M1", wish_for_nothing),
        ("M1", wish_that_is_a_return_too),
        ("M1", wishes_miscounted),
        ("M2", suspense_without_a_payment),
        ("M2", resolved_and_still_here),
        ("M2", returning_without_a_way),
        ("M2", way_of_no_payment),
        ("M2", way_of_a_payment_that_waits),
        ("M2", way_of_another_amount),
        ("M2", way_to_another_account),
        ("M2", another_way),
        ("M3", statement_forgotten),
        ("M3", hand_that_is_not_seen),
        ("M4", account_not_found_by_party),
        ("M4", account_of_somebody_else),
        ("M4", verified_by_nobody),
        ("M4", account_under_another_digest),
    ],
)
def test_broken_books_are_seen(state: State, number: str, breaks: Callable[[State], None]) -> None:
    check(state)
    breaks(state)
    with pytest.raises(AssertionError) as caught:
        check(state)
    assert violated(caught) == number
