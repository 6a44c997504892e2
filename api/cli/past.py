"""What the commands have in common that execute a venue's journal again, to tell what its rules
said or would have said: its folder, what may be wrong with it, and the words of a rule.

Exit status 1: the journal contradicts itself, or cannot be read; 2: there is no such venue.
"""

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import Final, NoReturn

import typer

from api.cli.remote import end
from api.engines import telling_versions
from api.founding import DATABASE, NotAVenue, read_description
from api.schemas.rules import Finding
from exchange.errors import Fault, JournalCorrupt

EXIT_DIFFERENT: Final = 1


@contextlib.contextmanager
def executed_again(directory: Path) -> Iterator[Path]:
    """The database of a venue's folder; what is wrong with it ends the command."""
    try:
        read_description(directory)
    except NotAVenue as error:
        end(str(error))
    try:
        with telling_versions(directory):
            yield directory / DATABASE
    except JournalCorrupt as corrupt:
        _fail(f"different at sequence {corrupt.sequence}: {corrupt.what}")
    except Fault as fault:
        _fail(f"the journal cannot be read: {fault}")


def texts_of(finding: Finding) -> Iterator[str]:
    """What a rule said in both languages, and what would have cured it, a line each."""
    yield f"    {finding.text_zh.strip()}"
    yield f"    {finding.text_en.strip()}"
    yield from (f"    → {cure.text_zh} / {cure.text_en}" for cure in finding.cures)


def _fail(message: str) -> NoReturn:
    typer.echo(message, err=True)
    raise typer.Exit(EXIT_DIFFERENT)
