"""The simulated bank pays once, keeps its books to the fen, and makes a statement of each day."""

from collections.abc import Iterator
from contextlib import AbstractContextManager

import pytest
from sqlalchemy import Connection, Engine, StaticPool, create_engine

from exchange.custodian import simulated
from exchange.custodian.camt053 import read_camt053
from exchange.custodian.port import Moved, NoStatement, Payout
from exchange.custodian.simulated import SimulatedCustodian
from exchange.custodian.statement import OtherAccount
from exchange.limits import DAY_NS
from exchange.money_types import PayoutOutcome, WithdrawalId
from exchange.types import Fen
from registry.types import DayNumber, TimeNs

MONDAY = DayNumber(20_000)
WANG = OtherAccount(bank="102100099996", number="6222000011118842", holder_name="王芳")
CLOSED = OtherAccount(bank="102100099996", number="6222000000000000", holder_name="王芳")


class Bank:
    """The bank, with a clock that a test moves, and its books."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.day = MONDAY
        self.custodian = SimulatedCustodian(self.transaction, self)

    def now_ns(self) -> TimeNs:
        """Noon in Shanghai."""
        return TimeNs(self.day * DAY_NS + DAY_NS // 6)

    def transaction(self) -> AbstractContextManager[Connection]:
        """Of the books."""
        return self.engine.begin()

    def receive(self, amount: int, text: str = "TX-P5") -> None:
        """Somebody pays in."""
        with self.engine.begin() as connection:
            self.custodian.receive(connection, amount=Fen(amount), payer=WANG, text=text)

    def pay(self, withdrawal_id: int, amount: int, to: OtherAccount = WANG) -> PayoutOutcome:
        """What the bank says to an instruction."""
        payout = Payout(withdrawal_id=WithdrawalId(withdrawal_id), amount=Fen(amount), to=to)
        return self.custodian.instruct(payout).outcome

    def has(self) -> int:
        """What is on the account."""
        return self.custodian.balance(after=None).amount


@pytest.fixture
def bank() -> Iterator[Bank]:
    """An account without money."""
    engine = create_engine(
        "sqlite://", poolclass=StaticPool, connect_args={"check_same_thread": False}
    )
    simulated.metadata.create_all(engine)
    yield Bank(engine)
    engine.dispose()


def test_what_comes_in_is_there_at_once_and_on_the_statement_the_day_after(bank: Bank) -> None:
    bank.receive(10_000)
    bank.receive(2_500, text="no reference")

    assert bank.has() == 12_500
    with pytest.raises(NoStatement):
        bank.custodian.statement(MONDAY)
    bank.day = DayNumber(MONDAY + 1)
    statement = read_camt053(bank.custodian.statement(MONDAY))
    assert (statement.opening_balance, statement.closing_balance) == (0, 12_500)
    assert [(each.amount, each.party_ref) for each in statement.bookings] == [
        (10_000, 5),
        (2_500, None),
    ]
    assert {each.other for each in statement.bookings} == {WANG}
    assert len({each.bank_ref for each in statement.bookings}) == 2


def test_a_payment_that_is_asked_for_twice_is_made_once(bank: Bank) -> None:
    bank.receive(10_000)

    assert bank.pay(7, 4_000) is PayoutOutcome.INSTRUCTED
    assert bank.pay(7, 4_000) is PayoutOutcome.INSTRUCTED

    assert bank.has() == 6_000


def test_what_the_bank_refuses_stays(bank: Bank) -> None:
    bank.receive(10_000)

    assert bank.pay(7, 4_000, to=CLOSED) is PayoutOutcome.REFUSED_BY_BANK
    assert bank.pay(8, 10_001) is PayoutOutcome.REFUSED_BY_BANK

    assert bank.has() == 10_000


def test_statements_follow_one_another_and_a_quiet_day_has_one_too(bank: Bank) -> None:
    bank.receive(10_000)
    bank.day = DayNumber(MONDAY + 2)
    bank.pay(7, 4_000)
    bank.day = DayNumber(MONDAY + 3)

    days = [
        read_camt053(bank.custodian.statement(DayNumber(MONDAY + number))) for number in range(3)
    ]

    balances = [(each.opening_balance, each.closing_balance) for each in days]
    assert balances == [(0, 10_000), (10_000, 10_000), (10_000, 6_000)]
    assert len({each.statement_id for each in days}) == 3
    (payout,) = days[2].bookings
    assert (payout.withdrawal_ref, payout.other) == (7, WANG)
    assert bank.custodian.statement(MONDAY) == bank.custodian.statement(MONDAY)


def test_the_bank_names_what_came_after_a_statement(bank: Bank) -> None:
    bank.receive(10_000)
    bank.day = DayNumber(MONDAY + 1)
    first = read_camt053(bank.custodian.statement(MONDAY)).statement_id
    bank.receive(100)
    bank.pay(7, 4_000)

    since = bank.custodian.balance(after=first).since

    assert since == (Moved(Fen(100), None), Moved(Fen(-4_000), WithdrawalId(7)))
    assert len(bank.custodian.balance(after=None).since) == 3
    assert bank.custodian.balance(after="of another bank").since == ()
