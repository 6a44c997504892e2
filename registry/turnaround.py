"""How long a trust company takes to answer, and what it leaves unanswered: figures of a period.

A transfer counts in the period in which it ended, settled or failed, so that the figures of a
period that is over stand. The time that counts is that of working days of its product's calendar,
from the moment when the trust company first had it to its answer; what it was returned for, or held
up by, is in it. Late is what was answered after it had been escalated, which such pauses put off.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final, NamedTuple

from registry.calendar import Calendar
from registry.transfer import TransferState, Who
from registry.types import ProductId, TimeNs

ESCALATED: Final = 3
"""After so many notices a transfer is escalated: not acknowledged, reminded, escalated."""


class Ended(NamedTuple):
    """A transfer that the trust company had and that has ended."""

    product_id: ProductId
    state: TransferState
    fault: Who
    """Whose fault a lapse is, of buyer and seller."""
    notices: int
    returns: int
    submitted_at_ns: TimeNs
    answered_at_ns: TimeNs | None
    """None: it ended without an answer."""


class Turnaround(NamedTuple):
    """What became of the transfers that ended in a period. Times are of those that were answered,
    in nanoseconds of working days; None where none was."""

    confirmed: int
    rejected: int
    late: int
    """Of those confirmed or rejected."""
    returned: int
    """To the parties, once at least, whatever came of it."""
    lapsed: int
    """Without an answer, and by no fault of a party."""
    median_ns: int | None
    percentile_95_ns: int | None


def turnaround(ended: Iterable[Ended], calendars: Mapping[ProductId, Calendar]) -> Turnaround:
    """The figures of these transfers. Cost: O(n log n).

    Args:
        calendars: of the products that the transfers are of.
    """
    times_ns: list[int] = []
    rejected = late = returned = lapsed = 0
    for transfer in ended:
        returned += transfer.returns > 0
        if transfer.answered_at_ns is None:
            lapsed += transfer.state is TransferState.LAPSED and not transfer.fault
            continue
        rejected += transfer.state is TransferState.REJECTED
        late += transfer.notices >= ESCALATED
        times_ns.append(
            calendars[transfer.product_id].turnaround_ns(
                from_ns=transfer.submitted_at_ns, until_ns=transfer.answered_at_ns
            )
        )
    times_ns.sort()
    return Turnaround(
        confirmed=len(times_ns) - rejected,
        rejected=rejected,
        late=late,
        returned=returned,
        lapsed=lapsed,
        median_ns=percentile(times_ns, 50),
        percentile_95_ns=percentile(times_ns, 95),
    )


def percentile(ordered: Sequence[int], percent: int) -> int | None:
    """The least of these values, smallest first, that so many percent of them do not exceed; None:
    there is none. Cost: O(1)."""
    if not ordered:
        return None
    return ordered[-(-len(ordered) * percent // 100) - 1]
