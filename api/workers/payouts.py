"""The worker that has approved withdrawals paid: it asks the custodian and records the answer.

    APPROVED   →  custodian.instruct   →  RecordPayout: INSTRUCTED, or FAILED and the money is free
    (journal)      idempotent by the       (journal)
                   withdrawal's id

Whatever dies when: a withdrawal without a recorded answer is asked for again, and the custodian
pays it once. A custodian that does not answer is asked again, less and less often; the money stays
frozen meanwhile. Only a statement says that money has left.
"""

import asyncio
import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import Final, TypeVar

from sqlalchemy import Engine

from api.store.bank_accounts import accounts_of
from api.store.edge import EdgeStore
from api.waiting import is_set_within
from exchange.clock import Clock
from exchange.custodian.port import Custodian, CustodianUnavailable, Instructed, Payout
from exchange.errors import Busy
from exchange.money_commands import RecordPayout
from exchange.money_desk import BANK_ANSWER_LENGTH_MAX
from exchange.money_types import WithdrawalId
from exchange.payouts import Withdrawal
from exchange.service import Exchange
from exchange.store.money_queries import withdrawals_to_instruct
from exchange.types import OPERATOR_ID

NS_PER_S: Final = 1_000_000_000
WITHDRAWALS_PER_TURN_MAX: Final = 100
RETRY_DELAYS_S: Final = (5, 30, 300, 1_800)
"""After the first failed tries; then always the last of these."""
TICK_S: Final = 1.0
"""How late a retry may be."""
AFTER_FAULT_S: Final = 5.0

Result = TypeVar("Result")

logger = logging.getLogger("trustex.payouts")


@dataclass(frozen=True, slots=True)
class Waiting:
    """A withdrawal that the custodian could not be asked about."""

    tries: int
    due_ns: int


class PayoutWorker:
    """Has withdrawals paid until it is closed."""

    def __init__(
        self,
        *,
        reader: Engine,
        edge: EdgeStore,
        custodian: Custodian,
        exchange: Exchange,
        clock: Clock,
    ) -> None:
        """A worker of the running loop that has not begun.

        Args:
            reader: of the venue's database; the worker's own, and disposed of by it.
        """
        self._reader = reader
        self._edge = edge
        self._custodian = custodian
        self._exchange = exchange
        self._clock = clock
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="payouts")
        self._waiting: dict[WithdrawalId, Waiting] = {}
        self._loop = asyncio.get_running_loop()
        self._wake = asyncio.Event()
        self._turn = asyncio.Lock()
        self._stopping = False
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Go to work on the running loop."""
        self._task = asyncio.create_task(self._run())

    def wake(self) -> None:
        """A withdrawal was approved. May be called in any thread."""
        self._loop.call_soon_threadsafe(self._wake.set)

    async def close(self) -> None:
        """Finish the instruction that is under way, if any, and let go of everything."""
        self._stopping = True
        self._wake.set()
        if self._task is not None:
            await self._task
        self._thread.shutdown()
        self._reader.dispose()

    async def step(self) -> int:
        """One turn: ask the custodian for what is due, and record what it says.

        Returns:
            How many answers were recorded.
        """
        async with self._turn:
            return await self._step()

    async def _step(self) -> int:
        self._wake.clear()
        recorded = 0
        for withdrawal, payout in await self._in_thread(self._due):
            if self._stopping:
                break
            instructed = await self._in_thread(partial(self._instruct, payout))
            if instructed is None:
                self._wait_for(withdrawal.withdrawal_id)
            else:
                await self._record(withdrawal, instructed)
                recorded += 1
        return recorded

    async def _run(self) -> None:
        while not self._stopping:
            try:
                await self.step()
            except Busy:
                await is_set_within(self._wake, AFTER_FAULT_S)
            except Exception:
                # Whatever it is: the venue goes on. What has no recorded answer is asked for again.
                logger.exception("payouts wait")
                await is_set_within(self._wake, AFTER_FAULT_S)
            else:
                await is_set_within(self._wake, TICK_S)

    async def _in_thread(self, do: Callable[[], Result]) -> Result:
        return await self._loop.run_in_executor(self._thread, do)

    def _due(self) -> list[tuple[Withdrawal, Payout | None]]:
        """What is to be asked for now; without its account if the edge has lost that."""
        at_ns = self._clock.now_ns()
        limit = WITHDRAWALS_PER_TURN_MAX + len(self._waiting)
        with self._reader.connect() as connection:
            approved = withdrawals_to_instruct(connection, limit=limit)
        still = {each.withdrawal_id for each in approved}
        self._waiting = {key: each for key, each in self._waiting.items() if key in still}
        due = [
            each
            for each in approved
            if each.withdrawal_id not in self._waiting
            or self._waiting[each.withdrawal_id].due_ns <= at_ns
        ]
        with self._edge.transaction() as connection:
            accounts = accounts_of(connection, [each.account_digest for each in due])
        return [
            (
                each,
                Payout(
                    withdrawal_id=each.withdrawal_id,
                    amount=each.amount,
                    to=accounts[each.account_digest],
                )
                if each.account_digest in accounts
                else None,
            )
            for each in due
        ]

    def _instruct(self, payout: Payout | None) -> Instructed | None:
        """What the custodian says; None: nothing yet."""
        if payout is None:
            logger.error("a withdrawal waits: the edge's database does not know its account")
            return None
        try:
            return self._custodian.instruct(payout)
        except CustodianUnavailable as fault:
            logger.warning("withdrawal %s waits: %s", payout.withdrawal_id, fault)
            return None

    def _wait_for(self, withdrawal_id: WithdrawalId) -> None:
        before = self._waiting.get(withdrawal_id)
        tries = 1 if before is None else before.tries + 1
        delay_s = RETRY_DELAYS_S[min(tries, len(RETRY_DELAYS_S)) - 1]
        due_ns = self._clock.now_ns() + delay_s * NS_PER_S
        self._waiting[withdrawal_id] = Waiting(tries, due_ns)

    async def _record(self, withdrawal: Withdrawal, instructed: Instructed) -> None:
        outcome = await self._exchange.submit(
            RecordPayout(
                actor=OPERATOR_ID,
                key=f"payout-{withdrawal.withdrawal_id}",
                withdrawal_id=withdrawal.withdrawal_id,
                outcome=instructed.outcome,
                bank_answer=instructed.answer[:BANK_ANSWER_LENGTH_MAX],
            )
        )
        self._waiting.pop(withdrawal.withdrawal_id, None)
        if outcome.refusal is not None:
            # A statement was quicker than this record, and says more.
            logger.info("withdrawal %s: %s", withdrawal.withdrawal_id, outcome.refusal.name)
