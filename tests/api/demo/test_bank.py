"""The bank of the demo: statements that follow one another, and the same for the same day."""

from __future__ import annotations

from api.cli.demo.bank import PaidIn, day_of, statement_of
from api.cli.demo.wire import Withdrawal
from exchange.custodian.csv_profile import read_bookings_sheet

IN = [
    PaidIn(number="622200000001", holder_name="墨沐雨（演示） Mo Muyu", amount=5_000, text="TX-P8"),
    PaidIn(number="622200000002", holder_name="A, B", amount=1, text="TX-P9"),
]
OUT = [Withdrawal(withdrawal_id="17", amount="20.00")]


def test_a_day_is_a_statement_that_the_venue_reads() -> None:
    content = statement_of(IN, OUT, day=3, opening=2_500, booked_on="2026-11-22")
    statement = read_bookings_sheet(content)
    assert (statement.opening_balance, statement.closing_balance) == (2_500, 5_501)
    assert [each.amount for each in statement.bookings] == [-2_000, 5_000, 1]
    assert [each.withdrawal_ref for each in statement.bookings] == [17, None, None]
    assert [each.party_ref for each in statement.bookings] == [None, 8, 9]
    other = statement.bookings[2].other
    assert other is not None
    assert (other.number, other.holder_name) == ("622200000002", "A, B")


def test_the_last_booking_says_which_day_it_was() -> None:
    content = statement_of(IN, OUT, day=12, opening=2_500, booked_on="2026-11-22")
    assert day_of(read_bookings_sheet(content).bookings[-1].bank_ref) == 12


def test_the_same_day_is_the_same_statement() -> None:
    first, again = (
        statement_of(IN, OUT, day=1, opening=9_000, booked_on="2026-11-22") for _ in range(2)
    )
    assert first == again
