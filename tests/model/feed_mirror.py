"""What a client of the feed knows of any one stream, by docs/reference/feed.md."""

from typing import Any

Frame = dict[str, Any]


class StreamMirror:
    """One stream as a client knows it: `RESYNCING` until it has a state, then `LIVE` or `STALE`."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.state = "RESYNCING"
        self.epoch = ""
        self.seq = -1
        self.eseq = -1
        self.frames = 0
        self.conflated = 0

    def start(self, epoch: str, head: int) -> None:
        """There is no snapshot: the next frame links to `head`."""
        self.epoch, self.seq, self.state = epoch, head, "LIVE"

    def receive(self, frame: Frame) -> None:
        """Take a frame of the stream, by the one rule: same epoch, and `prev` is what we have."""
        self.frames += 1
        if frame["type"] == "checkpoint":
            self.receive_checkpoint(frame)
            return
        if frame["type"] == "snapshot":
            assert frame["seq"] >= self.seq or frame["epoch"] != self.epoch, frame
            self.epoch = frame["epoch"]
            if frame.get("part", 1) == 1:
                self.forget()
        else:
            assert frame["type"] == "update", frame
            assert self.state != "RESYNCING", frame
            assert frame["epoch"] == self.epoch, frame
            assert frame["prev"] == self.seq, (self.seq, frame)
            assert frame["seq"] > frame["prev"], frame
            self.conflated += frame.get("conflated", 0)
        assert frame["eseq"] >= self.eseq, frame
        self.seq, self.eseq = frame["seq"], frame["eseq"]
        self.take(frame)
        if frame.get("part") == frame.get("parts"):
            self.state = "LIVE"
            self.check(frame)

    def receive_head(self, epoch: str, seq: int) -> None:
        """Take what a heartbeat says: are we behind?"""
        assert epoch == self.epoch or self.state == "RESYNCING"
        if self.state == "LIVE" and seq > self.seq:
            self.state = "STALE"
        elif self.state == "STALE" and seq == self.seq:
            self.state = "LIVE"

    def forget(self) -> None:
        """Drop what is known: a snapshot follows."""

    def take(self, frame: Frame) -> None:
        """Apply the frame."""

    def check(self, frame: Frame) -> None:
        """Assert what must be true after the frame."""

    def receive_checkpoint(self, frame: Frame) -> None:
        """Compare the whole state."""
        raise AssertionError(frame)
