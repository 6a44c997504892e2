"""A rule that cannot be asked blocks, and the operator hears of it: which rule, and what was
raised."""

from __future__ import annotations

import pytest

from exchange.check import check
from exchange.desk_events import ExceptionRaised
from exchange.rules.check import Answer
from exchange.rules.checks import CHECKS
from exchange.rules.facts import Deal
from exchange.rules.types import RuleIncident
from exchange.rules_events import OrdersDisqualified, TransferJudged
from exchange.types import ExceptionKind
from matching import Side
from registry.transfer import Overlay
from tests.exchange.rules.market import RuledMarket, findings_in
from tests.exchange.rules.test_rejudging import of
from tests.exchange.steps import transfer_of
from tests.exchange.venue import the

CHINA = ("CN-2007", "CN-VENUE-LICENSED")


def breaks(_deal: Deal, _params: object) -> Answer:
    raise KeyError("nowhere")


def break_rule(monkeypatch: pytest.MonkeyPatch, rule_id: str) -> None:
    """The rule cannot be asked from now on."""
    monkeypatch.setitem(CHECKS, rule_id, CHECKS[rule_id]._replace(judge=breaks))


def test_an_order_that_meets_one_opens_an_exception_for_the_operator_alone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    break_rule(monkeypatch, "QI-04")
    market = RuledMarket(*CHINA)
    for times in (1, 2):
        events = market.submit(market.order(market.buyer, Side.BUY, 300_000))
        assert findings_in(events)
        told = the(ExceptionRaised, events)
        assert (told.kind, told.subject_id) == (ExceptionKind.RULE_INCIDENT, market.product_id)
        assert told.trust_company_id is None
        assert told.times == times
    (opened,) = market.state.desk.exceptions.values()
    assert opened.incident == RuleIncident("QI-04", "KeyError")
    check(market.state)


def test_of_a_confidential_rule_it_does_not_say_what_was_raised(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    market = RuledMarket(*CHINA)
    break_rule(monkeypatch, "PTY-04")
    the(ExceptionRaised, market.submit(market.order(market.seller, Side.SELL, 500_000)))
    (opened,) = market.state.desk.exceptions.values()
    assert opened.incident == RuleIncident("PTY-04", None)


def test_orders_that_stand_and_transfers_meet_one_too(monkeypatch: pytest.MonkeyPatch) -> None:
    market = RuledMarket(*CHINA)
    market.buys(500_000)
    market.sells(500_000)
    (transfer_id,) = market.pending()
    market.buys(400_000)
    break_rule(monkeypatch, "QI-01")
    events = market.does(market.setting(*CHINA))
    assert len(of(OrdersDisqualified, events)) == 1
    assert the(ExceptionRaised, events).times == 1
    events = market.does(market.confirmation(transfer_id))
    assert {each.party_id for each in of(TransferJudged, events)} == {market.seller, market.buyer}
    assert [each.times for each in of(ExceptionRaised, events)] == [2, 3]
    assert transfer_of(market, transfer_id).overlays is Overlay.HELD
