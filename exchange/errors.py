"""Faults of the world around the exchange. A refusal is a value (exchange/refusals.py); a bug is
an assertion.

Fault
├── Busy             a queue is full: nothing was journaled, try again later
├── OutcomeUnknown   the venue stopped before it could say: ask again with the same key
├── StoreFault       the database refused a write, a pragma or a commit: the process stops
│   ├── Fenced       another process has taken over the stream
│   └── OfAnotherVersion   another version of the program made what is stored
└── JournalCorrupt   stored bytes contradict each other: the start is refused, naming the sequence
    └── ReplayDiffers      the bytes are whole, and executed again they give something else
"""


class Fault(Exception):
    """Something outside the rules went wrong."""


class Busy(Fault):
    """A queue is full. Nothing was journaled."""

    def __init__(self, retry_after_ms: int) -> None:
        super().__init__(f"busy, try again in {retry_after_ms} ms")
        self.retry_after_ms = retry_after_ms


class OutcomeUnknown(Fault):
    """The venue has stopped: the command may or may not have been journaled."""

    def __init__(self) -> None:
        super().__init__("outcome unknown, ask again with the same key")


class StoreFault(Fault):
    """The database did not do what it was told; its outcome is unknown."""


class Fenced(StoreFault):
    """The stream head is not where this process left it: another one writes."""


class OfAnotherVersion(StoreFault):
    """Another version of the program made what is stored, and this one cannot go on with it."""


class JournalCorrupt(Fault):
    """The journal, a snapshot or the rows contradict each other."""

    def __init__(self, sequence: int, what: str) -> None:
        super().__init__(f"journal corrupt at sequence {sequence}: {what}")
        self.sequence = sequence
        self.what = what


class ReplayDiffers(JournalCorrupt):
    """The journal's bytes are whole, and what this program makes of them is not what is stored: so
    it is where a row was altered, and where another version of the engine wrote."""
