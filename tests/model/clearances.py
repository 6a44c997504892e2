"""What rules leave to a person, as a list of what was asked and what became of it: no digests, no
views, every question asked of the whole list.

    A rule holds an order        its party asks, about this much at this price; the next order that
                                 the same rule holds asks for itself instead
    A rule holds a transfer      its party asks about this transfer
    A person lets pass           so much, between two prices, until a day; one order passes by it,
                                 and transfers, no more units together than he has seen
    It rests on                  what is known of the party, what is said of the product, the rule:
                                 when one of these is another, it has ended
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from exchange.refusals import Refusal
from exchange.types import OPERATOR_ID
from matching import Side

ASKED_DAYS = 30
CLEARED_DAYS_MAX = 90
PRICE_MAX = 10**9
NOTE_MAX = 200
IDS_PER_COMMAND = 1_000

Basis = object
"""What a clearance rests on; compared with what it would rest on now."""


@dataclass(frozen=True)
class Terms:
    """How much passes."""

    quantity: int
    price_least: int
    price_most: int
    until: int


@dataclass(kw_only=True)
class ModelClearance:
    """What was asked, by whom, and how it stands."""

    number: int
    party: int
    side: Side
    rule: str
    transfer: int | None
    quantity: int
    price: int
    asked_on: int
    times: int = 1
    state: str = "ASKED"
    terms: Terms | None = None
    basis: Basis = None
    order: int | None = None
    """That has passed by it."""
    passed: dict[int, int] = field(default_factory=dict)
    """Units of the transfers that have."""

    @property
    def about(self) -> tuple[int, Side, str, int | None]:
        """One thing is asked once, and let pass once."""
        return self.party, self.side, self.rule, self.transfer

    @property
    def is_there(self) -> bool:
        return self.state in {"ASKED", "CLEARED", "USED"}


@dataclass(frozen=True)
class Held:
    """An order, or a part of one that has traded already, or a transfer and the order of the party
    that has made it: what a rule looks at."""

    party: int
    side: Side
    quantity: int
    price: int
    order: int | None = None
    transfer: int | None = None


class ModelClearances:
    """All that was ever asked of one product."""

    def __init__(self, asked_max: int) -> None:
        self.asked_max = asked_max
        """Of one party, asked, let pass or used."""
        self.all: list[ModelClearance] = []
        self.told: set[tuple[str, int]] = set()
        """What became of which, in the command under way."""

    def standing(self) -> list[ModelClearance]:
        """Those of which something may come."""
        return [each for each in self.all if each.is_there]

    def ask(self, rules: Iterable[str], held: Held, *, sequence: int, today: int) -> None:
        """A person is asked about each of these rules, which have held it."""
        for rule in rules:
            about = held.party, held.side, rule, held.transfer
            waiting = [
                each for each in self.standing() if each.state == "ASKED" and each.about == about
            ]
            own = [each for each in self.standing() if each.party == held.party]
            if waiting:
                (asked,) = waiting
                asked.times += 1
                asked.quantity, asked.price = held.quantity, held.price
            elif len(own) < self.asked_max:
                first = sequence * IDS_PER_COMMAND
                asked = ModelClearance(
                    number=first + sum(each.number >= first for each in self.all),
                    party=held.party,
                    side=held.side,
                    rule=rule,
                    transfer=held.transfer,
                    quantity=held.quantity,
                    price=held.price,
                    asked_on=today,
                )
                self.all.append(asked)
            else:
                continue
            self.told.add(("asked", asked.number))

    def passing(self, rule: str, order: Held, basis: Basis, *, today: int) -> ModelClearance | None:
        """By which one an order passes the rule."""
        for each in self.standing():
            is_of_it = (each.party, each.side, each.rule) == (order.party, order.side, rule)
            terms = each.terms
            if (
                is_of_it
                and each.transfer is None
                and terms is not None
                and each.order in (None, order.order)
                and order.quantity <= terms.quantity
                and terms.price_least <= order.price <= terms.price_most
                and each.basis == basis
                and today <= terms.until
            ):
                return each
        return None

    def passing_on_the_way(
        self, rule: str, transfer: Held, basis: Basis, *, today: int
    ) -> ModelClearance | None:
        """By which one a transfer passes it: its own, or the one with room that the order which
        has made it has used."""
        for each in self.standing():
            is_of_it = (each.party, each.side, each.rule) == (transfer.party, transfer.side, rule)
            terms = each.terms
            if not is_of_it or terms is None or each.basis != basis or today > terms.until:
                continue
            if each.transfer is not None:
                if each.transfer == transfer.transfer:
                    return each
            elif each.order is not None and each.order == transfer.order:
                others = sum(
                    units for number, units in each.passed.items() if number != transfer.transfer
                )
                if others + transfer.quantity <= terms.quantity:
                    return each
        return None

    def use(self, clearance: ModelClearance, order: int) -> None:
        """The order has passed by it, and no other one does."""
        if clearance.order == order:
            return
        clearance.order, clearance.state = order, "USED"
        self.told.add(("used", clearance.number))

    def why_not(
        self, number: int, actor: int, terms: Terms | None, note: str, *, today: int
    ) -> Refusal | None:
        """What is wrong with a decision; the first that is said."""
        if actor != OPERATOR_ID:
            return Refusal.NOT_PERMITTED
        found = [each for each in self.standing() if each.number == number]
        if not found:
            return Refusal.UNKNOWN_CLEARANCE
        if not note.strip() or len(note) > NOTE_MAX:
            return Refusal.NOTE_OUT_OF_RANGE
        (asked,) = found
        if terms is not None and not fits(asked, terms, today=today):
            return Refusal.CLEARANCE_OUT_OF_RANGE
        return None if asked.state == "ASKED" else Refusal.CLEARANCE_NOT_ASKED

    def decide(self, number: int, terms: Terms | None, basis: Basis) -> ModelClearance:
        """A person lets it pass, or does not."""
        (asked,) = [each for each in self.all if each.number == number]
        self.told.add(("decided", number))
        if terms is None:
            asked.state = "REFUSED"
            return asked
        for each in self.standing():
            if each.state == "CLEARED" and each.about == asked.about:
                self.end(each)
        asked.state, asked.terms, asked.basis = "CLEARED", terms, basis
        return asked

    def end(self, clearance: ModelClearance) -> None:
        clearance.state = "ENDED"
        self.told.add(("ended", clearance.number))

    def end_about(self, transfer: int) -> None:
        """What is asked about a transfer that its rules hold no longer."""
        for each in self.standing():
            if each.state == "ASKED" and each.transfer == transfer:
                self.end(each)

    def look(
        self,
        basis_of: Callable[[int, str], Basis],
        *,
        rules: set[str],
        today: int,
    ) -> None:
        """End those of which nothing can come any more: their days are over, what they rest on is
        another, or nobody asks the rule any more.

        Args:
            basis_of: what one of a party and a rule would rest on now.
            rules: those of the product.
        """
        for each in self.standing():
            if each.terms is None:
                is_over = today > each.asked_on + ASKED_DAYS or each.rule not in rules
            else:
                is_over = (
                    today > each.terms.until
                    or each.rule not in rules
                    or each.basis != basis_of(each.party, each.rule)
                )
            if is_over:
                self.end(each)


def fits(asked: ModelClearance, terms: Terms, *, today: int) -> bool:
    """Whether what is let pass is no more than was asked, around the price that was asked, for some
    days; of a transfer it is all of it."""
    if asked.transfer is not None and terms.quantity != asked.quantity:
        return False
    return (
        1 <= terms.quantity <= asked.quantity
        and terms.price_least >= 1
        and terms.price_least <= asked.price <= terms.price_most
        and terms.price_most <= PRICE_MAX
        and today <= terms.until <= today + CLEARED_DAYS_MAX
    )
