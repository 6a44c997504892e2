"""English auctions: who leads, when bidding ends, who has the units, and who stands behind him."""

from __future__ import annotations

import pytest

from exchange.events import OrderClosed, OrderFilled, TransferOpened
from exchange.limits import BID_EXTENSION_NS, BIDDING_EXTENDED_MAX_NS, OFFERS_PER_NEGOTIATION_MAX
from exchange.modes.negotiation import Move, NegotiationState, OfferState
from exchange.modes.types import MarketMode
from exchange.negotiation_events import BiddingExtended, NegotiationAdvanced, OfferEnded
from exchange.refusals import Refusal
from exchange.register_commands import CloseProduct, Encumber, ResumeProduct, SuspendProduct
from exchange.snapshot import decode_state, encode_state
from exchange.transfer_commands import CancelTrade, DeclareSellerDefault
from exchange.types import OPERATOR_ID, CloseReason, NegotiationId, PartyId, PartyKind
from matching import OrderId
from registry.calendar import day_in_shanghai
from registry.encumbrance import EncumbranceKind
from registry.types import DayNumber, HolderId, TransferId, Units
from tests.exchange.dealing import Dealing
from tests.exchange.venue import HOUR_NS, SECOND_NS, kinds, the

MONEY = 100_000_000


@pytest.fixture
def venue() -> Dealing:
    """A product that is auctioned; a seller with units, and two buyers with money."""
    return Dealing(MarketMode.ENGLISH_AUCTION)


def bid(venue: Dealing, auction: NegotiationId, price: int, *, by: PartyId) -> int:
    return venue.makes(venue.answer(auction, price=price, by=by))


def ended(told: object) -> dict[int, OfferState]:
    assert isinstance(told, tuple)
    return {each.offer_id: each.state for each in told if isinstance(each, OfferEnded)}


def awarded(venue: Dealing) -> tuple[NegotiationId, int, TransferId]:
    """An auction that the buyer has won, with the other behind him."""
    auction = venue.opens(venue.auction(reserve_price=10_000))
    behind = bid(venue, auction, 10_100, by=venue.other)
    bid(venue, auction, 10_200, by=venue.buyer)
    told = venue.waits(HOUR_NS)
    return auction, behind, the(TransferOpened, told).transfer_id


def fails(venue: Dealing, transfer_id: TransferId) -> NegotiationAdvanced:
    told = venue.does(venue.rejection(transfer_id))
    return the(NegotiationAdvanced, told)


def test_the_highest_bid_has_the_units_at_its_own_price(venue: Dealing) -> None:
    auction = venue.opens(venue.auction(100, 10_000, increment=100))
    assert venue.holding(venue.seller) == (99_900, 100, 0)
    first = bid(venue, auction, 10_000, by=venue.buyer)
    assert venue.standing(auction).state is NegotiationState.LED
    second = bid(venue, auction, 10_300, by=venue.other)
    assert venue.account(venue.buyer) == (MONEY - 10_000, 10_000, 0)
    assert venue.account(venue.other) == (MONEY - 10_300, 10_300, 0)
    assert "OrderFilled" not in kinds(venue.waits(HOUR_NS - 1))

    told = venue.waits(1)
    filled = the(OrderFilled, told)
    assert (filled.buyer_id, filled.price, filled.quantity) == (venue.other, 10_300, 100)
    assert filled.maker_order_id == OrderId(auction)
    assert ended(told) == {second: OfferState.ACCEPTED}
    advanced = the(NegotiationAdvanced, told)
    assert (advanced.move, advanced.state) == (Move.AWARD, NegotiationState.BACKED)
    assert advanced.open_quantity == 0
    assert venue.holding(venue.seller) == (99_900, 0, 100)
    assert venue.account(venue.other) == (MONEY - 10_300, 0, 10_300)
    assert venue.account(venue.buyer)[1] == 10_000  # he stands behind
    assert first in venue.standing(auction).offers


