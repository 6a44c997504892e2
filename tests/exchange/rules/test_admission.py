"""A product is traded as long as its rules admit it: refused where it asks for it, suspended where
something has changed."""

from __future__ import annotations

import msgspec
import pytest

from exchange.admission import check_admitted
from exchange.check import check
from exchange.events import AnyEvent, CommandRefused
from exchange.market_commands import SetMarketMode
from exchange.market_events import MarketModeSet
from exchange.modes.types import MarketMode
from exchange.price_types import Benchmark, Disclaimer
from exchange.refusals import Refusal
from exchange.register_events import ProductAdvanced
from exchange.rules.packs import shipped
from exchange.rules.types import Verdict
from exchange.rules_events import ProductJudged, ProductRulesSet
from exchange.snapshot import decode_state, encode_state
from exchange.types import OPERATOR_ID
from matching import SELL, Quantity
from registry.product import ProductEvent, ProductState
from tests.exchange.disclosures import disclosure
from tests.exchange.rules.admitted import CHINAS, CHINAS_TERMS, AdmittedMarket
from tests.exchange.rules.packs import next_version
from tests.exchange.venue import the

CHINA = ("CN-2007", "CN-VENUE-LICENSED")


def against(events: tuple[AnyEvent, ...]) -> set[str]:
    """Which rules the product fails."""
    findings = the(ProductJudged, events).findings
    return {each.rule_id for each in findings if each.verdict > Verdict.PASS}


def refused(events: tuple[AnyEvent, ...]) -> tuple[Refusal, set[str]]:
    first, _ = events
    assert isinstance(first, CommandRefused), events
    return first.refusal, against(events)


def state_of(market: AdmittedMarket) -> ProductState:
    return market.state.products[market.product_id].standing.state


def in_mode(market: AdmittedMarket, mode: MarketMode) -> SetMarketMode:
    return SetMarketMode(
        actor=OPERATOR_ID, key=market.key(), product_id=market.product_id, mode=mode, terms=None
    )


def test_a_product_that_every_rule_admits_is_opened() -> None:
    market = AdmittedMarket(*CHINA)
    market.rules(*CHINA)
    market.opens()
    assert state_of(market) is ProductState.LIVE


def test_without_its_code_it_is_not_opened() -> None:
    market = AdmittedMarket(*CHINA, terms=msgspec.structs.replace(CHINAS, ctrc_code=None))
    market.rules(*CHINA)
    market.signs_off()
    market.posts()

    events = market.submit(market.opening())

    assert refused(events) == (Refusal.RULE_BLOCKS, {"PRD-01"})
    assert state_of(market) is ProductState.SIGNED_OFF
    market.rules("CN-VENUE-LICENSED")
    market.does(market.opening())


def test_what_is_wrong_besides_is_told_before_the_rules_are_asked() -> None:
    market = AdmittedMarket(*CHINA, terms=msgspec.structs.replace(CHINAS, ctrc_code=None))
    market.rules(*CHINA)
    market.signs_off()
    market.posts()
    assert market.refuses(market.opening(499_999)) is Refusal.TOTALS_DIFFER
    assert market.refuses(market.resuming()) is Refusal.PRODUCT_NOT_IN_STATE


def test_an_open_product_whose_new_rules_do_not_admit_it_is_suspended_at_once() -> None:
    market = AdmittedMarket("CN-VENUE-38", terms=msgspec.structs.replace(CHINAS, lot=Quantity(100)))
    market.opens()

    events = market.does(market.setting("CN-VENUE-38"))

    assert the(ProductRulesSet, events).packs == ("CN-VENUE-38",)
    told = the(ProductAdvanced, events)
    assert (told.event, told.state) == (ProductEvent.SUSPEND, ProductState.SUSPENDED)
    assert against(events) == {"VEN-01", "VEN-05"}
    assert market.refuses(market.order(market.seller, SELL, 100)) is Refusal.PRODUCT_NOT_LIVE
    assert refused(market.submit(market.resuming())) == (
        Refusal.RULE_BLOCKS,
        {"VEN-01", "VEN-05"},
    )
    market.rules()
    market.does(market.resuming())
    market.does(market.order(market.seller, SELL, 100))


def test_what_was_not_signed_off_cannot_be_admitted_later() -> None:
    terms = msgspec.structs.replace(CHINAS_TERMS, onboarding=False)
    market = AdmittedMarket(*CHINA, terms=msgspec.structs.replace(CHINAS, transfer_terms=terms))
    assert state_of(market) is ProductState.LIVE
    assert against(market.does(market.setting(*CHINA))) == {"PRD-01"}
    assert state_of(market) is ProductState.SUSPENDED


