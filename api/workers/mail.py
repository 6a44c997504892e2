"""The worker that writes letters to those who wish them: at most one a turn and reader, which says
how many new notifications there are.

What dies between a letter and the note that it was sent writes the same letter again, by the same
name.
"""

import asyncio
import logging
from typing import Final

from sqlalchemy.exc import SQLAlchemyError

from api.notifications.mail import Mailer, letter_of
from api.store import notifications as store
from api.store.edge import EdgeStore
from api.store.notifications import Reader
from api.waiting import is_set_within

TURN_S: Final = 60.0
"""What happens within it is told in one letter."""

logger = logging.getLogger("trustex.mail")


class MailWorker:
    """Writes letters until it is closed."""

    def __init__(self, edge: EdgeStore, mailer: Mailer | None) -> None:
        """A worker that has not begun.

        Args:
            mailer: by which letters leave; None: there are none.
        """
        self._edge = edge
        self._mailer = mailer
        self._stopping = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    @property
    def sends(self) -> bool:
        """Whether letters leave at all."""
        return self._mailer is not None

    def start(self) -> None:
        """Go to work on the running loop, if there is something to do."""
        if self._mailer is not None:
            self._task = asyncio.create_task(self._run(self._mailer))

    async def close(self) -> None:
        """Stop; what is not told yet is told after the next start."""
        self._stopping.set()
        if self._task is not None:
            await self._task

    async def _run(self, mailer: Mailer) -> None:
        while not await is_set_within(self._stopping, TURN_S):
            try:
                await asyncio.to_thread(self.step, mailer)
            except (OSError, SQLAlchemyError):
                # The venue goes on; what was not told is told in the next turn.
                logger.exception("letters wait")

    def step(self, mailer: Mailer) -> int:
        """One turn; how many letters left.

        Raises:
            OSError: a letter did not.
        """
        with self._edge.transaction() as connection:
            readers = store.readers_by_mail(connection)
        return sum(self._tell(mailer, reader) for reader in readers)

    def _tell(self, mailer: Mailer, reader: Reader) -> bool:
        assert reader.address is not None, reader
        with self._edge.transaction() as connection:
            counts, up_to = store.count_unmailed(connection, reader)
        if not counts:
            return False
        letter = letter_of(counts, to=reader.address, language=reader.language)
        mailer.send(letter, name=f"{reader.party_id}-{reader.officer_id}-{up_to}")
        with self._edge.transaction() as connection:
            store.mark_mailed(connection, reader, up_to=up_to)
        return True
