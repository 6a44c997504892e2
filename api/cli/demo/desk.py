"""The officers of one trust company: they watch the feed and decide over HTTP."""

import asyncio
import heapq
import logging
from typing import Final

from api.cli.demo.chance import chance
from api.cli.demo.client import ApiClient, Refused, Request, VenueGone
from api.cli.demo.feed import FeedClient, Wish
from api.cli.demo.officers import PACES, Decision, decide
from api.cli.demo.products import TrustCompany
from api.cli.demo.watch import Watch
from api.cli.demo.wire import Frame

NS_PER_S: Final = 1_000_000_000
CATCHING_UP_S: Final = 3.0
"""After a start, what is overdue is decided within this time."""
DECISIONS_AT_ONCE_MAX: Final = 4
SECOND_LOOK_NS: Final = 200_000_000
"""By then the feed has told what the transfer has become."""
STALE: Final = "transfer_version_stale"

log = logging.getLogger("trustex.demo")


class OfficerDesk:
    """Two officers with a key each, who take turns."""

    def __init__(
        self,
        company: TrustCompany,
        *,
        keys: tuple[str, ...],
        seed: int,
        client: ApiClient,
        watch: Watch,
        base_url: str,
    ) -> None:
        self._company = company
        self._keys = keys
        self._seed = seed
        self._client = client
        self._watch = watch
        self._due: list[tuple[int, str]] = []  # a heap of (due at, transfer)
        self._decisions: dict[str, Decision] = {}
        self._wake = asyncio.Event()
        self._turn = 0
        self.feed = FeedClient(base_url, key=keys[0], take=self._take)

    async def run(self) -> None:
        """Work until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self.feed.follow([Wish(channel="transfers")]))
            tasks.create_task(self._work())

    def _take(self, frame: Frame, text: bytes) -> None:
        for transfer in self._watch.take(frame, text):
            if transfer.state != "SUBMITTED":
                self._decisions.pop(transfer.transfer_id, None)
            elif transfer.transfer_id not in self._decisions:
                self._plan(transfer.transfer_id)
        self._wake.set()

    def _plan(self, transfer_id: str) -> None:
        """Put the transfer on the pile, for when it will be decided.

        Drawn from the transfer alone: after a restart the same officer decides the same.
        """
        pending = self._watch.pending[transfer_id]
        drawn = chance(self._seed, f"transfer {transfer_id}")
        window_ns = pending.deadline_ns - pending.opened_at_ns
        decision = decide(drawn, PACES[self._company.pace], window_s=window_ns / NS_PER_S)
        if decision is None:
            return
        due_ns = pending.opened_at_ns + round(decision.after_s * NS_PER_S)
        if due_ns < self._watch.now_ns:
            catching_up_s = drawn.uniform(0, min(CATCHING_UP_S, window_ns / NS_PER_S / 10))
            due_ns = self._watch.now_ns + round(catching_up_s * NS_PER_S)
        self._decisions[transfer_id] = decision
        heapq.heappush(self._due, (due_ns, transfer_id))

    async def _work(self) -> None:
        slots = asyncio.Semaphore(DECISIONS_AT_ONCE_MAX)
        async with asyncio.TaskGroup() as tasks:
            while True:
                self._wake.clear()
                wait_s = self._until_next_s()
                if wait_s is None or wait_s > 0:
                    try:
                        async with asyncio.timeout(wait_s):
                            await self._wake.wait()
                    except TimeoutError:
                        pass
                    continue
                _, transfer_id = heapq.heappop(self._due)
                decision = self._decisions.pop(transfer_id, None)
                if decision is not None and transfer_id in self._watch.pending:
                    await slots.acquire()
                    task = tasks.create_task(self._decide(transfer_id, decision))
                    task.add_done_callback(lambda _: slots.release())

    def _until_next_s(self) -> float | None:
        if not self._due:
            return None
        return max(0.0, (self._due[0][0] - self._watch.now_ns) / NS_PER_S)

    def _again(self, transfer_id: str, decision: Decision) -> None:
        """The transfer has changed, if only by a reminder: look at it once more."""
        self._decisions[transfer_id] = decision
        heapq.heappush(self._due, (self._watch.now_ns + SECOND_LOOK_NS, transfer_id))
        self._wake.set()

    async def _decide(self, transfer_id: str, decision: Decision) -> None:
        pending = self._watch.pending.get(transfer_id)
        if pending is None:
            return
        self._turn += 1
        reason = decision.rejection_reason
        verb = "confirm" if reason is None else "reject"
        request = Request(
            method="POST",
            path=f"/v1/transfers/{transfer_id}/{verb}",
            key=self._keys[self._turn % len(self._keys)],
            body=None if reason is None else {"reason": reason},
            idempotency_key=f"{verb}-{transfer_id}-{pending.version}",
            version=pending.version,
        )
        try:
            await self._client.send(request, dict)
        except Refused as refused:
            if refused.problem.code == STALE:
                self._again(transfer_id, decision)
                return
            # Such as a transfer that lapsed while the officer was at it.
            log.info("transfer %s: %s", transfer_id, refused)
            self._watch.counts.refused += 1
        except VenueGone as gone:
            log.warning("transfer %s: %s", transfer_id, gone)
