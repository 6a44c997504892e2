"""The worker asks the custodian until it answers, records the answer once, and loses nothing."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from exchange.custodian.port import Balance, CustodianUnavailable, Instructed, NoStatement, Payout
from exchange.money_types import PayoutOutcome
from exchange.types import Fen
from registry.types import DayNumber
from tests.api.bank import NUMBER, BankDesk, Entry, account
from tests.api.venue import TestVenue, code_of


class UnsteadyCustodian:
    """A bank that answers only now and then, and remembers what it was asked."""

    def __init__(self) -> None:
        self.is_up = False
        self.asked: list[Payout] = []

    def instruct(self, payout: Payout) -> Instructed:
        """It may have taken it, and not said so."""
        self.asked.append(payout)
        if not self.is_up:
            raise CustodianUnavailable("no answer")
        return Instructed(PayoutOutcome.INSTRUCTED, f"P-{payout.withdrawal_id}" + "x" * 200)

    @property
    def account_number(self) -> str:
        """Of the statements in these tests."""
        return NUMBER

    def balance(self, *, after: str | None) -> Balance:
        """Of what was booked so far."""
        if not self.is_up:
            raise CustodianUnavailable(f"no answer after {after}")
        return Balance(amount=Fen(100_000), since=())

    def statement(self, day: DayNumber) -> bytes:
        """None."""
        raise NoStatement(f"no statement of day {day}")


class Scene:
    """A party with money and an approved withdrawal, at a venue with an unsteady custodian."""

    def __init__(self, venue: TestVenue, custodian: UnsteadyCustodian) -> None:
        self.venue, self.custodian = venue, custodian
        self.bank = BankDesk(venue)
        self.party = venue.new_party()
        account_id = self.bank.has_account(self.party, "62220001")
        payer = account("62220001")
        self.bank.books(Entry(100_000, payer, f"TX-P{self.party.party_id}"))
        self.withdrawal_id = self.bank.wants(self.party, account_id, "400.00")["withdrawal_id"]

    def state(self) -> Any:
        """Of the withdrawal, after a turn of the worker."""
        return self.bank.withdrawal(self.withdrawal_id)["state"]


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[Scene]:
    """A venue of its own."""
    custodian = UnsteadyCustodian()
    with TestVenue(tmp_path / "venue", custodian=custodian) as venue:
        yield Scene(venue, custodian)


def test_a_custodian_that_does_not_answer_is_asked_again_less_and_less_often(scene: Scene) -> None:
    scene.bank.approves(scene.withdrawal_id)
    assert scene.state() == "APPROVED"
    assert len(scene.custodian.asked) == 1

    for delay_s, times in ((4, 1), (1, 2), (29, 2), (1, 3), (59, 3)):
        scene.venue.clock.advance(delay_s)
        assert scene.state() == "APPROVED"
        assert len(scene.custodian.asked) == times

    scene.custodian.is_up = True
    for _ in range(5):
        scene.venue.clock.advance(50)
        scene.state()
    assert scene.state() == "INSTRUCTED"
    assert len(scene.custodian.asked) == 4
    assert {(each.amount, each.to) for each in scene.custodian.asked} == {
        (40_000, account("62220001"))
    }
    assert scene.bank.cash(scene.party)["frozen"] == "400.00"


def test_an_instruction_whose_answer_was_not_recorded_is_given_again(scene: Scene) -> None:
    scene.bank.approves(scene.withdrawal_id)
    assert scene.state() == "APPROVED"

    scene.custodian.is_up = True
    scene.venue.restart()

    # At once: what the worker knew of its tries is gone with the process.
    assert scene.state() == "INSTRUCTED"
    first, second = scene.custodian.asked
    assert first == second


def test_what_is_not_approved_is_not_paid(scene: Scene) -> None:
    scene.custodian.is_up = True

    assert scene.state() == "REQUESTED"
    assert scene.custodian.asked == []


def test_the_answer_is_kept_as_long_as_it_may_be(scene: Scene) -> None:
    scene.custodian.is_up = True
    scene.bank.approves(scene.withdrawal_id)

    assert scene.state() == "INSTRUCTED"
    answer = scene.bank.withdrawal(scene.withdrawal_id)["bank_answer"]
    assert answer.startswith(f"P-{scene.withdrawal_id}xxx")
    assert len(answer) == 140


def test_a_booking_that_was_quicker_than_the_answer_is_the_end(scene: Scene) -> None:
    scene.bank.approves(scene.withdrawal_id)
    assert scene.state() == "APPROVED"
    scene.bank.books(Entry(-40_000, account("62220001"), f"TX-W{scene.withdrawal_id}"))

    scene.custodian.is_up = True
    scene.venue.clock.advance(50)

    assert scene.state() == "PAID"
    assert len(scene.custodian.asked) == 1


def test_a_reconciliation_needs_the_custodians_word(scene: Scene) -> None:
    venue, key = scene.venue, scene.venue.unique()
    silent = venue.ask("POST", "/v1/reconciliations", venue.operator, key=key)
    assert (silent.status_code, code_of(silent)) == (503, "custodian_unavailable")
    assert silent.json()["retryable"]

    scene.custodian.is_up = True
    first = venue.ask("POST", "/v1/reconciliations", venue.operator, key=key)
    scene.custodian.is_up = False

    assert (first.status_code, first.json()["breaks"]) == (201, [])
    assert first.json()["ledger"] == first.json()["escrow_account"] == "1000.00"
    none = venue.ask("GET", "/v1/custodian/statements/2026-11-21", venue.operator)
    assert (none.status_code, code_of(none)) == (404, "no_statement")
    body = {
        "bank": "102100099996",
        "account_number": "62220001",
        "holder_name": "x",
        "amount": "1.00",
        "text": "",
    }
    real = venue.ask("POST", "/v1/custodian/payments", venue.operator, key="r-1", json=body)
    assert (real.status_code, code_of(real)) == (409, "custodian_not_simulated")
