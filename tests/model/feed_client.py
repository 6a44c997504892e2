"""A client of the feed, written from its description alone: it knows the wire and nothing of ours.

It believes nothing. Each frame is checked against the rules of docs/reference/feed.md: the chain
of `prev` and `seq`, the checksum over the strings as they came, that no book stands crossed unsaid,
that no level comes twice, that trades follow one another. A broken rule is an AssertionError that
names the frame.
"""

import json
from decimal import Decimal
from typing import Final
from zlib import crc32

from tests.model.feed_mirror import Frame, StreamMirror

TRADE_STEPS: Final = {None: {"matched"}, "matched": {"settled", "cancelled"}}


class BookMirror(StreamMirror):
    """The price levels of one product."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        _, depth, *view = name.partition(":")[0].partition("@")[0].split(".")
        self.is_of_a_class = bool(view)
        self.depth = None if depth == "all" else int(depth)
        self.bids: dict[str, tuple[str, int]] = {}
        self.asks: dict[str, tuple[str, int]] = {}
        self.checkpoints = 0

    def forget(self) -> None:
        self.bids.clear()
        self.asks.clear()

    def take(self, frame: Frame) -> None:
        for side, levels in ((self.bids, frame["bids"]), (self.asks, frame["asks"])):
            prices = [price for price, _, _ in levels]
            assert len(set(prices)) == len(prices), frame
            for price, quantity, order_count in levels:
                if Decimal(quantity) == 0:
                    assert frame["type"] == "update", frame
                    side.pop(price, None)
                else:
                    assert order_count > 0, frame
                    side[price] = quantity, order_count

    def check(self, frame: Frame) -> None:
        bids, asks = self.levels()
        if self.depth is not None:
            # The server says which levels leave the view: a client cuts off nothing.
            assert len(bids) <= self.depth, frame
            assert len(asks) <= self.depth, frame
        crossed = bool(bids and asks) and Decimal(bids[0][0]) >= Decimal(asks[0][0])
        assert crossed == frame.get("crossed", False), (bids[:1], asks[:1], frame)
        assert not (crossed and self.is_of_a_class), frame
        assert self.checksum(10) == frame["crc"], (self.levels(), frame)

    def receive_checkpoint(self, frame: Frame) -> None:
        if frame["seq"] == self.seq:
            self.checkpoints += 1
            assert self.checksum(None) == frame["full_crc"], frame
            assert len(self.bids) + len(self.asks) == frame["levels"], frame

    def levels(self) -> tuple[list[tuple[str, str, int]], list[tuple[str, str, int]]]:
        """Bids and asks, best first."""
        bids = sorted(self.bids, key=Decimal, reverse=True)
        asks = sorted(self.asks, key=Decimal)
        return (
            [(price, *self.bids[price]) for price in bids],
            [(price, *self.asks[price]) for price in asks],
        )

    def checksum(self, levels_max: int | None) -> int:
        """CRC-32 of the best levels."""
        bids, asks = self.levels()
        parts = ["B"]
        parts += [f"{price}:{quantity}" for price, quantity, _ in bids[:levels_max]]
        parts += ["A"]
        parts += [f"{price}:{quantity}" for price, quantity, _ in asks[:levels_max]]
        return crc32("|".join(parts).encode())


class TradesMirror(StreamMirror):
    """The trades of one product, and what became of them."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.trades: dict[int, Frame] = {}

    def forget(self) -> None:
        self.trades.clear()

    def take(self, frame: Frame) -> None:
        for trade in frame["trades"]:
            number = int(trade["trade_id"])
            known = self.trades.get(number)
            if frame["type"] == "update":
                # Of a trade from before our time we only hear how it ended.
                before = known["state"] if known else None
                is_old = not known and trade["state"] != "matched"
                assert is_old or trade["state"] in TRADE_STEPS[before], frame
                if trade["state"] == "matched" and self.trades:
                    assert number > max(self.trades), frame
            if known:
                for member in ("price", "quantity", "aggressor", "time"):
                    assert known[member] == trade[member], (known, trade)
            self.trades[number] = trade


class TickerMirror(StreamMirror):
    """A product at a glance."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.ticker: Frame = {}

    def take(self, frame: Frame) -> None:
        self.ticker = frame

    def check(self, frame: Frame) -> None:
        if frame["bid"] and frame["ask"]:
            assert Decimal(frame["bid"][0]) < Decimal(frame["ask"][0]), frame


class AuctionMirror(StreamMirror):
    """When a product's auction is, and what it would do."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.auction: Frame = {}

    def take(self, frame: Frame) -> None:
        self.auction = frame

    def check(self, frame: Frame) -> None:
        assert (frame["price"] is None) is (Decimal(frame["volume"]) == 0), frame
        assert (frame["opens_at"] is None) is (frame["latest_at"] is None), frame


