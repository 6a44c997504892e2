"""What makers have proposed and nobody has checked, found by the parties that it is about, and the
parties of which documents have changed since their proposals were looked at.

A command that changes a party's document notes the party, and no more: the party may have ten
thousand proposals, and one file may be a document of many parties. The clock then looks at them one
by one, smallest number first, and after the last of them at those of the party that changed next.
"""

import msgspec
from sortedcontainers import SortedSet

from exchange.types import PartyId
from registry.transfer import Transfer
from registry.types import TimeNs, TransferId

NO_TRANSFER = TransferId(0)
"""Less than any."""


class Look(msgspec.Struct, array_like=True, frozen=True, gc=False):
    """A party's proposals are to be looked at."""

    party_id: PartyId
    since_ns: TimeNs
    """When its document changed last."""
    after: TransferId = NO_TRANSFER
    """Those up to this one were looked at."""


class Approvals:
    """The proposals that wait for a checker."""

    __slots__ = ("_of_party", "looks")

    def __init__(self) -> None:
        self._of_party: dict[PartyId, SortedSet[TransferId]] = {}
        self.looks: dict[PartyId, Look] = {}
        """The parties whose documents have changed, oldest change first."""

    def add(self, transfer: Transfer) -> None:
        """Something is proposed about the transfer. Cost: O(log n)."""
        for party_id in parties_of(transfer):
            self._of_party.setdefault(party_id, SortedSet()).add(transfer.transfer_id)

    def discard(self, transfer: Transfer) -> None:
        """Nothing is proposed about it any more, if anything was. Cost: O(log n)."""
        for party_id in parties_of(transfer):
            waiting = self._of_party.get(party_id)
            if waiting is None:
                continue
            waiting.discard(transfer.transfer_id)
            if not waiting:
                del self._of_party[party_id]
            self._end_look(party_id)

    def note_change(self, party_id: PartyId, at_ns: TimeNs) -> bool:
        """A document of the party has changed. Returns: whether anything is to be looked at: all
        that waits, from the first on, after that of parties that changed before. Cost: O(1)."""
        if party_id not in self._of_party:
            return False
        self.looks.pop(party_id, None)
        self.looks[party_id] = Look(party_id, at_ns)
        return True

    def next_look_ns(self) -> TimeNs | None:
        """Since when something is to be looked at. Cost: O(1)."""
        return next((look.since_ns for look in self.looks.values()), None)

    def take_look(self) -> TransferId:
        """The transfer that is to be looked at first, and then counts as looked at. Cost:
        O(log n)."""
        party_id, look = next(iter(self.looks.items()))
        waiting = self._of_party[party_id]
        transfer_id: TransferId = waiting[waiting.bisect_right(look.after)]
        self.looks[party_id] = msgspec.structs.replace(look, after=transfer_id)
        self._end_look(party_id)
        return transfer_id

    def is_to_be_looked_at(self, transfer: Transfer) -> bool:
        """Whether a document of a party has changed since the proposal was. Cost: O(1)."""
        looks = [self.looks.get(party_id) for party_id in parties_of(transfer)]
        return any(look is not None and look.after < transfer.transfer_id for look in looks)

    def check(self, waiting: dict[TransferId, Transfer]) -> None:
        """Assert that exactly these transfers wait, and who is to be looked at has some (E13)."""
        expected: dict[PartyId, list[TransferId]] = {}
        for transfer_id in sorted(waiting):
            for party_id in parties_of(waiting[transfer_id]):
                expected.setdefault(party_id, []).append(transfer_id)
        assert {party_id: list(ids) for party_id, ids in self._of_party.items()} == expected  # E13
        for party_id, look in self.looks.items():
            assert look.after < max(expected.get(party_id, ()), default=NO_TRANSFER)  # E13

    def _end_look(self, party_id: PartyId) -> None:
        look, waiting = self.looks.get(party_id), self._of_party.get(party_id)
        if look is not None and (waiting is None or waiting[-1] <= look.after):
            del self.looks[party_id]


def parties_of(transfer: Transfer) -> tuple[PartyId, PartyId]:
    """Whose documents count for it besides its own: seller and buyer. Cost: O(1)."""
    return PartyId(transfer.seller_id), PartyId(transfer.buyer_id)
