"""What of one product is on its way from whom to whom: its open transfers, and while a book looks
for counterparties what it has found.

Kept as things change, of the products that have rules: whether a holding is split depends on it.
"""

from registry.types import HolderId


class OnTheWay:
    """Units of one product that are sold and not yet settled. Each change costs O(1)."""

    __slots__ = ("coming", "sold")

    def __init__(self) -> None:
        self.sold: dict[HolderId, dict[HolderId, int]] = {}
        """Of each seller: how many units to which buyer."""
        self.coming: dict[HolderId, int] = {}
        """To each buyer, from all."""

    def sold_to(self, *, seller_id: HolderId, buyer_id: HolderId) -> int:
        """Units that are on their way from one to the other. Cost: O(1)."""
        return self.sold.get(seller_id, {}).get(buyer_id, 0)

    def sold_by(self, seller_id: HolderId) -> int:
        """Units that are on their way from a party, to anybody. Cost: O(buyers)."""
        return sum(self.sold.get(seller_id, {}).values())

    def buyers_from(self, seller_id: HolderId) -> tuple[HolderId, ...]:
        """Those to whom something of a party's is on its way, the first first. Cost: O(those)."""
        return tuple(self.sold.get(seller_id, ()))

    def open(self, units: int, *, seller_id: HolderId, buyer_id: HolderId) -> None:
        """So much more is on its way."""
        to = self.sold.setdefault(seller_id, {})
        to[buyer_id] = to.get(buyer_id, 0) + units
        self.coming[buyer_id] = self.coming.get(buyer_id, 0) + units

    def close(self, units: int, *, seller_id: HolderId, buyer_id: HolderId) -> None:
        """So much of it has arrived, or will not."""
        to = self.sold[seller_id]
        to[buyer_id] -= units
        if to[buyer_id] == 0:
            del to[buyer_id]
        if not to:
            del self.sold[seller_id]
        self.coming[buyer_id] -= units
        if self.coming[buyer_id] == 0:
            del self.coming[buyer_id]