def test_an_open_product_keeps_a_mode_that_it_may_have() -> None:
    market = AdmittedMarket("CN-VENUE-38")
    market.rules("CN-VENUE-38")
    market.does(in_mode(market, MarketMode.NEGOTIATED))
    market.opens()

    events = market.submit(in_mode(market, MarketMode.CONTINUOUS))

    assert refused(events) == (Refusal.RULE_BLOCKS, {"VEN-01"})
    assert market.state.products[market.product_id].mode is MarketMode.NEGOTIATED
    set_ = the(MarketModeSet, market.does(in_mode(market, MarketMode.LISTED_PRICE)))
    assert set_.mode is MarketMode.LISTED_PRICE


def test_while_it_is_not_open_its_mode_is_free_and_it_does_not_open_in_a_wrong_one() -> None:
    market = AdmittedMarket("CN-VENUE-38")
    market.rules("CN-VENUE-38")
    market.does(in_mode(market, MarketMode.NEGOTIATED))
    market.opens()
    market.does(market.suspending())
    market.does(in_mode(market, MarketMode.CONTINUOUS))
    assert refused(market.submit(market.resuming())) == (Refusal.RULE_BLOCKS, {"VEN-01"})
    market.does(in_mode(market, MarketMode.NEGOTIATED))
    market.does(market.resuming())


def test_a_pack_that_applies_from_tomorrow_suspends_it_at_midnight() -> None:
    """A restart in between changes nothing."""
    market = AdmittedMarket(*CHINA, terms=msgspec.structs.replace(CHINAS, lot=Quantity(100)))
    market.rules(*CHINA)
    market.opens()
    text = shipped("CN-VENUE-LICENSED").replace("[[rules]]", f"{VENUE_LOT}\n[[rules]]", 1)
    market.loads(next_version(text), in_days=1)
    market.state = decode_state(encode_state(market.state))
    assert state_of(market) is ProductState.LIVE

    events = market.waits(24 * 3_600 * 10**9, downtime=True)

    assert against(events) == {"VEN-05"}
    assert state_of(market) is ProductState.SUSPENDED


VENUE_LOT = """\
[[rules]]
id = "VEN-05"
version = "1"
stages = ["P"]
severity = "BLOCK"
reason_code = "VENUE_LOT"
source = "a test"
text_zh = "{lot_units}"
text_en = "{lot_units}"
"""


def test_a_disclosure_that_speaks_of_an_expected_yield_suspends_a_new_product() -> None:
    draft = shipped("CN-AMT-2025D").replace(
        "title_zh", 'effective_from = "2020-01-01"\ntitle_zh', 1
    )
    market = AdmittedMarket()
    market.loads(draft)
    market.rules("CN-AMT-2025D")
    market.opens()
    expected = Benchmark(650, Disclaimer.LEGACY_EXPECTED_YIELD)

    events = market.does(disclosure(market, benchmark=expected))

    assert against(events) == {"PRD-06"}
    assert state_of(market) is ProductState.SUSPENDED
    benchmark = Benchmark(650, Disclaimer.PERFORMANCE_BENCHMARK)
    market.does(disclosure(market, benchmark=benchmark))
    assert state_of(market) is ProductState.SUSPENDED, "renewal revives nothing"
    market.does(market.resuming())


def test_what_waits_for_a_person_is_told_apart() -> None:
    market = AdmittedMarket(terms=msgspec.structs.replace(CHINAS, ctrc_code=None))
    held = 'severity = "HOLD"\nqueue = "OPERATIONS"'
    market.loads(shipped("CN-2007").replace('severity = "BLOCK"', held, 1))
    market.rules("CN-2007")
    market.signs_off()
    market.posts()
    assert refused(market.submit(market.opening())) == (Refusal.RULE_HOLDS, {"PRD-01"})


def test_a_product_without_packs_is_not_asked() -> None:
    market = AdmittedMarket(terms=msgspec.structs.replace(CHINAS, ctrc_code=None))
    market.opens()
    assert state_of(market) is ProductState.LIVE


def test_an_open_product_that_is_not_admitted_is_seen() -> None:
    market = AdmittedMarket(*CHINA, terms=msgspec.structs.replace(CHINAS, ctrc_code=None))
    market.rules(*CHINA)
    check(market.state)
    market.state.products[market.product_id].standing.state = ProductState.LIVE
    with pytest.raises(AssertionError):
        check_admitted(market.state)
