"""Holder slots: HC-01, HC-02 and HC-03 of domain D1, and the head of D."""

from __future__ import annotations

import pytest

from exchange.check import check
from exchange.events import OrderFilled, TransferOpened
from exchange.match_rule import MatchRule
from exchange.slot_events import HolderSlotsChanged, MatchSkipped
from exchange.slots import Caps, Count, CountBasis
from matching import Side
from registry.posting import Posting, Subscribe
from registry.transfer import Overlay, TransferState
from registry.types import HolderId
from tests.exchange.capped import INSTITUTION, MILLION, Capped
from tests.exchange.compliance import Compliance
from tests.exchange.register_files import ACQUIRED_ON, register_file
from tests.exchange.steps import Steps
from tests.exchange.venue import DAY_NS, kinds, the


def full(small: int = 50) -> Capped:
    """49 natural persons hold a million each, and an institution much, of which it sells."""
    venue = Capped()
    venue.holders(small - 2, MILLION)
    venue.inherit([venue.other], 100 * MILLION)
    venue.caps(small=small)
    # The seller of the small venue is a natural person who holds much.
    assert venue.counts.natural_small == Count(small - 2, 0)
    venue.holders(1, MILLION)
    return venue


def test_the_fiftieth_natural_holder_is_the_last() -> None:
    venue = full()
    assert venue.counts.natural_small == Count(49, 0)
    first, second = venue.person(), venue.person()
    venue.sells(2 * MILLION, by=venue.other)
    told = venue.does(venue.order(first, Side.BUY, MILLION))
    assert the(HolderSlotsChanged, told).counts == venue.counts
    assert venue.counts.natural_small == Count(49, 1)
    told = venue.does(venue.order(second, Side.BUY, MILLION))
    assert kinds(told) == ["OrderAccepted", "MatchSkipped", "OrderRested"]
    assert the(MatchSkipped, told).rule is MatchRule.NATURAL_HOLDERS
    assert venue.depth(Side.BUY)[0][0] == venue.depth(Side.SELL)[0][0], "it stands crossed"


def test_a_slot_is_a_holder_when_the_transfer_settles() -> None:
    venue = full()
    buyer = venue.person()
    venue.sells(MILLION, by=venue.other)
    venue.buys(MILLION, by=buyer)
    told = venue.does(venue.confirmation(*venue.pending()))
    assert the(HolderSlotsChanged, told).counts == venue.counts
    assert venue.counts.natural_small == Count(50, 0)


def test_a_slot_is_free_when_the_transfer_fails() -> None:
    venue = full()
    first, second = venue.person(), venue.person()
    venue.sells(2 * MILLION, by=venue.other)
    venue.buys(MILLION, by=first)
    venue.does(venue.rejection(*venue.pending()))
    assert venue.counts.natural_small == Count(49, 0)
    assert "OrderFilled" in kinds(venue.does(venue.order(second, Side.BUY, MILLION)))


@pytest.mark.parametrize(("units", "is_small"), [(3 * MILLION, False), (3 * MILLION - 10, True)])
def test_who_has_exactly_three_million_is_not_counted(units: int, is_small: bool) -> None:
    venue = full(small=3)
    venue.sells(10 * MILLION, by=venue.other)
    venue.buys(MILLION, by=venue.person())
    assert venue.counts.natural_small == Count(2, 1)
    told = venue.does(venue.order(venue.person(), Side.BUY, units))
    assert ("MatchSkipped" in kinds(told)) is is_small
    assert ("OrderFilled" in kinds(told)) is not is_small


def test_one_who_would_sink_below_three_million_needs_a_slot_himself() -> None:
    venue = full(small=3)
    (rich,) = venue.holders(1, 4 * MILLION)
    venue.sells(2 * MILLION, by=rich)
    venue.does(venue.order(venue.buyer, Side.BUY, 2 * MILLION))
    assert venue.counts.natural_small == Count(2, 0), "it would take two slots, and one is free"
    venue.buys(2 * MILLION, by=venue.person(INSTITUTION))
    assert venue.counts.natural_small == Count(2, 1)


