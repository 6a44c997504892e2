"""Which open transfers a freeze holds (COURT_FREEZE): those for which no units are left.

A command that changes it notes the holding (`Encumbrances.marking`). Where the seller has few open
transfers they are marked at its end; where he has many, time marks them, a bounded number at once.
Meanwhile none of them settles that may lack units (exchange/transfer_desk.py).
"""

from exchange.limits import (
    MARKS_PER_COMMAND_MAX,
    SALES_MARKED_AT_ONCE_MAX,
    TRANSFERS_OPEN_PER_PARTY_MAX,
)
from exchange.settlement import Emit
from exchange.state import State
from exchange.transfer_desk import lift_overlay, set_overlay
from registry.backing import backing, is_held
from registry.transfer import Overlay
from registry.types import HoldingKey, TimeNs


def mark_at_once(state: State, *, at_ns: TimeNs, emit: Emit) -> None:
    """Mark the open transfers of the holding that was noted last, if they are few. Cost: O(1), or
    O(sources of SALES_MARKED_AT_ONCE_MAX transfers)."""
    key = next(reversed(state.register.encumbrances.marking))
    sales = state.register.sales.get(key, ())
    if len(sales) <= SALES_MARKED_AT_ONCE_MAX:
        _mark(state, key, marks_max=len(sales), at_ns=at_ns, emit=emit)


def mark_on(state: State, *, at_ns: TimeNs, emit: Emit) -> None:
    """Mark on, of the holding that has waited longest, and of the next when it is done. Cost:
    O(MARKS_PER_COMMAND_MAX + sources of TRANSFERS_OPEN_PER_PARTY_MAX transfers)."""
    register = state.register
    marks_left, looks_left = MARKS_PER_COMMAND_MAX, TRANSFERS_OPEN_PER_PARTY_MAX
    while register.encumbrances.marking and marks_left > 0 and looks_left > 0:
        key = next(iter(register.encumbrances.marking))
        looks_left -= len(register.sales.get(key, ()))
        marks_left -= _mark(state, key, marks_max=marks_left, at_ns=at_ns, emit=emit)


def _mark(state: State, key: HoldingKey, *, marks_max: int, at_ns: TimeNs, emit: Emit) -> int:
    """Hold transfers that have no units, the newest first, and when all of these are held let those
    go on that have theirs again, the oldest first. Returns: how many it has marked."""
    marking = state.register.encumbrances.marking
    del marking[key]
    found = [pair for pair in backing(state.register, key) if pair[1] is is_held(pair[0])]
    marks = [
        *((set_overlay, transfer) for transfer, backed in reversed(found) if not backed),
        *((lift_overlay, transfer) for transfer, backed in found if backed),
    ]
    for mark, transfer in marks[:marks_max]:
        refusal = mark(state, transfer, Overlay.COURT_FREEZE, at_ns=at_ns, emit=emit)
        assert refusal is None, (transfer.transfer_id, refusal)
    if len(marks) > marks_max:
        marking[key] = None
    return min(len(marks), marks_max)
