"""Whatever happens, an order is let in exactly if the rulebook lets it, and the refusal names the
rules that stand against it: though most verdicts are resolved once a day. And it stands exactly as
long as the rulebook lets it stand: though it is asked again only when something has changed. And a
transfer settles exactly when the rulebook has nothing against its parties, and waits first when its
product has become riskier."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.properties.rulebook import Rulebook, played


@given(seed=st.integers(0, 2**32))
def test_an_order_is_let_in_and_stands_exactly_if_the_rulebook_lets_it(seed: int) -> None:
    played(seed)


@pytest.fixture(scope="module")
def rulebooks() -> list[Rulebook]:
    """Some of them, played to their end."""
    return [played(seed) for seed in range(100)]


def test_warnings_are_acknowledged_on_the_way(rulebooks: list[Rulebook]) -> None:
    assert sum(each.warned for each in rulebooks) > 10


def test_orders_are_withdrawn_on_the_way(rulebooks: list[Rulebook]) -> None:
    assert sum(each.withdrawn for each in rulebooks[:10]) > 10


def test_two_meet_and_are_kept_apart_on_the_way(rulebooks: list[Rulebook]) -> None:
    assert sum(each.matched for each in rulebooks) > 40
    assert sum(each.passed_over for each in rulebooks) > 40


def test_transfers_are_held_and_settle_on_the_way(rulebooks: list[Rulebook]) -> None:
    assert sum(each.held for each in rulebooks) > 10
    assert sum(each.held_for_both for each in rulebooks) > 1
    assert sum(each.settled for each in rulebooks) > 10


def test_transfers_wait_for_a_riskier_product_and_are_rescinded(rulebooks: list[Rulebook]) -> None:
    assert sum(each.raised for each in rulebooks) > 10
    assert sum(each.rescinded for each in rulebooks) > 1