def test_principal_is_that_of_the_lots_from_which_the_units_come() -> None:
    venue = full()
    venue.holders(1, MILLION)
    owner = venue.person()
    contracts = [
        Subscribe(
            holder_id=HolderId(owner),
            contract=contract,
            units=10 * MILLION,
            principal=principal * 100,
            cost=0,
            acquired_on=ACQUIRED_ON,
        )
        for contract, principal in (("nine tenths repaid", MILLION), ("new", 10 * MILLION))
    ]
    total = venue.state.register.units_outstanding[venue.product_id] + 20 * MILLION
    file = register_file(venue.key(), venue.product_id, Posting.CHANGES, contracts, total=total)
    venue.does(file)
    assert venue.counts.natural_small == Count(50, 0)
    venue.buys(10 * MILLION, by=venue.person(INSTITUTION))
    venue.buys(4 * MILLION, 9_990, by=venue.person())
    venue.sells(14 * MILLION, 9_990, by=owner)
    moved = [move.principal for move in venue.slots.moves.values()]
    assert moved == [MILLION * 100, 4 * MILLION * 100], "of the first contract, of the second"
    assert venue.counts.natural_small == Count(50, 0)


def test_two_purchases_of_one_newcomer_take_one_slot() -> None:
    venue = full()
    buyer = venue.person()
    venue.sells(3 * MILLION, by=venue.other)
    venue.buys(MILLION, by=buyer)
    venue.buys(MILLION, by=buyer)
    assert venue.counts.natural_small == Count(49, 1)
    first, second = venue.pending()
    venue.does(venue.rejection(first))
    assert venue.counts.natural_small == Count(49, 1)
    venue.does(venue.rejection(second))
    assert venue.counts.natural_small == Count(49, 0)


def test_who_leaves_in_one_transfer_makes_room_for_his_buyer() -> None:
    venue = full()
    (leaver,) = venue.holders(1, MILLION)
    assert venue.counts.natural_small == Count(50, 0)
    venue.sells(MILLION, by=leaver)
    venue.buys(MILLION, by=venue.person())
    assert venue.counts.natural_small == Count(50, 0)
    venue.does(venue.confirmation(*venue.pending()))
    assert venue.counts.natural_small == Count(50, 0)


