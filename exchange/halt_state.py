"""The halts that stand: who halts what, and whether trade in a product, or of a party, goes on."""

from collections import deque
from collections.abc import Iterator

import msgspec

from exchange.halt_types import VENUE, Halt, HaltId, HaltLevel
from exchange.refusals import Refusal
from exchange.rules_state import AT_ONCE
from exchange.types import PartyId
from matching import OrderId
from registry.types import ProductId, TimeNs, TransferId


class HaltsImage(msgspec.Struct, kw_only=True):
    """What a snapshot keeps of halts."""

    standing: list[Halt]
    orders: list[OrderId]
    transfers: list[TransferId]


class Halts:
    """Every halt that stands; of one who gives it and one subject at most one."""

    __slots__ = ("by_subject", "orders", "standing", "timed", "transfers")

    def __init__(self) -> None:
        self.standing: dict[HaltId, Halt] = {}
        """In the order in which they were given."""
        self.by_subject: dict[tuple[HaltLevel, int], dict[PartyId, Halt]] = {}
        """The same by what they halt and who gave them."""
        self.timed: dict[HaltId, Halt] = {}
        """Those of them that end by themselves."""
        self.orders: deque[OrderId] = deque()
        """Of parties that were halted: they are to be withdrawn."""
        self.transfers: deque[TransferId] = deque()
        """Of parties that were halted, or are no longer: the overlay is to be set or lifted."""

    def check(self, product_id: ProductId) -> Refusal | None:
        """Why trade in the product does not go on: TRADE_HALTED while a halt of it or of the venue
        stands. Cost: O(1)."""
        if not self.by_subject:
            return None
        halted = (HaltLevel.PRODUCT, product_id) in self.by_subject
        return Refusal.TRADE_HALTED if halted or self.of_venue() else None

    def check_party(self, product_id: ProductId, party_id: PartyId) -> Refusal | None:
        """As `check`; then PARTY_SUSPENDED while the party itself is halted. Cost: O(1)."""
        if not self.by_subject:
            return None
        refusal = self.check(product_id)
        if refusal is None and self.of_party(party_id):
            return Refusal.PARTY_SUSPENDED
        return refusal

    def of_party(self, party_id: PartyId) -> bool:
        """Whether the party is halted. Cost: O(1)."""
        return (HaltLevel.PARTY, party_id) in self.by_subject

    @property
    def is_followed(self) -> bool:
        """Whether all that halted parties have open is withdrawn, or waits. Cost: O(1)."""
        return not self.orders and not self.transfers

    def next_due_ns(self) -> TimeNs | None:
        """When the next of that is to follow, or a halt ends by itself. Cost: O(halts that do)."""
        if not self.is_followed:
            return AT_ONCE
        return min((ends_ns for ends_ns, _ in self._ends()), default=None)

    def next_to_end(self) -> Halt:
        """Of those that end by themselves the first, by the moment and then as they were given.
        Cost: as of `next_due_ns`."""
        _, halt_id = min(self._ends())
        return self.timed[halt_id]

    def of_venue(self) -> bool:
        """Whether the whole venue is halted. Cost: O(1)."""
        return (HaltLevel.VENUE, VENUE) in self.by_subject

    def given(self, level: HaltLevel, subject_id: int, party_id: PartyId) -> bool:
        """Whether a halt of this by the party stands. Cost: O(1)."""
        return party_id in self.by_subject.get((level, subject_id), ())

    def stopping(self, product_id: ProductId) -> list[Halt]:
        """Those that stop trade in the product, the oldest first. Cost: O(those that stand)."""
        return [halt for halt in list(self.standing.values()) if halt.stops(product_id)]

    def add(self, halt: Halt) -> None:
        """The halt stands from now on. Cost: O(1)."""
        assert halt.lifted_at_ns is None, halt.halt_id
        by_party = self.by_subject.setdefault((halt.level, halt.subject_id), {})
        assert halt.given_by not in by_party, halt.halt_id
        by_party[halt.given_by] = halt
        self.standing[halt.halt_id] = halt
        if halt.ends_ns is not None:
            self.timed[halt.halt_id] = halt

    def remove(self, halt: Halt) -> None:
        """The halt was lifted: only its row remains. Cost: O(1)."""
        del self.standing[halt.halt_id]
        self.timed.pop(halt.halt_id, None)
        subject = halt.level, halt.subject_id
        by_party = self.by_subject[subject]
        del by_party[halt.given_by]
        if not by_party:
            del self.by_subject[subject]

    def image(self) -> HaltsImage:
        """What a snapshot keeps. Cost: O(halts)."""
        return HaltsImage(
            standing=list(self.standing.values()),
            orders=list(self.orders),
            transfers=list(self.transfers),
        )

    def restore(self, image: HaltsImage) -> None:
        """Take what a snapshot has kept. Cost: O(halts)."""
        for halt in image.standing:
            self.add(halt)
        self.orders.extend(image.orders)
        self.transfers.extend(image.transfers)

    def _ends(self) -> Iterator[tuple[TimeNs, HaltId]]:
        for halt in self.timed.values():
            assert halt.ends_ns is not None, halt.halt_id
            yield halt.ends_ns, halt.halt_id
