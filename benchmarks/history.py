"""The register's history: who had what as of any sequence, and what a lot takes in memory.

There is no exchange: the pure register makes the entries, as it does for the venue, and they go to
the venue's own table in transactions as large as a batch's.
"""

import sqlite3
import time
import tracemalloc
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from random import Random
from typing import Final

from sqlalchemy import Engine, insert
from sqlalchemy.dialects import sqlite

from benchmarks.report import Figure, median, percentile
from exchange.store.database import migrate, open_reader, open_writer
from registry.entries import Cause
from registry.lots import Lot
from registry.register import Register
from registry.store.as_of import ALL, HOLDERS, HolderAsOf, holders_as_of
from registry.store.tables import register as register_table
from registry.transfer import Step, Transfer, TransferEvent
from registry.types import DayNumber, HolderId, LotId, ProductId, TransferId, Units

PRODUCT: Final = ProductId(1)
BESIDE: Final = ProductId(2)
"""A second product, so that the one that is asked for does not have the table to itself."""
UNITS_OPENING: Final = 20_000
UNITS_MAX: Final = 4_000
"""Of one transfer: a tenth of what a holder has, so that he has some ten lots."""
SETTLEMENTS_PER_TRANSACTION: Final = 256
LOTS_PER_HOLDING: Final = 10
NO_STEPS: Final[frozenset[Step]] = frozenset()
DAY: Final = DayNumber(20_000)
MILLISECONDS: Final = 1_000
COMPILED: Final = HOLDERS.compile(dialect=sqlite.dialect(paramstyle="named"))


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """How much is measured."""

    changes: int
    """Of the product that is asked for."""
    questions: int
    lots_in_memory: int
    holders: int = 200
    seed: int = 1


def measure_history(plan: History, directory: Path) -> list[Figure]:
    """Make a long register, ask it at random sequences, and weigh lots."""
    return [*_as_of(plan, directory / "register.sqlite3"), *_memory(plan)]


def _as_of(plan: History, database: Path) -> list[Figure]:
    writer = open_writer(database)
    try:
        migrate(writer)
        trading = _Trading(plan)
        trading.write_to(writer)
    finally:
        writer.dispose()
    draw = Random(plan.seed)
    sequences = [draw.randint(1, trading.register.sequence) for _ in range(plan.questions)]
    asked, bare = _ask(database, sequences), _ask_bare(database, sequences)
    _compare(database, trading.register)
    return [
        Figure(name="register.as_of_ms", value=median(asked), unit="ms", baseline=median(bare)),
        Figure(
            name="register.as_of_p99_ms",
            value=percentile(asked, 99),
            unit="ms",
            baseline=percentile(bare, 99),
        ),
        Figure(name="register.as_of_worst_ms", value=max(asked), unit="ms", baseline=max(bare)),
        Figure(name="register.as_of.changes", value=trading.changes, unit="1"),
        Figure(name="register.as_of.settlements", value=trading.settlements, unit="1"),
        Figure(
            name="register.as_of.database_bytes_per_change",
            value=database.stat().st_size / trading.changes_in_all,
            unit="B",
        ),
    ]


class _Trading:
    """Settlements between random holders of two products, with their entries."""

    def __init__(self, plan: History) -> None:
        self.register = Register()
        self.changes = 0
        """Of the product that is asked for."""
        self.changes_in_all = 0
        self.settlements = 0
        self._wanted = plan.changes
        self._draw = Random(plan.seed)
        self._holders = [HolderId(number) for number in range(1, plan.holders + 1)]

    def write_to(self, engine: Engine) -> None:
        """Trade until there are as many changes as wanted, and insert them as they come."""
        register = self.register
        for product_id in (PRODUCT, BESIDE):
            register.open_product(product_id)
            for holder_id in self._holders:
                register.sequence += 1
                lot_id = LotId(1_000 * register.sequence)
                register.issue(_lot(lot_id, product_id, holder_id), Cause.OPENING)
        statement = insert(register_table)
        columns = register_table.c.keys()
        with engine.connect() as connection:
            while self.changes < self._wanted:
                for _ in range(SETTLEMENTS_PER_TRANSACTION):
                    self._settle()
                rows = [dict(zip(columns, entry, strict=True)) for entry in register.entries]
                connection.exec_driver_sql("BEGIN")
                connection.execute(statement, rows)
                connection.exec_driver_sql("COMMIT")
                self.changes += sum(entry.product_id == PRODUCT for entry in register.entries)
                self.changes_in_all += len(rows)
                _forget_touched(register)

    def _settle(self) -> None:
        register, draw = self.register, self._draw
        product_id = draw.choice((PRODUCT, BESIDE)) if draw.random() < 0.5 else PRODUCT
        seller_id, buyer_id = draw.sample(self._holders, 2)
        holding = register.holdings.get((product_id, seller_id))
        if holding is None:
            return
        units = Units(min(draw.randint(1, UNITS_MAX), holding.available))
        register.sequence += 1
        transfer = Transfer(
            transfer_id=TransferId(1_000 * register.sequence),
            product_id=product_id,
            seller_id=seller_id,
            buyer_id=buyer_id,
            units=units,
            sources=register.reserve(product_id, seller_id, units),
        )
        register.add_transfer(transfer)
        for event in (TransferEvent.BEGIN, TransferEvent.CONFIRM, TransferEvent.SETTLE):
            row = transfer.advance(event, steps=NO_STEPS)
            register.follow(transfer, row, acquired_on=DAY, cost=units)
        self.settlements += 1


