"""`python -m tests.golden`: have the golden journal say what this version makes of its commands.

To be run on purpose, after a change that is meant to cause other events or another state, and
looked at: it prints what differs. `--record DATABASE` takes other commands, the first of a demo's
journal, for when commands have come that the recorded ones do not have.
"""

from __future__ import annotations

import sys
from itertools import islice
from pathlib import Path

from exchange.recovery import verified_rows
from exchange.store.database import open_reader
from exchange.store.read import StoreReader
from tests.golden.journal import COMMANDS_MAX, Entry, differing, executed, load, save


def recorded(database: Path) -> list[Entry]:
    """The first rows of a venue's journal."""
    read = StoreReader(open_reader(database))
    try:
        read.pin()
        return [
            Entry(at_ns=row.at_ns, command=row.command, events=row.events)
            for row in islice(verified_rows(read), COMMANDS_MAX)
        ]
    finally:
        read.close()


def main(arguments: list[str]) -> None:
    """Write the file anew."""
    match arguments:
        case []:
            golden = load()
            made = executed(golden.entries)
            print(*differing(golden, made) or ["nothing differs"], sep="\n")
        case ["--record", database]:
            made = executed(recorded(Path(database)))
            print(f"{len(made.entries)} commands")
        case _:
            sys.exit(__doc__)
    save(made)


main(sys.argv[1:])
