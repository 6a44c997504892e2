"""Fee schedules with the days from which they count are set."""

from typing import Final

from exchange.fee_commands import SetFeeSchedule
from exchange.fee_events import FeeScheduleSet
from exchange.fee_state import DatedFees, FeeScheduleId
from exchange.handler import Handler
from exchange.limits import FEE_DAYS_AHEAD_MAX, FEE_SCHEDULES_MAX
from exchange.refusals import Refusal
from exchange.settlement import Emit
from exchange.state import State
from exchange.types import Sequence
from registry.calendar import day_in_shanghai
from registry.types import TimeNs


def set_fee_schedule(
    state: State, command: SetFeeSchedule, sequence: Sequence, at_ns: TimeNs, emit: Emit
) -> Refusal | None:
    """Matches of a day to come are charged so. Cost: O(log schedules)."""
    if not state.is_operator(command.actor):
        return Refusal.NOT_PERMITTED
    if command.product_id is not None and command.product_id not in state.products:
        return Refusal.UNKNOWN_PRODUCT
    if not command.schedule.is_in_range():
        return Refusal.TERMS_OUT_OF_RANGE
    if not 0 < command.effective_on - day_in_shanghai(at_ns) <= FEE_DAYS_AHEAD_MAX:
        return Refusal.FEE_DAY_OUT_OF_RANGE
    if len(state.fees.dated) >= FEE_SCHEDULES_MAX:
        return Refusal.FEE_SCHEDULES_MAX
    dated = DatedFees(
        FeeScheduleId(sequence), command.product_id, command.effective_on, command.schedule
    )
    state.fees.add(dated)
    state.touched.fees.append(dated)
    emit(FeeScheduleSet(fees=dated))
    return None


HANDLERS: Final[dict[type, Handler]] = {SetFeeSchedule: set_fee_schedule}
