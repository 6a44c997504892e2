"""The whole list of rules is told of a trade each time they are asked, in the version then used;
who looks on changes nothing, and hears what the engine keeps where it keeps anything."""

from __future__ import annotations

import pytest

from exchange.events import AnyEvent
from exchange.limits import TRANSFER_IDS_PER_COMMAND
from exchange.rules.resolve import Ruling
from exchange.rules.types import Finding, Stage, Verdict
from exchange.rules_events import TransferJudged
from exchange.rulings import Asked, Rulings
from matching import BUY, SELL, OrderId, Side
from registry.types import TransferId
from tests.exchange.rules.clearing import FAR, asked, clears
from tests.exchange.rules.market import RuledMarket, holding
from tests.exchange.rules.packs import next_version, of_parties
from tests.exchange.rules.test_rejudging import of
from tests.exchange.rules.test_transfer_hold import CHINA, UNITS, market_with
from tests.exchange.steps import Steps, matched


def watched(market: RuledMarket) -> Rulings:
    """Looks on at the next trade of a market: a listing, and the bid that takes it."""
    sell, buy = market.state.sequence + 1, market.state.sequence + 2
    return Rulings(
        market.state,
        TransferId(buy * TRANSFER_IDS_PER_COMMAND),
        frozenset({OrderId(sell), OrderId(buy)}),
    )


def stages(rulings: Rulings) -> list[tuple[Stage, Side | None]]:
    return [(each.stage, each.side) for each in rulings.asked]


def against(said: Asked) -> set[str]:
    """The rules that stand against it."""
    return {each.rule_id for each in said.findings if each.verdict > Verdict.WARN}


def told(events: tuple[AnyEvent, ...]) -> list[tuple[Stage, tuple[Finding, ...]]]:
    """What the engine keeps of a transfer that does not go on."""
    return [(each.stage, each.findings) for each in of(TransferJudged, events)]


TAKEN = [(Stage.LIST, SELL), (Stage.BID, BUY), (Stage.MATCH, None)]
SUBMITTED = [(Stage.SUBMIT, SELL), (Stage.SUBMIT, BUY)]
CONFIRMED = [(Stage.CONFIRM, SELL), (Stage.CONFIRM, BUY)]
SETTLED = [(Stage.SETTLE, SELL), (Stage.SETTLE, BUY)]


def test_what_passes_is_told_whole_at_each_stage() -> None:
    market = market_with(*CHINA)
    rulings = watched(market)
    transfer_id = matched(market, UNITS)
    market.does(market.confirmation(transfer_id))

    assert stages(rulings) == TAKEN + SUBMITTED + CONFIRMED + SETTLED
    assert [against(each) for each in rulings.asked] == [set()] * 9
    listed, bid, met, *on_the_way = rulings.asked
    ruling = market.state.rules.products[market.product_id].ruling
    assert isinstance(ruling, Ruling)
    for taken, stage in ((listed, Stage.LIST), (bid, Stage.BID)):
        rules = [(each.rule_id, each.is_own) for each in ruling.at_stage(stage)]
        assert [(each.rule_id, each.is_own) for each in taken.findings] == rules
    assert {each.rule_id for each in met.findings} >= {"PRC-01", "QI-04", "CN-SPLIT-01", "HC-01"}
    assert all(each.findings for each in on_the_way)
    named = {(each.pack, each.pack_version) for one in rulings.asked for each in one.findings}
    kept = {(each.pack_id, each.version) for one in rulings.asked for each in one.packs}
    assert named <= kept


def test_the_packs_of_each_time_are_named() -> None:
    market = market_with(*CHINA)
    rulings = watched(market)
    transfer_id = matched(market, UNITS)
    market.loads(next_version(of_parties("CN-2007")))
    market.does(market.confirmation(transfer_id))

    versions = {
        each.stage: {pack.version for pack in each.packs if pack.pack_id == "CN-2007"}
        | {found.pack_version for found in each.findings if found.pack == "CN-2007"}
        for each in rulings.asked
    }
    (before,), (after,) = versions[Stage.MATCH], versions[Stage.CONFIRM]
    assert int(after) == int(before) + 1
    assert {stage for stage, found in versions.items() if found == {after}} == {
        *(Stage.CONFIRM, Stage.SETTLE)
    }
    assert {stage for stage, found in versions.items() if found == {before}} == {
        *(Stage.LIST, Stage.BID, Stage.MATCH, Stage.SUBMIT)
    }


