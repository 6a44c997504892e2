"""Orders before the rules: who is let in, what the refusal says, and what of it holds for how
long."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from exchange.events import CommandRefused
from exchange.judging import findings_of_order
from exchange.order_words import order_of
from exchange.refusals import Refusal
from exchange.rules.check import CHECKS, Answer
from exchange.rules.evaluate import strictest
from exchange.rules.facts import Deal
from exchange.rules.types import Cure, CureKind, Override, Verdict
from exchange.snapshot import decode_state, encode_state
from exchange.types import OrderStatus, Sequence
from matching import Side
from tests.exchange.rules.market import RuledMarket, findings_in, holding
from tests.exchange.venue import DAY_NS, HOUR_NS, essence, kinds

CHINA = ("CN-2007", "CN-VENUE-LICENSED")


def test_a_product_without_packs_asks_nothing_of_anybody() -> None:
    market = RuledMarket()
    market.knows(market.buyer, certified_until=None, level=None, cleared_until=None)
    assert market.judged(market.buyer, Side.BUY, 10) == []
    assert market.judged(market.seller, Side.SELL, 10) == []


def test_who_passes_every_rule_trades() -> None:
    market = RuledMarket(*CHINA)
    market.sells(500_000)
    events = market.does(market.order(market.buyer, Side.BUY, 500_000))
    assert "TransferOpened" in kinds(events)


def test_an_unknown_party_is_told_everything_that_stands_against_it() -> None:
    market = RuledMarket(*CHINA)
    market.knows(market.buyer, certified_until=None, level=None, cleared_until=None)
    assert market.judged(market.buyer, Side.BUY, 10) == ["QI-01", "QI-04", "SUI-01", "PTY-04"]


def test_the_refusal_has_what_every_rule_said() -> None:
    market = RuledMarket(*CHINA)
    events = market.submit(market.order(market.buyer, Side.BUY, 100_000))
    findings = {each.rule_id: each for each in findings_in(events)}
    assert list(findings) == [
        *("QI-01", "QI-02", "QI-04", "QI-07", "SUI-01", "SUI-02", "PTY-02"),
        *("PTY-GUARANTEE-02", "PRC-02", "ORD-01", "INC-01", "QI-06", "PTY-04", "PTY-01", "PRC-01"),
        "ORD-04",
    ]
    verdicts = {rule_id: each.verdict for rule_id, each in findings.items()}
    assert {rule_id for rule_id, verdict in verdicts.items() if verdict > Verdict.PASS} == {"QI-04"}
    assert verdicts["ORD-01"] is Verdict.NOT_APPLICABLE
    too_little = findings["QI-04"]
    assert too_little.cures == (Cure(CureKind.BUY_AT_LEAST, 300_000),)
    assert (too_little.pack, too_little.pack_version) == ("CN-2007", "3")


def test_a_refusal_changes_nothing() -> None:
    market = RuledMarket(*CHINA)
    before = essence(market.state)
    market.submit(market.order(market.buyer, Side.BUY, 100_000))
    assert essence(market.state) == before


@pytest.mark.parametrize(
    ("bidding", "refusal"),
    [
        ({"price": 10_005}, Refusal.PRICE_OFF_TICK),
        ({"expires_at_ns": 1}, Refusal.EXPIRY_OUT_OF_RANGE),
        ({"quantity": 15}, Refusal.QUANTITY_OFF_LOT),
    ],
)
def test_what_the_engine_refuses_by_itself_is_said_first(
    bidding: dict[str, Any], refusal: Refusal
) -> None:
    market = RuledMarket(*CHINA)
    order = market.order(market.buyer, Side.BUY, **{"quantity": 10} | bidding)
    assert market.refuses(order) is refusal


def test_rules_come_before_money() -> None:
    market = RuledMarket(*CHINA)
    assert market.judged(market.institutions[0], Side.BUY, 10_000_000)[0] == "QI-01"


@pytest.mark.parametrize("side", [Side.BUY, Side.SELL])
@pytest.mark.parametrize("price", [10_000, 10_005, 9_991])
@pytest.mark.parametrize("days", [None, 1, 30, 31])
def test_what_sandbox_blocks_the_engine_refuses_by_itself(
    side: Side, price: int, days: int | None
) -> None:
    """So a product without packs need not be asked."""
    market = RuledMarket()
    party = market.buyer if side is Side.BUY else market.seller
    ends = None if days is None else market.at_ns + days * DAY_NS
    command = market.order(party, side, 10, price, expires_at_ns=ends)
    product = market.state.products[market.product_id]
    order = order_of(command, Sequence(1), market.at_ns, product=product)
    findings = findings_of_order(market.state, product, order, at_ns=market.at_ns)
    assert {each.pack for each in findings} == {"SANDBOX"}
    (first, *_) = market.submit(command)
    assert isinstance(first, CommandRefused) is (strictest(findings) is Verdict.BLOCK)


def test_a_certification_that_ends_at_midnight_ends_for_orders_too() -> None:
    market = RuledMarket(*CHINA, known_days=1)
    assert market.judged(market.buyer, Side.BUY, 300_000) == []
    market.sleeps(1)
    assert market.judged(market.buyer, Side.BUY, 300_000) == []
    market.sleeps(1)
    ended = ["QI-02", "SUI-02", "PTY-04"]
    assert market.judged(market.buyer, Side.BUY, 300_000) == ended
    market.knows(market.buyer)
    assert market.judged(market.buyer, Side.BUY, 300_000) == []


def test_a_day_ends_at_midnight_in_shanghai() -> None:
    market = RuledMarket(*CHINA, known_days=0)
    midnight_ns = (market.today + 1) * DAY_NS - 8 * HOUR_NS
    market.waits(midnight_ns - 1 - market.at_ns)
    assert market.judged(market.buyer, Side.BUY, 300_000) == []
    market.waits(1)
    assert market.judged(market.buyer, Side.BUY, 300_000) != []


def test_what_was_learnt_of_a_party_counts_at_once() -> None:
    market = RuledMarket(*CHINA)
    assert market.judged(market.buyer, Side.BUY, 300_000) == []
    market.knows(market.buyer, listed=True)
    assert market.judged(market.buyer, Side.BUY, 300_000) == ["PTY-04"]
    assert market.judged(market.seller, Side.SELL, 500_000) == []


def test_a_product_may_be_stricter_than_its_packs_and_never_laxer() -> None:
    market = RuledMarket(*CHINA)
    final = market.state.products[market.product_id]
    final.terms = msgspec.structs.replace(final.terms, maturity_date="2023-11-24")
    laxer = Override(rule_id="PRD-04", parameter="final_list_wd", value=0)
    given = (laxer, Override("PRD-04", "final_settle_wd", 4))
    market.rules(*CHINA, overrides=given)
    assert market.judged(market.seller, Side.SELL, 500_000) == ["PRD-04"]
    stricter = Override(rule_id="QI-06", parameter="natural_person_allowed", value=False)
    market.rules(*CHINA, overrides=(stricter,))
    events = market.submit(market.order(market.buyer, Side.BUY, 300_000))
    blocking = [each for each in findings_in(events) if each.verdict is Verdict.BLOCK]
    assert [(each.rule_id, each.is_own) for each in blocking] == [("QI-06", True)]


def test_a_contract_may_ask_for_more_than_the_law() -> None:
    market = RuledMarket(*CHINA)
    more = Override(rule_id="QI-04", parameter="contract_minimum_fen", value=40_000_000)
    market.rules(*CHINA, overrides=(more,))
    assert market.judged(market.buyer, Side.BUY, 300_000) == ["QI-04"]
    assert market.judged(market.buyer, Side.BUY, 400_000) == []


def test_a_rule_that_holds_leaves_it_to_a_person() -> None:
    market = RuledMarket()
    market.loads(holding("CN-2007"))
    market.rules("CN-2007")
    refused, *_ = market.submit(market.order(market.buyer, Side.BUY, 10))
    assert getattr(refused, "refusal", None) is Refusal.RULE_HOLDS


def test_a_check_that_raises_blocks_and_is_journaled(monkeypatch: pytest.MonkeyPatch) -> None:
    market = RuledMarket(*CHINA)
    check = CHECKS["SUI-01"]

    def breaks(_deal: Deal, _params: object) -> Answer:
        raise KeyError("nowhere")

    monkeypatch.setitem(CHECKS, "SUI-01", check._replace(judge=breaks))
    events = market.submit(market.order(market.buyer, Side.BUY, 300_000))
    incident = next(each for each in findings_in(events) if each.rule_id == "SUI-01")
    assert (incident.verdict, incident.reason_code) == (Verdict.BLOCK, "RULE_INCIDENT")
    assert dict(incident.inputs) == {"raised": "KeyError"}


def test_a_replacement_is_judged_like_a_new_order() -> None:
    market = RuledMarket(*CHINA)
    order_id = market.buys(400_000)
    events = market.submit(market.replacement(order_id, 200_000, by=market.buyer))
    assert [each.rule_id for each in findings_in(events) if each.verdict is Verdict.BLOCK] == [
        "QI-04"
    ]
    assert market.open_order(order_id).status is OrderStatus.OPEN
    market.does(market.replacement(order_id, 300_000, by=market.buyer))


def test_an_order_s_own_units_are_counted_once() -> None:
    market = RuledMarket(*CHINA)
    order_id = market.sells(200_000)
    market.does(market.replacement(order_id, 100_000, by=market.seller))
    assert market.judged(market.seller, Side.SELL, 200_000) == ["QI-05"]
    assert market.judged(market.seller, Side.SELL, 400_000) == []


def test_what_pending_transfers_take_away_is_gone() -> None:
    market = RuledMarket(*CHINA, units=1_000_000)
    market.sells(400_000)
    market.buys(400_000)
    assert market.judged(market.seller, Side.SELL, 400_000) == ["QI-05"]
    assert market.judged(market.seller, Side.SELL, 300_000) == []


def test_a_restart_judges_as_before() -> None:
    market = RuledMarket(*CHINA)
    market.knows(market.buyer, level=1)
    market.state = decode_state(encode_state(market.state))
    assert market.judged(market.buyer, Side.BUY, 300_000) == ["SUI-01"]
