"""docs/states.md, made from the tables of registry/transfer.py and registry/terms.py:
`python -m api.states_page > docs/states.md`; a test says when the page is stale."""

import inspect
import re
import sys
from collections.abc import Iterable, Sequence
from enum import Enum
from functools import cache, reduce
from itertools import groupby
from operator import or_
from typing import Final

from msgspec.structs import fields

from exchange.command import Command
from exchange.evidence import WITH_THE_PARTIES
from exchange.evidence_commands import AttachEvidence
from exchange.refusals import Refusal
from exchange.review import OF_A_CLAIM
from exchange.transfer_commands import AnswerPreemption
from exchange.transfer_desk import COMMAND_EVENTS
from registry.terms import CLOCKS, TransferTerms
from registry.transfer import (
    OPEN_STATES,
    OVERLAY_MOVERS,
    PATH,
    TABLE,
    TRANSITIONS,
    ClockEffect,
    Fault,
    Forward,
    MoneyEffect,
    Overlay,
    Row,
    Step,
    TransferEvent,
    TransferState,
    UnitsEffect,
    Who,
)

SAME: Final = "same"
NOTHING: Final = "–"
MEMBER: Final = re.compile(r"^ +(\w+) = \d+  # (.+)$", re.MULTILINE)

INTRODUCTION: Final = """\
# The states of a transfer and of an order

This page is generated from `registry/transfer.py` and `registry/terms.py` by
`python -m api.states_page > docs/states.md`; a test says when it is stale. Why it is so:
[decisions/0009-transfers.md](decisions/0009-transfers.md).

## A transfer

From the match until title moves or everything goes back. One place assigns the state,
`Transfer.advance`. The way of a transfer, in brackets what a product may leave out:
"""
COMMAND_NOTES: Final = """\
Who has read the transfer as it is and may give the command: where it leads, or why it is refused.
A command with several meanings has them all: a natural buyer who cancels withdraws while he may,
else the first consents and the second cancels. In the states that are not listed a transfer is
decided, and a command is refused as UNKNOWN_TRANSFER; so it is in SETTLED where no registration is
waited for. To those who have a right of pre-emption a transfer exists only while it is offered. A
reversal asks for the lot that the transfer made, and is refused as LOT_NOT_HELD where
there is none. While an overlay stands, what is marked * is refused as TRANSFER_HELD. A document
names no version, and where – stands it is taken and nothing happens to the transfer, but for an
agreement that only waits for documents: with the last of them it is AGREED. From buyer and seller
it is taken only in {with_the_parties}.
"""
TODAY: Final = """\
The exchange does not cause all of these events yet, and refuses a product whose terms ask for a
step that it does not take. Which command causes which event stands below. On `SANDBOX` terms no
step is used and one confirmation settles: a transfer is MATCHED and SUBMITTED in one command,
CONFIRMED and SETTLED in another, where no cut-off is in between. A command about a transfer names
the version that was read; version 2 is what the match made of it.
"""
TABLE_NOTES: Final = """\
*Open* is every state in which nothing is decided: the seller's units are locked, the buyer's money
is in escrow. *forward* is the next state of the way that the product uses; UNDER_REVIEW is claimed
and never come to by going forward. While an overlay stands only the rows that say *yes* may happen.
What is not listed is refused. SETTLED is the end where the product waits for no registration.
"""
MATRIX_NOTES: Final = """\
Each state that something can follow, and each event: where it leads, or – where it is refused. In
brackets the step that the product must use, or must not.
"""
CLOCK_NOTES: Final = """\
Days are working days of the product's calendar, but for `preemption_days`, and a deadline is the
end of a day. Before CONFIRMED every clock is capped at `maturity_days` ({maturity}) before the
plan's maturity: what fires there is MATURE. An overlay pauses all clocks but its own, which keeps
its rest when it is lifted; RETURNED pauses the decision's.
"""
ORDERS: Final = """\
## An order

| state | means | what is left to it |
|---|---|---|
| OPEN | nothing is matched yet | be matched, be replaced, be cancelled, expire |
| PARTIALLY_MATCHED | a part is matched, the rest is open | the same, with the rest |
| MATCHED | all of it is matched; its transfers go on by themselves | nothing |
| CANCELLED | the rest was withdrawn by its owner, or was not to rest | nothing |
| EXPIRED | the rest was withdrawn by the clock | nothing |
"""


