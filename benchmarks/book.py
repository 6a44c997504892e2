"""How many commands a second the order book takes, beside a bare loop over a dict in the same run.

    python -m benchmarks.book --json FILE [--quick]

The stream: half resting limits, 35 % cancels, 15 % crossing, on 10,000 resting orders at 100 prices
a side; then single kinds of command; then the recorded order flow. One process, one thread, the
garbage collector as Python sets it; medians of five runs (`--quick`: three).

Left out: everything around the book. No accounts, no journal, no network; commands are made before
the clock starts.
"""

from __future__ import annotations

import argparse
import gc
import json
import random
import statistics
import time
from collections.abc import Callable
from pathlib import Path

from api.replay.bitstamp import BitstampReplay, find_recording, read_orders, read_trades
from matching import OrderBook, OrderId, ParticipantId, Price, Quantity, Side, TimeInForce

RESTING_COUNT = 10_000
PRICES_PER_SIDE = 100
MIDDLE_PRICE = 1_000
GOOD_TILL_CANCELLED = TimeInForce.GOOD_TILL_CANCELLED

Place = tuple[OrderId, ParticipantId, Side, Price, Quantity, TimeInForce]
Command = Place | OrderId  # an id alone is a cancel


class Stream:
    """Commands drawn from a seed; the same for every run."""

    def __init__(self, seed: int) -> None:
        self.draw = random.Random(seed)
        self.order_id = 0
        self.placed: list[OrderId] = []

    def place(self, *, away: int, time_in_force: TimeInForce = GOOD_TILL_CANCELLED) -> Place:
        """An order `away` prices from the middle, on the side where that is the worse price."""
        self.order_id += 1
        side = self.draw.choice((Side.BUY, Side.SELL))
        price = MIDDLE_PRICE - away if side is Side.BUY else MIDDLE_PRICE + away
        return (
            OrderId(self.order_id),
            ParticipantId(self.order_id % 1_000),
            side,
            Price(price),
            Quantity(self.draw.randint(1, 100)),
            time_in_force,
        )

    def resting(self) -> Place:
        command = self.place(away=self.draw.randint(1, PRICES_PER_SIDE))
        self.placed.append(command[0])
        return command

    def mixed(self) -> Command:
        chance = self.draw.random()
        if chance < 0.50:
            return self.resting()
        elif chance < 0.85:
            at = self.draw.randrange(len(self.placed))
            self.placed[at], self.placed[-1] = self.placed[-1], self.placed[at]
            return self.placed.pop()
        else:
            return self.place(away=-5, time_in_force=TimeInForce.IMMEDIATE_OR_CANCEL)


def run_commands(book: OrderBook, commands: list[Command]) -> int:
    """Nanoseconds that the book took for all of `commands`."""
    place, cancel = book.place, book.cancel
    gc.collect()
    started_ns = time.perf_counter_ns()
    for command in commands:
        if isinstance(command, tuple):
            place(*command)
        else:
            cancel(command)
    return time.perf_counter_ns() - started_ns


def run_dict(count: int) -> int:
    """Nanoseconds for `count` insertions into a dict, each followed by a deletion: the baseline."""
    numbers: dict[int, int] = {}
    gc.collect()
    started_ns = time.perf_counter_ns()
    for number in range(count):
        numbers[number] = number
        del numbers[number]
    return time.perf_counter_ns() - started_ns


def run_mix(count: int) -> int:
    stream = Stream(1)
    book = OrderBook()
    run_commands(book, [stream.resting() for _ in range(RESTING_COUNT)])
    return run_commands(book, [stream.mixed() for _ in range(count)])


def run_place(count: int) -> int:
    stream = Stream(2)
    return run_commands(OrderBook(), [stream.resting() for _ in range(count)])


def run_cancel(count: int) -> int:
    stream = Stream(3)
    book = OrderBook()
    run_commands(book, [stream.resting() for _ in range(count)])
    stream.draw.shuffle(stream.placed)
    return run_commands(book, list(stream.placed))


def run_cross(count: int) -> int:
    """Every second order rests and every second one takes it."""
    sells = ((OrderId(2 * n), Side.SELL) for n in range(count))
    book = OrderBook()
    commands: list[Command] = []
    for order_id, side in sells:
        maker = (order_id, ParticipantId(1), side, Price(100), Quantity(5), GOOD_TILL_CANCELLED)
        taker = (OrderId(order_id + 1), ParticipantId(2), Side.BUY, *maker[3:])
        commands += [maker, taker]
    return run_commands(book, commands[:count])


def rows_per_s_of_replay() -> int:
    """The recorded rows a second through the book, comparison of trades included."""
    orders, trades = find_recording()
    run = BitstampReplay(read_trades(trades))
    rows = list(read_orders(orders))
    gc.collect()
    started_ns = time.perf_counter_ns()
    for row in rows:
        run.apply(row)
    elapsed_ns = time.perf_counter_ns() - started_ns
    assert run.agreement().equal_count == run.agreement().recorded_count
    return per_s(len(rows), elapsed_ns)


def per_s(count: int, elapsed_ns: int) -> int:
    return count * 1_000_000_000 // elapsed_ns


def measure(*, count: int, repeats: int) -> list[dict[str, object]]:
    """One row a figure; baseline and figure alternate, so that a noisy neighbour meets both."""
    kinds: list[tuple[str, Callable[[], int]]] = [
        ("book.mix", lambda: per_s(count, run_mix(count))),
        ("book.place", lambda: per_s(count, run_place(count))),
        ("book.cancel", lambda: per_s(count, run_cancel(count))),
        ("book.cross", lambda: per_s(count, run_cross(count))),
        ("book.replay", rows_per_s_of_replay),
    ]
    rows: list[dict[str, object]] = []
    for name, run in kinds:
        figures, baselines = [], []
        for _ in range(repeats):
            baselines.append(per_s(count, run_dict(count)))
            figures.append(run())
        figure, baseline = statistics.median_low(figures), statistics.median_low(baselines)
        rows.append(
            {
                "name": f"{name}.commands_per_s",
                "value": figure,
                "unit": "1/s",
                "baseline": baseline,
                "ratio": round(figure / baseline, 4),
            }
        )
        print(f"{name:12} {figure:>10,}/s   dict {baseline:>12,}/s   {figure / baseline:.3f}")
    return rows


def main() -> None:
    parser = argparse.ArgumentParser(description="Commands a second of the order book.")
    parser.add_argument("--json", type=Path, required=True, help="where to write the figures")
    parser.add_argument("--quick", action="store_true", help="fewer commands and repeats")
    options = parser.parse_args()
    count, repeats = (50_000, 3) if options.quick else (300_000, 5)
    rows = measure(count=count, repeats=repeats)
    options.json.write_text(json.dumps(rows, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
