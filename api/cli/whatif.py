"""`trustex whatif`: what another pack of rules would have refused of a venue's past.

Exit status 0: it is told; 1: the journal contradicts itself; 2: there is no such venue, pack or
product.
"""

from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Final

import typer
from rich.console import Console
from rich.table import Table

from api.cli.past import executed_again, texts_of
from api.cli.remote import end, read_file
from api.schemas.rules import Finding
from api.schemas.what_if import FailedDeal, FailedOrder, WhatIfTotal
from api.what_if import Failed, Teller
from exchange.alternative import Alternative
from exchange.rules.packs import SHIPPED, shipped
from exchange.rules.parse import PackFaults, faults_among, parse_pack
from exchange.rules.types import Pack
from exchange.what_if import symbols, what_if

STAGES: Final = {"U": "submission of", "C": "confirmation of", "S": "settlement of"}
"""Of what a transfer would have been held."""


def whatif(
    directory: Annotated[Path, typer.Argument(help="A venue's folder; it may be at work.")],
    *,
    pack: Annotated[
        str,
        typer.Option(metavar="ID|FILE", help="A pack that comes with the program, or a file."),
    ],
    product: Annotated[
        str | None, typer.Option(metavar="SYMBOL", help="The one product to look at.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False,
) -> None:
    """Execute the journal again and tell which orders and deals another pack of rules would have
    refused, and which transfers held, as if it had been in force since ever. Nothing is changed."""
    with executed_again(directory) as database:
        others = {each: _parsed(shipped(each), name=each) for each in SHIPPED}
        alternative = Alternative(_pack(pack, others), others, symbol=product)
        _tell(database, alternative, product, as_json=as_json)


def _tell(database: Path, alternative: Alternative, product: str | None, *, as_json: bool) -> None:
    if product is not None and product not in symbols(database):
        end(f"there is no product {product}.")
    teller = Teller(alternative)
    for judged in what_if(database, alternative):
        failed = teller.take(judged)
        if failed is None:
            continue
        if as_json:
            typer.echo(failed.model_dump_json())
        else:
            for line in _lines(failed):
                typer.echo(line)
    if as_json:
        typer.echo(teller.total().model_dump_json())
    else:
        _print(teller.total())


def _pack(name: str, others: dict[str, Pack]) -> Pack:
    """The pack of this name, or of the file of this name; ends the command if it is none."""
    if name in others:
        return others[name]
    path = Path(name)
    if not path.exists():
        end(f"{name} is neither a file nor a pack that comes with the program: {', '.join(others)}")
    try:
        text = read_file(path).decode("utf-8")
    except UnicodeDecodeError:
        end(f"{name} is no text in UTF-8.")
    pack = _parsed(text, name=name)
    faults = faults_among(text, pack, others)
    if faults:
        end("\n".join(f"{name}:{fault.line}: {fault.text}" for fault in faults))
    return pack


def _parsed(text: str, *, name: str) -> Pack:
    pack = parse_pack(text)
    if isinstance(pack, PackFaults):
        end("\n".join(f"{name}:{fault.line}: {fault.text}" for fault in pack.faults))
    return pack


def _lines(failed: Failed) -> Iterable[str]:
    what = f"{failed.symbol} {failed.quantity} @ {failed.price} at {failed.at}"
    if isinstance(failed, FailedOrder):
        yield f"order {failed.order_id}, {failed.sequence}: {failed.side} {what}"
        yield from _reasons(f"party {failed.party_id}", failed.findings)
    else:
        word = "deal" if isinstance(failed, FailedDeal) else STAGES[failed.stage]
        yield f"{word} {failed.transfer_id}, {failed.sequence}: {what}"
        yield from _reasons(f"seller {failed.seller_id}", failed.seller)
        yield from _reasons(f"buyer {failed.buyer_id}", failed.buyer)
        yield from _reasons("the two", failed.pair)


def _reasons(who: str, findings: Iterable[Finding]) -> Iterable[str]:
    for each in findings:
        yield f"  {who}: {each.rule_id} {each.reason_code}"
        yield from texts_of(each)


def _print(total: WhatIfTotal) -> None:
    table = Table(title=f"{total.pack_id} {total.version}: what it would have refused")
    table.add_column("")
    table.add_column("orders", justify="right")
    table.add_column("deals", justify="right")
    table.add_column("transfers", justify="right")
    table.add_row("judged", f"{total.orders:,}", f"{total.deals:,}", f"{total.transfers:,}")
    failed = (total.orders_failed, total.deals_failed, total.transfers_failed)
    table.add_row("refused, or held", *(f"{each:,}" for each in failed))
    for each in total.by_rule:
        what = f"{each.rule_id} {each.reason_code}"
        table.add_row(what, f"{each.orders:,}", f"{each.deals:,}", f"{each.transfers:,}")
    Console().print(table)
    if total.not_judged:
        typer.echo(f"not judged: {', '.join(total.not_judged)}")
