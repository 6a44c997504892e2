"""A match is no promise: what the rules have against a party when its transfer goes to the trust
company, is confirmed or settles holds it until they have nothing any more, and is told."""

from __future__ import annotations

from typing import Any, Final

import msgspec
import pytest

from exchange.check import check
from exchange.client_types import ListingReason
from exchange.commands import ConfirmTransfer
from exchange.events import AnyEvent, TransferAdvanced, TransferSettled
from exchange.refusals import Refusal
from exchange.rules.types import Stage, Verdict
from exchange.rules_events import TransferJudged
from exchange.snapshot import decode_state, encode_state
from exchange.types import PartyId
from matching import SELL
from registry.calendar import day_of_date
from registry.transfer import Overlay, TransferEvent, TransferState
from registry.types import DayNumber, TransferId
from tests.exchange.disclosures import disclosure
from tests.exchange.rules.market import ON_WEEKDAYS, RuledMarket
from tests.exchange.rules.packs import of_parties
from tests.exchange.rules.test_rejudging import listing, of, until_day
from tests.exchange.steps import Steps, matched, transfer_of
from tests.exchange.venue import the

CHINA: Final = ("CN-2007", "CN-VENUE-LICENSED")
UNITS: Final = 500_000


def market_with(*packs: str, matures_on: str = "2030-06-28", **changes: Any) -> RuledMarket:
    """Seller and buyer are certified, assessed and cleared for ten days more; the product has these
    terms of transfers."""
    market = RuledMarket(*packs, known_days=10)
    product = market.state.products[market.product_id]
    transfer_terms = msgspec.structs.replace(ON_WEEKDAYS.transfer_terms, **changes)
    terms = msgspec.structs.replace(
        ON_WEEKDAYS, symbol="ANOTHER", maturity_date=matures_on, transfer_terms=transfer_terms
    )
    market.product_id = market.lists(terms)
    assert product.product_id != market.product_id
    market.records(market.seller, units=UNITS)
    if packs:
        market.rules(*packs)
    return market


def confirmation(market: RuledMarket, transfer_id: TransferId) -> ConfirmTransfer:
    """On the version that is true."""
    version = transfer_of(market, transfer_id).version
    return msgspec.structs.replace(market.confirmation(transfer_id), version=version)


def held(market: RuledMarket, transfer_id: TransferId) -> tuple[TransferState, Overlay]:
    transfer = transfer_of(market, transfer_id)
    return transfer.state, transfer.overlays


def said(events: tuple[AnyEvent, ...]) -> list[tuple[PartyId, Stage, set[str]]]:
    """Of whom, when, and which rules stand against him."""
    return [
        (
            each.party_id,
            each.stage,
            {found.rule_id for found in each.findings if found.verdict > Verdict.PASS},
        )
        for each in of(TransferJudged, events)
    ]


def test_who_is_certified_no_longer_when_it_is_confirmed_gets_nothing_yet() -> None:
    market = market_with(*CHINA)
    transfer_id = matched(market, UNITS)
    market.knows(market.buyer, certified_until=None)

    events = market.does(market.confirmation(transfer_id))

    assert held(market, transfer_id) == (TransferState.CONFIRMED, Overlay.HELD)
    assert said(events) == [(market.buyer, Stage.CONFIRM, {"QI-01"})]
    (told,) = of(TransferAdvanced, events)
    assert (told.event, told.overlays) == (TransferEvent.SET_OVERLAY, Overlay.HELD)
    assert market.holding(market.buyer)[0] == 0
    check(market.state)

    market.state = decode_state(encode_state(market.state))
    steps = Steps(market, transfer_id)
    assert said(market.does(steps.let_go())) == said(events), "nothing has changed"
    assert held(market, transfer_id) == (TransferState.CONFIRMED, Overlay.HELD)

    market.knows(market.buyer)
    the(TransferSettled, market.does(steps.let_go()))
    assert market.holding(market.buyer)[0] == UNITS


def test_a_seller_who_is_listed_holds_it_and_nobody_reads_why() -> None:
    market = market_with(*CHINA)
    transfer_id = matched(market, UNITS)
    market.does(listing(market, market.seller, ListingReason.SUSPICION))

    events = market.does(market.confirmation(transfer_id))

    assert said(events) == [(market.seller, Stage.CONFIRM, {"PTY-04"})]
    (finding,) = [
        found
        for found in the(TransferJudged, events).findings
        if found.verdict is not Verdict.NOT_APPLICABLE and found.verdict is not Verdict.PASS
    ]
    assert (finding.inputs, finding.reason_code) == ((), "PARTY_NOT_CLEARED")
    market.knows(market.seller)
    the(TransferSettled, market.does(Steps(market, transfer_id).let_go()))


def test_each_party_is_told_of_itself() -> None:
    market = market_with(*CHINA)
    transfer_id = matched(market, UNITS)
    for party_id in (market.seller, market.buyer):
        market.knows(party_id, cleared_until=None, level=1)
    assert said(market.does(market.confirmation(transfer_id))) == [
        (market.seller, Stage.CONFIRM, {"PTY-04"}),
        (market.buyer, Stage.CONFIRM, {"SUI-01", "PTY-04"}),
    ]


def test_a_risk_that_has_risen_holds_it_too() -> None:
    market = market_with("CN-2007")
    transfer_id = matched(market, UNITS)
    market.does(disclosure(market, risk_level=4))
    events = market.does(market.confirmation(transfer_id))
    assert said(events) == [(market.buyer, Stage.CONFIRM, {"SUI-01"})]


