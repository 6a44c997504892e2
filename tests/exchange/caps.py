"""A product gets caps, by a pack whose rules they are; and what is said to whom they keep out."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Final, NamedTuple

from exchange.commands import AnyCommand
from exchange.events import AnyEvent, CommandRefused
from exchange.refusals import Refusal
from exchange.rules.types import CureKind, Verdict
from exchange.rules_commands import LoadRulePack, SetProductRules
from exchange.rules_events import OrderJudged
from exchange.slots import Caps
from exchange.types import OPERATOR_ID
from registry.calendar import day_in_shanghai
from registry.types import DayNumber
from tests.exchange.venue import Venue, essence

PACK: Final = "CAPS"


def pack_of(caps: Caps, *, version: int, pack_id: str = PACK) -> str:
    """A pack whose rules are these caps."""
    rules: dict[str, dict[str, int | str]] = {}
    if caps.natural_small_max is not None:
        rules["HC-01"] = {
            "natural_holders_max": caps.natural_small_max,
            "threshold_fen": caps.natural_threshold,
        }
    if caps.holders_max is not None:
        rules["HC-02"] = {"holders_max": caps.holders_max, "count_basis": caps.count_basis.name}
    if caps.turnaround_days:
        rules["VEN-03"] = {"turnaround_days": caps.turnaround_days}
    tables = [
        {
            "id": rule_id,
            "version": "1",
            "stages": ["L", "B", "M"],
            "severity": "BLOCK",
            "reason_code": "CAPPED",
            "source": "a test",
            "text_zh": "名额",
            "text_en": "Slots.",
            "params": params,
        }
        for rule_id, params in rules.items()
    ]
    titles = {"title_zh": "名额", "title_en": "Slots", "effective_from": "2007-03-01"}
    return "".join(
        [
            *(f"{name} = {json.dumps(value)}\n" for name, value in titles.items()),
            f'id = "{pack_id}"\nversion = "{version}"\n',
            *(_table(table) for table in tables),
        ]
    )


def _table(table: Mapping[str, object]) -> str:
    params = table["params"]
    assert isinstance(params, dict)
    plain = {name: value for name, value in table.items() if name != "params"}
    lines = [f"{name} = {json.dumps(value)}" for name, value in plain.items()]
    own = [f"{name} = {json.dumps(value)}" for name, value in params.items()]
    return "\n".join(["[[rules]]", *lines, "[rules.params]", *own, ""])


def cap(venue: Venue, caps: Caps, *, in_days: int = 0) -> list[AnyEvent]:
    """The venue's product has these caps from this day on. What is told of it."""
    versions = len(venue.state.rules.packs)
    load = LoadRulePack(
        actor=OPERATOR_ID,
        key=venue.key(),
        text=pack_of(caps, version=versions + 1),
        applies_from=DayNumber(day_in_shanghai(venue.at_ns) + in_days),
    )
    events = [*venue.does(load)]
    if versions == 0:
        own = SetProductRules(
            actor=OPERATOR_ID,
            key=venue.key(),
            product_id=venue.product_id,
            packs=(PACK,),
            overrides=(),
        )
        events += venue.does(own)
    return events


class KeptOut(NamedTuple):
    """Why somebody was."""

    refusal: Refusal
    rules: list[str]
    """Those that stand against it."""
    cures: list[CureKind]


def kept_out(venue: Venue, command: AnyCommand) -> KeptOut:
    """Why the rules of slots do not let this happen; it is asserted that nothing did."""
    before = essence(venue.state)
    refused, judged = venue.submit(command)
    assert essence(venue.state) == before, (command, refused)
    assert isinstance(refused, CommandRefused), refused
    assert isinstance(judged, OrderJudged), judged
    failed = [each for each in judged.findings if each.verdict is Verdict.BLOCK]
    return KeptOut(
        refused.refusal,
        [each.rule_id for each in failed],
        [cure.kind for each in failed for cure in each.cures],
    )
