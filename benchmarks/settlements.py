"""Durable settlements a second: confirmations by the real exchange over its SQLite store."""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Final

from api.batches import Submission
from api.server import tune_process
from benchmarks import disk
from benchmarks.journey import SAMPLE_ROWS_MAX, cpu_s_of
from benchmarks.report import Figure, median
from benchmarks.transfers import Trading, confirmation
from benchmarks.venue import TimedStore, found_venue, open_exchange
from exchange.events import TransferOpened
from exchange.sequencer import Outcome
from exchange.service import Exchange

MICROSECONDS: Final = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """One of several, all alike."""

    settlements: int
    seconds: float
    cpu_s: float
    """Of the venue's process."""
    writer_cpu_s: float
    mean_batch: float
    raw_rows_per_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Settling:
    """How much is measured."""

    rounds: int
    settlements: int
    """A round."""
    raw_window_s: float
    traders: int = 200
    products: int = 24
    seed: int = 1


async def measure_settlements(plan: Settling, directory: Path) -> list[Figure]:
    """Open transfers and settle them all, over and over; only the settling is timed."""
    database = directory / "settlements.sqlite3"
    exchange, store = open_exchange(database, makes_snapshots=False)
    try:
        facts = await found_venue(
            exchange, seed=plan.seed, traders=plan.traders, products=plan.products, orders_open=0
        )
        trading = Trading(exchange, facts)
        tune_process()
        rounds = []
        for _ in range(plan.rounds):
            opened = await trading.open_transfers(plan.settlements)
            rounds.append(await _round(plan, exchange, store, opened, database))
            print(f"settled    {rounds[-1].settlements / rounds[-1].seconds:8,.0f}/s", flush=True)
    finally:
        await exchange.stop()
    return _figures(rounds)


async def _round(
    plan: Settling,
    exchange: Exchange,
    store: TimedStore,
    opened: Sequence[TransferOpened],
    database: Path,
) -> Round:
    # Before and after: what the machine can do changes from minute to minute.
    raw_before = _raw_rows_per_s(plan, database, batch_rows=256)
    store.forget()
    cpu_s, writer_cpu_s = time.process_time(), cpu_s_of(store.pid)
    begin = time.perf_counter()
    outcomes = await _settle(exchange, opened)
    seconds = time.perf_counter() - begin
    cpu_s = time.process_time() - cpu_s
    writer_cpu_s = cpu_s_of(store.pid) - writer_cpu_s
    assert len(outcomes) == plan.settlements
    assert all(outcome.refusal is None for outcome in outcomes)
    mean_batch = sum(store.commands_in_batches) / len(store.commands_in_batches)
    raw_after = _raw_rows_per_s(plan, database, batch_rows=round(mean_batch))
    return Round(
        settlements=plan.settlements,
        seconds=seconds,
        cpu_s=cpu_s,
        writer_cpu_s=writer_cpu_s,
        mean_batch=mean_batch,
        raw_rows_per_s=(raw_before + raw_after) / 2,
    )


async def _settle(exchange: Exchange, opened: Sequence[TransferOpened]) -> list[Outcome]:
    """Confirm all, each trust company its own, with as many on their way as a batch of the edge has
    for each of them."""
    by_company = sorted(opened, key=lambda event: event.trust_company_id)
    batches = [
        Submission(exchange, list(map(confirmation, events))).run()
        for _, events in groupby(by_company, key=lambda event: event.trust_company_id)
    ]
    return [outcome for outcomes in await asyncio.gather(*batches) for outcome in outcomes]


def _raw_rows_per_s(plan: Settling, database: Path, *, batch_rows: int) -> float:
    return disk.raw_rows_per_s(
        database.with_name("raw.sqlite3"),
        disk.journal_sample(database, SAMPLE_ROWS_MAX),
        batch_rows=batch_rows,
        window_s=plan.raw_window_s,
    )


def _figures(rounds: Sequence[Round]) -> list[Figure]:
    name = "register.settlements_per_s.sqlite"
    return [
        Figure(
            name=name,
            value=median(each.settlements / each.seconds for each in rounds),
            unit="1/s",
            baseline=median(each.raw_rows_per_s for each in rounds),
        ),
        Figure(
            name=f"{name}.cpu_us",
            value=median(each.cpu_s * MICROSECONDS / each.settlements for each in rounds),
            unit="us",
        ),
        Figure(
            name=f"{name}.writer_cpu_us",
            value=median(each.writer_cpu_s * MICROSECONDS / each.settlements for each in rounds),
            unit="us",
        ),
        Figure(
            name=f"{name}.batch_commands",
            value=median(each.mean_batch for each in rounds),
            unit="1",
        ),
    ]
