"""The one file that reads a clock, and the rule that keeps a bad clock from lapsing a market's
transfers."""

import time
from typing import Protocol

from exchange.limits import CLOCK_JUMP_MAX_NS, DOWNTIME_MAX_NS
from registry.types import TimeNs


class Clock(Protocol):
    """Where the time comes from: the machine's clock, or a simulated one."""

    def now_ns(self) -> TimeNs:
        """Nanoseconds since 1970-01-01 UTC. It may jump."""


class SystemClock:
    """The machine's clock."""

    def now_ns(self) -> TimeNs:
        """Nanoseconds since 1970-01-01 UTC."""
        return TimeNs(time.time_ns())


class Timekeeper:
    """Monotone time for the journal, read from a clock that may be wrong.

    Time never goes back. It stands still after a start that is more than DOWNTIME_MAX_NS after what
    was journaled last, and after a jump of more than CLOCK_JUMP_MAX_NS between two
    readings, until the operator accepts the gap. It must be read at least once in that time while
    the venue runs.
    """

    def __init__(self, clock: Clock, *, journaled_ns: TimeNs) -> None:
        self._clock = clock
        self._time_ns = journaled_ns
        self._gap_from_ns: TimeNs | None = journaled_ns if journaled_ns > 0 else None
        self._read_ns = clock.now_ns()
        self.waits = journaled_ns > 0 and self._read_ns - journaled_ns > DOWNTIME_MAX_NS
        """Time stands still until the operator accepts the gap."""
        if self.waits:
            self._gap_from_ns = None
        else:
            self._time_ns = max(self._time_ns, self._read_ns)

    def read(self) -> TimeNs:
        """The time to journal with."""
        now_ns = self._clock.now_ns()
        if now_ns - self._read_ns > CLOCK_JUMP_MAX_NS:
            self.waits = True
        self._read_ns = now_ns
        if not self.waits and now_ns > self._time_ns:
            self._time_ns = now_ns
        return self._time_ns

    @property
    def is_behind(self) -> bool:
        """Whether the clock says a time long before what was journaled: deadlines wait for it."""
        return self._read_ns < self._time_ns - CLOCK_JUMP_MAX_NS

    def accept(self) -> None:
        """The operator says that the clock is right: the gap will be stated in the journal."""
        if self.waits:
            self.waits = False
            self._gap_from_ns = self._time_ns

    def take_gap(self) -> TimeNs | None:
        """The start of a gap that the journal does not know yet, once: a restart, or an accepted
        jump."""
        gap_from_ns, self._gap_from_ns = self._gap_from_ns, None
        return gap_from_ns
