"""What has happened to halts."""

from typing import TypeAlias

import msgspec

from exchange.event import Event
from exchange.halt_types import Halt, HaltId, HaltLevel, HaltReason
from exchange.types import PartyId
from registry.types import TimeNs


class TradeHalted(Event, frozen=True, kw_only=True, tag=9101):
    """What the halt names takes and matches no orders, until no halt stands against it."""

    halt_id: HaltId
    level: HaltLevel
    subject_id: int
    """The product's or the party's id; 0 of the venue."""
    given_by: PartyId
    reason: HaltReason
    note: str
    review_ns: TimeNs
    """When it is to be looked at again."""
    officer: str
    """The id of the key by which it was given."""


class HaltLifted(Event, frozen=True, kw_only=True, tag=9111):
    """The halt stands no more; trade goes on where no other one does."""

    halt_id: HaltId
    level: HaltLevel
    subject_id: int
    given_by: PartyId
    note: str
    officer: str
    """The id of the key by which it was lifted."""


HaltEvent: TypeAlias = TradeHalted | HaltLifted


def halt_of(event: TradeHalted, *, given_at_ns: TimeNs) -> Halt:
    """The halt that stands since the event. Cost: O(1)."""
    return Halt(**msgspec.structs.asdict(event), given_at_ns=given_at_ns)
