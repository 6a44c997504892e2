"""The command about what a settled transfer costs from a day on."""

from exchange.command import Command
from exchange.fees import FeeSchedule
from registry.types import DayNumber, ProductId


class SetFeeSchedule(Command, frozen=True, kw_only=True, tag=9401):
    """Charge so for matches from a day on that is still to come. By the operator."""

    product_id: ProductId | None
    """None: for every product that has no schedule of its own."""
    effective_on: DayNumber
    """In Asia/Shanghai."""
    schedule: FeeSchedule
