"""Deals between named parties: what is reserved, who may do what, and what ends how."""

from __future__ import annotations

import pytest

from exchange.events import OrderClosed, OrderFilled, TransferOpened
from exchange.limits import PICK_VALIDITY_NS, QUOTE_VALIDITY_NS
from exchange.modes.negotiation import Acceptance, NegotiationState, OfferState
from exchange.modes.types import MarketMode
from exchange.negotiation_events import NegotiationAdvanced, OfferEnded, OfferPicked
from exchange.refusals import Refusal
from exchange.register_commands import CloseProduct, SuspendProduct
from exchange.snapshot import decode_state, encode_state
from exchange.types import OPERATOR_ID, CloseReason, VenueProfile
from matching import Side
from tests.exchange.dealing import Dealing
from tests.exchange.venue import HOUR_NS, kinds, the

FIRST_PASSING, SELLER_CONFIRMS = Acceptance.FIRST_PASSING, Acceptance.SELLER_CONFIRMS


def test_what_is_offered_is_reserved_and_an_acceptance_opens_one_transfer() -> None:
    venue = Dealing(MarketMode.NEGOTIATED)
    deal = venue.opens(venue.offer(100, 9_000))
    assert venue.holding(venue.seller) == (99_900, 100, 0)
    told = venue.does(venue.yes(deal, deal, by=venue.buyer))
    opened = the(TransferOpened, told)
    assert (opened.seller_id, opened.buyer_id, opened.price) == (venue.seller, venue.buyer, 9_000)
    assert venue.holding(venue.seller) == (99_900, 0, 100)
    assert venue.account(venue.buyer) == (100_000_000 - 9_000, 0, 9_000)
    advanced = the(NegotiationAdvanced, told)
    assert (advanced.state, advanced.open_quantity) == (NegotiationState.DEALT, 0)
    assert advanced.transfer_id == opened.transfer_id
    assert not venue.state.negotiations.by_id


def test_a_counter_offer_frees_what_stood_and_reserves_its_own_side() -> None:
    venue = Dealing(MarketMode.NEGOTIATED)
    deal = venue.opens(venue.offer(100, 9_000))
    counter = venue.makes(venue.answer(deal, 200, 8_000, by=venue.buyer, hours=2))
    assert venue.holding(venue.seller) == (100_000, 0, 0)
    assert venue.account(venue.buyer) == (100_000_000 - 16_000, 16_000, 0)
    assert venue.standing(deal).lapses_ns == venue.in_hours(2)
    stale = venue.yes(deal, deal, by=venue.seller)
    assert venue.refuses(stale) is Refusal.OFFER_NOT_STANDING
    told = venue.does(venue.yes(deal, counter, by=venue.seller))
    filled = the(OrderFilled, told)
    assert (filled.price, filled.quantity, filled.taker_side) == (8_000, 200, Side.SELL)


def test_nobody_answers_himself_and_nobody_else_hears_of_it() -> None:
    venue = Dealing(MarketMode.NEGOTIATED)
    deal = venue.opens(venue.offer())
    for command in (
        venue.yes(deal, deal, by=venue.seller),
        venue.no(deal, deal, by=venue.seller),
        venue.back(deal, by=venue.buyer),
        venue.answer(deal, by=venue.seller),
    ):
        assert venue.refuses(command) is Refusal.NOT_YOUR_TURN
    for command in (
        venue.yes(deal, deal, by=venue.other),
        venue.no(deal, deal, by=venue.other),
        venue.back(deal, by=venue.other),
        venue.answer(deal, by=venue.other),
    ):
        assert venue.refuses(command) is Refusal.UNKNOWN_NEGOTIATION


@pytest.mark.parametrize("ends", ["declined", "withdrawn", "lapsed", "closed"])
def test_without_a_deal_all_goes_back(ends: str) -> None:
    venue = Dealing(MarketMode.NEGOTIATED)
    deal = venue.opens(venue.offer(side=Side.BUY))
    assert venue.account(venue.buyer)[1] == 10_000 * 100 // 100
    match ends:
        case "declined":
            told = venue.does(venue.no(deal, deal, by=venue.seller))
        case "withdrawn":
            told = venue.does(venue.back(deal, by=venue.buyer))
        case "lapsed":
            assert "NegotiationAdvanced" not in kinds(venue.waits(HOUR_NS - 1))
            told = venue.waits(1)
        case _:
            for kind in (SuspendProduct, CloseProduct):
                venue.does(kind(actor=OPERATOR_ID, key=venue.key(), product_id=venue.product_id))
            told = venue.waits(0)
    assert venue.account(venue.buyer) == (100_000_000, 0, 0)
    state = {
        "declined": NegotiationState.DECLINED,
        "withdrawn": NegotiationState.WITHDRAWN,
        "lapsed": NegotiationState.LAPSED,
        "closed": NegotiationState.WITHDRAWN_BY_VENUE,
    }[ends]
    assert the(NegotiationAdvanced, told).state is state


