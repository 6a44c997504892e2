"""How many frames a client may send: a bucket that fills up to one second's worth."""

from api.feed.limits import NS_PER_MS, SECOND_NS


class Allowance:
    """The allowance of one connection.

    Args:
        per_s_max: frames a second, and the burst after a quiet second.
    """

    def __init__(self, *, per_s_max: int, now_ns: int) -> None:
        self.per_s_max = per_s_max
        self.refused_in_a_row = 0
        self._cost_ns = SECOND_NS // per_s_max
        self._saved_ns = SECOND_NS
        self._at_ns = now_ns

    def take(self, now_ns: int) -> bool:
        """Whether one more frame is allowed now; if so it is used up."""
        self._saved_ns = min(SECOND_NS, self._saved_ns + max(0, now_ns - self._at_ns))
        self._at_ns = now_ns
        if self._saved_ns < self._cost_ns:
            self.refused_in_a_row += 1
            return False
        self._saved_ns -= self._cost_ns
        self.refused_in_a_row = 0
        return True

    @property
    def is_flooded(self) -> bool:
        """Whether a whole burst more was refused."""
        return self.refused_in_a_row > self.per_s_max

    @property
    def retry_after_ms(self) -> int:
        """How long until the next frame is allowed, rounded up."""
        return -(-max(0, self._cost_ns - self._saved_ns) // NS_PER_MS)
