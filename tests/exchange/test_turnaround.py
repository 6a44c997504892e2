"""VEN-03 of domain D1: five trading days lie between opposite trades of one party in one product,
counted from the match and from the effect. A make-up Saturday is none of them."""

from __future__ import annotations

import pytest

from exchange.events import CommandRefused
from exchange.match_rule import MatchRule
from exchange.refusals import Refusal
from exchange.rules.types import CureKind
from exchange.slot_events import MatchSkipped
from exchange.types import PartyId
from matching import Side
from registry.calendar import DAY_NS, SHANGHAI_OFFSET_NS, Calendar, day_of_date
from registry.types import HolderId
from tests.exchange.capped import MILLION, Capped
from tests.exchange.caps import kept_out
from tests.exchange.deadlines import decides_in
from tests.exchange.venue import the

WORKING = Calendar(
    calendar_id="WORKING",
    zone_offset_ns=SHANGHAI_OFFSET_NS,
    day_ns=DAY_NS,
    working_weekdays=0b0011111,
    exceptions={
        day_of_date("2023-11-18"): True,  # a Saturday, worked for the holiday that follows
        day_of_date("2023-11-20"): False,
        day_of_date("2023-11-21"): False,
    },
    covered_until=day_of_date("2023-12-31"),
)
MATCHED_ON = "2023-11-15"
"""A Wednesday: 16, 17, 22, 23 and 24 are the five trading days after it."""


class Turning(Capped):
    """A venue whose parties may not turn round at once. Two of them hold units and have money."""

    def __init__(self) -> None:
        super().__init__(
            calendars=(WORKING,),
            transfer_terms=decides_in("WORKING", 20),
            maturity_date=None,
        )
        self.deposits(self.seller, 10**10)
        self.inherit([self.buyer, self.other], MILLION)
        self.caps(turnaround_days=5)

    def comes(self, date: str) -> None:
        """It is noon of this day."""
        noon = day_of_date(date) * DAY_NS - SHANGHAI_OFFSET_NS + DAY_NS // 2
        self.waits(noon - self.at_ns)

    def asks(self, by: PartyId, side: Side) -> Refusal | None:
        """What is said to an order of this side."""
        price = 20_000 if side is Side.SELL else 5_000
        (first, *_) = self.submit(self.order(by, side, 100, price))
        return first.refusal if isinstance(first, CommandRefused) else None


@pytest.fixture
def venue() -> Turning:
    """The buyer has bought from the seller."""
    venue = Turning()
    venue.comes(MATCHED_ON)
    venue.sells(100)
    venue.buys(100)
    return venue


def test_five_trading_days_lie_between_opposite_trades(venue: Turning) -> None:
    assert venue.asks(venue.buyer, Side.SELL) is Refusal.RULE_BLOCKS
    assert venue.asks(venue.seller, Side.BUY) is Refusal.RULE_BLOCKS
    assert venue.asks(venue.buyer, Side.BUY) is None
    assert venue.asks(venue.seller, Side.SELL) is None
    assert venue.asks(venue.other, Side.SELL) is None
    venue.comes("2023-11-24")
    assert venue.asks(venue.buyer, Side.SELL) is Refusal.RULE_BLOCKS
    venue.comes("2023-11-25")
    assert venue.asks(venue.buyer, Side.SELL) is None
    assert venue.asks(venue.seller, Side.BUY) is None


def test_they_are_counted_anew_from_the_effect(venue: Turning) -> None:
    venue.comes("2023-11-23")
    venue.does(venue.confirmation(*venue.pending()))
    venue.comes("2023-11-30")
    assert venue.asks(venue.buyer, Side.SELL) is Refusal.RULE_BLOCKS
    venue.restarts()
    assert venue.asks(venue.seller, Side.BUY) is Refusal.RULE_BLOCKS
    venue.comes("2023-12-01")
    assert venue.asks(venue.seller, Side.BUY) is None
    assert venue.asks(venue.buyer, Side.SELL) is None


def test_a_trade_that_failed_was_none(venue: Turning) -> None:
    venue.does(venue.rejection(*venue.pending()))
    assert venue.asks(venue.buyer, Side.SELL) is None


def test_of_two_purchases_the_later_counts_until_it_fails(venue: Turning) -> None:
    venue.comes("2023-11-24")
    venue.sells(100, by=venue.other)
    venue.buys(100)
    venue.comes("2023-11-25")
    assert venue.asks(venue.buyer, Side.SELL) is Refusal.RULE_BLOCKS
    venue.does(venue.rejection(venue.pending()[1]))
    assert venue.asks(venue.buyer, Side.SELL) is None


def test_of_an_earlier_match_and_a_later_effect_the_effect_counts(venue: Turning) -> None:
    venue.sells(100, by=venue.other)
    venue.buys(100)
    venue.comes("2023-11-23")
    venue.does(venue.confirmation(venue.pending()[1]))
    venue.comes("2023-11-27")
    assert venue.asks(venue.buyer, Side.SELL) is Refusal.RULE_BLOCKS
    assert venue.asks(venue.seller, Side.BUY) is None


def test_an_order_that_rests_is_passed_over(venue: Turning) -> None:
    venue.does(venue.rejection(*venue.pending()))
    resting = venue.sells(100, 10_010, by=venue.buyer)
    venue.sells(100)
    venue.buys(100)
    told = venue.does(venue.order(venue.other, Side.BUY, 100, 10_010))
    skipped = the(MatchSkipped, told)
    assert (skipped.maker_order_id, skipped.rule) == (resting, MatchRule.TURNAROUND)
    assert len(venue.pending()) == 1
    venue.comes("2023-11-25")
    venue.buys(100, 10_010, by=venue.other)
    assert len(venue.pending()) == 2


def test_an_order_that_rests_gets_no_new_price_meanwhile(venue: Turning) -> None:
    venue.does(venue.rejection(*venue.pending()))
    resting = venue.sells(100, 10_010, by=venue.buyer)
    venue.sells(100)
    venue.buys(100)
    replaced = venue.replacement(resting, 100, 10_020, by=venue.buyer)
    told = kept_out(venue, replaced)
    assert told == (Refusal.RULE_BLOCKS, ["VEN-03"], [CureKind.WAIT_UNTIL])


def test_what_matters_no_more_is_forgotten(venue: Turning) -> None:
    venue.does(venue.confirmation(*venue.pending()))
    assert list(venue.slots.bought) == [HolderId(venue.buyer)]
    venue.comes("2023-11-30")
    venue.sells(100, by=venue.other)
    venue.buys(100, by=venue.person())
    venue.does(venue.confirmation(*venue.pending()))
    assert HolderId(venue.buyer) not in venue.slots.bought
    assert list(venue.slots.sold) == [HolderId(venue.other)]


def test_a_saturday_worked_for_a_holiday_is_no_trading_day() -> None:
    saturday = day_of_date("2023-11-18")
    assert WORKING.is_working(saturday)
    assert not WORKING.is_trading(saturday)
    friday = day_of_date("2023-11-17")
    assert WORKING.day_after_trading(friday, 1) == day_of_date("2023-11-23")
