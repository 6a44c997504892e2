"""`trustex replay`: recorded order flow through the real book, compared with what the venue did.

Exit status 0: the agreement that is required; 1: less; 2: the recording cannot be read.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from enum import StrEnum
from itertools import islice
from pathlib import Path
from typing import Annotated, Final, TypeVar

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from api.replay.bitstamp import BitstampReplay, find_recording, read_orders, read_trades
from api.replay.lobster import LobsterReplay, read_book_rows, read_steps
from api.replay.recording import RecordingError, line_count, whole_number

# So many rows are read, then applied: the book is timed without the reading, and memory is bounded.
CHUNK_ROWS: Final = 5_000

# What is known to be reachable. Bitstamp: every trade; two of the takers bought for a sum of money
# that is not recorded (api/replay/bitstamp.py). LOBSTER: every row of a deep file; the best level
# of "about 95 %" of a shallow one.
TRADES_REQUIRED: Final = "100%"
TRADES_WITHOUT_QUANTITY_MAX: Final = 2
DEEP_LEVELS_MIN: Final = 50
DEEP_ROWS_REQUIRED: Final = "100%"
BEST_ROWS_REQUIRED: Final = "94%"
LEVELS_COMPARED: Final = 10

EXIT_BELOW_REQUIRED: Final = 1
EXIT_UNREADABLE: Final = 2

Row = TypeVar("Row")


class RecordingFormat(StrEnum):
    """Whose files are read."""

    BITSTAMP = "bitstamp"  # the recording of the installed distribution ob-analytics
    LOBSTER = "lobster"  # a message file and an orderbook file of one's own


class Pace:
    """A progress bar, and the time that was spent in the book alone."""

    def __init__(self, console: Console) -> None:
        self.console = console
        self.row_count = 0
        self.book_ns = 0

    def run(self, rows: Iterable[Row], apply: Callable[[Row], None], *, row_count: int) -> None:
        """Apply every row, with a progress bar."""
        columns = (
            TextColumn("replaying"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
        )
        with Progress(*columns, console=self.console, transient=True) as progress:
            task = progress.add_task("replaying", total=row_count)
            for chunk in _chunks(rows):
                started_ns = time.perf_counter_ns()
                for row in chunk:
                    apply(row)
                self.book_ns += time.perf_counter_ns() - started_ns
                self.row_count += len(chunk)
                progress.advance(task, len(chunk))

    @property
    def rows_per_s(self) -> int:
        return self.row_count * 1_000_000_000 // max(1, self.book_ns)


def replay(
    files: Annotated[
        list[Path] | None,
        typer.Argument(metavar="[MESSAGES ORDERBOOK]", help="The two files of LOBSTER."),
    ] = None,
    *,
    recording_format: Annotated[
        RecordingFormat, typer.Option("--format", help="Whose recording it is.")
    ] = RecordingFormat.BITSTAMP,
    seed_first_row: Annotated[
        bool, typer.Option("--seed-first-row", help="LOBSTER: start from the first book row.")
    ] = False,
    levels: Annotated[
        int, typer.Option(min=1, help="LOBSTER: how many levels a side are compared.")
    ] = LEVELS_COMPARED,
    require: Annotated[
        str | None,
        typer.Option(
            metavar="COUNT|PERCENT%|SHARE",
            help="The trades or rows that must agree; by default what is known to be reachable.",
        ),
    ] = None,
) -> None:
    """Feed a recorded order flow through the order book and compare what it does."""
    console = Console()
    try:
        if recording_format is RecordingFormat.BITSTAMP:
            agrees = _replay_bitstamp(console, files or [], require)
        else:
            agrees = _replay_lobster(
                console, files or [], require, levels=levels, seed_first_row=seed_first_row
            )
    except RecordingError as error:
        Console(stderr=True).print(f"trustex replay: {error}", style="red", markup=False)
        raise typer.Exit(EXIT_UNREADABLE) from error
    if not agrees:
        raise typer.Exit(EXIT_BELOW_REQUIRED)


def _replay_bitstamp(console: Console, files: list[Path], require: str | None) -> bool:
    if files:
        raise RecordingError("the bitstamp recording is the installed one: name no files")
    orders_path, trades_path = find_recording()
    run = BitstampReplay(read_trades(trades_path))
    required = _required(require or TRADES_REQUIRED, of=len(run.recorded))
    pace = Pace(console)
    row_count = line_count(orders_path) - 1  # the header
    pace.run(read_orders(orders_path), run.apply, row_count=row_count)
    agreement = run.agreement()
    recorded = agreement.recorded_count
    table = _table("Bitstamp BTC/USD", pace)
    table.add_row("trades recorded", f"{recorded:,}")
    table.add_row("trades made by the book", f"{agreement.made_count:,}")
    table.add_row("equal: maker, taker, price", f"{agreement.equal_count:,} of {recorded:,}")
    table.add_row("equal: quantity too", f"{agreement.quantity_equal_count:,} of {recorded:,}")
    table.add_row("in the recorded sequence", "yes" if agreement.in_sequence else "no")
    treated = run.treated
    for treatment, count in (
        ("refused: post-only, would cross", treated.post_only_refused),
        ("left out: deletion not recorded", treated.deletion_lost),
        ("refused: price rounds to 0", treated.unpriced_refused),
        ("at market: no price recorded", treated.at_market),
        ("of these: no volume recorded", treated.volume_unknown),
    ):
        table.add_row(treatment, f"{count:,}")
    quantity_required = required - TRADES_WITHOUT_QUANTITY_MAX
    return _verdict(
        console,
        table,
        required=f"{required:,} trades, {max(0, quantity_required):,} with quantity",
        agrees=(
            agreement.equal_count >= required
            and agreement.quantity_equal_count >= quantity_required
        ),
    )


def _replay_lobster(
    console: Console,
    files: list[Path],
    require: str | None,
    *,
    levels: int,
    seed_first_row: bool,
) -> bool:
    if len(files) != 2:
        raise RecordingError("the lobster format needs two files: MESSAGES ORDERBOOK")
    messages_path, book_path = files
    steps = read_steps(messages_path, book_rows=book_path)
    rows = line_count(messages_path) - int(seed_first_row)
    first_row = next(read_book_rows(book_path), None)
    if first_row is None:
        raise RecordingError(f"{book_path} is empty")
    deep = first_row.levels_max >= DEEP_LEVELS_MIN
    required = _required(require or (DEEP_ROWS_REQUIRED if deep else BEST_ROWS_REQUIRED), of=rows)
    run = LobsterReplay(levels=min(levels, first_row.levels_max))
    if seed_first_row:
        run.seed(first_row)
        next(steps)
    pace = Pace(console)
    pace.run(steps, run.step, row_count=rows)
    agreement = run.agreement()
    table = _table(f"LOBSTER {messages_path.name}", pace)
    table.add_row("rows equal: best level", f"{agreement.best_equal_count:,} of {rows:,}")
    table.add_row(
        f"rows equal: {run.levels} levels", f"{agreement.depth_equal_count:,} of {rows:,}"
    )
    executed = agreement.executed_count
    table.add_row("executions equal", f"{agreement.maker_equal_count:,} of {executed:,}")
    equal_count = agreement.depth_equal_count if deep else agreement.best_equal_count
    what = f"{run.levels} levels" if deep else "best level"
    return _verdict(
        console, table, required=f"{required:,} rows, {what}", agrees=equal_count >= required
    )


def _table(title: str, pace: Pace) -> Table:
    table = Table(title=title, show_header=False)
    table.add_column()
    table.add_column(justify="right")
    table.add_row("rows", f"{pace.row_count:,}")
    table.add_row("messages a second", f"{pace.rows_per_s:,}")
    return table


def _verdict(console: Console, table: Table, *, required: str, agrees: bool) -> bool:
    table.add_row("required", required)
    table.add_row("agreement", "yes" if agrees else "NO")
    console.print(table)
    return agrees


def _required(text: str, *, of: int) -> int:
    """How many of `of` the option asks for; a percentage or a share is rounded up."""
    try:
        if text.endswith("%"):
            return -(-whole_number(text[:-1], decimals=2) * of // 100_00)
        elif "." in text:
            return -(-whole_number(text, decimals=4) * of // 1_0000)
        else:
            return whole_number(text, decimals=0)
    except RecordingError as error:
        raise RecordingError(
            f"--require takes a count (284), a percentage (95%) or a share (0.95), not {text!r}"
        ) from error


def _chunks(rows: Iterable[Row]) -> Iterator[list[Row]]:
    iterator = iter(rows)
    while chunk := list(islice(iterator, CHUNK_ROWS)):
        yield chunk
