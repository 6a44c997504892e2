"""`trustex confirm`: a trust company's officer confirms transfers of title, one or all that are
open."""

import base64
import re
import secrets
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Any, Final

import typer

from api.cli.remote import EXIT_REFUSED, KeyFile, Remote, Url, end
from api.schemas.base import PAGE_ITEMS_MAX
from api.schemas.decimals import ID_PATTERN
from api.schemas.decisions import DECISIONS_MAX
from api.signing import FileSigner, KeyUnusable, Signer
from exchange.decision_signature import DecisionAct, message_of
from registry.types import TransferId

KEY_BYTES: Final = 16
UNKNOWN: Final = "unknown_transfer"
UNDECIDABLE: Final = "transfer_not_in_state"
"""There is nothing to be read that a proposal could name."""

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
    signing_key: Annotated[
        Path | None,
        typer.Option(help="PEM file of the officer's own Ed25519 key: sign each decision with it."),
    ] = None,
    preview: Annotated[
        bool, typer.Option("--preview", help="Only say what it would do now.")
    ] = False,
    propose: Annotated[
        bool,
        typer.Option("--propose", help="Propose it to a checker, by the key of a maker."),
    ] = False,
) -> None:
    """Confirm transfers of title, as the trust company of their products; where a product has
    review by the key of a checker, what a maker has proposed.

    Each is confirmed by itself, as it is read now: one may be refused and the next one taken. With
    --propose a maker proposes to confirm them, and claims what nobody has: so two officers clear
    what is open in two commands. Ends with 1 if one is refused.
    """
    wanted = list(dict.fromkeys(transfers or ()))
    if all_open == bool(wanted):
        end("Name the transfers, or ask for --all-open.")
    if preview and propose:
        end("A preview says what a confirmation would do, and not what a proposal would.")
    for transfer_id in wanted:
        if re.fullmatch(ID_PATTERN, transfer_id, re.ASCII) is None:
            end(f"{transfer_id!r} is no number of a transfer.")
    signer = None if signing_key is None else _signer(signing_key)
    with Remote(url, key_file) as remote:
        proposed = None if propose else "CONFIRM"
        read, missing = _all_open(remote, proposed) if all_open else _as_read(remote, wanted)
        act = DecisionAct.PROPOSAL if propose else DecisionAct.DECISION
        items = [_item(transfer, signer, act) for transfer in read]
        undecidable = [each["transfer_id"] for each in items if propose and not each["criteria"]]
        items = [each for each in items if each["transfer_id"] not in undecidable]
        doing = "would confirm" if preview else "proposing" if propose else "confirming"
        typer.echo(f"{doing}: {len(items)} transfers at {url}")
        for transfer_id in missing:
            _print_refused(transfer_id, code=UNKNOWN)
        for transfer_id in undecidable:
            _print_refused(transfer_id, code=UNDECIDABLE)
        refused = given_up = len(missing) + len(undecidable)
        for begin in range(0, len(items), DECISIONS_MAX):
            body = {"items": items[begin : begin + DECISIONS_MAX]}
            refused += (_preview if preview else _propose if propose else _confirm)(remote, body)
    done = "can be confirmed" if preview else "proposed" if propose else "confirmed"
    typer.echo(f"{done}: {len(items) + given_up - refused}")
    typer.echo(f"refused: {refused}")
    if refused:
        raise typer.Exit(EXIT_REFUSED)


def _signer(path: Path) -> Signer:
    try:
        return FileSigner(path)
    except KeyUnusable as unusable:
        end(str(unusable))


def _all_open(remote: Remote, proposed: str | None) -> tuple[list[Item], list[str]]:
    """Each transfer that waits for this decision now, under review those about which this is
    proposed, and for a proposal no others; none is missing."""
    found: list[Item] = []
    reviewed: dict[str, bool] = {}
    query = {"limit": str(PAGE_ITEMS_MAX)}
    while True:
        page = remote.get("/v1/desk/queue", **query)
        for transfer in page["items"]:
            symbol = transfer["symbol"]
            if symbol not in reviewed:
                terms = remote.get(f"/v1/products/{symbol}")["transfer_terms"]
                reviewed[symbol] = terms["review"]
            if not reviewed[symbol]:
                wanted = proposed is not None
            else:
                wanted = transfer["desk"]["proposed"] == proposed
            if wanted:
                found.append(transfer)
        if page["next_cursor"] is None:
            return found, []
        query["cursor"] = page["next_cursor"]


def _as_read(remote: Remote, wanted: Iterable[str]) -> tuple[list[Item], list[str]]:
    """Each of these transfers, and those that there are not."""
    found = {each: remote.find(f"/v1/transfers/{each}") for each in wanted}
    read = [transfer for transfer in found.values() if transfer is not None]
    return read, [each for each, transfer in found.items() if transfer is None]


def _item(transfer: Item, signer: Signer | None, act: DecisionAct) -> Item:
    """What confirms a transfer as it was read, or proposes that, signed if there is something to
    decide and somebody who signs."""
    desk = transfer["desk"]
    criteria = None if desk is None else desk["criteria"]
    item: Item = {
        "transfer_id": transfer["transfer_id"],
        "version": transfer["version"],
        "criteria": criteria,
        "decision": "CONFIRM",
    }
    if signer is None or criteria is None:
        return item
    transfer_id = TransferId(int(transfer["transfer_id"]))
    message = message_of(act, transfer_id, bytes.fromhex(criteria), None)
    signature = base64.b64encode(signer.sign(message)).decode("ascii")
    return item | {"signature": signature}


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


def _propose(remote: Remote, body: dict[str, list[Item]]) -> int:
    """Have it proposed to confirm them; how many are refused."""
    key = f"propose-{secrets.token_hex(KEY_BYTES)}"
    answer = remote.post("/v1/decisions/propose", body, idempotency_key=key)
    for item in answer["items"]:
        if item["refusal"] is None:
            typer.echo(f"{item['transfer_id']} proposed")
        else:
            _print_refused(item["transfer_id"], code=item["refusal"])
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
        if product["offered"]:
            typer.echo(f"  offered first to who has a right of pre-emption: {product['offered']}")
        if product["settles_at"] is not None:
            typer.echo(f"  after the cut-off: settling at {product['settles_at']}")
        for what, holders in ("joining", "holders_joining"), ("leaving", "holders_leaving"):
            if product[holders]:
                typer.echo(f"  {what}: {', '.join(product[holders])}")
    typer.echo(f"to sellers: {told['to_sellers']}")
    typer.echo(f"fees of the venue: {told['fees_venue']}, yours: {told['fees_trust_company']}")
    for item in told["held"]:
        typer.echo(f"{item['transfer_id']} would be held: {', '.join(item['reasons'])}")
    for item in told["refused"]:
        _print_refused(item["transfer_id"], code=item["refusal"])
    return len(told["refused"])


def _print_refused(transfer_id: str, *, code: str) -> None:
    typer.echo(f"{transfer_id} refused: {code}")
