"""A market whose products have rules, and what the rulebook of `tests/model/` knows of it: whatever
happens, both say the same."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random
from typing import Final

import msgspec

from exchange.commands import Acknowledge, AnyCommand, PlaceConstrainedOrder, PlaceOrder
from exchange.events import AnyEvent, CommandRefused, TransferOpened
from exchange.profile import CertificationBasis
from exchange.refusals import Refusal
from exchange.rules.types import Override, Verdict
from exchange.snapshot import decode_state, encode_state
from exchange.state import Order
from exchange.types import PartyId
from matching import OrderId, Side
from registry.calendar import day_of_date
from registry.types import DayNumber
from tests.exchange.pairs import inherits
from tests.exchange.rules.market import RuledMarket, findings_in
from tests.model.verdicts import (
    Person,
    Sale,
    blocked_between,
    blocked_by_law,
    blocked_by_venue,
    far_from,
    old,
    worth,
)
from tests.properties.on_the_way import LATER, LAW, VENUE, OnTheWay

STEPS: Final = 60
OF_THE_ORDER: Final = {"QI-04", "QI-05", "PRC-01", "PRD-05", "PTY-01"}
"""Asked of an order when it comes: of its quantity and price, of what it is compared with, and of
other orders."""
Happening = Callable[[], None]


@dataclass(kw_only=True)
class Rulebook(OnTheWay):
    """What happens in it, and what the rulebook says of it."""

    withdrawn: int = 0
    warned: int = 0
    matched: int = 0
    passed_over: int = 0
    whole: set[OrderId] = field(default_factory=set)
    """Listings, for one buyer, that were of all that their party had when they came."""
    sets_of_packs: tuple[tuple[str, ...], ...] = ((), (LAW,), (VENUE,), (LAW, VENUE))
    later: str = LATER
    is_loaded: bool = False

    def __post_init__(self) -> None:
        self.market = RuledMarket(LAW, VENUE, units=550_000, institutions=2)
        self.market.records(self.market.buyer, units=400_000)
        self.packs = (LAW, VENUE)

    def step(self) -> None:
        """Something happens."""
        stood = list(self.market.state.orders.values())
        of_orders = self.of_orders()
        happens = self.draw.choice([*of_orders, *self.other_happenings()])
        happens()
        self.compare_waits()
        for order in stood:
            against = self.against_standing(order)
            if order.order_id in self.market.state.orders:
                assert against == set(), order
            elif happens not in of_orders:  # nobody has taken it back or matched it
                assert against != set(), order
                self.withdrawn += 1

    def of_orders(self) -> list[Happening]:
        """What happens to orders, as often as it does."""
        return [self.order] * 8 + [self.replace] * 2 + [self.cancel] + [self.deal] * 4

    def other_happenings(self) -> list[Happening]:
        """What happens but for orders, as often as it does."""
        changes = [self.learn] * 3 + [self.wait] * 2 + [self.set_rules, self.load]
        changes += [*[self.disclose] * 2, self.raise_risk]
        changes.append(self.inherit)
        on_the_way = [self.confirm] * 2 + [self.let_go, self.rescind]
        return [*changes, *on_the_way, self.restart]

    def against_standing(self, order: Order) -> set[str]:
        """What the rulebook has against an order that stands."""
        against = self.against(order.party_id, order.side, order.open_quantity, order.price)
        return (against - OF_THE_ORDER) | self.against_whole(order)

    def order(self) -> None:
        party = self.draw.choice(self.parties())
        side = self.draw.choice([Side.BUY, Side.SELL])
        quantities = [10, 100_000, 200_000, 299_990, 300_000, 500_000]
        quantity = self.draw.choice([*quantities, self.person(party, None).units or 10])
        far = [7_990, 12_000, 12_010, 15_000, 15_010]
        price = self.draw.choice([9_990, 10_000, *([9_990, 10_000] * 4), *far])
        self.place(party, side, quantity, price, whole_only=self.draw.random() < 0.4)

    def warnings(self, side: Side, price: int) -> dict[str, str]:
        """What the venue's rules about prices have against an order, and how grave it is."""
        reference = worth(self.plan(), self.market.today)
        found = {"PRC-01": far_from(reference, price)}
        if side is Side.SELL:
            found["PRD-05"] = old(self.disclosed_on, self.market.today)
        in_force = found.items() if VENUE in self.packs else ()
        return {rule_id: said for rule_id, said in in_force if said is not None}

    def held_at(self, price: int) -> set[str]:
        """What a person would decide of a deal at this price, whoever makes it."""
        return {rule for rule, said in self.warnings(Side.SELL, price).items() if said == "HOLD"}

    def deal(self) -> None:
        """Somebody sells all that he can to somebody, both of whom are known for some days."""
        market, today = self.market, self.market.today
        seller, buyer = self.draw.sample(self.parties(), 2)
        has = self.person(seller, None)
        quantity = has.units - has.offered_or_sold
        if quantity <= 0:
            return
        for party_id in (seller, buyer):
            until = DayNumber(today + self.draw.choice([1, 2, 90]))
            market.knows(
                party_id,
                basis=CertificationBasis.DEEMED,
                certified_until=until,
                cleared_until=until,
            )
        self.place(seller, Side.SELL, quantity, 10_000, whole_only=True)
        self.place(buyer, Side.BUY, quantity, 10_000, whole_only=False)
        if self.draw.random() < 0.6:
            inherits(market, seller, 10)

    def place(
        self, party: PartyId, side: Side, quantity: int, price: int, *, whole_only: bool
    ) -> None:
        """An order comes: it is let in as the rulebook says, and meets somebody if it may."""
        market = self.market
        command: PlaceOrder = market.order(party, side, quantity, price)
        if whole_only:
            command = market.constrained(command, whole_only=True)
        is_whole = whole_only and side is Side.SELL and self.offers_all(party, quantity)
        candidates = self.candidates(command, is_whole=is_whole)
        against = self.against(party, side, quantity, price)
        events = self.submit(command, against)
        warnings = self.warnings(side, price)
        if against and against == {each for each, said in warnings.items() if said == "WARN"}:
            again = msgspec.structs.replace(command, key=market.key())
            read = Acknowledge(actor=party, key=again.key, rules=tuple(against), offer=again)
            events = self.submit(read, set())
            self.warned += 1
        if isinstance(events[0], CommandRefused):
            return
        order_id = OrderId(market.state.sequence)
        if order_id in market.state.orders and is_whole and LAW in self.packs:
            self.whole.add(order_id)
        assert candidates == [] or any(isinstance(each, TransferOpened) for each in events)

    def candidates(self, command: PlaceOrder, *, is_whole: bool) -> list[OrderId]:
        """The orders that it meets if it is taken: those at its price that the rulebook and the
        sizes of both let it meet."""
        found, buys = [], command.side is Side.BUY
        sales = self.sales()
        for other in self.market.state.orders.values():
            crosses = other.price <= command.price if buys else other.price >= command.price
            if other.side is command.side or not crosses:
                continue
            wants_all = isinstance(command, PlaceConstrainedOrder)
            quantity = min(other.open_quantity, command.quantity)
            fits = quantity == command.quantity if wants_all else True
            if other.size_terms is not None:
                fits = fits and quantity == other.open_quantity
            seller_id, buyer_id = other.party_id, command.actor
            offers_all = other.order_id in self.whole
            if not buys:
                seller_id, buyer_id, offers_all = command.actor, other.party_id, is_whole
            seller, buyer = self.person(seller_id, None), self.person(buyer_id, None)
            against = self.of_packs(blocked_between(seller, buyer, self.plan(), quantity, sales))
            against |= self.held_at(other.price)
            # Of what one person gives another in parts, no part is the whole.
            in_parts = LAW in self.packs and buyer.is_natural and not offers_all
            if fits and not against and not in_parts:
                found.append(other.order_id)
            self.passed_over += bool(against or in_parts)
        return found

    def submit(self, command: AnyCommand, against: set[str]) -> tuple[AnyEvent, ...]:
        """Nobody ever meets whom the rulebook keeps apart, after all who have met before."""
        sales = self.sales()
        has_cleared = any(each.terms for each in self.market.state.rules.clearances.by_id.values())
        events = self.market.submit(command)
        self.compare(events, against)
        for event in events:
            if isinstance(event, TransferOpened):
                seller, buyer = (
                    self.person(each, None) for each in (event.seller_id, event.buyer_id)
                )
                plan = self.plan()
                between = blocked_between(seller, buyer, plan, event.units, sales)
                assert not self.of_packs(between), event
                assert has_cleared or not self.held_at(event.price), event
                sales.append(Sale(seller=seller, buyer=buyer, units=event.units))
                self.matched += 1
        return events

    def inherit(self) -> None:
        """Units come to somebody."""
        inherits(self.market, self.draw.choice(self.parties()), 10)

    def offers_all(self, party_id: PartyId, quantity: int) -> bool:
        """Whether a person offers all that he has and will have."""
        who = self.person(party_id, None)
        coming = sum(sale.units for sale in self.sales() if sale.buyer.number == who.number)
        return who.is_natural and quantity >= who.units + coming

    def against_whole(self, order: Order) -> set[str]:
        """A listing that natural persons may take is of all that its party has."""
        units = self.person(order.party_id, None).units
        is_part = order.order_id in self.whole and units > order.open_quantity
        return {"ORD-02"} if is_part and LAW in self.packs else set()

    def replace(self) -> None:
        market = self.market
        if not market.state.orders:
            return
        order = self.draw.choice(list(market.state.orders.values()))
        quantity = self.draw.choice([10, 200_000, 300_000, 400_000])
        command = market.replacement(order.order_id, quantity, order.price, by=order.party_id)
        against = self.against(
            order.party_id, order.side, quantity, order.price, but=order.order_id
        )
        self.submit(command, against)

    def compare(self, events: tuple[AnyEvent, ...], against: set[str]) -> None:
        first = events[0] if events else None
        if isinstance(first, CommandRefused) and first.refusal < Refusal.RULE_BLOCKS:
            return  # the engine asks it before the rules
        judged = findings_in(events) if events else ()
        assert {each.rule_id for each in judged if each.verdict > Verdict.PASS} == against

    def learn(self) -> None:
        """Something else is known of somebody."""
        draw, today = self.draw, self.market.today

        def soon() -> DayNumber:
            return DayNumber(today + draw.choice([-1, 0, 1, 2, 90]))

        party_id = draw.choice(self.parties())
        has_owner = party_id in self.market.institutions and draw.random() < 0.3
        self.market.knows(
            party_id,
            owner_id=int(self.market.seller) if has_owner else 0,
            certified_until=draw.choice([None, soon()]),
            basis=draw.choice(list(CertificationBasis)),
            level=draw.choice([None, 1, 2, 3]),
            assessed_until=soon(),
            cleared_until=draw.choice([None, soon()]),
            professional=draw.random() < 0.2,
            listed=draw.random() < 0.1,
        )

    def set_rules(self) -> None:
        draw, market = self.draw, self.market
        had_law = LAW in self.packs
        self.packs = draw.choice(self.sets_of_packs)
        if LAW not in self.packs:
            self.whole.clear()
        elif not had_law:
            self.whole = {
                order.order_id
                for order in market.state.orders.values()
                if order.side is Side.SELL
                and order.size_terms is not None
                and self.offers_all(order.party_id, order.open_quantity)
            }
        overrides: list[Override] = []
        self.lock_up_ends_on, self.for_institutions = None, False
        if VENUE in self.packs and draw.random() < 0.5:
            days = draw.choice([0, 5, 3_000])
            self.lock_up_ends_on = day_of_date("2023-11-10") + days if days else None
            self.for_institutions = draw.random() < 0.5
            overrides = [
                Override("PRD-03", "established_on", "2023-11-10"),
                Override("PRD-03", "lockup_days", days),
            ]
            if self.for_institutions:
                overrides.append(Override("QI-06", "natural_person_allowed", value=False))
        self.has_own = bool(overrides)
        market.rules(*self.packs, overrides=overrides)

    def load(self) -> None:
        if not self.is_loaded:
            self.is_loaded = True
            in_days = self.draw.choice([0, 1])
            self.later_from = self.market.today + in_days
            self.market.loads(self.later, in_days=in_days)

    def restart(self) -> None:
        self.market.state = decode_state(encode_state(self.market.state))

    def cancel(self) -> None:
        if self.market.state.orders:
            order = self.draw.choice(list(self.market.state.orders.values()))
            self.market.does(self.market.cancellation(order.order_id, by=order.party_id))

    def against(
        self,
        party_id: PartyId,
        side: Side,
        quantity: int,
        price: int,
        but: OrderId | None = None,
    ) -> set[str]:
        """What the rulebook has against the order, by the packs that the product has."""
        who, plan = self.person(party_id, but), self.plan()
        buys, today = side is Side.BUY, self.market.today
        found: set[str] = set()
        if LAW in self.packs:
            found |= blocked_by_law(who, plan, buys=buys, quantity=quantity, today=today)
        if VENUE in self.packs:
            found |= blocked_by_venue(who, plan, buys=buys, today=today)
            found |= {"PTY-01"} if self.meets_owner(who, side, price) else set()
            found |= self.warnings(side, price).keys()
        return found

    def meets_owner(self, who: Person, side: Side, price: int) -> bool:
        """Whether somebody behind whom the same person is would take it, or give it."""
        return any(
            self.person(other.party_id, None).owner == who.owner
            and other.side is not side
            and (other.price <= price if side is Side.BUY else other.price >= price)
            for other in self.market.state.orders.values()
        )


def played(seed: int) -> Rulebook:
    """Some steps of a market whose product soon matures."""
    rulebook = Rulebook(draw=Random(seed))
    rulebook.market.matures_on("2023-12-18")
    rulebook.restart()  # what ends with the plan is derived anew
    for party_id in rulebook.market.institutions:
        rulebook.market.knows(party_id, basis=CertificationBasis.DEEMED)
    for _ in range(STEPS):
        rulebook.step()
    return rulebook
