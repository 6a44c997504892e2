"""What the invariants of pairs would notice."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from exchange.match_veto import MatchVeto
from exchange.order_class import Classes, SellClass
from exchange.pair_check import check_pairs
from exchange.types import PartyKind
from matching import OrderId
from registry.types import HolderId
from tests.exchange.pairs import SPLIT, lists_whole, rule_pairs
from tests.exchange.venue import Venue


def _no_veto(venue: Venue) -> None:
    venue.state.products[venue.product_id].veto = None


def _forgotten_on_the_way(venue: Venue) -> None:
    _veto(venue).on_the_way.sold.clear()


def _more_on_the_way(venue: Venue) -> None:
    _veto(venue).on_the_way.coming[HolderId(venue.buyer)] += 1


def _other_classes(venue: Venue) -> None:
    _veto(venue).classes = Classes(
        splits_to_natural=True, institutions_to_natural=True, institutions_split=True
    )


def _classes_of_a_product_without(venue: Venue) -> None:
    _veto(venue).classes = None


def _other_class_than_in_the_book(venue: Venue) -> None:
    venue.state.orders[OrderId(venue.state.sequence)].counterparty_class = SellClass.PART


def _of_another_kind(venue: Venue) -> None:
    order = venue.state.orders[OrderId(venue.state.sequence)]
    venue.state.parties[order.party_id].kind = PartyKind.INSTITUTION


def _of_a_part(venue: Venue) -> None:
    venue.state.orders[OrderId(venue.state.sequence)].open_quantity -= 10


def _veto(venue: Venue) -> MatchVeto:
    veto = venue.state.products[venue.product_id].veto
    assert veto is not None
    return veto


ATTACKS: list[Callable[[Venue], None]] = [
    *(_no_veto, _forgotten_on_the_way, _more_on_the_way, _other_classes),
    *(_classes_of_a_product_without, _other_class_than_in_the_book, _of_another_kind, _of_a_part),
]


@pytest.mark.parametrize("attack", ATTACKS)
def test_what_cannot_be_between_two_is_noticed(attack: Callable[[Venue], None]) -> None:
    venue = Venue()
    venue.sells(10)
    venue.buys(10)
    rule_pairs(venue, *SPLIT)
    heir = venue.registers(venue.state.parties[venue.seller].kind)
    venue.records(heir, 500)
    lists_whole(venue, 500, by=heir)
    check_pairs(venue.state)
    attack(venue)
    with pytest.raises(AssertionError):
        check_pairs(venue.state)