def states_page() -> str:
    """The page. Cost: reads the source of the enums, whose comments say what their members mean."""
    parts = [
        INTRODUCTION,
        f"```\n{_way()}\n```\n",
        TODAY,
        "### The states\n",
        _table(("state", "number", "means"), _states()),
        "### The steps that a product may use\n",
        _table(("step", "means"), _members(Step)),
        "### What can happen\n",
        TABLE_NOTES,
        _table(
            (
                "state",
                "event",
                "next",
                "who may cause it",
                "units",
                "money",
                "clocks",
                "under an overlay",
                "who is at fault",
            ),
            _rows(),
        ),
        "### Every state and every event\n",
        MATRIX_NOTES,
        _matrix(),
        "### The commands\n",
        _table(("command", "causes", "is given by"), _commands()),
        "### Every state and every command\n",
        COMMAND_NOTES.format(with_the_parties=_states_with_the_parties()),
        _command_matrix(),
        "### The events\n",
        _table(("event", "means"), _members(TransferEvent)),
        "### The overlays\n",
        _table(("overlay", "means", "set and lifted by"), _overlays()),
        "### The clocks\n",
        CLOCK_NOTES.format(maturity=_default("maturity_days")),
        _table(("clock", "runs in", "lasts", "is kept in", "fires"), _clocks()),
        ORDERS,
    ]
    return "\n".join(parts)


@cache
def meanings(enum: type[Enum]) -> dict[str, str]:
    """What the comment beside each member says, in the order of the members."""
    return dict(MEMBER.findall(inspect.getsource(enum)))


def _way() -> str:
    states = [state.name if step is None else f"[{state.name}]" for state, step in PATH]
    return " → ".join(states[:5]) + "\n    → " + " → ".join(states[5:])


def _states() -> Iterable[Sequence[str]]:
    said = meanings(TransferState)
    return [(state.name, str(state.value), said[state.name]) for state in TransferState]


def _members(enum: type[Enum]) -> Iterable[Sequence[str]]:
    said = meanings(enum)
    return [(member.name, said[member.name]) for member in enum]


def _rows() -> Iterable[Sequence[str]]:
    """The rows of TABLE, those that differ in nothing but their state in one line."""
    ordered = sorted(TABLE, key=lambda row: _group(row)[0])
    lines = {id(row): _line(row) for row in ordered}
    for _, alike in groupby(ordered, key=_group):
        rows = list(alike)
        yield (_named([row.state for row in rows]), *lines[id(rows[0])])


def _group(row: Row) -> tuple[int, tuple[str, ...]]:
    """The place of the first row that says the same of another state, and what both say."""
    line = _line(row)
    return next(place for place, other in enumerate(TABLE) if _line(other) == line), line


def _line(row: Row) -> tuple[str, ...]:
    return (
        row.event.name + _restriction(row),
        _next(row),
        _who(row.who),
        *(_effect(effect) for effect in (row.units, row.money, row.clocks)),
        "yes" if row.under_overlay else "no",
        NOTHING if row.fault is None else meanings(Fault)[row.fault.name],
    )


def _effect(effect: UnitsEffect | MoneyEffect | ClockEffect) -> str:
    return NOTHING if effect.name == "KEEP" else meanings(type(effect))[effect.name]


def _named(states: list[TransferState]) -> str:
    if states == list(OPEN_STATES):
        return "open"
    if states == [state for state in OPEN_STATES if state is not TransferState.CONFIRMED]:
        return "open, but CONFIRMED"
    return ", ".join(state.name for state in states)


