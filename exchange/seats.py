"""What one party is to the holder slots of a product: a holder, or somebody about to buy.

`exchange/slots.py` adds the seats up and says what is counted, and why.
"""

from typing import Final, NamedTuple

from exchange.types import Fen
from registry.types import DayNumber, HolderId, TransferId


class Holder(NamedTuple):
    """What a count needs to know of a party."""

    is_natural: bool
    weight: int
    """As how many holders it counts, looked through."""


class Move(NamedTuple):
    """An open transfer, as slots see it."""

    seller_id: HolderId
    buyer_id: HolderId
    units: int
    principal: int
    """Fen: what leaves the seller's lots with the units."""
    day: DayNumber
    """Of the match."""


class Frees(NamedTuple):
    """The slot of a seller who leaves by the one transfer that takes all he has."""

    transfer_id: TransferId
    buyer_id: HolderId
    weight: int
    is_small: bool
    """Whether it is also a slot of somebody with little principal, for another such."""


class Takes(NamedTuple):
    """What one seat adds to the counts."""

    small_held: int = 0
    small_used: int = 0
    natural_large: int = 0
    institution: int = 0
    held: int = 0
    used: int = 0
    never_held: int = 0


NOTHING: Final = Takes()


class Seat:
    """A holder, or somebody who is about to buy."""

    __slots__ = (
        "freed",
        "frees",
        "is_natural",
        "principal",
        "principal_sold",
        "purchases",
        "sales",
        "small_freed",
        "small_purchases",
        "small_sales",
        "takes",
        "units",
        "units_sold",
        "weight",
    )

    def __init__(self, holder: Holder) -> None:
        self.is_natural, self.weight = holder
        self.units = 0
        self.principal = 0
        self.purchases: dict[TransferId, Move] = {}
        self.sales: dict[TransferId, Move] = {}
        self.units_sold = 0
        self.principal_sold = 0
        self.small_purchases = 0
        """Open ones of less principal than the threshold."""
        self.small_sales = 0
        """Likewise: what he would be left with if they alone failed."""
        self.freed: dict[int, int] = {}
        """The slots that sellers leave him, by weight."""
        self.small_freed = 0
        """Those of them that are of somebody with little, by a small purchase."""
        self.frees: Frees | None = None
        """The slot that he leaves his only buyer."""
        self.takes = NOTHING

    @property
    def is_empty(self) -> bool:
        """Whether nothing is left to count."""
        return not (self.units or self.purchases or self.sales)

    def leaves(self, threshold: Fen) -> Frees | None:
        """The slot that becomes free with his one open sale, if that is all he has."""
        if len(self.sales) != 1 or self.purchases or self.units_sold != self.units:
            return None
        ((transfer_id, move),) = self.sales.items()
        is_small = self.is_natural and max(self.principal, move.principal) < threshold
        return Frees(transfer_id, move.buyer_id, self.weight, is_small)

    def is_small(self, threshold: Fen) -> bool:
        """Whether he holds less principal than the threshold now."""
        return self.would_be_small(threshold, units=self.units, principal=self.principal)

    def would_be_small(self, threshold: Fen, *, units: int, principal: int) -> bool:
        """Whether he would, if he held so much."""
        return self.is_natural and units > 0 and principal < threshold

    def may_be_small(self, threshold: Fen) -> bool:
        """Whether he does, or might after some of his open transfers, and not in the slot of a
        seller with as little who leaves."""
        if not self.is_natural or self.is_small(threshold):
            return self.is_natural
        if self.units > self.units_sold:
            return self.principal - self.principal_sold < threshold
        # All he has may go. Then little is what one sale that fails leaves, or one purchase brings.
        return self.small_sales > 0 or self.small_purchases > self.small_freed

    def slots_needed(self) -> int:
        """What a buyer who holds nothing needs besides the slots that sellers leave him."""
        if sum(self.freed.values()) < len(self.purchases):
            return self.weight
        return max(0, self.weight - min(self.freed))

    def counted(self, threshold: Fen, *, ever: bool) -> Takes:
        """What the seat adds to the counts. Cost: O(1).

        Args:
            ever: whether he has ever held.
        """
        holds = self.units > 0
        held = self.weight if holds else 0
        is_small = self.is_small(threshold)
        return Takes(
            small_held=is_small,
            small_used=self.may_be_small(threshold),
            natural_large=self.is_natural and holds and not is_small,
            institution=holds and not self.is_natural,
            held=held,
            used=held if holds or not self.purchases else self.slots_needed(),
            never_held=self.weight if self.purchases and not ever else 0,
        )
