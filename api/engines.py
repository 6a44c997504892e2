"""Which versions of the engine wrote a venue's journal: `engines.json` in its folder.

Executed by another engine, a command may cause other events or rows without anybody having altered
a byte. So the folder says who wrote what, and a difference is told as what it is: made by another
version, which is to be asked, or corrupt. The version is named by the distribution's number and by
a fingerprint of the sources that decide what a command causes, so that nobody can forget to raise
it. What the file says decides nothing but the words: a difference is refused whichever it is.
"""

import contextlib
import functools
import os
from collections.abc import Iterator
from hashlib import sha256
from importlib import metadata
from pathlib import Path
from typing import Final

import msgspec

import exchange
import matching
import registry
from exchange.errors import OfAnotherVersion, ReplayDiffers, StoreFault
from exchange.types import Sequence

FILE_NAME: Final = "engines.json"
UNNAMED: Final = "an earlier one, which left no name"
DISTRIBUTION: Final = "trustex"
FINGERPRINT_DIGITS: Final = 12


class Engine(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A version that wrote a part of the journal."""

    version: str
    after: int
    """The sequence after which it wrote."""


@functools.cache
def this_version() -> str:
    """Of the engine that runs here: `0.1.0+3f2a91c07b1e`. Cost: some 30 ms, once."""
    fingerprint = sha256()
    for package in (exchange, matching, registry):
        folder = Path(package.__path__[0])
        for path in sorted(folder.rglob("*.py")):
            content = path.read_bytes()
            name = f"{package.__name__}/{path.relative_to(folder).as_posix()}"
            fingerprint.update(f"{name} {len(content)}\n".encode())
            fingerprint.update(content)
    return f"{metadata.version(DISTRIBUTION)}+{fingerprint.hexdigest()[:FINGERPRINT_DIGITS]}"


def note_engine(directory: Path, *, after: Sequence) -> None:
    """Write down that this version writes the venue's journal after a sequence, unless the last one
    that did was of this version too.

    Raises:
        StoreFault: it cannot be written.
    """
    noted = _read(directory)
    if noted and noted[-1].version == this_version():
        return
    if not noted and after > 0:
        noted = [Engine(version=UNNAMED, after=0)]
    noted.append(Engine(version=this_version(), after=after))
    # Beside it and then in its place: it is whole at every moment.
    making = directory / f"{FILE_NAME}.new"
    try:
        with making.open("wb") as file:
            file.write(msgspec.json.format(msgspec.json.encode(noted)) + b"\n")
            file.flush()
            os.fsync(file.fileno())
        making.replace(directory / FILE_NAME)
    except OSError as error:
        raise StoreFault(f"{directory / FILE_NAME} cannot be written: {error.strerror}") from error


@contextlib.contextmanager
def telling_versions(directory: Path) -> Iterator[None]:
    """Let a difference in what another version wrote be told as that.

    Raises:
        OfAnotherVersion: instead of `ReplayDiffers`, where up to that sequence another version
            has written.
    """
    try:
        yield
    except ReplayDiffers as differs:
        other = _other_version(directory, differs.sequence)
        if other is None:
            raise
        raise OfAnotherVersion(
            f"{directory} was made by another version of trustex ({other}; this is"
            f" {this_version()}), and this one makes something else of it: {differs.what}, at"
            f" sequence {differs.sequence}"
        ) from differs


def _other_version(directory: Path, sequence: int) -> str | None:
    """The newest version but this one that wrote up to a sequence; None: there is none."""
    engines = _read(directory) or [Engine(version=UNNAMED, after=0)]
    others = [
        engine.version
        for engine in engines
        if engine.after < sequence and engine.version != this_version()
    ]
    return others[-1] if others else None


def _read(directory: Path) -> list[Engine]:
    """What is noted; nothing, where that cannot be read."""
    try:
        return msgspec.json.decode((directory / FILE_NAME).read_bytes(), type=list[Engine])
    except (OSError, msgspec.MsgspecError):
        return []
