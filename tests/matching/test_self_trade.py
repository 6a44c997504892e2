"""What happens when an order meets one of its own owner."""

from __future__ import annotations

import pytest

from matching import BookRules, SelfTradePrevention
from tests.matching.rule_market import RuleMarket


def market(prevention: SelfTradePrevention) -> RuleMarket:
    """Two sells of the owner x around one of somebody else, at one price."""
    made = RuleMarket(BookRules(self_trade=prevention))
    made.run("""
        a sells 5 @ 100 owner x   | rests 5
        b sells 5 @ 100           | rests 5
        c sells 5 @ 100 owner x   | rests 5
    """)
    return made


@pytest.mark.parametrize(
    ("prevention", "outcome"),
    [
        (SelfTradePrevention.ALLOW, "trades a 5 @ 100, trades b 5 @ 100, trades c 2 @ 100"),
        (SelfTradePrevention.SKIP, "trades b 5 @ 100, rests 7"),
        (SelfTradePrevention.REJECT_INCOMING, "refused SELF_TRADE"),
        (
            SelfTradePrevention.CANCEL_OLDEST,
            "a cancelled 5 SELF_TRADE, trades b 5 @ 100, c cancelled 5 SELF_TRADE, rests 7",
        ),
        (SelfTradePrevention.CANCEL_BOTH, "a cancelled 5 SELF_TRADE, cancelled 12 SELF_TRADE"),
    ],
)
def test_an_order_that_meets_its_owner(prevention: SelfTradePrevention, outcome: str) -> None:
    market(prevention).run(f"d buys 12 @ 100 owner x | {outcome}")


@pytest.mark.parametrize(
    ("prevention", "outcome"),
    [
        (SelfTradePrevention.ALLOW, "trades a 5 @ 100, trades b 5 @ 100, trades c 2 @ 100"),
        (SelfTradePrevention.SKIP, "refused FILL_OR_KILL_UNFILLABLE"),
        (SelfTradePrevention.REJECT_INCOMING, "refused SELF_TRADE"),
        (SelfTradePrevention.CANCEL_OLDEST, "refused FILL_OR_KILL_UNFILLABLE"),
        (SelfTradePrevention.CANCEL_BOTH, "refused FILL_OR_KILL_UNFILLABLE"),
    ],
)
def test_a_fill_or_kill_that_meets_its_owner(prevention: SelfTradePrevention, outcome: str) -> None:
    made = market(prevention)
    made.run(f"d buys 12 @ 100 owner x FOK | {outcome}")
    assert len(made.book) == (1 if prevention is SelfTradePrevention.ALLOW else 3)


@pytest.mark.parametrize(
    ("prevention", "outcome"),
    [
        (SelfTradePrevention.ALLOW, "refused POST_ONLY_WOULD_CROSS"),
        (SelfTradePrevention.SKIP, "refused POST_ONLY_WOULD_CROSS"),
        (SelfTradePrevention.REJECT_INCOMING, "refused SELF_TRADE"),
        (SelfTradePrevention.CANCEL_OLDEST, "refused POST_ONLY_WOULD_CROSS"),
        (SelfTradePrevention.CANCEL_BOTH, "a cancelled 5 SELF_TRADE, cancelled 12 SELF_TRADE"),
    ],
)
def test_a_post_only_order_that_meets_its_owner(
    prevention: SelfTradePrevention, outcome: str
) -> None:
    market(prevention).run(f"d buys 12 @ 100 owner x post-only | {outcome}")


@pytest.mark.parametrize("prevention", SelfTradePrevention)
def test_an_all_or_none_order_that_does_not_fill_cancels_nothing(
    prevention: SelfTradePrevention,
) -> None:
    made = market(prevention)
    rejects = prevention is SelfTradePrevention.REJECT_INCOMING
    outcome = "refused SELF_TRADE" if rejects else "rests 16"
    made.run(f"d buys 16 @ 100 owner x all-or-none | {outcome}")
    assert len(made.book) == (3 if rejects else 4)


def test_an_order_that_fills_before_its_owner_is_reached_is_not_rejected() -> None:
    made = RuleMarket(BookRules(self_trade=SelfTradePrevention.REJECT_INCOMING))
    made.run("""
        a sells 5 @ 100           | rests 5
        b sells 5 @ 101 owner x   | rests 5
        c buys  5 @ 101 owner x   | trades a 5 @ 100
        d buys  5 @ 100 owner x   | rests 5
        d replaces 5 @ 101        | refused SELF_TRADE
    """)


def test_the_owner_is_the_beneficial_one_and_not_the_login() -> None:
    RuleMarket(BookRules(self_trade=SelfTradePrevention.SKIP)).run("""
        a sells 5 @ 100 trader 7 owner x   | rests 5
        b sells 5 @ 100 trader 8 owner y   | rests 5
        c buys  9 @ 100 trader 8 owner x   | trades b 5 @ 100, rests 4
    """)


def test_without_an_owner_the_participant_is_the_owner() -> None:
    RuleMarket(BookRules(self_trade=SelfTradePrevention.SKIP)).run("""
        a sells 5 @ 100 trader 7           | rests 5
        b buys  5 @ 100 trader 7           | rests 5
        c buys  5 @ 100 trader 7 owner z   | trades a 5 @ 100
    """)


@pytest.mark.parametrize(
    ("prevention", "outcome"),
    [
        (SelfTradePrevention.ALLOW, ", a tried again, a trades b 4 @ 100, a trades c 4 @ 100"),
        (SelfTradePrevention.SKIP, ""),
        (SelfTradePrevention.REJECT_INCOMING, ""),
        (SelfTradePrevention.CANCEL_OLDEST, ""),
        (SelfTradePrevention.CANCEL_BOTH, ""),
    ],
)
def test_an_all_or_none_order_that_is_tried_again_meets_its_owner(
    prevention: SelfTradePrevention, outcome: str
) -> None:
    made = RuleMarket(BookRules(self_trade=prevention))
    made.run(f"""
        a sells 8 @ 100 owner x all-or-none   | rests 8
        b buys  4 @ 100 owner x               | rests 4
        c buys  4 @ 100                       | rests 4{outcome}
    """)


def test_one_that_is_tried_again_and_fills_whole_cancels_its_owners_orders() -> None:
    RuleMarket(BookRules(self_trade=SelfTradePrevention.CANCEL_OLDEST)).run("""
        a sells 8 @ 100 owner x all-or-none   | rests 8
        b buys  4 @ 101 owner x               | rests 4
        c buys  4 @ 100                       | rests 4
        d buys  4 @ 100                       | rests 4, a tried again, b cancelled 4 SELF_TRADE, \
                                                a trades c 4 @ 100, a trades d 4 @ 100
    """)


def test_one_that_is_tried_again_and_may_not_reject_passes_its_owner_over() -> None:
    RuleMarket(BookRules(self_trade=SelfTradePrevention.REJECT_INCOMING)).run("""
        a sells 8 @ 100 owner x all-or-none   | rests 8
        b buys  4 @ 101 owner x               | rests 4
        c buys  4 @ 100                       | rests 4
        d buys  4 @ 100                       | rests 4, a tried again, \
                                                a trades c 4 @ 100, a trades d 4 @ 100
    """)
