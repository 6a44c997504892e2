"""PRC-01 and PRD-05 of two who would meet: an order that was near its reference when it came, and
is not any more, trades no more by itself, until a person has let it pass."""

from __future__ import annotations

from typing import Final

import pytest

from exchange.check import check
from exchange.events import AnyEvent, CommandRefused, TransferOpened
from exchange.market_commands import SetMarketMode
from exchange.market_events import AuctionExtended
from exchange.match_rule import MATCH_RULES, MatchRule
from exchange.modes.types import CallAuctionTerms, MarketMode
from exchange.price_types import Nav
from exchange.refusals import Refusal
from exchange.rules.check import Aspect
from exchange.rules.checks import CHECKS
from exchange.rules.types import Stage, Verdict
from exchange.rules_events import OrderJudged
from exchange.slot_events import MatchSkipped
from exchange.types import OPERATOR_ID
from matching import Price, Side
from tests.exchange.dealing import Dealing
from tests.exchange.disclosures import days_ago, disclosure
from tests.exchange.pairs import rule_pairs
from tests.exchange.rules.clearing import clears
from tests.exchange.rules.market import RuledMarket
from tests.exchange.rules.packs import only
from tests.exchange.rules.test_rejudging import of
from tests.exchange.venue import HOUR_NS, Venue, the

PACK: Final = "CN-VENUE-LICENSED"
UNITS: Final = 400_000


def market(*rule_ids: str) -> RuledMarket:
    """A market with these rules alone."""
    venue = RuledMarket()
    venue.loads(only(PACK, *rule_ids))
    venue.rules(PACK)
    return venue


def valued(venue: Venue, value: int, *, before: int = 0) -> None:
    """A net asset value, of so many days ago."""
    venue.does(disclosure(venue, nav=Nav(Price(value), days_ago(venue, before))))


def bought(events: tuple[AnyEvent, ...]) -> list[int]:
    return [each.units for each in of(TransferOpened, events)]


def skipped(events: tuple[AnyEvent, ...]) -> list[MatchRule]:
    return [each.rule for each in of(MatchSkipped, events)]


@pytest.mark.parametrize(
    ("value", "trades"), [(10_000, True), (20_000, True), (20_010, False), (21_000, False)]
)
def test_who_rests_while_the_net_value_rises_is_passed_over_when_he_is_half_of_it_away(
    value: int, *, trades: bool
) -> None:
    """Whoever comes would pay what a unit is worth: what counts is the price that rests."""
    venue = market("PRC-01")
    venue.sells(UNITS)
    valued(venue, value)
    told = venue.does(venue.order(venue.buyer, Side.BUY, UNITS, price=value))
    assert bought(told) == ([UNITS] if trades else [])
    assert skipped(told) == ([] if trades else [MatchRule.PRICE_BAND])
    check(venue.state)


def test_he_trades_again_when_the_value_is_what_it_was() -> None:
    venue = market("PRC-01")
    venue.sells(UNITS)
    valued(venue, 21_000)
    venue.sleeps(1)
    valued(venue, 10_000)
    assert bought(venue.does(venue.order(venue.buyer, Side.BUY, UNITS))) == [UNITS]


def test_what_a_person_has_let_pass_meets_whoever_comes() -> None:
    venue = market("PRC-01")
    valued(venue, 21_000)
    venue.submit(venue.order(venue.seller, Side.SELL, UNITS))
    (asked,) = venue.state.rules.clearances.by_id
    clears(venue, asked)
    venue.sells(UNITS)
    told = venue.does(venue.order(venue.buyer, Side.BUY, UNITS, price=20_000))
    assert (bought(told), skipped(told)) == ([UNITS], [])
    check(venue.state)


def test_what_he_has_let_pass_meets_who_stands_in_the_same_command() -> None:
    venue = market("PRC-01")
    venue.buys(UNITS)
    valued(venue, 21_000)
    venue.submit(venue.order(venue.seller, Side.SELL, UNITS))
    (asked,) = venue.state.rules.clearances.by_id
    clears(venue, asked)
    told = venue.does(venue.order(venue.seller, Side.SELL, UNITS))
    assert (bought(told), skipped(told)) == ([UNITS], [])


