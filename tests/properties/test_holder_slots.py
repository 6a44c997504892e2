"""Two matches that are each legal and together are not never both happen.

First the arithmetic alone, any holdings and transfers, against every outcome that these can have;
then a venue under random orders, confirmations, rejections and register files near its caps.
"""

from __future__ import annotations

from collections import Counter
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from exchange.events import OrderFilled, OrderRetried, TransferSettled
from exchange.match_rule import MatchRule
from exchange.seats import Holder, Move
from exchange.slots import Caps, CountBasis, Slots
from exchange.types import Fen, PartyId
from matching import Side, TimeInForce
from registry.transfer import Overlay
from registry.types import DayNumber, HolderId, TransferId
from tests.exchange.capped import INSTITUTION, PERSON, Capped
from tests.exchange.compliance import Compliance
from tests.exchange.deadlines import calendar
from tests.exchange.steps import Steps
from tests.model.slots import Counted, Deal, Rules, after, count, worst

RUNS = 20
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

    def matches(self, deal: Deal) -> MatchRule | None:
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


PARTIES = 8
SMALL = 30_000
"""Less principal than this many yuan is little."""


class NearCaps:
    """A venue whose few parties trade a product near its caps, and what is known of it on paper."""

    def __init__(self, draw: Random, caps: Caps) -> None:
        self.draw = draw
        self.venue = Capped()
        venue = self.venue
        people = [venue.person(PERSON if number % 4 else INSTITUTION) for number in range(PARTIES)]
        self.parties = [venue.seller, venue.buyer, *people]
        self.natural = {
            party for party in self.parties if venue.state.parties[party].kind is PERSON
        }
        self.caps = caps
        self.weights: dict[int, int] = {}
        """As how many institutions count."""
        self.rules = Rules({*map(int, self.natural)}, SMALL, self.weights)
        self.compliance = Compliance(venue)
        self.held_back = 0
        """How often a transfer did not settle, because it would have made a holder too many."""
        venue.inherit(people[:2], SMALL - 10)
        venue.sets(caps)

    @property
    def most(self) -> Counted:
        """The most holders that there could be, whatever becomes of the open transfers."""
        deals = [
            Deal(int(each.seller_id), int(each.buyer_id), int(each.units))
            for each in self.venue.state.register.transfers.values()
        ]
        return worst(self.held, deals, self.rules)

    @property
    def held(self) -> dict[int, int]:
        """Who holds how many units."""
        return {
            int(holder): int(holding.total)
            for (of_product, holder), holding in self.venue.state.register.holdings.items()
            if of_product == self.venue.product_id
        }

    def step(self) -> bool:
        """Something happens; whether it was an agreement, and not of the world outside."""
        kind, venue, draw = self.draw.random(), self.venue, self.draw
        pending = venue.pending()
        if kind < 0.7 and len(pending) < DEALS_OPEN_MAX:
            self.place()
        elif kind < 0.95 and pending:
            self.decide(draw.choice(pending))
        elif kind < 0.96:
            self.look_through(draw.choice(sorted({*self.parties} - self.natural)))
            return False
        elif kind < 0.98:
            venue.inherit([draw.choice(self.parties)], draw.choice((10, SMALL)))
            return False
        else:
            venue.restarts()
        return True

    def look_through(self, party_id: PartyId) -> None:
        """Compliance has found out who stands behind an institution."""
        behind = self.weights[int(party_id)] = self.draw.choice((1, 2, 3))
        facts = self.compliance.owned(counts_as=behind)
        self.venue.does(self.compliance.record(party_id, facts))

    def decide(self, transfer_id: TransferId) -> None:
        """The trust company says yes or no, or lets go of what was held; and what may not settle is
        held."""
        venue, transfer = self.venue, self.venue.state.register.transfers[transfer_id]
        deal = Deal(int(transfer.seller_id), int(transfer.buyer_id), int(transfer.units))
        held, rules = self.held, self.rules
        before, then = count(held, rules), count(after(held, [deal]), rules)
        may_settle = all(
            most is None or counted <= max(most, was)
            for most, counted, was in (
                (self.caps.natural_small_max, then.small, before.small),
                (self.caps.holders_max, then.all, before.all),
            )
        )
        if transfer.overlays:
            venue.does(Steps(venue, transfer_id).let_go())
        elif self.draw.random() < 0.6:
            venue.does(venue.confirmation(transfer_id))
        else:
            venue.does(venue.rejection(transfer_id))
            return
        assert (transfer_id not in venue.state.register.transfers) is may_settle
        self.held_back += not may_settle

    def place(self) -> None:
        """An order like those that stand, so that several meet at once."""
        venue, draw = self.venue, self.draw
        holdings = venue.state.register.holdings
        holders = [each for each in self.parties if (venue.product_id, HolderId(each)) in holdings]
        party, side = draw.choice(self.parties), Side.BUY
        quantity = draw.choice((10, SMALL - 10, SMALL, 2 * SMALL))
        if draw.random() < 0.5:
            party, side = draw.choice(holders), Side.SELL
            if draw.random() < 0.5:
                held = holdings[venue.product_id, HolderId(party)]
                quantity = max(10, min(held.available, 4 * SMALL))
        price = draw.choice((9_990, 10_000, 10_010))
        time_in_force = draw.choice(
            (*[TimeInForce.GOOD_TILL_CANCELLED] * 4, TimeInForce.FILL_OR_KILL)
        )
        order = venue.order(party, side, quantity, price, time_in_force=time_in_force)
        terms = draw.choice(({}, {}, {"all_or_none": True}, {"whole_only": True}))
        if terms and time_in_force is TimeInForce.GOOD_TILL_CANCELLED:
            venue.submit(venue.constrained(order, **terms))
        else:
            venue.submit(order)


def test_a_venue_near_its_caps_never_has_more_holders() -> None:
    seen: Counter[object] = Counter()
    for seed in range(RUNS):
        draw = Random(seed)
        small_max, holders_max = draw.choice(((2, None), (3, None), (None, 4), (2, 5)))
        caps = Caps(
            natural_small_max=small_max,
            natural_threshold=Fen(SMALL * FEN_A_UNIT),
            holders_max=holders_max,
            turnaround_days=0,
        )
        near = NearCaps(draw, caps)
        for _ in range(100):
            before = near.venue.counts
            agreed = near.step()
            used, most = near.venue.counts, near.most
            if small_max is not None:  # else no rule says what is little
                assert used.natural_small.used >= most.small, (seed, used, most)
            assert used.now.used >= most.all, (seed, used, most)
            if agreed:
                assert used.natural_small.used <= max(before.natural_small.used, _most(small_max))
                assert used.now.used <= max(before.now.used, _most(holders_max))
        seen += near.venue.told
        seen[Overlay.HELD] += near.held_back
    assert seen[MatchRule.NATURAL_HOLDERS] > RUNS
    assert seen[MatchRule.ALL_HOLDERS] > RUNS
    assert min(seen[OrderFilled], seen[TransferSettled]) > 2 * RUNS
    assert seen[OrderRetried] > RUNS // 4
    assert seen[Overlay.HELD] > RUNS // 4
