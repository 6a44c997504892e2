"""`trustex import …`: bring a file to a venue."""

import base64
import binascii
import secrets
from pathlib import Path
from typing import Annotated, Any, Final

import typer

from api.cli.remote import EXIT_REFUSED, KeyFile, Remote, Url, end, read_file

SIGNATURE_BYTES: Final = 64
KEY_BYTES: Final = 16

imports = typer.Typer(name="import", help="Bring a file to a venue.", no_args_is_help=True)


@imports.callback()
def _group() -> None:
    """Bring a file to a venue."""


@imports.command("register")
def import_register(
    file: Annotated[Path, typer.Argument(help="A trust company's register file, CSV or XLSX.")],
    key_file: KeyFile,
    signature: Annotated[
        Path | None,
        typer.Option(help="Ed25519 over the file: 64 bytes, or these in base64."),
    ] = None,
    url: Url = "http://127.0.0.1:8000",
    *,
    preview: Annotated[
        bool, typer.Option("--preview", help="Only say what would become of it.")
    ] = False,
) -> None:
    """Post a trust company's opening register, or changes of it: all rows or none."""
    content = read_file(file)
    body: dict[str, Any] = {"content": base64.b64encode(content).decode("ascii")}
    if signature is not None:
        body["signature"] = base64.b64encode(_read_signature(signature)).decode("ascii")
    with Remote(url, key_file) as remote:
        if preview:
            _print_preview(remote.post("/v1/imports/register/preview", body))
        elif signature is None:
            end("A file that is to be posted needs its --signature.")
        else:
            _post_register(remote, body)


@imports.command("statement")
def import_statement(
    file: Annotated[Path, typer.Argument(help="The bank's camt.053, or its list of bookings.")],
    key_file: KeyFile,
    url: Url = "http://127.0.0.1:8000",
) -> None:
    """Book a statement of the escrow account. What is nobody's waits among the payments."""
    content = read_file(file)
    with Remote(url, key_file) as remote:
        booked = remote.post_file(
            "/v1/statements",
            content,
            # A new one each time, as with registers.
            idempotency_key=f"statement-{secrets.token_hex(KEY_BYTES)}",
            done_before="file_already_imported",
        )
    if not booked:
        typer.echo("imported before: the ledger has this statement already")
        return
    typer.echo(f"booked: {booked['statement_id']}, {booked['entries']} entries")
    typer.echo(f"balance: {booked['opening_balance']} to {booked['closing_balance']}")
    typer.echo(f"credited to parties: {booked['credited']}")
    typer.echo(f"withdrawals paid: {booked['paid_out']}")
    typer.echo(f"unmatched: {booked['unmatched']}")


def _post_register(remote: Remote, body: dict[str, Any]) -> None:
    # A new key each time: what is refused today may be right tomorrow. That no file is posted
    # twice, the venue sees to.
    posted = remote.post(
        "/v1/imports/register",
        body,
        idempotency_key=f"register-{secrets.token_hex(KEY_BYTES)}",
        done_before="file_already_imported",
    )
    if not posted:
        typer.echo("posted before: the register has this file already")
        return
    typer.echo(f"posted: {posted['rows']} rows of {posted['symbol']}, {posted['file']}")
    typer.echo(f"new lots: {len(posted['lots'])}")
    typer.echo(f"new pledges and freezes: {len(posted['encumbrances'])}")
    typer.echo(f"units outstanding: {posted['units_outstanding']}")
    typer.echo(f"sequence: {posted['sequence']}")


def _read_signature(path: Path) -> bytes:
    found = read_file(path)
    if len(found) != SIGNATURE_BYTES:
        try:
            found = base64.b64decode(found.strip(), validate=True)
        except binascii.Error:
            found = b""
    if len(found) != SIGNATURE_BYTES:
        end(f"{path} holds no signature of {SIGNATURE_BYTES} bytes.")
    return found


def _print_preview(told: dict[str, Any]) -> None:
    for fault in told["faults"]:
        place = "file" if fault["line"] is None else f"line {fault['line']}"
        column = "" if fault["column"] is None else f", {fault['column']}"
        typer.echo(f"{place}{column}: {fault['code']}: {fault['detail']}", err=True)
    signed = told["signing_key_id"] or "no registered key"
    typer.echo(f"signed by: {signed}")
    if not told["accepted"]:
        raise typer.Exit(EXIT_REFUSED)
    typer.echo(f"would be posted: {told['rows']} rows of {told['symbol']}, {told['file']}")
