"""`trustex rulings`: what every rule said of a transfer, at each stage that was taken.

Exit status 0: it is told; 1: the journal contradicts itself; 2: there is no such venue or transfer.
"""

from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

import typer

from api.cli.past import executed_again, texts_of
from api.cli.remote import end
from api.rulings import rulings_shown
from api.schemas.rules import Finding
from api.schemas.rulings import RulesAsked, TransferRulings
from exchange.past_rulings import past_rulings
from registry.types import TransferId


def rulings(
    transfer: Annotated[int, typer.Argument(min=1, help="The transfer's number.")],
    directory: Annotated[Path, typer.Argument(help="A venue's folder; it may be at work.")],
    *,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
) -> None:
    """Execute the journal again and tell what every rule said of a transfer, each time they were
    asked: its verdict, what it looked at, its text, its source, what would have cured it, and the
    packs with their versions. Nothing is changed."""
    with executed_again(directory) as database:
        past = past_rulings(database, TransferId(transfer))
    if past is None:
        end(f"there is no transfer {transfer}.")
    shown = rulings_shown(past)
    if as_json:
        typer.echo(shown.model_dump_json())
        return
    for line in _lines(shown):
        typer.echo(line)


def _lines(shown: TransferRulings) -> Iterable[str]:
    sides = f"seller {shown.seller_id}, buyer {shown.buyer_id}"
    yield f"transfer {shown.transfer_id} of {shown.symbol}: {sides}"
    for each in shown.asked:
        yield ""
        yield f"{each.stage} {each.at}, {each.sequence}: {each.of}, {_packs(each)}: {each.verdict}"
        for finding in each.findings:
            yield from _said(finding)


def _packs(asked: RulesAsked) -> str:
    return ", ".join(f"{each.pack_id} {each.version}" for each in asked.packs) or "no packs"


def _said(finding: Finding) -> Iterable[str]:
    inputs = ", ".join(f"{each.name} {each.value}" for each in finding.inputs)
    own = ", the product's own" if finding.is_own else ""
    yield f"  {finding.verdict} {finding.rule_id} {finding.reason_code} ({inputs}){own}"
    yield from texts_of(finding)
    yield f"    {finding.pack} {finding.pack_version}: {finding.source}"