def test_of_equal_bids_the_earliest_leads_and_the_later_stands_behind(venue: Dealing) -> None:
    auction = venue.opens(venue.auction())
    early = bid(venue, auction, 10_100, by=venue.other)
    bid(venue, auction, 10_100, by=venue.buyer)
    highest = venue.standing(auction).highest
    assert highest is not None
    assert highest.offer_id == early
    assert the(TransferOpened, venue.waits(HOUR_NS)).buyer_id == venue.other


def test_bids_are_the_starting_price_and_whole_increments_for_all_of_it(venue: Dealing) -> None:
    auction = venue.opens(venue.auction(100, 10_000, increment=100))
    for quantity, price in ((100, 9_900), (100, 10_050), (90, 10_100)):
        refused = venue.refuses(venue.answer(auction, quantity, price, by=venue.buyer))
        assert refused is Refusal.OFFER_OUT_OF_RANGE
    until = venue.answer(auction, by=venue.buyer, hours=1)
    assert venue.refuses(until) is Refusal.TIME_IN_FORCE_CONFLICT
    assert venue.refuses(venue.answer(auction, by=venue.seller)) is Refusal.NOT_YOUR_TURN


def test_nobody_bids_before_bidding_begins(venue: Dealing) -> None:
    auction = venue.opens(venue.auction(starts_in=1, ends_in=2))
    venue.waits(HOUR_NS - 1)
    early = venue.answer(auction, by=venue.buyer)
    assert venue.refuses(early) is Refusal.BIDDING_NOT_BEGUN
    venue.waits(1)
    bid(venue, auction, 10_000, by=venue.buyer)


def test_who_bids_more_needs_only_the_difference(venue: Dealing) -> None:
    auction = venue.opens(venue.auction())
    poor = venue.registers(PartyKind.INSTITUTION)
    venue.deposits(poor, 10_100)
    before = bid(venue, auction, 10_000, by=poor)
    assert venue.refuses(venue.answer(auction, by=poor)) is Refusal.ALREADY_DONE
    dear = venue.answer(auction, price=10_200, by=poor)
    assert venue.refuses(dear) is Refusal.MONEY_NOT_AVAILABLE
    told = venue.does(venue.answer(auction, price=10_100, by=poor))
    assert ended(told) == {before: OfferState.RAISED}
    assert venue.account(poor) == (0, 10_100, 0)


def test_a_bid_is_firm_and_the_seller_is_bound_by_it(venue: Dealing) -> None:
    auction = venue.opens(venue.auction())
    made = bid(venue, auction, 10_000, by=venue.buyer)
    for command in (
        venue.back(auction, by=venue.buyer),
        venue.back(auction, by=venue.seller),
        venue.no(auction, made, by=venue.seller),
        venue.yes(auction, made, by=venue.seller),
    ):
        assert venue.refuses(command) is Refusal.NOT_YOUR_TURN
    unwanted = venue.opens(venue.auction())
    told = venue.does(venue.back(unwanted, by=venue.seller))
    assert the(NegotiationAdvanced, told).state is NegotiationState.WITHDRAWN


