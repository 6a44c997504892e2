"""What detectors have to know of parties and of open deals, read off the events."""

from collections.abc import Sequence as Listed
from typing import NamedTuple

import msgspec

from exchange.client_events import ProfileChanged
from exchange.events import (
    AnyEvent,
    PartyRegistered,
    TransferFailed,
    TransferOpened,
    TransferSettled,
)
from exchange.types import Fen, PartyId, PartyKind, Sequence
from registry.calendar import day_in_shanghai
from registry.types import DayNumber, TimeNs, TransferId


class Moment(NamedTuple):
    """Where in the journal something has happened."""

    sequence: Sequence
    at_ns: TimeNs

    @property
    def day(self) -> DayNumber:
        """The day in Asia/Shanghai."""
        return day_in_shanghai(self.at_ns)


class Known(msgspec.Struct, array_like=True, forbid_unknown_fields=True):
    """What is known by now. Bounded by the parties that there are and the transfers that are
    open."""

    natural: set[PartyId] = msgspec.field(default_factory=set)
    """The natural persons among the parties."""
    owners: dict[PartyId, PartyId] = msgspec.field(default_factory=dict)
    """Who stands for a party's beneficial owner, where it is not the party itself."""
    considerations: dict[TransferId, Fen] = msgspec.field(default_factory=dict)
    """Of transfers that are open."""

    def owner_of(self, party_id: PartyId) -> PartyId:
        """Who stands for the party's beneficial owner. Cost: O(1)."""
        return self.owners.get(party_id, party_id)

    def learn(self, event: AnyEvent) -> None:
        """Take note of what an event says, before detectors look at it. Cost: O(1)."""
        if isinstance(event, TransferOpened):
            accrued = 0 if event.accrued is None else event.accrued.amount
            self.considerations[event.transfer_id] = Fen(event.consideration + accrued)
        elif isinstance(event, ProfileChanged):
            self._learn_owner(event)
        elif isinstance(event, PartyRegistered) and event.kind is PartyKind.NATURAL_PERSON:
            self.natural.add(event.party_id)

    def forget(self, event: AnyEvent) -> None:
        """Let go of a transfer that has ended, after detectors have looked at it. Cost: O(1)."""
        if isinstance(event, TransferSettled | TransferFailed):
            self.considerations.pop(event.transfer_id, None)

    def _learn_owner(self, event: ProfileChanged) -> None:
        if event.owner_id:
            self.owners[event.party_id] = PartyId(event.owner_id)
        else:
            self.owners.pop(event.party_id, None)


class Timed(NamedTuple):
    """An amount of a party's, and when."""

    at_ns: TimeNs
    amount: Fen
    transfer_id: TransferId | None
    """None: it came or went by the bank."""


def transfers_of(amounts: Listed[Timed]) -> tuple[TransferId, ...]:
    """Of which transfers these amounts are, in their order."""
    return tuple(each.transfer_id for each in amounts if each.transfer_id is not None)
