"""What another pack of rules would have said of a venue's past.

The journal is executed again, byte for byte as it was (exchange/alternative.py says what is judged
on the way). Reads one committed state and writes nothing; the venue may go on meanwhile.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from exchange.alternative import Alternative, Judged
from exchange.codec import CHAIN_START
from exchange.errors import JournalCorrupt
from exchange.recovery import JOURNAL_START, apply_again, stored_command, verified_rows
from exchange.state import State
from exchange.store.database import open_reader
from exchange.store.read import StoreReader
from exchange.store.rows import take_rows
from exchange.types import Sequence

FORGOTTEN_EVERY_COMMANDS: Final = 500
"""What commands have touched is kept so long: it is rows for nobody here."""


def what_if(database: Path, alternative: Alternative) -> Iterator[Judged]:
    """Every order that was taken, every deal, and every transfer that went on, as the pack judges
    them, in the journal's order.

    The whole hash chain is verified before the first of them is told.

    Args:
        database: the journaled SQLite file.
        alternative: asked of no journal before.

    Raises:
        JournalCorrupt: what is stored contradicts itself; it names the sequence.

    Cost: some 2 µs a command for the chain, and 100 µs to execute and judge it; memory O(state).
    """
    read = StoreReader(open_reader(database))
    try:
        read.pin()
        _verify_chain(read)
        yield from _judged(read, alternative)
    finally:
        read.close()


def symbols(database: Path) -> frozenset[str]:
    """Of the products that the venue has.

    Raises:
        StoreFault: the database cannot be read.
    """
    read = StoreReader(open_reader(database))
    try:
        return frozenset(str(symbol) for _, symbol, *_ in read.rows("products"))
    finally:
        read.close()


def _verify_chain(read: StoreReader) -> None:
    head = read.head()
    last, last_hash = JOURNAL_START, CHAIN_START
    for row in verified_rows(read):
        last, last_hash = row.sequence, row.hash
    if (last, last_hash) != (head.sequence, head.hash):
        raise JournalCorrupt(Sequence(last + 1), f"the head says {head.sequence}")


def _judged(read: StoreReader, alternative: Alternative) -> Iterator[Judged]:
    state = State()
    alternative.look_on(state)
    for row in verified_rows(read):
        command, sequence = stored_command(row), row.sequence
        order = alternative.order(state, command, sequence=sequence, at_ns=row.at_ns)
        events = apply_again(state, command, row)
        yield from alternative.outcome(state, order, events)
        if sequence % FORGOTTEN_EVERY_COMMANDS == 0:
            take_rows(state)
