"""`trustex export applications|registration` and `trustex import decisions|registration`: a trust
company's office works with a spreadsheet."""

from pathlib import Path
from typing import Annotated

import typer

from api.cli.remote import EXIT_REFUSED, KeyFile, Remote, Url, read_file, write_file
from registry.trust_company.sheets import SheetFormat
from registry.trust_company.words import Language

Output = Annotated[Path, typer.Option("--output", "-o", help="The file to write.")]
Marked = Annotated[
    Path | None,
    typer.Option("--output", "-o", help="Where the marked sheet goes; beside the file by default."),
]
Form = Annotated[SheetFormat, typer.Option("--format")]
Headings = Annotated[Language, typer.Option(help="Of the headings.")]
Symbol = Annotated[str | None, typer.Option(help="Of one product alone.")]


def export_applications(
    *,
    key_file: KeyFile,
    output: Output,
    url: Url = "http://127.0.0.1:8000",
    form: Form = SheetFormat.XLSX,
    language: Headings = Language.ZH,
    symbol: Symbol = None,
) -> None:
    """Write the transfers that wait for your decision into a file, in which you decide."""
    with Remote(url, key_file) as remote:
        _export(remote, "applications", output, form, language, symbol)


def export_registration(
    *,
    key_file: KeyFile,
    output: Output,
    url: Url = "http://127.0.0.1:8000",
    form: Form = SheetFormat.XLSX,
    language: Headings = Language.ZH,
    symbol: Symbol = None,
) -> None:
    """Write the transfers that wait for their change registration into a file, the most urgent
    first, in which you mark those that are registered."""
    with Remote(url, key_file) as remote:
        _export(remote, "registration", output, form, language, symbol)


def import_decisions(
    file: Annotated[Path, typer.Argument(help="The file that was exported, filled in.")],
    *,
    key_file: KeyFile,
    url: Url = "http://127.0.0.1:8000",
    output: Marked = None,
    all_or_nothing: Annotated[
        bool, typer.Option("--all-or-nothing", help="Nothing, unless every row would be taken.")
    ] = False,
) -> None:
    """Take the decisions of a file, as the trust company. The same file is taken once.

    The sheet comes back with what became of each row. Ends with 1 if one was refused.
    """
    wish = "true" if all_or_nothing else "false"
    with Remote(url, key_file) as remote:
        _import(remote, "decisions", file, output, all_or_nothing=wish)


def import_registration(
    file: Annotated[Path, typer.Argument(help="The file that was exported, filled in.")],
    *,
    key_file: KeyFile,
    url: Url = "http://127.0.0.1:8000",
    output: Marked = None,
) -> None:
    """Acknowledge the change registrations of a file, as the trust company. The same file is taken
    once.

    The sheet comes back with what became of each row. Ends with 1 if one was refused.
    """
    with Remote(url, key_file) as remote:
        _import(remote, "registration", file, output)


def _export(
    remote: Remote,
    kind: str,
    output: Path,
    form: SheetFormat,
    language: Language,
    symbol: str | None,
) -> None:
    query = {"format": form.value, "language": language.value}
    if symbol is not None:
        query["symbol"] = symbol
    write_file(output, remote.get_file(f"/v1/exports/{kind}", **query))


def _import(remote: Remote, kind: str, file: Path, output: Path | None, **query: str) -> None:
    answer = remote.send_file(f"/v1/imports/{kind}", read_file(file), **query)
    write_file(output or file.with_stem(f"{file.stem}-result"), answer.content)
    if "idempotency-replayed" in answer.headers:
        typer.echo("taken before: this is the answer of then")
    refused = int(answer.headers["rows-refused"])
    typer.echo(f"taken: {answer.headers['rows-taken']}")
    typer.echo(f"refused: {refused}")
    if refused:
        raise typer.Exit(EXIT_REFUSED)
