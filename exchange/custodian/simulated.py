"""A custodian bank inside the venue, for venues that have none: it keeps one escrow account.

What it does depends on what it was asked and when, and on nothing else. It books at once, makes
its statement when the day is over, and refuses to pay into an account whose number ends in CLOSED,
or more than there is. Its books are one table, in the edge's database.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Final

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    func,
    select,
)

from exchange.clock import Clock
from exchange.custodian.camt053_writer import WrittenBooking, write_camt053
from exchange.custodian.port import Balance, Instructed, Moved, NoStatement, Payout
from exchange.custodian.statement import (
    OtherAccount,
    references_in,
    withdrawal_reference,
)
from exchange.money_types import PayoutOutcome
from exchange.types import Fen
from registry.calendar import day_in_shanghai
from registry.types import DayNumber

CLOSED: Final = "0000"
"""Every account whose number ends so is closed: to see what becomes of a refused payment."""
ACCOUNT_NUMBER: Final = "8888000000000001"
STATEMENT_ID_PREFIX: Final = "SIM-"

metadata = MetaData()

bookings = Table(
    "custodian_bookings",
    metadata,
    Column("booking_id", Integer, primary_key=True),
    Column("bank_ref", Text, nullable=False, unique=True),
    Column("amount", BigInteger, nullable=False),  # fen; negative: it went out
    Column("booked_on", Integer, nullable=False),  # days since 1970-01-01
    Column("bank", Text, nullable=False),
    Column("number", Text, nullable=False),
    Column("holder_name", Text, nullable=False),
    Column("text", Text, nullable=False),
    sqlite_autoincrement=True,  # no id is used twice
)
Index("custodian_bookings_by_day", bookings.c.booked_on, bookings.c.booking_id)

Transaction = Callable[[], AbstractContextManager[Connection]]


class SimulatedCustodian:
    """The bank. Every method is one transaction, unless it is given one."""

    def __init__(self, transaction: Transaction, clock: Clock) -> None:
        self._transaction = transaction
        self._clock = clock

    @property
    def account_number(self) -> str:
        """Of the one account."""
        return ACCOUNT_NUMBER

    def receive(
        self, connection: Connection, *, amount: Fen, payer: OtherAccount, text: str
    ) -> None:
        """A payment has come in from somebody, in the caller's transaction."""
        assert amount > 0, amount
        number = connection.scalar(select(func.count()).select_from(bookings)) or 0
        self._book(connection, f"IN-{number + 1}", amount, other=payer, text=text)

    def instruct(self, payout: Payout) -> Instructed:
        """Pay at once, unless the account is closed or the money is not there."""
        text = withdrawal_reference(payout.withdrawal_id)
        bank_ref = f"OUT-{payout.withdrawal_id}"
        with self._transaction() as connection:
            if not _has_booked(connection, bank_ref):
                if payout.to.number.endswith(CLOSED):
                    return Instructed(PayoutOutcome.REFUSED_BY_BANK, "the account is closed")
                if payout.amount > _total(connection):
                    return Instructed(PayoutOutcome.REFUSED_BY_BANK, "not enough money")
                self._book(connection, bank_ref, Fen(-payout.amount), other=payout.to, text=text)
        return Instructed(PayoutOutcome.INSTRUCTED, bank_ref)

    def balance(self, *, after: str | None) -> Balance:
        """What the books say now. A statement that this bank has not made shows nothing."""
        day = -1 if after is None else _day_in(after)
        with self._transaction() as connection:
            wanted = select(bookings.c.amount, bookings.c.text).order_by(bookings.c.booking_id)
            rows = (
                []
                if day is None
                else connection.execute(wanted.where(bookings.c.booked_on > day)).all()
            )
            total = _total(connection)
        since = [Moved(Fen(row.amount), references_in(row.text).withdrawal) for row in rows]
        return Balance(amount=total, since=tuple(since))

    def statement(self, day: DayNumber) -> bytes:
        """The statement of a day that is over."""
        if day >= day_in_shanghai(self._clock.now_ns()):
            raise NoStatement("the day is not over")
        of_day = select(bookings).where(bookings.c.booked_on == day)
        with self._transaction() as connection:
            opening = _total(connection, before=day)
            rows = connection.execute(of_day.order_by(bookings.c.booking_id)).all()
        return write_camt053(
            statement_id=f"{STATEMENT_ID_PREFIX}{day}",
            account_number=ACCOUNT_NUMBER,
            day=day,
            opening_balance=opening,
            bookings=[
                WrittenBooking(
                    bank_ref=row.bank_ref,
                    amount=Fen(row.amount),
                    booked_on=DayNumber(row.booked_on),
                    other=OtherAccount(
                        bank=row.bank, number=row.number, holder_name=row.holder_name
                    ),
                    text=row.text,
                )
                for row in rows
            ],
        )

    def _book(
        self, connection: Connection, bank_ref: str, amount: Fen, *, other: OtherAccount, text: str
    ) -> None:
        connection.execute(
            bookings.insert().values(
                bank_ref=bank_ref,
                amount=amount,
                booked_on=day_in_shanghai(self._clock.now_ns()),
                bank=other.bank,
                number=other.number,
                holder_name=other.holder_name,
                text=text,
            )
        )


def _has_booked(connection: Connection, bank_ref: str) -> bool:
    wanted = select(bookings.c.booking_id).where(bookings.c.bank_ref == bank_ref)
    return connection.scalar(wanted) is not None


def _total(connection: Connection, *, before: DayNumber | None = None) -> Fen:
    wanted = select(func.coalesce(func.sum(bookings.c.amount), 0))
    if before is not None:
        wanted = wanted.where(bookings.c.booked_on < before)
    return Fen(connection.scalar(wanted) or 0)


def _day_in(statement_id: str) -> DayNumber | None:
    digits = statement_id.removeprefix(STATEMENT_ID_PREFIX)
    is_ours = digits != statement_id and digits.isascii() and digits.isdigit()
    return DayNumber(int(digits)) if is_ours else None
