"""A transfer that a rule has held goes on by itself once a person has cleared it and nothing else
would hold it; nothing but the rules' own hold is lifted so."""

from __future__ import annotations

from typing import Any

import pytest

from exchange.check import check
from exchange.clearance_types import ClearanceId
from exchange.events import AnyEvent, TransferAdvanced, TransferSettled
from exchange.refusals import Refusal
from exchange.rules_events import ClearanceAsked, ClearanceEnded, TransferJudged
from exchange.snapshot import decode_state, encode_state
from registry.transfer import Overlay, TransferState
from registry.types import TransferId
from tests.exchange.rules.clearing import clears, deciding, terms
from tests.exchange.rules.market import RuledMarket, holding
from tests.exchange.rules.packs import of_parties
from tests.exchange.rules.test_rejudging import of
from tests.exchange.rules.test_transfer_hold import UNITS, confirmation, held, market_with
from tests.exchange.steps import Steps, matched, transfer_of
from tests.exchange.venue import the

CLEARED, OF_CLIENTS, BLOCKING = "HELD-LICENSED", "HELD-2007", "BLOCKING-2007"
"""Packs that leave to a person what those that ship block: that a party is cleared; that it is
certified and the product suits it. The last one blocks that."""


def market_before(**changes: Any) -> RuledMarket:
    """Of a product without rules as yet, with these terms of transfers."""
    market = market_with(**changes)
    for name, shipped in ((CLEARED, "CN-VENUE-LICENSED"), (OF_CLIENTS, "CN-2007")):
        market.loads(holding(shipped).replace(f'"{shipped}"', f'"{name}"'))
    market.loads(of_parties("CN-2007").replace('"CN-2007"', f'"{BLOCKING}"'))
    return market


def confirmed(*packs: str, **facts: Any) -> tuple[RuledMarket, TransferId, dict[str, ClearanceId]]:
    """A transfer that the product's new rules hold as it is confirmed, since this is known of its
    buyer; and what a person is asked about it, by rule."""
    market = market_before()
    transfer_id = matched(market, UNITS)
    market.rules(*packs)
    market.knows(market.buyer, **facts)
    asked = of(ClearanceAsked, market.does(market.confirmation(transfer_id)))
    assert held(market, transfer_id) == (TransferState.CONFIRMED, Overlay.HELD)
    check(market.state)
    return market, transfer_id, {each.rule_id: each.clearance_id for each in asked}


def assert_untouched(
    market: RuledMarket, transfer_id: TransferId, events: tuple[AnyEvent, ...]
) -> None:
    """It is held as before, and nobody is told anything about it."""
    assert held(market, transfer_id) == (TransferState.CONFIRMED, Overlay.HELD)
    assert not of(TransferAdvanced, events)
    assert not of(TransferJudged, events)
    check(market.state)


def test_what_is_cleared_settles_in_the_same_command() -> None:
    market, transfer_id, asked = confirmed(CLEARED, cleared_until=None)
    market.state = decode_state(encode_state(market.state))
    settled = the(TransferSettled, clears(market, asked["PTY-04"]))
    assert settled.transfer_id == transfer_id
    assert market.holding(market.buyer)[0] == UNITS
    check(market.state)


def test_what_is_not_let_pass_stays_held() -> None:
    market, transfer_id, asked = confirmed(CLEARED, cleared_until=None)
    events = market.does(deciding(market, asked["PTY-04"], None, "not yet"))
    assert_untouched(market, transfer_id, events)


def test_it_goes_on_with_the_last_of_several() -> None:
    packs = (CLEARED, OF_CLIENTS)
    market, transfer_id, asked = confirmed(*packs, cleared_until=None, certified_until=None)
    *others, last = asked.values()
    assert others
    for clearance_id in others:
        assert_untouched(market, transfer_id, clears(market, clearance_id))
    the(TransferSettled, clears(market, last))


def test_what_a_rule_blocks_keeps_it_until_somebody_lets_go() -> None:
    packs = (CLEARED, BLOCKING)
    market, transfer_id, asked = confirmed(*packs, cleared_until=None, certified_until=None)
    assert_untouched(market, transfer_id, clears(market, asked["PTY-04"]))
    assert not market.state.rules.clearances.by_id[asked["PTY-04"]].transfers


def test_what_goes_to_the_trust_company_by_itself_has_its_clocks_again() -> None:
    market = market_before(agreement=True)
    transfer_id = matched(market, UNITS)
    steps = Steps(market, transfer_id)
    market.rules(CLEARED)
    market.knows(market.buyer, cleared_until=None)
    market.does(steps.sign(market.seller))
    asked = the(ClearanceAsked, market.does(steps.sign(market.buyer)))
    assert held(market, transfer_id) == (TransferState.SUBMITTED, Overlay.HELD)
    clears(market, asked.clearance_id)
    assert held(market, transfer_id) == (TransferState.SUBMITTED, Overlay(0))
    assert transfer_of(market, transfer_id).overlay_ns is None
    the(TransferSettled, market.does(confirmation(market, transfer_id)))


def test_another_overlay_stands_and_the_rules_are_asked_when_it_ends() -> None:
    market, transfer_id, asked = confirmed(CLEARED, cleared_until=None)
    steps = Steps(market, transfer_id)
    market.does(steps.hold(Overlay.DISPUTED))
    clears(market, asked["PTY-04"])
    assert held(market, transfer_id) == (TransferState.CONFIRMED, Overlay.DISPUTED)
    check(market.state)
    market.knows(market.buyer, cleared_until=None, certified_until=market.today - 1)
    again = the(ClearanceAsked, market.does(steps.let_go(Overlay.DISPUTED)))
    assert again.clearance_id != asked["PTY-04"], "it rests on another profile"
    the(TransferSettled, clears(market, again.clearance_id))


def test_a_hold_of_the_trust_companys_is_not_lifted() -> None:
    """What was asked ends as the rules hold it no longer, so nobody decides about it any more."""
    market, transfer_id, asked = confirmed(CLEARED, cleared_until=None)
    steps = Steps(market, transfer_id)
    market.does(steps.hold(Overlay.DISPUTED))
    market.knows(market.buyer)
    ended = the(ClearanceEnded, market.does(steps.let_go(Overlay.HELD)))
    assert ended.clearance_id == asked["PTY-04"]
    market.does(steps.hold(Overlay.HELD))
    market.does(steps.let_go(Overlay.DISPUTED))
    decision = deciding(market, asked["PTY-04"], terms(market, UNITS, least=10_000, most=10_000))
    assert market.refuses(decision) is Refusal.UNKNOWN_CLEARANCE
    assert held(market, transfer_id) == (TransferState.CONFIRMED, Overlay.HELD)
    check(market.state)


@pytest.mark.parametrize("lets_go", [False, True])
def test_a_clearance_of_a_transfer_that_is_no_more_lets_nothing_go(lets_go: bool) -> None:
    market, transfer_id, asked = confirmed(CLEARED, cleared_until=None)
    market.does(Steps(market, transfer_id).cancel_trade())
    granted = terms(market, UNITS, least=10_000, most=10_000) if lets_go else None
    events = market.does(deciding(market, asked["PTY-04"], granted))
    assert not of(TransferAdvanced, events)
    check(market.state)
