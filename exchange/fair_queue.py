"""The bounded queue in front of the sequencer: a share for every party, and a lane for what frees
or settles.

One account's flood fills only its own share. Cancels, confirmations and rejections have the
express lane, up to half of each batch; within a lane parties take turns, and one party's requests
keep their order.
"""

from collections import OrderedDict
from typing import Final, Generic, TypeVar

from exchange.errors import Busy
from exchange.types import PartyId

Item = TypeVar("Item")

QUEUE_PER_PARTY_MAX: Final = 512
"""Two full batches: more from one party would only wait."""
QUEUE_MAX: Final = 16_384
"""About a second of work; what comes beyond is better told to come back."""
RETRY_AFTER_MS: Final = 250


class _Lane(Generic[Item]):
    """Parties in turn, each with its own line."""

    def __init__(self) -> None:
        # Lists, for most lines are of one: a deque has room for 64 from the start.
        self.lines: OrderedDict[PartyId, list[Item]] = OrderedDict()
        self.count = 0

    def put(self, party_id: PartyId, item: Item) -> None:
        line = self.lines.get(party_id)
        if line is None:
            line = self.lines[party_id] = []
        elif len(line) >= QUEUE_PER_PARTY_MAX:
            raise Busy(RETRY_AFTER_MS)
        line.append(item)
        self.count += 1

    def take(self, count_max: int) -> list[Item]:
        taken: list[Item] = []
        while self.lines and len(taken) < count_max:
            party_id, line = self.lines.popitem(last=False)
            taken.append(line.pop(0))
            if line:
                self.lines[party_id] = line
        self.count -= len(taken)
        return taken


class FairQueue(Generic[Item]):
    """Requests that wait for the sequencer."""

    def __init__(self) -> None:
        self._express: _Lane[Item] = _Lane()
        self._normal: _Lane[Item] = _Lane()

    def __len__(self) -> int:
        return self._express.count + self._normal.count

    def put(self, party_id: PartyId, item: Item, *, express: bool) -> None:
        """Queue one request. Cost: O(1).

        Raises:
            Busy: the party's share, or the whole queue, is full.
        """
        # The express lane keeps a quarter for itself, so that orders cannot close the door on
        # cancels.
        limit = QUEUE_MAX if express else QUEUE_MAX * 3 // 4
        if len(self) >= limit:
            raise Busy(RETRY_AFTER_MS)
        lane = self._express if express else self._normal
        lane.put(party_id, item)

    def take(self, count_max: int) -> list[Item]:
        """The next requests, at most `count_max`: express ones for up to half of it, or more if
        nobody else waits."""
        express = self._express.take(max(count_max // 2, count_max - self._normal.count))
        return express + self._normal.take(count_max - len(express))
