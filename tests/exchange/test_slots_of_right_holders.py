"""Who exercises a right of pre-emption takes the buyer's slot, or needs one: domain D1, HC-03."""

from __future__ import annotations

import pytest

from exchange.refusals import Refusal
from exchange.rules.types import CureKind
from exchange.slots import Caps, Count
from exchange.types import PartyId
from tests.exchange.caps import cap, kept_out
from tests.exchange.steps import DAY_NS, RIGHT_HOLDERS, Steps, matched, terms, trading


def offered(*, buyer_holds: bool) -> Steps:
    """A transfer of half of what the seller has, offered at a venue without a free slot."""
    venue = trading(terms(preemption_days=30, right_holders=RIGHT_HOLDERS))
    if buyer_holds:
        venue.records(venue.buyer, 10)
    on = Steps(venue, matched(venue))
    cap(venue, Caps(holders_max=2))
    venue.does(venue.confirmation(on.transfer_id))
    return on


def test_he_takes_the_slot_of_a_newcomer() -> None:
    on = offered(buyer_holds=False)
    slots = on.venue.state.slots[on.venue.product_id]
    assert slots.counts.now == Count(1, 1)
    on.venue.does(on.exercise())
    assert slots.counts.now == Count(1, 1)


def test_a_buyer_who_is_a_holder_has_none_to_give() -> None:
    on = offered(buyer_holds=True)
    assert on.venue.state.slots[on.venue.product_id].counts.now == Count(2, 0)
    told = kept_out(on.venue, on.exercise())
    assert told == (Refusal.HOLDER_SLOTS, ["HC-02"], [CureKind.TAKE_WHOLE_HOLDING])


def test_refused_it_leaves_everything_as_it_was() -> None:
    on = offered(buyer_holds=True)
    cap(on.venue, Caps(holders_max=2, turnaround_days=3))
    on.venue.waits(DAY_NS)
    later = matched(on.venue)
    slots = on.venue.state.slots[on.venue.product_id]
    buyer, seller = slots.moves[later].buyer_id, slots.moves[later].seller_id
    turn_round_on = slots.may_sell_on(buyer), slots.may_buy_on(seller)
    on.venue.waits(DAY_NS)
    assert kept_out(on.venue, on.exercise()).refusal is Refusal.HOLDER_SLOTS
    assert (slots.may_sell_on(buyer), slots.may_buy_on(seller)) == turn_round_on


def test_who_has_lately_sold_does_not_exercise() -> None:
    on = offered(buyer_holds=False)
    cap(on.venue, Caps(turnaround_days=3))
    right_holder: PartyId = on.venue.other
    on.venue.records(right_holder, 100)
    on.venue.sells(100, 9_990, by=right_holder)
    on.venue.buys(100)
    told = kept_out(on.venue, on.exercise())
    assert told == (Refusal.TURNAROUND, ["VEN-03"], [CureKind.WAIT_UNTIL])


@pytest.mark.parametrize("buyer_holds", [True, False])
def test_to_waive_it_needs_no_slot(buyer_holds: bool) -> None:
    on = offered(buyer_holds=buyer_holds)
    on.venue.does(on.answer())
