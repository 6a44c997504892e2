"""The clearances that wait for a person, and those by which something may pass."""

from collections.abc import Iterable
from typing import Final

from exchange.clearance_types import Clearance, ClearanceId, ClearanceState
from exchange.types import PartyId
from matching import OrderId
from registry.types import ProductId, TimeNs

Concerned = tuple[ProductId, PartyId]
LEAVING: Final = frozenset({ClearanceState.REFUSED, ClearanceState.ENDED})


class Clearances:
    """Every clearance that is asked for, cleared or used; what is refused or has ended, SQL
    keeps."""

    __slots__ = ("by_id", "last_id", "of", "touched")

    def __init__(self) -> None:
        self.by_id: dict[ClearanceId, Clearance] = {}
        self.of: dict[Concerned, list[Clearance]] = {}
        """The same by product and party, oldest first."""
        self.touched: dict[ClearanceId, Clearance] = {}
        self.last_id = ClearanceId(0)
        """The last one that a command has given: the next gives greater ones anyway."""

    def about(self, product_id: ProductId, party_id: PartyId) -> list[Clearance]:
        """Those of a party in a product, oldest first. Cost: O(1)."""
        return self.of.get((product_id, party_id), [])

    def parties_in(self, product_id: ProductId) -> list[PartyId]:
        """Who has any in the product. Cost: O(parties and products with any)."""
        return [party_id for of, party_id in self.of if of == product_id]

    def rules_passed(self, product_id: ProductId, party_id: PartyId, order_id: OrderId) -> set[str]:
        """The rules that a person has let this order pass. Cost: O(those of the party)."""
        return {
            each.rule_id
            for each in self.about(product_id, party_id)
            if each.state is ClearanceState.USED and each.order_id == order_id
        }

    def add(self, clearance: Clearance) -> None:
        """A new one. Cost: O(1)."""
        self.by_id[clearance.clearance_id] = clearance
        key = clearance.product_id, clearance.party_id
        self.of.setdefault(key, []).append(clearance)
        self.touched[clearance.clearance_id] = clearance

    def advance(self, clearance: Clearance, state: ClearanceState, at_ns: TimeNs) -> None:
        """It is in this state from now on; of what is refused or has ended its row alone remains.
        Cost: O(those of the party)."""
        clearance.state = state
        self.touched[clearance.clearance_id] = clearance
        if state not in LEAVING:
            return
        clearance.ended_at_ns = at_ns
        del self.by_id[clearance.clearance_id]
        key = clearance.product_id, clearance.party_id
        left = self.of[key]
        left.remove(clearance)
        if not left:
            del self.of[key]

    def image(self) -> list[Clearance]:
        """For a snapshot. Cost: O(clearances)."""
        return list(self.by_id.values())

    def restore(self, image: Iterable[Clearance]) -> None:
        """Take what a snapshot has kept. Cost: O(clearances)."""
        for clearance in image:
            self.add(clearance)
        self.touched.clear()

    def check(self, at_most: int) -> None:
        """Assert that the views agree, nobody has more than he may, and one thing is asked once.
        Cost: O(clearances)."""
        listed = [each for of in self.of.values() for each in of]
        assert sorted(each.clearance_id for each in listed) == sorted(self.by_id)  # L8
        for (product_id, party_id), of in self.of.items():
            assert 0 < len(of) <= at_most, (product_id, party_id)  # L8
            for state in (ClearanceState.ASKED, ClearanceState.CLEARED):
                keys = [
                    (each.side, each.rule_id, each.transfer_id)
                    for each in of
                    if each.state is state
                ]
                assert len(set(keys)) == len(keys), (product_id, party_id)  # L8
        for each in listed:
            assert (each.state is ClearanceState.ASKED) == (each.terms is None), each  # L9
            assert (each.state is ClearanceState.USED) == (each.order_id is not None), each  # L9
            if each.terms is not None:
                assert sum(each.transfers.values()) <= each.terms.quantity, each  # L9
