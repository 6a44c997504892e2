"""`trustex verify`: execute a venue's journal again and compare everything that is stored, with
`--evidence` the files too."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from api.engines import telling_versions
from api.evidence.audit import audit
from api.founding import DATABASE, EVIDENCE, NotAVenue, read_description
from exchange.errors import Fault, JournalCorrupt
from exchange.verify import VerifyReport
from exchange.verify import verify as verify_database

EXIT_DIFFERENT = 1
EXIT_REFUSED = 2


def verify(
    directory: Annotated[Path, typer.Argument(help="A venue's folder; it may be at work.")],
    *,
    evidence: Annotated[
        bool, typer.Option("--evidence", help="Read every file that a document is made of, too.")
    ] = False,
) -> None:
    """Execute the journal again; compare events, hash chain, snapshots, state and SQL rows."""
    console = Console()
    try:
        read_description(directory)
    except NotAVenue as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(EXIT_REFUSED) from error
    try:
        with telling_versions(directory):
            report = _verify(console, directory / DATABASE)
    except JournalCorrupt as corrupt:
        console.print(f"[red]different at sequence {corrupt.sequence}:[/red] {corrupt.what}")
        raise typer.Exit(EXIT_DIFFERENT) from corrupt
    except Fault as fault:
        console.print(f"[red]cannot be verified:[/red] {fault}")
        raise typer.Exit(EXIT_DIFFERENT) from fault
    table = _table(report)
    if evidence:
        _add_evidence(console, table, directory)
    console.print(table)


def _verify(console: Console, database: Path) -> VerifyReport:
    columns = (
        TextColumn("commands"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=console, transient=True) as progress:
        task = progress.add_task("verify")

        return verify_database(
            database,
            progress=lambda done, total: progress.update(task, completed=done, total=total),
        )


def _add_evidence(console: Console, table: Table, directory: Path) -> None:
    """Put what was found of the files into the table, or end the program if one is faulty."""
    columns = (TextColumn("files"), TextColumn("{task.completed:,}"))
    with Progress(*columns, console=console, transient=True) as progress:
        task = progress.add_task("evidence", total=None)
        try:
            found = audit(
                database=directory / DATABASE,
                folder=directory / EVIDENCE,
                progress=lambda done: progress.update(task, completed=done),
            )
        except OSError as error:
            console.print(f"[red]evidence cannot be read:[/red] {error}")
            raise typer.Exit(EXIT_DIFFERENT) from error
    for fault in found.faults:
        console.print(f"[red]{fault}[/red]")
    if found.faults:
        raise typer.Exit(EXIT_DIFFERENT)
    table.add_row("files of evidence equal", f"{found.files:,}")
    table.add_row("bytes of evidence", f"{found.bytes_count:,}")


def _table(report: VerifyReport) -> Table:
    table = Table(title="verified: everything that is stored agrees", show_header=False)
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")  # an examiner compares hashes: not a digit is left out
    table.add_row("commands executed again, events equal", f"{report.commands:,}")
    table.add_row("rows equal", f"{report.rows:,}")
    table.add_row("rows of the outbox equal", f"{report.outbox_rows:,}")
    table.add_row("snapshots equal", f"{report.snapshots:,}")
    if report.snapshots_skipped:
        table.add_row("snapshots of another version", f"{report.snapshots_skipped:,}, not compared")
    table.add_row("hash of the stream head", report.hash.hex())
    table.add_row("digest of the state", report.digest.hex())
    return table