def test_a_late_bid_that_leads_moves_the_end_by_an_hour_in_all(venue: Dealing) -> None:
    auction = venue.opens(venue.auction(ends_in=1))
    ends_ns = venue.in_hours(1)
    venue.waits(HOUR_NS - BID_EXTENSION_NS)
    venue.waits(SECOND_NS)
    told = venue.does(venue.answer(auction, price=10_100, by=venue.buyer))
    assert the(BiddingExtended, told).ends_ns == ends_ns + SECOND_NS
    assert "BiddingExtended" not in kinds(
        venue.does(venue.answer(auction, price=10_100, by=venue.other))
    )
    price, latest_ns = 10_100, ends_ns + BIDDING_EXTENDED_MAX_NS
    bidding = venue.standing(auction).bidding
    while bidding is not None and bidding.ends_ns < latest_ns:
        venue.waits(bidding.ends_ns - 1 - venue.at_ns)
        price += 100
        bid(venue, auction, price, by=(venue.buyer, venue.other)[price // 100 % 2])
        bidding = venue.standing(auction).bidding
    venue.waits(latest_ns - 1 - venue.at_ns)
    told = venue.does(venue.answer(auction, price=price + 100, by=venue.buyer))
    assert "BiddingExtended" not in kinds(told)
    assert the(TransferOpened, venue.waits(1)).price == price + 100


@pytest.mark.parametrize("price", [10_000, 10_400])
def test_nothing_is_sold_below_the_reserve_price(venue: Dealing, price: int) -> None:
    auction = venue.opens(venue.auction(reserve_price=10_500))
    bid(venue, auction, price, by=venue.buyer)
    told = venue.waits(HOUR_NS)
    assert the(NegotiationAdvanced, told).state is NegotiationState.LAPSED
    assert venue.account(venue.buyer) == (MONEY, 0, 0)
    assert venue.holding(venue.seller) == (100_000, 0, 0)


def test_who_stays_below_the_reserve_price_stands_behind_nobody(venue: Dealing) -> None:
    auction = venue.opens(venue.auction(reserve_price=10_500))
    low = bid(venue, auction, 10_400, by=venue.buyer)
    high = bid(venue, auction, 10_500, by=venue.other)
    told = venue.waits(HOUR_NS)
    assert ended(told) == {high: OfferState.ACCEPTED, low: OfferState.FREED}
    last = the(NegotiationAdvanced, told)
    assert (last.move, last.state) == (Move.KNOCK_DOWN, NegotiationState.DEALT)
    assert venue.account(venue.buyer) == (MONEY, 0, 0)


def test_without_bids_or_of_a_suspended_product_nothing_is_sold(venue: Dealing) -> None:
    venue.opens(venue.auction())
    assert the(NegotiationAdvanced, venue.waits(HOUR_NS)).state is NegotiationState.LAPSED
    auction = venue.opens(venue.auction())
    bid(venue, auction, 10_000, by=venue.buyer)
    suspend = SuspendProduct(actor=OPERATOR_ID, key=venue.key(), product_id=venue.product_id)
    venue.does(suspend)
    assert the(NegotiationAdvanced, venue.waits(HOUR_NS)).state is NegotiationState.LAPSED
    assert venue.account(venue.buyer) == (MONEY, 0, 0)
    venue.does(ResumeProduct(actor=OPERATOR_ID, key=venue.key(), product_id=venue.product_id))


def test_where_nobody_could_act_at_the_end_there_is_more_time(venue: Dealing) -> None:
    auction = venue.opens(venue.auction())
    bid(venue, auction, 10_000, by=venue.buyer)
    told = venue.waits(2 * HOUR_NS, downtime=True)
    assert the(BiddingExtended, told).ends_ns == venue.at_ns + BID_EXTENSION_NS
    assert the(NegotiationAdvanced, told).move is Move.EXTEND
    bid(venue, auction, 10_100, by=venue.other)
    assert the(TransferOpened, venue.waits(BID_EXTENSION_NS)).buyer_id == venue.other


def test_where_nobody_could_act_until_it_lapses_nothing_is_left_to_wait_for(venue: Dealing) -> None:
    venue.opens(venue.auction(ends_in=1, lapses_in=2))
    told = venue.waits(3 * HOUR_NS, downtime=True)
    assert the(NegotiationAdvanced, told).state is NegotiationState.LAPSED


def test_when_the_transfer_settles_who_stood_behind_is_free(venue: Dealing) -> None:
    auction, behind, transfer_id = awarded(venue)
    told = venue.does(venue.confirmation(transfer_id))
    last = the(NegotiationAdvanced, told)
    assert (last.move, last.state) == (Move.RELEASE, NegotiationState.DEALT)
    assert ended(told) == {behind: OfferState.FREED}
    assert venue.account(venue.other) == (MONEY, 0, 0)
    assert auction not in venue.state.negotiations.by_id


def test_when_it_fails_the_seller_may_take_the_highest_behind_it(venue: Dealing) -> None:
    third = venue.registers(PartyKind.INSTITUTION)
    venue.deposits(third, MONEY)
    auction = venue.opens(venue.auction())
    last = bid(venue, auction, 10_000, by=third)
    second = bid(venue, auction, 10_100, by=venue.other)
    bid(venue, auction, 10_200, by=venue.buyer)
    transfer_id = the(TransferOpened, venue.waits(HOUR_NS)).transfer_id
    early = venue.yes(auction, second, by=venue.seller)
    assert venue.refuses(early) is Refusal.NOT_YOUR_TURN
    told = fails(venue, transfer_id)
    assert (told.move, told.state) == (Move.REOPEN, NegotiationState.REOPENED)
    assert told.open_quantity == 100
    assert venue.holding(venue.seller) == (100_000, 0, 0)
    late = venue.answer(auction, price=11_000, by=venue.buyer)
    assert venue.refuses(late) is Refusal.NOT_YOUR_TURN
    lower = venue.yes(auction, last, by=venue.seller)
    assert venue.refuses(lower) is Refusal.BID_NOT_HIGHEST

    said = venue.does(venue.yes(auction, second, by=venue.seller))
    opened = the(TransferOpened, said)
    assert (opened.buyer_id, opened.price) == (venue.other, 10_100)
    moved = the(NegotiationAdvanced, said)
    assert (moved.move, moved.transfer_id) == (Move.MOVE_UP, opened.transfer_id)
    fails(venue, opened.transfer_id)
    said = venue.does(venue.yes(auction, last, by=venue.seller))
    moved = the(NegotiationAdvanced, said)
    assert (moved.move, moved.state) == (Move.DEAL, NegotiationState.DEALT)


def test_nobody_stands_behind_longer_than_was_said(venue: Dealing) -> None:
    auction = venue.opens(venue.auction(lapses_in=2))
    behind = bid(venue, auction, 10_000, by=venue.other)
    bid(venue, auction, 10_100, by=venue.buyer)
    the(TransferOpened, venue.waits(HOUR_NS))
    told = venue.waits(HOUR_NS)
    last = the(NegotiationAdvanced, told)
    assert (last.move, last.state) == (Move.RELEASE, NegotiationState.DEALT)
    assert ended(told) == {behind: OfferState.FREED}
    assert venue.account(venue.other) == (MONEY, 0, 0)


def test_what_fails_before_its_time_is_over_has_failed(venue: Dealing) -> None:
    _, behind, transfer_id = awarded(venue)
    told = venue.waits(24 * HOUR_NS)  # the transfer lapses first, then those behind it
    moves = [each.move for each in told if isinstance(each, NegotiationAdvanced)]
    assert transfer_id not in venue.state.register.transfers
    assert moves == [Move.REOPEN, Move.LAPSE]
    assert ended(told) == {behind: OfferState.FREED}
    assert venue.account(venue.other) == (MONEY, 0, 0)


def test_the_seller_need_not_take_who_stood_behind(venue: Dealing) -> None:
    auction, behind, transfer_id = awarded(venue)
    fails(venue, transfer_id)
    told = venue.does(venue.back(auction, by=venue.seller))
    assert ended(told) == {behind: OfferState.FREED}
    assert the(NegotiationAdvanced, told).state is NegotiationState.WITHDRAWN


def test_the_seller_needs_the_units_to_take_who_stood_behind(venue: Dealing) -> None:
    auction, behind, transfer_id = awarded(venue)
    fails(venue, transfer_id)
    venue.opens(venue.auction(99_950))
    yes = venue.yes(auction, behind, by=venue.seller)
    assert venue.refuses(yes) is Refusal.UNITS_NOT_AVAILABLE


@pytest.mark.parametrize("command", [CancelTrade, DeclareSellerDefault])
def test_a_false_title_is_offered_to_nobody_else(
    venue: Dealing, command: type[CancelTrade | DeclareSellerDefault]
) -> None:
    _, _, transfer_id = awarded(venue)
    version = venue.state.register.transfers[transfer_id].version
    told = venue.does(
        command(
            actor=OPERATOR_ID,
            key=venue.key(),
            transfer_id=transfer_id,
            version=version,
            officer="op",
        )
    )
    wanted = {
        CancelTrade: NegotiationState.REOPENED,
        DeclareSellerDefault: NegotiationState.WITHDRAWN_BY_VENUE,
    }
    assert the(NegotiationAdvanced, told).state is wanted[command]


def test_a_freeze_of_the_units_ends_the_auction(venue: Dealing) -> None:
    auction = venue.opens(venue.auction())
    made = bid(venue, auction, 10_000, by=venue.buyer)
    told = venue.does(
        Encumber(
            actor=OPERATOR_ID,
            key=venue.key(),
            product_id=venue.product_id,
            holder_id=HolderId(venue.seller),
            kind=EncumbranceKind.FREEZE,
            lot_id=None,
            units=Units(100_000),
            authority=bytes(32),
            until_on=DayNumber(day_in_shanghai(venue.at_ns) + 30),
        )
    )
    assert the(NegotiationAdvanced, told).state is NegotiationState.WITHDRAWN_BY_VENUE
    assert ended(told) == {made: OfferState.FREED}
    reasons = [each.reason for each in told if isinstance(each, OrderClosed)]
    assert reasons == [CloseReason.WITHDRAWN_BY_VENUE, CloseReason.NOT_DEALT]


@pytest.mark.parametrize("is_led", [False, True])
def test_a_closed_product_is_auctioned_no_more(venue: Dealing, is_led: bool) -> None:
    auction = venue.opens(venue.auction())
    if is_led:
        bid(venue, auction, 10_000, by=venue.buyer)
    for kind in (SuspendProduct, CloseProduct):
        venue.does(kind(actor=OPERATOR_ID, key=venue.key(), product_id=venue.product_id))
    told = venue.waits(0)
    assert the(NegotiationAdvanced, told).state is NegotiationState.WITHDRAWN_BY_VENUE
    assert venue.account(venue.buyer) == (MONEY, 0, 0)
    assert not venue.state.products[venue.product_id].aside


def test_who_leads_takes_the_place_of_the_lowest_where_there_is_no_room(venue: Dealing) -> None:
    auction = venue.opens(venue.auction(10, 10_000))
    crowd = [venue.registers(PartyKind.INSTITUTION) for _ in range(OFFERS_PER_NEGOTIATION_MAX)]
    for party_id in crowd:
        venue.deposits(party_id, 10_000)
    made = [venue.makes(venue.answer(auction, 10, by=party_id)) for party_id in crowd]
    assert venue.refuses(venue.answer(auction, 10, by=venue.buyer)) is Refusal.OFFERS_MAX
    told = venue.does(venue.answer(auction, 10, 10_100, by=venue.buyer))
    assert ended(told) == {made[-1]: OfferState.FREED}  # the latest of the lowest
    assert len(venue.standing(auction).offers) == OFFERS_PER_NEGOTIATION_MAX


@pytest.mark.parametrize("stage", ["open", "led", "backed", "reopened"])
def test_a_snapshot_keeps_an_auction(venue: Dealing, stage: str) -> None:
    if stage in ("open", "led"):
        auction = venue.opens(venue.auction(reserve_price=10_100))
        if stage == "led":
            bid(venue, auction, 10_100, by=venue.buyer)
    else:
        _, _, transfer_id = awarded(venue)
        if stage == "reopened":
            fails(venue, transfer_id)
    data = encode_state(venue.state)
    venue.state = decode_state(data)
    assert encode_state(venue.state) == data
    told = venue.waits(24 * HOUR_NS)
    wanted = {
        "open": [Move.LAPSE],
        "led": [Move.KNOCK_DOWN],
        "backed": [Move.REOPEN, Move.LAPSE],
        "reopened": [Move.LAPSE],
    }
    moves = [each.move for each in told if isinstance(each, NegotiationAdvanced)]
    assert moves == wanted[stage]
