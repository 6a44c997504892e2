"""Whatever happens at a venue whose holders are capped and whose rules leave much to a person: what
passes is what the naive list of clearances lets pass, what is decided or refused is what it says,
nobody is a holder too many, and what stands no longer passes is gone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exchange.refusals import Refusal
from tests.properties.clearing import ClearedVenue, played
from tests.properties.ruled_venue import ASKED_MAX

SEEDS = 150
DECIDED = {
    *(Refusal.NOT_PERMITTED, Refusal.UNKNOWN_CLEARANCE, Refusal.NOTE_OUT_OF_RANGE),
    *(Refusal.CLEARANCE_OUT_OF_RANGE, Refusal.CLEARANCE_NOT_ASKED),
    *(Refusal.FOUR_EYES_REQUIRED, Refusal.SAME_PERSON, Refusal.OFFICER_NOT_COMPLIANCE),
    None,
}
"""What is said to a decision."""


@pytest.fixture(autouse=True, scope="module")
def few() -> Iterator[None]:
    """A party may ask about few things at once."""
    with pytest.MonkeyPatch.context() as patch:
        for module in ("clearances", "rules_state"):
            patch.setattr(f"exchange.{module}.CLEARANCES_PER_PARTY_MAX", ASKED_MAX)
        yield


@pytest.fixture(scope="module")
def venues() -> list[ClearedVenue]:
    """Some of them, played to their end."""
    return [played(seed) for seed in range(SEEDS)]


@given(seed=st.integers(0, 2**32))
def test_what_passes_is_what_a_person_lets_pass_within_the_caps(seed: int) -> None:
    played(seed)


def test_every_refusal_of_a_decision_comes_on_the_way(venues: list[ClearedVenue]) -> None:
    said = sum((each.seen for each in venues), Counter[object]())
    assert DECIDED - set(said) == set()


def test_orders_and_transfers_pass_by_clearances_on_the_way(venues: list[ClearedVenue]) -> None:
    seen = sum((each.seen for each in venues), Counter[object]())
    assert min(seen["passed by it"], seen["stands by it"]) > SEEDS // 2
    assert seen["on the way by it"] > SEEDS // 6
    assert sum(each.settled for each in venues) > SEEDS // 6
    assert sum(each.matched for each in venues) > SEEDS // 2


def test_transfers_are_asked_about_and_go_on_by_themselves(venues: list[ClearedVenue]) -> None:
    asked = [each for venue in venues for each in venue.clearances.all]
    assert sum(each.transfer is not None for each in asked) > SEEDS // 10
    assert {each.state for each in asked} == {"ASKED", "CLEARED", "USED", "REFUSED", "ENDED"}
    assert sum(each.seen["went on by itself"] for each in venues) > 0


def test_clearances_end_and_orders_with_them(venues: list[ClearedVenue]) -> None:
    asked = [each for venue in venues for each in venue.clearances.all]
    assert sum(each.state == "ENDED" for each in asked) > SEEDS
    assert sum(each.withdrawn for each in venues) > SEEDS // 2
