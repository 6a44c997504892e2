"""`trustex alerts …`: what supervision has found, for compliance."""

import secrets
from pathlib import Path
from typing import Annotated, Any, Final, get_args

import typer
from rich.console import Console
from rich.table import Table

from api.cli.remote import KeyFile, Remote, Url, end, write_file
from api.cli.sheets import Form, Headings, Output
from api.schemas.alerts import AlertKindName, AlertStateName
from api.supervision.states import AlertCode
from registry.trust_company.sheets import SheetFormat
from registry.trust_company.words import Language

KEY_BYTES: Final = 16
STATES: Final = get_args(AlertStateName)
KINDS: Final = get_args(AlertKindName)
CODES: Final = tuple(AlertCode.__members__)
COLUMNS: Final = ("alert", "kind", "state", "at", "parties", "amount", "report due")

alerts = typer.Typer(name="alerts", help="What supervision has found.", no_args_is_help=True)
AlertId = Annotated[str, typer.Argument(metavar="ALERT", help="Its number.")]
Day = Annotated[str, typer.Option(metavar="YYYY-MM-DD")]


@alerts.callback()
def _group() -> None:
    """What supervision has found."""


@alerts.command("list")
def list_alerts(
    *,
    key_file: KeyFile,
    state: Annotated[str | None, typer.Option(help=f"One of: {', '.join(STATES)}.")] = None,
    kind: Annotated[str | None, typer.Option(help=f"One of: {', '.join(KINDS)}.")] = None,
    url: Url = "http://127.0.0.1:8000",
) -> None:
    """Show all alerts, oldest first, or those of a state or kind."""
    _check("state", state, STATES)
    _check("kind", kind, KINDS)
    query = {"state": state, "kind": kind}
    asked = {name: value for name, value in query.items() if value is not None}
    table = Table(*COLUMNS)
    with Remote(url, key_file) as remote:
        for alert in _pages(remote, asked):
            parties = " ".join(alert["party_ids"])
            table.add_row(
                *(alert["alert_id"], alert["kind"], alert["state"], alert["at"], parties),
                *(alert["amount"], alert["report_due_at"] or ""),
            )
    Console(width=160).print(table)


@alerts.command("show")
def show_alert(alert_id: AlertId, *, key_file: KeyFile, url: Url = "http://127.0.0.1:8000") -> None:
    """Show an alert with all that it goes by, and what was said of it."""
    with Remote(url, key_file) as remote:
        alert = remote.get(_path(alert_id))
    steps = alert.pop("steps")
    for name, value in alert.items():
        if value not in (None, []):
            typer.echo(f"{name}: {' '.join(value) if isinstance(value, list) else value}")
    for step in steps:
        said = " ".join(filter(None, (step["event"], step["code"])))
        typer.echo(f"{step['at']} officer {step['officer_id']}: {said}: {step['note']}")


@alerts.command("escalate")
def escalate_alert(
    alert_id: AlertId,
    *,
    key_file: KeyFile,
    note: Annotated[str, typer.Option(help="Why.")],
    url: Url = "http://127.0.0.1:8000",
) -> None:
    """Say that it is to be reported to the authority, as an officer of compliance."""
    _say(f"{_path(alert_id)}/escalate", {"note": note}, url=url, key_file=key_file)


@alerts.command("resolve")
def resolve_alert(
    alert_id: AlertId,
    *,
    key_file: KeyFile,
    code: Annotated[str, typer.Option(help=f"One of: {', '.join(CODES)}.")],
    note: Annotated[str, typer.Option(help="Of a report its number; else why.")],
    url: Url = "http://127.0.0.1:8000",
) -> None:
    """Say what it came to, as an officer of compliance."""
    _check("code", code, CODES)
    _say(f"{_path(alert_id)}/resolve", {"code": code, "note": note}, url=url, key_file=key_file)


def export_large_amounts(
    *,
    key_file: KeyFile,
    output: Output,
    first_day: Day,
    last_day: Day,
    url: Url = "http://127.0.0.1:8000",
    form: Form = SheetFormat.XLSX,
    language: Headings = Language.ZH,
) -> None:
    """Write the large amounts of some days into a file, for the report to the authority."""
    query = {"format": form.value, "language": language.value}
    query |= {"first_day": first_day, "last_day": last_day}
    with Remote(url, key_file) as remote:
        write_file(output, remote.get_file("/v1/exports/large-amounts", **query))


def _pages(remote: Remote, query: dict[str, str]) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = []
    cursor: str | None = ""
    while cursor is not None:
        page = remote.get("/v1/alerts", **query, **({"cursor": cursor} if cursor else {}))
        items += page["items"]
        cursor = page["next_cursor"]
    return items


def _say(path: str, body: dict[str, str], *, url: str, key_file: Path) -> None:
    with Remote(url, key_file) as remote:
        key = f"alert-{secrets.token_hex(KEY_BYTES)}"
        alert = remote.post(path, body, idempotency_key=key)
    typer.echo(f"alert {alert['alert_id']}: {alert['state']}")


def _path(alert_id: str) -> str:
    if not alert_id.isdecimal():
        end(f"{alert_id} is no number of an alert.")
    return f"/v1/alerts/{alert_id}"


def _check(what: str, given: str | None, known: tuple[str, ...]) -> None:
    if given is not None and given not in known:
        end(f"There is no {what} {given}. One of: {', '.join(known)}.")
