"""What the feed has told so far: quotes, the last deals, pending transfers, counts; and what the
demo's own people did. No I/O."""

import time
from collections import Counter, deque
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final

import msgspec

from api.cli.demo.course import Act, Errand, Stage
from api.cli.demo.products import Product
from api.cli.demo.traders import Quote
from api.cli.demo.ways import Way
from api.cli.demo.wire import Frame, Ticker, Trade, Trades, Transfer, Transfers
from api.schemas.decimals import (
    MONEY_SCALE,
    PRICE_SCALE,
    parse_decimal,
    parse_moment,
)

DEALS_KEPT_MAX: Final = 60
DEEDS_KEPT_MAX: Final = 60
PACE_WINDOW_S: Final = 10
"""Commands a second are counted over so long."""


@dataclass(slots=True, kw_only=True)
class Glance:
    """A product at a glance. Quantities are in its smallest unit."""

    quote: Quote
    volume: int


@dataclass(slots=True, kw_only=True)
class Deal:
    """One deal, new or settled."""

    symbol: str
    trade_number: int
    price: int
    quantity: int
    aggressor: str
    state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """What somebody has done about a transfer or a product, in words."""

    who: str
    what: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Pending:
    """A transfer that is not decided."""

    stream: str
    transfer_id: str
    symbol: str
    stage: Stage
    version: int
    seller_id: str
    buyer_id: str
    notices: int
    units: int
    consideration: int
    opened_at_ns: int
    deadline_ns: int | None


@dataclass(slots=True, kw_only=True)
class Counts:
    """What has happened since the start."""

    deals: int = 0
    settled: int = 0
    rejected: int = 0
    lapsed: int = 0
    cancelled: int = 0
    preempted: int = 0
    defaulted: int = 0
    commands: int = 0
    refused: int = 0
    settled_by: Counter[Way] = field(default_factory=Counter)
    """The settled ones, by how they went."""


