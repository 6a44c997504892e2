"""What waits to be sent on one connection: one bounded queue, in order.

Shared frames stand in it as they are. What is better made late stands in it as a place holder:
snapshots, merged updates and heartbeats. Place holders cost nothing and do not count.
"""

from collections import deque

from api.feed.messages import OnSlow
from api.feed.stream import Frame
from api.feed.subscription import Subscription


class Queued:
    """One thing to be sent: a text, a shared frame, or a place holder."""

    __slots__ = ("frame", "queued_at_ns", "size", "subscription", "text")

    def __init__(
        self,
        *,
        queued_at_ns: int,
        encoded: bytes | None = None,
        frame: Frame | None = None,
        subscription: Subscription | None = None,
    ) -> None:
        self.queued_at_ns = queued_at_ns
        self.text = None if encoded is None else encoded.decode("utf-8")
        self.frame = frame
        self.subscription = subscription
        if frame is not None:
            self.size = frame.size
        else:
            self.size = 0 if encoded is None else len(encoded)

    @property
    def is_place_holder(self) -> bool:
        """Whether the text is still to be made."""
        return self.frame is None and self.text is None

    @property
    def may_be_merged(self) -> bool:
        """Whether this is an update that the client lets us merge."""
        subscription = self.subscription
        return (
            self.frame is not None
            and subscription is not None
            and subscription.stream.conflatable
            and subscription.on_slow is OnSlow.CONFLATE
        )


class OutboundQueue:
    """The queue of one connection."""

    def __init__(self) -> None:
        self._items: deque[Queued] = deque()
        self.bytes = 0
        self.frames = 0
        """Texts and shared frames that wait."""
        self.has_heartbeat = False

    def __bool__(self) -> bool:
        return bool(self._items)

    @property
    def is_held(self) -> bool:
        """Whether what is next cannot be made yet: order is kept, so nothing else is sent."""
        if not self._items:
            return False
        first = self._items[0]
        return (
            first.is_place_holder and first.subscription is not None and first.subscription.is_held
        )

    def put_text(self, encoded: bytes, now_ns: int) -> None:
        """A frame for this client alone. Cost: O(1)."""
        self._put(Queued(queued_at_ns=now_ns, encoded=encoded))

    def put_text_first(self, encoded: bytes, now_ns: int) -> None:
        """The same, ahead of all that waits. Cost: O(1)."""
        item = Queued(queued_at_ns=now_ns, encoded=encoded)
        self._items.appendleft(item)
        self._count(item, 1)

    def put_frame(self, subscription: Subscription, frame: Frame, now_ns: int) -> None:
        """A frame of a stream; a place holder ahead of it takes it in. Cost: O(1)."""
        if subscription.is_waiting:
            subscription.absorb(frame)
            return
        if frame.update is not None:
            # A gap here would be our bug; the client would find it and blame the network.
            assert frame.update.prev == subscription.queued_seq, (
                frame.text,
                subscription.queued_seq,
            )
            subscription.queued_seq = frame.update.seq
        self._put(Queued(queued_at_ns=now_ns, frame=frame, subscription=subscription))

    def put_place_holder(self, subscription: Subscription, now_ns: int) -> None:
        """The place for what `subscription` waits for. Cost: O(1)."""
        assert subscription.is_waiting
        self._put(Queued(queued_at_ns=now_ns, subscription=subscription))

    def put_heartbeat(self, now_ns: int) -> None:
        """The place for a heartbeat; at most one waits."""
        if not self.has_heartbeat:
            self.has_heartbeat = True
            self._put(Queued(queued_at_ns=now_ns))

    def discard(self, subscription: Subscription) -> None:
        """Forget what waits of the subscription. Cost: O(queue)."""
        for item in self._items:
            if item.subscription is subscription:
                self._count(item, -1)
        self._items = deque(item for item in self._items if item.subscription is not subscription)

    def discard_place_holders(self) -> None:
        """Forget what has not been made into text. Cost: O(queue)."""
        self._items = deque(item for item in self._items if not item.is_place_holder)
        self.has_heartbeat = False

    def clear(self) -> None:
        """Forget everything."""
        self._items.clear()
        self.bytes = 0
        self.frames = 0
        self.has_heartbeat = False

    def pop(self) -> Queued:
        """What is to be sent next. Cost: O(1)."""
        item = self._items.popleft()
        self._count(item, -1)
        if item.is_place_holder and item.subscription is None:
            self.has_heartbeat = False
        return item

    def oldest_ns(self) -> int | None:
        """When the oldest frame of a stream was queued. Cost: O(texts ahead of it)."""
        for item in self._items:
            if item.frame is not None:
                return item.queued_at_ns
        return None

    def merge(self) -> None:
        """Put one place holder for all that may be merged of a stream. Cost: O(queue)."""
        kept: deque[Queued] = deque()
        for item in self._items:
            if not item.may_be_merged:
                kept.append(item)
                continue
            self._count(item, -1)
            subscription, frame = item.subscription, item.frame
            assert subscription is not None
            assert frame is not None
            if subscription.is_waiting:
                # Behind its own place holder, or ahead of a snapshot that makes it superfluous.
                subscription.absorb(frame)
            elif frame.update is not None:
                subscription.start_merging(frame.update)
                kept.append(Queued(queued_at_ns=item.queued_at_ns, subscription=subscription))
        self._items = kept

    def _put(self, item: Queued) -> None:
        self._items.append(item)
        self._count(item, 1)

    def _count(self, item: Queued, sign: int) -> None:
        if not item.is_place_holder:
            self.bytes += sign * item.size
            self.frames += sign
