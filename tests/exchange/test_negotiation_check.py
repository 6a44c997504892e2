"""What the invariants N1 to N4 forbid is found."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from exchange.check import check
from exchange.modes.negotiation import NegotiationState, OfferState
from exchange.modes.types import MarketMode
from matching import OrderId, Price, Quantity
from registry.types import TimeNs
from tests.exchange.dealing import Dealing


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