def test_what_settles_on_a_later_day_is_asked_again_on_that_day() -> None:
    """Confirmed after the cut-off, it waits; meanwhile the certification ends."""
    market = market_with(*CHINA, cut_off_minute=0, settling_days=1)
    until_day(market, 10)
    transfer_id = matched(market, UNITS)
    events = market.does(market.confirmation(transfer_id))
    assert said(events) == []
    assert held(market, transfer_id) == (TransferState.CONFIRMED, Overlay(0))
    due_ns = transfer_of(market, transfer_id).due_ns
    assert due_ns is not None

    events = market.waits(due_ns - market.at_ns, downtime=True)

    assert said(events) == [
        (market.seller, Stage.SETTLE, {"PTY-04"}),
        (market.buyer, Stage.SETTLE, {"QI-02", "PTY-04"}),
    ]
    assert held(market, transfer_id) == (TransferState.CONFIRMED, Overlay.HELD)
    for party_id in (market.seller, market.buyer):
        market.knows(party_id)
    market.does(Steps(market, transfer_id).let_go())
    due_ns = transfer_of(market, transfer_id).due_ns
    assert due_ns is not None, "its clock goes on for a working day at least"
    market.waits(due_ns - market.at_ns, downtime=True)
    assert market.holding(market.buyer)[0] == UNITS


def test_what_waits_for_its_day_is_asked_when_somebody_lets_go_of_it() -> None:
    market = market_with(*CHINA, cut_off_minute=0, settling_days=1)
    transfer_id = matched(market, UNITS)
    market.does(market.confirmation(transfer_id))
    steps = Steps(market, transfer_id)
    market.does(steps.hold())
    market.knows(market.buyer, certified_until=None)
    assert said(market.does(steps.let_go())) == [(market.buyer, Stage.CONFIRM, {"QI-01"})]
    assert held(market, transfer_id) == (TransferState.CONFIRMED, Overlay.HELD)


def test_an_agreement_that_may_not_go_to_the_trust_company_is_held_there() -> None:
    market = market_with(*CHINA, agreement=True)
    transfer_id = matched(market, UNITS)
    steps = Steps(market, transfer_id)
    market.knows(market.buyer, certified_until=None)
    assert said(market.does(steps.sign(market.seller))) == []

    events = market.does(steps.sign(market.buyer))

    assert said(events) == [(market.buyer, Stage.SUBMIT, {"QI-01"})]
    assert held(market, transfer_id) == (TransferState.SUBMITTED, Overlay.HELD)
    assert market.refuses(confirmation(market, transfer_id)) is Refusal.TRANSFER_HELD
    market.knows(market.buyer)
    assert said(market.does(steps.let_go())) == []
    the(TransferSettled, market.does(confirmation(market, transfer_id)))


def test_what_is_resubmitted_is_asked_again() -> None:
    market = market_with(*CHINA, returns_max=2)
    transfer_id = matched(market, UNITS)
    steps = Steps(market, transfer_id)
    market.does(steps.send_back())
    market.knows(market.buyer, certified_until=None)
    events = market.does(steps.resubmit(market.seller))
    assert said(events) == [(market.buyer, Stage.SUBMIT, {"QI-01"})]


def test_what_goes_to_the_trust_company_at_once_is_asked_with_the_match() -> None:
    """By a pack whose rule looks at transfers and not at orders."""
    market = market_with()
    head, rule, tail = of_parties("CN-2007").partition('id = "QI-01"')
    stages = '["B", "M", "U", "C", "S", "X"]'
    assert tail.startswith(f'\nversion = "1"\nstages = {stages}')
    market.loads(head + rule + tail.replace(stages, '["U"]', 1))
    market.rules("CN-2007")
    market.knows(market.buyer, certified_until=None)

    transfer_id = matched(market, UNITS)

    assert held(market, transfer_id) == (TransferState.SUBMITTED, Overlay.HELD)
    check(market.state)


def test_what_has_matched_settles_nearer_to_maturity_than_anybody_lists() -> None:
    """The last day of listing is twenty working days before, that of settlement three."""
    long = {"acknowledge_days": 90, "remind_days": 90, "escalate_days": 90, "decide_days": 90}
    market = market_with("CN-VENUE-LICENSED", matures_on="2023-12-18", maturity_days=0, **long)
    first, second = matched(market, 100), matched(market, 100)
    for party_id in (market.seller, market.buyer):
        market.knows(party_id, cleared_until=DayNumber(market.today + 100))
    until_day(market, day_of_date("2023-12-12") - market.today)
    assert "PRD-04" in market.judged(market.seller, SELL, 100)
    the(TransferSettled, market.does(market.confirmation(first)))
    until_day(market, day_of_date("2023-12-13") - market.today)
    assert said(market.does(market.confirmation(second))) == [
        (market.seller, Stage.SETTLE, {"PRD-04"}),
        (market.buyer, Stage.SETTLE, {"PRD-04"}),
    ]


def test_a_product_without_packs_asks_nobody() -> None:
    market = market_with()
    transfer_id = matched(market, UNITS)
    market.knows(market.buyer, certified_until=None, cleared_until=None, listed=True)
    events = market.does(market.confirmation(transfer_id))
    the(TransferSettled, events)
    assert said(events) == []


@pytest.mark.parametrize("packs", [("CN-2007",), ("CN-VENUE-38",), ("CN-AMT-2025D",), ("JP-TBI",)])
def test_under_every_pack_of_ours_what_passes_settles(packs: tuple[str, ...]) -> None:
    market = market_with(*packs)
    transfer_id = matched(market, UNITS)
    events = market.does(market.confirmation(transfer_id))
    the(TransferSettled, events)
    assert said(events) == []
