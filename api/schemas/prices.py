"""What is known of a product that its price depends on, and its price in every way, on the wire."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Annotated, Final, Literal

from pydantic import Field

from api.schemas.base import LINE_PATTERN, Answer, Body, name_of
from api.schemas.decimals import (
    Day,
    Decimal,
    DecimalText,
    IdText,
    Moment,
    SignedDecimal,
    format_day,
    format_moment,
    format_price,
    format_signed,
)
from api.schemas.evidence import DayText
from exchange.evidence_state import EvidenceLink
from exchange.evidence_types import EvidenceLinkId
from exchange.limits import DISCLOSURE_DOCUMENTS_MAX, DISCLOSURE_LETTERS_MAX
from exchange.price_types import Benchmark as BenchmarkFact
from exchange.price_types import Disclaimer, PriceFacts, QuoteBasis
from exchange.price_types import Disclosure as DisclosureRecord
from exchange.product_view import ProductView
from exchange.quotes import Quotes, Unit, accrued_of, quotes_of, unit_on
from matching import Price
from registry.terms import DocumentKind
from registry.types import DayNumber

PERCENT_SCALE: Final = 4
"""A percent with four decimals counts millionths."""
PERCENT_PATTERN: Final = r"^-?(0|[1-9][0-9]{0,5})(\.[0-9]{1,4})?$"
QUOTES_KEPT_MAX: Final = 4_096
QuoteBasisName = Literal["CLEAN", "DIRTY", "NAV", "NAV_DISCOUNT", "YIELD"]
DisclaimerName = Literal["PERFORMANCE_BENCHMARK", "LEGACY_EXPECTED_YIELD"]
Text = Annotated[str, Field(pattern=LINE_PATTERN, max_length=DISCLOSURE_LETTERS_MAX)]
Percent = Annotated[SignedDecimal, Field(description="In percent.", examples=["7.8987"])]

ESTIMATE_ZH: Final = "测算，非承诺"
ESTIMATE_EN: Final = "An estimate, not a promise"
DISCLAIMERS: Final = {
    Disclaimer.PERFORMANCE_BENCHMARK: (
        "业绩比较基准不是对收益的承诺或保证，投资者可能损失本金。",
        "A performance benchmark is no promise or guarantee of return; principal may be lost.",
    ),
    Disclaimer.LEGACY_EXPECTED_YIELD: (
        "产品成立时文件所载收益率仅为当时的测算，不是对收益的承诺或保证。",
        "The rate in the plan's first papers was an estimate: no promise or guarantee of return.",
    ),
}
"""The words that go with a benchmark, in Chinese and in English."""


class NavBody(Body):
    """A net asset value."""

    value: DecimalText
    """Of one unit."""
    on: DayText


class IncomeDaysBody(Body):
    """The next distribution of income."""

    record_on: DayText
    """Who holds at the end of this day is paid."""
    payment_on: DayText


class BenchmarkBody(Body):
    """A performance benchmark, with its disclaimer."""

    rate_bps: Annotated[int, Field(ge=0, le=10_000, description="A year; no promise.")]
    disclaimer: DisclaimerName = "PERFORMANCE_BENCHMARK"


class PublishDisclosureBody(Body):
    """What has changed about a product; what is left out stays as it was."""

    nav: NavBody | None = None
    last_distribution_on: DayText | None = None
    """Income is distributed up to the end of this day."""
    next_income: IncomeDaysBody | None = None
    benchmark: BenchmarkBody | None = None
    risk_level: Annotated[int | None, Field(ge=1, le=5, description="R1 to R5.")] = None
    distressed: bool | None = None
    """The product is late, extended or in default; or is no longer."""
    documents: Annotated[list[IdText], Field(max_length=DISCLOSURE_DOCUMENTS_MAX)] = Field(
        default_factory=list
    )
    """Documents that are attached to the product and count."""
    text_zh: Text | None = None
    text_en: Text | None = None


class SetQuoteBasisBody(Body):
    """How a product's price is quoted."""

    quote_basis: QuoteBasisName


class Benchmark(Answer):
    """A performance benchmark: it is never shown without its disclaimer."""

    rate_bps: int
    disclaimer: Annotated[str, name_of(Disclaimer)]
    disclaimer_zh: str
    disclaimer_en: str


class Facts(Answer):
    """What was known of a product."""

    quote_basis: Annotated[str, name_of(QuoteBasis)]
    """The book ranks by yuan a unit. CLEAN: without accrued income, which the buyer pays besides;
    else all that he pays."""
    risk_level: int
    benchmark: Benchmark | None
    nav: Decimal | None
    """Of one unit."""
    nav_on: Day | None
    last_distribution_on: Day | None
    next_record_on: Day | None
    next_payment_on: Day | None
    disclosed_at: Moment | None
    distressed: bool
    """It may not pay what its holders have been led to expect: it is late, extended or in
    default."""


class DisclosedDocument(Answer):
    """A document to which a disclosure refers, without the file."""

    link_id: str
    kind: Annotated[str, name_of(DocumentKind)]
    attached_at: Moment


class Disclosure(Answer):
    """What was known of a product from one disclosure on."""

    disclosure_id: str
    symbol: str
    published_by: str
    published_at: Moment
    facts: Facts
    documents: list[str]
    attached: Annotated[
        list[DisclosedDocument],
        Field(description="What kind of document each of these is, in their order."),
    ]
    text_zh: str
    text_en: str


