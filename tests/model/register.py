"""Title on paper: every lot that ever was, and every fact that changed one. All else is summed.

A fact says when units came to a lot or left it, with what principal and at what cost. What was true
as of a moment is the sum over the facts up to it; nothing is ever crossed out.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from math import floor

from registry.types import DayNumber, Draw, HolderId, LotId, ProductId, TimeNs

Amounts = tuple[int, int, int]
"""Units, principal and cost."""


@dataclass(frozen=True, kw_only=True)
class ModelLot:
    """One contract of one holder."""

    lot_id: LotId
    product_id: ProductId
    holder_id: HolderId
    contract: str | None = None
    acquired_on: DayNumber


@dataclass(frozen=True, kw_only=True)
class Fact:
    """What came to a lot, or left it."""

    sequence: int
    lot: ModelLot
    units: int
    principal: int
    cost: int
    cause: str
    cause_id: int
    pledged: int = 0
    frozen: int = 0


class ModelRegister:
    """All facts, in their order."""

    def __init__(self) -> None:
        self.lots: dict[LotId, ModelLot] = {}
        self.facts: list[Fact] = []
        # What was summed of these facts, by sequence: asked many times between two facts.
        self._amounts: dict[int, dict[LotId, Amounts]] = {}
        self._encumbered: dict[int, dict[LotId, tuple[int, int]]] = {}

    def take_over(
        self, lot: ModelLot, amounts: Amounts, *, sequence: int, cause: str = "OPENING"
    ) -> None:
        """A contract that its holder had before the venue came, or that he has subscribed."""
        self._begin(lot, amounts, sequence=sequence, cause=cause, cause_id=sequence)

    def redeem(self, lot_id: int, units: int, *, sequence: int) -> None:
        """Units are no more, nor their share of principal and cost."""
        self._leave(LotId(lot_id), units, sequence=sequence, cause="REDEMPTION", cause_id=sequence)

    def convey(
        self, received: ModelLot, lot_id: int, units: int, *, sequence: int, cost: int | None
    ) -> None:
        """Units leave a lot and are one of somebody else's, for what he paid, or at par."""
        cause, cause_id = "COUNTER_TRANSFER", received.lot_id
        left = self._leave(LotId(lot_id), units, sequence=sequence, cause=cause, cause_id=cause_id)
        amounts = units, -left.principal, -left.principal if cost is None else cost
        self._begin(received, amounts, sequence=sequence, cause=cause, cause_id=cause_id)

    def settle(
        self, bought: ModelLot, sources: Iterable[Draw], *, sequence: int, cost: int
    ) -> None:
        """Units leave the seller's lots, each with its share of principal and cost; they and the
        principal are one lot of the buyer, for what he paid."""
        units_moved = principal_moved = 0
        for lot_id, units in sources:
            fact = self._leave(
                lot_id, units, sequence=sequence, cause="TRANSFER", cause_id=bought.lot_id
            )
            units_moved += units
            principal_moved -= fact.principal
        amounts = units_moved, principal_moved, cost
        self._begin(bought, amounts, sequence=sequence, cause="TRANSFER", cause_id=bought.lot_id)

    def give_back(
        self, received: ModelLot, lot_id: LotId, units: int, *, sequence: int, cost: int
    ) -> None:
        """Units leave the buyer's lot for a new one of the seller's, at what they had cost him."""
        cause, cause_id = "REVERSAL", int(lot_id)
        left = self._leave(lot_id, units, sequence=sequence, cause=cause, cause_id=cause_id)
        amounts = units, -left.principal, cost
        self._begin(received, amounts, sequence=sequence, cause=cause, cause_id=cause_id)

    def encumber(
        self, lot_id: int, units: int, *, sequence: int, is_freeze: bool, cause_id: int
    ) -> None:
        """A pledge or freeze takes hold of units of a lot, or lets them go."""
        name = "FREEZE" if is_freeze else "PLEDGE"
        self._state(
            Fact(
                sequence=sequence,
                lot=self.lots[LotId(lot_id)],
                units=0,
                principal=0,
                cost=0,
                cause=name if units > 0 else f"{name}_RELEASE",
                cause_id=cause_id,
                pledged=0 if is_freeze else units,
                frozen=units if is_freeze else 0,
            )
        )

    def encumbered(self, as_of: int) -> dict[LotId, tuple[int, int]]:
        """How much of every lot was pledged and frozen as of a sequence."""
        if as_of in self._encumbered:
            return self._encumbered[as_of]
        sums: dict[LotId, tuple[int, int]] = {}
        for fact in self.facts:
            if fact.sequence <= as_of:
                pledged, frozen = sums.get(fact.lot.lot_id, (0, 0))
                sums[fact.lot.lot_id] = pledged + fact.pledged, frozen + fact.frozen
        self._encumbered[as_of] = sums
        return sums

    def amounts(self, as_of: int) -> dict[LotId, Amounts]:
        """What every lot had that had ever been, as of a sequence."""
        if as_of in self._amounts:
            return self._amounts[as_of]
        sums: dict[LotId, Amounts] = {}
        for fact in self.facts:
            if fact.sequence <= as_of:
                units, principal, cost = sums.get(fact.lot.lot_id, (0, 0, 0))
                sums[fact.lot.lot_id] = (
                    units + fact.units,
                    principal + fact.principal,
                    cost + fact.cost,
                )
        self._amounts[as_of] = sums
        return sums

    def lots_of(
        self, product_id: ProductId, holder_id: HolderId, *, as_of: int
    ) -> dict[LotId, Amounts]:
        """What a holder had as of a sequence, lot by lot, smallest number first."""
        return {
            lot_id: amounts
            for lot_id, amounts in sorted(self.amounts(as_of).items())
            if amounts[0] > 0
            and (self.lots[lot_id].product_id, self.lots[lot_id].holder_id)
            == (product_id, holder_id)
        }

    def holders(self, product_id: ProductId, *, as_of: int) -> dict[HolderId, Amounts]:
        """Units, principal and number of lots of everybody who had title as of a sequence."""
        sums: dict[HolderId, Amounts] = {}
        for lot_id, (units, principal, _) in self.amounts(as_of).items():
            lot = self.lots[lot_id]
            if lot.product_id == product_id and units > 0:
                before = sums.get(lot.holder_id, (0, 0, 0))
                sums[lot.holder_id] = before[0] + units, before[1] + principal, before[2] + 1
        return dict(sorted(sums.items()))

    def cost_moved(self, transfer_id: int) -> int:
        """What the units of a settled transfer had cost its seller."""
        return -sum(
            fact.cost
            for fact in self.facts
            if fact.cause == "TRANSFER" and fact.cause_id == transfer_id and fact.units < 0
        )

    def _state(self, fact: Fact) -> None:
        self.facts.append(fact)
        self._amounts.clear()
        self._encumbered.clear()

    def _leave(
        self, lot_id: LotId, units: int, *, sequence: int, cause: str, cause_id: int
    ) -> Fact:
        held, principal, cost = self.amounts(sequence)[lot_id]
        share = Fraction(units, held)
        fact = Fact(
            sequence=sequence,
            lot=self.lots[lot_id],
            units=-units,
            principal=-floor(principal * share),
            cost=-floor(cost * share),
            cause=cause,
            cause_id=cause_id,
        )
        self._state(fact)
        return fact

    def _begin(
        self, lot: ModelLot, amounts: Amounts, *, sequence: int, cause: str, cause_id: int
    ) -> None:
        units, principal, cost = amounts
        self.lots[lot.lot_id] = lot
        self._state(
            Fact(
                sequence=sequence,
                lot=lot,
                units=units,
                principal=principal,
                cost=cost,
                cause=cause,
                cause_id=cause_id,
            )
        )


def day_in_shanghai(at_ns: TimeNs) -> DayNumber:
    """The day on the wall there."""
    moment = datetime.fromtimestamp(at_ns // 10**9, UTC) + timedelta(hours=8)
    return DayNumber((moment.date() - date(1970, 1, 1)).days)


def cut(draws: Iterable[Draw], units: int) -> tuple[list[Draw], list[Draw]]:
    """The first so many units of the draws, and the others."""
    first: list[Draw] = []
    rest: list[Draw] = []
    for lot_id, drawn in draws:
        taken = min(drawn, units - sum(each for _, each in first))
        first += [(lot_id, taken)] if taken > 0 else []
        rest += [(lot_id, drawn - taken)] if drawn > taken else []
    return first, rest


def join(draws: list[Draw], more: list[Draw]) -> list[Draw]:
    """All of them in order, two that follow each other from one lot as one."""
    joined: list[Draw] = []
    for lot_id, units in draws + more:
        before = joined.pop()[1] if joined and joined[-1][0] == lot_id else 0
        joined.append((lot_id, before + units))
    return joined