def test_who_leaves_in_two_transfers_makes_no_room() -> None:
    venue = full()
    (leaver,) = venue.holders(1, MILLION)
    venue.sells(MILLION // 2, by=leaver)
    told = venue.does(venue.order(venue.person(), Side.BUY, MILLION // 2))
    assert the(MatchSkipped, told).rule is MatchRule.NATURAL_HOLDERS


def test_a_buyer_in_the_place_of_one_who_leaves_buys_from_nobody_else() -> None:
    venue = full()
    (leaver,) = venue.holders(1, MILLION)
    buyer = venue.person()
    venue.sells(MILLION, by=leaver)
    venue.buys(MILLION, by=buyer)
    venue.sells(MILLION, by=venue.other)
    told = venue.does(venue.order(buyer, Side.BUY, MILLION))
    assert "MatchSkipped" in kinds(told), "if the first failed, he would be the 51st"


def test_who_leaves_and_buys_again_does_not_leave() -> None:
    venue = full()
    (leaver,) = venue.holders(1, MILLION)
    venue.deposits(leaver, 10**10)
    venue.sells(MILLION, by=leaver)
    venue.buys(MILLION, by=venue.person())
    venue.sells(MILLION, by=venue.other)
    told = venue.does(venue.order(leaver, Side.BUY, MILLION))
    assert "MatchSkipped" in kinds(told)
    (transfer_id,) = venue.pending()
    venue.does(venue.confirmation(transfer_id))
    assert venue.counts.natural_small == Count(50, 0)


def test_one_order_gets_no_more_than_the_slots_that_are_left() -> None:
    venue = full()
    people = [venue.person() for _ in range(3)]
    for number, buyer in enumerate(people):
        venue.buys(MILLION, 10_000 - 10 * number, by=buyer)
    company = venue.person(INSTITUTION)
    venue.buys(MILLION, 9_900, by=company)
    told = venue.does(venue.order(venue.other, Side.SELL, 4 * MILLION, 9_900))
    filled = [event.buyer_id for event in told if isinstance(event, OrderFilled)]
    assert filled == [people[0], company], "and goes on to the next who may"
    assert [event.quantity for event in told if isinstance(event, MatchSkipped)] == [MILLION] * 2


def test_what_comes_to_nothing_holds_no_slot() -> None:
    venue = full()
    first, second = venue.person(), venue.person()
    venue.buys(MILLION, by=first)
    venue.buys(MILLION, by=second)
    order = venue.order(venue.other, Side.SELL, 2 * MILLION)
    venue.does(venue.constrained(order, all_or_none=True))
    assert venue.pending() == []
    assert venue.counts.natural_small == Count(49, 0)
    venue.does(venue.order(venue.other, Side.SELL, MILLION))
    assert len(venue.pending()) == 1


def test_orders_that_are_tried_again_know_what_was_found_before_them() -> None:
    venue = full()
    first, second = venue.person(), venue.person()
    venue.does(venue.constrained(venue.order(first, Side.BUY, MILLION, 9_990), all_or_none=True))
    venue.buys(MILLION, by=second)
    told = venue.does(venue.order(venue.other, Side.SELL, 3 * MILLION, 9_990))
    assert [event.buyer_id for event in told if isinstance(event, OrderFilled)] == [second]
    assert venue.counts.natural_small == Count(49, 1)


def test_above_a_cap_only_what_does_not_raise_the_count_passes() -> None:
    venue = Capped()
    people = venue.holders(198, 10_000)
    venue.caps(holders=200)
    assert venue.counts.now == Count(199, 0)
    venue.holders(4, 10_000)
    assert venue.counts.now == Count(203, 0), "an inheritance is no match"
    for each in people[:3]:
        venue.deposits(each, 10**9)
    venue.sells(5_000, by=people[0])
    venue.does(venue.order(venue.person(), Side.BUY, 5_000))
    assert venue.pending() == []
    venue.buys(5_000, by=people[1])
    assert len(venue.pending()) == 1, "from one holder to another"
    venue.sells(10_000, by=people[2])
    venue.buys(10_000, by=venue.person())
    assert len(venue.pending()) == 2, "one leaves, one comes"
    venue.sells(10_000, by=people[4])
    venue.buys(10_000, by=people[1])
    for transfer_id in venue.pending():
        venue.does(venue.confirmation(transfer_id))
    assert venue.counts.now == Count(202, 0)


def test_holders_ever_do_not_become_fewer() -> None:
    venue = Capped()
    people = venue.holders(2, 10_000)
    venue.caps(holders=4, basis=CountBasis.EVER)
    buyer = venue.person()
    venue.sells(10_000, by=people[0])
    venue.buys(10_000, by=buyer)
    assert (venue.counts.now, venue.counts.ever) == (Count(3, 0), Count(3, 1))
    venue.does(venue.confirmation(*venue.pending()))
    assert (venue.counts.now, venue.counts.ever) == (Count(3, 0), Count(4, 0))
    venue.restarts()
    venue.sells(10_000, by=people[1])
    told = venue.does(venue.order(venue.person(), Side.BUY, 10_000))
    assert the(MatchSkipped, told).rule is MatchRule.ALL_HOLDERS
    venue.deposits(people[0], 10**9)
    venue.buys(10_000, by=people[0])
    assert len(venue.pending()) == 1, "he has been a holder before"


def test_who_has_ever_held_is_remembered_under_new_caps() -> None:
    venue = Capped()
    (leaver,) = venue.holders(1, 10_000)
    venue.caps(holders=9, basis=CountBasis.EVER)
    venue.sells(10_000, by=leaver)
    venue.buys(10_000, by=venue.other)
    venue.does(venue.confirmation(*venue.pending()))
    venue.caps(holders=8, basis=CountBasis.EVER)
    assert (venue.counts.now, venue.counts.ever) == (Count(2, 0), Count(3, 0))


def test_only_what_has_changed_is_told() -> None:
    venue = full()
    venue.deposits(venue.seller, 10**9)
    venue.sells(10, by=venue.other)
    venue.restarts()
    told = venue.does(venue.order(venue.seller, Side.BUY, 10))
    assert kinds(told) == ["OrderAccepted", "OrderFilled", "TransferOpened"]


def test_slots_are_those_of_the_snapshot() -> None:
    venue = full()
    first, second = venue.person(), venue.person()
    venue.sells(2 * MILLION, by=venue.other)
    venue.buys(MILLION, by=first)
    venue.restarts()
    assert venue.counts.natural_small == Count(49, 1)
    told = venue.does(venue.order(second, Side.BUY, MILLION))
    assert kinds(told) == ["OrderAccepted", "MatchSkipped", "OrderRested"]
    venue.restarts()
    told = venue.does(venue.order(venue.person(INSTITUTION), Side.BUY, MILLION))
    assert the(TransferOpened, told).units == MILLION


def test_a_product_that_is_capped_no_more_says_so() -> None:
    venue = full()
    told = venue.uncaps()
    assert the(HolderSlotsChanged, told).counts is None
    assert venue.state.slots == {}


def test_a_pack_caps_the_product_on_its_day() -> None:
    venue = full()
    venue.sells(MILLION, by=venue.other)
    loaded = venue.sets(Caps(holders_max=10), in_days=2)
    assert kinds(loaded) == ["RulePackLoaded"]
    venue.waits(DAY_NS)
    assert venue.slots.caps.natural_small_max == 50
    venue.restarts()
    venue.told.clear()
    venue.waits(DAY_NS)
    assert venue.slots.caps == Caps(holders_max=10)
    assert venue.told[HolderSlotsChanged] == 1
    told = venue.does(venue.order(venue.person(), Side.BUY, MILLION))
    assert the(MatchSkipped, told).rule is MatchRule.ALL_HOLDERS


def test_under_a_cap_that_has_become_less_only_what_makes_no_new_holder_settles() -> None:
    venue = Capped()
    people = venue.holders(3, MILLION)
    venue.caps(holders=10)
    newcomer, heir = venue.person(), venue.person()
    venue.sells(10, by=people[0])
    venue.buys(10, by=newcomer)
    venue.sells(MILLION, by=people[1])
    venue.buys(MILLION, by=heir)
    venue.caps(holders=2)
    first, second = venue.pending()
    venue.does(venue.confirmation(first))
    transfer = venue.state.register.transfers[first]
    assert (transfer.state, transfer.overlays) == (TransferState.CONFIRMED, Overlay.HELD)
    venue.does(venue.confirmation(second))
    assert second not in venue.state.register.transfers, "one leaves, one comes"
    venue.restarts()
    venue.does(Steps(venue, first).let_go())
    assert transfer.transfer_id in venue.state.register.transfers, "it is held again"
    venue.caps(holders=5)
    venue.does(Steps(venue, first).let_go())
    assert venue.pending() == []
    assert venue.counts.now == Count(5, 0)


def test_a_nominee_counts_as_those_behind_it() -> None:
    venue = Capped()
    at = Compliance(venue)
    nominee, fund = venue.person(INSTITUTION), venue.person(INSTITUTION)
    venue.does(at.record(nominee, at.owned(counts_as=7)))
    venue.caps(holders=8)
    venue.sells(20)
    venue.buys(10, by=nominee)
    assert venue.counts.now == Count(1, 7)
    told = venue.does(venue.order(fund, Side.BUY, 10))
    assert "MatchSkipped" in kinds(told)
    venue.does(venue.confirmation(*venue.pending()))
    told = venue.does(at.record(nominee, at.owned(counts_as=3)))
    assert the(HolderSlotsChanged, told).counts == venue.counts
    assert (venue.counts.now, venue.counts.ever) == (Count(4, 0), Count(4, 0))
    check(venue.state)
    venue.restarts()
    venue.sells(10, 9_990, by=nominee)
    venue.buys(10, 9_990, by=venue.person(INSTITUTION))
    assert venue.counts.now == Count(4, 0), "three leave, one comes"
