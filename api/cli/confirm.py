"""`trustex confirm`: a trust company's officer confirms transfers of title, one or all that are
open."""

import re
import secrets
from collections.abc import Iterable
from typing import Annotated, Any, Final

import typer

from api.cli.remote import EXIT_REFUSED, KeyFile, Remote, Url, end
from api.schemas.base import PAGE_ITEMS_MAX
from api.schemas.decimals import ID_PATTERN
from api.schemas.decisions import DECISIONS_MAX

KEY_BYTES: Final = 16
UNKNOWN: Final = "unknown_transfer"

Item = dict[str, Any]


def confirm(
    transfers: Annotated[
        list[str] | None, typer.Argument(metavar="TRANSFER...", help="Their numbers.")
    ] = None,
    *,
    key_file: KeyFile,
    url: Url = "http://127.0.0.1:8000",
    all_open: Annotated[
        bool, typer.Option("--all-open", help="All that wait for your decision now.")
    ] = False,
    preview: Annotated[
        bool, typer.Option("--preview", help="Only say what it would do now.")
    ] = False,
) -> None:
    """Confirm transfers of title, as the trust company of their products; where a product has
    review by the key of a checker, what a maker has proposed.

    Each is confirmed by itself, as it is read now: one may be refused and the next one taken. Ends
    with 1 if one is refused.
    """
    wanted = list(dict.fromkeys(transfers or ()))
    if all_open == bool(wanted):
        end("Name the transfers, or ask for --all-open.")
    for transfer_id in wanted:
        if re.fullmatch(ID_PATTERN, transfer_id, re.ASCII) is None:
            end(f"{transfer_id!r} is no number of a transfer.")
    with Remote(url, key_file) as remote:
        items, missing = _all_open(remote) if all_open else _as_read(remote, wanted)
        typer.echo(
            f"{'would confirm' if preview else 'confirming'}: {len(items)} transfers at {url}"
        )
        for transfer_id in missing:
            _print_refused(transfer_id, code=UNKNOWN)
        refused = len(missing)
        for begin in range(0, len(items), DECISIONS_MAX):
            body = {"items": items[begin : begin + DECISIONS_MAX]}
            refused += _preview(remote, body) if preview else _confirm(remote, body)
    typer.echo(f"{'can be ' if preview else ''}confirmed: {len(items) + len(missing) - refused}")
    typer.echo(f"refused: {refused}")
    if refused:
        raise typer.Exit(EXIT_REFUSED)


def _all_open(remote: Remote) -> tuple[list[Item], list[str]]:
    """What confirms each transfer that waits for this decision now, under review what a maker has
    proposed to confirm; none is missing."""
    items: list[Item] = []
    reviewed: dict[str, bool] = {}
    query = {"limit": str(PAGE_ITEMS_MAX)}
    while True:
        page = remote.get("/v1/desk/queue", **query)
        for transfer in page["items"]:
            symbol = transfer["symbol"]
            if symbol not in reviewed:
                terms = remote.get(f"/v1/products/{symbol}")["transfer_terms"]
                reviewed[symbol] = terms["review"]
            if not reviewed[symbol] or transfer["desk"]["proposed"] == "CONFIRM":
                items.append(_item(transfer))
        if page["next_cursor"] is None:
            return items, []
        query["cursor"] = page["next_cursor"]


def _as_read(remote: Remote, wanted: Iterable[str]) -> tuple[list[Item], list[str]]:
    """What confirms each of these transfers, and those that there are not."""
    found = {each: remote.find(f"/v1/transfers/{each}") for each in wanted}
    items = [_item(transfer) for transfer in found.values() if transfer is not None]
    return items, [each for each, transfer in found.items() if transfer is None]


def _item(transfer: dict[str, Any]) -> Item:
    desk = transfer["desk"]
    return {
        "transfer_id": transfer["transfer_id"],
        "version": transfer["version"],
        "criteria": None if desk is None else desk["criteria"],
        "decision": "CONFIRM",
    }


def _confirm(remote: Remote, body: dict[str, list[Item]]) -> int:
    """Have them confirmed; how many are refused."""
    key = f"confirm-{secrets.token_hex(KEY_BYTES)}"
    answer = remote.post("/v1/decisions", body, idempotency_key=key)
    for item in answer["items"]:
        decision = item["decision"]
        if decision is None:
            _print_refused(item["transfer_id"], code=item["refusal"])
        else:
            typer.echo(f"{item['transfer_id']} {decision['state']}: {_effect(decision)}")
    refused: int = answer["refused"]
    return refused


def _effect(decision: dict[str, Any]) -> str:
    moved = f"{decision['units']} units of {decision['symbol']}"
    if decision["seller_credit"] is None:
        return f"{moved}, not moved yet"
    seller, own = decision["seller_credit"], decision["trust_company_credit"]
    return f"{moved} moved, {seller} to the seller, fees of {own} to you"


def _preview(remote: Remote, body: dict[str, list[Item]]) -> int:
    """Say what it would do; how many would be refused."""
    told = remote.post("/v1/decisions/preview", body)
    for product in told["products"]:
        typer.echo(
            f"{product['symbol']}: {product['confirmed']} confirmed, {product['units']} units, "
            f"holders {product['holders_before']} before and {product['holders_after']} after"
        )
        for what, holders in ("joining", "holders_joining"), ("leaving", "holders_leaving"):
            if product[holders]:
                typer.echo(f"  {what}: {', '.join(product[holders])}")
    typer.echo(f"to sellers: {told['to_sellers']}")
    typer.echo(f"fees of the venue: {told['fees_venue']}, yours: {told['fees_trust_company']}")
    for item in told["refused"]:
        _print_refused(item["transfer_id"], code=item["refusal"])
    return len(told["refused"])


def _print_refused(transfer_id: str, *, code: str) -> None:
    typer.echo(f"{transfer_id} refused: {code}")
