"""The rows of disclosures: column order of price_tables.py."""

import msgspec

from exchange.ports import Row
from exchange.price_types import Disclosure


def disclosure_row(disclosure: Disclosure) -> Row:
    """A product's facts from one command on."""
    facts = disclosure.facts
    nav, income, benchmark = facts.nav, facts.next_income, facts.benchmark
    return (
        disclosure.sequence,
        disclosure.product_id,
        disclosure.at_ns,
        disclosure.published_by,
        int(facts.quote_basis),
        facts.risk_level,
        None if benchmark is None else benchmark.rate_bps,
        None if benchmark is None else int(benchmark.disclaimer),
        None if nav is None else nav.value,
        None if nav is None else nav.on,
        facts.last_distribution_on,
        None if income is None else income.record_on,
        None if income is None else income.payment_on,
        facts.disclosed_at_ns,
        msgspec.msgpack.encode(disclosure.documents),
        disclosure.text_zh,
        disclosure.text_en,
        int(facts.distressed),
    )
