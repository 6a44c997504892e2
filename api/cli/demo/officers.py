"""How the officers of a trust company decide: when, and what. Pure.

The time for a transfer runs from its opening to its deadline, ten working days; so whatever the
length of a working day, an officer who needs nine of them takes nine tenths of that time.

Pace     Decides within working days            Never in time
fast     0.2 to 1                               –
usual    1 to 5, seldom to 8                    –
slow     6 to 9                                 one in twenty: lapses
"""

from dataclasses import dataclass
from typing import Final

from api.cli.demo.chance import Chance

CONFIRMATION_WORKING_DAYS: Final = 10
"""After so many a transfer lapses."""
CALENDAR_ID: Final = "DEMO"
WORKING_DAY_NS: Final = 86_400_000_000_000
"""At speed 1."""
WORKING_DAY_MIN_NS: Final = 100_000_000
REJECTED_SHARE: Final = 0.04
REASONS: Final = (
    "DOCUMENTS_INCOMPLETE",
    "BUYER_NOT_QUALIFIED",
    "TITLE_DISPUTED",
    "TRANSFER_RESTRICTED",
    "OTHER",
)
REASON_WEIGHTS: Final = (55, 25, 5, 10, 5)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How many working days the officers of a trust company take."""

    usual_days: tuple[float, float]
    seldom_days: tuple[float, float]
    seldom_share: float
    late_share: float = 0.0
    """Of the transfers that are not decided before they lapse."""


PACES: Final = {
    "fast": Pace(usual_days=(0.2, 0.9), seldom_days=(0.9, 1.0), seldom_share=0.1),
    "usual": Pace(usual_days=(1.0, 4.0), seldom_days=(4.0, 8.0), seldom_share=0.1),
    "slow": Pace(usual_days=(6.0, 8.5), seldom_days=(8.5, 9.0), seldom_share=0.3, late_share=0.05),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What an officer will do with a transfer, so many seconds after it was opened."""

    after_s: float
    rejection_reason: str | None
    """None: the officer confirms."""


def working_day_ns(speed: float) -> int:
    """A working day at a speed, in nanoseconds; a tenth of a second at least."""
    return max(WORKING_DAY_MIN_NS, round(WORKING_DAY_NS / speed))


def decide(chance: Chance, pace: Pace, *, window_s: float) -> Decision | None:
    """When and how a transfer will be decided; None: it is left lying until it lapses.

    Args:
        window_s: seconds from the opening of the transfer to its deadline.
    """
    if chance.random() < pace.late_share:
        return None
    seldom = chance.random() < pace.seldom_share
    days = chance.uniform(*(pace.seldom_days if seldom else pace.usual_days))
    rejected = chance.random() < REJECTED_SHARE
    return Decision(
        after_s=window_s * days / CONFIRMATION_WORKING_DAYS,
        rejection_reason=chance.choices(REASONS, REASON_WEIGHTS)[0] if rejected else None,
    )
