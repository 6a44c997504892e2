"""Pledges and freezes of one holder's units, a few units at a time.

An encumbrance takes units of one lot after the other until it has enough or finds none. Domain D5:
freezes may exceed what there is and then wait, in order (轮候冻结); a pledge takes what is
available.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from exchange.register_commands import Encumber
from registry.types import HoldingKey, TimeNs


@dataclass
class Claim:
    """A pledge or a freeze."""

    number: int
    is_freeze: bool
    lot: int | None
    wanted: int
    has: Counter[int] = field(default_factory=Counter)
    """Units by lot."""


@dataclass(kw_only=True, eq=False)
class ModelClaim(Claim):
    """One that was entered at the exchange, and what became of it."""

    entered: Encumber
    placed_at_ns: TimeNs
    ends_ns: TimeNs | None
    ended_at_ns: TimeNs | None = None
    release_authority: bytes | None = None

    @property
    def key(self) -> HoldingKey:
        return self.entered.product_id, self.entered.holder_id


@dataclass
class Sale:
    """An open sell order, or an open transfer: the units that it needs, by lot."""

    number: int
    needs: Counter[int]


@dataclass
class Holder:
    """Lots with their units, and all that lies on them. Orders and transfers oldest first."""

    units: dict[int, int]
    orders: list[Sale] = field(default_factory=list)
    transfers: list[Sale] = field(default_factory=list)
    claims: list[Claim] = field(default_factory=list)

    def frozen(self, lot: int) -> int:
        return sum(claim.has[lot] for claim in self.claims if claim.is_freeze)

    def pledged(self, lot: int) -> int:
        return sum(claim.has[lot] for claim in self.claims if not claim.is_freeze)

    def listed(self, lot: int) -> int:
        return sum(order.needs[lot] for order in self.orders)

    def locked(self, lot: int) -> int:
        return sum(transfer.needs[lot] for transfer in self.transfers)

    def missing(self, lot: int) -> int:
        """By how many units more is claimed of a lot than it has."""
        claimed = self.frozen(lot) + self.pledged(lot) + self.locked(lot) + self.listed(lot)
        return claimed - self.units[lot]

    def next_units(self, claim: Claim) -> tuple[int, int] | None:
        """Of which lot the claim takes its next units, and how many there are for it."""
        lots = [lot for lot in sorted(self.units) if claim.lot in (None, lot)]
        for lot in lots:
            if self.missing(lot) < 0:
                return lot, -self.missing(lot)
        if not claim.is_freeze:
            return None
        lots.reverse()
        for lot in lots:
            listed = self.units[lot] - self.frozen(lot) - self.pledged(lot) - self.locked(lot)
            if listed > 0:
                return lot, listed
        for lot in lots:
            if self.frozen(lot) < self.units[lot]:
                return lot, self.units[lot] - self.frozen(lot)
        return None

    def all_take(self) -> list[tuple[Claim, Counter[int]]]:
        """Each takes what it wants and finds, the first come first. Returns: what it took."""
        took = []
        for claim in self.claims:
            found_now = Counter[int]()
            while claim.has.total() < claim.wanted:
                found = self.next_units(claim)
                if found is None:
                    break
                lot, units = found
                taken = min(units, claim.wanted - claim.has.total())
                claim.has[lot] += taken
                found_now[lot] += taken
            took.append((claim, found_now))
        return took

    def withdrawn(self) -> list[int]:
        """The orders that cannot stay, which are then gone: the newest first."""
        gone = []
        for order in reversed(list(self.orders)):
            if any(self.missing(lot) > 0 for lot in order.needs):
                self.orders.remove(order)
                gone.append(order.number)
        return gone

    def without_units(self) -> list[int]:
        """The transfers that cannot settle: older ones have been given their units first."""
        left = Counter(
            {lot: self.units[lot] - self.frozen(lot) - self.pledged(lot) for lot in self.units}
        )
        waiting = []
        for transfer in self.transfers:
            after = left.copy()
            after.subtract(transfer.needs)
            if any(after[lot] < 0 for lot in transfer.needs):
                waiting.append(transfer.number)
            else:
                left = after
        return waiting
