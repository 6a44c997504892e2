"""What the readers of recordings share: how a file is faulty, and how its numbers become whole."""

from __future__ import annotations

import csv
import gzip
import re
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from typing import Final

# ASCII and bounded: a number of a million digits must not stop the reader.
BLOCK_BYTES: Final = 1 << 20
_NUMBER: Final = re.compile(r"-?[0-9]{1,18}(\.[0-9]{1,18})?([eE]-?[0-9]{1,2})?", re.ASCII)


class RecordingError(Exception):
    """A recording is missing or is not what it should be; the message says what to do."""


def whole_number(text: str, *, decimals: int) -> int:
    """The number that `text` writes, in units of 10 to the minus `decimals`.

    Raises:
        RecordingError: it is no number, or it has more than `decimals` decimals.
    """
    if _NUMBER.fullmatch(text) is None:
        raise RecordingError(f"not a number: {text[:40]!r}")
    scaled = Decimal(text).scaleb(decimals)
    number = int(scaled)
    if number != scaled:
        raise RecordingError(f"more than {decimals} decimals: {text!r}")
    return number


def line_count(path: Path) -> int:
    """How many lines the file has, compressed or not.

    Raises:
        RecordingError: it cannot be read.
    """
    count = 0
    last_byte = b"\n"
    opener = gzip.open if path.suffix == ".gz" else open
    with reading(path), opener(path, "rb") as file:
        while block := file.read(BLOCK_BYTES):
            count += block.count(b"\n")
            last_byte = block[-1:]
    return count if last_byte == b"\n" else count + 1


@contextmanager
def reading(path: Path) -> Iterator[None]:
    """Turns what can be wrong with a file of comma-separated values into a `RecordingError`."""
    try:
        yield
    except (OSError, EOFError, UnicodeDecodeError, csv.Error) as error:
        raise RecordingError(f"cannot read {path}: {error}") from error
