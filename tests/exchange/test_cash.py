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
    ):
        with pytest.raises(AssertionError):
            move(BUYER, amount)
    for amount in (201, -1):
        with pytest.raises(AssertionError):
            cash.pay(BUYER, ((SELLER, Fen(amount)),))
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
