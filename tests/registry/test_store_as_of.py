"""The register in SQL: what was true as of a sequence, of holders, of lots and of one holder."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import Connection, create_engine, event

from registry.entries import Cause
from registry.register import Register
from registry.store.as_of import (
    HolderAsOf,
    changes_of,
    holder_as_of,
    holders_as_of,
    lots_as_of,
)
from registry.store.queries import holdings_of, lots_of
from registry.store.rows import claim_row, lot_row
from registry.store.tables import lot_claims, lots, metadata, register
from registry.types import HolderId, LotId, ProductId, Units
from tests.registry.contracts import (
    BUYER,
    FIRST,
    PLAN,
    SECOND,
    SELLER,
    SETTLED,
    THIRD,
    THIRD_LOT,
    contract,
    pending,
    settle,
)

SOLD = LotId(20_000)


@pytest.fixture
def connection() -> Iterator[Connection]:
    """Title as it went: taken over at 10, 11 and 12, a part sold at 20, the rest at 30."""
    kept = Register()
    kept.open_product(PLAN)
    for sequence, lot in (
        (10, contract(FIRST, 100, principal=9_001)),
        (11, contract(SECOND, 40, pledged=5, frozen=50)),
        (12, contract(THIRD_LOT, 7, holder_id=THIRD, pledged=2)),
    ):
        kept.sequence = sequence
        kept.issue(lot, Cause.OPENING)
    for sequence, number, units in ((20, 20_000, 60), (30, 30_000, 40)):
        transfer = pending(kept, units=units, number=number)
        kept.sequence = sequence
        settle(kept, transfer)
    kept.reserve(PLAN, BUYER, Units(15))
    engine = create_engine("sqlite://")
    metadata.create_all(engine, tables=[lots, lot_claims, register])
    with engine.connect() as made:
        for table, rows in (
            (lots, [lot_row(lot) for lot in kept.touched_lots.values()]),
            (lot_claims, [claim_row(lot) for lot in kept.touched_claims.values()]),
            (register, kept.entries),
        ):
            named = [dict(zip(table.columns.keys(), row, strict=True)) for row in rows]
            made.execute(table.insert(), named)
        yield made
    engine.dispose()


def units(connection: Connection, sequence: int) -> dict[int, int]:
    return {
        each.holder_id: each.units for each in holders_as_of(connection, PLAN, sequence=sequence)
    }


@pytest.mark.parametrize(
    ("sequence", "expected"),
    [
        (0, {}),
        (9, {}),
        (10, {SELLER: 100}),
        (11, {SELLER: 140}),
        (12, {SELLER: 140, THIRD: 7}),
        (19, {SELLER: 140, THIRD: 7}),
        (20, {SELLER: 80, BUYER: 60, THIRD: 7}),
        (29, {SELLER: 80, BUYER: 60, THIRD: 7}),
        (30, {SELLER: 40, BUYER: 100, THIRD: 7}),
        (2**63 - 1, {SELLER: 40, BUYER: 100, THIRD: 7}),
    ],
)
def test_the_holders_as_of_a_sequence(
    connection: Connection, sequence: int, expected: dict[int, int]
) -> None:
    assert units(connection, sequence) == expected


def test_a_holder_is_told_with_what_lies_on_his_units(connection: Connection) -> None:
    assert holder_as_of(connection, PLAN, SELLER, sequence=11) == HolderAsOf(
        holder_id=SELLER, units=140, principal=13_001, pledged=0, frozen=40, lots=2
    )
    assert holder_as_of(connection, PLAN, THIRD, sequence=99) == HolderAsOf(
        holder_id=THIRD, units=7, principal=700, pledged=2, frozen=0, lots=1
    )
    assert holder_as_of(connection, PLAN, SELLER, sequence=9) is None
    assert holder_as_of(connection, PLAN, HolderId(99), sequence=99) is None
    assert holder_as_of(connection, ProductId(7), SELLER, sequence=99) is None


def test_who_has_sold_all_is_no_holder_any_more(connection: Connection) -> None:
    sold = (PLAN, THIRD, 40, 0, THIRD_LOT, *[0] * 10, Cause.TRANSFER.value, 40_000)
    row = dict(zip(register.columns.keys(), sold, strict=True))
    connection.execute(register.insert(), [row])
    assert units(connection, 39) == {SELLER: 40, BUYER: 100, THIRD: 7}
    assert units(connection, 40) == {SELLER: 40, BUYER: 100}
    assert holder_as_of(connection, PLAN, THIRD, sequence=40) is None
    assert lots_as_of(connection, PLAN, THIRD, sequence=40) == []


def test_the_holders_come_in_pages(connection: Connection) -> None:
    everybody = holders_as_of(connection, PLAN, sequence=20)
    assert [each.holder_id for each in everybody] == [SELLER, BUYER, THIRD]
    assert holders_as_of(connection, PLAN, sequence=20, limit=2) == everybody[:2]
    assert holders_as_of(connection, PLAN, sequence=20, after=BUYER) == everybody[2:]
    assert holders_as_of(connection, PLAN, sequence=20, after=THIRD) == []
    assert holders_as_of(connection, ProductId(7), sequence=20) == []


def test_the_lots_as_of_a_sequence(connection: Connection) -> None:
    def told(holder_id: HolderId, sequence: int) -> list[tuple[int, ...]]:
        return [
            (lot.lot_id, lot.units, lot.principal, lot.cost, lot.pledged, lot.frozen)
            for lot in lots_as_of(connection, PLAN, holder_id, sequence=sequence)
        ]

    frozen = (SECOND, 40, 4_000, 4_000, 5, 50)
    assert told(SELLER, 9) == []
    assert told(SELLER, 10) == [(FIRST, 100, 9_001, 10_000, 0, 0)]
    assert told(SELLER, 19) == [(FIRST, 100, 9_001, 10_000, 0, 0), frozen]
    assert told(SELLER, 20) == [(FIRST, 40, 3_601, 4_000, 0, 0), frozen]
    assert told(SELLER, 30) == [frozen]
    assert told(BUYER, 20) == [(SOLD, 60, 5_400, 7_000, 0, 0)]
    assert told(BUYER, 30) == [(SOLD, 60, 5_400, 7_000, 0, 0), (30_000, 40, 3_601, 7_000, 0, 0)]
    (bought,) = lots_as_of(connection, PLAN, BUYER, sequence=20)
    assert (bought.acquired_on, bought.contract) == (SETTLED, None)


def test_the_changes_of_a_holder_come_in_pages(connection: Connection) -> None:
    first = changes_of(connection, PLAN, SELLER, after=(0, 0), limit=3)
    assert [(each.sequence, each.lot_id, each.units, each.holding_units) for each in first] == [
        (10, FIRST, 100, 100),
        (11, SECOND, 40, 140),
        (20, FIRST, 40, 80),
    ]
    assert [(each.cause, each.cause_id) for each in first] == [
        (Cause.OPENING, 10),
        (Cause.OPENING, 11),
        (Cause.TRANSFER, 20_000),
    ]
    (last,) = changes_of(connection, PLAN, SELLER, after=(20, first[-1].ordinal), limit=3)
    assert (last.sequence, last.units, last.principal, last.cost) == (30, 0, 0, 0)
    assert changes_of(connection, PLAN, SELLER, after=(30, 0), limit=3) == []


def test_the_holdings_of_now_are_summed_from_lots_and_claims(connection: Connection) -> None:
    (row,) = holdings_of(connection, BUYER, after=0, limit=10)
    assert row.product_id == PLAN
    assert row.buckets == (85, 15, 0, 0, 0)
    (row,) = holdings_of(connection, SELLER, after=0, limit=10)
    assert row.buckets == (0, 0, 0, 0, 40)
    assert holdings_of(connection, SELLER, after=PLAN, limit=10) == []
    assert holdings_of(connection, SELLER, after=0, limit=0) == []


def test_the_lots_of_now_are_those_with_units(connection: Connection) -> None:
    told = lots_of(connection, product_id=PLAN, holder_id=BUYER)
    assert [(lot.lot_id, lot.units, lot.reserved) for lot in told] == [
        (SOLD, 60, 15),
        (30_000, 40, 0),
    ]
    assert [lot.lot_id for lot in lots_of(connection, product_id=PLAN, holder_id=SELLER)] == [
        SECOND
    ]
    later = lots_of(connection, product_id=PLAN, holder_id=BUYER, after=SOLD, limit=1)
    assert [lot.lot_id for lot in later] == [30_000]


def test_no_query_reads_all_of_a_table(connection: Connection) -> None:
    """What is asked of the register goes by its key, and of live lots by their index."""
    asked: list[str] = []

    def remember(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        asked.append(statement)

    event.listen(connection.engine, "before_cursor_execute", remember)
    holders_as_of(connection, PLAN, sequence=20)
    holder_as_of(connection, PLAN, SELLER, sequence=20)
    lots_as_of(connection, PLAN, SELLER, sequence=20)
    changes_of(connection, PLAN, SELLER, after=(0, 0), limit=3)
    holdings_of(connection, SELLER, after=0, limit=10)
    lots_of(connection, product_id=PLAN, holder_id=SELLER)
    event.remove(connection.engine, "before_cursor_execute", remember)
    assert len(asked) == 6
    driver = connection.connection.driver_connection
    assert driver is not None
    for statement in asked:
        values = (1,) * statement.count("?")
        plan = driver.execute(f"EXPLAIN QUERY PLAN {statement}", values).fetchall()
        steps = [row[3] for row in plan]
        tables = ("register", "entry", "lots", "lot_claims")
        assert not [step for step in steps if step in [f"SCAN {name}" for name in tables]], steps
        assert ("lots_live" in str(steps)) is ("FROM lots" in statement), steps
