"""Another pack asked of transfers that go on: it tells what the engine would hold under it, with
the stage, and nothing is held for it."""

from __future__ import annotations

from random import Random
from typing import Any, Final

import pytest

from exchange.alternative import JudgedTransfer
from exchange.commands import AnyCommand
from exchange.events import AnyEvent
from exchange.rules.types import Finding, Stage, Verdict
from exchange.rules_events import TransferJudged
from exchange.types import PartyId
from registry.types import TransferId
from tests.exchange.rules.packs import of_parties
from tests.exchange.rules.test_alternative import PACKS, WatchedMarket, pack_of
from tests.exchange.rules.test_rejudging import of
from tests.exchange.rules.test_transfer_hold import confirmation
from tests.exchange.steps import Steps, matched, transfer_of

LAW: Final = "CN-2007"
IN_FORCE: Final = pack_of(of_parties(LAW))
UNITS: Final = 500_000
FACTS: Final[list[dict[str, Any]]] = [{}, {"certified_until": None}, {"level": 1}]
Held = dict[tuple[TransferId, Stage, PartyId], list[Finding]]
"""What stands against whom."""


def transfers_told(market: WatchedMarket) -> list[tuple[Stage, set[str], set[str], set[str]]]:
    """Of each transfer that went on, when, and which rules seller, buyer and the two fail."""
    return [
        (
            each.stage,
            {found.rule_id for found in each.of_seller},
            {found.rule_id for found in each.of_buyer},
            {found.rule_id for found in each.of_pair},
        )
        for each in market.told
        if isinstance(each, JudgedTransfer)
    ]


def test_what_would_hold_a_transfer_is_told_with_its_stage_and_holds_nothing() -> None:
    market = WatchedMarket(IN_FORCE, units=UNITS)
    transfer_id = matched(market, UNITS)
    assert transfers_told(market) == [(Stage.SUBMIT, set(), set(), set())]
    market.knows(market.buyer, certified_until=None)
    market.does(confirmation(market, transfer_id))
    against = set[str](), {"QI-01"}, set[str]()
    assert transfers_told(market)[1:] == [(Stage.CONFIRM, *against), (Stage.SETTLE, *against)]
    assert market.holding(market.buyer)[0] == UNITS


def test_papers_that_nobody_was_asked_for_are_told() -> None:
    """At the stage at which they would be wanted, of whoever would bring them."""
    market = WatchedMarket(PACKS["JP-TBI"], units=UNITS)
    market.does(confirmation(market, matched(market, UNITS)))
    submitted, confirmed, settled = transfers_told(market)
    assert submitted == (Stage.SUBMIT, {"AML-03", "OWN-04"}, {"AML-03"}, set())
    assert confirmed == (Stage.CONFIRM, set(), set(), set())
    assert settled == (Stage.SETTLE, {"AML-03", "REG-04"}, {"AML-03"}, set())


def test_a_seller_who_would_keep_something_is_told_of_the_two() -> None:
    """A natural person who sold to another all that he had, and has got more since."""
    market = WatchedMarket(IN_FORCE, units=UNITS)
    transfer_id = matched(market, UNITS)
    market.records(market.seller, units=UNITS)
    market.does(confirmation(market, transfer_id))
    assert [(stage, pair) for stage, *_, pair in transfers_told(market)] == [
        (Stage.SUBMIT, set()),
        (Stage.CONFIRM, {"CN-SPLIT-01"}),
        (Stage.SETTLE, {"CN-SPLIT-01"}),
    ]


def test_what_is_on_its_way_to_the_same_buyer_is_not_kept() -> None:
    """Also where the product never had rules."""
    market = WatchedMarket(IN_FORCE, units=2 * UNITS)
    for transfer_id in [matched(market, UNITS), matched(market, UNITS)]:
        market.does(confirmation(market, transfer_id))
    told = [(stage, pair) for stage, *_, pair in transfers_told(market)]
    assert told[:2] == [(Stage.SUBMIT, {"CN-SPLIT-01"}), (Stage.SUBMIT, set())]
    assert [pair for _, pair in told[2:]] == [set()] * 4


class SameMarket(WatchedMarket):
    """Its product has the pack that is asked beside it; what each says of transfers is kept."""

    def __init__(self) -> None:
        self.seen: Held = {}
        self.stages = set[Stage]()
        super().__init__(IN_FORCE, units=UNITS)
        self.loads(of_parties(LAW))
        self.rules(LAW)

    def submit(self, command: AnyCommand) -> tuple[AnyEvent, ...]:
        self.told.clear()
        events = super().submit(command)
        asked = [each for each in self.told if isinstance(each, JudgedTransfer)]
        told: Held = {}
        for each in asked:
            sides = ((each.seller_id, each.of_seller), (each.buyer_id, each.of_buyer))
            for party_id, findings in sides:
                if findings or each.of_pair:
                    told[each.transfer_id, each.stage, party_id] = [*findings, *each.of_pair]
        assert told == {
            (each.transfer_id, each.stage, each.party_id): [
                found for found in each.findings if found.verdict > Verdict.WARN
            ]
            for each in of(TransferJudged, events)
        }
        self.seen |= told
        self.stages |= {each.stage for each in asked}
        return events


@pytest.mark.parametrize("seed", range(4))
def test_the_products_own_pack_is_told_what_the_engine_holds(seed: int) -> None:
    """Command by command: nothing is told that was not held, and nothing held that is not told."""
    market, random = SameMarket(), Random(seed)
    for _ in range(120):
        pending, step = market.pending(), random.randrange(6)
        if not pending:
            for party_id in (market.seller, market.buyer):
                market.knows(party_id)
            parties = market.seller, market.buyer
            seller, buyer = parties if market.holding(market.seller)[0] else parties[::-1]
            market.sells(UNITS, by=seller)
            market.buys(UNITS, by=buyer)
        elif step == 0:
            party_id = random.choice([market.seller, market.buyer])
            market.knows(party_id, **random.choice(FACTS))
        else:
            steps = Steps(market, pending[0])
            overlays = transfer_of(market, pending[0]).overlays
            commands: list[AnyCommand] = [steps.hold(), confirmation(market, pending[0])]
            market.submit(steps.let_go() if overlays else random.choice(commands))
    assert market.seen
    assert market.stages == {Stage.SUBMIT, Stage.CONFIRM, Stage.SETTLE}