class CandlesMirror(StreamMirror):
    """What was traded of a product, interval by interval."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.candles: dict[str, Frame] = {}

    def forget(self) -> None:
        self.candles.clear()

    def take(self, frame: Frame) -> None:
        starts = [candle["start"] for candle in frame["candles"]]
        assert starts == sorted(set(starts)), frame
        for candle in frame["candles"]:
            low, high = Decimal(candle["low"]), Decimal(candle["high"])
            assert low <= Decimal(candle["open"]) <= high, frame
            assert low <= Decimal(candle["close"]) <= high, frame
            assert candle["start"] <= frame["time"], frame
            known = self.candles.get(candle["start"])
            if known is not None:
                assert not known["closed"], (known, frame)
                assert candle["open"] == known["open"], (known, frame)
                assert candle["count"] >= known["count"], (known, frame)
                assert candle != known, frame
            self.candles[candle["start"]] = candle

    def check(self, frame: Frame) -> None:
        newest = max(self.candles, default=None)
        for start, candle in self.candles.items():
            assert candle["closed"] or start == newest, (candle, frame)


class TransfersMirror(StreamMirror):
    """The pending transfers of a party, and how many ended in which way."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.pending: dict[str, Frame] = {}
        self.decided: dict[str, str] = {}

    def forget(self) -> None:
        self.pending.clear()

    def take(self, frame: Frame) -> None:
        for transfer in frame["transfers"]:
            key, state = transfer["transfer_id"], transfer["state"]
            assert key not in self.decided, frame
            before = self.pending.pop(key, None)
            if before is not None:
                assert transfer["version"] > before["version"], frame
            if transfer["decided_at"] is None:
                self.pending[key] = transfer
            else:
                assert (frame["type"], before is None) == ("update", False), frame
                self.decided[key] = state


class NegotiationsMirror(StreamMirror):
    """What a party may hear of deals in the making, and how those have ended that have."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.open: dict[str, Frame] = {}
        self.ended: dict[str, str] = {}

    def forget(self) -> None:
        self.open.clear()

    def take(self, frame: Frame) -> None:
        assert frame["seq"] >= frame["eseq"] or frame["type"] == "snapshot", frame
        for negotiation in frame["negotiations"]:
            key = negotiation["negotiation_id"]
            assert key not in self.ended, frame
            if negotiation["state"] in {"OPEN", "OFFERED", "LED", "BACKED", "REOPENED"}:
                assert negotiation != self.open.get(key), frame
                self.open[key] = negotiation
            else:
                assert frame["type"] == "update", frame
                self.open.pop(key)
                self.ended[key] = negotiation["state"]


class OrdersMirror(StreamMirror):
    """The open orders of a party; what is left of each is counted from what happens to it too."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.open: dict[str, Frame] = {}
        self.ended: dict[str, str] = {}
        self.events: list[Frame] = []
        self.left: dict[str, Decimal] = {}

    def forget(self) -> None:
        self.open.clear()
        self.left.clear()

    def take(self, frame: Frame) -> None:
        for event in frame.get("events", ()):
            self.events.append(event)
            self.count(event, frame)
        for order in frame["orders"]:
            key = order["order_id"]
            assert order != self.open.pop(key, None), frame
            assert key not in self.ended, frame
            left = Decimal(order["open_quantity"])
            if frame["type"] == "snapshot":
                self.left[key] = left
            assert self.left[key] == left, (self.left[key], frame)
            if order["status"] in {"OPEN", "PARTIALLY_MATCHED"}:
                self.open[key] = order
            else:
                assert frame["type"] == "update", frame
                assert left == 0, frame
                del self.left[key]
                self.ended[key] = order["status"]

    def count(self, event: Frame, frame: Frame) -> None:
        """What this leaves open of the order."""
        key, kind = event["order_id"], event["event"]
        quantity = Decimal(event.get("quantity", 0))
        if kind == "accepted":
            assert key not in self.left, frame
        if kind in {"accepted", "reduced", "replaced"}:
            self.left[key] = quantity
        elif kind == "filled":
            self.left[key] -= quantity
            assert self.left[key] == Decimal(event["open_quantity"]), frame
        elif kind == "closed":
            assert self.left[key] == quantity, frame
            self.left[key] = Decimal(0)
        else:
            assert kind in {"rested", "retried", "reserved"}, frame
            assert kind == "reserved" or self.left[key] == quantity, frame


class HoldingsMirror(StreamMirror):
    """What a party holds, by symbol."""

    BUCKETS = ("available", "reserved", "locked", "pledged", "frozen")

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.held: dict[str, Frame] = {}

    def forget(self) -> None:
        self.held.clear()

    def take(self, frame: Frame) -> None:
        symbols = [holding["symbol"] for holding in frame["holdings"]]
        assert len(set(symbols)) == len(symbols), frame
        for holding in frame["holdings"]:
            total = Decimal(holding["total"])
            assert total == sum(Decimal(holding[name]) for name in self.BUCKETS), frame
            assert holding != self.held.pop(holding["symbol"], None), frame
            if total:
                self.held[holding["symbol"]] = holding


