"""What the venue has said that matches cost, each from a day on, and what of it counts.

In the words of the rulebook: the schedule in force at the match counts, a product's own before the
venue's; of two said for one day the later one; what was shown before commitment is never exceeded.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from exchange.fee_commands import SetFeeSchedule
from exchange.fee_events import FeeScheduleSet
from exchange.fee_state import DatedFees, FeeScheduleId
from exchange.fees import FeeSchedule
from exchange.refusals import Refusal
from registry.types import ProductId, TimeNs
from tests.model.register import day_in_shanghai

if TYPE_CHECKING:
    from tests.model.ledger import Ledger, ModelOrder

Applies = list[tuple[Refusal, bool]]
TEN_YEARS = 3_653


@dataclass(frozen=True)
class SaidFees:
    """One of them."""

    number: int
    said: SetFeeSchedule


def in_force(ledger: Ledger, product_id: ProductId, at_ns: TimeNs) -> FeeSchedule:
    """What counts at a moment."""
    today = day_in_shanghai(at_ns)
    begun = [each for each in ledger.fees if each.said.effective_on <= today]
    begun.sort(key=lambda each: (each.said.effective_on, each.number))
    own = [each.said.schedule for each in begun if each.said.product_id == product_id]
    of_all = [each.said.schedule for each in begun if each.said.product_id is None]
    return [ledger.first_fees, *of_all, *own][-1]


def schedules(ledger: Ledger, order: ModelOrder, at_ns: TimeNs) -> tuple[FeeSchedule, FeeSchedule]:
    """What an order was shown when it came, and what counts at the moment."""
    product_id = order.product.product_id
    shown = in_force(ledger, product_id, order.placed_at_ns)
    return shown, in_force(ledger, product_id, at_ns)


def set_fees(ledger: Ledger, command: SetFeeSchedule) -> FeeScheduleSet:
    ledger.fees.append(SaidFees(ledger.sequence, command))
    dated = DatedFees(
        FeeScheduleId(ledger.sequence),
        command.product_id,
        command.effective_on,
        command.schedule,
    )
    return FeeScheduleSet(fees=dated)


def rules(ledger: Ledger, command: SetFeeSchedule, *, are_fees: bool) -> Applies:
    """Who may say it, and from when."""
    ahead = command.effective_on - day_in_shanghai(ledger.at_ns)
    known = command.product_id is None or command.product_id in ledger.products
    return [
        (Refusal.NOT_PERMITTED, ledger.opened is None or command.actor != 1),
        (Refusal.UNKNOWN_PRODUCT, not known),
        (Refusal.TERMS_OUT_OF_RANGE, not are_fees),
        (Refusal.FEE_DAY_OUT_OF_RANGE, not 1 <= ahead <= TEN_YEARS),
        (Refusal.FEE_SCHEDULES_MAX, len(ledger.fees) >= 1_000),
    ]