def _next(row: Row) -> str:
    if isinstance(row.next, Forward):
        return row.next.value
    return SAME if row.next is row.state else row.next.name


def _restriction(row: Row) -> str:
    if row.only_with is not None:
        return f" ({row.only_with.name})"
    return "" if row.never_with is None else f" (not {row.never_with.name})"


def _who(who: Who) -> str:
    return ", ".join(str(each.name).lower().replace("_", " ") for each in who)


def _matrix() -> str:
    columns = [state for state in TransferState if any(row.state is state for row in TABLE)]
    lines = []
    for event in TransferEvent:
        rows = [TRANSITIONS.get((state, event)) for state in columns]
        cells = [NOTHING if row is None else _next(row) + _restriction(row) for row in rows]
        lines.append((event.name, *cells))
    return _table(("event", *(state.name for state in columns)), lines)


def _commands() -> Iterable[Sequence[str]]:
    for command, events in COMMAND_EVENTS.items():
        rows = [row for row in TABLE if row.event in events]
        who = reduce(or_, (row.who for row in rows)) & ~(Who.CLOCK | Who.EXCHANGE)
        yield command.__name__, ", ".join(event.name for event in events), _who(who)


def _command_matrix() -> str:
    columns = [
        *(state for state in OPEN_STATES if state is not TransferState.MATCHED),
        TransferState.SETTLED,
        TransferState.REGISTERED,
    ]
    lines = [
        (command.__name__, *(_command_cell(state, command, events) for state in columns))
        for command, events in COMMAND_EVENTS.items()
    ]
    return _table(("command", *(state.name for state in columns)), lines)


def _command_cell(
    state: TransferState, command: type[Command], events: Sequence[TransferEvent]
) -> str:
    rows = [TRANSITIONS[state, event] for event in events if (state, event) in TRANSITIONS]
    unknown = state not in OPEN_STATES or command is AnswerPreemption
    if unknown and not rows:
        return Refusal.UNKNOWN_TRANSFER.name
    meant = [_next(row) + ("" if row.under_overlay else " *") + _restriction(row) for row in rows]
    return " or ".join(dict.fromkeys(meant)) or _without_row(state, command, events)


def _without_row(
    state: TransferState, command: type[Command], events: Sequence[TransferEvent]
) -> str:
    if command is AttachEvidence:
        return NOTHING
    refused = Refusal.TRANSFER_NOT_IN_STATE.name
    if state is TransferState.SUBMITTED and OF_A_CLAIM.issuperset(events):
        return f"{Refusal.NOT_CLAIMED.name} ({Step.REVIEW.name}) or {refused}"
    return refused


def _states_with_the_parties() -> str:
    return _named([state for state in OPEN_STATES if state in WITH_THE_PARTIES])


def _overlays() -> Iterable[Sequence[str]]:
    said = meanings(Overlay)
    return [
        (str(overlay.name), said[str(overlay.name)], _who(who))
        for overlay, who in OVERLAY_MOVERS.items()
    ]


def _clocks() -> Iterable[Sequence[str]]:
    return [
        (
            clock.name,
            _named(list(clock.states)),
            ", ".join(f"`{name}` ({_default(name)})" for name in clock.lasts) or "as SUI-03 says",
            f"`{clock.kept_in}`",
            ", ".join(event.name for event in clock.fires),
        )
        for clock in CLOCKS
    ]


def _default(name: str) -> str:
    (default,) = (field.default for field in fields(TransferTerms) if field.name == name)
    return "none" if default in {None, 0} else str(default)


def _table(heading: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    ruler = f"|{'---|' * len(heading)}"
    head, *lines = (f"| {' | '.join(line)} |" for line in (heading, *rows))
    return "\n".join((head, ruler, *lines, ""))


if __name__ == "__main__":
    sys.stdout.buffer.write(states_page().encode())
