"""What is known of a product before anybody has disclosed anything."""

from exchange.commands import CreateProduct
from exchange.price_types import Benchmark, Disclaimer, PriceFacts, QuoteBasis


def first_facts(terms: CreateProduct) -> PriceFacts:
    """What the terms say, quoted as all that the buyer pays. Cost: O(1)."""
    rate_bps = terms.benchmark_bps
    return PriceFacts(
        quote_basis=QuoteBasis.DIRTY,
        risk_level=terms.risk_level,
        benchmark=(
            None if rate_bps is None else Benchmark(rate_bps, Disclaimer.PERFORMANCE_BENCHMARK)
        ),
    )
