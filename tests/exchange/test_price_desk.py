"""What is disclosed of products: what changes, what stays, what is refused."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec
import pytest

from exchange.commands import AnyCommand
from exchange.evidence_types import EvidenceLinkId
from exchange.price_events import FactsPublished
from exchange.price_types import (
    Benchmark,
    Disclaimer,
    IncomeDays,
    Nav,
    PriceFacts,
    QuoteBasis,
)
from exchange.refusals import Refusal
from exchange.types import OPERATOR_ID, PartyKind
from matching import Price, Side
from registry.types import DayNumber, ProductId, TimeNs
from tests.exchange.disclosures import days_ago, disclosure, quoted
from tests.exchange.papers import hands_in, of_party, of_product
from tests.exchange.venue import DAY_NS, NOWHERE, TERMS, Venue

NAV = Price(10_321)


def facts(venue: Venue) -> PriceFacts:
    return venue.state.products[venue.product_id].facts


def income(venue: Venue, record_in: int, payment_in: int) -> IncomeDays:
    return IncomeDays(days_ago(venue, -record_in), days_ago(venue, -payment_in))


def test_at_first_is_known_what_the_terms_say() -> None:
    venue = Venue()
    assert facts(venue) == PriceFacts(
        quote_basis=QuoteBasis.DIRTY,
        risk_level=TERMS.risk_level,
        benchmark=Benchmark(350, Disclaimer.PERFORMANCE_BENCHMARK),
    )
    open_ended = Venue(terms=msgspec.structs.replace(TERMS, benchmark_bps=None))
    assert facts(open_ended).benchmark is None


def test_what_a_disclosure_does_not_say_stays_as_it_was() -> None:
    venue = Venue()
    nav = Nav(NAV, days_ago(venue, 1))
    distributed_on = days_ago(venue, 20)
    venue.does(disclosure(venue, nav=nav, last_distribution_on=distributed_on, risk_level=4))
    first_ns = venue.at_ns
    assert facts(venue).disclosed_at_ns == first_ns
    venue.at_ns = TimeNs(venue.at_ns + DAY_NS)
    newer = Nav(Price(10_330), days_ago(venue, 0))
    benchmark = Benchmark(420, Disclaimer.LEGACY_EXPECTED_YIELD)
    (told,) = venue.does(disclosure(venue, nav=newer, benchmark=benchmark, text_zh="月报"))
    expected = PriceFacts(
        quote_basis=QuoteBasis.DIRTY,
        risk_level=4,
        benchmark=benchmark,
        nav=newer,
        last_distribution_on=distributed_on,
        disclosed_at_ns=venue.at_ns,
    )
    assert facts(venue) == expected
    assert told == FactsPublished(
        product_id=venue.product_id,
        trust_company_id=venue.trust_company,
        published_by=venue.trust_company,
        facts=expected,
        documents=(),
        text_zh="月报",
        text_en="",
    )


def test_a_distribution_that_was_made_is_not_to_come() -> None:
    venue = Venue()
    next_income = income(venue, 2, 9)
    venue.does(disclosure(venue, last_distribution_on=days_ago(venue, 90), next_income=next_income))
    venue.at_ns = TimeNs(venue.at_ns + DAY_NS)
    venue.does(disclosure(venue, last_distribution_on=days_ago(venue, 89)))
    assert facts(venue).next_income == next_income
    venue.at_ns = TimeNs(venue.at_ns + DAY_NS)
    venue.does(disclosure(venue, last_distribution_on=next_income.record_on))
    assert facts(venue).next_income is None


def test_behind_the_record_day_income_begins_anew() -> None:
    venue = Venue()
    begun, next_income = days_ago(venue, 90), income(venue, 2, 9)
    assert facts(venue).accrues_from(days_ago(venue, 0)) is None
    venue.does(disclosure(venue, last_distribution_on=begun, next_income=next_income))
    for day, since in ((0, begun), (2, begun), (3, next_income.record_on)):
        assert facts(venue).accrues_from(days_ago(venue, -day)) == since


def test_the_documents_of_a_disclosure_are_the_products() -> None:
    venue = Venue()
    report = hands_in(venue, of_product(venue))
    of_the_buyer = hands_in(venue, of_party(venue, venue.buyer, file=2))
    (told,) = venue.does(disclosure(venue, documents=(report,)))
    assert isinstance(told, FactsPublished)
    assert told.documents == (report,)
    for wrong in (of_the_buyer, EvidenceLinkId(NOWHERE)):
        command = disclosure(venue, documents=(report, wrong))
        assert venue.refuses(command) is Refusal.UNKNOWN_EVIDENCE


def test_under_four_eyes_the_operator_discloses_by_two_persons() -> None:
    venue = Venue(four_eyes=True)
    command = disclosure(venue, actor=OPERATOR_ID, risk_level=5)
    assert venue.refuses(command) is Refusal.FOUR_EYES_REQUIRED
    venue.does(msgspec.structs.replace(command, key=venue.key()))
    assert facts(venue).risk_level == 5
    venue.does(disclosure(venue, risk_level=4))  # the trust company by itself


OUT_OF_RANGE: dict[str, Callable[[Venue], dict[str, Any]]] = {
    "nothing": lambda _: {},
    "a value of nothing": lambda venue: {"nav": Nav(Price(0), days_ago(venue, 0))},
    "a value of tomorrow": lambda venue: {"nav": Nav(NAV, days_ago(venue, -1))},
    "a value of long ago": lambda venue: {"nav": Nav(NAV, days_ago(venue, 3_654))},
    "an older value": lambda venue: {"nav": Nav(NAV, days_ago(venue, 11))},
    "a distribution of tomorrow": lambda venue: {"last_distribution_on": days_ago(venue, -1)},
    "payment before record": lambda venue: {"next_income": income(venue, 3, 2)},
    "payment yesterday": lambda venue: {"next_income": income(venue, -3, -1)},
    "payment in ten years": lambda venue: {"next_income": income(venue, 3, 3_654)},
    "record before the distribution": lambda venue: {"next_income": income(venue, -20, 1)},
    "record on its day": lambda venue: {
        "last_distribution_on": days_ago(venue, 0),
        "next_income": income(venue, 0, 1),
    },
    "a loss of benchmark": lambda _: {"benchmark": Benchmark(-1, Disclaimer.PERFORMANCE_BENCHMARK)},
    "a benchmark above all": lambda _: {
        "benchmark": Benchmark(10_001, Disclaimer.PERFORMANCE_BENCHMARK)
    },
    "R0": lambda _: {"risk_level": 0},
    "R6": lambda _: {"risk_level": 6},
    "a long text": lambda _: {"text_en": "x" * 1_001},
    "a long Chinese text": lambda _: {"text_zh": "文" * 1_001},
    "one document twice": lambda venue: {"documents": (hands_in(venue, of_product(venue)),) * 2},
}


@pytest.mark.parametrize("said", OUT_OF_RANGE)
def test_what_cannot_be_is_not_disclosed(said: str) -> None:
    venue = Venue()
    nav = Nav(NAV, days_ago(venue, 10))
    venue.does(disclosure(venue, nav=nav, last_distribution_on=days_ago(venue, 20)))
    command = disclosure(venue, **OUT_OF_RANGE[said](venue))
    assert venue.refuses(command) is Refusal.DISCLOSURE_OUT_OF_RANGE


def test_what_is_just_possible_is_disclosed() -> None:
    venue = Venue()
    venue.does(disclosure(venue, nav=Nav(Price(1), days_ago(venue, 3_653)), text_en="x" * 1_000))
    venue.does(disclosure(venue, nav=Nav(NAV, days_ago(venue, 0)), risk_level=1))
    venue.does(disclosure(venue, nav=Nav(Price(10**9), days_ago(venue, 0)), risk_level=5))
    venue.does(disclosure(venue, last_distribution_on=days_ago(venue, 1)))
    venue.does(disclosure(venue, next_income=income(venue, 0, 0)))
    venue.does(disclosure(venue, next_income=income(venue, 3_653, 3_653)))


QUOTABLE: dict[QuoteBasis, set[str]] = {
    QuoteBasis.CLEAN: {"last_distribution_on"},
    QuoteBasis.DIRTY: set(),
    QuoteBasis.NAV: {"nav"},
    QuoteBasis.NAV_DISCOUNT: {"nav"},
    QuoteBasis.YIELD: {"last_distribution_on"},
}


@pytest.mark.parametrize("basis", QUOTABLE)
def test_a_quote_takes_what_was_disclosed(basis: QuoteBasis) -> None:
    venue = Venue()
    said = {"nav": Nav(NAV, days_ago(venue, 0)), "last_distribution_on": days_ago(venue, 9)}
    for name, word in said.items():
        if QUOTABLE[basis] - {name}:
            continue
        if QUOTABLE[basis]:
            assert venue.refuses(quoted(venue, basis)) is Refusal.QUOTE_BASIS_CONFLICT
        venue.does(disclosure(venue, **{name: word}))
        venue.does(quoted(venue, basis))
        assert facts(venue).quote_basis is basis
        return
    raise AssertionError(basis)


@pytest.mark.parametrize(
    ("change", "refused"),
    [
        ({"benchmark_bps": None}, {QuoteBasis.CLEAN, QuoteBasis.YIELD}),
        ({"maturity_date": None}, {QuoteBasis.YIELD}),
    ],
)
def test_a_quote_takes_what_the_terms_have(
    change: dict[str, Any], refused: set[QuoteBasis]
) -> None:
    venue = Venue(terms=msgspec.structs.replace(TERMS, **change))
    nav = Nav(NAV, days_ago(venue, 0))
    venue.does(disclosure(venue, nav=nav, last_distribution_on=days_ago(venue, 9)))
    for basis in QuoteBasis:
        if basis in refused:
            assert venue.refuses(quoted(venue, basis)) is Refusal.QUOTE_BASIS_CONFLICT
        else:
            venue.does(quoted(venue, basis))


def test_what_a_price_means_changes_while_no_order_rests() -> None:
    venue = Venue()
    venue.does(disclosure(venue, last_distribution_on=days_ago(venue, 9)))
    for side, party_id in ((Side.BUY, venue.buyer), (Side.SELL, venue.seller)):
        venue.does(venue.order(party_id, side, 10))
        (order_id,) = venue.state.orders
        assert venue.refuses(quoted(venue, QuoteBasis.CLEAN)) is Refusal.ORDERS_REST
        venue.does(venue.cancellation(order_id, by=party_id))
    venue.does(quoted(venue, QuoteBasis.CLEAN))


ROWS: dict[Refusal, Callable[[Venue], AnyCommand]] = {
    Refusal.BANNED_WORDS: lambda venue: disclosure(venue, text_zh="本产品保本"),
    Refusal.DISCLOSURE_OUT_OF_RANGE: disclosure,
    Refusal.QUOTE_BASIS_CONFLICT: lambda venue: quoted(venue, QuoteBasis.NAV),
    Refusal.ORDERS_REST: lambda venue: quoted(venue, QuoteBasis.DIRTY),
}
"""Of a venue with a resting order, in order of precedence."""


@pytest.mark.parametrize("refusal", ROWS)
def test_a_refusal_is_given_and_nothing_else_changes(refusal: Refusal) -> None:
    venue = Venue()
    venue.sells(10)
    assert venue.refuses(ROWS[refusal](venue)) is refusal


def test_a_disclosure_is_told_the_first_refusal_that_applies() -> None:
    venue = Venue()
    venue.sells(10)
    rival = venue.registers(PartyKind.TRUST_COMPANY)
    wrong: dict[str, Any] = {
        "actor": venue.buyer,
        "product_id": ProductId(NOWHERE),
        "documents": (EvidenceLinkId(NOWHERE),),
        "text_en": "a guaranteed return",
        "last_distribution_on": DayNumber(0),
    }
    steps: list[tuple[Refusal, dict[str, Any]]] = [
        (Refusal.NOT_PERMITTED, {"actor": rival}),
        (Refusal.UNKNOWN_PRODUCT, {"product_id": venue.product_id}),
        (Refusal.UNKNOWN_PRODUCT, {"actor": venue.trust_company}),
        (Refusal.UNKNOWN_EVIDENCE, {"documents": ()}),
        (Refusal.BANNED_WORDS, {"text_en": ""}),
        (Refusal.DISCLOSURE_OUT_OF_RANGE, {"last_distribution_on": days_ago(venue, 0)}),
    ]
    for refusal, repair in steps:
        assert venue.refuses(disclosure(venue, **wrong)) is refusal
        wrong |= repair
    venue.does(disclosure(venue, **wrong))


def test_how_a_price_is_quoted_is_the_operators_word() -> None:
    venue = Venue()
    for by in (venue.trust_company, venue.buyer):
        assert venue.refuses(quoted(venue, QuoteBasis.DIRTY, by=by)) is Refusal.NOT_PERMITTED
    nowhere = msgspec.structs.replace(
        quoted(venue, QuoteBasis.DIRTY), product_id=ProductId(NOWHERE)
    )
    assert venue.refuses(nowhere) is Refusal.UNKNOWN_PRODUCT


@pytest.mark.parametrize("name", ["name_zh", "name_en"])
def test_no_product_has_a_promise_for_a_name(name: str) -> None:
    venue = Venue()
    terms = msgspec.structs.replace(
        TERMS, symbol="BOREAS", key=venue.key(), **{name: "安澜 预期 收益率 6% 计划"}
    )
    assert venue.refuses(terms) is Refusal.BANNED_WORDS


@pytest.mark.parametrize("text", ["转让方承诺回购", "受托人负责兜底"])
def test_no_text_promises_to_buy_back_or_to_top_up(text: str) -> None:
    """PTY-03: what the trust company says of a product is searched for such a clause."""
    venue = Venue()
    assert venue.refuses(disclosure(venue, text_zh=text)) is Refusal.BANNED_WORDS
    venue.does(disclosure(venue, text_zh=f"任何一方均不{text[-4:]}"))


def test_a_product_in_trouble_is_so_until_it_is_said_that_it_is_not() -> None:
    venue = Venue()
    assert not facts(venue).distressed
    venue.does(disclosure(venue, distressed=True))
    venue.does(disclosure(venue, text_zh="月报"))
    assert facts(venue).distressed
    venue.does(disclosure(venue, distressed=False))
    assert not facts(venue).distressed
