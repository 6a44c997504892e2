"""Streams for one party alone: nothing of them is merged, and what was published lately is kept.

A client whose connection was cut comes back with the last number it has and gets the frames that
it missed, byte for byte, while they are kept: for `RESUME_NS`, and as long as all that is kept of
all streams is no more than `RESUME_BYTES_MAX`. So that there is something to keep, a stream goes on
for as long after its last subscriber has left. Nothing is kept for parties that nobody watches.
"""

from abc import abstractmethod
from collections import deque
from collections.abc import Sequence
from typing import ClassVar, NamedTuple

from sqlalchemy import Connection

from api.feed.limits import RESUME_BYTES_MAX, RESUME_NS, RESUME_STREAM_BYTES_MAX
from api.feed.stream import Frame, Stream
from exchange.market_view import MarketView
from exchange.sequencer import Batch
from exchange.store.account_queries import Rows
from exchange.types import PartyId, PartyKind
from exchange.types import Sequence as SequenceNumber


class Retained:
    """The frames of private streams that may still be asked for, in the order of their time."""

    def __init__(self) -> None:
        self.bytes = 0
        self._frames: deque[tuple[int, PrivateStream, Frame]] = deque()

    def keep(self, stream: "PrivateStream", frame: Frame, now_ns: int) -> None:
        """Keep the next frame of a stream. Cost: O(1), and O(those that go)."""
        self._frames.append((now_ns, stream, frame))
        self.bytes += frame.size
        while self.bytes > RESUME_BYTES_MAX:
            self._drop()

    def trim(self, now_ns: int) -> None:
        """Drop what is too old. Cost: O(those that go)."""
        while self._frames and self._frames[0][0] + RESUME_NS <= now_ns:
            self._drop()

    def _drop(self) -> None:
        _, stream, frame = self._frames.popleft()
        dropped = stream.kept.popleft()
        assert dropped is frame, (stream.name, dropped.text, frame.text)
        self.bytes -= frame.size


class Owner(NamedTuple):
    """Whose stream it is, and of which feed."""

    party_id: PartyId
    kind: PartyKind
    view: MarketView
    epoch: str
    retained: Retained


class PrivateStream(Stream):
    """What one party may hear of something."""

    conflatable = False
    has_snapshot = True

    channel: ClassVar[str]

    def __init__(self, owner: Owner, *, last_seq: int | None = None) -> None:
        """The stream of this party.

        Args:
            last_seq: of a channel with a counter of its own; else its numbers are those of
                commands.
        """
        super().__init__(
            name=f"{self.channel}:{owner.party_id}",
            epoch=owner.epoch,
            view=owner.view,
            last_seq=owner.view.eseq if last_seq is None else last_seq,
        )
        self.party_id, self.kind = owner.party_id, owner.kind
        self.kept: deque[Frame] = deque()
        self.deserted_ns: int | None = None
        """When it was first seen that nobody has subscribed to it any more."""
        self._retained = owner.retained

    def missed_since(self, seq: int) -> Sequence[Frame] | None:
        """What a client that has `seq` has missed; None: it is not kept. Cost: O(kept)."""
        missed: list[Frame] = []
        size = 0
        if seq == self.last_seq:
            return missed
        for frame in reversed(self.kept):
            assert frame.update is not None, frame.text
            missed.append(frame)
            size += frame.size
            if size > RESUME_STREAM_BYTES_MAX or frame.update.prev < seq:
                return None
            if frame.update.prev == seq:
                return missed[::-1]
        return None

    def _send(self, frame: Frame, now_ns: int) -> None:
        self.kept.append(frame)
        self._retained.keep(self, frame, now_ns)
        super()._send(frame, now_ns)


class AccountStream(PrivateStream):
    """What a party has, followed by the rows that commits change, from those that were stored.

    It is not ready until those have been read: what is committed meanwhile waits.
    """

    def __init__(self, owner: Owner) -> None:
        super().__init__(owner)
        self.is_ready = False
        self.waiting: list[Batch] = []
        """Committed since the stream was opened and before it was ready."""

    @abstractmethod
    def read(self, connection: Connection) -> Rows:
        """What is stored. Called in a thread."""

    def begin(self, rows: Rows, as_of: SequenceNumber) -> list[Batch]:
        """The stream is ready: `rows` were stored as of this command.

        Returns:
            What was committed after it and is to be published now.
        """
        assert not self.is_ready, self.name
        # What is stored may be ahead of what is published, by a batch that is durable already.
        assert as_of >= self.last_seq, (self.name, as_of, self.last_seq)
        self.last_seq = as_of
        self.is_ready = True
        self._hold(rows)
        waiting, self.waiting = self.waiting, []
        return [batch for batch in waiting if batch.changes.after.sequence > as_of]

    def missed_since(self, seq: int) -> Sequence[Frame] | None:
        """As of any private stream; before it is ready it cannot be said."""
        return super().missed_since(seq) if self.is_ready else None

    @property
    def eseq(self) -> int:
        """The last command that its state is as of."""
        return max(self._view.eseq, self.last_seq)

    @abstractmethod
    def _hold(self, rows: Rows) -> None:
        """Take what is stored."""
