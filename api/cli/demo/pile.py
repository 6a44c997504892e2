"""A pile of errands, each with a moment at which somebody sees to it."""

import asyncio
import heapq
import itertools
from collections.abc import Callable, Coroutine, Sequence
from typing import Any, Final

from api.cli.demo.course import Act, Errand
from api.cli.demo.watch import Watch
from api.schemas.decimals import NS_PER_S
from api.waiting import is_set_within

AT_ONCE_MAX: Final = 4
SECOND_LOOK_NS: Final = 200_000_000
"""By then the feed has told what the transfer has become."""


class Pile:
    """Errands by the moment at which they are due. What has become of a transfer meanwhile may
    have made an errand pointless: it is then left out.

    Args:
        see_to: does the errands that it is given, one unless they are of `together`.
        together: acts that are done in one go when several are due.
    """

    def __init__(
        self,
        watch: Watch,
        see_to: Callable[[Sequence[Errand]], Coroutine[Any, Any, None]],
        *,
        together: frozenset[Act] = frozenset(),
    ) -> None:
        self._watch = watch
        self._see_to = see_to
        self._together = together
        self._due: list[tuple[int, int, Errand]] = []
        self._numbers = itertools.count()
        self._wake = asyncio.Event()

    def put(self, errand: Errand, *, due_ns: int) -> None:
        """Have the errand done at this moment of the venue's time."""
        heapq.heappush(self._due, (due_ns, next(self._numbers), errand))
        self._wake.set()

    def put_again(self, errand: Errand) -> None:
        """The transfer has changed, if only by a reminder: look at it once more."""
        self.put(errand, due_ns=self._watch.now_ns + SECOND_LOOK_NS)

    async def run(self) -> None:
        """Have errands done until cancelled."""
        slots = asyncio.Semaphore(AT_ONCE_MAX)
        async with asyncio.TaskGroup() as tasks:
            while True:
                self._wake.clear()
                wait_s = self._until_next_s()
                if wait_s is None or wait_s > 0:
                    await is_set_within(self._wake, wait_s)
                    continue
                for errands in self._take_due():
                    await slots.acquire()
                    task = tasks.create_task(self._see_to(errands))
                    task.add_done_callback(lambda _: slots.release())

    def _until_next_s(self) -> float | None:
        if not self._due:
            return None
        return max(0.0, (self._due[0][0] - self._watch.now_ns) / NS_PER_S)

    def _take_due(self) -> list[list[Errand]]:
        """What is due and still to be done: what is done together first, then each by itself."""
        together: list[Errand] = []
        alone: list[list[Errand]] = []
        while self._due and self._due[0][0] <= self._watch.now_ns:
            _, _, errand = heapq.heappop(self._due)
            pending = self._watch.pending.get(errand.transfer_id)
            if pending is None or pending.stage != errand.stage:
                continue
            if errand.act in self._together:
                together.append(errand)
            else:
                alone.append([errand])
        return [together, *alone] if together else alone
