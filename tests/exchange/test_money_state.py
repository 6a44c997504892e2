"""What is remembered of accounts and references, and for how long."""

from __future__ import annotations

import msgspec
import pytest

from exchange.limits import BANK_REFS_KEPT_NS
from exchange.money_state import BankAccount, Money, MoneyImage
from exchange.money_types import BankAccountId, BankAccountState
from exchange.types import PartyId
from registry.types import TimeNs
from tests.exchange.bank import digest

NOW = TimeNs(1_700_000_000_000_000_000)
LATER = TimeNs(NOW + BANK_REFS_KEPT_NS)


def account(number: int, party_id: int, *, verified: bool) -> BankAccount:
    return BankAccount(
        bank_account_id=BankAccountId(number),
        party_id=PartyId(party_id),
        account_digest=digest("one"),
        tail="8842",
        registered_at_ns=NOW,
        verified_at_ns=NOW if verified else None,
    )


def test_a_reference_is_remembered_for_400_days_since_it_was_last_seen() -> None:
    money = Money()
    money.see(b"a", at_ns=NOW)
    assert money.has_seen(b"a", at_ns=TimeNs(LATER - 1))
    assert not money.has_seen(b"a", at_ns=LATER)
    assert not money.has_seen(b"b", at_ns=NOW)
    money.see(b"a", at_ns=TimeNs(NOW + 5))
    assert money.has_seen(b"a", at_ns=LATER)


def test_what_is_too_old_is_forgotten_a_little_at_a_time() -> None:
    money = Money()
    for name in (b"a", b"b", b"c", b"d"):
        money.see(name, at_ns=NOW)
    money.see(b"e", at_ns=LATER)
    assert list(money.refs) == [b"c", b"d", b"e"]
    money.see(b"f", at_ns=LATER)
    assert list(money.refs) == [b"e", b"f"]


def test_no_more_references_are_kept_than_may_be(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("exchange.money_state.BANK_REFS_KEPT_MAX", 2)
    money = Money()
    for name in (b"a", b"b", b"a", b"c"):
        money.see(name, at_ns=NOW)
    assert list(money.refs) == [b"a", b"c"]


def test_an_account_is_found_by_its_party_and_its_digest() -> None:
    money = Money()
    first, second = account(10, 3, verified=False), account(11, 4, verified=True)
    money.add_bank_account(first)
    money.add_bank_account(second)
    assert (first.status, second.status) == tuple(BankAccountState)
    assert money.own_account(PartyId(3), digest("one")) is first
    assert money.verified_account(PartyId(3), digest("one")) is None
    assert money.verified_account(PartyId(4), digest("one")) is second
    assert money.own_account(PartyId(5), digest("one")) is None
    assert money.own_account(PartyId(3), digest("two")) is None
    assert money.own_account(PartyId(3), None) is None


def test_the_image_gives_everything_again() -> None:
    money = Money()
    money.add_bank_account(account(10, 3, verified=True))
    money.see(b"a", at_ns=NOW)
    money.cash_deposits, money.bank_interest = 7, 3
    image = msgspec.msgpack.encode(money.image())
    again = Money.from_image(msgspec.msgpack.decode(image, type=MoneyImage))
    assert msgspec.msgpack.encode(again.image()) == image
    assert again.verified_account(PartyId(3), digest("one")) is not None
    assert again.has_seen(b"a", at_ns=NOW)
    assert (again.cash_deposits, again.bank_interest) == (7, 3)