class CashMirror(StreamMirror):
    """A party's money."""

    BUCKETS = ("available", "reserved", "escrow", "frozen")

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.cash: Frame = {}

    def take(self, frame: Frame) -> None:
        assert frame["type"] == "snapshot" or frame["cash"] != self.cash, frame
        self.cash = frame["cash"]
        total = sum(Decimal(self.cash[name]) for name in self.BUCKETS)
        assert Decimal(self.cash["total"]) == total, frame


class ConfirmationsMirror(StreamMirror):
    """The transfers that wait for a trust company's decision."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.waiting: dict[str, Frame] = {}
        self.changes: list[str] = []

    def forget(self) -> None:
        self.waiting.clear()

    def take(self, frame: Frame) -> None:
        for item in frame["confirmations"]:
            change, key = item["change"], item["transfer"]["transfer_id"]
            before = self.waiting.pop(key, None)
            assert (change == "added") is (before is None), frame
            if change == "claimed":
                assert item["claimed_until"] > frame["time"], frame
                assert item["transfer"]["claimed_by"], frame
            if change == "released":
                assert "claimed_by" not in item["transfer"], frame
            if frame["type"] == "update":
                self.changes.append(change)
            if change != "gone":
                self.waiting[key] = item


class StatusMirror(StreamMirror):
    """Whether a product is traded."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.status: Frame = {}

    def take(self, frame: Frame) -> None:
        if frame["type"] == "update":
            told = ("state", "halts", "mode", "coming_mode")
            is_merged = frame.get("conflated", 0) > 1
            assert is_merged or any(frame[name] != self.status[name] for name in told), frame
        self.status = frame

    def check(self, frame: Frame) -> None:
        coming = frame["coming_mode"]
        assert coming is None or (coming["mode"] and coming["effective_on"]), frame
        halts = [halt["halt_id"] for halt in frame["halts"]]
        assert halts == sorted(set(halts), key=int), frame
        assert all(halt["since"] <= frame["time"] for halt in frame["halts"]), frame


MIRRORS: Final = {
    "book": BookMirror,
    "trades": TradesMirror,
    "ticker": TickerMirror,
    "auction": AuctionMirror,
    "candles": CandlesMirror,
    "status": StatusMirror,
    "transfers": TransfersMirror,
    "negotiations": NegotiationsMirror,
    "orders": OrdersMirror,
    "holdings": HoldingsMirror,
    "cash": CashMirror,
    "confirmations": ConfirmationsMirror,
}


class FeedClient:
    """One connection, fed with the text frames that it receives."""

    def __init__(self) -> None:
        self.welcome: Frame | None = None
        self.streams: dict[str, StreamMirror] = {}
        self.answers: dict[str, Frame] = {}
        """Acks, errors and pongs by the request that they answer."""
        self.errors: list[Frame] = []
        """Errors that answer no request: the connection ends."""
        self.notices: list[Frame] = []
        self.ended: list[Frame] = []
        """Streams that the server has ended, and why."""
        self.heartbeats = 0

    def receive(self, text: str) -> None:
        """Take the next frame."""
        frame = json.loads(text, parse_float=_no_float)
        assert isinstance(frame, dict), text
        kind = frame["type"]
        if self.welcome is None:
            assert kind == "welcome", frame
            self.welcome = frame
        elif kind == "ended":
            del self.streams[frame["s"]]
            self.ended.append(frame)
        elif "s" in frame:
            self.streams[frame["s"]].receive(frame)
        elif kind in {"ack", "error", "pong"} and "req" in frame:
            assert frame["req"] not in self.answers, frame
            self.answers[frame["req"]] = frame
            self._take_results(frame)
        elif kind == "heartbeat":
            assert frame["n"] == self.heartbeats + 1, frame
            self.heartbeats = frame["n"]
            for name, (epoch, seq) in frame["heads"].items():
                self.streams[name].receive_head(epoch, seq)
        elif kind == "notice":
            self.notices.append(frame)
        elif kind == "error":
            self.errors.append(frame)
        # Anything else is from a newer server, and ignored.

    def book(self, name: str) -> BookMirror:
        """The mirror of a book stream."""
        mirror = self.streams[name]
        assert isinstance(mirror, BookMirror)
        return mirror

    def _take_results(self, frame: Frame) -> None:
        for result in frame.get("results", ()):
            if not result["ok"] or "mode" not in result:
                continue
            name = result["s"]
            channel = name.partition(":")[0].partition(".")[0]
            mirror = self.streams.get(name)
            if mirror is None:
                mirror = self.streams[name] = MIRRORS[channel](name)
            if result["mode"] == "live" or (result["mode"] == "resumed" and mirror.seq < 0):
                mirror.start(result["epoch"], result["head"])
            elif result["mode"] == "resumed":
                # What was missed, if anything, follows what we have.
                assert (mirror.epoch, mirror.state) == (result["epoch"], "LIVE"), frame
                assert mirror.seq <= result["head"], frame


def _no_float(text: str) -> float:
    raise AssertionError(f"a number with a fraction: {text}")
