"""A venue with a product whose holders are capped, for tests of slots.

One unit is one yuan of principal; a natural person with less than 3,000,000 is one with little.
"""

from __future__ import annotations

from collections import Counter
from typing import Final

import msgspec

from exchange.check import check
from exchange.commands import AnyCommand
from exchange.events import AnyEvent
from exchange.slot_events import MatchSkipped
from exchange.slots import Caps, CountBasis, Counts, Slots
from exchange.snapshot import decode_state, digest, encode_state
from exchange.types import Fen, PartyId, PartyKind
from registry.calendar import Calendar
from registry.types import Units
from tests.exchange.caps import cap
from tests.exchange.register_files import holders_file
from tests.exchange.venue import TERMS, Venue

MILLION: Final = 1_000_000
THRESHOLD: Final = Fen(3 * MILLION * 100)
MONEY: Final = 1_000 * MILLION * 100
PERSON, INSTITUTION = PartyKind.NATURAL_PERSON, PartyKind.INSTITUTION


class Capped(Venue):
    """The small venue with a larger issue, and buyers with money."""

    def __init__(self, *, calendars: tuple[Calendar, ...] = (), **terms: object) -> None:
        changed = msgspec.structs.replace(TERMS, units_issued=Units(10**9), **terms)
        units = 100 * MILLION
        self.told: Counter[object] = Counter()
        """How often what was told: kinds of events, and why orders were kept apart."""
        super().__init__(terms=changed, units=units, money=MONEY, calendars=calendars)

    def submit(self, command: AnyCommand) -> tuple[AnyEvent, ...]:
        """As any venue, and it is remembered what was told."""
        events = super().submit(command)
        self.told.update(map(type, events))
        self.told.update(event.rule for event in events if isinstance(event, MatchSkipped))
        return events

    def caps(
        self,
        *,
        small: int | None = None,
        holders: int | None = None,
        basis: CountBasis = CountBasis.NOW,
        turnaround_days: int = 0,
    ) -> list[AnyEvent]:
        """The product has these caps from now on."""
        caps = Caps(
            natural_small_max=small,
            natural_threshold=THRESHOLD,
            holders_max=holders,
            count_basis=basis,
            turnaround_days=turnaround_days,
        )
        return self.sets(caps)

    def uncaps(self) -> list[AnyEvent]:
        """The product has no caps any more."""
        return self.sets(Caps())

    def sets(self, caps: Caps, *, in_days: int = 0) -> list[AnyEvent]:
        """What is told of it: the product's only pack has such rules from a day on."""
        events = cap(self, caps, in_days=in_days)
        check(self.state)
        return events

    def holders(self, number: int, units: int, kind: PartyKind = PERSON) -> list[PartyId]:
        """So many new holders of so many units each."""
        new = [self.registers(kind) for _ in range(number)]
        self.inherit(new, units)
        return new

    def inherit(self, heirs: list[PartyId], units: int) -> None:
        """Units come to each of them at the trust company, whatever the caps are."""
        outstanding = self.state.register.units_outstanding[self.product_id]
        holdings = [(heir, units) for heir in heirs]
        self.does(holders_file(self.key(), self.product_id, holdings, outstanding=outstanding))

    def person(self, kind: PartyKind = PERSON) -> PartyId:
        """Somebody who holds nothing and has money."""
        party_id = self.registers(kind)
        self.deposits(party_id, MONEY)
        return party_id

    @property
    def slots(self) -> Slots:
        """Of the product."""
        return self.state.slots[self.product_id]

    @property
    def counts(self) -> Counts:
        """What is counted of it."""
        return self.slots.counts

    def restarts(self) -> None:
        """The venue goes on from a snapshot of itself."""
        before = digest(self.state)
        self.state = decode_state(encode_state(self.state))
        assert digest(self.state) == before
        check(self.state)
