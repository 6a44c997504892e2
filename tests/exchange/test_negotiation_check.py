"""What the invariants N1 to N6 forbid is found."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from msgspec import structs

from exchange.check import check
from exchange.events import TransferOpened
from exchange.modes.negotiation import Acceptance, NegotiationState, OfferState
from exchange.modes.types import MarketMode
from matching import OrderId, Price, Quantity
from registry.types import TimeNs, Units
from tests.exchange.dealing import Dealing
from tests.exchange.venue import HOUR_NS, the


class Scene:
    """A listing for which two have asked, one of them picked."""

    def __init__(self) -> None:
        venue = self.venue = Dealing(MarketMode.LISTED_PRICE)
        number = venue.opens(venue.listing())
        asked = venue.makes(venue.answer(number, by=venue.buyer))
        venue.makes(venue.answer(number, by=venue.other))
        venue.does(venue.yes(number, asked, by=venue.seller))
        self.negotiation = venue.standing(number)


def _mode(scene: Scene) -> None:
    scene.negotiation.mode = MarketMode.RFQ


def _ended(scene: Scene) -> None:
    scene.negotiation.state = NegotiationState.LAPSED


def _nothing_left(scene: Scene) -> None:
    scene.negotiation.open_quantity = 0


def _not_counted(scene: Scene) -> None:
    scene.venue.state.negotiations.of_party.clear()


def _elsewhere(scene: Scene) -> None:
    scene.venue.state.negotiations.of_product[scene.venue.product_id].clear()


def _unbacked(scene: Scene) -> None:
    scene.venue.state.negotiations.by_order.clear()


def _left_behind(scene: Scene) -> None:
    scene.venue.state.negotiations.withdrawn.append(OrderId(scene.negotiation.negotiation_id))


def _more_than_reserved(scene: Scene) -> None:
    scene.negotiation.quantity = Quantity(200)
    scene.negotiation.open_quantity = 200


def _picked_twice(scene: Scene) -> None:
    for offer in scene.negotiation.offers.values():
        offer.state = OfferState.PICKED


def _over(scene: Scene) -> None:
    next(iter(scene.negotiation.offers.values())).state = OfferState.LAPSED


def _too_much(scene: Scene) -> None:
    next(iter(scene.negotiation.offers.values())).quantity = Quantity(101)


def _too_long(scene: Scene) -> None:
    offer = next(iter(scene.negotiation.offers.values()))
    offer.lapses_ns = TimeNs(scene.negotiation.lapses_ns + 1)


def _twice(scene: Scene) -> None:
    first, second = scene.negotiation.offers.values()
    second.party_id = first.party_id


def _by_the_seller(scene: Scene) -> None:
    _, second = scene.negotiation.offers.values()
    second.party_id = scene.negotiation.opener_id


def _not_named(scene: Scene) -> None:
    scene.negotiation.named = (scene.venue.seller, scene.venue.buyer)


def _late(scene: Scene) -> None:
    scene.venue.state.negotiations.wait(
        scene.negotiation, due_ns=TimeNs(scene.negotiation.lapses_ns + 1)
    )


@pytest.mark.parametrize(
    "breaks",
    [
        *(_mode, _ended, _nothing_left, _not_counted, _elsewhere),
        *(_unbacked, _left_behind, _more_than_reserved),
        *(_picked_twice, _over, _too_much, _too_long, _twice, _by_the_seller, _not_named),
        _late,
    ],
)
def test_what_is_forbidden_is_found(breaks: Callable[[Scene], None]) -> None:
    scene = Scene()
    check(scene.venue.state)
    breaks(scene)
    with pytest.raises(AssertionError):
        check(scene.venue.state)


def test_between_two_there_is_one_offer_and_its_order_says_the_same() -> None:
    venue = Dealing(MarketMode.NEGOTIATED)
    negotiation = venue.standing(venue.opens(venue.offer()))
    negotiation.standing.price = Price(9_000)
    with pytest.raises(AssertionError):
        check(venue.state)


class Auction:
    """An auction with two bids, or with one behind a deal."""

    def __init__(self, *, is_awarded: bool) -> None:
        venue = self.venue = Dealing(MarketMode.ENGLISH_AUCTION)
        number = venue.opens(venue.auction(reserve_price=10_100))
        self.low = venue.makes(venue.answer(number, price=10_100, by=venue.other))
        venue.makes(venue.answer(number, price=10_200, by=venue.buyer))
        self.negotiation = venue.standing(number)
        if is_awarded:
            the(TransferOpened, venue.waits(HOUR_NS))


def _not_bid_for(scene: Auction) -> None:
    scene.negotiation.bidding = None


def _ends_after_all(scene: Auction) -> None:
    assert scene.negotiation.bidding is not None
    lapses_ns = TimeNs(scene.negotiation.lapses_ns + 1)
    scene.negotiation.bidding = structs.replace(scene.negotiation.bidding, ends_ns=lapses_ns)
    scene.venue.state.negotiations.wait(scene.negotiation, due_ns=scene.negotiation.next_lapse_ns)


def _not_led(scene: Auction) -> None:
    scene.negotiation.state = NegotiationState.OPEN


def _off_the_steps(scene: Auction) -> None:
    offer = scene.negotiation.offers[scene.low]
    offer.price = Price(10_150)
    scene.venue.state.orders[offer.order_id].price = Price(10_150)


def _below_the_reserve(scene: Auction) -> None:
    assert scene.negotiation.bidding is not None
    bidding = structs.replace(scene.negotiation.bidding, reserve_price=Price(10_200))
    scene.negotiation.bidding = bidding


def _not_awaited(scene: Auction) -> None:
    scene.venue.state.negotiations.awaited.clear()


def _unseen(scene: Auction) -> None:
    transfers = scene.venue.state.register.transfers
    scene.venue.state.negotiations.decided.extend(transfers.values())


def _of_another_seller(scene: Auction) -> None:
    (transfer,) = scene.venue.state.register.transfers.values()
    transfer.seller_id = transfer.buyer_id


@pytest.mark.parametrize(
    ("breaks", "is_awarded"),
    [
        *((each, False) for each in (_not_bid_for, _ends_after_all, _not_led, _off_the_steps)),
        *((each, True) for each in (_below_the_reserve, _not_awaited, _unseen)),
        (_of_another_seller, True),
    ],
)
def test_what_is_forbidden_of_an_auction_is_found(
    breaks: Callable[[Auction], None], *, is_awarded: bool
) -> None:
    scene = Auction(is_awarded=is_awarded)
    check(scene.venue.state)
    breaks(scene)
    with pytest.raises(AssertionError):
        check(scene.venue.state)


class Sold:
    """A listing that somebody has taken, with another behind him."""

    def __init__(self) -> None:
        venue = self.venue = Dealing(MarketMode.LISTED_PRICE)
        number = venue.opens(venue.listing())
        asked = venue.makes(venue.answer(number, by=venue.buyer))
        venue.makes(venue.answer(number, by=venue.other))
        venue.does(venue.yes(number, asked, by=venue.seller))
        venue.does(venue.yes(number, asked, by=venue.buyer))
        self.negotiation = venue.standing(number)


def _nobody_behind(scene: Sold) -> None:
    scene.negotiation.offers.clear()


def _firm(scene: Sold) -> None:
    scene.negotiation.acceptance = Acceptance.FIRST_PASSING


def _forgotten(scene: Sold) -> None:
    scene.venue.state.negotiations.awaited.clear()


def _of_a_part(scene: Sold) -> None:
    (transfer,) = scene.venue.state.register.transfers.values()
    transfer.units = Units(transfer.units - 1)


def _back_before_its_time(scene: Sold) -> None:
    scene.negotiation.state = NegotiationState.OPEN


@pytest.mark.parametrize(
    "breaks", [_nobody_behind, _firm, _forgotten, _of_a_part, _back_before_its_time]
)
def test_what_is_forbidden_behind_the_deal_of_a_listing_is_found(
    breaks: Callable[[Sold], None],
) -> None:
    scene = Sold()
    check(scene.venue.state)
    breaks(scene)
    with pytest.raises(AssertionError):
        check(scene.venue.state)
