"""`trustex reconcile …`: set what the venue knows beside what others know."""

import secrets
from pathlib import Path
from typing import Annotated, Any, Final

import typer
from rich.console import Console
from rich.table import Table

from api.cli.remote import EXIT_REFUSED, KeyFile, Remote, Url, read_file

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


@reconcile.command("holders")
def reconcile_holders(
    file: Annotated[Path, typer.Argument(help="The trust company's list of holders, CSV or XLSX.")],
    key_file: KeyFile,
    url: Url = "http://127.0.0.1:8000",
) -> None:
    """A trust company's list of holders beside the register as of its day; ends with 1 if they
    differ. Nothing is changed by it."""
    content = read_file(file)
    with Remote(url, key_file) as remote:
        told = remote.ask_about_file("/v1/imports/holders", content)
    typer.echo(f"as of the end of {told['as_of']}, command {told['as_of_sequence']}")
    for product in told["products"]:
        typer.echo(
            f"{product['symbol']}: theirs {product['holders_theirs']} holders, "
            f"{product['units_theirs']} units; ours {product['holders_ours']} holders, "
            f"{product['units_ours']} units"
        )
    for each in told["breaks"]:
        typer.echo(f"break: {_said(each)}")
    if told["breaks"]:
        raise typer.Exit(EXIT_REFUSED)
    typer.echo("list and register are the same")


def _said(each: dict[str, Any]) -> str:
    by = "" if each["transfer_id"] is None else f" {each['transfer_id']}"
    return (
        f"{each['symbol']} holder {each['holder_id']} {each['what'].lower()}: "
        f"theirs {each['theirs']}, ours {each['ours']}: {each['difference']} {each['cause']}{by}"
    )