def test_an_acceptance_is_checked_like_any_order() -> None:
    venue = Dealing(MarketMode.NEGOTIATED, money=500)
    deal = venue.opens(venue.offer(100, 10_000))
    assert venue.refuses(venue.yes(deal, deal, by=venue.buyer)) is Refusal.MONEY_NOT_AVAILABLE
    venue.deposits(venue.buyer, 500)
    assert venue.refuses(venue.yes(deal, deal, by=venue.buyer)) is Refusal.MONEY_NOT_AVAILABLE
    venue.deposits(venue.buyer, 100_000)
    venue.does(venue.yes(deal, deal, by=venue.buyer))


def test_the_first_acceptance_that_passes_takes_a_firm_listing() -> None:
    venue = Dealing(MarketMode.LISTED_PRICE, money=500)
    listed = venue.opens(venue.listing(100, 10_000, acceptance=FIRST_PASSING))
    assert venue.refuses(venue.answer(listed, by=venue.buyer)) is Refusal.MONEY_NOT_AVAILABLE
    venue.deposits(venue.other, 100_000)
    told = venue.does(venue.answer(listed, by=venue.other))
    assert the(TransferOpened, told).buyer_id == venue.other
    assert the(NegotiationAdvanced, told).state is NegotiationState.DEALT


def test_a_listing_is_sold_in_parts_only_where_its_seller_says_so() -> None:
    venue = Dealing(MarketMode.LISTED_PRICE)
    whole = venue.opens(venue.listing(100, acceptance=FIRST_PASSING))
    assert venue.refuses(venue.answer(whole, 50, by=venue.buyer)) is Refusal.OFFER_OUT_OF_RANGE
    parts = venue.opens(venue.listing(100, parts=True, acceptance=FIRST_PASSING))
    venue.does(venue.answer(parts, 60, by=venue.buyer))
    assert venue.standing(parts).open_quantity == 40
    assert venue.refuses(venue.answer(parts, 50, by=venue.other)) is Refusal.OFFER_OUT_OF_RANGE
    told = venue.does(venue.answer(parts, 40, by=venue.other))
    assert the(NegotiationAdvanced, told).state is NegotiationState.DEALT


def test_who_asks_reserves_nothing_and_back_ups_follow_in_the_order_of_time() -> None:
    venue = Dealing(MarketMode.LISTED_PRICE)
    venue.records(venue.other, 0 + 10)
    listed = venue.opens(venue.listing(100, hours=100))
    first = venue.makes(venue.answer(listed, by=venue.buyer))
    second = venue.makes(venue.answer(listed, by=venue.other))
    assert venue.account(venue.buyer) == (100_000_000, 0, 0)
    told = venue.does(venue.yes(listed, second, by=venue.seller))
    assert the(OfferPicked, told).offer_id == second
    assert venue.standing(listed).state is NegotiationState.OFFERED
    assert venue.refuses(venue.yes(listed, first, by=venue.buyer)) is Refusal.OFFER_NOT_STANDING
    assert venue.refuses(venue.yes(listed, first, by=venue.seller)) is Refusal.NOT_YOUR_TURN
    told = venue.does(venue.back(listed, by=venue.other))
    assert the(OfferPicked, told).offer_id == first
    told = venue.waits(PICK_VALIDITY_NS)
    assert the(OfferEnded, told).state is OfferState.LAPSED
    assert venue.standing(listed).state is NegotiationState.OPEN
    third = venue.makes(venue.answer(listed, by=venue.buyer))
    venue.does(venue.yes(listed, third, by=venue.seller))
    told = venue.does(venue.yes(listed, third, by=venue.buyer))
    assert the(TransferOpened, told).buyer_id == venue.buyer


