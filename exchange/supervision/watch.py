"""The watch: all detectors, fed with the journal's events in order.

What it says is a function of the events and the parameters alone. Its memory can be kept as bytes
and taken up again: read on from there, it says the same as if it had never stopped.
"""

from collections.abc import Iterable
from typing import Final

import msgspec

from exchange.client_events import ProfileChanged
from exchange.events import (
    AnyEvent,
    PartyRegistered,
    TransferFailed,
    TransferOpened,
    TransferSettled,
)
from exchange.money_events import DepositRecorded, PaymentUnmatched, WithdrawalAdvanced
from exchange.price_events import FactsPublished
from exchange.supervision.alerts import Alert
from exchange.supervision.below import Below
from exchange.supervision.known import Known, Moment
from exchange.supervision.large_amounts import LargeAmounts
from exchange.supervision.owners import find_same_owner
from exchange.supervision.parameters import DEFAULTS, Parameters
from exchange.supervision.payers import find_third_party
from exchange.supervision.rings import Rings
from exchange.supervision.value import Values

WATCH_VERSION: Final = 1
"""Of the memory's bytes and of what detectors make of events: with another one everything is read
anew."""
OF_INTEREST: Final = frozenset(
    {
        PartyRegistered,
        ProfileChanged,
        FactsPublished,
        TransferOpened,
        TransferSettled,
        TransferFailed,
        DepositRecorded,
        WithdrawalAdvanced,
        PaymentUnmatched,
    }
)
"""Most events are of orders, and nobody looks at them."""


class Memory(msgspec.Struct, array_like=True, forbid_unknown_fields=True):
    """All that the detectors remember."""

    known: Known = msgspec.field(default_factory=Known)
    large_amounts: LargeAmounts = msgspec.field(default_factory=LargeAmounts)
    rings: Rings = msgspec.field(default_factory=Rings)
    values: Values = msgspec.field(default_factory=Values)
    below: Below = msgspec.field(default_factory=Below)


_encoder: Final = msgspec.msgpack.Encoder()
_memories: Final = msgspec.msgpack.Decoder(Memory)


class Watch:
    """Says what a person should look at."""

    def __init__(self, parameters: Parameters = DEFAULTS, memory: bytes | None = None) -> None:
        """A watch that has seen nothing, or goes on where another one stood.

        Args:
            memory: what that one's `memory` was.

        Raises:
            msgspec.MsgspecError: these bytes are no memory of this version.
        """
        self._parameters = parameters
        self._memory = Memory() if memory is None else _memories.decode(memory)

    def observe(self, events: Iterable[AnyEvent], at: Moment) -> list[Alert]:
        """What the events of the next command give cause for. Cost: O(events), and of a settled
        deal as `Rings` says."""
        alerts: list[Alert] = []
        for event in events:
            if type(event) in OF_INTEREST:
                self._memory.known.learn(event)
                alerts += self._find(event, at)
                self._memory.known.forget(event)
        return alerts

    @property
    def memory(self) -> bytes:
        """What it remembers. Cost: O(all of it)."""
        return _encoder.encode(self._memory)

    def _find(self, event: AnyEvent, at: Moment) -> list[Alert]:
        memory, parameters, known = self._memory, self._parameters, self._memory.known
        return [
            *memory.large_amounts.observe(event, at, known, parameters.large_amounts),
            *find_same_owner(event, at, known),
            *memory.rings.observe(event, at, known, parameters.rings),
            *memory.values.observe(event, at, parameters.value),
            *find_third_party(event, at),
            *memory.below.observe(event, at, known, parameters),
        ]
