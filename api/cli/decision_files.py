"""`trustex export applications` and `trustex import decisions`: a trust company's office decides
with a spreadsheet."""

from pathlib import Path
from typing import Annotated

import typer

from api.cli.remote import EXIT_REFUSED, KeyFile, Remote, Url, read_file, write_file
from registry.trust_company.sheets import SheetFormat
from registry.trust_company.words import Language


def export_applications(
    *,
    key_file: KeyFile,
    output: Annotated[Path, typer.Option("--output", "-o", help="The file to write.")],
    url: Url = "http://127.0.0.1:8000",
    form: Annotated[SheetFormat, typer.Option("--format")] = SheetFormat.XLSX,
    language: Annotated[Language, typer.Option(help="Of the headings.")] = Language.ZH,
    symbol: Annotated[str | None, typer.Option(help="Of one product alone.")] = None,
) -> None:
    """Write the transfers that wait for your decision into a file, in which you decide."""
    query = {"format": form.value, "language": language.value}
    if symbol is not None:
        query["symbol"] = symbol
    with Remote(url, key_file) as remote:
        write_file(output, remote.get_file("/v1/exports/applications", **query))


def import_decisions(
    file: Annotated[Path, typer.Argument(help="The file that was exported, filled in.")],
    *,
    key_file: KeyFile,
    url: Url = "http://127.0.0.1:8000",
    output: Annotated[
        Path | None,
        typer.Option(
            "--output", "-o", help="Where the marked sheet goes; beside the file by default."
        ),
    ] = None,
    all_or_nothing: Annotated[
        bool, typer.Option("--all-or-nothing", help="Nothing, unless every row would be taken.")
    ] = False,
) -> None:
    """Take the decisions of a file, as the trust company. The same file is taken once.

    The sheet comes back with what became of each row. Ends with 1 if one was refused.
    """
    content = read_file(file)
    query = {"all_or_nothing": "true" if all_or_nothing else "false"}
    with Remote(url, key_file) as remote:
        answer = remote.send_file("/v1/imports/decisions", content, **query)
    write_file(output or file.with_stem(f"{file.stem}-result"), answer.content)
    if "idempotency-replayed" in answer.headers:
        typer.echo("taken before: this is the answer of then")
    refused = int(answer.headers["rows-refused"])
    typer.echo(f"taken: {answer.headers['rows-taken']}")
    typer.echo(f"refused: {refused}")
    if refused:
        raise typer.Exit(EXIT_REFUSED)