def test_of_a_listing_in_parts_who_no_longer_fits_is_freed() -> None:
    venue = Dealing(MarketMode.LISTED_PRICE)
    listed = venue.opens(venue.listing(100, parts=True))
    small = venue.makes(venue.answer(listed, 30, by=venue.buyer))
    large = venue.makes(venue.answer(listed, 80, by=venue.other))
    venue.does(venue.yes(listed, small, by=venue.seller))
    told = venue.does(venue.yes(listed, small, by=venue.buyer))
    ended = [(each.offer_id, each.state) for each in told if isinstance(each, OfferEnded)]
    assert ended == [(small, OfferState.ACCEPTED), (large, OfferState.FREED)]
    assert venue.standing(listed).open_quantity == 70


def test_by_the_licence_of_an_ordinary_chinese_venue_the_seller_confirms() -> None:
    venue = Dealing(MarketMode.LISTED_PRICE)
    venue.state.profile = VenueProfile.CN_VENUE_38
    firm = venue.listing(acceptance=FIRST_PASSING)
    assert venue.refuses(firm) is Refusal.ACCEPTANCE_NOT_LICENSED
    venue.opens(venue.listing())


def test_quotes_are_firm_reserve_their_side_and_all_but_the_picked_are_freed() -> None:
    venue = Dealing(MarketMode.RFQ)
    venue.records(venue.other, 1_000)
    asked = venue.opens(venue.request(100))
    assert venue.account(venue.buyer) == (100_000_000, 0, 0)
    dear = venue.makes(venue.answer(asked, 100, 9_000, by=venue.seller))
    cheap = venue.makes(venue.answer(asked, 100, 8_000, by=venue.other))
    assert venue.holding(venue.seller)[1] == venue.holding(venue.other)[1] == 100
    assert venue.refuses(venue.back(asked, by=venue.seller)) is Refusal.NOT_YOUR_TURN
    again = venue.answer(asked, 100, 7_000, by=venue.seller)
    assert venue.refuses(again) is Refusal.ALREADY_DONE
    told = venue.does(venue.yes(asked, cheap, by=venue.buyer))
    opened = the(TransferOpened, told)
    assert (opened.seller_id, opened.price) == (venue.other, 8_000)
    ended = {each.offer_id: each.state for each in told if isinstance(each, OfferEnded)}
    assert ended == {cheap: OfferState.ACCEPTED, dear: OfferState.FREED}
    assert the(OrderClosed, told).reason is CloseReason.NOT_DEALT
    assert venue.holding(venue.seller) == (100_000, 0, 0)


def test_a_quote_lapses_in_half_an_hour_and_the_request_stands() -> None:
    venue = Dealing(MarketMode.RFQ)
    asked = venue.opens(venue.request(100))
    quote = venue.makes(venue.answer(asked, by=venue.seller))
    told = venue.waits(QUOTE_VALIDITY_NS)
    assert the(OfferEnded, told) == OfferEnded(
        negotiation_id=asked,
        offer_id=quote,
        party_id=venue.seller,
        made_to=venue.buyer,
        state=OfferState.LAPSED,
    )
    assert the(OrderClosed, told).reason is CloseReason.EXPIRED
    assert not venue.standing(asked).offers
    late = venue.answer(asked, by=venue.seller, hours=1)
    assert venue.refuses(late) is Refusal.EXPIRY_OUT_OF_RANGE


def test_only_who_is_named_may_quote() -> None:
    venue = Dealing(MarketMode.RFQ)
    asked = venue.opens(venue.request(100, named=(venue.seller,)))
    assert venue.refuses(venue.answer(asked, by=venue.other)) is Refusal.UNKNOWN_NEGOTIATION
    venue.makes(venue.answer(asked, by=venue.seller))


def test_a_product_keeps_its_mode_while_anything_is_negotiated() -> None:
    venue = Dealing(MarketMode.RFQ)
    asked = venue.opens(venue.request(100))
    assert not venue.state.products[venue.product_id].aside
    with pytest.raises(AssertionError, match="MARKET_NOT_EMPTY"):
        venue.set_mode(MarketMode.NEGOTIATED)
    venue.does(venue.back(asked, by=venue.buyer))
    venue.set_mode(MarketMode.NEGOTIATED)


def test_a_snapshot_keeps_what_is_negotiated() -> None:
    venue = Dealing(MarketMode.LISTED_PRICE)
    listed = venue.opens(venue.listing(100))
    offer = venue.makes(venue.answer(listed, by=venue.buyer))
    venue.does(venue.yes(listed, offer, by=venue.seller))
    data = encode_state(venue.state)
    venue.state = decode_state(data)
    assert encode_state(venue.state) == data
    venue.does(venue.yes(listed, offer, by=venue.buyer))
