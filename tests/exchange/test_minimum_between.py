"""QI-04 and QI-05 of two who would meet, and of the buyer again when title moves: each transfer by
itself, as it settles, leaves both with nothing or the minimum."""

from __future__ import annotations

from typing import Final

import pytest
from msgspec import structs

from exchange.events import AnyEvent, TransferOpened, TransferSettled
from exchange.market_commands import SetMarketMode
from exchange.match_rule import MatchRule
from exchange.modes.negotiation import Acceptance
from exchange.modes.types import CallAuctionTerms, MarketMode
from exchange.refusals import Refusal
from exchange.rules.types import CureKind, Verdict
from exchange.rules_events import OrderJudged, TransferJudged
from exchange.slot_events import MatchSkipped
from exchange.types import OPERATOR_ID, PartyId
from matching import Side
from registry.transfer import Overlay
from registry.types import Units
from tests.exchange.caps import KeptOut, kept_out
from tests.exchange.dealing import Dealing
from tests.exchange.pairs import inherits, rule_pairs
from tests.exchange.rules.test_rejudging import of
from tests.exchange.steps import RIGHT_HOLDERS, Steps, matched, terms, trading, transfer_of
from tests.exchange.venue import HOUR_NS, TERMS, Venue, the

RULES: Final = ("QI-04", "QI-05")
"""Of a unit of one yuan 300,000 at least."""
LEAST: Final = 300_000
MONEY: Final = 10**11


def market(units: int = 1_000_000) -> Venue:
    """The seller has so many units, and an institution has half a million."""
    issue = structs.replace(TERMS, units_issued=Units(10**7))
    venue = Venue(terms=issue, units=units, money=MONEY)
    inherits(venue, venue.other, 500_000)
    rule_pairs(venue, *RULES)
    return venue


def bought(events: tuple[AnyEvent, ...]) -> list[int]:
    return [each.units for each in of(TransferOpened, events)]


def skipped(events: tuple[AnyEvent, ...]) -> list[MatchRule]:
    return [each.rule for each in of(MatchSkipped, events)]


def test_a_fill_that_leaves_the_buyer_below_the_minimum_is_passed_over() -> None:
    venue = market()
    venue.buys(LEAST)
    told = venue.does(venue.order(venue.seller, Side.SELL, LEAST - 10))
    assert (bought(told), skipped(told)) == ([], [MatchRule.BUYER_MINIMUM])
    told = venue.does(venue.order(venue.other, Side.SELL, 500_000))
    assert (bought(told), skipped(told)) == ([], [MatchRule.SELLER_REMAINDER])
    told = venue.does(venue.order(venue.seller, Side.SELL, LEAST))
    assert (bought(told), skipped(told)) == ([LEAST], [])


def test_what_is_on_the_way_ahead_of_a_fill_counts() -> None:
    venue = market()
    venue.sells(LEAST, 9_990)
    venue.sells(200_000, by=venue.other)
    told = venue.does(venue.order(venue.buyer, Side.BUY, 500_000))
    assert (bought(told), skipped(told)) == ([LEAST, 200_000], [])


def test_a_fill_that_comes_before_it_does_not_wait_for_what_follows() -> None:
    """The cheaper part would settle by itself; the whole order alone is no help."""
    venue = market()
    venue.sells(200_000, 9_990, by=venue.other)
    venue.sells(LEAST)
    told = venue.does(venue.order(venue.buyer, Side.BUY, 500_000))
    assert (bought(told), skipped(told)) == ([LEAST], [MatchRule.BUYER_MINIMUM])


def test_what_is_on_the_way_from_the_buyer_is_gone() -> None:
    venue = market()
    venue.sells(500_000, by=venue.other)
    venue.buys(500_000)
    venue.buys(100_000, by=venue.other)
    told = venue.does(venue.order(venue.seller, Side.SELL, 100_000))
    assert (bought(told), skipped(told)) == ([], [MatchRule.BUYER_MINIMUM])


