"""Where a product stands: every pair of state and event, and which files it then takes."""

from __future__ import annotations

import pytest

from registry.posting import Posting
from registry.product import (
    POSTING_STATES,
    ProductEvent,
    ProductState,
    Standing,
    first_standing,
)
from tests.model.posting import BECOMES, TAKES


@pytest.mark.parametrize("state", ProductState)
@pytest.mark.parametrize("event", ProductEvent)
def test_what_a_product_becomes_is_what_the_rulebook_says(
    state: ProductState, event: ProductEvent
) -> None:
    standing = Standing(state=state, version=7)
    expected = BECOMES[state.name].get(event.name)

    assert standing.may(event) is (expected is not None)
    if expected is None:
        with pytest.raises(KeyError):
            standing.advance(event)
        assert (standing.state, standing.version) == (state, 7)
    else:
        standing.advance(event)
        assert (standing.state.name, standing.version) == (expected, 8)


def test_a_product_begins_live_unless_it_has_to_be_signed_off() -> None:
    assert first_standing(onboarding=False).state is ProductState.LIVE
    assert first_standing(onboarding=True).state is ProductState.DRAFT


def test_files_are_taken_where_the_rulebook_says() -> None:
    told = {posting.name: {state.name for state in POSTING_STATES[posting]} for posting in Posting}
    assert told == {kind: set(standings) for kind, standings in TAKES.items()}


def test_a_product_can_always_be_brought_to_its_end() -> None:
    reached = {"CLOSED"}
    for _ in BECOMES:
        reached |= {state for state, by in BECOMES.items() if reached & set(by.values())}
    assert reached == {state.name for state in ProductState}
