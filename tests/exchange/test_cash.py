"""Client money moves between the buckets of an account, and never out of nothing."""

from __future__ import annotations

import pytest

from exchange.cash import Account, Cash
from exchange.types import Fen, PartyId

BUYER, SELLER, VENUE = PartyId(4), PartyId(3), PartyId(1)


@pytest.fixture
def cash() -> Cash:
    cash = Cash()
    for party_id in (BUYER, SELLER, VENUE):
        cash.open(party_id)
    cash.deposit(BUYER, Fen(1_000))
    cash.touched.clear()
    return cash


def buckets(account: Account) -> tuple[int, int, int, int]:
    return account.deposited, account.available, account.reserved, account.escrow


def test_money_goes_from_available_to_reserved_to_escrow_to_those_whom_it_is_due(
    cash: Cash,
) -> None:
    account = cash.accounts[BUYER]
    cash.reserve(BUYER, 600)
    assert buckets(account) == (1_000, 400, 600, 0)
    cash.release(BUYER, 100)
    assert buckets(account) == (1_000, 500, 500, 0)
    cash.escrow(BUYER, 500)
    assert buckets(account) == (1_000, 500, 0, 500)
    cash.refund(BUYER, 200)
    assert buckets(account) == (1_000, 700, 0, 300)
    cash.pay(BUYER, ((SELLER, Fen(290)), (VENUE, Fen(10))))
    assert buckets(account) == (1_000, 700, 0, 0)
    assert [cash.accounts[party_id].available for party_id in (SELLER, VENUE)] == [290, 10]
    assert sum(each.total for each in cash.accounts.values()) == 1_000


def test_money_on_its_way_to_a_bank_is_frozen_until_it_is_there(cash: Cash) -> None:
    account = cash.accounts[BUYER]
    cash.freeze(BUYER, 600)
    assert (account.available, account.frozen, account.total) == (400, 600, 1_000)
    cash.unfreeze(BUYER, 100)
    cash.withdraw(BUYER, 500)
    assert (account.available, account.frozen, account.withdrawn) == (500, 0, 500)
    assert (cash.total, cash.paid_in, cash.paid_out) == (500, 1_000, 500)


def test_money_in_suspense_is_nobodys_until_it_is_assigned_or_goes_back(cash: Cash) -> None:
    cash.suspend(Fen(90))
    cash.suspend(Fen(-30))
    assert (cash.suspense, cash.total, cash.paid_in, cash.paid_out) == (60, 1_000, 1_090, 30)
    cash.assign(SELLER, Fen(50))
    cash.assign(BUYER, Fen(-30))
    cash.give_back(Fen(40))
    seller, buyer = cash.accounts[SELLER], cash.accounts[BUYER]
    assert (seller.available, seller.deposited, seller.withdrawn) == (50, 50, 0)
    assert (buyer.available, buyer.deposited, buyer.withdrawn) == (970, 1_000, 30)
    assert (cash.suspense, cash.total, cash.paid_in, cash.paid_out) == (0, 1_020, 1_090, 70)


def test_a_bucket_never_gives_more_than_it_has(cash: Cash) -> None:
    cash.reserve(BUYER, 500)
    cash.escrow(BUYER, 200)
    for move, amount in (
        (cash.reserve, 501),
        (cash.release, 301),
        (cash.escrow, 301),
        (cash.refund, 201),
        (cash.reserve, -1),
        (cash.release, -1),
        (cash.escrow, -1),
        (cash.refund, -1),
        (cash.freeze, 501),
        (cash.freeze, -1),
        (cash.unfreeze, 1),
        (cash.withdraw, 1),
    ):
        with pytest.raises(AssertionError):
            move(BUYER, amount)
    for amount in (201, -1):
        with pytest.raises(AssertionError):
            cash.pay(BUYER, ((SELLER, Fen(amount)),))
    with pytest.raises(AssertionError):
        cash.assign(BUYER, Fen(-501))
    for moves in (cash.suspend, cash.give_back):
        with pytest.raises(AssertionError):
            moves(Fen(0))
    assert buckets(cash.accounts[BUYER]) == (1_000, 500, 300, 200)


@pytest.mark.parametrize("amount", [0, -1])
def test_a_deposit_is_more_than_nothing(cash: Cash, amount: int) -> None:
    with pytest.raises(AssertionError):
        cash.deposit(BUYER, Fen(amount))


def test_an_account_is_opened_once(cash: Cash) -> None:
    with pytest.raises(AssertionError):
        cash.open(BUYER)


def test_every_account_that_changed_is_touched(cash: Cash) -> None:
    cash.reserve(BUYER, 10)
    cash.escrow(BUYER, 10)
    cash.pay(BUYER, ((SELLER, Fen(10)),))
    assert list(cash.touched) == [BUYER, SELLER]