def test_one_order_s_clearance_is_no_other_s() -> None:
    venue = market("PRC-01")
    venue.sells(100_000)
    valued(venue, 21_000)
    venue.submit(venue.order(venue.seller, Side.SELL, UNITS))
    (asked,) = venue.state.rules.clearances.by_id
    clears(venue, asked)
    told = venue.does(venue.order(venue.buyer, Side.BUY, UNITS, price=20_000))
    assert (bought(told), skipped(told)) == ([], [MatchRule.PRICE_BAND])


def test_a_clearance_ends_with_the_value_that_it_was_given_at() -> None:
    venue = market("PRC-01")
    valued(venue, 21_000)
    venue.submit(venue.order(venue.seller, Side.SELL, UNITS))
    (asked,) = venue.state.rules.clearances.by_id
    clears(venue, asked)
    venue.sells(UNITS)
    venue.sleeps(1)
    valued(venue, 30_000)
    told = venue.does(venue.order(venue.buyer, Side.BUY, UNITS, price=30_000))
    assert (bought(told), skipped(told)) == ([], [MatchRule.PRICE_BAND])


@pytest.mark.parametrize(("later", "trades"), [(0, True), (1, False)])
def test_a_listing_outlives_what_is_disclosed(later: int, *, trades: bool) -> None:
    """Of a product that matures 100 days may pass, and twice as many before a person decides."""
    venue = market("PRD-05")
    valued(venue, 10_000, before=95)
    venue.sells(UNITS)
    venue.sleeps(105 + later)
    told = venue.does(venue.order(venue.buyer, Side.BUY, UNITS))
    assert bought(told) == ([UNITS] if trades else [])
    assert skipped(told) == ([] if trades else [MatchRule.DISCLOSURE_OLD])


def test_a_call_auction_asks_of_the_price_that_it_has_found() -> None:
    """What becomes of it then: tests/exchange/rules/test_auction_band.py."""
    venue = market("PRC-01")
    auction = SetMarketMode(
        actor=OPERATOR_ID,
        key=venue.key(),
        product_id=venue.product_id,
        mode=MarketMode.CALL_AUCTION,
        terms=CallAuctionTerms(uncross_minutes=(10,), window_minutes=0),
    )
    venue.does(auction)
    venue.sells(UNITS)
    venue.buys(UNITS)
    valued(venue, 11_120)
    told = venue.waits(30 * HOUR_NS)
    assert (bought(told), skipped(told)) == ([], [])
    the(AuctionExtended, told)


def test_by_name_the_deal_is_refused_with_what_the_rule_said() -> None:
    """It was the seller's to hear, and nothing was against it when he offered."""
    venue = Dealing(MarketMode.NEGOTIATED, money=10**10)
    valued(venue, 10_000, before=200)
    deal = venue.opens(venue.offer(100, hours=48))
    rule_pairs(venue, "PRD-05")
    venue.waits(24 * HOUR_NS)
    refused, judged = venue.submit(venue.yes(deal, deal, by=venue.buyer))
    assert refused == CommandRefused(refusal=Refusal.RULE_HOLDS)
    assert isinstance(judged, OrderJudged)
    (finding,) = [each for each in judged.findings if each.rule_id == "PRD-05"]
    assert finding.verdict is Verdict.HOLD
    assert dict(finding.inputs)["age_days"] == 201


def test_a_product_without_the_rule_trades_at_any_price() -> None:
    venue = RuledMarket()
    venue.sells(100)
    valued(venue, 21_000)
    assert the(TransferOpened, venue.does(venue.order(venue.buyer, Side.BUY, 100))).units == 100


def test_whatever_is_asked_where_two_meet_has_a_number_for_it() -> None:
    at_match = {Aspect.PAIR, Aspect.HOLDING, Aspect.PRICE, Aspect.DISCLOSURE}
    asked = {
        rule_id
        for rule_id, check_ in CHECKS.items()
        if check_.looks_at & at_match and Stage.MATCH in check_.stages
    }
    never_at_match = {"VEN-06", "ORD-02", "PRC-02"}
    assert asked - never_at_match <= MATCH_RULES.keys()
