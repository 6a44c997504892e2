"""What a rule leaves to a person waits in a queue; what he lets pass passes once, as long as it
rests on the same."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from exchange.check import check
from exchange.clearance_types import ClearanceState
from exchange.events import AnyEvent, CommandRefused
from exchange.limits import CLEARANCE_ASKED_DAYS, CLEARANCE_DAYS_MAX, CLEARANCES_PER_PARTY_MAX
from exchange.profile import CertificationBasis
from exchange.refusals import Refusal
from exchange.reserve_events import MeansMissing
from exchange.rules.types import Override, Queue
from exchange.rules_events import (
    ClearanceAsked,
    ClearanceDecided,
    ClearanceEnded,
    ClearanceUsed,
    TransferJudged,
)
from exchange.snapshot import decode_state, encode_state
from exchange.types import PartyId
from matching import OrderId, Side
from registry.transfer import Overlay
from tests.exchange.disclosures import disclosure
from tests.exchange.rules.clearing import FAR, asked, clears, deciding, terms
from tests.exchange.rules.market import RuledMarket, holding
from tests.exchange.rules.test_rejudging import of
from tests.exchange.steps import transfer_of
from tests.exchange.venue import the

CHINA = ("CN-2007", "CN-VENUE-LICENSED")
HELD = CommandRefused(refusal=Refusal.RULE_HOLDS)


@pytest.fixture
def market() -> RuledMarket:
    return RuledMarket(*CHINA)


def bid(market: RuledMarket, quantity: int = 400_000, price: int = FAR) -> tuple[AnyEvent, ...]:
    return market.submit(market.order(market.buyer, Side.BUY, quantity, price))


def test_what_a_rule_holds_stands_in_its_queue(market: RuledMarket) -> None:
    events = bid(market)
    assert events[0] == HELD
    told = the(ClearanceAsked, events)
    (waiting,) = market.state.rules.clearances.by_id.values()
    assert told.queue is waiting.queue is Queue.COMPLIANCE
    assert (told.party_id, told.rule_id, told.side) == (market.buyer, "PRC-01", Side.BUY)
    assert (told.quantity, told.price, told.times) == (400_000, FAR, 1)
    assert waiting.state is ClearanceState.ASKED
    check(market.state)


def test_the_next_order_asks_for_itself_instead(market: RuledMarket) -> None:
    first = asked(market)
    told = the(ClearanceAsked, bid(market, 300_000, 17_000))
    assert (told.clearance_id, told.times) == (first, 2)
    assert (told.quantity, told.price) == (300_000, 17_000)
    assert len(market.state.rules.clearances.by_id) == 1


def test_what_is_refused_for_more_than_a_hold_asks_nobody(market: RuledMarket) -> None:
    events = bid(market, 100)
    assert events[0] == CommandRefused(refusal=Refusal.RULE_BLOCKS)
    assert not of(ClearanceAsked, events)


def test_what_was_cleared_passes_once_and_says_by_which_clearance(market: RuledMarket) -> None:
    clearance_id = asked(market)
    told = the(ClearanceDecided, clears(market, clearance_id))
    assert (told.clearance_id, told.party_id, told.note) == (
        *(clearance_id, market.buyer),
        "as the appraisal says",
    )
    used = the(ClearanceUsed, market.does(market.order(market.buyer, Side.BUY, 400_000, FAR)))
    assert used.order_id in market.state.orders
    check(market.state)
    events = bid(market)
    assert events[0] == HELD
    assert the(ClearanceAsked, events).clearance_id != clearance_id


@pytest.mark.parametrize(
    ("quantity", "price"), [(400_010, FAR), (400_000, FAR + 10), (400_000, FAR - 10)]
)
def test_nothing_passes_beyond_what_was_cleared(
    market: RuledMarket, quantity: int, price: int
) -> None:
    clears(market, asked(market))
    events = bid(market, quantity, price)
    assert events[0] == HELD
    assert len(market.state.rules.clearances.by_id) == 2
    check(market.state)


def test_a_smaller_order_within_the_prices_passes(market: RuledMarket) -> None:
    wide = terms(market, 350_000, least=15_500, most=17_000)
    market.does(deciding(market, asked(market), wide))
    market.does(market.order(market.buyer, Side.BUY, 300_000, 17_000))


def test_an_order_that_fails_otherwise_leaves_it_as_it_is(market: RuledMarket) -> None:
    clearance_id = asked(market, 80_000_000)
    clears(market, clearance_id)
    told = list(map(type, bid(market, 80_000_000)))
    assert told == [CommandRefused, MeansMissing]
    assert market.state.rules.clearances.by_id[clearance_id].state is ClearanceState.CLEARED


def test_nobody_else_passes_by_it(market: RuledMarket) -> None:
    clears(market, asked(market))
    other = market.institutions[0]
    until = market.today + 300
    market.knows(
        other,
        basis=CertificationBasis.DEEMED,
        certified_until=until,
        assessed_until=until,
        cleared_until=until,
    )
    assert market.submit(market.order(other, Side.BUY, 400_000, FAR))[0] == HELD
    market.records(market.buyer, units=500_000)
    sale = market.order(market.buyer, Side.SELL, 500_000, FAR)
    assert market.submit(sale)[0] == HELD


def test_a_replacement_within_it_passes_again(market: RuledMarket) -> None:
    clears(market, asked(market))
    market.does(market.order(market.buyer, Side.BUY, 400_000, FAR))
    order_id = OrderId(market.state.sequence)
    events = market.does(market.replacement(order_id, 300_000, FAR, by=market.buyer))
    assert not of(ClearanceUsed, events)
    more = market.replacement(order_id, 400_010, FAR, by=market.buyer)
    assert market.submit(more)[0] == HELD


def test_what_is_refused_is_gone_and_may_be_asked_again(market: RuledMarket) -> None:
    clearance_id = asked(market)
    told = the(ClearanceDecided, market.does(deciding(market, clearance_id, None, "too far")))
    assert (told.terms, told.note) == (None, "too far")
    assert not market.state.rules.clearances.by_id
    assert bid(market)[0] == HELD
    assert len(market.state.rules.clearances.by_id) == 1


def test_it_ends_with_its_days(market: RuledMarket) -> None:
    clearance_id = asked(market)
    market.does(deciding(market, clearance_id, terms(market, days=2)))
    market.sleeps(2)
    assert clearance_id in market.state.rules.clearances.by_id
    events = market.waits(24 * 3_600 * 10**9)
    assert the(ClearanceEnded, events).clearance_id == clearance_id
    assert bid(market)[0] == HELD


def test_what_nobody_answers_ends_too(market: RuledMarket) -> None:
    clearance_id = asked(market)
    market.sleeps(CLEARANCE_ASKED_DAYS)
    assert clearance_id in market.state.rules.clearances.by_id
    market.sleeps(1)
    assert not market.state.rules.clearances.by_id


@pytest.mark.parametrize("change", ["disclosure", "rules", "override"])
def test_it_ends_with_what_it_rested_on(market: RuledMarket, change: str) -> None:
    clearance_id = asked(market)
    clears(market, clearance_id)
    away = Override(rule_id="PRC-01", parameter="hard_bps", value=4_500)
    commands: dict[str, Any] = {
        "disclosure": disclosure(market, risk_level=2),
        "rules": market.setting("CN-2007"),
        "override": market.setting(*CHINA, overrides=(away,)),
    }
    events = market.does(commands[change])
    assert the(ClearanceEnded, events).clearance_id == clearance_id
    assert not market.state.rules.clearances.by_id
    check(market.state)


def test_it_ends_when_something_else_is_known_of_the_party(market: RuledMarket) -> None:
    clears(market, asked(market))
    until = market.today + 301
    market.knows(market.buyer, certified_until=until, cleared_until=until, assessed_until=until)
    assert not market.state.rules.clearances.by_id
    assert bid(market)[0] == HELD


def test_rules_that_are_set_anew_and_say_the_same_end_nothing(market: RuledMarket) -> None:
    clearance_id = asked(market)
    clears(market, clearance_id)
    market.rules(*CHINA)
    assert clearance_id in market.state.rules.clearances.by_id
    market.does(market.order(market.buyer, Side.BUY, 400_000, FAR))


def test_a_later_one_takes_the_place_of_one_that_nobody_has_used(market: RuledMarket) -> None:
    first = asked(market)
    clears(market, first)
    second = asked(market, price=17_000)
    events = clears(market, second)
    assert the(ClearanceEnded, events).clearance_id == first
    check(market.state)


def test_who_waits_for_as_many_as_he_may_is_refused_and_asks_nobody(
    market: RuledMarket, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert CLEARANCES_PER_PARTY_MAX > 1
    monkeypatch.setattr("exchange.clearances.CLEARANCES_PER_PARTY_MAX", 1)
    clears(market, asked(market))
    events = bid(market, 500_000)
    assert events[0] == HELD
    assert not of(ClearanceAsked, events)


def test_what_a_decision_may_say(market: RuledMarket) -> None:
    clearance_id = asked(market)
    good = terms(market)
    replaced = msgspec.structs.replace
    refused = {
        replaced(deciding(market, clearance_id, good), actor=market.buyer): Refusal.NOT_PERMITTED,
        replaced(
            deciding(market, clearance_id, good), clearance_id=clearance_id + 1
        ): Refusal.UNKNOWN_CLEARANCE,
        deciding(market, clearance_id, good, " "): Refusal.NOTE_OUT_OF_RANGE,
    }
    for wrong in (
        replaced(good, quantity=400_001),
        replaced(good, quantity=0),
        replaced(good, price_least=FAR + 10),
        replaced(good, price_most=FAR - 10),
        replaced(good, price_least=0),
        replaced(good, until=market.today - 1),
        replaced(good, until=market.today + CLEARANCE_DAYS_MAX + 1),
    ):
        refused[deciding(market, clearance_id, wrong)] = Refusal.CLEARANCE_OUT_OF_RANGE
    for command, refusal in refused.items():
        assert market.refuses(command) is refusal
    market.does(deciding(market, clearance_id, good))
    again = deciding(market, clearance_id, good)
    assert market.refuses(again) is Refusal.CLEARANCE_NOT_ASKED


def test_several_rules_ask_for_one_each(market: RuledMarket) -> None:
    until = market.today + 300
    market.knows(
        market.buyer,
        certified_until=until,
        assessed_until=until,
        cleared_until=until,
        affiliate_of=(market.state.products[market.product_id].terms.trust_company_id,),
    )
    told = of(ClearanceAsked, bid(market))
    assert [each.rule_id for each in told] == ["PTY-02", "PRC-01"]
    clears(market, told[0].clearance_id)
    assert [each.rule_id for each in of(ClearanceAsked, bid(market))] == ["PRC-01"]
    clears(market, told[1].clearance_id)
    assert len(of(ClearanceUsed, bid(market))) == 2


def test_a_transfer_of_the_order_goes_on_by_it(market: RuledMarket) -> None:
    affiliated(market)
    clears(market, asked(market, 500_000, price=10_000))
    market.sells(500_000)
    events = market.does(market.order(market.buyer, Side.BUY, 500_000))
    assert not of(TransferJudged, events)
    (transfer_id,) = market.pending()
    assert not transfer_of(market, transfer_id).overlays
    check(market.state)
    assert encode_state(decode_state(encode_state(market.state))) == encode_state(market.state)

    market.state.leg_of(transfer_of(market, transfer_id)).buy_order_id = OrderId(77)
    with pytest.raises(AssertionError):
        check(market.state)


def test_a_transfer_takes_nothing_of_what_another_order_has_used(market: RuledMarket) -> None:
    """It was made when no rule held its buyer; what he has asked for since is for an order that
    stands."""
    market.loads(holding("CN-VENUE-LICENSED").replace('"CN-VENUE-LICENSED"', '"HELD"'))
    market.sells(500_000)
    market.does(market.order(market.buyer, Side.BUY, 500_000))
    (transfer_id,) = market.pending()
    market.rules("HELD")
    market.knows(market.buyer, cleared_until=market.today - 1)
    clears(market, asked(market, 500_000, price=10_000))
    used = the(ClearanceUsed, market.does(market.order(market.buyer, Side.BUY, 500_000)))

    told = the(ClearanceAsked, market.does(market.confirmation(transfer_id)))

    assert (told.transfer_id, told.rule_id) == (transfer_id, "PTY-04")
    assert transfer_of(market, transfer_id).overlays is Overlay.HELD
    assert market.state.rules.clearances.by_id[used.clearance_id].transfers == {}
    check(market.state)


def test_a_transfer_that_a_rule_holds_asks_and_goes_on_when_it_is_cleared(
    market: RuledMarket,
) -> None:
    text = holding("CN-VENUE-LICENSED").replace('"CN-VENUE-LICENSED"', '"HELD"')
    market.loads(text)
    market.sells(500_000)
    market.does(market.order(market.buyer, Side.BUY, 500_000))
    (transfer_id,) = market.pending()
    market.rules("HELD")
    market.knows(market.buyer, cleared_until=market.today - 1)
    events = market.does(market.confirmation(transfer_id))
    told = the(ClearanceAsked, events)
    assert (told.transfer_id, told.rule_id) == (transfer_id, "PTY-04")
    assert transfer_of(market, transfer_id).overlays is Overlay.HELD
    less = deciding(market, told.clearance_id, terms(market, 499_990, least=10_000))
    assert market.refuses(less) is Refusal.CLEARANCE_OUT_OF_RANGE
    clears(market, told.clearance_id)
    check(market.state)


def test_an_order_that_was_let_pass_stands_as_long_as_it_is_cleared() -> None:
    market = RuledMarket()
    market.loads(holding("CN-2007"))
    market.rules("CN-2007")
    market.knows(market.buyer, certified_until=None)
    told = of(ClearanceAsked, bid(market, price=10_000))
    for each in told:
        clears(market, each.clearance_id)
    market.does(market.order(market.buyer, Side.BUY, 400_000))
    order_id = OrderId(market.state.sequence)
    market.sleeps(5)
    check(market.state)
    assert order_id in market.state.orders
    market.sleeps(10)
    assert order_id not in market.state.orders


def test_what_stands_in_compliances_queue_is_decided_with_an_officer_of_compliance() -> None:
    market = RuledMarket(*CHINA, four_eyes=True)
    act = deciding(market, asked(market), terms(market))
    assert market.refuses(act) is Refusal.FOUR_EYES_REQUIRED
    proposal_id = market.proposes(act)
    assert market.refuses(market.approval(proposal_id)) is Refusal.OFFICER_NOT_COMPLIANCE


def affiliated(market: RuledMarket, party_id: PartyId | None = None, **facts: Any) -> None:
    """The buyer belongs to the trustee."""
    until = market.today + 300
    market.knows(
        party_id or market.buyer,
        certified_until=until,
        assessed_until=until,
        cleared_until=until,
        affiliate_of=(market.state.products[market.product_id].terms.trust_company_id,),
        **facts,
    )


def test_snapshots_keep_what_waits_and_what_was_cleared(market: RuledMarket) -> None:
    clears(market, asked(market))
    asked(market, 500_000)
    again = decode_state(encode_state(market.state))
    assert encode_state(again) == encode_state(market.state)
    assert list(again.rules.clearances.by_id) == list(market.state.rules.clearances.by_id)
    check(again)


def test_what_its_transfers_take_is_never_more_than_was_cleared() -> None:
    market = RuledMarket(*CHINA, units=900_000, institutions=1)
    (buyer,) = market.institutions
    affiliated(market, buyer, basis=CertificationBasis.DEEMED, professional=True)
    clears(market, asked(market, 900_000, price=10_000, by=buyer))
    market.does(market.order(buyer, Side.BUY, 900_000))
    (clearance,) = market.state.rules.clearances.by_id.values()
    for units in (500_000, 400_000):
        market.sells(units)
    assert list(clearance.transfers.values()) == [500_000, 400_000]
    check(market.state)
