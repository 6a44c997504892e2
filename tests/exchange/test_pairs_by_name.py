"""The rules of two parties between named ones, in auctions, of who takes a buyer's place; and what
keeps one beneficial owner from himself."""

from __future__ import annotations

import pytest

from exchange.events import TransferOpened
from exchange.judging import findings_of_order
from exchange.market_commands import SetMarketMode
from exchange.match_rule import MatchRule
from exchange.modes.negotiation import Acceptance, OfferState
from exchange.modes.types import CallAuctionTerms, MarketMode
from exchange.negotiation_events import OfferEnded
from exchange.orders import order_of
from exchange.refusals import Refusal
from exchange.rules.types import CureKind
from exchange.slot_events import MatchSkipped
from exchange.types import OPERATOR_ID, PartyId, Sequence
from matching import Side
from tests.exchange.caps import KeptOut, kept_out
from tests.exchange.compliance import Compliance
from tests.exchange.dealing import Dealing
from tests.exchange.pairs import SPLIT, inherits, rule_pairs
from tests.exchange.steps import RIGHT_HOLDERS, Steps, matched, terms, trading
from tests.exchange.venue import HOUR_NS, Venue, the

ALL = 100_000
SPLITS = KeptOut(Refusal.RULE_BLOCKS, ["CN-SPLIT-01"], [CureKind.TAKE_WHOLE_HOLDING])


def dealing(mode: MarketMode, *rule_ids: str) -> Dealing:
    """A product that the seller alone holds; money for all of it."""
    venue = Dealing(mode, money=10**10)
    rule_pairs(venue, *(rule_ids or SPLIT))
    return venue


def test_a_seller_offers_no_part_to_a_person() -> None:
    venue = dealing(MarketMode.NEGOTIATED)
    assert kept_out(venue, venue.offer(100)) == SPLITS
    to_institution = venue.opens(venue.offer(100, to=venue.other))
    venue.does(venue.yes(to_institution, to_institution, by=venue.other))
    assert kept_out(venue, venue.offer(ALL - 100)) == SPLITS, "a part is on its way to another"


def test_a_person_s_wish_tells_him_nothing_of_what_the_other_holds() -> None:
    venue = dealing(MarketMode.NEGOTIATED)
    wish = venue.opens(venue.offer(100, side=Side.BUY))
    assert kept_out(venue, venue.yes(wish, wish, by=venue.seller)) == SPLITS
    countered = venue.makes(venue.answer(wish, ALL, by=venue.seller, to=wish))
    opened = venue.does(venue.yes(wish, countered, by=venue.buyer))
    assert the(TransferOpened, opened).units == ALL


def test_what_was_whole_when_it_was_offered_may_be_a_part_when_it_is_accepted() -> None:
    venue = dealing(MarketMode.NEGOTIATED)
    deal = venue.opens(venue.offer(ALL))
    inherits(venue, venue.seller, 10)
    assert kept_out(venue, venue.yes(deal, deal, by=venue.buyer)) == SPLITS


def test_what_he_sells_to_the_same_buyer_besides_is_not_kept() -> None:
    venue = dealing(MarketMode.NEGOTIATED)
    deal = venue.opens(venue.offer(ALL))
    venue.does(venue.yes(deal, deal, by=venue.buyer))
    (first,) = venue.pending()
    inherits(venue, venue.seller, 10)
    venue.does(venue.confirmation(first))
    assert venue.holding(venue.buyer) == (0, 0, 0)
    rest = venue.opens(venue.offer(10))
    venue.does(venue.yes(rest, rest, by=venue.buyer))
    venue.does(Steps(venue, first).let_go())
    assert venue.holding(venue.buyer)[0] == ALL
    (second,) = venue.pending()
    venue.does(venue.confirmation(second))
    assert venue.holding(venue.buyer)[0] == ALL + 10


@pytest.mark.parametrize("acceptance", list(Acceptance))
def test_a_listing_of_a_part_is_for_institutions(acceptance: Acceptance) -> None:
    venue = dealing(MarketMode.LISTED_PRICE)
    listed = venue.opens(venue.listing(100, acceptance=acceptance))
    assert kept_out(venue, venue.answer(listed, 100, by=venue.buyer)) == SPLITS
    venue.does(venue.answer(listed, 100, by=venue.other))


def test_quotes_to_a_seller_are_asked_of_all_that_he_has() -> None:
    venue = dealing(MarketMode.RFQ)
    request = venue.opens(venue.request(100, side=Side.SELL, by=venue.seller))
    assert kept_out(venue, venue.answer(request, 100, by=venue.buyer)) == SPLITS
    quote = venue.makes(venue.answer(request, 100, by=venue.other))
    the(TransferOpened, venue.does(venue.yes(request, quote, by=venue.seller)))


def test_an_auction_of_what_is_no_longer_all_goes_to_the_highest_who_may_have_it() -> None:
    venue = dealing(MarketMode.ENGLISH_AUCTION)
    auction = venue.opens(venue.auction(ALL))
    venue.makes(venue.answer(auction, ALL, 10_000, by=venue.other))
    highest = venue.makes(venue.answer(auction, ALL, 10_100, by=venue.buyer))
    inherits(venue, venue.seller, 10)
    told = venue.waits(HOUR_NS)
    ended = {event.offer_id: event.state for event in told if isinstance(event, OfferEnded)}
    assert ended[highest] is OfferState.WITHDRAWN_BY_VENUE
    assert the(TransferOpened, told).buyer_id == venue.other