class Watch:
    """The market as the feed tells it."""

    def __init__(self, products: Mapping[str, Product], *, day_ns: int) -> None:
        """Args:
        day_ns: how long a day of the products' calendar lasts.
        """
        self.products = products
        self.day_ns = day_ns
        self.glances = {symbol: Glance(quote=Quote(), volume=0) for symbol in products}
        self.deals: deque[Deal] = deque(maxlen=DEALS_KEPT_MAX)
        self.deeds: deque[Deed] = deque(maxlen=DEEDS_KEPT_MAX)
        self.pending: dict[str, Pending] = {}
        self.counts = Counts()
        self.started_s = time.monotonic()
        self._deals_by_number: dict[tuple[str, int], Deal] = {}
        self._numbers_seen: dict[str, int] = {}
        self._first_eseq: int | None = None
        self._recent: deque[tuple[float, int]] = deque()
        self._clock_offset_ns: int | None = None

    @property
    def now_ns(self) -> int:
        """The venue's time, as near as its frames tell it; 0 before the first one."""
        if self._clock_offset_ns is None:
            return 0
        return time.monotonic_ns() + self._clock_offset_ns

    def quote(self, symbol: str) -> Quote:
        """The best prices of a product."""
        return self.glances[symbol].quote

    def elapsed_s(self) -> float:
        """Seconds since the start."""
        return time.monotonic() - self.started_s

    def commands_per_s(self) -> float:
        """How many commands the venue has journaled a second, of late."""
        now_s = time.monotonic()
        while self._recent and now_s - self._recent[0][0] > PACE_WINDOW_S:
            self._recent.popleft()
        if len(self._recent) < 2:
            return 0.0
        began_s, began = self._recent[0]
        return (self._recent[-1][1] - began) / max(now_s - began_s, 1.0)

    def take(self, frame: Frame, text: bytes) -> list[Transfer]:
        """Take a frame; the transfers in it, for those who decide about them."""
        self._note_time(frame)
        channel, _, subject = frame.s.partition(":")
        if channel == "ticker":
            self._take_ticker(subject, msgspec.json.decode(text, type=Ticker))
        elif channel == "trades":
            self._take_trades(subject, msgspec.json.decode(text, type=Trades).trades)
        elif channel == "transfers":
            transfers = msgspec.json.decode(text, type=Transfers).transfers
            if frame.type == "snapshot" and frame.part == 1:
                self._forget_pending(frame.s)
            for transfer in transfers:
                self._take_transfer(frame.s, transfer)
            return transfers
        return []

    def _note_time(self, frame: Frame) -> None:
        sent_ns = parse_moment(frame.sent) if frame.sent else None
        if sent_ns is not None:
            self._clock_offset_ns = sent_ns - time.monotonic_ns()
        if self._first_eseq is None:
            self._first_eseq = frame.eseq
        elif frame.eseq > self._first_eseq + self.counts.commands:
            self.counts.commands = frame.eseq - self._first_eseq
            now_s = time.monotonic()
            if not self._recent or now_s - self._recent[-1][0] > 0.1:
                self._recent.append((now_s, frame.eseq))

    def _take_ticker(self, symbol: str, ticker: Ticker) -> None:
        glance = self.glances[symbol]
        last = None if ticker.last is None else price_of(ticker.last)
        glance.quote = Quote(
            bid=self._level(symbol, ticker.bid), ask=self._level(symbol, ticker.ask), last=last
        )
        glance.volume = self.quantity_of(symbol, text=ticker.volume_24h)

    def _level(self, symbol: str, level: tuple[str, str] | None) -> tuple[int, int] | None:
        if level is None:
            return None
        return price_of(level[0]), self.quantity_of(symbol, text=level[1])

    def _take_trades(self, symbol: str, trades: list[Trade]) -> None:
        for trade in trades:
            number = int(trade.trade_id)
            known = self._deals_by_number.get((symbol, number))
            if known is not None:
                known.state = trade.state
            if number <= self._numbers_seen.get(symbol, 0):
                continue
            self._numbers_seen[symbol] = number
            if trade.state != "matched":
                continue  # of an earlier run
            self.counts.deals += 1
            deal = Deal(
                symbol=symbol,
                trade_number=number,
                price=price_of(trade.price),
                quantity=self.quantity_of(symbol, text=trade.quantity),
                aggressor=trade.aggressor,
                state=trade.state,
            )
            if len(self.deals) == DEALS_KEPT_MAX:
                oldest = self.deals[0]
                self._deals_by_number.pop((oldest.symbol, oldest.trade_number), None)
            self.deals.append(deal)
            self._deals_by_number[symbol, number] = deal

    def _forget_pending(self, stream: str) -> None:
        """A snapshot names all that are pending; what else was may be decided by now."""
        for transfer_id, pending in tuple(self.pending.items()):
            if pending.stream == stream:
                del self.pending[transfer_id]

    def _take_transfer(self, stream: str, transfer: Transfer) -> None:
        before = self.pending.pop(transfer.transfer_id, None)
        if transfer.decided_at is None:
            opened_at_ns = parse_moment(transfer.opened_at)
            assert opened_at_ns is not None, transfer
            self.pending[transfer.transfer_id] = Pending(
                stream=stream,
                transfer_id=transfer.transfer_id,
                symbol=transfer.symbol,
                stage=_stage_of(transfer, before),
                version=transfer.version,
                seller_id=transfer.seller_id,
                buyer_id=transfer.buyer_id,
                notices=transfer.notices,
                units=self.quantity_of(transfer.symbol, text=transfer.units),
                consideration=money_of(transfer.consideration),
                opened_at_ns=opened_at_ns,
                deadline_ns=None if transfer.deadline is None else parse_moment(transfer.deadline),
            )
        elif before is not None:
            self.counts.settled += transfer.state == "SETTLED"
            self.counts.rejected += transfer.state == "REJECTED"
            self.counts.lapsed += transfer.state == "LAPSED"
            self.counts.cancelled += transfer.state == "CANCELLED"
            self.counts.preempted += transfer.state == "PREEMPTED"
            self.counts.defaulted += transfer.state == "BUYER_DEFAULT"
            if transfer.state == "SETTLED":
                self.counts.settled_by[self.products[transfer.symbol].way] += 1

    def note(self, who: str, errand: Errand, *, symbol: str) -> None:
        """Somebody has done an errand. A confirmation by itself is no news: deals tell it."""
        if errand.act is not Act.CONFIRM:
            detail = "" if errand.detail is None else f": {_in_words(errand.detail)}"
            self.tell(who, what=f"{errand.act.value} {symbol}{detail}")

    def tell(self, who: str, *, what: str) -> None:
        """Somebody has done this."""
        self.deeds.append(Deed(who=who, what=what))

    def quantity_of(self, symbol: str, *, text: str) -> int:
        """A quantity on the wire, in the product's smallest unit."""
        return _number(text, self.products[symbol].type.quantity_scale)


def price_of(text: str) -> int:
    """A price on the wire, in 1/10000 yuan."""
    return _number(text, PRICE_SCALE)


def money_of(text: str) -> int:
    """An amount on the wire, in fen."""
    return _number(text, MONEY_SCALE)


def _stage_of(transfer: Transfer, before: Pending | None) -> Stage:
    """Where the transfer stands: the stage from before, if it is still there."""
    number = 0 if before is None else before.stage.number
    stage = Stage(
        transfer.state,
        tuple(transfer.overlays),
        transfer.rescindable,
        is_proposed=transfer.made_by is not None,
        number=number,
    )
    return (
        stage if before is not None and stage == before.stage else replace(stage, number=number + 1)
    )


def _in_words(name: str) -> str:
    return name.lower().replace("_", " ")


def _number(text: str, scale: int) -> int:
    value = parse_decimal(text, scale)
    assert value is not None, (text, scale)
    return value
