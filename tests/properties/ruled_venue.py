"""A market whose holders are capped and whose rules leave much to a person, and all that is known
of it on paper: what the rulebook says (tests/properties/rulebook.py), the list of what was asked
(tests/model/clearances.py), and every outcome of the open transfers (tests/model/slots.py).

Nothing is let pass that the paper would not let pass, nobody is a holder too many, and what stands
is what the list lets stand.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import astuple, dataclass, field
from typing import Any, Final

import msgspec

from exchange.commands import AnyCommand, PlaceOrder, ReplaceOrder
from exchange.events import AnyEvent, CommandRefused, OrderFilled
from exchange.profile import CertificationBasis
from exchange.refusals import Refusal
from exchange.rules_events import (
    ClearanceAsked,
    ClearanceDecided,
    ClearanceEnded,
    ClearanceUsed,
)
from exchange.slots import Caps
from exchange.state import Order
from exchange.types import OfficerRole, PartyId
from matching import BUY, SELL, OrderId, Side
from registry.transfer import Overlay, Transfer
from registry.types import TransferId
from tests.exchange.caps import pack_of
from tests.exchange.offices import LUO, QIAN
from tests.exchange.rules.market import RuledMarket
from tests.exchange.rules.packs import leaving_to_a_person, of_parties
from tests.model.clearances import Basis, Held, ModelClearance, ModelClearances
from tests.model.slots import Counted, Deal, Rules, after, count, worst
from tests.properties.on_the_way import LATER, LAW, VENUE, Against
from tests.properties.rulebook import OF_THE_ORDER, Rulebook

CAPS: Final = "CAPS"
ASKED_MAX: Final = 4
LITTLE: Final = 300_000
"""Less units than these, of one yuan each, are little."""
LEFT_TO_A_PERSON: Final = ("PTY-04", "PRD-04", "QI-06")
"""Rules of the venue that hold here what they ship to block, besides those that ship so."""
PACK_TEXT: Final = of_parties(VENUE)
GRAVEST: Final = {
    "BLOCK": Refusal.RULE_BLOCKS,
    "HOLD": Refusal.RULE_HOLDS,
    "WARN": Refusal.WARNING_NOT_ACKNOWLEDGED,
}
TOLD: Final = {
    ClearanceAsked: "asked",
    ClearanceDecided: "decided",
    ClearanceEnded: "ended",
    ClearanceUsed: "used",
}


class HeardMarket(RuledMarket):
    """It remembers what is told of clearances."""

    def __init__(self, **more: Any) -> None:
        self.heard: set[tuple[str, int]] = set()
        super().__init__(**more)

    def submit(self, command: AnyCommand) -> tuple[AnyEvent, ...]:
        events = super().submit(command)
        self.heard |= {
            (TOLD[type(each)], each.clearance_id)
            for each in events
            if isinstance(each, ClearanceAsked | ClearanceDecided | ClearanceEnded | ClearanceUsed)
        }
        return events


@dataclass(kw_only=True)
class RuledVenue(Rulebook):
    """What happens there, and what the paper says of it."""

    market: HeardMarket = field(init=False)
    four_eyes: bool
    caps: Caps
    sets_of_packs: tuple[tuple[str, ...], ...] = (
        (CAPS,),
        (LAW, CAPS),
        (VENUE,),
        *[(VENUE, CAPS)] * 2,
        *[(LAW, VENUE, CAPS)] * 3,
    )
    clearances: ModelClearances = field(default_factory=lambda: ModelClearances(ASKED_MAX))
    passes_by: list[ModelClearance] = field(default_factory=list)
    """By which the offer passes that is judged now."""
    passing: list[tuple[ModelClearance, Transfer]] = field(default_factory=list)
    """By which the transfers pass that are asked about now."""
    made_by: dict[TransferId, dict[Side, OrderId]] = field(default_factory=dict)
    """Which orders have made a transfer."""
    sides: dict[TransferId, list[Held]] = field(default_factory=dict)
    """Of a transfer that has waited, when it did no longer; it may end at once."""
    passing_then: set[int] = field(default_factory=set)
    """Numbers of those by which it would pass, once one more is cleared."""
    seen: Counter[object] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        market = HeardMarket(four_eyes=self.four_eyes, units=550_000, institutions=2)
        self.market = market
        self.later = leaving_to_a_person(LATER, *LEFT_TO_A_PERSON)
        for text in (
            of_parties(LAW, frozenset({"HC-01"})),
            leaving_to_a_person(of_parties(VENUE), *LEFT_TO_A_PERSON),
            pack_of(self.caps, version=1),
        ):
            market.loads(text)
        market.records(market.buyer, units=400_000)
        self.packs = LAW, VENUE, CAPS
        market.rules(*self.packs)
        for party_id in market.institutions:
            market.knows(party_id, basis=CertificationBasis.DEEMED)
        if self.four_eyes:
            role = OfficerRole.COMPLIANCE | OfficerRole.CHECKER
            self.of_compliance = market.appoints(QIAN, role)
            self.of_both_sorts = market.appoints(LUO, role | OfficerRole.MAKER)

    def step(self) -> None:
        self.clearances.told.clear()
        self.market.heard = set()
        super().step()
        self.compare_clearances()

    # Holders.

    @property
    def holders(self) -> Rules:
        natural = {each for each in self.parties() if self.person(each, None).is_natural}
        return Rules({*map(int, natural)}, LITTLE, {})

    @property
    def units(self) -> dict[int, int]:
        """Who holds how many."""
        return {
            int(each): self.person(each, None).units
            for each in self.parties()
            if self.person(each, None).units
        }

    def most(self) -> Counted:
        """The most holders that there could be, whatever becomes of the open transfers."""
        deals = [Deal(each.seller.number, each.buyer.number, each.units) for each in self.sales()]
        return worst(self.units, deals, self.holders)

    def within(self, counted: Counted, before: Counted) -> bool:
        """Whether no more are counted than may be, or than were before."""
        small, every = self.caps.natural_small_max, self.caps.holders_max
        return CAPS not in self.packs or (
            (small is None or counted.small <= max(small, before.small))
            and (every is None or counted.all <= max(every, before.all))
        )

    def has_slots_for(self, transfer: Transfer) -> bool:
        sale = self.sale(transfer)
        deal = Deal(sale.seller.number, sale.buyer.number, sale.units)
        before = count(self.units, self.holders)
        return self.within(count(after(self.units, [deal]), self.holders), before)

    def candidates(self, command: PlaceOrder, *, is_whole: bool) -> list[OrderId]:
        """Nobody need meet whom the caps may keep apart."""
        found = super().candidates(command, is_whole=is_whole)
        return [] if CAPS in self.packs else found

    # What a person lets pass.

    def basis(self, party_id: int, rule_id: str) -> Basis:
        """On what a clearance would rest now."""
        state = self.market.state
        is_later = self.later_from is not None and self.market.today >= self.later_from
        return (
            state.parties[PartyId(party_id)].profile,
            state.products[self.market.product_id].facts,
            is_later,
            (self.for_institutions, self.has_own) if rule_id == "QI-06" else None,
        )

    def gravity(self, rule_id: str, side: Side, price: int) -> str:
        """What comes of an offer against which the rule stands."""
        return (
            "HOLD"
            if rule_id in LEFT_TO_A_PERSON
            else self.warnings(side, price).get(rule_id, "BLOCK")
        )

    def look(self) -> None:
        """What time and facts have ended; what is about a transfer that is no more, as soon as the
        venue has looked."""
        state = self.market.state
        for each in self.clearances.standing():
            is_gone = each.transfer not in (None, *state.register.transfers)
            if is_gone and each.number not in state.rules.clearances.by_id:
                self.clearances.end(each)
        rules = {*LEFT_TO_A_PERSON, "PRC-01", "PRD-05"} if VENUE in self.packs else set()
        self.clearances.look(self.basis, rules=rules, today=self.market.today)

    def against(
        self,
        party_id: PartyId,
        side: Side,
        quantity: int,
        price: int,
        but: OrderId | None = None,
    ) -> set[str]:
        """As the rulebook says, but for what a person lets pass."""
        self.look()
        found = super().against(party_id, side, quantity, price, but)
        filled = 0 if but is None else self.market.state.orders[but].filled_quantity
        offer = Held(party_id, side, filled + quantity, price, order=but)
        self.passes_by, self.offer = [], offer
        for rule_id in in_order(found):
            if self.gravity(rule_id, side, price) != "HOLD":
                continue
            basis = self.basis(party_id, rule_id)
            passing = self.clearances.passing(rule_id, offer, basis, today=self.market.today)
            if passing is not None:
                self.passes_by.append(passing)
                found.discard(rule_id)
        return found

    def against_standing(self, order: Order) -> set[str]:
        """Of what a person has let pass, the order stands as long as that does."""
        self.look()
        side, price = order.side, order.price
        found = super().against(order.party_id, side, order.open_quantity, price)
        found = (found - OF_THE_ORDER) | self.against_whole(order)
        if any(self.gravity(each, side, price) == "BLOCK" for each in found):
            return found
        passed = {
            each.rule
            for each in self.clearances.standing()
            if (each.party, each.state, each.order) == (order.party_id, "USED", order.order_id)
        }
        self.seen["stands by it"] += bool(found & passed)
        return found - passed

    def submit(self, command: AnyCommand, against: set[str]) -> tuple[AnyEvent, ...]:
        """An offer is refused as gravely as the gravest rule says; a person is asked what rules
        hold, and what he has let pass is used up. Nobody is a holder too many."""
        offer, passes_by, before = self.offer, self.passes_by, self.most()
        gravities = {each: self.gravity(each, offer.side, offer.price) for each in against}
        events = super().submit(command, against)
        first = events[0] if events else None
        if isinstance(first, CommandRefused):
            if first.refusal in GRAVEST.values():
                assert first.refusal is next(
                    refusal for said, refusal in GRAVEST.items() if said in gravities.values()
                )
            if first.refusal is Refusal.RULE_HOLDS:
                held = [each for each in in_order(against) if gravities[each] == "HOLD"]
                self.ask(held, offer)
            return events
        order_id = OrderId(self.market.state.sequence)
        if isinstance(command, ReplaceOrder):
            order_id = command.order_id
        for each in passes_by:
            self.clearances.use(each, order_id)
            self.seen["passed by it"] += 1
        for event in events:
            if isinstance(event, OrderFilled):
                self.begins(event)
        assert self.within(self.most(), before), (before, self.most())
        return events

    def ask(self, rule_ids: list[str], held: Held) -> None:
        sequence, today = self.market.state.sequence, self.market.today
        self.clearances.ask(rule_ids, held, sequence=sequence, today=today)

    # On the way.

    def begins(self, event: OrderFilled) -> None:
        """A transfer goes to the trust company: those who have met may, now."""
        transfer = self.market.state.register.transfers[event.transfer_id]
        assert not transfer.overlays, transfer
        orders = event.taker_side, event.taker_side.opposite
        self.made_by[event.transfer_id] = dict(
            zip(orders, (event.taker_order_id, event.maker_order_id), strict=True)
        )
        self.passing.clear()
        for side in (SELL, BUY):
            assert not self.against_on_the_way(transfer, side, settles=False), (transfer, side)
        self.pass_by()

    def against_on_the_way(self, transfer: Transfer, side: Side, *, settles: bool) -> set[str]:
        self.look()
        found = super().against_on_the_way(transfer, side, settles=settles)
        held = self.held_transfer(transfer, side)
        for rule_id in sorted(found.intersection(LEFT_TO_A_PERSON)):
            passing = self.clearances.passing_on_the_way(
                rule_id, held, self.basis(held.party, rule_id), today=self.market.today
            )
            if passing is not None:
                self.passing.append((passing, transfer))
                found.discard(rule_id)
        return found

    def held_transfer(self, transfer: Transfer, side: Side) -> Held:
        return Held(
            int(transfer.seller_id if side is SELL else transfer.buyer_id),
            side,
            int(transfer.units),
            int(self.market.state.leg_of(transfer).price),
            order=self.made_by[transfer.transfer_id][side],
            transfer=transfer.transfer_id,
        )

    def pass_by(self) -> None:
        for clearance, transfer in self.passing:
            clearance.passed[transfer.transfer_id] = int(transfer.units)
            self.seen["on the way by it"] += 1

    def carry_on(self, transfer: Transfer, command: AnyCommand) -> Against:
        """A person is asked what rules hold; nobody is, once they hold it no longer."""
        self.passing.clear()
        was_held = Overlay.HELD in transfer.overlays
        sides = self.sides_of(transfer)
        against = super().carry_on(transfer, command)
        self.pass_by()
        self.ask_about(sides, against)
        if was_held and Overlay.HELD not in transfer.overlays:
            self.clearances.end_about(transfer.transfer_id)
        return against

    def go_on(self, transfer: Transfer) -> Against:
        self.passing.clear()
        self.sides[transfer.transfer_id] = self.sides_of(transfer)
        against = super().go_on(transfer)
        self.pass_by()
        return against

    def went_on(self, transfer: Transfer, against: Against) -> None:
        self.ask_about(self.sides[transfer.transfer_id], against)

    def sides_of(self, transfer: Transfer) -> list[Held]:
        """The transfer as it is either party's."""
        return [self.held_transfer(transfer, side) for side in (SELL, BUY)]

    def ask_about(self, sides: list[Held], against: Against) -> None:
        """A person is asked what rules hold of either side."""
        for held in sides:
            found = against.get(PartyId(held.party), set()).intersection(LEFT_TO_A_PERSON)
            self.ask(in_order(found), held)

    def compare_clearances(self) -> None:
        """The list says what the venue does."""
        self.look()
        state = self.market.state
        there = state.rules.clearances.by_id
        said = {
            each.clearance_id: (
                *(each.party_id, each.side, each.rule_id, each.transfer_id),
                *(each.quantity, each.price, each.times, each.state.name),
                None if each.terms is None else msgspec.structs.astuple(each.terms),
                each.order_id,
                each.transfers,
            )
            for each in there.values()
        }
        known = {
            each.number: (
                *(each.party, each.side, each.rule, each.transfer),
                *(each.quantity, each.price, each.times, each.state),
                None if each.terms is None else astuple(each.terms),
                each.order,
                each.passed,
            )
            for each in self.clearances.standing()
        }
        assert said == known
        # What ends with facts that a test says of a party is told to nobody.
        assert without_ends(self.market.heard) == without_ends(self.clearances.told)


def without_ends(told: set[tuple[str, int]]) -> set[tuple[str, int]]:
    """But for what has ended."""
    return {each for each in told if each[0] != "ended"}


def in_order(rule_ids: set[str]) -> list[str]:
    """As the pack has them; what stands against an offer by a parameter of the product's own comes
    after them."""
    return sorted(rule_ids, key=lambda each: (each == "QI-06", PACK_TEXT.find(f'id = "{each}"')))