class PriceQuotes(Answer):
    """One price in every way for which enough is known."""

    clean: Decimal | None
    """Without accrued income."""
    full: Decimal
    """All that a buyer pays a unit, before fees."""
    nav_discount: Percent | None
    """Below the last net asset value; negative above it."""
    yearly_yield: Percent | None
    """Until maturity, if everything is paid as expected: simple up to a year, beyond compounded."""
    estimate_zh: str
    estimate_en: str


class LastDeal(Answer):
    """The last deal, and what its price says on the pricing date."""

    price: Decimal
    matched_at: Moment
    quotes: PriceQuotes | None


class Pricing(Answer):
    """What is known of a product, and what follows from it today."""

    facts: Facts
    pricing_date: Day
    """Today in Asia/Shanghai: what a unit has earned until now goes with it."""
    accrued_per_unit: Decimal | None
    """None: nobody has disclosed what it takes."""
    nav_age_days: int | None
    last_deal: LastDeal | None
    """None: there was none, or it is not for who asks to see."""


class Conversion(Answer):
    """A price that was stated in one way, in all of them."""

    symbol: str
    pricing_date: Day
    basis: Annotated[str, name_of(QuoteBasis)]
    value: str
    quotes: PriceQuotes


def pricing_of(product: ProductView, day: DayNumber, *, shows_quotes: bool) -> Pricing:
    """What is known of a product, as the wire shows it on a day. Cost: as `quotes_of`, once for
    each price and day.

    Args:
        shows_quotes: its last deal too.
    """
    facts, unit = product.facts, unit_on(product.terms, product.facts, day)
    accrued = accrued_of(unit)
    return Pricing(
        facts=facts_shown(facts),
        pricing_date=format_day(day),
        accrued_per_unit=None if accrued is None else format_price(accrued),
        nav_age_days=None if facts.nav is None else day - facts.nav.on,
        last_deal=_last_deal(product, unit) if shows_quotes else None,
    )


def facts_shown(facts: PriceFacts) -> Facts:
    """Facts as the wire shows them."""
    nav, income, benchmark = facts.nav, facts.next_income, facts.benchmark
    return Facts(
        quote_basis=facts.quote_basis.name,
        risk_level=facts.risk_level,
        benchmark=None if benchmark is None else _benchmark(benchmark),
        nav=None if nav is None else format_price(nav.value),
        nav_on=None if nav is None else format_day(nav.on),
        last_distribution_on=(
            None if facts.last_distribution_on is None else format_day(facts.last_distribution_on)
        ),
        next_record_on=None if income is None else format_day(income.record_on),
        next_payment_on=None if income is None else format_day(income.payment_on),
        disclosed_at=None
        if facts.disclosed_at_ns is None
        else format_moment(facts.disclosed_at_ns),
        distressed=facts.distressed,
    )


def disclosure_of(
    record: DisclosureRecord, symbol: str, links: Mapping[EvidenceLinkId, EvidenceLink]
) -> Disclosure:
    """A disclosure as the wire shows it.

    Args:
        links: its documents among them.
    """
    return Disclosure(
        disclosure_id=str(record.sequence),
        symbol=symbol,
        published_by=str(record.published_by),
        published_at=format_moment(record.at_ns),
        facts=facts_shown(record.facts),
        documents=[str(link_id) for link_id in record.documents],
        attached=[_document(links[link_id]) for link_id in record.documents],
        text_zh=record.text_zh,
        text_en=record.text_en,
    )


def _document(link: EvidenceLink) -> DisclosedDocument:
    return DisclosedDocument(
        link_id=str(link.link_id),
        kind=link.kind.name,
        attached_at=format_moment(link.attached_at_ns),
    )


def quotes_shown(quotes: Quotes) -> PriceQuotes:
    """A price in every way, as the wire shows it."""
    discount, rate = quotes.nav_discount, quotes.yearly_yield
    return PriceQuotes(
        clean=None if quotes.clean is None else format_price(quotes.clean),
        full=format_price(quotes.full),
        nav_discount=None if discount is None else format_signed(discount, scale=PERCENT_SCALE),
        yearly_yield=None if rate is None else format_signed(rate, scale=PERCENT_SCALE),
        estimate_zh=ESTIMATE_ZH,
        estimate_en=ESTIMATE_EN,
    )


def _last_deal(product: ProductView, unit: Unit) -> LastDeal | None:
    price, at_ns = product.last_price, product.last_at_ns
    if price is None or at_ns is None:
        return None
    quotes = _quotes_once(unit, product.facts.book_basis, price)
    return LastDeal(
        price=format_price(price),
        matched_at=format_moment(at_ns),
        quotes=None if quotes is None else quotes_shown(quotes),
    )


@lru_cache(maxsize=QUOTES_KEPT_MAX)
def _quotes_once(unit: Unit, basis: QuoteBasis, price: Price) -> Quotes | None:
    # Kept, because a yield of years takes a millisecond, and every list of products asks for it.
    return quotes_of(unit, basis, price)


def _benchmark(benchmark: BenchmarkFact) -> Benchmark:
    disclaimer_zh, disclaimer_en = DISCLAIMERS[benchmark.disclaimer]
    return Benchmark(
        rate_bps=benchmark.rate_bps,
        disclaimer=benchmark.disclaimer.name,
        disclaimer_zh=disclaimer_zh,
        disclaimer_en=disclaimer_en,
    )
