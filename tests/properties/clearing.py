"""What people do at a ruled venue (tests/properties/ruled_venue.py) with what rules leave to a
person: they ask for it, decide it alone or by two, and make use of it."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass, replace
from random import Random

from exchange.clearance_types import ClearanceId, ClearanceTerms
from exchange.commands import AnyCommand
from exchange.events import CommandRefused
from exchange.profile import CertificationBasis
from exchange.refusals import Refusal
from exchange.rules_commands import DecideClearance
from exchange.slots import Caps
from exchange.types import OPERATOR_ID, Fen, PartyId
from matching import BUY, SELL, Price, Quantity
from registry.transfer import Overlay, Transfer
from registry.types import DayNumber, TransferId
from tests.model.clearances import ModelClearance, Terms
from tests.model.verdicts import YUAN
from tests.properties.on_the_way import is_confirmed
from tests.properties.rulebook import STEPS, Happening
from tests.properties.ruled_venue import LITTLE, RuledVenue


@dataclass(kw_only=True)
class ClearedVenue(RuledVenue):
    """The venue, and who does what there."""

    def of_orders(self) -> list[Happening]:
        return [
            *super().of_orders(),
            *[self.far] * 3,
            *[self.make_use] * 5,
            *[self.meet] * 3,
            *[self.deal_with_leave] * 2,
        ]

    def other_happenings(self) -> list[Happening]:
        return [*super().other_happenings(), *[self.decide] * 6, *[self.confirm] * 2]

    def far(self) -> None:
        """A price that a person has to let pass, or nobody does."""
        party, side = self.draw.choice(self.parties()), self.draw.choice([BUY, SELL])
        units = self.person(party, None).units or 400_000
        quantity = self.draw.choice([units, 300_000, 300_000])
        price = self.draw.choice([4_000, 15_010, 16_000, 16_000, 17_000])
        self.place(party, side, quantity, price, whole_only=side is SELL)

    def make_use(self) -> None:
        """Somebody orders what a person has let pass, or a little more."""
        cleared = [each for each in self.clearances.standing() if each.state == "CLEARED"]
        cleared = [each for each in cleared if each.transfer is None]
        if not cleared:
            self.far()
            return
        chosen = self.draw.choice(cleared)
        assert chosen.terms is not None
        quantity = chosen.terms.quantity + self.draw.choice([0, 0, 0, 10, -100_000])
        price = self.draw.choice([chosen.price, chosen.terms.price_most])
        is_sale = chosen.side is SELL
        self.place(PartyId(chosen.party), chosen.side, max(quantity, 10), price, whole_only=is_sale)

    def deal_with_leave(self) -> None:
        """Somebody sells all that he can to somebody, and a person has to let one of them."""
        market = self.market
        seller, buyer = self.draw.sample(self.parties(), 2)
        has = self.person(seller, None)
        quantity = has.units - has.offered_or_sold
        unknown = self.draw.choice([seller, buyer])
        market.knows(unknown, basis=CertificationBasis.DEEMED, cleared_until=None)
        if quantity <= 0:
            return
        for party_id, side in ((seller, SELL), (buyer, BUY)):
            self.place(party_id, side, quantity, 10_000, whole_only=side is SELL)
            if party_id == unknown:
                self.let_pass(party_id)
                self.place(party_id, side, quantity, 10_000, whole_only=side is SELL)

    def meet(self) -> None:
        """Somebody takes what another one offers."""
        orders = list(self.market.state.orders.values())
        if not orders:
            self.order()
            return
        other = self.draw.choice(orders)
        parties = [each for each in self.parties() if each != other.party_id]
        side = other.side.opposite
        quantity = self.draw.choice([other.open_quantity, other.open_quantity, 300_000])
        party = self.draw.choice(parties)
        self.place(party, side, quantity, other.price, whole_only=side is SELL)

    def decide(self) -> None:
        """A person decides what is asked, or tries to."""
        draw, market = self.draw, self.market
        self.look()
        standing = self.clearances.standing()
        asked = [each for each in standing if each.state == "ASKED"]
        if draw.random() < 0.7:  # what settles at once is rarer than orders
            asked = [each for each in asked if each.transfer is not None] or asked
        chosen = draw.choice(asked if asked and draw.random() < 0.9 else standing or [None])
        number = 999 if chosen is None or draw.random() < 0.03 else chosen.number
        terms = None if chosen is None or draw.random() < 0.15 else self.terms(chosen)
        note = draw.choice(["as the appraisal says"] * 14 + [" ", "x" * 201])
        actor = OPERATOR_ID if draw.random() < 0.95 else market.buyer
        command = self.decision(number, terms, note, by=actor)
        why_not = self.clearances.why_not(number, actor, terms, note, today=market.today)
        transfer = None
        if chosen is not None and chosen.transfer is not None:
            transfer = market.state.register.transfers.get(TransferId(chosen.transfer))
        goes_on, was_confirmed = False, transfer is not None and is_confirmed(transfer)
        if why_not is None and chosen and terms and transfer:
            goes_on = self.would_go_on(chosen, terms, transfer)
        said = self.decided_by_two(command, why_not) if self.four_eyes else self.said(command)
        self.seen[said] += 1
        if said is not None:
            assert self.four_eyes or said is why_not, (said, why_not, command)
            return
        assert why_not is None, (why_not, command)
        assert chosen is not None
        self.clearances.decide(number, terms, self.basis(chosen.party, chosen.rule))
        if transfer is not None:
            is_let_go = Overlay.HELD not in transfer.overlays
            assert is_let_go is goes_on, transfer
            settled = transfer.transfer_id not in market.state.register.transfers
            assert settled is (goes_on and was_confirmed), transfer
            self.seen["went on by itself"] += is_let_go
        if goes_on and transfer is not None:
            for clearance in self.clearances.standing():
                if clearance.number in self.passing_then:
                    clearance.passed[transfer.transfer_id] = int(transfer.units)
            self.clearances.end_about(transfer.transfer_id)

    def decision(
        self, number: int, terms: Terms | None, note: str, *, by: PartyId = OPERATOR_ID
    ) -> DecideClearance:
        """What somebody says to what was asked."""
        granted = (
            None
            if terms is None
            else ClearanceTerms(
                quantity=Quantity(terms.quantity),
                price_least=Price(terms.price_least),
                price_most=Price(terms.price_most),
                until=DayNumber(terms.until),
            )
        )
        return DecideClearance(
            actor=by,
            key=self.market.key(),
            clearance_id=ClearanceId(number),
            terms=granted,
            note=note,
        )

    def let_pass(self, party_id: PartyId) -> None:
        """All that a party asks about orders is let pass as it was asked."""
        market = self.market
        for asked in self.clearances.standing():
            if (asked.party, asked.state, asked.transfer) != (party_id, "ASKED", None):
                continue
            terms = Terms(asked.quantity, asked.price, asked.price, market.today + 30)
            command = self.decision(asked.number, terms, "known in person")
            if self.four_eyes:
                proposal_id = market.proposes(command)
                market.does(market.approval(proposal_id, officer_id=self.of_compliance))
            else:
                market.does(command)
            self.clearances.decide(asked.number, terms, self.basis(asked.party, asked.rule))

    def terms(self, asked: ModelClearance) -> Terms:
        """What a person lets pass, now and then what he may not."""
        draw, today = self.draw, self.market.today
        good = Terms(asked.quantity, asked.price, asked.price, today + draw.choice([0, 2, 10, 90]))
        wide: dict[str, int] = {"price_least": 1, "price_most": asked.price + 2_000}
        if draw.random() < 0.5 and asked.transfer is None:
            wide["quantity"] = max(1, asked.quantity - 100_000)
        wrong: list[dict[str, int]] = [
            {"quantity": asked.quantity + 1},
            {"quantity": 0},
            {"price_least": asked.price + 1},
            {"price_least": 0},
            {"price_most": asked.price - 1},
            {"price_most": 10**9 + 1},
            {"until": today - 1},
            {"until": today + 91},
        ]
        change = draw.choice(wrong) if draw.random() < 0.15 else draw.choice([{}, {}, wide])
        return replace(good, **change)

    def said(self, command: AnyCommand) -> Refusal | None:
        """Why it is refused, if it is."""
        first = self.market.submit(command)[0]
        return first.refusal if isinstance(first, CommandRefused) else None

    def decided_by_two(self, command: DecideClearance, why_not: Refusal | None) -> Refusal | None:
        """One proposes it, and another one approves: of compliance, where it is hers to decide."""
        draw, market = self.draw, self.market
        if command.actor != OPERATOR_ID or draw.random() < 0.1:
            said = self.said(command)
            by_nobody = command.actor == OPERATOR_ID
            assert said is (Refusal.FOUR_EYES_REQUIRED if by_nobody else Refusal.NOT_PERMITTED)
            return said
        maker = draw.choice([market.maker, market.maker, self.of_both_sorts])
        proposal_id = market.proposes(command, officer_id=maker)
        checker = draw.choice([market.checker, *[self.of_compliance] * 3, self.of_both_sorts])
        asked = [each for each in self.clearances.standing() if each.number == command.clearance_id]
        is_hers = any(each.rule != "PRD-05" for each in asked)
        said = self.said(market.approval(proposal_id, officer_id=checker))
        if maker == checker:
            assert said is Refusal.SAME_PERSON, said
        elif checker == market.checker and is_hers:
            assert said is Refusal.OFFICER_NOT_COMPLIANCE, said
        else:
            assert said is why_not, (said, why_not, command)
        if said is not None:
            market.does(market.withdrawal(proposal_id, officer_id=maker))
        return said

    def would_go_on(self, asked: ModelClearance, terms: Terms, transfer: Transfer) -> bool:
        """Whether nothing else would hold the transfer, once this is let pass."""
        assert Overlay.HELD in transfer.overlays
        settles = is_confirmed(transfer)
        before, self.clearances = self.clearances, deepcopy(self.clearances)
        self.clearances.decide(asked.number, terms, self.basis(asked.party, asked.rule))
        self.passing.clear()
        goes_on = not self.against_going_on(transfer, settles=settles)
        goes_on = goes_on and (not settles or self.has_slots_for(transfer))
        # What goes on to wait is asked when it has waited.
        waits = transfer.transfer_id in self.waits
        self.passing_then = set() if waits else {each.number for each, _ in self.passing}
        self.clearances = before
        return goes_on


def played(seed: int) -> ClearedVenue:
    """Some steps of such a market, whose product soon matures."""
    draw = Random(seed)
    small_max, holders_max = draw.choice(((1, None), (2, None), (None, 2), (None, 3), (2, 3)))
    caps = Caps(
        natural_small_max=small_max,
        natural_threshold=Fen(LITTLE * YUAN),
        holders_max=holders_max,
        turnaround_days=0,
    )
    venue = ClearedVenue(draw=draw, four_eyes=draw.random() < 0.3, caps=caps)
    venue.market.matures_on("2023-12-18")
    venue.restart()  # what ends with the plan is derived anew
    for _ in range(STEPS):
        venue.step()
    return venue
