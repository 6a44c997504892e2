"""A decision on a clearance, with what follows: a transfer that a rule has held is let go by itself
once a person has cleared it and nothing else would hold it.

It is let go as whoever holds it would do it, so all rules are asked again. That its hold is the
rules' own follows from L10: a person is asked about a transfer only as long as they hold it.
"""

from typing import Final

from exchange.clearance_types import ClearanceState
from exchange.clearances import decide_clearance
from exchange.handler import Handler
from exchange.refusals import Refusal
from exchange.rules_commands import DecideClearance
from exchange.settlement import Emit
from exchange.state import State
from exchange.transfer_desk import lift_overlay
from exchange.transfer_hold import would_go_on
from exchange.types import Sequence
from registry.transfer import Overlay
from registry.types import TimeNs


def decide(
    state: State, command: DecideClearance, sequence: Sequence, at_ns: TimeNs, emit: Emit
) -> Refusal | None:
    """As `decide_clearance`; the transfer that was cleared goes on, unless something else would
    hold it: then whoever may let go of it does. Cost: O(rules + sources)."""
    clearance = state.rules.clearances.by_id.get(command.clearance_id)
    refusal = decide_clearance(state, command, sequence, at_ns, emit)
    if refusal is not None or clearance is None or clearance.state is not ClearanceState.CLEARED:
        return refusal
    transfer_id = clearance.transfer_id
    transfer = None if transfer_id is None else state.register.transfers.get(transfer_id)
    if transfer is not None and would_go_on(state, transfer, at_ns=at_ns):
        unheld = lift_overlay(state, transfer, Overlay.HELD, at_ns=at_ns, emit=emit)
        assert unheld is None, (transfer_id, unheld)  # L10
    return None


HANDLERS: Final[dict[type, Handler]] = {DecideClearance: decide}