def test_who_settles_first_although_he_came_second_waits() -> None:
    venue = market()
    venue.sells(LEAST, 9_990)
    venue.sells(200_000, by=venue.other)
    venue.buys(500_000)
    first, second = venue.pending()

    (judged,) = of(TransferJudged, venue.does(venue.confirmation(second)))

    assert judged.party_id == venue.buyer, "the seller reads nothing of what he has"
    (finding,) = [each for each in judged.findings if each.verdict is Verdict.BLOCK]
    assert finding.rule_id == "QI-04"
    assert dict(finding.inputs)["principal_after_fen"] == 200_000 * 100
    assert transfer_of(venue, second).overlays == Overlay.HELD
    the(TransferSettled, venue.does(venue.confirmation(first)))
    the(TransferSettled, venue.does(Steps(venue, second).let_go()))


def test_a_seller_s_offer_tells_him_nothing_of_what_the_other_has() -> None:
    venue = Dealing(MarketMode.NEGOTIATED, money=MONEY)
    inherits(venue, venue.seller, 400_000)
    rule_pairs(venue, *RULES)
    deal = venue.opens(venue.offer(200_000))
    assert kept_out(venue, venue.yes(deal, deal, by=venue.buyer)).rules == ["QI-04"]


def test_a_wish_by_name_may_not_leave_a_remainder_and_nobody_reads_how_much_it_is() -> None:
    venue = Dealing(MarketMode.LISTED_PRICE, money=MONEY)
    inherits(venue, venue.seller, 400_000)
    rule_pairs(venue, *RULES)
    listed = venue.opens(venue.listing(500_000, parts=True, acceptance=Acceptance.FIRST_PASSING))
    wish = venue.answer(listed, LEAST, by=venue.buyer)
    assert kept_out(venue, wish) == KeptOut(
        Refusal.RULE_BLOCKS, ["QI-05"], [CureKind.TAKE_WHOLE_HOLDING]
    )
    (judged,) = of(OrderJudged, venue.submit(structs.replace(wish, key=venue.key())))
    told = {name for each in judged.findings for name, _ in each.inputs}
    assert told == {"minimum_fen", "contract_minimum_fen"}


def test_a_call_auction_keeps_apart_whom_a_book_keeps_apart() -> None:
    venue = market()
    auction = SetMarketMode(
        actor=OPERATOR_ID,
        key=venue.key(),
        product_id=venue.product_id,
        mode=MarketMode.CALL_AUCTION,
        terms=CallAuctionTerms(uncross_minutes=(10,), window_minutes=0),
    )
    venue.does(auction)
    venue.sells(200_000)
    venue.buys(LEAST)
    told = venue.waits(30 * HOUR_NS)
    assert (bought(told), skipped(told)) == ([], [MatchRule.BUYER_MINIMUM])


@pytest.mark.parametrize(("has", "takes"), [(LEAST, True), (0, False)])
def test_who_takes_a_buyer_s_place_has_the_minimum_then(has: int, *, takes: bool) -> None:
    """What the seller sells to him he sells once: it is all that he has."""
    venue = trading(terms(preemption_days=30, right_holders=RIGHT_HOLDERS))
    heir = PartyId(RIGHT_HOLDERS[0])
    if has:
        inherits(venue, heir, has)
    on = Steps(venue, matched(venue, 100_000))
    rule_pairs(venue, "QI-05")
    venue.does(venue.confirmation(on.transfer_id))
    rule_pairs(venue, *RULES, changed=('version = "1"\ntitle', 'version = "2"\ntitle'))
    exercise = structs.replace(on.exercise(), actor=heir)
    if takes:
        assert the(TransferOpened, venue.does(exercise)).units == 100_000
    else:
        assert kept_out(venue, exercise) == KeptOut(Refusal.RULE_BLOCKS, ["QI-04"], [])