def test_what_passed_and_is_held_later_is_told_at_each_and_agrees_with_the_engine() -> None:
    market = market_with(*CHINA, agreement=True)
    rulings = watched(market)
    transfer_id = matched(market, UNITS)
    steps = Steps(market, transfer_id)
    market.does(steps.sign(market.seller))
    market.knows(market.buyer, certified_until=None)
    kept = told(market.does(steps.sign(market.buyer)))

    assert stages(rulings) == TAKEN + SUBMITTED
    assert [against(each) for each in rulings.asked] == [set(), set(), set(), set(), {"QI-01"}]
    assert [stage for stage, _ in kept] == [Stage.SUBMIT]
    assert set(kept[0][1]) <= set(rulings.asked[-1].findings)
    market.knows(market.buyer)
    market.does(steps.let_go())
    assert stages(rulings) == TAKEN + SUBMITTED * 2
    assert [against(each) for each in rulings.asked[-2:]] == [set(), set()]


@pytest.mark.parametrize("packs", [CHINA, ()])
def test_nobody_is_told_anything_else_for_it(packs: tuple[str, ...]) -> None:
    """The same trade twice, once looked on at."""
    kept = []
    for is_watched in (False, True):
        market = market_with(*packs)
        if is_watched:
            watched(market)
        transfer_id = matched(market, UNITS)
        market.knows(market.buyer, certified_until=None)
        events = market.does(market.confirmation(transfer_id))
        kept.append((events, market.state.cash.accounts.keys(), market.state.sequence))
    assert kept[0] == kept[1]


def test_a_product_without_packs_is_asked_nothing() -> None:
    market = market_with()
    rulings = watched(market)
    matched(market, UNITS)
    (met,) = rulings.asked
    assert (met.stage, met.packs, met.findings) == (Stage.MATCH, (), ())
    assert rulings.rules == {}


def test_other_trades_are_not_told() -> None:
    market = market_with("CN-VENUE-LICENSED")
    rulings = watched(market)
    first = matched(market, 300_000)
    so_far = len(rulings.asked)
    second = matched(market, 200_000)
    market.does(market.confirmation(second))
    assert len(rulings.asked) == so_far
    market.does(market.confirmation(first))
    assert len(rulings.asked) == so_far + 4


def test_what_its_command_was_refused_for_otherwise_is_forgotten() -> None:
    market = market_with(*CHINA)
    rulings = watched(market)
    matched(market, UNITS)
    before = list(rulings.asked)
    rulings.forget(before[-1].sequence)
    assert rulings.asked == before[:1]


def test_what_a_person_has_cleared_passes_and_names_the_clearance() -> None:
    """Of the bid, and of the deal at its price."""
    market = RuledMarket()
    market.loads(holding("CN-VENUE-LICENSED"))
    market.rules("CN-VENUE-LICENSED")
    clearance_id = asked(market)
    clears(market, clearance_id)
    market.does(market.order(market.buyer, BUY, 400_000, FAR))
    bid = market.state.sequence
    rulings = Rulings(
        market.state,
        TransferId((bid + 1) * TRANSFER_IDS_PER_COMMAND),
        frozenset({OrderId(bid), OrderId(bid + 1)}),
    )
    market.does(market.order(market.seller, SELL, 400_000, 10_000))

    (met,) = [each for each in rulings.asked if each.stage is Stage.MATCH]
    (finding,) = [each for each in met.findings if each.rule_id == "PRC-01"]
    assert finding.verdict is Verdict.PASS
    assert finding.inputs[-1] == ("clearance_id", str(clearance_id))
