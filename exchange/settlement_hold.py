"""What holds a confirmed transfer back when it is about to settle."""

from exchange.slot_keeping import may_settle
from exchange.state import State
from registry.backing import may_lack_units
from registry.transfer import Overlay, Transfer


def held_at_settlement(state: State, transfer: Transfer) -> Overlay | None:
    """What keeps a confirmed transfer from settling now. Cost: O(sources)."""
    if _is_unmarked(state, transfer):
        return Overlay.COURT_FREEZE
    return None if may_settle(state, transfer) else Overlay.HELD


def _is_unmarked(state: State, transfer: Transfer) -> bool:
    """Whether the transfer may lack units, and it is not yet seen whether it does: it is held until
    it is (exchange/marking.py). Cost: O(sources)."""
    marking = state.register.encumbrances.marking
    if not marking or (transfer.product_id, transfer.seller_id) not in marking:
        return False
    return may_lack_units(state.register, transfer)