def test_a_part_is_not_bid_for_by_persons() -> None:
    venue = dealing(MarketMode.ENGLISH_AUCTION)
    auction = venue.opens(venue.auction(100))
    assert kept_out(venue, venue.answer(auction, 100, 10_000, by=venue.buyer)) == SPLITS


def test_in_a_call_auction_persons_meet_nobody() -> None:
    """Its orders trade in parts."""
    venue = Venue(money=10**10)
    rule_pairs(venue, *SPLIT)
    venue.does(
        SetMarketMode(
            actor=OPERATOR_ID,
            key=venue.key(),
            product_id=venue.product_id,
            mode=MarketMode.CALL_AUCTION,
            terms=CallAuctionTerms(uncross_minutes=(10,), window_minutes=0),
        )
    )
    venue.sells(ALL)
    venue.buys(ALL)
    venue.buys(40, by=venue.other)
    told = venue.waits(30 * HOUR_NS)
    opened = [each for each in told if isinstance(each, TransferOpened)]
    assert [(each.buyer_id, each.units) for each in opened] == [(venue.other, 40)]


def owned(venue: Venue, *parties: PartyId, owner: PartyId) -> None:
    """Compliance has found this owner behind each of them."""
    at = Compliance(venue)
    for party_id in parties:
        venue.does(at.record(party_id, at.owned(owner)))


def test_one_owner_does_not_meet_himself_in_the_book() -> None:
    venue = Venue()
    rule_pairs(venue, "PTY-01")
    inherits(venue, venue.other, 100)
    owned(venue, venue.other, owner=venue.buyer)
    ask = venue.sells(10, by=venue.other)
    refused = kept_out(venue, venue.order(venue.buyer, Side.BUY, 10))
    assert refused == (Refusal.RULE_BLOCKS, ["PTY-01"], [])
    venue.buys(10, 9_990)
    replacement = venue.replacement(ask, 10, 9_990, by=venue.other)
    assert kept_out(venue, replacement).rules == ["PTY-01"]
    venue.sells(10, 9_990)
    assert len(venue.pending()) == 1, "of another owner"


def test_an_owner_s_orders_pass_one_another_over_where_that_is_the_rule() -> None:
    venue = Venue()
    rule_pairs(venue, "PTY-01", changed=('"REJECT_INCOMING"', '"SKIP"'))
    owned(venue, venue.other, owner=venue.seller)
    venue.sells(10)
    events = venue.does(venue.order(venue.other, Side.BUY, 10))
    assert the(MatchSkipped, events).rule is MatchRule.SAME_OWNER
    venue.buys(10)
    assert len(venue.pending()) == 1


def test_one_owner_does_not_deal_with_himself_by_name() -> None:
    venue = dealing(MarketMode.NEGOTIATED, "PTY-01")
    owned(venue, venue.other, owner=venue.seller)
    refused = kept_out(venue, venue.offer(10, to=venue.other))
    assert refused == (Refusal.RULE_BLOCKS, ["PTY-01"], [])
    venue.opens(venue.offer(10))


def test_nobody_quotes_both_ways() -> None:
    venue = dealing(MarketMode.NEGOTIATED, "VEN-06")
    inherits(venue, venue.buyer, 100)
    bid = venue.opens(venue.offer(10, side=Side.BUY))
    refused = kept_out(venue, venue.offer(10, by=venue.buyer, to=venue.other))
    assert refused == (Refusal.RULE_BLOCKS, ["VEN-06"], [])
    venue.does(venue.no(bid, bid, by=venue.seller))
    venue.opens(venue.offer(10, by=venue.buyer, to=venue.other))


def test_who_has_the_seller_s_owner_does_not_take_the_buyer_s_place() -> None:
    venue = trading(terms(preemption_days=30, right_holders=RIGHT_HOLDERS))
    on = Steps(venue, matched(venue))
    rule_pairs(venue, "PTY-01")
    owned(venue, venue.other, owner=venue.seller)
    venue.does(venue.confirmation(on.transfer_id))
    assert kept_out(venue, on.exercise()) == (Refusal.RULE_BLOCKS, ["PTY-01"], [])
    venue.does(on.answer())


@pytest.mark.parametrize(("quantity", "reach"), [(ALL, "EVERYBODY"), (ALL - 10, "INSTITUTIONS")])
def test_a_listing_by_name_of_all_that_he_has_is_for_everybody(quantity: int, reach: str) -> None:
    venue = dealing(MarketMode.LISTED_PRICE)
    product = venue.state.products[venue.product_id]
    listing = venue.order(venue.seller, Side.SELL, quantity)
    order = order_of(listing, Sequence(1), venue.at_ns)
    findings = findings_of_order(venue.state, product, order, at_ns=venue.at_ns)
    (found,) = [each for each in findings if each.rule_id == "ORD-02"]
    assert dict(found.inputs)["reach"] == reach
