"""What was said of products, in the order in which it was said: what is known is looked up each
time, from the last word on it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from exchange.price_commands import PriceCommand, PublishDisclosure
from exchange.price_types import Benchmark, Disclaimer, IncomeDays, PriceFacts, QuoteBasis
from registry.types import TimeNs

if TYPE_CHECKING:
    from tests.model.product import ModelProduct


@dataclass(kw_only=True, eq=False)
class Saying:
    """What was said, and what was known after it."""

    number: int
    at_ns: TimeNs
    command: PriceCommand
    facts: PriceFacts


def last_word(product: ModelProduct, name: str) -> Any:
    """The last that was said on it; None: nothing was."""
    words = [getattr(each.command, name, None) for each in product.sayings]
    return next((word for word in reversed(words) if word is not None), None)


def _is_made(product: ModelProduct, income: IncomeDays) -> bool:
    """Whether it was said, since the income was, that it is distributed; what is said of an older
    one after that takes nothing back."""
    said = [getattr(each.command, "next_income", None) for each in product.sayings]
    since = len(said) - said[::-1].index(income) - 1
    words = [
        getattr(each.command, "last_distribution_on", None) for each in product.sayings[since:]
    ]
    return any(day is not None and day >= income.record_on for day in words)


def known(product: ModelProduct) -> PriceFacts:
    """All that is known of the product."""
    terms = product.terms
    benchmark = last_word(product, "benchmark")
    if benchmark is None and terms.benchmark_bps is not None:
        benchmark = Benchmark(terms.benchmark_bps, Disclaimer.PERFORMANCE_BENCHMARK)
    distributed = last_word(product, "last_distribution_on")
    income = last_word(product, "next_income")
    is_made = income is not None and _is_made(product, income)
    disclosed = [
        each.at_ns for each in product.sayings if isinstance(each.command, PublishDisclosure)
    ]
    return PriceFacts(
        quote_basis=last_word(product, "quote_basis") or QuoteBasis.DIRTY,
        risk_level=last_word(product, "risk_level") or terms.risk_level,
        benchmark=benchmark,
        nav=last_word(product, "nav"),
        last_distribution_on=distributed,
        next_income=None if is_made else income,
        disclosed_at_ns=disclosed[-1] if disclosed else None,
        distressed=last_word(product, "distressed") or False,
    )
