"""Days of trade with labels: ordinary business drawn from a seed, and among it what supervision is
there to find, of which the label says so.

Ordinary business has what makes finding hard: four houses deal both ways all day in round sizes,
values drift, and some amounts are just below a threshold by chance. What is planted is spread wider
than the detectors' parameters, so that some of it must be missed: owners of whom nobody knows,
units that take longer to come back, smaller differences from the value.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from random import Random
from typing import Final

from benchmarks.watched_market import WatchedMarket, on_tick, units_for
from exchange.money_types import PaymentId
from exchange.supervision.alerts import AlertKind, Direction
from exchange.types import Fen, PartyId, PartyKind
from matching import Price
from registry.calendar import HOUR_NS, day_of_date, start_in_shanghai
from registry.types import DayNumber, ProductId, TimeNs, TransferId

FIRST_DAY: Final = day_of_date("2026-11-23")
YUAN: Final = 100
NATURAL_PERSONS: Final = 80
INSTITUTIONS: Final = 40
HOUSES: Final = 4
"""Of the institutions: they deal on either side of every third deal."""
SISTERS: Final = 10
"""Pairs of institutions with one owner, and of every fourth of them nobody knows it."""
PRODUCTS: Final = 6
VALUED: Final = 4
"""Of the products: a net asset value is disclosed each week."""
ROUND_AMOUNTS: Final = (50_000, 100_000, 200_000, 300_000)
THRESHOLDS: Final = {
    PartyKind.NATURAL_PERSON: 500_000 * YUAN,
    PartyKind.INSTITUTION: 2_000_000 * YUAN,
}
"""AML-01, as the domain says it: not as the detectors have it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How much happens."""

    days: int = 60
    deals_per_day: int = 60
    plants: int = 15
    """Of each pattern."""


@dataclass(frozen=True, slots=True)
class Plant:
    """Something that is to be found."""

    kind: AlertKind
    transfer_ids: frozenset[TransferId] = frozenset()
    payment_id: PaymentId | None = None


@dataclass(slots=True)
class Labels:
    """What there is to be found."""

    plants: list[Plant] = field(default_factory=list)
    reportable: set[tuple[PartyId, Direction, TransferId]] = field(default_factory=set)
    """The large amounts, deal by deal."""


@dataclass(slots=True)
class _Scheme:
    """A pattern under way: steps, each on its day, and the transfers so far."""

    kind: AlertKind
    steps: list[tuple[int, Callable[[], TransferId]]]
    transfer_ids: list[TransferId] = field(default_factory=list)


class WatchedDays:
    """A market over some days, all of it drawn from the seed."""

    def __init__(self, seed: int, plan: Plan) -> None:
        self._random = Random(seed)
        self._plan = plan
        self.labels = Labels()
        self.market = market = WatchedMarket(_morning(DayNumber(FIRST_DAY - 1)))
        kinds = (PartyKind.NATURAL_PERSON, NATURAL_PERSONS), (PartyKind.INSTITUTION, INSTITUTIONS)
        self._kinds = {
            market.registers(kind): kind for kind, number in kinds for _ in range(number)
        }
        self._people = list(self._kinds)[:NATURAL_PERSONS]
        institutions = list(self._kinds)[NATURAL_PERSONS:]
        self._houses = institutions[:HOUSES]
        sisters = institutions[HOUSES : HOUSES + 2 * SISTERS]
        self._sisters = list(zip(sisters[::2], sisters[1::2], strict=True))
        self._others = [each for each in self._kinds if each not in sisters]
        self._products = market.furnishes(PRODUCTS, list(self._kinds))
        for number, (first, second) in enumerate(self._sisters):
            if number % 4:
                market.belongs(first, second)
        self._values = dict.fromkeys(self._products, 10_000)
        self._schemes: list[_Scheme] = []
        self._payments_on: list[int] = []
        self._today: dict[tuple[PartyId, Direction], list[tuple[int, TransferId]]] = {}
        self._plan_schemes()
        for day in range(plan.days):
            self._live(day)
        assert not self._schemes, self._schemes

    def _live(self, day: int) -> None:
        self.market.at_ns = _morning(DayNumber(FIRST_DAY + day))
        self._today.clear()
        for number, product_id in enumerate(self._products):
            self._values[product_id] += round(self._random.gauss(0, 60))
            if number < VALUED and day % 7 == 0:
                self.market.values(product_id, Price(self._values[product_id]))
        due = [(scheme, step) for scheme in self._schemes for on, step in scheme.steps if on == day]
        is_planted = [False] * self._plan.deals_per_day + [True] * len(due)
        self._random.shuffle(is_planted)
        # Shuffled are only their places: of one scheme the steps of a day keep their order.
        in_order = iter(due)
        for planted in is_planted:
            if planted:
                scheme, step = next(in_order)
                scheme.transfer_ids.append(step())
            else:
                self._ordinary_deal()
        for _ in range(self._payments_on.count(day)):
            self._third_party_pays()
        self._end_schemes(day)
        self._report()

    def _end_schemes(self, day: int) -> None:
        for scheme in [each for each in self._schemes if each.steps[-1][0] == day]:
            self._schemes.remove(scheme)
            self.labels.plants.append(Plant(scheme.kind, frozenset(scheme.transfer_ids)))

    def _report(self) -> None:
        """Label the day's large amounts, from the deals as they were made."""
        for (party_id, direction), deals in self._today.items():
            if sum(amount for amount, _ in deals) >= THRESHOLDS[self._kinds[party_id]]:
                self.labels.reportable |= {(party_id, direction, number) for _, number in deals}

    # Ordinary business

    def _ordinary_deal(self) -> None:
        draw = self._random
        if draw.random() < 0.02:
            party_id = draw.choice(self._people)
            amount = Fen(draw.randrange(1_000, 490_000) * YUAN)
            unmatched = self.market.pays_for(party_id, party_id, amount)
            assert not unmatched
            return
        product_id = draw.choice(self._products)
        if draw.random() < 1 / 3:
            pair = [draw.choice(self._houses), draw.choice(self._others)]
            draw.shuffle(pair)
        else:
            pair = draw.sample(self._others, 2)
        seller, buyer = pair
        if seller == buyer:
            return
        if draw.random() < 0.3:
            amount = Fen(draw.choice(ROUND_AMOUNTS) * YUAN)
        else:
            amount = Fen(round(min(draw.lognormvariate(11.3, 1.0), 3_000_000)) * YUAN)
        self._deal(seller, buyer, product_id, amount)

    def _deal(
        self,
        seller: PartyId,
        buyer: PartyId,
        product_id: ProductId,
        amount: Fen,
        *,
        off: float | None = None,
    ) -> TransferId:
        """A deal at about the value, or so far off it."""
        share = max(-0.12, min(0.12, self._random.gauss(0, 0.03))) if off is None else off
        price = on_tick(round(self._values[product_id] * (1 + share)))
        opened = self.market.deals(seller, buyer, product_id, price, units_for(amount, price))
        for party_id, direction in ((buyer, Direction.PAID), (seller, Direction.RECEIVED)):
            deals = self._today.setdefault((party_id, direction), [])
            deals.append((opened.consideration, opened.transfer_id))
        return opened.transfer_id

    # What is to be found

    def _plan_schemes(self) -> None:
        makers = (
            self._same_owner,
            self._round_trip,
            self._circle,
            self._off_value,
            self._just_below,
        )
        # The first days are for the market to form, the last ones for what takes days.
        days = range(10, self._plan.days - 14)
        for make in makers:
            for number in range(self._plan.plants):
                self._schemes.append(make(self._random.choice(days), number))
        self._payments_on = [self._random.choice(days) for _ in range(self._plan.plants)]

    def _same_owner(self, day: int, number: int) -> _Scheme:
        first, second = self._sisters[number % len(self._sisters)]
        product_id = self._random.choice(self._products)
        amount = self._amount(50_000, 1_500_000)
        return _Scheme(
            AlertKind.SAME_OWNER, [(day, lambda: self._deal(first, second, product_id, amount))]
        )

    def _round_trip(self, day: int, _number: int) -> _Scheme:
        return self._ring(AlertKind.ROUND_TRIP, day, parties=2)

    def _circle(self, day: int, number: int) -> _Scheme:
        return self._ring(AlertKind.CIRCLE, day, parties=3 + number % 2)

    def _ring(self, kind: AlertKind, day: int, *, parties: int) -> _Scheme:
        draw = self._random
        members = draw.sample(self._people, parties)
        product_id, amount = draw.choice(self._products), self._amount(110_000, 450_000)
        days = sorted(draw.randrange(14) for _ in range(parties - 1))
        price = Price(10_000)
        units = units_for(amount, price)

        def step(place: int) -> TransferId:
            # About the same units, whatever they cost by then.
            share = 1 + draw.uniform(-0.03, 0.03)
            now = Fen(round(units * self._values[product_id] * share) // 100)
            seller, buyer = members[place], members[(place + 1) % parties]
            return self._deal(seller, buyer, product_id, now, off=0.0)

        places = enumerate([0, *days])
        return _Scheme(kind, [(day + wait, partial(step, place)) for place, wait in places])

    def _off_value(self, day: int, _number: int) -> _Scheme:
        draw = self._random
        seller, buyer = draw.sample(self._people, 2)
        product_id, amount = draw.choice(self._products), self._amount(30_000, 400_000)
        off = draw.choice((-1, 1)) * draw.uniform(0.18, 0.6)
        return _Scheme(
            AlertKind.OFF_VALUE,
            [(day, lambda: self._deal(seller, buyer, product_id, amount, off=off))],
        )

    def _just_below(self, day: int, _number: int) -> _Scheme:
        draw = self._random
        party_id, sells = draw.choice(self._people), draw.random() < 0.5
        days = sorted(draw.randrange(14) for _ in range(draw.randrange(3, 6)))

        def step() -> TransferId:
            other = draw.choice([each for each in self._others if each != party_id])
            pair = (party_id, other) if sells else (other, party_id)
            amount = self._amount(440_000, 499_900)
            return self._deal(*pair, draw.choice(self._products), amount)

        return _Scheme(AlertKind.JUST_BELOW, [(day + wait, step) for wait in days])

    def _third_party_pays(self) -> None:
        party_id, payer = self._random.sample(self._people, 2)
        (payment_id,) = self.market.pays_for(party_id, payer, self._amount(1_000, 400_000))
        self.labels.plants.append(Plant(AlertKind.THIRD_PARTY_PAYER, payment_id=payment_id))

    def _amount(self, least: int, most: int) -> Fen:
        return Fen(self._random.randrange(least, most) * YUAN)


def _morning(day: DayNumber) -> TimeNs:
    return TimeNs(start_in_shanghai(day) + 9 * HOUR_NS)
