"""docs/negotiations.md, made from the tables of exchange/modes:
`python -m api.negotiations_page > docs/negotiations.md`; a test says when the page is stale."""

import sys
from collections.abc import Iterable, Sequence
from typing import Final

from exchange.modes.listed import LISTED
from exchange.modes.negotiated import NEGOTIATED
from exchange.modes.negotiation import Acceptance, Act, Machine, NegotiationState, Role
from exchange.modes.rfq import RFQ

INTRODUCTION: Final = """\
# The states of a deal in the making

This page is generated from the tables of `exchange/modes` by
`python -m api.negotiations_page > docs/negotiations.md`; a test says when it is stale. Why it is
so: [decisions/0025-named-counterparties.md](decisions/0025-named-counterparties.md).

A negotiation is OPEN, or OFFERED: listed units are offered to one of those who have asked. Every
other state is its end. What moves it is a party's command, the clock (LAPSE, and of one offer
DROP, PASS_ON or FALL_BACK) or the venue (CLOSE, of one quote DROP). The *maker* is whose offer,
listing or request stands; a *taker* is whoever it is made to. A command that can cause nothing in a
state is refused as NOT_YOUR_TURN.
"""
TITLES: Final[tuple[tuple[str, Machine], ...]] = (
    ("NEGOTIATED", NEGOTIATED),
    ("LISTED_PRICE, FIRST_PASSING", LISTED[Acceptance.FIRST_PASSING]),
    ("LISTED_PRICE, SELLER_CONFIRMS", LISTED[Acceptance.SELLER_CONFIRMS]),
    ("RFQ", RFQ),
)
COMMANDS: Final = {
    Act.OFFER: "MakeOffer",
    Act.ACCEPT: "AcceptOffer",
    Act.DECLINE: "DeclineOffer",
    Act.WITHDRAW: "WithdrawOffer",
}


def negotiations_page() -> str:
    """The page."""
    parts = [INTRODUCTION]
    for title, machine in TITLES:
        states = sorted({state for state, _ in machine.table})
        moves = ((state.name, move.name, to.name) for (state, move), to in machine.table.items())
        parts += [
            f"## {title}\n",
            _table(("state", "what happens", "next"), moves),
            _table(
                ("command", "by", *(state.name for state in states)),
                (
                    (
                        COMMANDS[act],
                        role.name.lower(),
                        *(_moves(machine, state, act, role) for state in states),
                    )
                    for act in Act
                    for role in Role
                ),
            ),
        ]
    return "\n".join(parts)


def _moves(machine: Machine, state: NegotiationState, act: Act, role: Role) -> str:
    moves = machine.acts.get((act, role), ())
    return ", ".join(move.name for move in moves if (state, move) in machine.table) or "–"


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [f"| {' | '.join(line)} |" for line in (head, *rows)]
    lines.insert(1, "|---" * len(head) + "|")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.stdout.write(negotiations_page())
