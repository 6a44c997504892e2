"""Measures one order book on one stream, in a process of its own; prints one line of JSON.

    python -m benchmarks.matching_worker --book NAME --market JSON --stream FILE --measure WHAT

The book is `plain` or `compiled` (which build this is, the Python path decides: it is asserted),
with `-bulk` after it driven by `run`, or a peer. Before the clock starts the calls of the whole
stream are in a list, the orders that rest at the beginning are in the book, and the garbage
collector is settled as `trustex serve` does it, for every book alike.
"""

from __future__ import annotations

import argparse
import gc
import json
import tracemalloc
from array import array
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from time import perf_counter_ns, process_time_ns
from typing import Any, Final

from benchmarks.matching_peers import PEERS, Call, Fill
from benchmarks.matching_streams import (
    Market,
    Row,
    place_arguments,
    place_options,
    read_stream,
)
from matching import COMPILED, BookEvent, Command, Filled, OrderId

GC_THRESHOLDS: Final = (10_000, 20, 500)
"""Those of api/server.py, which a test compares: a worker imports no web server."""
SECOND_NS: Final = 1_000_000_000
BULK_PART: Final = 10_000
CHECKSUM_FACTOR: Final = 1_000_003
CHECKSUM_MASK: Final = 2**61 - 1

Report = dict[str, float]
OptionCall = tuple[Callable[..., Any], tuple[Any, ...], dict[str, Any]]


# A rate counts the time that this process had a core: a book waits for nothing, so on a quiet
# machine that is the time on the wall, and on any other the neighbours are left out.


def run_calls(calls: Sequence[Call]) -> int:
    """Nanoseconds that the calls took."""
    started_ns = process_time_ns()
    for function, arguments in calls:
        function(*arguments)
    return process_time_ns() - started_ns


def run_option_calls(calls: Sequence[OptionCall]) -> int:
    """Nanoseconds that calls with options took."""
    started_ns = process_time_ns()
    for function, arguments, options in calls:
        function(*arguments, **options)
    return process_time_ns() - started_ns


def time_each(calls: Sequence[OptionCall]) -> list[int]:
    """Nanoseconds of each call, with the reading of the clock."""
    times_ns = array("q", bytes(8 * len(calls)))
    for number, (function, arguments, options) in enumerate(calls):
        started_ns = perf_counter_ns()
        function(*arguments, **options)
        times_ns[number] = perf_counter_ns() - started_ns
    return sorted(times_ns)


def do_nothing(*_arguments: object, **_options: object) -> None:
    """The empty call that the times of commands stand beside."""


