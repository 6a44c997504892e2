"""The worker that ends sessions which nobody uses, with the feed connections that they opened."""

import asyncio
import logging
from typing import Final

from sqlalchemy.exc import SQLAlchemyError

from api.auth.sign_in import SignIns
from api.waiting import is_set_within

SWEEP_S: Final = 15.0
"""How late a feed connection ends after its session. After a crash a session has been idle for so
much longer at most."""

logger = logging.getLogger("trustex.sessions")


class SessionWorker:
    """Sweeps until it is closed."""

    def __init__(self, sign_ins: SignIns) -> None:
        self._sign_ins = sign_ins
        self._stopping = asyncio.Event()
        self._task = asyncio.create_task(self._run())

    async def close(self) -> None:
        """Sweep a last time, and stop."""
        self._stopping.set()
        await self._task
        await self._sign_ins.close()

    async def _run(self) -> None:
        while not await is_set_within(self._stopping, SWEEP_S):
            try:
                await self._sign_ins.sweep()
            except SQLAlchemyError:
                # No request fails by it: a session that has ended is refused whatever is kept.
                logger.exception("sessions could not be written down")
