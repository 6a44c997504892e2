"""Every SELECT about disclosures: committed state only, for people to read."""

import msgspec
from sqlalchemy import Connection, select
from sqlalchemy.engine.row import RowMapping

from exchange.evidence_types import EvidenceLinkId
from exchange.price_types import (
    Benchmark,
    Disclaimer,
    Disclosure,
    IncomeDays,
    Nav,
    PriceFacts,
    QuoteBasis,
)
from exchange.store.price_tables import disclosures
from registry.types import ProductId


def disclosures_before(
    connection: Connection,
    product_id: ProductId,
    *,
    before: int | None,
    before_ns: int | None,
    limit: int,
) -> list[Disclosure]:
    """What was disclosed of a product, newest first: the first is what was known last.

    Args:
        before: the sequence that comes after them; None: any.
        before_ns: the moment that comes after them; None: any.

    Cost: O(answer), and with `before_ns` O(newer ones).
    """
    columns = disclosures.c
    wanted = select(disclosures).where(columns.product_id == product_id)
    if before is not None:
        wanted = wanted.where(columns.sequence < before)
    if before_ns is not None:
        wanted = wanted.where(columns.at_ns < before_ns)
    found = connection.execute(wanted.order_by(columns.sequence.desc()).limit(limit)).mappings()
    return [_disclosure(row) for row in found]


def _disclosure(row: RowMapping) -> Disclosure:
    return Disclosure(
        sequence=row["sequence"],
        product_id=row["product_id"],
        at_ns=row["at_ns"],
        published_by=row["published_by"],
        facts=_facts(row),
        documents=msgspec.msgpack.decode(row["documents"], type=tuple[EvidenceLinkId, ...]),
        text_zh=row["text_zh"],
        text_en=row["text_en"],
    )


def _facts(row: RowMapping) -> PriceFacts:
    benchmark, nav, income = None, None, None
    if row["benchmark_bps"] is not None:
        benchmark = Benchmark(row["benchmark_bps"], Disclaimer(row["disclaimer"]))
    if row["nav"] is not None:
        nav = Nav(row["nav"], row["nav_on"])
    if row["record_on"] is not None:
        income = IncomeDays(row["record_on"], row["payment_on"])
    return PriceFacts(
        quote_basis=QuoteBasis(row["quote_basis"]),
        risk_level=row["risk_level"],
        benchmark=benchmark,
        nav=nav,
        last_distribution_on=row["last_distribution_on"],
        next_income=income,
        disclosed_at_ns=row["disclosed_at_ns"],
        distressed=bool(row["distressed"]),
    )
