"""Two matches that are each legal and together are not never both happen.

First the arithmetic alone, any holdings and transfers, against every outcome that these can have;
then a venue under random orders, confirmations, rejections and register files near its caps.
"""

from __future__ import annotations

from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from exchange.seats import Holder, Move
from exchange.slots import Caps, CountBasis, SlotRule, Slots
from exchange.types import Fen
from registry.types import DayNumber, HolderId, TransferId
from tests.exchange.deadlines import calendar
from tests.model.slots import Deal, Rules, after, count, worst

DEALS_OPEN_MAX = 7
SMALL_BELOW_UNITS = 6
FEN_A_UNIT = 100
TODAY = DayNumber(20_000)
CALENDAR = calendar("ANY", day_ns=10**9, a_day_begins_ns=0)

parties = st.integers(1, 7).map(HolderId)
weights = st.fixed_dictionaries({holder: st.sampled_from((1, 1, 1, 2, 5)) for holder in (5, 6, 7)})
NATURAL = {1, 2, 3, 4}


class Market:
    """Slots and lists of the same holdings and transfers."""

    def __init__(self, caps: Caps, weight_of: dict[int, int]) -> None:
        self.weights = weight_of
        self.slots = Slots(caps, CALENDAR, self.holder)
        self.held: dict[int, int] = {}
        self.deals: dict[TransferId, Deal] = {}
        self.ever: set[int] = set()
        self.number = 0

    def holder(self, holder_id: HolderId) -> Holder:
        return Holder(holder_id in NATURAL, self.weights.get(holder_id, 1))

    def holds(self, holder: HolderId, units: int) -> None:
        """Units come to a holder from outside."""
        self.held[holder] = self.held.get(holder, 0) + units
        self.tell(holder)

    def tell(self, holder: int) -> None:
        units = self.held.get(holder, 0)
        if units:
            self.ever.add(holder)
        self.slots.hold(HolderId(holder), units=units, principal=units * FEN_A_UNIT)

    def matches(self, deal: Deal) -> SlotRule | None:
        self.number += 1
        transfer_id = TransferId(self.number)
        move = Move(
            seller_id=HolderId(deal.seller),
            buyer_id=HolderId(deal.buyer),
            units=deal.units,
            principal=deal.units * FEN_A_UNIT,
            day=TODAY,
        )
        rule = self.slots.try_open(transfer_id, move)
        if rule is None:
            self.deals[transfer_id] = deal
        return rule

    def ends(self, transfer_id: TransferId, *, settles: bool) -> None:
        deal = self.deals.pop(transfer_id)
        self.slots.close(transfer_id)
        if settles:
            self.held = after(self.held, [deal])
            self.tell(deal.seller)
            self.tell(deal.buyer)

    def free(self, holder: int) -> int:
        """Units of a holder that he has not sold."""
        sold = sum(deal.units for deal in self.deals.values() if deal.seller == holder)
        return self.held.get(holder, 0) - sold

    def weight(self, holders: set[int]) -> int:
        return sum(self.weights.get(holder, 1) for holder in holders)

    def check(self) -> None:
        counts, deals = self.slots.counts, tuple(self.deals.values())
        rules = Rules(NATURAL, SMALL_BELOW_UNITS, self.weights)
        now = count(self.held, rules)
        most = worst(self.held, deals, rules)
        buyers = {deal.buyer for deal in deals}
        assert (counts.natural_small.held, counts.now.held) == (now.small, now.all)
        assert counts.natural_small.used >= most.small
        assert counts.now.used >= most.all
        assert counts.natural_small.reserved >= 0
        assert counts.now.used <= self.weight({*self.held, *buyers}), (
            "no more than holders and buyers"
        )
        assert counts.ever.held == self.weight(self.ever)
        assert counts.ever.used == self.weight(self.ever | buyers)


@settings(max_examples=300)
@given(
    draw=st.randoms(use_true_random=False),
    weight_of=weights,
    caps=st.builds(
        Caps,
        natural_small_max=st.none() | st.integers(1, 4),
        natural_threshold=st.just(Fen(SMALL_BELOW_UNITS * FEN_A_UNIT)),
        holders_max=st.none() | st.integers(1, 9),
        count_basis=st.sampled_from(CountBasis),
    ),
)
def test_no_outcome_of_the_open_transfers_exceeds_a_cap(
    draw: Random, weight_of: dict[int, int], caps: Caps
) -> None:
    market = Market(caps, weight_of)
    for _ in range(draw.randint(1, 4)):
        market.holds(HolderId(draw.randint(1, 7)), draw.randint(1, 12))
    for _ in range(30):
        before = market.slots.counts
        kind = draw.random()
        sellers = [holder for holder in market.held if market.free(holder) > 0]
        if kind < 0.55 and sellers and len(market.deals) < DEALS_OPEN_MAX:
            seller = draw.choice(sorted(sellers))
            buyer = draw.choice([each for each in range(1, 8) if each != seller])
            units = draw.choice((market.free(seller), draw.randint(1, market.free(seller))))
            market.matches(Deal(seller, buyer, units))
        elif kind < 0.95 and market.deals:
            market.ends(draw.choice(sorted(market.deals)), settles=draw.random() < 0.6)
        else:
            market.holds(HolderId(draw.randint(1, 7)), draw.randint(1, 12))
            before = market.slots.counts
        market.check()
        used = market.slots.counts
        assert used.natural_small.used <= max(
            before.natural_small.used, _most(caps.natural_small_max)
        )
        if caps.count_basis is CountBasis.NOW:
            assert used.now.used <= max(before.now.used, _most(caps.holders_max))
        else:
            assert used.ever.used <= max(before.ever.used, _most(caps.holders_max))


def _most(cap: int | None) -> int:
    return 99 if cap is None else cap