def _ask(database: Path, sequences: Sequence[int]) -> list[float]:
    """How long each question takes as the venue asks it, its answer's objects included, in ms."""
    engine = open_reader(database)
    try:
        with engine.connect() as connection:
            return [
                _timed(partial(holders_as_of, connection, PRODUCT, sequence=sequence))
                for sequence in sequences
            ]
    finally:
        engine.dispose()


def _ask_bare(database: Path, sequences: Sequence[int]) -> list[float]:
    """The same statement by the bare driver."""
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:

        def ask(sequence: int) -> None:
            connection.execute(statement, asked | {"as_of": sequence}).fetchall()

        statement = str(COMPILED)
        asked = {**COMPILED.params, "product_id": PRODUCT, "after": 0, "limit": ALL}
        return [_timed(partial(ask, sequence)) for sequence in sequences]


def _timed(question: Callable[[], object]) -> float:
    begin = time.perf_counter()
    question()
    return (time.perf_counter() - begin) * MILLISECONDS


def _compare(database: Path, register: Register) -> None:
    """The answer as of the head is what the register has in memory, or no figure means anything."""
    engine = open_reader(database)
    with engine.connect() as connection:
        found = holders_as_of(connection, PRODUCT, sequence=register.sequence)
    engine.dispose()
    held = {holder: each for (product, holder), each in register.holdings.items() if product == 1}
    expected = [
        HolderAsOf(
            holder_id=holder_id,
            units=held[holder_id].total,
            principal=held[holder_id].principal,
            pledged=0,
            frozen=0,
            lots=len(held[holder_id].lots),
        )
        for holder_id in sorted(held)
    ]
    assert found == expected


def _memory(plan: History) -> list[Figure]:
    """What a lot takes, its share of its holding included, beside a tuple of its numbers."""
    holders = plan.lots_in_memory // LOTS_PER_HOLDING
    tracemalloc.start()
    before, _ = tracemalloc.get_traced_memory()
    register = Register()
    register.open_product(PRODUCT)
    for number in range(plan.lots_in_memory):
        register.sequence += 1
        lot_id = LotId(1_000 * register.sequence)
        register.issue(_lot(lot_id, PRODUCT, HolderId(1 + number % holders)), Cause.OPENING)
        _forget_touched(register)
    between, _ = tracemalloc.get_traced_memory()
    tuples = [
        (1_000 * number, PRODUCT, 1 + number % holders, None, DAY, *([UNITS_OPENING + number] * 3))
        for number in range(plan.lots_in_memory)
    ]
    after, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert len(register.holdings) == holders
    return [
        Figure(
            name="register.memory_bytes_per_lot",
            value=(between - before) / plan.lots_in_memory,
            unit="B",
            baseline=(after - between) / len(tuples),
        )
    ]


def _lot(lot_id: LotId, product_id: ProductId, holder_id: HolderId) -> Lot:
    # Numbers of their own, as real lots have: small ones and shared ones would take no memory.
    units = UNITS_OPENING + lot_id // 1_000
    return Lot(
        lot_id=lot_id,
        product_id=product_id,
        holder_id=holder_id,
        acquired_on=DAY,
        units=units,
        principal=100 * units,
        cost=101 * units,
    )


def _forget_touched(register: Register) -> None:
    """What taking the rows of a batch does."""
    register.touched_lots.clear()
    register.touched_claims.clear()
    register.entries.clear()
