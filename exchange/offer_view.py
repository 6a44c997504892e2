"""Which transfers are offered to those with a right of pre-emption, and to whom, as people may see
it: folded from events like the market view, of which it is a part."""

from typing import Final

from exchange.product_view import TransferView
from exchange.types import PartyId
from registry.preemption import asked_of
from registry.terms import TransferTerms
from registry.transfer import TransferState
from registry.types import HolderId, TransferId

PREEMPTION_OPEN: Final = TransferState.PREEMPTION_OPEN
"""Looking a member up on its Enum costs ten times the comparison."""


class OpenOffers:
    """The transfers in which pre-emption is open, longest first, and who is asked in each."""

    __slots__ = ("_asked",)

    def __init__(self) -> None:
        self._asked: dict[TransferId, tuple[PartyId, ...]] = {}

    def note(self, transfer: TransferView, terms: TransferTerms) -> tuple[PartyId, ...]:
        """Take a pending transfer as it is now.

        Returns:
            Whom that concerns beside its parties: who is asked, or was until now.

        Cost: O(1), or O(right-holders) where it is offered.
        """
        transfer_id = transfer.transfer_id
        if transfer.state is not PREEMPTION_OPEN:
            return self.end(transfer_id)
        if transfer_id not in self._asked:
            seller_id, buyer_id = HolderId(transfer.seller_id), HolderId(transfer.buyer_id)
            asked = asked_of(terms, seller_id=seller_id, buyer_id=buyer_id)
            self._asked[transfer_id] = tuple(
                PartyId(each) for each in asked if PartyId(each) != transfer.trust_company_id
            )
        return self._asked[transfer_id]

    def end(self, transfer_id: TransferId) -> tuple[PartyId, ...]:
        """The transfer is not offered any more; who was asked, if it was. Cost: O(1)."""
        return self._asked.pop(transfer_id, ())

    def every(self) -> tuple[TransferId, ...]:
        """All that are offered. Cost: O(those)."""
        return tuple(self._asked)

    def of(self, party_id: PartyId) -> list[TransferId]:
        """Those in which this party is asked. Cost: O(all that are offered, right-holders)."""
        return [key for key, asked in self._asked.items() if party_id in asked]
