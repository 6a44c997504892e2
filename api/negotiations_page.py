"""docs/negotiations.md, made from the tables of exchange/modes:
`python -m api.negotiations_page > docs/negotiations.md`; a test says when the page is stale."""

import sys
from collections.abc import Iterable, Sequence
from typing import Final

from exchange.modes.english import ENGLISH
from exchange.modes.listed import LISTED
from exchange.modes.negotiated import NEGOTIATED
from exchange.modes.negotiation import Acceptance, Act, Machine, NegotiationState, Role
from exchange.modes.rfq import RFQ

INTRODUCTION: Final = """\
# The states of a deal in the making

This page is generated from the tables of `exchange/modes` by
`python -m api.negotiations_page > docs/negotiations.md`; a test says when it is stale. Why it is
so: [decisions/0025-named-counterparties.md](decisions/0025-named-counterparties.md).

A negotiation is OPEN; or OFFERED: listed units are offered to one of those who have asked; or an
auction in which somebody has bid (LED); or others stand behind who got the units, until his
transfer is decided (BACKED); or, in an auction, that has failed (REOPENED). Every other state is
its end. What moves it is a party's command, the clock (LAPSE, of one offer DROP, PASS_ON or
FALL_BACK, of bidding EXTEND, AWARD, KNOCK_DOWN and RELEASE), the venue (CLOSE, of one quote or bid
DROP, of the only bid FALL_BACK, LAPSE or RELEASE) or what becomes of the transfer (REOPEN, RELIST,
RELEASE; of a listing also LAPSE and CLOSE). The *maker* is whose
offer, listing, request or auction stands; a *taker* is whoever it is made to. A command that can
cause nothing in a state is refused as NOT_YOUR_TURN. Why auctions are so:
[decisions/0030-english-auctions.md](decisions/0030-english-auctions.md).
"""
TITLES: Final[tuple[tuple[str, Machine], ...]] = (
    ("NEGOTIATED", NEGOTIATED),
    ("LISTED_PRICE, FIRST_PASSING", LISTED[Acceptance.FIRST_PASSING]),
    ("LISTED_PRICE, SELLER_CONFIRMS", LISTED[Acceptance.SELLER_CONFIRMS]),
    ("RFQ", RFQ),
    ("ENGLISH_AUCTION", ENGLISH),
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
