"""What makers have proposed and nobody has checked, found by the parties and the product that it is
about, and those of them of which something has changed since their proposals were looked at.

A command that changes a party's document or what is known of it, or the rules of a product, notes
the party or the product, and no more: it may have ten thousand proposals, and one file may be a
document of many parties. The clock then looks at them one by one, smallest number first, and after
the last of them at those of what changed next.
"""

from typing import TypeAlias

import msgspec
from sortedcontainers import SortedSet

from exchange.evidence_types import EvidenceSubject
from exchange.types import PartyId
from registry.transfer import Transfer
from registry.types import TimeNs, TransferId

NO_TRANSFER = TransferId(0)
"""Less than any."""
Subject: TypeAlias = tuple[EvidenceSubject, int]
"""A PARTY or a PRODUCT, with its number."""


class Look(msgspec.Struct, array_like=True, frozen=True, gc=False):
    """The proposals about a party or a product are to be looked at."""

    subject: Subject
    since_ns: TimeNs
    """When something of it changed last."""
    after: TransferId = NO_TRANSFER
    """Those up to this one were looked at."""


class Approvals:
    """The proposals that wait for a checker."""

    __slots__ = ("_about", "looks")

    def __init__(self) -> None:
        self._about: dict[Subject, SortedSet[TransferId]] = {}
        self.looks: dict[Subject, Look] = {}
        """The parties and products of which something has changed, oldest change first."""

    def add(self, transfer: Transfer) -> None:
        """Something is proposed about the transfer. Cost: O(log n)."""
        for subject in subjects_of(transfer):
            self._about.setdefault(subject, SortedSet()).add(transfer.transfer_id)

    def discard(self, transfer: Transfer) -> None:
        """Nothing is proposed about it any more, if anything was. Cost: O(log n)."""
        for subject in subjects_of(transfer):
            waiting = self._about.get(subject)
            if waiting is None:
                continue
            waiting.discard(transfer.transfer_id)
            if not waiting:
                del self._about[subject]
            self._end_look(subject)

    def note_change(self, subject: Subject, at_ns: TimeNs) -> bool:
        """Something of the party or product has changed. Returns: whether anything is to be looked
        at: all that waits, from the first on, after that of what changed before. Cost: O(1)."""
        if subject not in self._about:
            return False
        self.looks.pop(subject, None)
        self.looks[subject] = Look(subject, at_ns)
        return True

    def next_look_ns(self) -> TimeNs | None:
        """Since when something is to be looked at. Cost: O(1)."""
        return next((look.since_ns for look in self.looks.values()), None)

    def take_look(self) -> TransferId:
        """The transfer that is to be looked at first, and then counts as looked at. Cost:
        O(log n)."""
        subject, look = next(iter(self.looks.items()))
        waiting = self._about[subject]
        transfer_id: TransferId = waiting[waiting.bisect_right(look.after)]
        self.looks[subject] = msgspec.structs.replace(look, after=transfer_id)
        self._end_look(subject)
        return transfer_id

    def is_to_be_looked_at(self, transfer: Transfer) -> bool:
        """Whether something of a party or the product has changed since the proposal was. Cost:
        O(1)."""
        looks = [self.looks.get(subject) for subject in subjects_of(transfer)]
        return any(look is not None and look.after < transfer.transfer_id for look in looks)

    def check(self, waiting: dict[TransferId, Transfer]) -> None:
        """Assert that exactly these transfers wait, and who is to be looked at has some (E13)."""
        expected: dict[Subject, list[TransferId]] = {}
        for transfer_id in sorted(waiting):
            for subject in subjects_of(waiting[transfer_id]):
                expected.setdefault(subject, []).append(transfer_id)
        assert {subject: list(ids) for subject, ids in self._about.items()} == expected  # E13
        for subject, look in self.looks.items():
            assert look.after < max(expected.get(subject, ()), default=NO_TRANSFER)  # E13

    def _end_look(self, subject: Subject) -> None:
        look, waiting = self.looks.get(subject), self._about.get(subject)
        if look is not None and (waiting is None or waiting[-1] <= look.after):
            del self.looks[subject]


def subjects_of(transfer: Transfer) -> tuple[Subject, Subject, Subject]:
    """What a proposal is about besides the transfer: seller, buyer and product. Cost: O(1)."""
    return (
        (EvidenceSubject.PARTY, transfer.seller_id),
        (EvidenceSubject.PARTY, transfer.buyer_id),
        (EvidenceSubject.PRODUCT, transfer.product_id),
    )


def parties_of(transfer: Transfer) -> tuple[PartyId, PartyId]:
    """Seller and buyer. Cost: O(1)."""
    return PartyId(transfer.seller_id), PartyId(transfer.buyer_id)