def settle() -> None:
    """Leave the garbage collector nothing of what was there, and settle it for serving."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*GC_THRESHOLDS)


class OurBook:
    """`OrderBook`, one a product, by the calls that a stream consists of."""

    def __init__(self, market: Market) -> None:
        self.market = market
        self.books = [market.book() for _ in range(market.products)]
        # A class is one dictionary for all its orders, as a caller would have it too.
        self.options: dict[tuple[int, int], dict[str, Any]] = {}

    @property
    def is_plain(self) -> bool:
        return not self.market.restricted and not self.market.sized

    def calls(self, rows: Iterable[Row]) -> list[Call]:
        return [
            (self.books[row.product].place, place_arguments(row))
            if row.quantity
            else (self.books[row.product].cancel, (OrderId(row.order_id),))
            for row in rows
        ]

    def option_calls(self, rows: Sequence[Row]) -> list[OptionCall]:
        none: dict[str, Any] = {}
        return [
            (*call, self.options_of(row) if row.quantity else none)
            for call, row in zip(self.calls(rows), rows, strict=True)
        ]

    def options_of(self, row: Row) -> dict[str, Any]:
        if row.terms:
            return place_options(row)
        key = (row.counterparty_class, row.terms)
        if key not in self.options:
            self.options[key] = place_options(row)
        return self.options[key]

    def load(self, rows: Sequence[Row]) -> None:
        run_option_calls(self.option_calls(rows))

    def rate_ns(self, rows: Sequence[Row]) -> int:
        if self.is_plain:
            calls = self.calls(rows)
            settle()
            return run_calls(calls)
        option_calls = self.option_calls(rows)
        settle()
        return run_option_calls(option_calls)

    def bulk_ns(self, rows: Sequence[Row]) -> int:
        chunks = bulk_chunks(rows)
        run = self.books[0].run
        settle()
        started_ns = process_time_ns()
        for chunk in chunks:
            run(chunk)
        return process_time_ns() - started_ns

    def bulk_fills(self, rows: Sequence[Row]) -> Iterable[Fill]:
        for chunk in bulk_chunks(rows):
            yield from fills_of(self.books[0].run(chunk))

    def fills(self, rows: Sequence[Row]) -> Iterable[Fill]:
        for function, arguments, options in self.option_calls(rows):
            yield from fills_of(function(*arguments, **options))


def bulk_chunks(rows: Sequence[Row]) -> list[list[Command]]:
    """The rows as `OrderBook.run` takes them, in parts whose events a caller would use and drop."""
    commands: list[Command] = []
    for row in rows:
        if row.quantity:
            order_id, participant_id, side, price, quantity = place_arguments(row)
            which = row.counterparty_class
            commands.append((order_id, participant_id, side.value, price, quantity, 1, which))
        else:
            commands.append((row.order_id,))
    return [commands[start : start + BULK_PART] for start in range(0, len(commands), BULK_PART)]


def fills_of(events: Iterable[BookEvent]) -> Iterable[Fill]:
    """The fills among the events."""
    for event in events:
        if isinstance(event, Filled):
            yield Fill(event.maker_order_id, event.taker_order_id, event.price, event.quantity)


def checksum_of(fills: Iterable[Fill]) -> Report:
    """How many fills there are, and a number that stands for all of them in their order."""
    count, checksum = 0, 0
    for fill in fills:
        count += 1
        for number in fill:
            checksum = (checksum * CHECKSUM_FACTOR + number) & CHECKSUM_MASK
    return {"fills": count, "checksum": checksum}


def rate(commands: int, elapsed_ns: int) -> Report:
    """Commands a second."""
    return {"commands_per_s": commands * SECOND_NS // elapsed_ns}


def latencies(book: OurBook, rows: Sequence[Row]) -> Report:
    """Percentiles of one command in nanoseconds, and of an empty call with its arguments."""
    calls = book.option_calls(rows)
    empty = [(do_nothing, arguments, options) for _, arguments, options in calls]
    settle()
    report: Report = {}
    for name, times_ns in (("empty", time_each(empty)), ("command", time_each(calls))):
        for digits, per_mille in (("p50", 500), ("p99", 990), ("p999", 999)):
            report[f"{name}_{digits}_ns"] = times_ns[len(times_ns) * per_mille // 1_000]
    return report


def memory(book: OurBook, loading: Sequence[Row]) -> Report:
    """Bytes that each resting order takes beyond its command, which the caller keeps."""
    calls = book.calls(loading)
    gc.collect()
    tracemalloc.start()
    run_calls(calls)
    gc.collect()
    taken, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert len(book.books[0]) == len(loading)
    return {"bytes_per_order": taken / len(loading)}


def measure_peer(name: str, measure: str, file: Path) -> Report:
    """What one of the others does."""
    peer = PEERS[name]()
    loading, rows = read_stream(file)
    if measure == "fills":

        def fills() -> Iterable[Fill]:
            for number, row in enumerate([*loading, *rows]):
                function, arguments = peer.call(row)
                made = list(peer.fills(function(*arguments)))
                if number >= len(loading):
                    yield from made

        return checksum_of(fills())
    assert measure == "rate", measure
    run_calls([peer.call(row) for row in loading])
    calls = [peer.call(row) for row in rows]
    settle()
    return rate(len(rows), run_calls(calls))


def measure_ours(name: str, measure: str, market: Market, file: Path) -> Report:
    """What our book does, in the build that the name says."""
    build, _, form = name.partition("-")
    assert (build == "compiled") == COMPILED, (name, COMPILED)
    loading, rows = read_stream(file)
    book = OurBook(market)
    if measure == "memory":
        return memory(book, loading)
    book.load(loading)
    if measure == "fills":
        return checksum_of(book.bulk_fills(rows) if form else book.fills(rows))
    elif measure == "latency":
        return latencies(book, rows)
    assert measure == "rate", measure
    return rate(len(rows), book.bulk_ns(rows) if form else book.rate_ns(rows))


def main() -> None:
    parser = argparse.ArgumentParser(description="Measures one order book on one stream.")
    parser.add_argument("--book", required=True)
    parser.add_argument("--market", type=json.loads, required=True)
    parser.add_argument("--stream", type=Path, required=True)
    parser.add_argument("--measure", choices=("rate", "fills", "latency", "memory"), required=True)
    options = parser.parse_args()
    if options.book in PEERS:
        report = measure_peer(options.book, options.measure, options.stream)
    else:
        market = Market(**options.market)
        report = measure_ours(options.book, options.measure, market, options.stream)
    print(json.dumps(report))


if __name__ == "__main__":
    main()
