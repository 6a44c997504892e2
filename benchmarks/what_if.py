"""How fast another pack is asked of a venue's past: a journal is made, then executed again with the
pack asked beside it and all that fails told as JSON, and without.

Of the parties nothing is known, so that every bid and every deal fails and every finding is made:
more work than there is in most pasts.
"""

import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from api.what_if import Teller
from benchmarks.report import Figure, median
from exchange.alternative import Alternative
from exchange.codec import CHAIN_START, chain
from exchange.ports import Changes, Head, Row
from exchange.recovery import apply_again, stored_command, verified_rows
from exchange.rules.packs import SHIPPED, shipped
from exchange.rules.parse import parse_pack
from exchange.rules.types import Pack
from exchange.state import State
from exchange.store.commit import SqlStore
from exchange.store.database import migrate, open_reader, open_writer
from exchange.store.read import StoreReader
from exchange.types import Sequence
from exchange.what_if import what_if
from registry.types import TimeNs

PACK: Final = "CN-AMT-2025D"
SECOND_NS: Final = 1_000_000_000


class Past:
    """A journal in the making."""

    def __init__(self) -> None:
        self._rows: list[Row] = []
        self._last = CHAIN_START

    @property
    def commands(self) -> int:
        """How many it has."""
        return len(self._rows)

    def add(self, at_ns: TimeNs, command: bytes, events: bytes) -> None:
        """The next command and what it has caused."""
        sequence = Sequence(len(self._rows) + 1)
        self._last = chain(
            self._last, sequence=sequence, at_ns=at_ns, command=command, events=events
        )
        self._rows.append((sequence, at_ns, command, events, self._last))

    def write(self, database: Path) -> None:
        """Put it into a new database, without the rows of anything else."""
        writer = open_writer(database)
        migrate(writer)
        store = SqlStore(writer, open_reader(database))
        before = store.take_over()
        after = Head(before.term, Sequence(len(self._rows)), self._last)
        store.write(Changes(before, after, self._rows, {}, [], 0))
        store.commit()
        store.close()


def measure_what_if(past: Past, *, times: int) -> list[Figure]:
    """Commands a second, each time beside the same journal executed and nothing asked."""
    with TemporaryDirectory() as folder:
        database = Path(folder) / "venue.sqlite3"
        past.write(database)
        turns = [
            (_asks(database, past.commands), _executes(database, past.commands))
            for _ in range(times)
        ]
    return [
        Figure(
            name="rules.whatif_commands_per_s",
            value=median(asked for asked, _ in turns),
            unit="1/s",
            baseline=median(executed for _, executed in turns),
        )
    ]


def _asks(database: Path, commands: int) -> float:
    packs = {pack_id: _shipped(pack_id) for pack_id in SHIPPED}
    alternative = Alternative(packs[PACK], packs, symbol=None)
    begin = time.process_time_ns()
    teller, letters = Teller(alternative), 0
    for judged in what_if(database, alternative):
        failed = teller.take(judged)
        letters += 0 if failed is None else len(failed.model_dump_json())
    total = teller.total()
    spent = time.process_time_ns() - begin
    assert letters > 0
    assert total.orders > total.orders_failed > 0, total
    assert total.deals == total.deals_failed > 0, total
    return commands * SECOND_NS / spent


def _executes(database: Path, commands: int) -> float:
    read = StoreReader(open_reader(database))
    begin = time.process_time_ns()
    state = State()
    for row in verified_rows(read):
        apply_again(state, stored_command(row), row)
    spent = time.process_time_ns() - begin
    read.close()
    assert state.sequence == commands
    return commands * SECOND_NS / spent


def _shipped(pack_id: str) -> Pack:
    pack = parse_pack(shipped(pack_id))
    assert isinstance(pack, Pack), pack
    return pack
