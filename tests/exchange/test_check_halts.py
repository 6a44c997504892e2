"""What the invariant of halts would notice."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from exchange.halt_check import check_halts
from exchange.halt_types import VENUE, Halt, HaltId, HaltLevel, HaltReason
from exchange.types import PartyId
from registry.types import TimeNs
from tests.exchange.test_halts import halt, halted, wide
from tests.exchange.venue import NOWHERE, Venue


def _lifted(_venue: Venue, found: Halt) -> None:
    found.lifted_at_ns = TimeNs(1)


def _unknown_to_its_subject(venue: Venue, _found: Halt) -> None:
    venue.state.halts.by_subject.clear()


def _only_known_to_its_subject(venue: Venue, _found: Halt) -> None:
    venue.state.halts.standing.clear()


def _found_by_nothing(venue: Venue, _found: Halt) -> None:
    venue.state.halts.by_subject[HaltLevel.PRODUCT, NOWHERE] = {}


def _of_another_product(_venue: Venue, found: Halt) -> None:
    found.subject_id = NOWHERE


def _of_another_number(venue: Venue, found: Halt) -> None:
    halts = venue.state.halts
    halts.standing = {HaltId(NOWHERE): found}
    found.halt_id = HaltId(NOWHERE)
    halts.by_subject = {(found.level, found.subject_id): {venue.other: found}}


def _by_who_may_not(venue: Venue, found: Halt) -> None:
    _given_by(venue, found, venue.seller)


def _given_by(venue: Venue, found: Halt, party_id: PartyId) -> None:
    found.given_by = party_id
    venue.state.halts.by_subject = {(found.level, found.subject_id): {party_id: found}}


def _ends_by_itself(venue: Venue, found: Halt) -> None:
    venue.state.halts.timed[found.halt_id] = found


def _ends_never(_venue: Venue, found: Halt) -> None:
    found.reason = HaltReason.PRICE_BAND


ATTACKS: list[Callable[[Venue, Halt], None]] = [
    *(_lifted, _unknown_to_its_subject, _only_known_to_its_subject, _found_by_nothing),
    *(_of_another_product, _of_another_number, _by_who_may_not),
    *(_ends_by_itself, _ends_never),
]


@pytest.mark.parametrize("attack", ATTACKS)
def test_a_halt_that_cannot_be_is_noticed(attack: Callable[[Venue, Halt], None]) -> None:
    venue = Venue()
    found = venue.state.halts.standing[halted(venue, halt(venue))]
    check_halts(venue.state)

    attack(venue, found)

    with pytest.raises(AssertionError):
        check_halts(venue.state)


def test_a_trustee_does_not_halt_the_venue() -> None:
    venue = Venue()
    found = venue.state.halts.standing[halted(venue, wide(venue))]
    assert found.subject_id == VENUE
    check_halts(venue.state)

    _given_by(venue, found, venue.trust_company)

    with pytest.raises(AssertionError):
        check_halts(venue.state)
