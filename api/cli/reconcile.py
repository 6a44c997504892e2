"""`trustex reconcile …`: set what the venue knows beside what others know."""

import secrets
from typing import Final

import typer
from rich.console import Console
from rich.table import Table

from api.cli.remote import EXIT_REFUSED, KeyFile, Remote, Url

KEY_BYTES: Final = 16
FIGURES: Final = (
    ("ledger", "ledger, with what is in suspense"),
    ("escrow_account", "escrow account, as the custodian says"),
    ("statement", "closing balance of the last statement"),
)

reconcile = typer.Typer(
    name="reconcile", help="Set the venue's books beside others'.", no_args_is_help=True
)


@reconcile.callback()
def _group() -> None:
    """Set the venue's books beside others'."""


@reconcile.command("money")
def reconcile_money(key_file: KeyFile, url: Url = "http://127.0.0.1:8000") -> None:
    """Ledger, escrow account and last statement side by side, to the fen; ends with 1 if they
    differ. Nothing is changed by it."""
    with Remote(url, key_file) as remote:
        key = f"reconcile-{secrets.token_hex(KEY_BYTES)}"
        figures = remote.post("/v1/reconciliations", {}, idempotency_key=key)
    table = Table(show_header=False)
    table.add_column(no_wrap=True)
    table.add_column(justify="right", no_wrap=True)
    for name, words in FIGURES:
        table.add_row(words, f"{figures[name]} {figures['currency']}")
    Console(width=120).print(table)
    for each in figures["breaks"]:
        typer.echo(f"break: {each['amount']} {each['cause']}")
    if figures["breaks"]:
        raise typer.Exit(EXIT_REFUSED)
    typer.echo("the three are the same")
