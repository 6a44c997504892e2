"""Idempotency keys: which command each was used for, for as long as it is to be known."""

from collections import deque

from exchange.codec import PARTY_BYTES
from exchange.limits import (
    KEY_RETENTION_NS,
    KEYS_EXPIRED_PER_COMMAND_MAX,
    KEYS_EXPIRED_PER_SWEEP_MAX,
)
from exchange.types import Sequence
from registry.types import TimeNs


class Keys:
    """Idempotency keys (`exchange.codec.bound_key`) → sequence: the journal has the body.

    A key stays while its object is open and at least KEY_RETENTION_NS of journaled time after.
    Millions of them stay for a week, so each is kept in as few bytes and objects as will do.
    """

    __slots__ = ("_held", "_retired", "_retired_until_ns", "entries")

    def __init__(self) -> None:
        self.entries: dict[bytes, Sequence] = {}
        """The command to which each is bound."""
        self._held: dict[bytes, int] = {}
        self._retired: deque[bytes] = deque()
        self._retired_until_ns: deque[TimeNs] = deque()

    def find(self, key: bytes) -> Sequence | None:
        """The command to which the key is bound. Cost: O(1)."""
        return self.entries.get(key)

    def remember(self, key: bytes, sequence: Sequence) -> None:
        """Bind the key to the command of this sequence."""
        assert key not in self.entries, key
        self.entries[key] = sequence
        party = key[:PARTY_BYTES]
        self._held[party] = self._held.get(party, 0) + 1

    def held_like(self, key: bytes) -> int:
        """How many keys the party of this key has. Cost: O(1)."""
        return self._held.get(key[:PARTY_BYTES], 0)

    def retire(self, key: bytes, at_ns: TimeNs) -> None:
        """The key's object is terminal: it may be forgotten after the retention time."""
        self.restore_retired(key, TimeNs(at_ns + KEY_RETENTION_NS))

    def restore_retired(self, key: bytes, until_ns: TimeNs) -> None:
        """Put a key last among those that are kept for their retention time only."""
        times = self._retired_until_ns
        # A batch has one time: its keys share the number that says it.
        same = times and times[-1] == until_ns
        times.append(times[-1] if same else until_ns)
        self._retired.append(key)

    def retired(self) -> list[tuple[TimeNs, bytes]]:
        """The keys that are kept for their retention time only, and until when. Cost: O(those)."""
        return list(zip(self._retired_until_ns, self._retired, strict=True))

    def is_due(self, at_ns: TimeNs) -> bool:
        """Whether a key's time is over. Cost: O(1)."""
        return bool(self._retired) and self._retired_until_ns[0] <= at_ns

    def expire(self, at_ns: TimeNs, *, sweeps: bool = False) -> None:
        """Forget a bounded number of keys whose time is over: a few, or many in a sweep."""
        left = KEYS_EXPIRED_PER_SWEEP_MAX if sweeps else KEYS_EXPIRED_PER_COMMAND_MAX
        while left and self.is_due(at_ns):
            left -= 1
            self._retired_until_ns.popleft()
            key = self._retired.popleft()
            del self.entries[key]
            party = key[:PARTY_BYTES]
            self._held[party] -= 1
            if self._held[party] == 0:
                del self._held[party]
